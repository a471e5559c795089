"""Training impact assessments: what officers certified on one version must do for another, found by two registrars."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.tools import AssessmentSignature, ImpactAssessment, ToolVersion
from training_app.rules.facts import Assessment, Level
from training_app.services import schedules
from training_app.services.second_signatures import second_person, sign_once, still_the_latest
from training_app.services.tool_versions import facts_of, one_registrar_at_a_time

#: Days of grace where nobody says otherwise, by level; the others have none.
USUAL_GRACE_DAYS = {Level.FAMILIARISATION: 14}


class AssessmentIncomplete(TrainingError):
    """The assessment lacks what its level demands."""


class NoDeltaModule(AssessmentIncomplete):
    def __init__(self) -> None:
        super().__init__("Choose at least one delta module: at this level officers take what changed.")


class GraceWithoutReason(AssessmentIncomplete):
    def __init__(self) -> None:
        super().__init__("Say why officers may go on without this training while grace runs.")


class GraceNotAgreed(AssessmentIncomplete):
    def __init__(self) -> None:
        super().__init__("This assessment gives grace. Say why you agree to it.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a registrar finds for one step; ``level`` is ``None`` for "no way from here"."""

    level: Level | None
    grace_days: int
    modules: tuple[str, ...]
    what_changed: str
    grace_reason: str | None

    def complete(self) -> None:
        """Accept what has everything that its level demands.

        :raises NoDeltaModule: if level 2 or 3 names none;
        :raises GraceWithoutReason: if grace from level 2 on has none.
        """
        if self.level is None or self.level < Level.DIFFERENCES:
            return
        if self.level < Level.FULL and not self.modules:
            raise NoDeltaModule
        if self.grace_days and not self.grace_reason:
            raise GraceWithoutReason


def assess(
    session: Session, start: ToolVersion, end: ToolVersion, verdict: Verdict, *, at: datetime, by: Person
) -> ImpactAssessment:
    """Write the assessment of the edge from *start* to *end*; it is in force once another registrar signs.

    :raises NoDeltaModule: if level 2 or 3 names none;
    :raises GraceWithoutReason: if grace from level 2 on has no reason.
    """
    verdict.complete()
    one_registrar_at_a_time(session, end)
    fact = ImpactAssessment(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        tool_id=end.tool_id,
        start_id=start.id,
        end_id=end.id,
        level=None if verdict.level is None else int(verdict.level),
        grace_days=verdict.grace_days,
        modules=list(verdict.modules),
        what_changed=verdict.what_changed,
        grace_reason=verdict.grace_reason or None,
    )
    session.add(fact)
    session.flush()
    return fact


def sign_assessment(
    session: Session, assessment: ImpactAssessment, *, reason: str | None, at: datetime, by: Person, zone: ZoneInfo
) -> None:
    """Sign as the second registrar; the assessment is in force from then on.

    :raises SameSigner: if *by* wrote it; :raises AlreadyDone: if it is signed;
    :raises GraceNotAgreed: if it gives grace from level 2 on and *reason* is empty;
    :raises Superseded: if the same edge was assessed again;
    :raises ScheduleBroken: if a scheduled release could not stand with it.
    """
    second_person(assessment.recorded_by_id, by)
    one_registrar_at_a_time(session, assessment.end)
    still_the_latest(session, assessment)
    if assessment.grace_reason and not reason:
        raise GraceNotAgreed
    facts = facts_of(session, assessment.end.tool)
    signed = replace(facts, assessments=(*facts.assessments, as_signed(assessment, at)))
    schedules.keep(facts, signed, at=at, zone=zone)
    signature = AssessmentSignature(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        assessment_id=assessment.id,
        author_id=assessment.recorded_by_id,
        reason=reason or None,
    )
    sign_once(session, signature)


def as_signed(assessment: ImpactAssessment, at: datetime) -> Assessment:
    """Return *assessment* as the rules will know it if it is signed at *at*."""
    return Assessment(
        effective_at=at,
        recorded_at=at,
        id=f"assumed:{assessment.id}",
        start=assessment.start.label,
        end=assessment.end.label,
        level=assessment.verdict,
        grace_days=assessment.grace_days,
        modules=tuple(assessment.modules),
    )
