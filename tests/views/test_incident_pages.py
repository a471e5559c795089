"""Citizens report an incident without account, session or script; oversight handles it; registrars read a summary."""

import re
from datetime import date
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.views.demo_agency import Agency
from tests.views.page_forms import FormsOnPage
from tests.views.test_conduct_pages import words_on
from training_app.clock import now
from training_app.demo.incidents import ANSWERED, ASKED, receipt_code
from training_app.models.incidents import Incident, IncidentSending, IncidentStep, IncidentText
from training_app.models.people import Person, RoleAssignment
from training_app.rules.incidents import RATES, Sending, StepKind
from training_app.rules.permissions import Role
from training_app.views import incident_pages

HAPPENED = "They stopped me at the gate and said that a camera had found me."
NEW, FOLLOW, ANSWER = "/public/report-an-incident", "/public/incident", "/public/incident/answer"
HERE = {"Origin": "http://localhost"}


class Citizen:
    """A browser that keeps no cookie, runs no script, and sends the forms of a page as they are."""

    def __init__(self, agency: Agency) -> None:
        self.client: FlaskClient = agency.app.test_client(use_cookies=False)

    def form(self, path: str = NEW) -> dict[str, str]:
        return {name: values[0] for name, values in FormsOnPage(self.client.get(path).text).forms[NEW].items()}

    def send(self, path: str, sent: dict, **headers: str) -> TestResponse:
        answer = self.client.post(path, data=sent, headers={**HERE, **headers})
        assert answer.headers.getlist("Set-Cookie") == []
        assert answer.headers["Cache-Control"] == "no-store"
        return answer

    def report(self, **given) -> TestResponse:
        return self.send(NEW, {**self.form(), "happened": HAPPENED, "effect": "stopped-or-searched", **given})

    def follow(self, code: str) -> TestResponse:
        return self.send(FOLLOW, {"code": code})


def code_on(answer: TestResponse) -> str:
    assert answer.status_code == 200, words_on(answer)
    shown = re.search(r'class="receipt-code">(.*?)</p>', answer.text)
    assert shown, words_on(answer)
    return "-".join(re.findall(r"\w{4}(?=</span>)", shown[1]))


@pytest.fixture
def citizen(agency) -> Citizen:
    return Citizen(agency)


def newest(agency: Agency) -> Incident:
    with agency.database.reading() as session:
        return session.scalars(select(Incident).order_by(Incident.id.desc())).first()


def kinds(agency: Agency, number: int) -> list[str]:
    with agency.database.reading() as session:
        rows = select(IncidentStep.kind).where(IncidentStep.incident_id == number).order_by(IncidentStep.number)
        return list(session.scalars(rows))


# -- reported ----------------------------------------------------------------------------------------------------------


def test_a_citizen_reports_and_follows_with_the_code(agency, citizen):
    page = citizen.client.get(f"{NEW}/sightline")
    assert page.headers["Cache-Control"] == "no-store"
    assert '<option selected value="sightline">' in page.text
    assert "<script" not in page.text
    receipt = citizen.send(NEW, {**citizen.form(f"{NEW}/sightline"), "happened": HAPPENED, "effect": "other"})
    code = code_on(receipt)
    assert code not in receipt.request.url
    assert newest(agency).recorded_by_id is None
    status = citizen.follow(code.lower().replace("-", " "))
    assert "You reported it" in words_on(status)
    assert HAPPENED in words_on(status)
    assert not re.search(rf'(href|action)="[^"]*{code}', status.text)
    assert citizen.client.get(f"{NEW}/nothing").status_code == 404


def test_the_same_form_sent_twice_is_one_report_and_changed_words_are_another(agency, citizen):
    before, form = agency.count(Incident), {**citizen.form(), "happened": HAPPENED, "effect": "other"}
    first, again = citizen.send(NEW, form), citizen.send(NEW, form)
    assert code_on(first) == code_on(again)
    assert agency.count(Incident) == before + 1
    changed = citizen.send(NEW, {**form, "happened": f"{HAPPENED} Twice."})
    assert code_on(changed) != code_on(first)
    assert agency.count(Incident) == before + 2
    assert code_on(citizen.report()) != code_on(first), "another form with the same words"


