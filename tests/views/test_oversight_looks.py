"""Oversight: every look on record before the page is answered, people by number, a name after a recorded reason."""

import re
from base64 import b64encode
from datetime import timedelta
from html import unescape
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import func, select, text

from tests.views.addresses import addresses
from tests.views.demo_agency import Agency
from training_app.clock import now
from training_app.models.base import Fact
from training_app.models.oversight import JournalEntry
from training_app.models.oversight_looks import NameDisclosure, OversightLook
from training_app.models.people import Person, RoleAssignment
from training_app.rules.oversight_looks import is_look
from training_app.rules.permissions import Permission, Role
from training_app.rules.signed_note import sign, verifier_key
from training_app.services import journal
from training_app.wording.oversight_looks import FIELDS, page_of

IDS = (1, 2, 3)
"""Rows that pages about one row are opened for."""


def opened_by_oversight(agency: Agency) -> list[tuple[str, str]]:
    """Return view and address of everything that oversight can open, pages about one row for several rows."""
    found = []
    for rule, address in addresses(agency.app):
        asked = getattr(agency.app.view_functions[rule.endpoint], "required", None)
        if "GET" in rule.methods and isinstance(asked, Permission) and is_look(asked, {Role.OVERSIGHT}):
            several = [re.sub(r"/1(?=/|$)", f"/{row}", address) for row in IDS] if "<int:" in rule.rule else [address]
            found += [(rule.endpoint, one) for one in several]
    return found


def names_of(agency: Agency) -> dict[str, str]:
    """Return everybody's name by service number."""
    with agency.database.reading() as session:
        return {row.service_number: row.name for row in session.execute(select(Person.service_number, Person.name))}


def facts(agency: Agency) -> dict[str, int]:
    kinds = [mapper.class_ for mapper in Fact.registry.mappers if issubclass(mapper.class_, Fact)]
    with agency.database.reading() as session:
        return {one.__tablename__: session.scalar(select(func.count()).select_from(one)) or 0 for one in kinds}


def looks(agency: Agency) -> list[OversightLook]:
    with agency.database.reading() as session:
        return list(session.scalars(select(OversightLook).order_by(OversightLook.id)))


def test_every_page_that_oversight_opens_is_one_look_and_names_nobody(agency):
    browser, names = agency.browser("oversight"), names_of(agency)
    own = next(name for number, name in names.items() if name == browser.signed_in_as())
    strangers = {name for name in names.values() if name != own}
    surnames = {name.split()[-1] for name in strangers}
    before, answered, named = facts(agency), set(), []
    pages = opened_by_oversight(agency)
    for endpoint, address in pages:
        answer = browser.client.get(address, environ_overrides=browser.environ, buffered=True)
        answered |= {endpoint} if answer.status_code == 200 else set()
        shown = unescape(answer.data.decode("utf-8", "replace")).replace("\u00a0", " ")
        named += [(address, name) for name in strangers if name in shown]
        named += [(address, name) for name in surnames if re.search(rf"\b{re.escape(name)}\b", shown)]
        named += [(address, mail) for mail in re.findall(r"[\w.]+@demo\.example", shown)]
    assert named == []
    assert len(answered) > 30
    assert [look.page for look in looks(agency)] == [endpoint for endpoint, _ in pages]
    after = facts(agency)
    assert after.pop("oversight_look") == before.pop("oversight_look") + len(pages)
    assert after == before


# -- what cannot be recorded -------------------------------------------------------------------------------------------


def test_what_cannot_be_recorded_is_not_shown(agency):
    oversight, registrar = agency.browser("oversight"), agency.browser("registrar")
    with agency.database.migrating() as connection:
        connection.execute(text("ALTER TABLE oversight_look RENAME TO elsewhere"))
    agency.app.testing = False
    try:
        for path in ("/oversight/journal", "/trainers/DP-4002", "/trainers/register.csv", "/as-of/evidence"):
            answer = oversight.get(path)
            assert answer.status_code in (500, 503), path
            assert "DP-4002" not in answer.text
        assert registrar.get("/trainers/DP-4002").status_code == 200, "nobody else's look is recorded"
        assert oversight.get("/my-sessions").status_code == 200, "nor one at one's own pages"
    finally:
        agency.app.testing = True


