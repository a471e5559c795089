"""Modules as their officer sees them: what each counts for, its lessons, and the rules of its quiz."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import url_for
from flask_babel import format_decimal, format_percent, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from courses.boxes import by_weight
from courses.module import Lesson, Module, ModuleKind, SourceStanding
from courses.render import Rendered, render
from quizzes.bank import CutScoreStandard
from training_app import wording
from training_app.agency import moment
from training_app.rules.certification import requirements_of
from training_app.rules.duties import Aim, TaskKind
from training_app.rules.next_step import Action
from training_app.services.officer_desk import Desk, DeskModule, DeskTool
from training_app.views import glossary, labs
from training_app.views.desk import Bar, Reader, effort, in_language, lessons_bar, sentence_of
from training_app.views.tool_page import TaskShown, module_state

STANDINGS = {
    SourceStanding.LAW: _l("Law"),
    SourceStanding.CASE: _l("Case"),
    SourceStanding.RECOMMENDATION: _l("Recommendation"),
    SourceStanding.GUIDANCE: _l("Guidance"),
    SourceStanding.RESEARCH: _l("Research"),
    SourceStanding.PRACTICE: _l("Practice"),
    SourceStanding.ILLUSTRATIVE: _l("Invented for illustration"),
}


#: What the boxes of a kind say, by kind: never one for another.
WEIGHTS = {
    "law": _l("What the law says"),
    "recommended": _l("What bodies recommend"),
    "practice": _l("Good practice"),
}


def points(value: Fraction) -> str:
    """Return *value* as it is written; a share of a point is cut, never rounded up to a pass."""
    return str(format_decimal(int(value * 100) / 100))


def percent(value: Fraction) -> str:
    return str(format_percent(float(value)))


@dataclass(frozen=True, slots=True)
class ModuleRow:
    slug: str
    title: str
    href: str
    uses: list[str]
    state: tuple[str, str]
    note: str
    progress: Bar | None


def module_rows(desk: Desk, reader: Reader) -> list[ModuleRow]:
    """Return the modules of the officer's tools; what is asked of them now comes first."""
    asked = [
        task.subject
        for found in desk.tools
        for duty in found.duties
        for task in duty.tasks
        if task.kind is TaskKind.MODULE and not task.done
    ]
    ordered = sorted(desk.modules.values(), key=lambda one: one.slug not in asked)
    return [_row(desk, one, reader, asked=one.slug in asked) for one in ordered]


def _row(desk: Desk, one: DeskModule, reader: Reader, *, asked: bool) -> ModuleRow:
    module = one.published.module
    passed = one.passed_on is not None and not asked
    idle = not asked and one.progress.open_attempt is None and one.progress.closed_attempt is None
    return ModuleRow(
        slug=one.slug,
        title=in_language(module.title_in(reader.language), module.language_for(reader.language)),
        href=url_for("officer.module", slug=one.slug),
        uses=list(uses(desk, one.slug, reader)),
        state=("done", _("Passed")) if passed else ("idle", _("Nothing to do now")) if idle else module_state(one),
        note=_("Passed on %(day)s.", day=wording.civil(one.passed_on))
        if passed
        else sentence_of(effort(one.minutes_left, one.questions)),
        progress=lessons_bar(one) if one.progress.lessons_read and not passed else None,
    )


def uses(desk: Desk, slug: str, reader: Reader) -> Iterator[str]:
    """Yield what the module counts for: each tool with the version, and what passing it is for."""
    for found in desk.tools:
        yield from dict.fromkeys(_uses_of(found, slug, reader))


def _uses_of(found: DeskTool, slug: str, reader: Reader) -> Iterator[str]:
    asking = [duty for duty in found.duties if any(task.subject == slug for task in duty.tasks)]
    for duty in asking:
        yield _AIMS[duty.aim] % {"tool": found.tool.name, "version": duty.version}
    newest = found.in_use[-1] if found.in_use else ""
    required = requirements_of(found.facts, newest, at=reader.at) if newest else None
    if not asking and required and slug in {*required.full, *required.renewal}:
        yield _("Counts for certification on %(tool)s and its renewal.", tool=found.tool.name)


_AIMS = {
    Aim.REGAIN: _l("Covers what changed in %(tool)s %(version)s."),
    Aim.KEEP: _l("Covers what changed in %(tool)s %(version)s."),
    Aim.PREPARE: _l("Covers what changes in %(tool)s %(version)s."),
    Aim.RENEW: _l("Counts towards renewing your certification on %(tool)s."),
    Aim.CERTIFY: _l("Counts towards certification on %(tool)s %(version)s."),
}


