"""A row for each tool of an officer, and the words that every page about it shares."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from config import Config
from courses.course import Course
from training_app import wording
from training_app.agency import moment
from training_app.rules import releases, safeguards
from training_app.rules.access import Badge, Decision, Ground
from training_app.rules.certification import IN_FORCE, Validity
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import Aim, Duty, TaskKind
from training_app.rules.facts import EvaluationOutcome, OfficerFacts
from training_app.services.officer_desk import Desk, DeskModule, DeskTool
from training_app.wording import BadgeText, GroundText


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, when and in which language."""

    language: str
    zone: ZoneInfo
    at: datetime

    @property
    def on(self) -> CivilInstant:
        return CivilInstant(self.at, self.zone)

    def day(self, instant: datetime | None) -> str:
        return wording.civil_of(instant, self.zone)


def in_language(text: str, language: str) -> Markup | str:
    """Return *text*, marked with its *language* where that is not the page's, for who has it read out."""
    if language == str(get_locale()):
        return text
    return Markup('<span lang="{}">{}</span>').format(language, text)


def as_written(text: Any) -> Any:
    """Return what the agency wrote, as of a tool or its card, marked with the language in which it writes.

    Source: WCAG 2.2, 3.1.2: a passage in another language than the page's says so.
    """
    config: Config = current_app.extensions["config"]
    return in_language(str(text), config.default_language) if text else text


def course_title(course: Course, reader: str) -> Markup | str:
    language, text = course.text_in(reader)
    return in_language(text.title, language)


# -- effort ------------------------------------------------------------------------------------------------------------


def effort(minutes: int, questions: int) -> str:
    """Return how much there is to do: minutes of reading by the author's own figure, and questions."""
    asked = ngettext("%(num)s question", "%(num)s questions", questions)
    if not minutes:
        return asked
    reading = ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return _("about %(minutes)s of reading and %(questions)s", minutes=reading, questions=asked)


def effort_of(duty: Duty, modules: Mapping[str, DeskModule]) -> str:
    """Return what is left to do for *duty*; empty where no module is left."""
    left = [
        modules[task.subject]
        for task in duty.tasks
        if task.kind is TaskKind.MODULE and not task.done and task.subject in modules
    ]
    if not left:
        return ""
    return effort(sum(one.minutes_left for one in left), sum(one.questions for one in left))


def sentence_of(text: str) -> str:
    """Return *text*, which stands for itself, as a sentence."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""


# -- grounds -----------------------------------------------------------------------------------------------------------

_TO_YOU: Mapping[Ground, tuple[Any, Any]] = {
    Ground.SUSPENDED: (
        _l("You are suspended from using this tool."),
        _l("Your supervisor can reinstate you. Your training stays valid meanwhile."),
    ),
    Ground.NEVER_CERTIFIED: (
        _l("You are not certified on this tool yet."),
        _l("Take the course and pass its quiz."),
    ),
    Ground.IN_TRAINING: (
        _l("You have begun the course and not completed it yet."),
        _l("Complete the course and pass its quiz."),
    ),
    Ground.REVOKED: (
        _l("Your certification was revoked."),
        _l("Take the whole course again, with a quiz begun after the revocation."),
    ),
    Ground.NO_SEAT: (
        _l("You hold no seat for this tool."),
        _l("Ask your supervisor. Seats are limited for each tool."),
    ),
    Ground.ASSESSMENT_MISSING: (
        _l("Nobody has assessed yet what this version asks of officers."),
        _l("A registrar assesses it, or you take the whole course."),
    ),
}


def grounds(decision: Decision, officer: OfficerFacts, reader: Reader) -> list[GroundText]:
    """Return every ground of a refusal in words to the officer whom it concerns, in the decision's order."""
    return [
        _to_you(ground, text, decision, officer, reader)
        for ground, text in zip(decision.grounds, wording.grounds(decision, zone=reader.zone), strict=True)
    ]


