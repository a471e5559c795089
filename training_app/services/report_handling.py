"""What is done about a report: taken, asked about, acted on, decided, and closed by an independent second person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.reports import (
    AnsweredReport,
    ReportDecision,
    ReportDecisionSignature,
    ReportStep,
    ReportStepText,
    ResultReport,
)
from training_app.models.tools import ImpactAssessment, RequirementSet, ToolVersion, VersionFact
from training_app.models.wishes import AskedAfterReport
from training_app.rules import reports as rule
from training_app.rules import tool_owners as owner_rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.permissions import Role
from training_app.rules.reports import Acted, Bar, History, ReportOutcome, StepKind, Terms
from training_app.services import accounts, reports, retraining, tool_owners, wishes, withdrawals
from training_app.services.locks import one_at_a_time


class MayNotHandle(TrainingError):
    def __init__(self, bars: tuple[Bar, ...]) -> None:
        super().__init__("Somebody else does this: " + ", ".join(bars) + ".")
        self.bars = bars


class TakenAlready(TrainingError):
    def __init__(self) -> None:
        super().__init__("Somebody else has taken this report, perhaps a moment ago.")


class NotYours(TrainingError):
    def __init__(self) -> None:
        super().__init__("Take this report first.")


class ReportClosed(TrainingError):
    def __init__(self) -> None:
        super().__init__("This report is closed. Nothing was changed.")


class QuestionOpen(TrainingError):
    def __init__(self) -> None:
        super().__init__("A question waits for its answer already.")


class NoQuestion(TrainingError):
    def __init__(self) -> None:
        super().__init__("No question waits for an answer, perhaps because it was answered a moment ago.")


class DecidedAlready(TrainingError):
    def __init__(self) -> None:
        super().__init__("A decision waits for its signature already.")


class NothingToSign(TrainingError):
    def __init__(self) -> None:
        super().__init__("No decision waits for a signature here. Read the report again.")


class OtherTool(TrainingError):
    def __init__(self) -> None:
        super().__init__("That belongs to another tool.")


class NobodyByThatNumber(TrainingError):
    def __init__(self) -> None:
        super().__init__("Nobody here has that service number.")


class ToldLater(TrainingError):
    def __init__(self) -> None:
        super().__init__("That day is to come. Enter the day on which the provider was told.")


def registrars(session: Session, *, on: CivilInstant) -> frozenset[int]:
    """Return the ids of everybody who may handle reports by office: those who look after the tools."""
    return accounts.holders(session, Role.REGISTRAR, at=on.instant)


def bars(session: Session, report: ResultReport, by: Person, *, on: CivilInstant) -> tuple[Bar, ...]:
    """Return what keeps *by* from handling the report; empty: nothing."""
    reporter = reports.reporter_of(session, report.id)
    return rule.bars(by.id, reported_by=reporter, registrars=registrars(session, on=on))


def second_bars(session: Session, report: ResultReport, by: Person, *, on: CivilInstant) -> tuple[Bar, ...]:
    """Return what keeps *by* from signing a decision on the report; empty: nothing."""
    reporter, history = reports.reporter_of(session, report.id), reports.history_of(session, report)
    owners = owners_since(session, report, on=on)
    return rule.second_bars(by.id, history, reported_by=reporter, registrars=registrars(session, on=on), owners=owners)


def owners_since(session: Session, report: ResultReport, *, on: CivilInstant) -> frozenset[int]:
    """Return everybody who owned the report's tool since it was made."""
    tool_id = session.get_one(ToolVersion, report.version_id).tool_id
    named = tool_owners.namings(session, [tool_id])[tool_id]
    return owner_rule.owners_between(named, report.effective_at, on.instant)


def kept_for(session: Session, report: ResultReport, terms: Terms, *, on: CivilInstant) -> int | None:
    """Return the owner of the tool for whom the report is kept; ``None`` where any registrar may take it."""
    tool_id = session.get_one(ToolVersion, report.version_id).tool_id
    return owner_rule.kept_for(
        reports.history_of(session, report),
        owner_rule.owner(tool_owners.namings(session, [tool_id])[tool_id], at=on.instant),
        urgent=report.acted is Acted.STANDS,
        reported_by=reports.reporter_of(session, report.id),
        registrars=registrars(session, on=on),
        terms=terms,
        on=on,
    )


def lacks_people(session: Session, report: ResultReport, *, on: CivilInstant) -> bool:
    """Tell whether a further registrar is needed, for nobody is left to handle the report or to sign its end."""
    reporter, history = reports.reporter_of(session, report.id), reports.history_of(session, report)
    owners = owners_since(session, report, on=on)
    return rule.lacks_people(history, reported_by=reporter, registrars=registrars(session, on=on), owners=owners)


# -- taken -------------------------------------------------------------------------------------------------------------


