"""What the pages of a draft show: its parts, what is missing, how it will look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm import Session

from courses.errors import ContentError
from courses.fields import Fields
from courses.figures import read_figure
from courses.module import Source, read_module
from courses.render import render
from quizzes.changes import paragraphs
from quizzes.parts import GLOSSARY, MODULE, PAPER, Content, figure_part
from training_app.db import reading_session
from training_app.forms.authoring import objectives_of
from training_app.forms.reviews import NoteForm
from training_app.models.authoring import Draft
from training_app.services import draft_items, drafts, reviews
from training_app.services.drafts import Part
from training_app.services.second_signatures import names_of
from training_app.views import draft_advice, draft_steps, glossary, labs, wish_page
from training_app.views.draft_advice import Advised
from training_app.views.draft_parts import PartShown
from training_app.views.module_page import STANDINGS
from training_app.wording import missing
from training_app.wording.missing import Missing


def title(draft: Draft) -> str:
    content = drafts.part(reading_session(), draft, MODULE).content or {}
    languages = content.get("languages") or [""]
    return str(content.get("title", {}).get(languages[0]) or draft.slug)


def shown(draft: Draft, errors: list[str], form: FlaskForm | None) -> dict[str, Any]:
    """Return the context of the draft's page."""
    session = reading_session()
    parts = drafts.parts(session, draft)
    whole = drafts.whole(session, draft)
    by_part = {
        name: missing.sentences(faults, whole.module.languages)
        for name, faults in _by_part(draft, whole.faults).items()
    }
    outline = parts[MODULE].content if MODULE in parts else {}
    waiting = drafts.under_review(session, draft)
    history = reviews.of_draft(session, draft)
    hands = {part.saved_by_id for part in parts.values() if part.saved_by_id} | {draft.opened_by_id}
    lessons, items = _lessons(draft, parts, outline or {}, by_part), _items(draft, parts, outline or {}, by_part)
    steps = draft_steps.steps(draft, outline or {}, by_part, lessons, items, has_plan=PAPER in parts)
    return {
        "draft": draft,
        "wishes": wish_page.of_draft(draft.id),
        "steps": steps,
        "next_step": draft_steps.next_of(steps),
        "title": title(draft),
        "outline": outline or {},
        "lessons": lessons,
        "items": items,
        "objectives": dict(objectives_of(outline or {})),
        "taken_out": _taken_out(session, draft, outline or {}),
        "plan": (parts[PAPER].content or {}).get("paper", {}) if PAPER in parts else {},
        "faults": [problem for problems in by_part.values() for problem in problems],
        "module_faults": by_part.get(MODULE, []),
        "paper_faults": by_part.get(PAPER, []),
        "faults_of": by_part,
        "advice": draft_advice.by_part(draft.slug, whole.advice),
        "figures": {name: drawing(name, svg) for name, svg in sorted(_drawings(draft).items())},
        "terms": _terms(parts, outline or {}),
        "waiting": waiting,
        "returned": next((one for one in history if one is not waiting), None),
        "is_open": drafts.is_open(session, draft),
        "names": names_of(session, hands),
        "last": _last_saved(parts),
        "form": form or NoteForm(formdata=None),
        "errors": errors,
    }


def _last_saved(parts: Mapping[str, Part]) -> Part | None:
    saved = [(part.saved_at, part.name) for part in parts.values() if part.saved_at]
    return parts[max(saved)[1]] if saved else None


def missing_in(draft: Draft, name: str) -> list[Missing]:
    """Return what stands between the part *name* and its publication, as `drafts.whole` finds it."""
    whole = drafts.whole(reading_session(), draft)
    return missing.sentences(_by_part(draft, whole.faults).get(name, []), whole.module.languages)


def _by_part(draft: Draft, faults: tuple[ContentError, ...]) -> dict[str, list[ContentError]]:
    """Return *faults* by the part that is to be mended."""
    found: dict[str, list[ContentError]] = {}
    for fault in faults:
        found.setdefault(_part_of(draft, fault), []).append(fault)
    return found


def _part_of(draft: Draft, fault: ContentError) -> str:
    named = fault.problem.split("'")
    of_item = len(named) > 1 and fault.problem.startswith(("item '", "'")) and not fault.file.endswith("glossary.toml")
    return draft_advice.part_of_file(draft.slug, fault.file, item=named[1] if of_item else "")


def _lessons(
    draft: Draft, parts: Mapping[str, Part], outline: Content, faults: Mapping[str, list[Missing]]
) -> list[PartShown]:
    languages = outline.get("languages") or ["en"]
    found = []
    for name in sorted(name for name in parts if name.startswith(f"lesson/{languages[0]}/")):
        content, slug = parts[name].content or {}, name.rpartition("/")[2]
        translations = [(tag, _lesson_href(draft, tag, slug), f"lesson/{tag}/{slug}" in parts) for tag in languages[1:]]
        problems = [problem for tag in languages for problem in faults.get(f"lesson/{tag}/{slug}", [])]
        minutes = content.get("minutes")
        note = _("%(minutes)s minutes", minutes=minutes) if minutes else ""
        found.append(
            PartShown(
                name,
                content.get("title") or slug,
                note,
                _lesson_href(draft, languages[0], slug),
                problems,
                translations,
            )
        )
    return found


