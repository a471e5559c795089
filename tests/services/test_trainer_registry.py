"""The registry decides: who may qualify whom, on what, for how long; and every refusal says what is missing."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.services import qualified, recorded
from tests.services.recorded import NOW, ZONE
from training_app.models.people import AccountChange, AccountFact
from training_app.models.trainers import (
    ContinuingEducation,
    DeclaredInterest,
    EthicsDeclaration,
    LevelName,
    TrainerMeasure,
    TrainerQualification,
    TrainerQualificationSignature,
)
from training_app.rules.civil_time import CivilInstant
from training_app.rules.trainers import (
    Act,
    Condition,
    EvidenceKind,
    InterestKind,
    MeasureKind,
    QualificationLevel,
    Scope,
)
from training_app.services import trainer_acts, trainer_desk, trainer_facts
from training_app.services import trainer_registry as registry
from training_app.services.trainer_acts import NotAllowed
from training_app.services.trainer_desk import State
from training_app.services.trainer_registry import Asked, Evidence

ON = CivilInstant(NOW, ZONE)
AI = Scope(subject="ai")
EVIDENCE = (
    Evidence(EvidenceKind.TRAINER_COURSE, "submission:1", date(2026, 2, 1)),
    Evidence(EvidenceKind.EXPERIENCE, "Five years"),
    Evidence(EvidenceKind.OBSERVED_LESSON, "Base rates", date(2026, 2, 2), "RP-1"),
    Evidence(EvidenceKind.CONDUCT_CHECK, "", date(2026, 2, 3), "RP-2"),
    Evidence(EvidenceKind.DOCUMENT, "Diploma", sha256="ab" * 32),
)


def later(days: int) -> CivilInstant:
    return CivilInstant(NOW + timedelta(days=days), ZONE)


def asked(level=QualificationLevel.ASSESSOR, through=date(2028, 3, 1), scope=AI, **given) -> Asked:
    return Asked(**{"scope": scope, "level": level, "through": through, "evidence": EVIDENCE} | given)


def somebody(session):
    person = recorded.person(session)
    stamp = {"effective_at": NOW - timedelta(days=9), "recorded_at": NOW - timedelta(days=9)}
    session.add(AccountFact(**stamp, person_id=person.id, change=AccountChange.OPENED))
    session.flush()
    return person


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_a_lead_of_the_subject_qualifies_a_person_once_whatever_is_clicked(session):
    lead, person = qualified.trainer(session, subject="ai"), somebody(session)
    granted = registry.qualify(session, person, asked(), on=ON, by=lead)
    assert registry.qualify(session, person, asked(), on=ON, by=lead).id == granted.id
    [held] = trainer_facts.of(session, person.id).qualifications
    assert (held.scope, held.level, held.by) == (AI, QualificationLevel.ASSESSOR, {str(lead.id)})
    assert [one["kind"] for one in granted.evidence] == [one.kind for one in EVIDENCE]


REFUSED = {
    "a lead of another subject": ("rights", Condition.NOT_QUALIFIED),
    "an assessor": (LevelName.ASSESSOR, Condition.LEVEL_TOO_LOW),
}


@pytest.mark.parametrize("who", REFUSED)
def test_only_a_lead_of_the_scope_qualifies(session, who):
    given, condition = REFUSED[who]
    named = {"level": given, "subject": "ai"} if isinstance(given, LevelName) else {"subject": given}
    by = qualified.trainer(session, **named)
    with pytest.raises(NotAllowed) as refused:
        registry.qualify(session, somebody(session), asked(), on=ON, by=by)
    assert refused.value.unmet == (condition,)


def test_nobody_qualifies_themselves_or_whom_their_own_qualification_rests_on(session):
    first = qualified.trainer(session, subject="ai")
    second, third = somebody(session), somebody(session)
    lead = asked(QualificationLevel.LEAD)
    registry.qualify(session, second, lead, on=ON, by=first)
    session.add(qualified.declaration(second, effective_at=NOW, recorded_at=NOW))
    registry.qualify(session, third, lead, on=ON, by=second)
    session.add(qualified.declaration(third, effective_at=NOW, recorded_at=NOW))
    for person, by, condition in ((first, first, "self"), (first, second, "cycle"), (first, third, "cycle")):
        with pytest.raises(NotAllowed) as refused:
            registry.qualify(session, person, lead, on=ON, by=by)
        assert refused.value.unmet == (condition,)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(
            TrainerQualification(
                effective_at=NOW, recorded_at=NOW, recorded_by_id=first.id, person_id=first.id, subject="ai",
                level=LevelName.LEAD, through=date(2028, 1, 1), special=False, evidence=[],
            )
        )  # fmt: skip


WRONG = {
    "evidence is missing": (asked(evidence=EVIDENCE[:2]), registry.EvidenceMissing),
    "it would run for more than three years": (asked(through=date(2029, 3, 2)), registry.TooLong),
    "its last day has passed": (asked(through=date(2026, 2, 28)), registry.Over),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_asked_must_be_fit_to_grant(session, what):
    wanted, error = WRONG[what]
    with pytest.raises(error):
        registry.qualify(session, somebody(session), wanted, on=ON, by=qualified.trainer(session, subject="ai"))
    assert count(session, TrainerQualification) == 1


def test_a_person_without_an_open_account_is_not_qualified(session):
    lead, person = qualified.trainer(session, subject="ai"), recorded.person(session)
    with pytest.raises(registry.NoAccount):
        registry.qualify(session, person, asked(), on=ON, by=lead)


def test_the_first_trainer_of_a_tool_is_founded_by_two_for_a_year_and_one_version(session):
    tool = recorded.tool(session, slug="sightline")
    first, second, person = recorded.person(session), recorded.person(session), somebody(session)
    wanted = asked(scope=Scope(tool="sightline"), through=date(2027, 3, 1), special=True)
    granted = registry.qualify_specially(session, person, wanted, on=ON, by=first)
    assert trainer_facts.of(session, person.id).qualifications == ()
    [held] = trainer_desk.trainer(session, person, on=ON).held
    assert held.state is State.WAITS
    for by in (first, person):
        with pytest.raises(NotAllowed):
            registry.sign(session, granted, on=ON, by=by)
    registry.sign(session, granted, on=later(1), by=second)
    with pytest.raises(registry.SignedAlready):
        registry.sign(session, granted, on=later(1), by=recorded.person(session))
    [held] = trainer_facts.of(session, person.id).qualifications
    assert (held.effective_at, held.by) == (later(1).instant, {str(first.id), str(second.id)})
    assert tool.id == granted.tool_id
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(
            TrainerQualificationSignature(
                effective_at=NOW, recorded_at=NOW, recorded_by_id=first.id, person_id=person.id,
                qualification_id=granted.id, author_id=first.id,
            )
        )  # fmt: skip


@pytest.mark.parametrize(("through", "error"), [(date(2027, 3, 2), registry.TooLong), (date(2027, 3, 1), None)])
def test_a_special_qualification_runs_for_a_year_at_most(session, through, error):
    wanted, person, by = asked(through=through, special=True), somebody(session), recorded.person(session)
    if error is None:
        registry.qualify_specially(session, person, wanted, on=ON, by=by)
    else:
        with pytest.raises(error):
            registry.qualify_specially(session, person, wanted, on=ON, by=by)


def test_where_a_lead_could_qualify_nobody_is_founded(session):
    qualified.trainer(session, subject="ai")
    with pytest.raises(registry.SomebodyElseCould):
        registry.qualify_specially(
            session,
            somebody(session),
            asked(through=date(2027, 3, 1), special=True),
            on=ON,
            by=recorded.person(session),
        )


def test_a_renewal_rests_on_what_was_done_and_learnt_since(session):
    lead = qualified.trainer(session, subject="ai")
    person = qualified.trainer(session, subject="ai", level=LevelName.INSTRUCTOR)
    held = session.scalars(select(TrainerQualification).where(TrainerQualification.person_id == person.id)).one()
    with pytest.raises(registry.NotCurrent) as refused:
        registry.renew(session, held, date(2029, 1, 1), (), on=ON, by=lead)
    assert (refused.value.found.acts, refused.value.found.hours) == (0, 0)


def test_education_counts_once_and_by_a_lead_of_the_trainer_only(session):
    lead = qualified.trainer(session, subject="ai")
    person = qualified.trainer(session, subject="ai", level=LevelName.INSTRUCTOR)
    said = {"title": "A refresher", "held_on": date(2026, 3, 1), "hours": 4, "document": b"%PDF"}
    for _twice in range(2):
        registry.record_education(session, person, **said, on=ON, by=lead)
    for by in (person, qualified.trainer(session, subject="rights"), somebody(session)):
        with pytest.raises(NotAllowed):
            registry.record_education(session, person, **said | {"title": "Mine"}, on=ON, by=by)
    [row] = session.scalars(select(ContinuingEducation)).all()
    assert (row.hours, len(row.document_sha256)) == (4, 64)
    held = session.scalars(select(TrainerQualification).where(TrainerQualification.person_id == person.id)).one()
    assert registry.currency(session, held, on=ON).hours == 4


def test_a_declaration_is_signed_once_a_day_and_lets_its_signer_act(session):
    person = qualified.trainer(session, subject="ai", declared=False)
    matter = trainer_acts.of_subject("ai")
    assert trainer_acts.unmet(session, Act.WRITE, person.id, matter, on=ON) == (Condition.DECLARATION_MISSING,)
    for _twice in range(2):
        registry.declare(session, person, text="I declare", language="en", on=ON)
    assert count(session, EthicsDeclaration) == 1
    assert trainer_acts.unmet(session, Act.WRITE, person.id, matter, on=ON) == ()
    assert trainer_acts.unmet(session, Act.WRITE, person.id, matter, on=later(366)) == (Condition.DECLARATION_OUTDATED,)


def test_an_interest_stands_against_assessing_until_its_end_is_declared(session):
    tool = recorded.tool(session, slug="sightline", vendor="Acme")
    person = qualified.trainer(session, tool=tool)

    def lacks():
        matter = trainer_acts.of_tool(session, tool, None, person.id, on=ON)
        return trainer_acts.unmet(session, Act.PUBLISH, person.id, matter, on=ON)

    assert lacks() == ()
    for _twice in range(2):
        interest = registry.declare_interest(session, person, InterestKind.EMPLOYED, "Acme", on=ON)
    assert count(session, DeclaredInterest) == 1
    assert lacks() == (Condition.INTEREST,)
    for _twice in range(2):
        registry.end_interest(session, interest, at=NOW)
    assert lacks() == ()


def test_whoever_is_not_certified_on_the_tool_does_not_teach_it(session):
    tool = recorded.tool(session, slug="sightline")
    person = qualified.trainer(session, tool=tool)
    matter = trainer_acts.of_tool(session, tool, None, person.id, on=ON)
    assert trainer_acts.unmet(session, Act.TEACH, person.id, matter, on=ON) == (Condition.OWN_CERTIFICATION,)
    assert trainer_acts.who_may(session, Act.TEACH, matter, on=ON) == []
    assert trainer_acts.who_may(session, Act.WRITE, matter, on=ON) == [person.id]


def test_the_register_shows_each_qualification_as_it_stands(session):
    person = qualified.trainer(session, subject="ai")
    by = recorded.person(session)
    soon = qualified.trainer(session, subject="rights")
    held = session.scalars(select(TrainerQualification).where(TrainerQualification.person_id == person.id)).one()
    session.add(
        TrainerMeasure(
            effective_at=NOW, recorded_at=NOW, recorded_by_id=by.id, person_id=person.id, kind=MeasureKind.SUSPENDED,
            qualification_id=held.id, reason_code="conduct", doubts_content=False, doubts_marks=False,
        )
    )  # fmt: skip
    rows = {row.person_id: row for row in trainer_desk.registry(session, on=ON)}
    assert [one.state for one in rows[person.id].standing] == [State.SUSPENDED]
    assert [one.state for one in rows[soon.id].standing] == [State.IN_FORCE]
    assert trainer_acts.unmet(session, Act.WRITE, person.id, trainer_acts.of_subject("ai"), on=ON) == (
        Condition.SUSPENDED,
    )
