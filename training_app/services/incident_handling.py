"""What is done about an incident: released or rejected as spam, taken, asked about, answered, stated on, closed.

Everything is for the oversight body, but an answer, which is the citizen's, and a statement, which is a registrar's.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.incidents import Incident, IncidentStep, IncidentStepText, IncidentText
from training_app.models.people import Person
from training_app.models.tools import Tool
from training_app.rules import incidents as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.incidents import Bar, History, Outcome, State, StepKind
from training_app.rules.permissions import Role
from training_app.services import accounts, incidents
from training_app.services.locks import one_at_a_time


class MayNotHandleIncident(TrainingError):
    def __init__(self, bars: tuple[Bar, ...]) -> None:
        super().__init__("Somebody else does this: " + ", ".join(bars) + ".")
        self.bars = bars


class IncidentNotYours(TrainingError):
    def __init__(self) -> None:
        super().__init__("Take this incident first.")


class NotNow(TrainingError):
    """The step cannot follow on what was done; *state* says what that is."""

    def __init__(self, kind: StepKind, state: State) -> None:
        super().__init__(f"The incident is {state}: {kind} cannot follow. Nothing was changed.")
        self.kind, self.state = kind, state


class Quotes(TrainingError):
    """A summary for the agency, or a sentence for the public, copies from what the citizen wrote."""

    def __init__(self, run: str, *, public: bool = False) -> None:
        super().__init__(f"This repeats what was reported: {run!r}.")
        self.run, self.public = run, public


class NoPlaceToPublish(TrainingError):
    def __init__(self) -> None:
        super().__init__("A sentence for the public stands on a tool's page. Name the tool.")


def overseers(session: Session, *, on: CivilInstant) -> frozenset[int]:
    """Return the ids of everybody who oversees the tools now."""
    return accounts.holders(session, Role.OVERSIGHT, at=on.instant)


def registrars(session: Session, *, on: CivilInstant) -> frozenset[int]:
    """Return the ids of everybody who looks after the tools now."""
    return accounts.holders(session, Role.REGISTRAR, at=on.instant)


def bars(session: Session, history: History, by: Person, *, on: CivilInstant) -> tuple[Bar, ...]:
    """Return what keeps *by* from handling an incident; empty: nothing."""
    return rule.bars(by.id, history, oversight=overseers(session, on=on), registrars=registrars(session, on=on))


# -- as oversight ------------------------------------------------------------------------------------------------------


def release(session: Session, incident: Incident, *, on: CivilInstant, by: Person) -> None:
    """Say that it is no spam: it waits to be taken like any other.  Twice is once."""
    _as_overseer(session, incident, StepKind.RELEASED, on=on, by=by)


def reject(session: Session, incident: Incident, *, on: CivilInstant, by: Person) -> None:
    """Say that it is spam, as a person who has read it.  Twice is once."""
    _as_overseer(session, incident, StepKind.REJECTED, on=on, by=by)


def take(session: Session, incident: Incident, *, on: CivilInstant, by: Person) -> None:
    """Take the incident, which acknowledges it, or take it over from another; taking twice is taking once.

    :raises MayNotHandleIncident: if *by* is not of the oversight body alone; :raises NotNow:
    """
    history = _locked(session, incident)
    if history.handler != by.id or rule.state(history) in rule.ENDED:
        _as_overseer(session, incident, StepKind.TAKEN, on=on, by=by)


def note(session: Session, incident: Incident, text: str, *, on: CivilInstant, by: Person) -> None:
    """Note what was found, for the oversight body alone.  The same note sent twice is one."""
    _own(session, incident, StepKind.NOTED, on=on, by=by)
    if _last_words(session, incident, StepKind.NOTED) != text:
        _step(session, incident, StepKind.NOTED, on=on, by=by, text=text)


def ask(session: Session, incident: Incident, text: str, *, on: CivilInstant, by: Person) -> None:
    """Ask whoever reported, who reads it and answers with the receipt code.  The same question twice is one.

    :raises NotNow: if another question waits for its answer.
    """
    _once(session, incident, StepKind.ASKED, text, on=on, by=by)


def ask_statement(session: Session, incident: Incident, summary: str, *, on: CivilInstant, by: Person) -> None:
    """Ask the agency's registrars for a statement; of the incident they read the *summary* and nothing else.

    :raises Quotes: if it copies what was reported; :raises NotNow: if a statement is waited for.
    """
    if run := _copied(session, incident, summary):
        raise Quotes(run)
    _once(session, incident, StepKind.STATEMENT_ASKED, summary, on=on, by=by)


@dataclass(frozen=True, slots=True)
class End:
    """How an incident ends."""

    outcome: Outcome
    told: str
    """What whoever reported reads, in plain words."""
    tool_id: int | None = None
    """The tool that it turned out to be about."""
    published: str | None = None
    """A sentence for that tool's public page."""


def close(session: Session, incident: Incident, end: End, *, on: CivilInstant, by: Person) -> None:
    """Close the incident with its outcome.

    :raises NoPlaceToPublish: if a sentence is to be published, and no tool is named;
    :raises Quotes: if that sentence copies what was reported: it stays when the citizen's words are deleted;
    :raises MayNotHandleIncident, IncidentNotYours, NotNow:
    """
    if end.published and end.tool_id is None:
        raise NoPlaceToPublish
    _own(session, incident, StepKind.CLOSED, on=on, by=by)
    if run := _copied(session, incident, end.published or ""):
        raise Quotes(run, public=True)
    names = {"outcome": end.outcome, "tool_id": end.tool_id, "published": end.published or None}
    _step(session, incident, StepKind.CLOSED, on=on, by=by, text=end.told, **names)


