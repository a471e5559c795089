"""The one thing for an officer to do next, out of everything that their tools ask."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from training_app.rules.access import Decision, Ground
from training_app.rules.certification import Validity
from training_app.rules.duties import Aim, Duty, TaskKind


class Urgency(StrEnum):
    """Why a step comes when it does, the most urgent first."""

    REGAIN = "regain"
    KEEP = "keep"
    RENEW = "renew"
    RESULT = "result"
    """One click is missing: to see the result of an attempt that its deadline closed, to sign what was observed, or to
    get the certificate."""
    RESUME = "resume"
    """An attempt is open."""
    CERTIFY = "certify"
    ASK = "ask"
    """Training is done; what is missing is somebody else's to give."""
    PREPARE = "prepare"
    CHOOSE = "choose"
    """A course that nobody has asked of the officer: they hold no seat for the tool and have not begun it."""


#: What the officer should not leave for another day; the others wait without harm.
NEEDS_ATTENTION = frozenset(Urgency) - {Urgency.PREPARE, Urgency.CHOOSE}


class Action(StrEnum):
    """What the officer does in this step."""

    SEE_RESULT = "see-result"
    RESUME = "resume"
    READ = "read"
    TAKE_QUIZ = "take-quiz"
    SIGN = "sign"
    BE_OBSERVED = "be-observed"
    COUNTERSIGN = "countersign"
    """An assessor signed that everything was met: the officer's own signature is missing."""
    COLLECT = "collect"
    """Everything is met, and the award has only to be made."""
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class ModuleProgress:
    """How far the officer is with a module."""

    lessons: tuple[str, ...]
    read: frozenset[str]
    open_attempt: bool = False
    closed_attempt: bool = False
    """Past its deadline and not yet submitted."""

    @property
    def unread(self) -> tuple[str, ...]:
        return tuple(lesson for lesson in self.lessons if lesson not in self.read)

    @property
    def action(self) -> Action:
        """What comes next in the module; lessons first, though nobody has to read them to take the quiz."""
        if self.closed_attempt:
            return Action.SEE_RESULT
        if self.open_attempt:
            return Action.RESUME
        return Action.READ if self.unread else Action.TAKE_QUIZ


@dataclass(frozen=True, slots=True)
class ToolOutlook:
    """What one tool answers and asks; *decisions* are those for its versions in use, the newest last."""

    tool: str
    decisions: tuple[Decision, ...]
    duties: tuple[Duty, ...]
    by_seat_only: bool = False
    """Of an intrusive tool: it is nobody's choice; without a seat nobody is sent to its course or to ask for one."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.  *tool* is ``None`` for an attempt at a module that no tool asks for now."""

    urgency: Urgency
    action: Action
    tool: str | None = None
    version: str | None = None
    duty: Duty | None = None
    subject: str | None = None
    """A module's slug, or the id of an assessment (sign), a version (be observed) or a sign-off (countersign); ``None``
    for collect and ask."""
    ground: Ground | None = None
    """Of an ask: what stands against use."""


#: Grounds that another person can lift, in the order in which an officer asks for it.
_TO_ASK_FOR = (Ground.SUSPENDED, Ground.EVALUATION_NOT_IN_FORCE, Ground.NO_SEAT, Ground.OVERDUE, Ground.NOT_COVERED)

_LAST = date.max


def steps(tools: Iterable[ToolOutlook], modules: Mapping[str, ModuleProgress]) -> tuple[Step, ...]:
    """Return one step for each tool that asks something, and for each loose attempt, the most urgent first.

    :param modules: progress in every module that a duty names, and in those with an attempt that is not submitted.

    Of several versions the newest decides: its way passes the others.  A tool for which the officer holds a seat comes
    before one for which they hold none, then the earliest day in time.
    """
    listed = tuple(tools)
    found = [step for outlook in listed if (step := _of_tool(outlook, modules)) is not None]
    asked = {task.subject for outlook in listed for duty in outlook.duties for task in duty.tasks}
    found.extend(_loose(modules, asked))
    seated = {outlook.tool: not _lacks_seat(outlook) for outlook in listed}
    order = list(Urgency).index
    return tuple(
        sorted(
            found,
            key=lambda step: (
                order(step.urgency),
                not seated.get(step.tool or "", True),
                (step.duty and step.duty.by) or _LAST,
            ),
        )
    )


