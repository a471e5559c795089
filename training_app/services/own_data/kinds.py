"""Where something about a person is kept: every kind of fact that is about somebody, and the tables that are no facts.

A new kind of fact that says whom it is `about` is found by itself.  A new table of another sort with a column that
names a person is to be added to `_OTHERS` here, or to the exceptions in `rules.own_data`; a test asks for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Table, and_, not_, or_, select
from sqlalchemy import inspect as inspected

from training_app.models.authoring import Draft, DraftClosing, DraftSave, ReviewComment
from training_app.models.base import Base
from training_app.models.browser_session import BrowserSession, KeptPost, SignInAttempt
from training_app.models.certification import AwardBasis
from training_app.models.conduct import ConcernText, ConductOutcome
from training_app.models.event_streams import EventStreamExclusion
from training_app.models.imports import WaitingImport, WaitingQuestions
from training_app.models.lti import LtiGrade, LtiInvitation, LtiLaunch, LtiLink, LtiParticipant, LtiPlacement
from training_app.models.observed_practice import Observation, ObservationTick
from training_app.models.oversight_looks import NameDisclosure, OversightLook
from training_app.models.people import Person
from training_app.models.rectification import (
    RectificationRequest,
    RectificationStep,
    RectificationStepText,
    RectificationText,
)
from training_app.models.reports import (
    ReportDecision,
    ReportDecisionSignature,
    ReportStep,
    ReportStepText,
    ReportText,
    ResultReport,
)
from training_app.models.training import Answer, Attempt, LessonRead
from training_app.models.training_sessions import CalendarFeed, SessionChange, TrainingSession
from training_app.rules.conduct import CaseOutcome
from training_app.rules.oversight_looks import DisclosureReason
from training_app.rules.own_data import SECTIONS, WITHHELD_KINDS, Section, section_of
from training_app.rules.reports import StepKind
from training_app.services.journal import fact_kinds
from training_app.services.oversight_looks import CONFIDENTIAL_PAGES

#: What says when a row came about, where it is no fact; the first that the table has.
_WHEN = (
    "recorded_at", "received_at", "done_at", "created_at", "made_at", "kept_at", "read_at", "launched_at",
    "first_seen_at", "begun_at", "opened_at", "saved_at", "closed_at", "written_at", "at", "told_at",
)  # fmt: skip

#: Steps of a report that whoever reported is told of: not the notes.
_TOLD = (StepKind.NOTED, StepKind.SENT_BACK)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data are asked for."""

    person: Person
    sign_in_digest: str
    """Under which attempts to sign in are counted; see `sign_in.keyed_digest`."""

    @property
    def id(self) -> int:
        return self.person.id


@dataclass(frozen=True, slots=True)
class Kind:
    """One table, and which of its rows are about a person."""

    table: Table
    section: Section
    is_fact: bool
    where: Callable[[Subject], ColumnElement[bool]]

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def when(self) -> Column[Any] | None:
        """When a row came about; empty where the table does not say."""
        return next((self.table.c[name] for name in _WHEN if name in self.table.c), None)


def _reported(subject: Subject) -> Any:
    return select(ReportText.report_id).where(ReportText.reported_by_id == subject.id)


def _told_steps(subject: Subject) -> Any:
    return select(ReportStep.id).where(ReportStep.report_id.in_(_reported(subject)), ReportStep.kind.not_in(_TOLD))


def _placed(subject: Subject) -> ColumnElement[bool]:
    """Tell whether a participant is an account that is, or was, linked to the person."""
    linked = (
        select(LtiLink.id)
        .join(LtiPlacement, LtiPlacement.platform_id == LtiLink.platform_id)
        .where(
            LtiLink.person_id == subject.id,
            LtiLink.subject == LtiParticipant.subject,
            LtiPlacement.id == LtiParticipant.placement_id,
        )
    )
    return linked.exists()


def _of(table: type[Base], column: Any) -> tuple[type[Base], Callable[[Subject], ColumnElement[bool]]]:
    return table, lambda subject: column == subject.id