def _copied(session: Session, incident: Incident, text: str) -> str | None:
    """Return the first run of words that *text* copies from what the citizen wrote; ``None``: none."""
    told = session.get(IncidentText, incident.id)
    theirs = [] if told is None else [told.happened, told.when_about, told.meant, told.wanted]
    theirs += _all_words(session, incident, StepKind.ANSWERED)
    return rule.quoted(text, " \n ".join(theirs))


# -- as whoever reported, and as the agency ----------------------------------------------------------------------------


def answer(session: Session, incident: Incident, text: str, *, on: CivilInstant) -> None:
    """Answer the question that waits, as whoever has the receipt code; the same answer sent twice is one.

    :raises NotNow: if no question waits.
    """
    history = _locked(session, incident)
    if not history.asked and _last_words(session, incident, StepKind.ANSWERED) == text:
        return
    _follows(history, StepKind.ANSWERED)
    _step(session, incident, StepKind.ANSWERED, on=on, by=None, text=text)


def state(session: Session, incident: Incident, text: str, *, on: CivilInstant, by: Person) -> None:
    """Give the agency's statement, as a registrar who had no hand in the incident; sent twice it is one.

    :raises MayNotHandleIncident: if *by* is none; :raises NotNow: if no statement is waited for.
    """
    history = _locked(session, incident)
    if held := rule.statement_bars(by.id, history, registrars=registrars(session, on=on)):
        raise MayNotHandleIncident(held)
    if not history.statement_asked and _last_words(session, incident, StepKind.STATEMENT_GIVEN) == text:
        return
    _follows(history, StepKind.STATEMENT_GIVEN)
    _step(session, incident, StepKind.STATEMENT_GIVEN, on=on, by=by, text=text)


# -- recorded ----------------------------------------------------------------------------------------------------------


def _locked(session: Session, incident: Incident) -> History:
    one_at_a_time(session, "incident", incident.id)
    return incidents.history_of(session, incident)


def _follows(history: History, kind: StepKind) -> None:
    if kind not in rule.possible(history):
        raise NotNow(kind, rule.state(history))


def _as_overseer(session: Session, incident: Incident, kind: StepKind, *, on: CivilInstant, by: Person) -> None:
    history = _locked(session, incident)
    if held := bars(session, history, by, on=on):
        raise MayNotHandleIncident(held)
    if history.steps and (history.steps[-1].kind, history.steps[-1].by) == (kind, by.id):
        return  # the same button a second time
    _follows(history, kind)
    _step(session, incident, kind, on=on, by=by)


def _own(session: Session, incident: Incident, kind: StepKind, *, on: CivilInstant, by: Person) -> None:
    history = _locked(session, incident)
    if held := bars(session, history, by, on=on):
        raise MayNotHandleIncident(held)
    if rule.state(history) not in rule.ENDED and history.handler != by.id:
        raise IncidentNotYours
    _follows(history, kind)


def _once(session: Session, incident: Incident, kind: StepKind, text: str, *, on: CivilInstant, by: Person) -> None:
    """Take a step that must not follow on itself; the same words sent twice are one."""
    history = _locked(session, incident)
    repeated = rule.state(history) not in rule.ENDED and kind not in rule.possible(history)
    if repeated and history.handler == by.id and _last_words(session, incident, kind) == text:
        return
    _own(session, incident, kind, on=on, by=by)
    _step(session, incident, kind, on=on, by=by, text=text)


def _all_words(session: Session, incident: Incident, kind: StepKind) -> list[str]:
    """Return what the steps of that kind say, the latest first."""
    found = (
        select(IncidentStepText.text)
        .join(IncidentStep, IncidentStep.id == IncidentStepText.step_id)
        .where(IncidentStep.incident_id == incident.id, IncidentStep.kind == kind)
        .order_by(IncidentStep.number.desc())
    )
    return list(session.scalars(found))


def _last_words(session: Session, incident: Incident, kind: StepKind) -> str | None:
    return next(iter(_all_words(session, incident, kind)), None)


def _step(
    session: Session,
    incident: Incident,
    kind: StepKind,
    *,
    on: CivilInstant,
    by: Person | None,
    text: str | None = None,
    **names: Any,
) -> None:
    last = session.scalar(select(func.max(IncidentStep.number)).where(IncidentStep.incident_id == incident.id)) or 0
    stamp = {"effective_at": on.instant, "recorded_at": on.instant, "recorded_by_id": None if by is None else by.id}
    fact = IncidentStep(**stamp, incident_id=incident.id, number=last + 1, kind=kind, **names)
    session.add(fact)
    session.flush()
    if text:
        session.add(IncidentStepText(step_id=fact.id, text=text))
        session.flush()


def tool_of(session: Session, history: History) -> Tool | None:
    """Return the tool that the incident is about, as far as anybody knows."""
    return None if history.about is None else session.get_one(Tool, history.about)