def test_everything_written_comes_back_where_something_is_wrong(agency, citizen):
    before = agency.count(Incident)
    sent = {"happened": "", "when_about": "In June", "meant": "I was late", "wanted": "An apology", "tool": "lockpick"}
    answer = citizen.send(NEW, {**citizen.form(), **sent})
    assert answer.status_code == 422
    for said in ("Say what happened.", "Choose what kind of thing it was."):
        assert said in words_on(answer)
    [back] = FormsOnPage(answer.text).forms.values()
    assert {name: back[name] for name in sent} == {name: [value] for name, value in sent.items()}
    assert "hreflang" not in answer.text, "another language would lose what was written"
    assert agency.count(Incident) == before


def test_what_identifies_somebody_is_shown_and_may_be_sent_all_the_same(agency, citizen):
    form = {**citizen.form(), "happened": f"{HAPPENED} Call me: +32 470 12 34 56.", "effect": "other"}
    answer = citizen.send(NEW, form)
    assert answer.status_code == 422
    assert "“+32 470 12 34 56” looks like a telephone number" in words_on(answer)
    [back] = FormsOnPage(answer.text).forms.values()
    assert code_on(citizen.send(NEW, {**form, "shown": back["shown"][0], "none_of_them": "y"}))


def test_a_form_from_elsewhere_an_old_one_and_a_file_are_refused_and_nothing_written_is_lost(agency, citizen):
    before, form = agency.count(Incident), {**citizen.form(), "happened": HAPPENED, "effect": "other"}
    elsewhere = citizen.send(NEW, form, Origin="https://evil.example")
    nowhere = citizen.send(NEW, form, Origin="")
    framed = citizen.send(NEW, form, **{"Sec-Fetch-Site": "cross-site"})
    forged = citizen.send(NEW, {**form, "form_number": "forged.by.me"})
    picture = citizen.send(NEW, {**form, "picture": (BytesIO(b"GIF89a"), "me.gif")})
    for answer, said in (
        (elsewhere, "did not say that this form comes from this page"),
        (nowhere, "did not say that this form comes from this page"),
        (framed, "did not say that this form comes from this page"),
        (forged, "open for more than a day"),
        (picture, "Files cannot be sent here: they carry hidden data"),
    ):
        assert answer.status_code == 422
        assert said in words_on(answer)
        assert HAPPENED in words_on(answer)
    assert agency.count(Incident) == before
    [back] = FormsOnPage(forged.text).forms.values()
    assert code_on(citizen.send(NEW, {name: values[0] for name, values in back.items()} | {"effect": "other"}))


def test_what_is_hostile_is_inert_held_or_too_much(agency, citizen):
    script = "<script>alert(1)</script> They stopped me & <b>searched</b> me at the gate."
    code = code_on(citizen.report(happened=script, website="https://spam.example"))
    status = citizen.follow(code)
    assert "&lt;script&gt;alert(1)" in status.text
    assert "<script" not in status.text
    assert "A person looks at it first" in words_on(status)
    assert kinds(agency, newest(agency).id) == [StepKind.HELD]
    page = agency.browser("oversight").get(f"/oversight/incidents/{newest(agency).id}")
    assert "<script>alert" not in page.text
    assert "A field was filled in that no person sees." in words_on(page)
    assert citizen.report(happened="x" * 4001).status_code == 422
    assert citizen.report(happened="x" * 300_000).status_code == 413
    assert citizen.report(happened="a\0b").status_code == 400
    assert citizen.report(tool="no-such-tool").status_code == 422
    assert citizen.report(effect="no-such-effect").status_code == 422


def test_a_network_that_sends_too_much_is_told_so_and_loses_nothing(agency, citizen):
    for number in range(RATES[Sending.REPORT].most):
        code_on(citizen.report(happened=f"{HAPPENED} {number}"))
    form = {**citizen.form(), "happened": f"{HAPPENED} Once more.", "effect": "other"}
    answer = citizen.send(NEW, form)
    assert answer.status_code == 429
    assert "Many reports came from your network today" in words_on(answer)
    assert f"{HAPPENED} Once more." in words_on(answer)
    with agency.database.reading() as session:
        digests = set(session.scalars(select(IncidentSending.address_digest)))
        assert len(digests) == 1
        assert not [one for one in digests if "127" in one and len(one) != 64]
    other = agency.app.test_client(use_cookies=False)
    elsewhere = other.post(NEW, data=form, headers=HERE, environ_overrides={"REMOTE_ADDR": "192.0.2.9"})
    assert elsewhere.status_code == 200