def test_who_may_open_a_page_anyway_reads_names_and_does_not_look(agency):
    lead = agency.person("DP-4003")
    at = now() - timedelta(minutes=1)
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": agency.person("DP-3001").id}
    with agency.database.transaction() as session:
        session.add(RoleAssignment(**stamp, person_id=lead.id, role=Role.OVERSIGHT, granted=True))
    browser = agency.browser("lead")
    assert "Karim Haddad" in browser.get("/trainers/DP-4002").text
    assert looks(agency) == []
    assert "Petra Nowak" not in browser.get("/registrar/versions/1").text
    assert [look.page for look in looks(agency)] == ["registrar.version"]


def test_a_form_that_only_has_something_shown_is_a_look_and_one_that_records_is_none(agency):
    oversight = agency.browser("oversight")
    oversight.get("/oversight/journal/check")
    oversight.post("/oversight/journal/check", {"note": "anything"})
    assert [look.page for look in looks(agency)] == ["oversight.journal_check"] * 2
    oversight.get("/oversight/names/DP-1003")
    oversight.post("/oversight/names/DP-1003", {"reason": "court", "reference": "C-1"})
    assert [look.page for look in looks(agency)][2:] == ["oversight_names.name"]
    assert agency.count(NameDisclosure) == 1


def test_a_page_that_comes_back_from_a_form_is_a_look_as_well(agency):
    oversight = agency.browser("oversight")
    oversight.get("/oversight/names")
    before = len(looks(agency))
    oversight.post("/oversight/names/DP-1003", {"reason": "curiosity", "reference": ""})
    oversight.post("/evidence-packs", {"tool": "sightline", "first": "2026-01-01", "last": "2026-01-31"})
    told = [(look.page, look.subject_id) for look in looks(agency)[before:]]
    assert told == [("oversight_names.name", agency.person("DP-1003").id), ("evidence_packs.take", None)]
    oversight.post("/oversight/names/DP-1003", {"reason": "court", "reference": "C-1"})
    assert len(looks(agency)) == before + 2, "what was recorded, and led on to a page, is none"


# -- names -------------------------------------------------------------------------------------------------------------


def test_a_name_is_shown_after_a_reason_to_who_gave_it_alone_and_the_look_says_so(agency):
    oversight, other = agency.browser("oversight"), agency.browser("oversight2")
    trainer = "/trainers/DP-4002"
    page = oversight.get(trainer)
    assert "Haddad" not in page.text
    link = unescape(re.search(r'href="(/oversight/names/DP-4002[^"]*)"', page.text)[1])
    assert "until" in oversight.get(link).text
    refused = oversight.post(link, {"reason": "curiosity", "reference": ""})
    assert refused.status_code == 422
    assert "Choose a reason from the list." in refused.text
    assert "Enter the reference of the case." in refused.text
    given = {"reason": "complaint", "reference": "OB-2026-014", "next": trainer}
    assert [oversight.post(link, given).location for _ in range(2)] == [trainer] * 2
    assert agency.count(NameDisclosure) == 1, "however often the button is pressed"
    assert "Karim Haddad" in oversight.get(trainer).text
    assert "Haddad" not in other.get(trainer).text
    assert "Nowak" not in oversight.get("/trainers").text, "and nobody else's name"
    seen = other.get("/oversight/looks?named=y").text
    assert "name shown: A complaint or an incident report is handled" in seen
    assert "OB-2026-014" in other.get("/oversight/names").text


def test_a_name_that_is_withheld_is_not_found_by_its_number_nor_led_astray(agency):
    oversight = agency.browser("oversight")
    assert oversight.get("/oversight/names?number=dp-1003").location == "/oversight/names/DP-1003"
    assert oversight.get("/oversight/names?number=XX-9").status_code == 404
    assert oversight.get("/oversight/names?number=").status_code == 422
    assert oversight.get("/oversight/names/XX-9").status_code == 404
    oversight.get("/oversight/names/DP-1003?next=//evil.example/")
    given = {"reason": "court", "reference": "C-1", "next": "https://evil.example/"}
    assert oversight.post("/oversight/names/DP-1003", given).location == "/oversight/names/DP-1003"
    assert agency.browser("registrar").get("/oversight/names").status_code == 403


