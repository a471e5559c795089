"""A later requirement set: assessed, signed by two, and what it then asks of officers who are certified already."""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select

from quizzes.paper import Paper
from tests.services.version_life import MODULES, NOW, ask, person, registrars, version
from training_app import demo
from training_app.models.tools import RequirementChange, RequirementSet
from training_app.models.training import Mode, RequirementFamiliarisation
from training_app.rules.certification import Coverage
from training_app.rules.facts import AwardKind, Level, Prohibition
from training_app.services import (
    assessments,
    certification,
    consequences,
    content,
    readings,
    releases,
    requirements,
    training,
)
from training_app.services.assessments import Verdict
from training_app.services.consequences import Effect
from training_app.services.second_signatures import AlreadyDone, SameSigner, Superseded

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
COVERED, OVERDUE, ON_3_1 = "DP-1003", "DP-1001", "DP-1007"


@pytest.fixture
def agency(demo_session):
    return demo_session


@pytest.fixture
def codes():
    serial = count(1)
    return lambda: f"code-{next(serial)}"


def change(level=Level.FAMILIARISATION, *modules, grace_days=0, grace_reason=None):
    return Verdict(level, grace_days, modules, "The law on custody pictures changed.", grace_reason)


def propose(session, verdict, *, full=("ai-limits",), at=NOW):
    asked = {**MODULES, "full": list(full)}
    return requirements.propose_requirements(
        session, version(session, "3.2"), **asked, change=verdict, at=at, by=registrars(session)[0]
    )


def sign(session, proposed, *, reason=None, at=NOW, by="DP-3002"):
    requirements.sign_requirements(session, proposed, reason=reason, at=at, by=person(session, by))


def coverage(session, number, *, at=NOW):
    return ask(session, number, "3.2", at=at).standing.coverage


def test_a_set_in_place_of_one_in_force_is_assessed(agency):
    with pytest.raises(requirements.ChangeNotAssessed):
        propose(agency, None)
    with pytest.raises(requirements.ChangeNotAssessed):
        propose(agency, change(None))
    with pytest.raises(assessments.NoDeltaModule):
        propose(agency, change(Level.DIFFERENCES))
    with pytest.raises(assessments.GraceWithoutReason):
        propose(agency, change(Level.DIFFERENCES, "sightline-3-2", grace_days=5))
    assert agency.scalars(select(RequirementChange)).all() == []


def test_the_same_set_that_asks_nothing_is_no_change(agency):
    with pytest.raises(requirements.NothingChanged):
        propose(agency, change(Level.CARRY_OVER))
    assert propose(agency, change(Level.FAMILIARISATION)).revision == 2


def test_a_set_in_place_of_one_that_nobody_signed_asks_nothing(agency):
    before = version(agency, "3.2")
    new = requirements.propose_requirements
    first, _second = registrars(agency)
    made = releases.register_version(
        agency, before.tool, releases.NewVersion("3.3", before.id, "x", "y", Prohibition.NONE), at=NOW, by=first
    )
    assert requirements.change_of(agency, new(agency, made, **MODULES, at=NOW, by=first)) is None
    again = new(agency, made, **MODULES, at=NOW, by=first)
    sign(agency, again)
    assert requirements.change_of(agency, again).level == Level.CARRY_OVER
    assert requirements.in_force(agency, made) is again


def test_it_asks_nothing_of_anybody_before_the_second_signature(agency):
    propose(agency, change(Level.DIFFERENCES, "sightline-3-3"))
    assert coverage(agency, COVERED, at=NOW + DAY) is Coverage.COVERED


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        pytest.param(change(Level.DIFFERENCES, "sightline-3-3"), Coverage.OVERDUE, id="differences"),
        pytest.param(change(Level.FULL), Coverage.OVERDUE, id="whole-course"),
        pytest.param(change(Level.FAMILIARISATION, grace_days=14), Coverage.DUE, id="familiarisation"),
    ],
)
def test_once_signed_officers_are_held_to_it(agency, verdict, expected):
    sign(agency, propose(agency, verdict), at=NOW + HOUR)
    assert coverage(agency, COVERED, at=NOW + HOUR) is expected
    assert coverage(agency, COVERED, at=NOW) is Coverage.COVERED


def test_a_set_that_carries_over_asks_nothing(agency):
    proposed = propose(agency, change(Level.CARRY_OVER), full=("ai-limits", "sightline-3-2"))
    sign(agency, proposed)
    assert coverage(agency, COVERED) is Coverage.COVERED