# -- followed ----------------------------------------------------------------------------------------------------------


def test_a_mistyped_code_is_told_and_guessing_is_held_back(agency, citizen):
    slip = ASKED[:-1] + ("2" if ASKED[-1] != "2" else "3")
    assert "This is no receipt code" in words_on(citizen.follow(slip))
    with agency.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(IncidentSending)) == 0, "a slip is no guess"
    for number in range(RATES[Sending.WRONG_CODE].most):
        answer = citizen.follow(receipt_code(f"guess {number}"))
        assert answer.status_code == 422
        assert "Nothing is kept under this code." in words_on(answer)
    held = citizen.follow(ASKED)
    assert held.status_code == 422
    assert "Too many codes that do not exist were tried" in words_on(held)
    assert "At which stop" not in held.text
    assert "Too many codes" in words_on(citizen.send(ANSWER, {"code": ASKED, "text": "At the bridge."}))
    assert "At the bridge." in words_on(citizen.send(ANSWER, {"code": ASKED, "text": "At the bridge."}))


def test_the_question_is_answered_once_and_only_from_here(agency, citizen):
    number = agency.id_of(IncidentStep, kind=StepKind.ASKED)
    with agency.database.reading() as session:
        incident = session.get_one(IncidentStep, number).incident_id
    answer = {"code": ASKED, "text": "At the bridge, mostly at six."}
    assert "did not say" in words_on(citizen.send(ANSWER, answer, Origin="https://evil.example"))
    assert citizen.send(ANSWER, {"code": ASKED, "text": ""}).status_code == 422
    for _ in range(2):
        sent = citizen.send(ANSWER, answer)
        assert sent.status_code == 200
        assert "Your answer is sent." in words_on(sent)
    assert kinds(agency, incident).count(StepKind.ANSWERED) == 1
    other = citizen.send(ANSWER, {"code": ASKED, "text": "Or at seven."})
    assert other.status_code == 422
    assert "Read the page again" in words_on(other)
    assert "Or at seven." in words_on(other), "it can be copied"


def test_the_outcome_is_read_in_plain_words_and_nobody_is_named(agency, citizen, make_app):
    citizen.client = make_app(demo=True, incident_months=600).test_client(use_cookies=False)
    page = citizen.follow(ANSWERED)
    assert "The tool was used wrongly." in words_on(page)
    assert "We are sorry." in words_on(page)
    assert "0.71" not in page.text, "the statement is for oversight"
    with agency.database.reading() as session:
        people = [(row.name, row.service_number) for row in session.scalars(select(Person))]
    for code in (ASKED, ANSWERED, receipt_code("held"), receipt_code("received")):
        shown = citizen.follow(code).text
        assert [name for named in people for name in named if name in shown] == []
    document = citizen.client.get("/public/tools.json").json
    [sightline] = [one for one in document["tools"] if one["id"] == "sightline"]
    assert [one["closed"] for one in sightline["incidents"]] == ["2026-10-20"]
    assert sightline["incidents"][0]["sentence"] in words_on(citizen.client.get("/public/tools/sightline"))


def test_a_code_opens_nothing_when_the_time_of_the_words_is_over(agency, citizen, make_app):
    citizen.client = make_app(demo=True, incident_months=1).test_client(use_cookies=False)
    answer = citizen.follow(ANSWERED)
    assert answer.status_code == 422, "closed on 20 October 2026, and not purged"
    assert "Nothing is kept under this code." in words_on(answer)
    assert citizen.follow(ASKED).status_code == 200, "it has not ended"


# -- handled -----------------------------------------------------------------------------------------------------------