def test_a_reason_is_neither_needed_nor_taken_for_ones_own_name(agency):
    oversight = agency.browser("oversight")
    oversight.get("/oversight/names/DP-6001")
    assert oversight.post("/oversight/names/DP-6001", {"reason": "court", "reference": "C-1"}).status_code < 500
    assert agency.count(NameDisclosure) == 0


def test_an_entry_withholds_names_until_a_reason_and_what_is_for_others_always(agency):
    oversight = agency.browser("oversight")

    def entry(kind: str, **where: object) -> str:
        with agency.database.reading() as session:
            fact = session.scalars(select(journal.fact_kinds()[kind].id).filter_by(**where)).first()
            found = select(JournalEntry.id).filter_by(fact_kind=kind, fact_id=fact)
            return f"/oversight/journal/{session.scalars(found).one()}"

    officer = agency.person("DP-1001").id
    person, evaluation = entry("person", id=officer), entry("evaluation", officer_id=officer)
    shown = oversight.get(person).text
    assert shown.count("Withheld: give a reason to see the name.") == 2
    assert "Only the officer and the evaluator read it." in oversight.get(evaluation).text
    assert "cleared" not in oversight.get(evaluation).text
    oversight.get("/oversight/names/DP-1001")
    oversight.post("/oversight/names/DP-1001", {"reason": "court", "reference": "C-1"})
    assert "Ruben Almeida" in oversight.get(person).text
    assert "cleared" not in oversight.get(evaluation).text


# -- from a signed head ------------------------------------------------------------------------------------------------


def test_the_page_says_whether_the_journal_only_added_to_a_kept_checkpoint(agency):
    key, oversight, check = Ed25519PrivateKey.generate(), agency.browser("oversight"), "/oversight/journal/check"
    assert "The key of this journal cannot be read here" in oversight.get(check).text
    file = agency.app.extensions["config"].journal_key_file
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with agency.database.transaction() as session:
        note = journal.checkpoint(session, key, "demo-police/training-journal", at=now()).note
    oversight.get(check)

    def answered(**sent: object) -> str:
        return unescape(re.sub(r"\s+", " ", oversight.post(check, sent).text))

    told = answered(note=note.replace("\n", "\r\n"))
    assert "has only added to its" in told
    assert verifier_key("demo-police/training-journal", key.public_key()) in told
    assert "has only added to its" in answered(file=(BytesIO(note.encode()), "checkpoint.txt"))
    assert "This is no checkpoint that this journal's key signed." in answered(note=note.replace("demo", "other"))
    assert "Paste the checkpoint, or choose its file." in answered(note="")
    root = b64encode(b"\0" * 32).decode()
    for size, said in ((3, "the journal was rewritten"), (10**6, "its end was cut off")):
        forged = sign(f"demo-police/training-journal\n{size}\n{root}\n", name="demo-police/training-journal", key=key)
        assert said in answered(note=forged)


def test_a_proof_is_a_file_that_the_command_checks(agency):
    oversight = agency.browser("oversight")
    answer = oversight.get("/oversight/journal/7/proof.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="proof-of-entry-7.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["proof"]["leaf"]["entry"] == 7
    assert oversight.get("/oversight/journal/7/proof.json?leaves=20").json["proof"]["size"] == 20
    for path in ("7/proof.json?leaves=3", "7/proof.json?leaves=x", "999999/proof.json"):
        assert oversight.get(f"/oversight/journal/{path}").status_code == 404


def test_every_page_that_oversight_opens_has_a_word_in_the_list_of_looks(agency):
    opened = {view for view, _ in opened_by_oversight(agency)}
    with agency.app.test_request_context():
        without = sorted(view for view in opened if page_of(view) == view)
        rules = [rule for rule in agency.app.url_map.iter_rules() if rule.endpoint in opened]
        parts = {(rule.endpoint, part) for rule in rules for part in rule.arguments if part.endswith("_id")}
    assert without == []
    assert sorted(one for one in parts if one[1] not in FIELDS) == []