def test_grace_is_agreed_to_with_a_reason(agency):
    proposed = propose(agency, change(Level.DIFFERENCES, "sightline-3-3", grace_days=5, grace_reason="Little changed."))
    with pytest.raises(assessments.GraceNotAgreed):
        sign(agency, proposed)
    sign(agency, proposed, reason="Agreed with the legal unit.")
    assert coverage(agency, COVERED) is Coverage.DUE
    assert coverage(agency, COVERED, at=NOW + 6 * DAY) is Coverage.OVERDUE


def test_a_set_is_signed_once_by_another_and_only_the_latest(agency):
    older, newer = propose(agency, change()), propose(agency, change())
    with pytest.raises(Superseded):
        sign(agency, older)
    with pytest.raises(SameSigner):
        sign(agency, newer, by="DP-3001")
    sign(agency, newer)
    with pytest.raises(AlreadyDone):
        sign(agency, newer)


def test_the_preview_says_of_everybody_what_the_signature_then_brings(agency):
    proposed = propose(agency, change(Level.FAMILIARISATION, grace_days=14))
    effect = consequences.demands(agency, proposed, at=NOW, zone=demo.ZONE)
    sign(agency, proposed)
    for one in effect.officers:
        standing = ask(agency, one.officer.service_number, "3.2").standing
        assert (one.effect is Effect.DUE) == (standing.coverage is Coverage.DUE)
        assert one.due == standing.path.due
    assert {one.officer.service_number for one in effect.asked} >= {COVERED, ON_3_1}
    assert OVERDUE not in {one.officer.service_number for one in effect.officers}, "has the older training to do first"


def test_the_preview_tells_who_is_refused_at_once(agency):
    proposed = propose(agency, change(Level.DIFFERENCES, "sightline-3-3"))
    effect = consequences.demands(agency, proposed, at=NOW, zone=demo.ZONE)
    assert effect.count(Effect.REFUSED) == len(effect.officers) > 0


def test_reading_and_signing_what_changed_earns_the_award_once(agency, codes):
    proposed = propose(agency, change(Level.FAMILIARISATION, grace_days=14))
    sign(agency, proposed)
    officer = person(agency, COVERED)
    earned = {"zone": demo.ZONE, "new_code": codes}
    assert certification.award_what_is_due(agency, officer, at=NOW, recorded_at=NOW, **earned) == []
    later = NOW + HOUR
    for _click in range(2):
        readings.sign_requirement_change(agency, officer, proposed, at=later)
    signature = agency.scalars(select(RequirementFamiliarisation)).one()
    assert [(one.id, one.assessment) for one in certification.readings(agency, officer.id)] == [
        (f"requirement-signature:{signature.id}", f"set:{proposed.id}")
    ]
    [award] = certification.award_what_is_due(agency, officer, at=later, recorded_at=later, **earned)
    assert (award.kind, award.evidence["met_by"]) == (AwardKind.DELTA, [f"requirement-signature:{signature.id}"])
    assert certification.award_what_is_due(agency, officer, at=later, recorded_at=later, **earned) == []
    assert coverage(agency, COVERED, at=NOW + 30 * DAY) is Coverage.COVERED


def test_passing_the_modules_of_the_change_earns_the_award(agency, codes):
    sign(agency, propose(agency, change(Level.DIFFERENCES, "sightline-3-3")))
    officer, later = person(agency, COVERED), NOW + HOUR
    published = content.newest(agency, "sightline-3-3")
    attempt = training.open_attempt(agency, officer, published, Mode.ASSESSMENT, language="en", seed=7, at=later)
    for entry in Paper.from_json(attempt.paper).items:
        key = published.bank.by_id()[entry.item_id].interaction.key
        training.save_answer(agency, attempt, entry.item_id, key, sequence=None, at=later)
    training.submit(agency, attempt, published, blanks_accepted=False, at=later)
    [award] = certification.award_what_is_due(
        agency, officer, at=later, recorded_at=later, zone=demo.ZONE, new_code=codes
    )
    assert award.kind is AwardKind.DELTA
    assert coverage(agency, COVERED, at=later) is Coverage.COVERED


def test_the_set_that_is_replaced_is_the_last_one_in_force(agency):
    first = agency.scalars(select(RequirementSet).where(RequirementSet.version_id == version(agency, "3.2").id)).one()
    unsigned, latest = propose(agency, change()), propose(agency, change())
    assert requirements.replaced_by(agency, latest) is first
    assert requirements.replaced_by(agency, unsigned) is first
    assert requirements.replaced_by(agency, first) is None
