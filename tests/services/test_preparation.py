"""Before a release: how many have trained by which day, and what training the others still need."""

from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy import event, select

from quizzes.paper import Paper
from tests.services.version_life import NOW, ask, assess, person, prepare, version
from training_app import demo
from training_app.models.certification import Award
from training_app.models.people import AccountChange, AccountFact, Person
from training_app.models.tools import ToolVersion
from training_app.models.training import Mode
from training_app.rules.certification import IN_FORCE, Coverage
from training_app.rules.facts import AwardKind, Level, Prohibition
from training_app.services import certification, content, forecasts, outlooks, releases, training

DAY = timedelta(days=1)


@pytest.fixture
def agency(demo_session):
    return demo_session


@pytest.fixture
def announced(agency):
    """3.3, announced now, asks one delta module of who is certified on 3.2."""
    made = prepare(agency, "3.3")
    assess(agency, "3.2", "3.3", Level.DIFFERENCES, "sightline-3-3")
    return made


def foreseen(session, *, at=NOW):
    made = version(session, "3.3")
    found = forecasts.forecast(session, made, release_at=at + DAY, at=at, zone=demo.ZONE)
    return outlooks.outlooks(session, found, at=at, zone=demo.ZONE)


CODES = count(1)


def train(session, number, module, *, at):
    officer, published = person(session, number), content.newest(session, module)
    attempt = training.open_attempt(session, officer, published, Mode.ASSESSMENT, language="en", seed=7, at=at)
    for entry in Paper.from_json(attempt.paper).items:
        key = published.bank.by_id()[entry.item_id].interaction.key
        training.save_answer(session, attempt, entry.item_id, key, sequence=None, at=at)
    training.submit(session, attempt, published, blanks_accepted=False, at=at)
    terms = {"zone": demo.ZONE, "new_code": lambda: f"readiness-{next(CODES)}"}
    return certification.award_what_is_due(session, officer, at=at, recorded_at=at, **terms)


def certified_today(session):
    """Return the service numbers of officers whose certification is in force, by the standing that pages show."""
    numbers = [officer.number for officer in demo.OFFICERS]
    return {number for number in numbers if ask(session, number, "3.2").standing.validity in IN_FORCE}


def test_nobody_is_ready_on_the_day_of_the_announcement(agency, announced):
    found = foreseen(agency).readiness
    assert (found.since, found.days, found.trained) == (date(2026, 11, 22), (), 0)
    assert found.certified == found.missing == len(certified_today(agency)) > 0


def test_the_curve_counts_who_is_done_by_the_end_of_each_day(agency, announced):
    assert train(agency, "DP-1003", "sightline-3-3", at=NOW + DAY)
    assert train(agency, "DP-1007", "sightline-3-3", at=NOW + 3 * DAY)
    found = foreseen(agency, at=NOW + 5 * DAY).readiness
    assert found.days == ((date(2026, 11, 23), 1), (date(2026, 11, 25), 2))
    assert (found.trained, found.missing) == (2, found.certified - 2)
    assert foreseen(agency, at=NOW + 2 * DAY).readiness.trained == 1, "what lies ahead of the question is not counted"


def test_who_is_carried_over_has_nothing_to_do_and_is_not_missing(agency):
    prepare(agency, "3.3")
    assess(agency, "3.2", "3.3", Level.CARRY_OVER)
    found = foreseen(agency).readiness
    assert found.nothing_to_do > 0
    assert found.certified == found.trained + found.nothing_to_do + found.missing


def test_a_module_passed_is_needed_no_more(agency, announced):
    before = foreseen(agency).needs
    train(agency, "DP-1003", "sightline-3-3", at=NOW)
    after = foreseen(agency, at=NOW + DAY).needs
    minutes = content.newest(agency, "sightline-3-3").module.minutes
    assert before.minutes - after.minutes == minutes > 0


def test_the_need_adds_up_by_module_and_by_unit(agency, announced):
    found = foreseen(agency).needs
    by_slug = {one.slug: one for one in found.modules}
    certified = certified_today(agency)
    assert by_slug["sightline-3-3"].officers == len(certified)
    on_3_1_only = {one for one in certified if ask(agency, one, "3.2").standing.coverage is not Coverage.COVERED}
    assert by_slug["sightline-3-2"].officers == len(on_3_1_only) > 0
    assert sum(one.modules for one in found.units) == sum(one.officers for one in found.modules)
    assert sum(one.minutes for one in found.units) == found.minutes
    assert sum(one.officers for one in found.units) == len(certified)
    assert found.observations == 0


def test_level_three_needs_a_sign_off_for_each_officer(agency):
    prepare(agency, "3.3")
    assess(agency, "3.2", "3.3", Level.DIFFERENCES_OBSERVED, "sightline-3-3")
    found = foreseen(agency).needs
    assert found.observations == len(certified_today(agency))


def test_a_text_to_read_is_a_signature_and_no_minutes(agency):
    prepare(agency, "3.3")
    assess(agency, "3.2", "3.3", Level.FAMILIARISATION)
    found = foreseen(agency).needs
    assert sum(one.readings for one in found.units) == len(certified_today(agency))
    assert {one.slug for one in found.modules} == {"sightline-3-2"}


def test_before_the_announcement_the_need_is_foreseen_all_the_same(agency):
    before = version(agency, "3.2")
    new = releases.NewVersion("3.3", before.id, "x", "y", Prohibition.NONE)
    releases.register_version(agency, before.tool, new, at=NOW, by=person(agency, "DP-3001"))
    assess(agency, "3.2", "3.3", Level.DIFFERENCES, "sightline-3-3")
    found = foreseen(agency)
    assert found.readiness.since is None
    assert {one.slug for one in found.needs.modules} >= {"sightline-3-3"}


def test_the_forecast_takes_as_many_statements_for_many_officers_as_for_few(agency, announced):
    few = _statements(agency)
    of_officer = select(Award).join(Person, Person.id == Award.officer_id).where(Person.service_number == "DP-1003")
    pattern = agency.scalars(of_officer).first()
    assert pattern is not None
    for number in range(200):
        _certified_like(agency, pattern, number)
    assert _statements(agency) == few
    assert foreseen(agency).readiness.certified >= 200


def _statements(session):
    seen = []

    def note(*_: object) -> None:
        seen.append(1)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    foreseen(session)
    event.remove(session.get_bind(), "before_cursor_execute", note)
    return len(seen)


def _certified_like(session, award, number):
    stamp = {"effective_at": award.effective_at, "recorded_at": award.recorded_at}
    new = Person(**stamp, service_number=f"X-{number}", name=f"Extra {number}", email=None)
    session.add(new)
    session.flush()
    session.add(AccountFact(**stamp, person_id=new.id, change=AccountChange.OPENED))
    copied = {
        name: getattr(award, name)
        for name in ("version_id", "kind", "policy_id", "requirement_set_id", "steps", "attempts_from", "evidence")
    }
    own = {"evidence_key": f"extra:{number}", "holder_name": new.name, "code": f"extra-{number}"}
    session.add(Award(**stamp, **copied, **own, officer_id=new.id))
    session.flush()


def test_one_quiz_earns_at_once_what_every_version_asks_for_the_one_to_come_too(agency):
    prepare(agency, "3.3")
    assess(agency, "3.2", "3.3", Level.FULL)
    made = train(agency, "DP-1002", "ai-limits", at=NOW + DAY)
    assert [agency.get_one(ToolVersion, award.version_id).label for award in made] == ["3.2", "3.3", "5.0"]
    assert {award.kind for award in made} == {AwardKind.FULL}
    assert {award.effective_at for award in made} == {NOW + DAY}