def _to_you(ground: Ground, text: GroundText, decision: Decision, officer: OfficerFacts, reader: Reader) -> GroundText:
    if ground in _TO_YOU:
        why, way_out = _TO_YOU[ground]
        return replace(text, sentence=str(why), way_out=str(way_out))
    match ground:
        case Ground.EVALUATION_NOT_IN_FORCE:
            return replace(text, sentence=_evaluation(officer, reader))
        case Ground.EXPIRED:
            last_day = decision.standing.last_day if decision.standing else None
            return replace(text, sentence=_("Your certification ended after %(day)s.", day=wording.civil(last_day)))
        case Ground.NOT_COVERED:
            covered = dict.fromkeys(award.version for award in decision.standing.awards) if decision.standing else {}
            names = {"covered": ", ".join(covered), "asked": decision.question.version or ""}
            why = _("Your certification covers %(covered)s, and no training leads from there to %(asked)s.", **names)
            return replace(text, sentence=why, way_out=_("Use a version that it covers, or ask a registrar."))
    return text


def _evaluation(officer: OfficerFacts, reader: Reader) -> str:
    """Return which of the reasons it is: for the officer's eyes only."""
    found = safeguards.governing_evaluation(officer, on=reader.on)
    if found is None:
        return _("No psychological evaluation is recorded for you.")
    if found.outcome is EvaluationOutcome.NOT_CLEARED or found.through is None:
        return _("Your latest psychological evaluation did not clear you. You can ask for another evaluator.")
    return _("Your psychological evaluation ran through %(day)s.", day=wording.civil(found.through))


# -- tool rows ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    value: int
    max: int
    label: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    label: str
    badge: BadgeText
    validity: str = ""
    reason: str = ""
    href: str = ""
    action: str = ""
    progress: Bar | None = None


@dataclass(frozen=True, slots=True)
class ToolRow:
    name: str
    href: str
    note: str
    versions: tuple[VersionRow, ...]


def tool_rows(desk: Desk, reader: Reader) -> list[ToolRow]:
    return [_row(desk, found, reader) for found in desk.tools]


def _row(desk: Desk, found: DeskTool, reader: Reader) -> ToolRow:
    newest_first = [*found.prohibited, *found.in_use][::-1]
    gravest = list(Badge).index
    worst_first = sorted(newest_first, key=lambda label: gravest(found.decisions[label].badge))
    return ToolRow(
        name=found.tool.name,
        href=url_for("officer.tool", slug=found.tool.slug),
        note=_announced(found, reader),
        versions=tuple(_version_row(desk, found, label, reader) for label in worst_first),
    )


def _announced(found: DeskTool, reader: Reader) -> str:
    if not found.announced:
        return ""
    label = found.announced[-1]
    planned = releases.is_scheduled(found.facts, label, at=reader.at)
    if planned is not None:
        return _("Version %(version)s comes into use on %(day)s.", version=label, day=reader.day(planned))
    return _("Version %(version)s is announced.", version=label)


def _version_row(desk: Desk, found: DeskTool, label: str, reader: Reader) -> VersionRow:
    decision = found.decisions[label]
    duty = found.duty_for(label)
    href, action = _link(desk, found, decision, duty)
    return VersionRow(
        label=label,
        badge=wording.badge(decision.badge),
        validity=_validity(decision),
        reason=_reason(found, decision, duty, reader),
        href=href,
        action=action,
        progress=_bar(desk, duty) if decision.badge in {Badge.IN_TRAINING, Badge.NOT_CERTIFIED} else None,
    )


def _validity(decision: Decision) -> str:
    """Return how long the certification runs; only where the version may be used is that called valid."""
    if decision.allowed and decision.emergency is not None:
        return _("Until %(moment)s", moment=moment(decision.emergency.until))
    found = decision.standing
    if found is None or found.last_day is None or found.validity not in IN_FORCE:
        return ""
    day = wording.civil(found.last_day)
    return (
        _("Valid through %(day)s", day=day)
        if decision.allowed
        else _("Your certification runs through %(day)s", day=day)
    )


