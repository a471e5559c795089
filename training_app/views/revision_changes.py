"""What changed between two revisions of a module, for who writes it and for who has passed it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from courses.figures import read_figure
from quizzes.changes import Change, Paragraph, PartChange, compare, readable
from quizzes.parts import split
from training_app.db import reading_session
from training_app.models.training import ModuleRevision
from training_app.services import revisions
from training_app.services.revisions import Published
from training_app.services.second_signatures import names_of

#: What a paragraph of the outline is, as officers read it; of a lesson only its title has a name.
LABELS = {
    "title": _l("Title"),
    "summary": _l("Summary"),
    "objectives": _l("Objective"),
    "sources": _l("Source"),
}


def chosen(
    found: list[Published], earlier: int | None, later: int | None
) -> tuple[ModuleRevision, ModuleRevision] | None:
    """Return the two of *found* (the latest first) that are asked for by their ids, in the order of time.

    By default the latest and the one before it; ``None`` where an id is of no such revision, or there is one only.
    """
    by_id = {one.revision.id: one.revision for one in found}
    latest = [one.revision.id for one in found]
    asked = [later or next(iter(latest), 0), earlier or next(iter(latest[1:]), 0)]
    if not all(one in by_id for one in asked):
        return None
    first, second = sorted(asked)
    return by_id[first], by_id[second]


def for_trainers(found: list[Published], earlier: ModuleRevision, later: ModuleRevision) -> dict[str, Any]:
    """Return the context that shows everything that changed, items with their keys included."""
    parts = compare(split(earlier.content, earlier.bank), split(later.content, later.bank))
    return {**_notes(found, earlier, later), **of_parts(parts), "earlier": earlier, "later": later}


def for_officers(slug: str, passed: ModuleRevision, current: ModuleRevision, language: str) -> dict[str, Any]:
    """Return the context that shows what officers read and what of it changed; no item, and so no key."""
    both = [tag for tag in current.content["languages"] if tag in passed.content["languages"]]
    used = language if language in both else next(iter(both), current.content["languages"][0])
    parts = compare(readable(passed.content, used), readable(current.content, used))
    found = revisions.of_module(reading_session(), slug)
    return {**_notes(found, passed, current), **of_parts(parts), "written_in": used, "labels": LABELS}


def _notes(found: list[Published], earlier: ModuleRevision, later: ModuleRevision) -> dict[str, Any]:
    noted = revisions.between(found, earlier, later)
    people = {one.review.recorded_by_id for one in noted if one.review} | {one.revision.recorded_by_id for one in noted}
    return {"notes": noted, "names": names_of(reading_session(), people - {None})}


def of_parts(parts: list[PartChange]) -> dict[str, Any]:
    """Return the parts that changed and those that did not, for `_changes.html`."""
    return {
        "changed": [part for part in parts if part.change is not Change.NONE],
        "unchanged": [part for part in parts if part.change is Change.NONE],
        "drawing": drawing,
        "spoken_in": spoken_in,
    }


def spoken_in(part: PartChange, paragraph: Paragraph) -> str:
    """Return the language of a paragraph's text; empty where it is in none, as a number or a key is."""
    kind, _slash, rest = part.name.partition("/")
    named = [rest.partition("/")[0]] if kind == "lesson" else paragraph.label.split(".")
    return next((word for word in named if len(word) == 2 and word.isalpha()), "")


def drawing(part: PartChange) -> Markup:
    """Return the drawing of a part ``figure/<name>`` as it is now, or, where it was taken out, as it was."""
    old = part.change is Change.REMOVED
    svg = " ".join(run.text for one in part.paragraphs for run in one.runs if old or run.change is not Change.REMOVED)
    figure, faults = read_figure(svg)
    # Checked element by element as it was read, and so fit to stand in a page.
    return Markup("") if faults else Markup(figure.inline(part.title, prefix=f"{part.title}-"))  # noqa: S704
