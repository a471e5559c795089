"""People as the registrar keeps them: the name that holds, accounts, transfers, revocations and ordered retraining."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from tests.services import recorded
from tests.services.importing import NOW, ZONE, announced, carry_out, lines
from training_app.models.browser_session import BrowserSession
from training_app.models.certification import Award, AwardEnd
from training_app.models.lti import LinkBy, LtiPlatform, LtiPlatformClosure, RegisteredHow
from training_app.models.oversight import JournalEntry, JournalPayload
from training_app.models.people import AccountFact, Credential, PasswordSet, Person, RetrainingOrder
from training_app.models.tools import ToolPolicy
from training_app.models.training import ModuleRevision
from training_app.rules.facts import AwardEndKind, AwardKind
from training_app.services import accounts, browser_sessions, journal, people, retraining, revocations, units
from training_app.services.imports import Kind
from training_app.services.lti import links
from training_app.services.people import ChangeReason
from training_app.services.retraining import Order, RetrainingReason
from training_app.services.revocations import RevocationReason

STAMP = {"effective_at": NOW, "recorded_at": NOW}


@pytest.fixture
def registrar(session) -> Person:
    return recorded.person(session, service_number="R-1", name="Rita Roos")


@pytest.fixture
def nora(session) -> Person:
    return recorded.person(session, service_number="N-1", name="Nora Nes", email="nora@police.test")


def renamed(session, person: Person, by: Person, name: str, email: str | None, at: datetime = NOW):
    return people.correct(session, person, name=name, email=email, reason=ChangeReason.CHANGED, at=at, by=by)


# -- the name that holds -----------------------------------------------------------------------------------------------


def test_a_corrected_name_holds_wherever_a_name_is_read_or_sorted_by(session, nora, registrar):
    renamed(session, nora, registrar, "Aase Berg", "nora@police.test")
    session.expunge_all()
    other = aliased(Person)
    assert session.get_one(Person, nora.id).name == "Aase Berg"
    assert session.scalars(select(Person.name).order_by(func.lower(Person.name))).all() == ["Aase Berg", "Rita Roos"]
    row = session.execute(select(other.name, other.service_number).where(other.id == nora.id)).one()
    assert (row.name, row.service_number) == ("Aase Berg", "N-1")


def test_the_latest_of_two_corrections_holds(session, nora, registrar):
    renamed(session, nora, registrar, "Nora Berg", None)
    renamed(session, nora, registrar, "Nora Lund", "lund@police.test", at=NOW + timedelta(days=1))
    session.expunge_all()
    found = session.get_one(Person, nora.id)
    assert (found.name, found.email) == ("Nora Lund", "lund@police.test")
    assert (found.registered_name, found.registered_email) == ("Nora Nes", "nora@police.test")


def test_one_signs_in_with_the_corrected_address_and_no_longer_with_the_old(session, nora, registrar):
    renamed(session, nora, registrar, "Nora Nes", "Nora.Nes@Police.test")
    assert accounts.find(session, "NORA.NES@police.test").id == nora.id
    assert accounts.find(session, "nora@police.test") is None
    assert accounts.find(session, "N-1").id == nora.id


def test_an_address_can_be_taken_away(session, nora, registrar):
    renamed(session, nora, registrar, "Nora Nes", None)
    assert accounts.find(session, "nora@police.test") is None
    assert nora.email is None


def test_the_same_name_and_address_record_nothing(session, nora, registrar):
    assert renamed(session, nora, registrar, "Nora Nes", "NORA@police.test") is None


def test_an_address_that_somebody_else_has_or_had_is_refused(session, nora, registrar):
    renamed(session, nora, registrar, "Nora Nes", "new@police.test")
    for address in ("nora@police.test", "new@police.test"):
        with pytest.raises(people.AddressTaken):
            renamed(session, recorded.person(session), registrar, "Somebody", address)


def test_one_may_take_an_earlier_address_of_ones_own_again(session, nora, registrar):
    renamed(session, nora, registrar, "Nora Nes", "new@police.test")
    renamed(session, nora, registrar, "Nora Nes", "nora@police.test", at=NOW + timedelta(days=1))
    assert accounts.find(session, "nora@police.test").id == nora.id


def test_the_journal_of_a_corrected_person_verifies(database):
    with database.transaction() as session:
        person, registrar = recorded.person(session), recorded.person(session)
        renamed(session, person, registrar, "Another Name", None)
    journal.seal(database, at=NOW)
    with database.reading() as session:
        report = journal.verify(session, recorded.JOURNAL_KEY.public_key())
    assert report.faults == ()
    assert report.entries == 3


def test_a_name_change_leaves_old_certificates_as_they_were_and_verifying(session, nora, registrar):
    version = announced(session, "3.1", on=datetime(2026, 1, 10, tzinfo=UTC))
    row = "N-1,Basic,2026-03-05,file 7"
    carry_out(session, Kind.LEGACY, lines("service_number,course,awarded_on,evidence", row), Basic=version.id)
    award = session.scalars(select(Award)).one()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.fact_kind == "award")).one()
    before = (award.holder_name, award.code, entry.payload_digest)
    renamed(session, nora, registrar, "Nora Berg", None)
    session.expire_all()
    assert (award.holder_name, award.code, entry.payload_digest) == before == ("Nora Nes", award.code, before[2])
    assert session.scalars(select(Award).where(Award.code == award.code)).one().officer_id == nora.id


# -- search ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["n-1", "ora", "NES", " Berg ", ""])
def test_one_is_found_by_number_by_name_and_by_an_earlier_name(session, nora, registrar, words):
    renamed(session, nora, registrar, "Nora Berg", None)
    found = people.search(session, words, page=1, size=10, at=NOW)
    assert [one.name for one in found if one.service_number == "N-1"] == ["Nora Berg"]
    assert people.count(session, words) == (2 if not words else 1)


def test_what_is_searched_for_is_text_and_no_pattern(session, nora):
    assert people.count(session, "%") == people.count(session, "_") == 0


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_closing_an_account_ends_every_session_and_asked_twice_is_one_fact(session, nora, registrar):
    session.add(Credential(person_id=nora.id, password_hash="x", epoch=0))
    people.open_account(session, nora, at=recorded.NOW, by=registrar)
    limits = browser_sessions.Limits(idle=timedelta(hours=1), absolute=timedelta(hours=8))
    begun: BrowserSession = browser_sessions.begin(
        session, nora.id, token="t", epoch=0, browser="", limits=limits, at=NOW
    )
    assert people.close_account(session, nora, at=NOW, by=registrar) is not None
    assert people.close_account(session, nora, at=NOW, by=registrar) is None
    assert browser_sessions.find(session, begun.token_digest, limits=limits, at=NOW) is None
    assert not accounts.is_open(session, nora.id, at=NOW)
    assert session.scalar(select(func.count()).select_from(AccountFact)) == 2


@pytest.mark.parametrize("ending", ["unlinked", "closed"])
def test_a_session_that_a_platform_opened_ends_with_its_link_and_with_the_platform(session, nora, registrar, ending):
    session.add(Credential(person_id=nora.id, password_hash="x", epoch=0))
    academy = LtiPlatform(**STAMP, name="Academy", issuer="https://a.example", client_id="1", how=RegisteredHow.BY_HAND)
    session.add(academy)
    session.flush()
    joined = links.link(session, academy.id, "42", nora, how=LinkBy.SIGN_IN, at=NOW, by=nora)
    limits = browser_sessions.Limits(idle=timedelta(hours=1), absolute=timedelta(hours=8))
    begun = {"epoch": 0, "browser": "", "limits": limits, "at": NOW}
    browser_sessions.begin(session, nora.id, token="by password", **begun)
    browser_sessions.begin(session, nora.id, token="by platform", lti_link_id=joined.id, **begun)
    assert _standing(session, nora, limits) == {"by password", "by platform"}
    if ending == "closed":
        session.add(LtiPlatformClosure(**STAMP, platform_id=academy.id))
        session.flush()
    else:
        links.unlink(session, joined.id, of=nora, at=NOW, by=nora)
        links.link(session, academy.id, "42", nora, how=LinkBy.SIGN_IN, at=NOW, by=nora)
    assert _standing(session, nora, limits) == {"by password"}, "linked anew, the old session stays ended"


def _standing(session, nora, limits):
    listed = {one.token_digest for one in browser_sessions.standing(session, nora.id, limits=limits, at=NOW)}
    tokens = {"by password", "by platform"}
    found = {
        token
        for token in tokens
        if browser_sessions.find(session, browser_sessions.digest_of(token), limits=limits, at=NOW)
    }
    assert {browser_sessions.digest_of(token) for token in found} == listed
    return found


def test_a_transfer_is_one_fact_and_to_where_one_is_none(session, nora, registrar):
    unit = recorded.unit(session, name="Harbour")
    assert people.transfer(session, nora, unit, reason=ChangeReason.CHANGED, at=NOW, by=registrar) is not None
    assert people.transfer(session, nora, unit, reason=ChangeReason.CHANGED, at=NOW, by=registrar) is None
    assert units.unit_of(session, nora.id, at=NOW).id == unit.id


def test_nobody_changes_their_own_record(session, registrar):
    unit = recorded.unit(session)
    with pytest.raises(people.OwnRecord):
        people.close_account(session, registrar, at=NOW, by=registrar)
    with pytest.raises(people.OwnRecord):
        people.transfer(session, registrar, unit, reason=ChangeReason.CHANGED, at=NOW, by=registrar)
    with pytest.raises(people.OwnRecord):
        renamed(session, registrar, registrar, "Somebody Else", None)


# -- certificates ------------------------------------------------------------------------------------------------------


@pytest.fixture
def award(session, nora) -> Award:
    version = announced(session, "3.1", on=datetime(2026, 1, 10, tzinfo=UTC))
    row = "N-1,Basic,2026-03-05,file 7"
    carry_out(session, Kind.LEGACY, lines("service_number,course,awarded_on,evidence", row), Basic=version.id)
    return session.scalars(select(Award)).one()


def test_revoking_twice_is_one_fact_with_the_first_reason(session, award, registrar):
    first, new = revocations.revoke(session, award, RevocationReason.MISUSE, at=NOW, by=registrar)
    again, anew = revocations.revoke(session, award, RevocationReason.CONDUCT, at=NOW, by=registrar)
    assert (new, anew, again.id, again.reason_code) == (True, False, first.id, "misuse")


def test_nobody_revokes_their_own_certificate(session, award, nora):
    with pytest.raises(revocations.OwnAward):
        revocations.revoke(session, award, RevocationReason.MISUSE, at=NOW, by=nora)


def test_what_was_never_valid_is_not_revoked(session, award, registrar):
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": registrar.id, "reason_code": "x"}
    session.add(AwardEnd(**stamp, officer_id=award.officer_id, award_id=award.id, kind=AwardEndKind.VOIDED))
    with pytest.raises(revocations.AwardVoided):
        revocations.revoke(session, award, RevocationReason.MISUSE, at=NOW, by=registrar)


# -- retraining --------------------------------------------------------------------------------------------------------


@pytest.fixture
def module(session) -> str:
    stamp = {"effective_at": recorded.NOW, "recorded_at": recorded.NOW}
    session.add(ModuleRevision(**stamp, slug="ai-limits", digest="d", content={}, bank={}))
    session.flush()
    return "ai-limits"


def ordered(session, officer: Person, by: Person, due: date, *modules: str):
    asked = Order(None, modules or ("ai-limits",), due, RetrainingReason.INCIDENT)
    return retraining.order(session, officer, asked, at=NOW, by=by, zone=ZONE)


def test_the_same_retraining_is_ordered_once(session, nora, registrar, module):
    first, new = ordered(session, nora, registrar, date(2026, 12, 24))
    again, anew = ordered(session, nora, registrar, date(2026, 12, 24))
    assert (new, anew, again.id) == (True, False, first.id)
    assert session.scalar(select(func.count()).select_from(RetrainingOrder)) == 1


@pytest.mark.parametrize(
    ("due", "refusal"),
    [
        pytest.param(date(2026, 11, 21), retraining.DayPassed, id="yesterday"),
        pytest.param(date(2028, 11, 23), retraining.DayTooFar, id="more-than-two-years"),
    ],
)
def test_the_last_day_is_today_at_the_earliest_and_within_two_years(session, nora, registrar, module, due, refusal):
    with pytest.raises(refusal):
        ordered(session, nora, registrar, due)
    assert ordered(session, nora, registrar, date(2026, 11, 22))[1]
    assert ordered(session, nora, registrar, date(2028, 11, 22))[1]


def test_only_published_modules_are_ordered_and_never_for_oneself(session, nora, registrar, module):
    with pytest.raises(retraining.ModuleUnknown):
        ordered(session, nora, registrar, date(2026, 12, 24), "nothing")
    with pytest.raises(retraining.OwnRetraining):
        ordered(session, registrar, registrar, date(2026, 12, 24))


# -- two servers, whose clocks differ ----------------------------------------------------------------------------------


def test_a_transfer_recorded_second_holds_whatever_the_clock_said(session, nora, registrar):
    first, second = recorded.unit(session), recorded.unit(session)
    people.transfer(session, nora, first, reason=ChangeReason.CHANGED, at=NOW, by=registrar)
    people.transfer(session, nora, second, reason=ChangeReason.CHANGED, at=NOW - timedelta(seconds=1), by=registrar)
    assert units.unit_of(session, nora.id, at=NOW + timedelta(seconds=1)).id == second.id


def test_an_account_closed_second_is_closed_whatever_the_clock_said(session, nora, registrar):
    people.open_account(session, nora, at=NOW, by=registrar)
    assert people.close_account(session, nora, at=NOW - timedelta(seconds=1), by=registrar) is not None
    assert not accounts.is_open(session, nora.id, at=NOW + timedelta(seconds=1))
    assert people.open_account(session, nora, at=NOW, by=registrar) is not None
    assert accounts.is_open(session, nora.id, at=NOW + timedelta(seconds=1))


def test_a_name_corrected_second_holds_whatever_the_clock_said(session, nora, registrar):
    renamed(session, nora, registrar, "Nora Berg", None)
    renamed(session, nora, registrar, "Nora Lund", None, at=NOW - timedelta(seconds=1))
    session.expunge_all()
    assert session.get_one(Person, nora.id).name == "Nora Lund"


# -- passwords ---------------------------------------------------------------------------------------------------------


def test_a_password_that_is_set_is_in_the_journal_without_any_secret(session, nora, registrar):
    terms = {"password": "seven quiet herons", "password_hash": "hashed-and-salted", "at": NOW}
    accounts.set_password(session, nora, **terms, by=None)
    accounts.set_password(session, nora, **terms, by=registrar)
    facts = session.scalars(select(PasswordSet).where(PasswordSet.person_id == nora.id).order_by(PasswordSet.id)).all()
    assert [fact.recorded_by_id for fact in facts] == [None, registrar.id]
    entries = select(JournalEntry.id).where(JournalEntry.fact_kind == "password_set")
    payloads = session.scalars(select(JournalPayload.payload).where(JournalPayload.entry_id.in_(entries))).all()
    assert len(payloads) == 2
    assert not any(secret in text for text in payloads for secret in ("herons", "hashed-and-salted"))


# -- ordered again -----------------------------------------------------------------------------------------------------


def test_what_was_ordered_and_met_is_ordered_again(session, nora, registrar):
    version = announced(session, "1", on=NOW)
    asked = Order(version.tool, ["ai-limits"], NOW.date() + timedelta(days=30), RetrainingReason.INCIDENT)
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    session.add(ModuleRevision(**stamp, slug="ai-limits", digest="d", content={}, bank={}))
    session.flush()
    terms = {"by": registrar, "zone": ZONE}
    first, new = retraining.order(session, nora, asked, at=NOW, **terms)
    assert new
    assert retraining.order(session, nora, asked, at=NOW, **terms) == (first, False)
    met = NOW + timedelta(hours=1)
    policy = session.scalar(select(ToolPolicy.id).where(ToolPolicy.tool_id == version.tool_id))
    award = {
        "kind": AwardKind.FULL,
        "policy_id": policy,
        "steps": [],
        "evidence_key": "k",
        "holder_name": "N",
        "code": "c",
    }
    earned = {
        "officer_id": nora.id,
        "version_id": version.id,
        "attempts_from": met,
        "evidence": {"modules": ["ai-limits"]},
    }
    session.add(Award(effective_at=met, recorded_at=met, **award, **earned))
    session.flush()
    again, new = retraining.order(session, nora, asked, at=met + timedelta(hours=1), **terms)
    assert new
    assert again.id != first.id