#: What is no fact about somebody, and which rows are the person's.
_OTHERS: Mapping[str, tuple[type[Base], Callable[[Subject], ColumnElement[bool]]]] = {
    table.__tablename__: (table, where)
    for table, where in (
        (Answer, lambda me: Answer.attempt_id.in_(select(Attempt.id).where(Attempt.officer_id == me.id))),
        (AwardBasis, lambda me: AwardBasis.officer_id == me.id),
        _of(BrowserSession, BrowserSession.person_id),
        _of(CalendarFeed, CalendarFeed.person_id),
        _of(ConcernText, ConcernText.raised_by_id),
        _of(Draft, Draft.opened_by_id),
        _of(DraftClosing, DraftClosing.closed_by_id),
        _of(DraftSave, DraftSave.saved_by_id),
        (EventStreamExclusion, lambda me: EventStreamExclusion.officer == me.person.service_number),
        _of(KeptPost, KeptPost.person_id),
        _of(LessonRead, LessonRead.officer_id),
        _of(LtiGrade, LtiGrade.person_id),
        _of(LtiInvitation, LtiInvitation.made_by_id),
        _of(LtiLaunch, LtiLaunch.person_id),
        (LtiParticipant, _placed),
        _of(Observation, Observation.officer_id),
        (
            ObservationTick,
            lambda me: ObservationTick.observation_id.in_(
                select(Observation.id).where(Observation.officer_id == me.id)
            ),
        ),
        (
            RectificationText,
            lambda me: RectificationText.request_id.in_(
                select(RectificationRequest.id).where(RectificationRequest.person_id == me.id)
            ),
        ),
        (
            RectificationStepText,
            lambda me: RectificationStepText.step_id.in_(
                select(RectificationStep.id).where(RectificationStep.person_id == me.id)
            ),
        ),
        (
            ReportDecision,
            lambda me: and_(
                ReportDecision.report_id.in_(_reported(me)),
                ReportDecision.id.in_(select(ReportDecisionSignature.decision_id)),
            ),
        ),
        (ReportStep, lambda me: ReportStep.id.in_(_told_steps(me))),
        (ReportStepText, lambda me: ReportStepText.step_id.in_(_told_steps(me))),
        _of(ReportText, ReportText.reported_by_id),
        (ResultReport, lambda me: ResultReport.id.in_(_reported(me))),
        _of(ReviewComment, ReviewComment.written_by_id),
        _of(SessionChange, SessionChange.instructor_id),
        (SignInAttempt, lambda me: SignInAttempt.account_digest == me.sign_in_digest),
        _of(TrainingSession, TrainingSession.instructor_id),
        _of(WaitingImport, WaitingImport.person_id),
        _of(WaitingQuestions, WaitingQuestions.person_id),
    )
}

#: Of a kind that is about a person, the rows that are theirs to know.
_ONLY: Mapping[str, ColumnElement[bool]] = {
    # A concern of which nothing was found is nowhere told to whom it was about: see docs/conduct.md.
    "conduct_outcome": ConductOutcome.outcome != CaseOutcome.NONE,
    # Nor that misuse is looked into, while that could still be disturbed.
    "name_disclosure": NameDisclosure.reason != DisclosureReason.MISCONDUCT,
    "oversight_look": not_(or_(*(OversightLook.page.startswith(page) for page in CONFIDENTIAL_PAGES))),
}


@cache
def kinds() -> tuple[Kind, ...]:
    """Return every kind of record that is given to whom it is about, in the order of the page."""
    found = []
    for name, fact in fact_kinds().items():
        if fact.about is None or name in WITHHELD_KINDS:
            continue
        column = inspected(fact).column_attrs[fact.about].columns[0]
        found.append(Kind(cast(Table, fact.__table__), section_of(name), True, _about(column, _ONLY.get(name))))
    facts = fact_kinds()
    for name, (other, where) in _OTHERS.items():
        found.append(Kind(cast(Table, other.__table__), section_of(name), name in facts, where))
    order = {name: place for place, name in enumerate(SECTIONS)}
    sections = list(Section)
    return tuple(
        sorted(found, key=lambda one: (sections.index(one.section), order.get(one.name, len(order)), one.name))
    )


def _about(column: Any, only: ColumnElement[bool] | None) -> Callable[[Subject], ColumnElement[bool]]:
    def where(subject: Subject) -> ColumnElement[bool]:
        mine: ColumnElement[bool] = column == subject.id
        return mine if only is None else and_(mine, only)

    return where


@cache
def names_a_person(column: Column[Any]) -> bool:
    """Tell whether the column holds the id of a person, also where it says so by way of another table's column."""
    seen: set[Column[Any]] = set()
    waiting = [column]
    while waiting:
        one = waiting.pop()
        for key in one.foreign_keys:
            if key.column.table.name == "person":
                return True
            if key.column not in seen:
                seen.add(key.column)
                waiting.append(key.column)
    return False
