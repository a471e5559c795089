"""The way from an empty draft to its review, step by step, for who writes a module for the first time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from courses.errors import ContentError
from courses.fields import Fields
from courses.module import read_module
from quizzes.parts import PAPER, Content
from training_app.models.authoring import Draft
from training_app.views.draft_parts import PartShown
from training_app.wording.missing import Missing

DONE, STARTED, TO_DO, BLOCKED = "done", "started", "to-do", "blocked"


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way."""

    title: str
    note: str
    code: str
    label: str
    href: str
    action: str
    """What the link to it says."""
    why: str
    """What it is for, told where it comes next."""


Faults = Mapping[str, Sequence[Missing]]


def steps(
    draft: Draft,
    outline: Content,
    faults: Faults,
    lessons: Sequence[PartShown],
    items: Mapping[str, Sequence[PartShown]],
    *,
    has_plan: bool,
) -> list[Step]:
    """Return the steps in their order, each with where it stands."""
    written = [item for found in items.values() for item in found]
    before = [
        _outline(draft, outline),
        _lessons(draft, lessons),
        _items(draft, written),
        _plan(draft, has_plan=has_plan, whole=not faults.get(PAPER)),
    ]
    return [*before, _review(draft, ready=not faults)]


def next_of(found: Sequence[Step]) -> Step | None:
    """Return the first step that is not done; ``None`` where all are."""
    return next((step for step in found if step.code != DONE), None)


def _state(*, begun: bool, whole: bool) -> tuple[str, str]:
    if whole:
        return DONE, _("Done")
    return (STARTED, _("Begun")) if begun else (TO_DO, _("To do"))


def _outline(draft: Draft, outline: Content) -> Step:
    faults: list[ContentError] = []
    languages = outline.get("languages") or []
    alone = {**outline, "slug": draft.slug, "lessons": {language: [] for language in languages}}
    read_module(Fields(alone, file="module.toml", faults=faults))
    named = bool(outline.get("objectives")) and bool(outline.get("sources"))
    code, label = _state(begun=bool(outline.get("objectives") or outline.get("sources")), whole=named and not faults)
    return Step(
        _("Say what the module teaches"),
        _("Summary, objectives and sources"),
        code,
        label,
        url_for("authoring.module", draft_id=draft.id),
        _("Write objectives and sources"),
        _("Lessons teach the objectives, items test them, and both rest on the sources. So these come first."),
    )


def _lessons(draft: Draft, lessons: Sequence[PartShown]) -> Step:
    unfinished = [lesson for lesson in lessons if lesson.faults]
    code, label = _state(begun=bool(lessons), whole=bool(lessons) and not unfinished)
    new = not lessons or not unfinished
    return Step(
        _("Write the lessons"),
        _counted(ngettext("%(num)s lesson", "%(num)s lessons", len(lessons)), len(unfinished)) if lessons else "",
        code,
        label,
        url_for("authoring.new_lesson", draft_id=draft.id) if new else unfinished[0].href,
        _("Add a lesson") if new else _("Finish a lesson"),
        _("What officers read before the quiz. One is enough; each objective needs a lesson that teaches it."),
    )


def _items(draft: Draft, items: Sequence[PartShown]) -> Step:
    unfinished = [item for item in items if item.faults]
    code, label = _state(begun=bool(items), whole=bool(items) and not unfinished)
    new = not items or not unfinished
    return Step(
        _("Write the items of the quiz"),
        _counted(ngettext("%(num)s item", "%(num)s items", len(items)), len(unfinished)) if items else "",
        code,
        label,
        url_for("items.new", draft_id=draft.id) if new else unfinished[0].href,
        _("Add an item") if new else _("Finish an item"),
        _("The questions. Write three for each one that a paper is to ask, so that a second attempt meets others."),
    )


def _counted(there: str, unfinished: int) -> str:
    if not unfinished:
        return there
    return _("%(there)s, %(unfinished)s of them unfinished", there=there, unfinished=unfinished)


def _plan(draft: Draft, *, has_plan: bool, whole: bool) -> Step:
    code, label = _state(begun=has_plan, whole=has_plan and whole)
    return Step(
        _("Say how papers are drawn"),
        _("How many items on each objective, and what it takes to pass"),
        code,
        label,
        url_for("authoring.paper", draft_id=draft.id),
        _("Say how papers are drawn"),
        _("Every officer gets a paper of their own, drawn from the items by this plan."),
    )


def _review(draft: Draft, *, ready: bool) -> Step:
    return Step(
        _("Put it up for review"),
        _("Somebody who wrote no part of it reads it; approving publishes it"),
        TO_DO if ready else BLOCKED,
        _("Ready") if ready else _("Once nothing is missing"),
        url_for("authoring.draft", draft_id=draft.id, _anchor="review"),
        _("Go to the review"),
        _("Nothing is missing. Try the quiz yourself, then put it up."),
    )
