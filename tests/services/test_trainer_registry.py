"""The registry decides: who may qualify whom, on what, for how long; and every refusal says what is missing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.services import qualified, recorded
from tests.services.recorded import NOW, ZONE
from training_app.models.people import AccountChange, AccountFact
from training_app.models.tools import ImpactAssessment, RequirementSet, ToolVersion
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
from training_app.rules.facts import Prohibition
from training_app.rules.permissions import Role
from training_app.rules.qualifying import WITNESSED, AgainstRenewal, EvidenceKind
from training_app.rules.trainers import Act, Condition, InterestKind, Matter, MeasureKind, QualificationLevel, Scope
from training_app.services import trainer_acts, trainer_currency, trainer_declarations, trainer_desk, trainer_facts
from training_app.services import trainer_registry as registry
from training_app.services.trainer_acts import NotAllowed
from training_app.services.trainer_desk import State
from training_app.services.trainer_registry import Asked, Evidence

ON = CivilInstant(NOW, ZONE)
AI, SIGHTLINE = Scope(subject="ai"), Scope(tool="sightline")
EVIDENCE = (
    Evidence(EvidenceKind.TRAINER_COURSE, "submission:1", date(2026, 2, 1)),
    Evidence(EvidenceKind.EXPERIENCE, "Five years"),
    Evidence(EvidenceKind.OBSERVED_LESSON, "Base rates", date(2026, 2, 2), "W-1"),
    Evidence(EvidenceKind.CONDUCT_CHECK, "", date(2026, 2, 3), "W-1"),
    Evidence(EvidenceKind.DOCUMENT, "Diploma", sha256="ab" * 32),
)


@pytest.fixture(autouse=True)
def witness(session):
    """Who observed the lessons and checked the conduct."""
    return recorded.person(session, service_number="W-1")


def later(days: int) -> CivilInstant:
    return CivilInstant(NOW + timedelta(days=days), ZONE)


def asked(level=QualificationLevel.ASSESSOR, through=date(2028, 3, 1), scope=AI, **given) -> Asked:
    return Asked(**{"scope": scope, "level": level, "through": through, "evidence": EVIDENCE} | given)


def founding(level=QualificationLevel.ASSESSOR, **given) -> Asked:
    """The first trainer of a tool, for its version 3.2."""
    return asked(level, date(2027, 3, 1), **{"scope": SIGHTLINE, "special": True, "version": "3.2"} | given)


def version(session, label="3.2", *, of=None, **columns) -> ToolVersion:
    row = ToolVersion(
        effective_at=NOW, recorded_at=NOW, tool_id=of or recorded.tool(session, slug="sightline", **columns).id,
        label=label, prohibition=Prohibition.NONE, what_changed="First.", how_to_stop="Halt.",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def measure(session, person, kind, **columns) -> TrainerMeasure:
    """Record a measure the day after everything else."""
    at = NOW + timedelta(hours=20)
    row = TrainerMeasure(
        effective_at=at, recorded_at=at, recorded_by_id=recorded.person(session).id, person_id=person.id, kind=kind,
        reason_code="conduct", doubts_content=False, doubts_marks=False, **columns,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def of_person(session, person) -> TrainerQualification:
    return session.scalars(select(TrainerQualification).where(TrainerQualification.person_id == person.id)).one()


def somebody(session, **columns):
    person = recorded.person(session, **columns)
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
    made = version(session)
    first, second, person = recorded.person(session), recorded.person(session), somebody(session)
    wanted = founding()
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
    assert (granted.tool_id, granted.version_id) == (made.tool_id, made.id)
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
    qualified.signs_in_as(session, qualified.trainer(session, subject="ai"), Role.LEAD)
    with pytest.raises(registry.SomebodyElseCould):
        registry.qualify_specially(
            session,
            somebody(session),
            asked(through=date(2027, 3, 1), special=True),
            on=ON,
            by=recorded.person(session),
        )


def test_a_lead_who_cannot_sign_in_as_one_is_no_obstacle_to_founding(session):
    qualified.signs_in_as(session, qualified.trainer(session, subject="ai"), Role.TRAINER)
    gone = qualified.signs_in_as(session, qualified.trainer(session, subject="ai"), Role.LEAD)
    session.add(AccountFact(effective_at=NOW, recorded_at=NOW, person_id=gone.id, change=AccountChange.CLOSED))
    wanted = asked(through=date(2027, 3, 1), special=True)
    first, second, person = recorded.person(session), recorded.person(session), somebody(session)
    granted = registry.qualify_specially(session, person, wanted, on=ON, by=first)
    assert registry.sign(session, granted, on=ON, by=second).qualification_id == granted.id


def test_whoever_founds_a_trainer_is_bound_by_that_signature_for_good_and_so_is_the_second(session):
    """A founds B and so B cannot qualify A; B qualified C, so C neither proposes nor signs for B."""
    first, second, founded = somebody(session), somebody(session), somebody(session)
    wanted = asked(QualificationLevel.LEAD, through=date(2027, 3, 1), special=True)
    registry.sign(session, registry.qualify_specially(session, founded, wanted, on=ON, by=first), on=ON, by=second)
    session.add(qualified.declaration(founded, effective_at=NOW, recorded_at=NOW))
    for signer in (first, second):
        with pytest.raises(NotAllowed) as refused:
            registry.qualify(session, signer, asked(), on=ON, by=founded)
        assert refused.value.unmet == (Condition.CYCLE,)
    third = somebody(session)
    registry.qualify(session, third, asked(), on=ON, by=founded)
    again = asked(through=date(2027, 2, 1), special=True)
    with pytest.raises(NotAllowed) as refused:
        registry.qualify_specially(session, founded, again, on=ON, by=third)
    assert refused.value.unmet == (Condition.CYCLE,)
    proposed = registry.qualify_specially(session, founded, again, on=ON, by=first)
    with pytest.raises(NotAllowed) as refused:
        registry.sign(session, proposed, on=ON, by=third)
    assert refused.value.unmet == (Condition.CYCLE,)


def test_who_was_founded_to_lead_a_tool_qualifies_others_for_it(session):
    version(session)
    first, second, lead = recorded.person(session), recorded.person(session), somebody(session)
    granted = registry.qualify_specially(session, lead, founding(QualificationLevel.LEAD), on=ON, by=first)
    registry.sign(session, granted, on=ON, by=second)
    session.add(qualified.declaration(lead, effective_at=NOW, recorded_at=NOW))
    made = registry.qualify(session, somebody(session), asked(scope=SIGHTLINE), on=ON, by=lead)
    assert (made.tool_id, made.version_id, made.special) == (granted.tool_id, None, False)


UNKNOWN = {
    "no version": ({"version": None}, registry.NoSuchVersion),
    "an unknown version": ({"version": "9.9"}, registry.NoSuchVersion),
    "an unknown tool": ({"scope": Scope(tool="unknown")}, registry.NoSuchScope),
}


@pytest.mark.parametrize("which", UNKNOWN)
def test_a_tool_is_founded_for_one_registered_version(session, which):
    change, error = UNKNOWN[which]
    version(session)
    with pytest.raises(error):
        registry.qualify_specially(session, somebody(session), founding(**change), on=ON, by=somebody(session))


@pytest.mark.parametrize(("special", "named"), [(True, False), (False, True)])
def test_the_table_takes_a_special_qualification_for_exactly_one_version_and_no_other_for_any(session, special, named):
    made, first, person = version(session), recorded.person(session), recorded.person(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(
            TrainerQualification(
                effective_at=NOW, recorded_at=NOW, recorded_by_id=first.id, person_id=person.id, tool_id=made.tool_id,
                version_id=made.id if named else None, level=LevelName.LEAD, through=date(2027, 1, 1), special=special,
                evidence=[],
            )
        )  # fmt: skip


UNVOUCHED = {
    "nobody is named": ({"by": None}, registry.NobodyToVouch),
    "nobody here": ({"by": "RP-0"}, registry.NobodyToVouch),
    "the person": ({"by": "T-1"}, registry.NobodyToVouch),
    "the person, in small letters": ({"by": "t-1"}, registry.NobodyToVouch),
    "without a day": ({"day": None}, registry.NotSeenYet),
    "tomorrow": ({"day": date(2026, 3, 2)}, registry.NotSeenYet),
    "today, by somebody in small letters": ({"day": date(2026, 3, 1), "by": "w-1"}, None),
}


@pytest.mark.parametrize("kind", sorted(WITNESSED))
@pytest.mark.parametrize("case", UNVOUCHED)
def test_somebody_here_other_than_the_trainer_has_observed_and_checked_by_today(session, case, kind):
    change, error = UNVOUCHED[case]
    person = somebody(session, service_number="T-1")
    given = tuple(replace(one, **change) if one.kind is kind else one for one in EVIDENCE)
    lead = qualified.trainer(session, subject="ai")
    if error is None:
        granted = registry.qualify(session, person, asked(evidence=given), on=ON, by=lead)
        assert "W-1" in [one.get("by") for one in granted.evidence if one["kind"] == kind]
    else:
        with pytest.raises(error):
            registry.qualify(session, person, asked(evidence=given), on=ON, by=lead)


def test_what_was_revoked_is_granted_anew_on_what_was_seen_since(session):
    lead = qualified.trainer(session, subject="ai")
    person = qualified.trainer(session, subject="ai", level=LevelName.ASSESSOR)
    measure(session, person, MeasureKind.REVOKED)
    unseen = asked(QualificationLevel.AUTHOR, evidence=EVIDENCE[:2])
    for wanted in (asked(), unseen):
        with pytest.raises(registry.FromBeforeTheRevocation):
            registry.qualify(session, person, wanted, on=later(3), by=lead)
    since = tuple(replace(one, day=later(2).day) if one.kind in WITNESSED else one for one in EVIDENCE)
    again = registry.qualify(session, person, asked(evidence=since), on=later(3), by=lead)
    qualified.made_current(session, person, at=later(4).instant)
    assert registry.renew(session, again, date(2029, 1, 1), (), on=later(5), by=lead).renews_id == again.id
    assert trainer_acts.unmet(session, Act.PUBLISH, person.id, trainer_acts.of_subject("ai"), on=later(3)) == ()


@pytest.mark.parametrize("granted_before", [True, False], ids=["parallel", "since"])
def test_another_grant_is_no_way_around_a_suspension_until_the_reinstatement(session, granted_before):
    lead = qualified.trainer(session, subject="ai")
    person = qualified.trainer(session, subject="ai", level=LevelName.ASSESSOR)
    held = of_person(session, person)
    if granted_before:
        registry.qualify(session, person, asked(), on=ON, by=lead)
    suspended = measure(session, person, MeasureKind.SUSPENDED, qualification_id=held.id)
    if not granted_before:
        registry.qualify(session, person, asked(), on=later(1), by=lead)

    def lacks():
        return trainer_acts.unmet(session, Act.PUBLISH, person.id, trainer_acts.of_subject("ai"), on=later(2))

    assert lacks() == (Condition.SUSPENDED,)
    measure(session, person, MeasureKind.REINSTATED, ends_id=suspended.id, ended_recorder_id=suspended.recorded_by_id)
    assert lacks() == ()


def test_a_renewal_is_given_once_and_carries_on_the_newest_grant_only(session):
    lead, other = (qualified.trainer(session, subject="ai") for _lead in range(2))
    person = qualified.made_current(session, qualified.trainer(session, subject="ai", level=LevelName.INSTRUCTOR))
    held, day = of_person(session, person), date(2029, 1, 1)
    renewed = registry.renew(session, held, day, (), on=ON, by=lead)
    assert registry.renew(session, held, day, (), on=ON, by=lead).id == renewed.id, "a second click"
    with pytest.raises(registry.NotRenewable) as refused:
        registry.renew(session, held, day, (), on=ON, by=other)
    assert refused.value.why is AgainstRenewal.NOT_THE_NEWEST
    assert [one.against_renewal for one in trainer_desk.trainer(session, person, on=ON).held] == [
        None,
        AgainstRenewal.NOT_THE_NEWEST,
    ]
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(
            TrainerQualification(
                effective_at=NOW, recorded_at=NOW, recorded_by_id=other.id, person_id=person.id, subject="ai",
                level=LevelName.INSTRUCTOR, through=day, special=False, evidence=[], renews_id=held.id,
            )
        )  # fmt: skip


@pytest.mark.parametrize("kind", [MeasureKind.SUSPENDED, MeasureKind.REVOKED])
def test_what_a_measure_stands_against_is_not_renewed(session, kind):
    lead = qualified.trainer(session, subject="ai")
    person = qualified.made_current(session, qualified.trainer(session, subject="ai", level=LevelName.INSTRUCTOR))
    held = of_person(session, person)
    measure(session, person, kind, qualification_id=held.id)
    with pytest.raises(registry.NotRenewable) as refused:
        registry.renew(session, held, date(2029, 1, 1), (), on=later(1), by=lead)
    assert refused.value.why is AgainstRenewal.ON_EVIDENCE


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
        trainer_currency.record_education(session, person, **said, on=ON, by=lead)
    for by in (person, qualified.trainer(session, subject="rights"), somebody(session)):
        with pytest.raises(NotAllowed):
            trainer_currency.record_education(session, person, **said | {"title": "Mine"}, on=ON, by=by)
    [row] = session.scalars(select(ContinuingEducation)).all()
    assert (row.hours, len(row.document_sha256)) == (4, 64)
    held = session.scalars(select(TrainerQualification).where(TrainerQualification.person_id == person.id)).one()
    assert trainer_currency.currency(session, held, on=ON).hours == 4


def test_a_declaration_is_signed_once_a_day_and_lets_its_signer_act(session):
    person = qualified.trainer(session, subject="ai", declared=False)
    matter = trainer_acts.of_subject("ai")
    assert trainer_acts.unmet(session, Act.WRITE, person.id, matter, on=ON) == (Condition.DECLARATION_MISSING,)
    for _twice in range(2):
        trainer_declarations.declare(session, person, text="I declare", language="en", on=ON)
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
        interest = trainer_declarations.declare_interest(session, person, InterestKind.EMPLOYED, "Acme", on=ON)
    assert count(session, DeclaredInterest) == 1
    assert lacks() == (Condition.INTEREST,)
    for _twice in range(2):
        trainer_declarations.end_interest(session, interest, at=NOW)
    assert lacks() == ()


MODULES = {
    "asked for an award on the tool": ({"full_modules": ["it"]}, "module", {"Acme"}),
    "asked for its renewal": ({"renewal_modules": ["it"]}, "module", {"Acme"}),
    "another module is asked": ({"full_modules": ["other"]}, "module", set()),
    "a difference of the tool": ({"delta": ["it"]}, "delta", {"Acme"}),
    "a difference that nothing asks for yet": ({}, "delta", {"Acme", "Other"}),
    "a general module": ({}, "module", set()),
}


@pytest.mark.parametrize("case", MODULES)
def test_an_act_on_a_module_is_about_the_vendors_of_all_tools_that_it_teaches(session, case):
    asking, kind, vendors = MODULES[case]
    recorded.tool(session, vendor="Other")
    start = version(session, vendor="Acme")
    end = version(session, "3.3", of=start.tool_id)
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": recorded.person(session).id}
    modules = {"full_modules": [], "renewal_modules": []} | {k: v for k, v in asking.items() if k != "delta"}
    session.add(RequirementSet(**stamp, version_id=start.id, revision=1, **modules))
    session.add(
        ImpactAssessment(
            **stamp, tool_id=start.tool_id, start_id=start.id, end_id=end.id, level=2, grace_days=0,
            modules=asking.get("delta", []), what_changed="More.",
        )
    )  # fmt: skip
    session.flush()
    found = trainer_acts.of_content(session, "it", {"kind": kind, "subject_area": "ai"})
    assert found == Matter(scope=AI, vendors=frozenset(vendors))


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