def _reason(found: DeskTool, decision: Decision, duty: Duty | None, reader: Reader) -> str:
    if decision.allowed:
        return _reason_allowed(decision, duty, reader)
    first = next((duty.version for duty in found.duties if duty.aim is Aim.CERTIFY), None)
    if first is not None and decision.question.version != first:
        return _("The course certifies you on %(version)s, the newest version in use.", version=first)
    texts = grounds(decision, found.officer, reader)
    more = len(texts) - 1
    if not more:
        return texts[0].sentence
    return ngettext(
        "%(reason)s And %(num)s more reason.", "%(reason)s And %(num)s more reasons.", more, reason=texts[0].sentence
    )


def _reason_allowed(decision: Decision, duty: Duty | None, reader: Reader) -> str:
    if duty is not None and duty.aim is Aim.KEEP:
        return _("Train on what changed by %(day)s to keep using it.", day=wording.civil(duty.by))
    if duty is not None and duty.aim is Aim.RENEW:
        return _("You can renew now, and no day is lost.")
    awards = decision.standing.awards if decision.standing else ()
    return _("Certified on %(day)s.", day=reader.day(awards[-1].effective_at)) if awards else ""


def _bar(desk: Desk, duty: Duty | None) -> Bar | None:
    """Return how much of the course is done; ``None`` where nothing is begun."""
    if duty is None or duty.aim is not Aim.CERTIFY:
        return None
    if len(duty.tasks) > 1:
        done = sum(task.done for task in duty.tasks)
        total = len(duty.tasks)
        return (
            Bar(
                done,
                total,
                ngettext("%(done)s of %(num)s module passed", "%(done)s of %(num)s modules passed", total, done=done),
            )
            if done
            else None
        )
    module = desk.modules.get(duty.tasks[0].subject)
    return lessons_bar(module) if module and module.progress.lessons_read else None


def lessons_bar(module: DeskModule) -> Bar:
    total = len(module.for_rule.lessons)
    done = total - len(module.for_rule.unread)
    return Bar(
        done, total, ngettext("%(done)s of %(num)s lesson read", "%(done)s of %(num)s lessons read", total, done=done)
    )


def _link(desk: Desk, found: DeskTool, decision: Decision, duty: Duty | None) -> tuple[str, str]:
    """Return the one link of a version's row: what to do for it, its certificate, or why not."""
    page = url_for("officer.tool", slug=found.tool.slug, _anchor=f"version-{decision.question.version}")
    task = duty.next_task if duty else None
    if duty is not None and duty.aim in {Aim.REGAIN, Aim.KEEP}:
        left = sum(one.minutes_left for one in _modules_left(desk, duty))
        if left:
            return page, ngettext("See what changed (%(num)s minute)", "See what changed (%(num)s minutes)", left)
        return page, _("See what changed")
    if duty is not None and duty.aim in {Aim.CERTIFY, Aim.RENEW} and task is not None and task.kind is TaskKind.MODULE:
        begun = decision.standing is not None and decision.standing.validity is Validity.IN_TRAINING
        label = (
            _("Start the renewal")
            if duty.aim is Aim.RENEW
            else _("Continue the course")
            if begun
            else _("Start the course")
        )
        return url_for("officer.module", slug=task.subject), label
    if decision.allowed and decision.standing and decision.standing.awards:
        award = decision.standing.awards[-1]
        return url_for("officer.certificate", award_id=int(award.id)), _("View certificate")
    return page, _("See the details")


def _modules_left(desk: Desk, duty: Duty) -> list[DeskModule]:
    return [
        desk.modules[task.subject]
        for task in duty.tasks
        if task.kind is TaskKind.MODULE and not task.done and task.subject in desk.modules
    ]
