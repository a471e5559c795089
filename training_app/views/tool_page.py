"""One tool as its officer sees it: each version with its answer, its grounds, what changed, and the tasks for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training_app import wording
from training_app.agency import moment
from training_app.models.tools import ToolVersion
from training_app.rules.access import Decision, Ground
from training_app.rules.duties import Aim, Duty, Task, TaskKind
from training_app.rules.emergency import State
from training_app.rules.facts import Facts
from training_app.rules.next_step import Action
from training_app.security import current_person
from training_app.services import emergencies, marks, officer_desk, sign_offs
from training_app.services.officer_desk import Change, Desk, DeskModule, DeskTool
from training_app.views.desk import Reader, effort, effort_of, grounds, in_language, sentence_of
from training_app.wording import BadgeText, GroundText


@dataclass(frozen=True, slots=True)
class GroundShown:
    sentence: str
    way_out: str
    href: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class TaskShown:
    title: str
    note: str
    code: str
    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class LinkShown:
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version on its tool's page."""

    row: ToolVersion
    badge: BadgeText
    announced: bool
    verdict: str
    allowed: bool
    detail: str
    grounds: list[GroundShown]
    duty: Duty | None
    tasks: list[TaskShown]
    effort: str
    """How much is left to do in all, where the tasks do not say it, and the last day where there is one."""
    changes: list[Change]
    """What the assessments on the way here say."""
    to_sign: list[Change]
    """Those of them that the officer has still to sign."""
    emergency: LinkShown | None
    """To the emergency that runs or waits, or to ask for one where that would help."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Retraining that was ordered for the officer."""

    last_day: str
    late: bool
    tasks: list[TaskShown]
    done: bool


@dataclass(frozen=True, slots=True)
class HistoryRow:
    day: str
    module: str
    passed: bool
    href: str


def versions_shown(session: Session, desk: Desk, found: DeskTool, reader: Reader) -> list[VersionShown]:
    """Return the versions in use, the newest first, then those that are announced, then the prohibited ones."""
    rows = officer_desk.versions_of(session, found.tool)
    labels = [*reversed(found.in_use), *found.announced, *found.prohibited]
    asked = _asked(session, found, rows.values(), reader)
    return [_version(session, desk, found, rows[label], asked.get(rows[label].id), reader) for label in labels]


def _asked(
    session: Session, found: DeskTool, rows: Iterable[ToolVersion], reader: Reader
) -> dict[int, emergencies.Emergency]:
    """Return the officer's emergencies that wait or run, by version; looked for only where the tool ever had any."""
    if not found.facts.emergency_settings:
        return {}
    ids, officer_id = {row.id for row in rows}, current_person().id
    return {
        one.version_id: one
        for one in emergencies.of_officer(session, officer_id, at=reader.at)
        if one.version_id in ids and one.state in {State.WAITING, State.RUNNING}
    }


def _emergency(
    found: DeskTool, row: ToolVersion, decision: Decision, asked: emergencies.Emergency | None, reader: Reader
) -> LinkShown | None:
    if asked is not None:
        text = _("Your request waits for a supervisor") if asked.state is State.WAITING else _("Your emergency access")
        return LinkShown(url_for("my_emergencies.mine", request_id=asked.id), text)
    if decision.allowed or not found.facts.emergency_settings:
        return None
    known = Facts(zone=reader.zone, tool=found.facts, officer=found.officer)
    if not emergencies.prospect(known, row.label, at=reader.at).helps:
        return None
    href = url_for("my_emergencies.ask", slug=found.tool.slug, version_id=row.id)
    return LinkShown(href, _("In an emergency: ask a supervisor for access now"))


def _version(
    session: Session,
    desk: Desk,
    found: DeskTool,
    row: ToolVersion,
    asked: emergencies.Emergency | None,
    reader: Reader,
) -> VersionShown:
    decision = found.decisions[row.label]
    duty = found.duty_for(row.label)
    changes = officer_desk.changes_on(session, duty) if duty else []
    unread = {task.subject for task in duty.tasks if not task.done and task.kind is TaskKind.READING} if duty else set()
    return VersionShown(
        row=row,
        badge=wording.badge(decision.badge),
        announced=row.label in found.announced,
        verdict=_verdict(decision, found),
        allowed=decision.allowed,
        detail=_detail(decision, reader),
        grounds=_grounds(found, decision, reader),
        duty=duty,
        tasks=[_task(task, desk, found, reader) for task in duty.tasks] if duty else [],
        effort=_effort(duty, desk) if duty else "",
        changes=changes,
        to_sign=[change for change in changes if change.subject in unread],
        emergency=_emergency(found, row, decision, asked, reader),
    )


def ordered(desk: Desk, found: DeskTool, reader: Reader) -> list[Ordered]:
    """Return the retraining that was ordered, with its last day."""
    return [
        Ordered(
            last_day=wording.civil(duty.order.due),
            late=duty.aim is Aim.REGAIN,
            tasks=[_task(task, desk, found, reader) for task in duty.tasks],
            done=duty.done,
        )
        for duty in found.ordered
        if duty.order is not None
    ]


def _effort(duty: Duty, desk: Desk) -> str:
    left = sentence_of(effort_of(duty, desk.modules)) if len(duty.tasks) > 1 else ""
    by = _("In time through %(day)s.", day=wording.civil(duty.by)) if duty.by else ""
    return f"{left} {by}".strip()