def _of_tool(outlook: ToolOutlook, modules: Mapping[str, ModuleProgress]) -> Step | None:
    """Return the one step for a tool; none to a tool that is by seat only, for who holds no seat."""
    step = _most_pressing(outlook, modules)
    invited = step is not None and (step.urgency is Urgency.CHOOSE or step.ground is Ground.NO_SEAT)
    return None if invited and outlook.by_seat_only and _lacks_seat(outlook) else step


def _most_pressing(outlook: ToolOutlook, modules: Mapping[str, ModuleProgress]) -> Step | None:
    """Return the training of the most pressing aim, or what to ask for."""
    order = list(Aim).index
    pressing = min(reversed(outlook.duties), key=lambda duty: order(duty.aim), default=None)
    asking = _ask(outlook)
    if pressing is None or (pressing.aim is Aim.PREPARE and asking is not None):
        return asking
    return _training(outlook, pressing, modules)


def _training(outlook: ToolOutlook, duty: Duty, modules: Mapping[str, ModuleProgress]) -> Step:
    waiting = next((one for one in duty.tasks if one.waiting), None)
    task = waiting or duty.next_task
    subject = task.subject if task else None
    if waiting is not None:
        action, subject = Action.COUNTERSIGN, waiting.waiting
    elif task is None:
        action = Action.COLLECT
    elif task.kind is TaskKind.MODULE:
        action = modules[task.subject].action if task.subject in modules else Action.READ
    else:
        action = Action.SIGN if task.kind is TaskKind.READING else Action.BE_OBSERVED
    return Step(_urgency(outlook, duty, action), action, outlook.tool, duty.version, duty, subject)


def _urgency(outlook: ToolOutlook, duty: Duty, action: Action) -> Urgency:
    if duty.aim not in {Aim.CERTIFY, Aim.PREPARE}:
        return Urgency(duty.aim.value)
    if action in {Action.SEE_RESULT, Action.COLLECT, Action.COUNTERSIGN}:
        return Urgency.RESULT
    if action is Action.RESUME:
        return Urgency.RESUME
    if duty.aim is Aim.PREPARE:
        return Urgency.PREPARE
    begun = any(
        decision.standing and decision.standing.validity is not Validity.NEVER_CERTIFIED
        for decision in outlook.decisions
    )
    return Urgency.CERTIFY if begun or not _lacks_seat(outlook) else Urgency.CHOOSE


def _ask(outlook: ToolOutlook) -> Step | None:
    """Return what to ask for where the newest version in use is refused and no training of the officer's own helps."""
    newest = outlook.decisions[-1] if outlook.decisions else None
    if newest is None or newest.standing is None or not newest.standing.ever_certified:
        return None
    ground = next((ground for ground in _TO_ASK_FOR if ground in newest.grounds), None)
    if ground is None:
        return None
    return Step(Urgency.ASK, Action.ASK, outlook.tool, newest.question.version, ground=ground)


def _loose(modules: Mapping[str, ModuleProgress], asked: set[str]) -> Iterator[Step]:
    for slug, progress in modules.items():
        if slug in asked or not (progress.closed_attempt or progress.open_attempt):
            continue
        urgency = Urgency.RESULT if progress.closed_attempt else Urgency.RESUME
        yield Step(urgency, progress.action, subject=slug)


def _lacks_seat(outlook: ToolOutlook) -> bool:
    return any(Ground.NO_SEAT in decision.grounds for decision in outlook.decisions)