def take(session: Session, report: ResultReport, terms: Terms, *, on: CivilInstant, by: Person) -> None:
    """Take the report, which acknowledges it; taking twice is taking once.

    It is taken over from somebody who may not handle it any more.

    :raises MayNotHandle: if it is the own report, *by* is no registrar, or it is kept for the owner of the tool;
    :raises TakenAlready, ReportClosed:
    """
    history = _open(session, report)
    if held := bars(session, report, by, on=on):
        raise MayNotHandle(held)
    if kept_for(session, report, terms, on=on) not in (None, by.id):
        raise MayNotHandle((Bar.FOR_OWNER,))
    if history.handler == by.id:
        return
    if history.handler is not None and history.handler in registrars(session, on=on):
        raise TakenAlready
    _step(session, report, StepKind.TAKEN, on=on, by=by)


def give_back(session: Session, report: ResultReport, *, on: CivilInstant, by: Person) -> None:
    """Give the report back, for another to take."""
    _own(session, report, on=on, by=by)
    _step(session, report, StepKind.GIVEN_BACK, on=on, by=by)


# -- done --------------------------------------------------------------------------------------------------------------


def note(session: Session, report: ResultReport, text: str, *, on: CivilInstant, by: Person) -> None:
    """Note what was found; whoever reported does not read it.  The same note sent twice is one."""
    _own(session, report, on=on, by=by)
    if _last_words(session, report, StepKind.NOTED) != text:
        _step(session, report, StepKind.NOTED, on=on, by=by, text=text)


def ask(session: Session, report: ResultReport, text: str, *, on: CivilInstant, by: Person) -> None:
    """Ask whoever reported, who answers on the page of the report.

    :raises QuestionOpen: if another question waits; the same one sent twice is one.
    """
    history = _own(session, report, on=on, by=by)
    if history.asked:
        if _last_words(session, report, StepKind.ASKED) == text:
            return
        raise QuestionOpen
    _step(session, report, StepKind.ASKED, on=on, by=by, text=text)


def answer(session: Session, report: ResultReport, text: str, *, on: CivilInstant, by: Person) -> None:
    """Answer the question that waits, as whoever reported; the fact is in nobody's name.

    :raises NoQuestion: if none waits; the same answer sent twice is one.
    """
    history = _open(session, report)
    if reports.reporter_of(session, report.id) != by.id:
        raise NotYours
    if not history.asked:
        if _last_words(session, report, StepKind.ANSWERED) == text:
            return
        raise NoQuestion
    _step(session, report, StepKind.ANSWERED, on=on, by=None, text=text)


def suspend(
    session: Session, report: ResultReport, version: ToolVersion, *, reason: str, on: CivilInstant, by: Person
) -> VersionFact:
    """Suspend a version of the report's tool at once; errors also as of `withdrawals.suspend`."""
    _same_tool(session, report, version.tool_id)
    fact = withdrawals.suspend(session, version, reason=reason, at=on.instant, by=by)
    _own(session, report, on=on, by=by)
    _step(session, report, StepKind.SUSPENDED, on=on, by=by, suspension_id=fact.id)
    return fact


def order_retraining(
    session: Session, report: ResultReport, officer: Person, asked: retraining.Order, *, on: CivilInstant, by: Person
) -> bool:
    """Order retraining with the report as its source; return whether it is new.  Errors as of `retraining.order`."""
    if asked.tool is not None:
        _same_tool(session, report, asked.tool.id)
    fact, new = retraining.order(session, officer, asked, at=on.instant, by=by, zone=on.zone)
    _own(session, report, on=on, by=by)
    if new:
        _step(session, report, StepKind.RETRAINING, on=on, by=by, order_id=fact.id)
    return new


def want_lesson(
    session: Session, report: ResultReport, module: str, text: str, *, on: CivilInstant, by: Person
) -> None:
    """Say which module is to have a lesson or an item more, and what it is to teach; its authors are shown it.

    While an earlier wish for the module waits, another adds nothing.
    """
    _own(session, report, on=on, by=by)
    if not any(one.module == module and not one.ended for one in wishes.of_reports(session, [report.id])):
        _step(session, report, StepKind.LESSON, on=on, by=by, text=text, module=module)


def notify_provider(
    session: Session, report: ResultReport, reference: str, told_on: date, *, on: CivilInstant, by: Person
) -> None:
    """Record that the provider was told; the same reference twice is one.

    :raises ToldLater: if that day is to come.
    """
    if told_on > on.day:
        raise ToldLater
    _own(session, report, on=on, by=by)
    there = select(ReportStep.id).where(ReportStep.report_id == report.id, ReportStep.reference == reference)
    if session.scalars(there).first() is None:
        _step(session, report, StepKind.PROVIDER, on=on, by=by, reference=reference, told_on=told_on)


def name_in_assessment(
    session: Session, assessment: ImpactAssessment, report: ResultReport, *, on: CivilInstant, by: Person
) -> None:
    """Let the assessment name a report that it answers, closed or not; both are of the same tool.

    :raises OtherTool: if they are not; :raises MayNotHandle: if it is the own report.
    """
    _same_tool(session, report, assessment.tool_id)
    if held := bars(session, report, by, on=on):
        raise MayNotHandle(held)
    session.add(AnsweredReport(**_stamp(on, by), assessment_id=assessment.id, report_id=report.id))
    session.flush()