def _verdict(decision: Decision, found: DeskTool) -> str:
    """Return the answer in one sentence to the officer."""
    names = {"tool": found.tool.name, "version": decision.question.version or ""}
    if decision.emergency is not None and decision.allowed:
        return _("You may use %(tool)s %(version)s now, in this emergency only.", **names)
    if decision.allowed and found.facts.purpose_required:
        return _("You may use %(tool)s %(version)s now, for a purpose that you state at each use.", **names)
    if decision.allowed:
        return _("You may use %(tool)s %(version)s now.", **names)
    return _("You may not use %(tool)s %(version)s now.", **names)


def _detail(decision: Decision, reader: Reader) -> str:
    if decision.allowed and decision.emergency is not None:
        return _("It ends at %(moment)s at the latest, by itself.", moment=moment(decision.emergency.until))
    if decision.allowed and decision.stable_until is not None:
        day = reader.day(decision.stable_until)
        return _("Nothing changes that before %(day)s, unless something new is recorded.", day=day)
    return ""


_LIFTED_BY_TRAINING = frozenset(
    {Ground.OVERDUE, Ground.NEVER_CERTIFIED, Ground.IN_TRAINING, Ground.EXPIRED, Ground.REVOKED}
)


def _grounds(found: DeskTool, decision: Decision, reader: Reader) -> list[GroundShown]:
    """Return every ground with its way out, and a link where the officer can take it."""
    duty = found.duty_for(decision.question.version or "")
    task = duty.next_task if duty else None
    course = next((one.version for one in found.duties if one.aim is Aim.CERTIFY), None)

    def shown(ground: Ground, text: GroundText) -> GroundShown:
        if ground not in _LIFTED_BY_TRAINING:
            return GroundShown(text.sentence, text.way_out)
        if duty is None and course is not None:
            other = _("The course certifies you on %(version)s, the newest version in use.", version=course)
            return GroundShown(text.sentence, other)
        if task is not None and task.kind is TaskKind.OBSERVATION:
            href = url_for("my_observations.be_observed", slug=found.tool.slug, label=task.subject)
            return GroundShown(text.sentence, text.way_out, href, _("See who may observe you"))
        if task is None or task.kind is not TaskKind.MODULE:
            return GroundShown(text.sentence, text.way_out)
        href = url_for("officer.module", slug=task.subject)
        return GroundShown(text.sentence, text.way_out, href, _("Go to the module"))

    texts = grounds(decision, found.officer, reader)
    return [shown(ground, text) for ground, text in zip(decision.grounds, texts, strict=True)]


def _task(task: Task, desk: Desk, found: DeskTool, reader: Reader) -> TaskShown:
    done = _("Done")
    if task.kind is TaskKind.READING:
        code, label = ("done", done) if task.done else ("to-do", _("To do"))
        return TaskShown(_("Read what changed and sign"), "" if task.done else _("The text is below."), code, label)
    if task.kind is TaskKind.OBSERVATION:
        return _observation(task, found)
    module = desk.modules.get(task.subject)
    if module is None:
        return TaskShown(task.subject, _("This module is not published yet."), "blocked", _("Cannot start yet"))
    code, label = ("done", done) if task.done else module_state(module)
    note = "" if task.done else sentence_of(effort(module.minutes_left, module.questions))
    href = url_for("officer.module", slug=task.subject)
    written = module.published.module
    title = in_language(written.title_in(reader.language), written.language_for(reader.language))
    return TaskShown(title, note, code, label, href)


def _observation(task: Task, found: DeskTool) -> TaskShown:
    if task.done and task.proof is not None:
        href = url_for("my_observations.one", practice_id=int(task.proof.id.removeprefix(sign_offs.PREFIX)))
        return TaskShown(_("Be observed by an assessor"), "", "done", _("Done"), href)
    if task.waiting is not None:
        href = url_for("my_observations.one", practice_id=int(task.waiting.removeprefix(sign_offs.PREFIX)))
        return TaskShown(
            _("Sign what was observed"), _("The assessor has signed. One click is missing."), "started", _("Sign"), href
        )
    note = _("An assessor watches you work with version %(version)s, and you both sign.", version=task.subject)
    href = url_for("my_observations.be_observed", slug=found.tool.slug, label=task.subject)
    return TaskShown(_("Be observed by an assessor"), note, "to-do", _("To do"), href)


def module_state(module: DeskModule) -> tuple[str, str]:
    """Return where the officer is in a module that is not passed for what it is asked for: look and word."""
    match module.for_rule.action:
        case Action.SEE_RESULT:
            return "started", _("Result waiting")
        case Action.RESUME:
            return "started", _("Quiz open")
        case Action.TAKE_QUIZ:
            return "started", _("Ready for the quiz")
        case _:
            return ("started", _("Started")) if module.progress.lessons_read else ("to-do", _("Not started"))


def history(session: Session, desk: Desk, found: DeskTool, officer_id: int, reader: Reader) -> list[HistoryRow]:
    """Return the quizzes that the officer took for the tool, the latest first."""
    titles = {slug: one.published.module.title_in(reader.language) for slug, one in desk.modules.items()}
    taken = officer_desk.submissions_of(session, officer_id, officer_desk.modules_of(found))
    standing = marks.of_all(session, taken)
    return [
        HistoryRow(
            day=reader.day(row.effective_at),
            module=titles.get(row.module, row.module),
            passed=standing[row.id].passed,
            href=url_for("quiz.result", attempt_id=row.attempt_id),
        )
        for row in taken
    ]