def test_oversight_handles_it_and_registrars_read_the_summary_alone(agency, citizen):
    code = code_on(citizen.report(happened=f"{HAPPENED} It was by the fountain."))
    number = newest(agency).id
    oversight, registrar = agency.browser("oversight"), agency.browser("registrar")
    path = f"/oversight/incidents/{number}"
    assert registrar.get(path).status_code == 403
    assert registrar.get(f"/incidents/{number}").status_code == 404, "nobody there may know of it yet"
    assert oversight.post(f"{path}/note", {"text": "Too early."}).location == path
    assert oversight.post(f"{path}/take", {}).location == path
    copied = {"text": f"A citizen says: {HAPPENED}"}
    refused = oversight.post(f"{path}/statement", copied)
    assert refused.status_code == 422
    assert "The summary repeats what was reported" in words_on(refused)
    summary = {"text": "Somebody was stopped after a match. Which version and score was it?"}
    assert oversight.post(f"{path}/statement", summary).location == path
    assert oversight.post(f"{path}/note", {"text": "Seen the log."}).location == path
    asked = registrar.get(f"/incidents/{number}")
    assert "Somebody was stopped after a match." in words_on(asked)
    for hidden in ("fountain", "Seen the log", "Henri Dupuis"):
        assert hidden not in asked.text
    assert f"/incidents/{number}" in registrar.get("/incidents").text
    assert "The oversight body asks for a statement" in words_on(registrar.get("/registrar/tools"))
    given = registrar.post(f"/incidents/{number}", {"text": "Version 3.2, score 0.62: below the threshold."})
    assert given.status_code == 303
    assert registrar.post(f"/incidents/{number}", {"text": "Or not."}).status_code == 422
    end = {"outcome": "fault-of-the-use", "tool": "", "told": "They erred.", "published": "Officers look twice now."}
    assert "Name the tool" in words_on(oversight.post(f"{path}/close", end))
    assert oversight.post(f"{path}/close", {**end, "tool": "1"}).location == path
    assert "They erred." in words_on(citizen.follow(code))
    after = registrar.get(f"/incidents/{number}")
    assert "A fault in how the tool was used" in words_on(after)
    assert "They erred." not in after.text


def test_another_of_oversight_takes_it_over_and_spam_is_judged_by_a_person(agency, citizen):
    code = code_on(citizen.report(happened="Buy now: https://a.example https://b.example"))
    path = f"/oversight/incidents/{newest(agency).id}"
    first, second = agency.browser("oversight"), agency.browser("oversight2")
    assert "Is this spam?" in words_on(first.get(path))
    assert first.post(f"{path}/reject", {}).status_code == 303
    assert "set it aside as spam" in words_on(citizen.follow(code))
    assert first.post(f"{path}/release", {}).status_code == 303
    assert first.post(f"{path}/take", {}).status_code == 303
    assert "Take it over" in words_on(second.get(path))
    assert second.get(f"{path}/close").location == path, "who has not taken it does not close it"
    assert second.post(f"{path}/take", {}).status_code == 303
    assert first.get(f"{path}/note").location == path
    assert second.get(f"{path}/note").status_code == 200
    assert second.get(f"{path}/nothing").status_code == 404
    assert "Another person of oversight goes on with it" in words_on(citizen.follow(code))
    assert second.post(f"{path}/reject", {}).status_code == 422, "somebody handles it already"


def test_whoever_also_looks_after_the_tools_reads_none_of_it(agency, citizen):
    at = now()
    with agency.database.transaction() as session:
        both = session.scalars(select(Person).where(Person.service_number == "DP-6001")).one()
        stamp = {"effective_at": at, "recorded_at": at}
        session.add(RoleAssignment(**stamp, person_id=both.id, role=Role.REGISTRAR, granted=True))
        words = list(session.scalars(select(IncidentText.happened)))
    browser = agency.browser("oversight")
    for path in ("/oversight/incidents", *(f"/oversight/incidents/{number}" for number in (1, 2, 3, 4))):
        page = browser.get(path)
        assert page.status_code == 200
        assert "is never read by whoever answers for it" in words_on(page)
        assert [text for text in words if text in words_on(page)] == []
    assert browser.post("/oversight/incidents/4/take", {}).status_code == 200
    assert kinds(agency, 4) == []


def test_the_desk_shows_the_overdue_first_and_the_home_page_says_what_waits(agency):
    browser = agency.browser("oversight")
    desk = words_on(browser.get("/oversight/incidents"))
    assert desk.index("Overdue: nobody has taken it in time") < desk.index("Closed on")
    assert re.search(r"Held as possible spam\s+1\b", desk), "drawn and counted"
    home = words_on(browser.get("/oversight/"))
    assert "1 incident that a citizen reported waits to be taken" in home
    assert "1 report of a citizen is held as possible spam" in home


def test_no_public_holiday_of_the_agency_counts_for_when_an_incident_is_taken(agency, monkeypatch):
    monkeypatch.setitem(agency.app.extensions, "holidays", frozenset({date(2027, 1, 1)}))
    with agency.app.test_request_context():
        assert incident_pages.terms().holidays == {date(2027, 1, 1)}