def lesson_tasks(one: DeskModule, reader: Reader) -> list[TaskShown]:
    """Return the lessons as a list of tasks."""
    language, lessons = one.published.module.lessons_in(reader.language)
    return [_lesson_task(one, lesson, language) for lesson in lessons]


def _lesson_task(one: DeskModule, lesson: Lesson, language: str) -> TaskShown:
    read = lesson.slug in one.progress.lessons_read
    return TaskShown(
        title=in_language(lesson.title, language),
        note=sentence_of(about_minutes(lesson.minutes)),
        code="done" if read else "to-do",
        label=_("Read") if read else _("Not read yet"),
        href=url_for("officer.module_lesson", slug=one.slug, lesson=lesson.slug),
    )


def about_minutes(minutes: int) -> str:
    return ngettext("about %(num)s minute", "about %(num)s minutes", minutes)


def quiz_rules(one: DeskModule, reader: Reader) -> list[str]:
    """Return the main things that hold for the quiz; the page before its start says all."""
    plan = one.published.bank.plan
    attempt = one.progress.open_attempt
    closing = (
        _("It is open until %(when)s; what you have saved by then counts.", when=moment(attempt.closes_at))
        if attempt
        else ngettext(
            "It takes %(num)s minute at most, by the clock.",
            "It takes %(num)s minutes at most, by the clock.",
            plan.minutes,
        )
        if plan.minutes is not None
        else _("It stays open for %(days)s days; what you have saved by then counts.", days=plan.open_days)
    )
    return [
        _(
            "%(questions)s questions. You pass with %(share)s of the points.",
            questions=plan.length,
            share=percent(plan.cut_score),
        ),
        _("Each answer is saved as you give it. You can stop, come back and change answers until you submit."),
        closing,
        _("Afterwards you see your points by objective, not which answers were right."),
    ]


@dataclass(frozen=True, slots=True)
class ModuleStep:
    """What comes next in a module, at the head of its page."""

    href: str
    action: str


def step_in(one: DeskModule) -> ModuleStep | None:
    """Return the next lesson or the open quiz; ``None`` where the quiz itself, or nothing, is next."""
    slug, attempt = one.slug, one.progress.open_attempt
    match one.for_rule.action:
        case Action.RESUME if attempt is not None:
            return ModuleStep(url_for("quiz.attempt", attempt_id=attempt.id), _("Resume the quiz"))
        case Action.READ if one.passed_on is None or one.progress.lessons_read:
            lesson = one.for_rule.unread[0]
            action = _("Continue reading") if one.progress.lessons_read else _("Start reading")
            return ModuleStep(url_for("officer.module_lesson", slug=slug, lesson=lesson), action)
    return None


def is_provisional(one: DeskModule) -> bool:
    return one.published.bank.plan.standard is CutScoreStandard.PROVISIONAL


def rendered(module: Module, language: str, lesson: Lesson) -> Rendered:
    """Return the lesson as HTML, with links to other lessons and to the glossary."""
    return render(
        lesson.body,
        lang=language,
        glossary=glossary.of(module),
        sources=module.sources_of(lesson),
        link=lambda slug, name: url_for("officer.module_lesson", slug=slug, lesson=name),
        glossary_link=lambda term: glossary.address(module, term),
        figures=module.figures,
        lab=labs.in_lesson(language),
        file=f"{module.slug}/{language}/{lesson.slug}",
    )


def references(module: Module, language: str) -> Rendered:
    """Return what the lessons say in marked boxes, by its weight, with every source of the module below."""
    headings = {kind: str(heading) for kind, heading in WEIGHTS.items()}
    _used, lessons = module.lessons_in(language)
    return render(
        by_weight(lessons, headings),
        lang=language,
        glossary=glossary.of(module),
        sources=module.sources,
        link=lambda slug, name: url_for("officer.module_lesson", slug=slug, lesson=name),
        glossary_link=lambda term: glossary.address(module, term),
        file=module.slug,
    )


def cited_in(module: Module, language: str) -> dict[str, list[Lesson]]:
    """Return the lessons that cite each source, by its id."""
    _used, lessons = module.lessons_in(language)
    return {source.id: [lesson for lesson in lessons if source.id in lesson.sources] for source in module.sources}


def kind_of(module: Module) -> Any:
    return _("What changed") if module.kind is ModuleKind.DELTA else _("Module")