def name_in_requirements(
    session: Session, asked: RequirementSet, report: ResultReport, *, on: CivilInstant, by: Person
) -> None:
    """Let what certified officers are asked for name the report that it comes of, closed or not; errors as above."""
    _same_tool(session, report, session.get_one(ToolVersion, asked.version_id).tool_id)
    if held := bars(session, report, by, on=on):
        raise MayNotHandle(held)
    session.add(AskedAfterReport(**_stamp(on, by), requirement_set_id=asked.id, report_id=report.id))
    session.flush()


# -- decided -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ending:
    """How a report is to end."""

    outcome: ReportOutcome
    told: str
    published: str | None = None


def decide(session: Session, report: ResultReport, ending: Ending, *, on: CivilInstant, by: Person) -> ReportDecision:
    """Decide, as who handles the report; it is closed once an independent second person signs.

    :raises NotYours, ReportClosed, DecidedAlready:
    """
    history = _own(session, report, on=on, by=by)
    if history.waits_for_signature:
        raise DecidedAlready
    fact = ReportDecision(
        **_stamp(on, by),
        report_id=report.id,
        number=len(history.decisions) + 1,
        outcome=ending.outcome,
        told=ending.told,
        published=ending.published or None,
    )
    session.add(fact)
    session.flush()
    return fact


def sign(session: Session, decision: ReportDecision, *, on: CivilInstant, by: Person) -> None:
    """Sign the decision as the independent second person: the report is closed.

    :raises MayNotHandle: if *by* is not independent; :raises NothingToSign: if it was sent back, or signed;
    :raises ReportClosed:
    """
    _to_sign(session, decision, on=on, by=by)
    session.add(
        ReportDecisionSignature(**_stamp(on, by), decision_id=decision.id, author_id=decision.recorded_by_id or 0)
    )
    session.flush()


def send_back(session: Session, decision: ReportDecision, text: str, *, on: CivilInstant, by: Person) -> None:
    """Say why the decision is not signed; who handles the report decides anew.  Errors as of `sign`."""
    report = _to_sign(session, decision, on=on, by=by)
    _step(session, report, StepKind.SENT_BACK, on=on, by=by, text=text, decision_id=decision.id)


def waiting_decision(session: Session, report: ResultReport) -> ReportDecision | None:
    """Return the decision that waits for its signature."""
    back = select(ReportStep.decision_id).where(ReportStep.decision_id.is_not(None))
    signed = select(ReportDecisionSignature.decision_id)
    rows = select(ReportDecision).where(
        ReportDecision.report_id == report.id, ReportDecision.id.not_in(back), ReportDecision.id.not_in(signed)
    )
    return session.scalars(rows).first()


def _to_sign(session: Session, decision: ReportDecision, *, on: CivilInstant, by: Person) -> ResultReport:
    report = session.get_one(ResultReport, decision.report_id)
    _open(session, report)
    if held := second_bars(session, report, by, on=on):
        raise MayNotHandle(held)
    waiting = waiting_decision(session, report)
    if waiting is None or waiting.id != decision.id:
        raise NothingToSign
    return report


# -- recorded ----------------------------------------------------------------------------------------------------------


def _open(session: Session, report: ResultReport) -> History:
    one_at_a_time(session, "report", report.id)
    history = reports.history_of(session, report)
    if history.closed_at is not None:
        raise ReportClosed
    return history


def _own(session: Session, report: ResultReport, *, on: CivilInstant, by: Person) -> History:
    history = _open(session, report)
    if held := bars(session, report, by, on=on):
        raise MayNotHandle(held)
    if history.handler != by.id:
        raise NotYours
    return history


def _same_tool(session: Session, report: ResultReport, tool_id: int) -> None:
    if session.get_one(ToolVersion, report.version_id).tool_id != tool_id:
        raise OtherTool


def _stamp(on: CivilInstant, by: Person | None) -> dict[str, Any]:
    return {"effective_at": on.instant, "recorded_at": on.instant, "recorded_by_id": None if by is None else by.id}


def _last_words(session: Session, report: ResultReport, kind: StepKind) -> str | None:
    """Return what the latest step of that kind says."""
    return session.scalars(
        select(ReportStepText.text)
        .join(ReportStep, ReportStep.id == ReportStepText.step_id)
        .where(ReportStep.report_id == report.id, ReportStep.kind == kind)
        .order_by(ReportStep.number.desc())
    ).first()


def _step(
    session: Session,
    report: ResultReport,
    kind: StepKind,
    *,
    on: CivilInstant,
    by: Person | None,
    text: str | None = None,
    **names: Any,
) -> ReportStep:
    last = session.scalar(select(func.max(ReportStep.number)).where(ReportStep.report_id == report.id)) or 0
    fact = ReportStep(**_stamp(on, by), report_id=report.id, number=last + 1, kind=kind, **names)
    session.add(fact)
    session.flush()
    if text:
        session.add(ReportStepText(step_id=fact.id, text=text))
        session.flush()
    return fact