def _lesson_href(draft: Draft, language: str, slug: str) -> str:
    return url_for("authoring.lesson", draft_id=draft.id, language=language, slug=slug)


def _items(
    draft: Draft, parts: Mapping[str, Part], outline: Content, faults: Mapping[str, list[Missing]]
) -> dict[str, list[PartShown]]:
    """Return the items by their objective; those without one under an empty name, last."""
    language = (outline.get("languages") or ["en"])[0]
    found: dict[str, list[PartShown]] = {one["id"]: [] for one in outline.get("objectives", []) if one.get("id")}
    for name, part in parts.items():
        if not name.startswith("item/"):
            continue
        content = part.content or {}
        stem = content.get("texts", {}).get(language, {}).get("stem") or name.partition("/")[2]
        problems = faults.get(name, [])
        href = url_for("items.edit", draft_id=draft.id, item_id=name.partition("/")[2])
        shown = PartShown(name, stem, str(content.get("kind", "")), href, problems, [])
        found.setdefault(content.get("objective") or "", []).append(shown)
    return found


def _taken_out(session: Session, draft: Draft, outline: Content) -> list[tuple[str, draft_items.TakenOut]]:
    """Return the items that were taken out, each with its stem."""
    language = (outline.get("languages") or ["en"])[0]
    found = draft_items.taken_out(session, draft)
    return [(one.content.get("texts", {}).get(language, {}).get("stem") or one.name, one) for one in found]


def preview(draft: Draft, outline: Content, language: str, content: Content) -> str:
    """Return the HTML of a lesson as officers would see it, or the sentences that say why it cannot be shown."""
    faults: list[ContentError] = []
    own = drafts.part(reading_session(), draft, GLOSSARY).content
    drawn = {"figures": _drawings(draft), **({"glossary": own} if own else {})}
    read = read_module(
        Fields({**outline, **drawn, "slug": draft.slug, "lessons": {}}, file="module.toml", faults=faults)
    )
    wanted = set(content.get("sources", []))
    sources = [source for source in read.sources if isinstance(source, Source) and source.id in wanted]
    try:
        rendered = render(
            content.get("body", ""),
            lang=language,
            glossary=glossary.of(read),
            sources=sources,
            link=lambda module, name: f"#{module}-{name}",
            glossary_link=lambda term: glossary.address(read, term),
            figures={name: figure for name, figure in read.figures.items() if figure.svg},
            lab=labs.in_lesson(language),
            file=_("This text"),
        )
    except ContentError as error:
        return render_template("authoring/_preview.html", problem=str(error))
    return render_template(
        "authoring/_preview.html", rendered=rendered, lesson=content, language=language, standings=STANDINGS
    )


def drawing(name: str, svg: str) -> Markup:
    """Return the drawing called *name* for a page; empty where it is not fit to be shown."""
    figure, faults = read_figure(svg)
    # Checked element by element as it was read, and so fit to stand in a page.
    return Markup("") if faults else Markup(figure.inline(name, prefix=f"{name}-"))  # noqa: S704


def _terms(parts: Mapping[str, Part], outline: Content) -> list[tuple[str, str, str]]:
    """Return name, term and language of each term of the module's own, in its first language."""
    written = (parts[GLOSSARY].content or {}) if GLOSSARY in parts else {}
    languages = [*(outline.get("languages") or ["en"])]
    found = []
    for name, entries in written.items():
        language = next((tag for tag in [*languages, *entries] if tag in entries), "")
        found.append((name, str(entries.get(language, {}).get("term") or name), language))
    return found


def advice_in(draft: Draft, name: str) -> list[Advised]:
    """Return what the authors should look at in the part *name*."""
    return draft_advice.by_part(draft.slug, drafts.whole(reading_session(), draft).advice).get(name, [])


def _drawings(draft: Draft) -> dict[str, str]:
    parts, prefix = drafts.parts(reading_session(), draft), figure_part("")
    return {
        name.removeprefix(prefix): str((part.content or {}).get("svg", ""))
        for name, part in parts.items()
        if name.startswith(prefix)
    }


@dataclass(frozen=True, slots=True)
class Theirs:
    """What somebody else saved meanwhile."""

    name: str
    at: Any
    text: str


def theirs(part: Part, names: Mapping[int | None, str]) -> Theirs:
    """Return what stands now, with the text that people compare."""
    content = part.content or {}
    body = content.get("body") or "\n".join(_said(part.name, content))
    return Theirs(names.get(part.saved_by_id, ""), part.saved_at, body)


def _said(name: str, content: Content) -> list[str]:
    """Return what a part says, each text with the name of what it is."""
    return [f"{label}: {text}" for label, text in paragraphs(name, content) if text not in ("", "None")]
