"""The trainer's desk: what is published, to read only; modules with their lessons, banks with their keys."""

from functools import cache
from typing import Any

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from courses import catalogue
from courses.glossary import Glossary
from courses.module import ModuleKind
from courses.render import render
from quizzes.item import Item
from quizzes.prompts import prompts_of
from training_app import wording
from training_app.agency import moment
from training_app.db import reading_session
from training_app.rules.permissions import Permission
from training_app.security import may, requires
from training_app.services import content, drafts, requirements, reviews
from training_app.services.content import Published
from training_app.services.second_signatures import names_of
from training_app.views.module_page import STANDINGS
from training_app.wording import items as wording_of_items

bp = Blueprint("trainer", __name__, url_prefix="/content")

KINDS = {ModuleKind.MODULE: _l("Module"), ModuleKind.DELTA: _l("Delta module")}


@bp.context_processor
def words_for_codes() -> dict[str, Any]:
    return {
        "kinds": KINDS,
        "standings": STANDINGS,
        "item_kinds": wording_of_items.KINDS,
        "levels": wording_of_items.LEVELS,
        "key_of": key_of,
        "civil": wording.civil,
        "moment": moment,
        "page_language": str(get_locale()),
    }


def key_of(item: Item, language: str) -> list[tuple[str, list[wording_of_items.Line]]]:
    """Return each question of *item* with its lines, as who may see the key sees them."""
    _used, text = item.text_in(language)
    prompts = prompts_of(item, text, item.interaction.shuffled, item.interaction.key)
    return [("" if len(prompts) == 1 else prompt.text.stem, wording_of_items.lines(prompt)) for prompt in prompts]


@bp.get("")
@requires(Permission.CONTENT_READ)
def modules() -> ResponseReturnValue:
    rows = [content.published(row) for row in requirements.published_modules(reading_session())]
    session = reading_session()
    under_way, waiting = drafts.open_drafts(session), reviews.waiting(session)
    people = {draft.opened_by_id for draft in under_way} | {review.recorded_by_id for review in waiting}
    return render_template(
        "trainer/modules.html",
        rows=rows,
        drafts=under_way,
        waiting=waiting,
        names=names_of(session, people),
        may_write=may(Permission.CONTENT_WRITE),
    )


@bp.get("/<slug>")
@requires(Permission.CONTENT_READ)
def module(slug: str) -> ResponseReturnValue:
    found = _published(slug)
    written_in, lessons = found.module.lessons_in(str(get_locale()))
    items = {cell.objective: _items(found, cell.objective) for cell in found.bank.plan.blueprint}
    return render_template(
        "trainer/module.html",
        may_write=may(Permission.CONTENT_WRITE),
        may_judge=may(Permission.ATTEMPT_JUDGE),
        found=found,
        written_in=written_in,
        lessons=lessons,
        items=items,
    )


@bp.get("/<slug>/lessons/<lesson>")
@requires(Permission.CONTENT_READ)
def lesson(slug: str, lesson: str) -> ResponseReturnValue:
    found = _published(slug)
    written_in, shown = found.module.lesson_in(str(get_locale()), lesson) or abort(404)
    rendered = render(
        shown.body,
        lang=written_in,
        glossary=_glossary(),
        sources=found.module.sources_of(shown),
        link=lambda module, name: url_for("trainer.lesson", slug=module, lesson=name),
        glossary_link=lambda term: url_for("public.glossary", _anchor=term),
        figures=found.module.figures,
        file=f"{slug}/{written_in}/{lesson}",
    )
    return render_template("trainer/lesson.html", found=found, written_in=written_in, lesson=shown, rendered=rendered)


@bp.get("/<slug>/bank")
@requires(Permission.CONTENT_READ)
def bank(slug: str) -> ResponseReturnValue:
    found = _published(slug)
    items = {cell.objective: _items(found, cell.objective) for cell in found.bank.plan.blueprint}
    sources = {source.id: source for source in found.module.sources}
    return render_template("trainer/bank.html", found=found, items=items, sources=sources)


def _published(slug: str) -> Published:
    return content.newest(reading_session(), slug) or abort(404)


def _items(found: Published, objective: str) -> list[Any]:
    return [item for item in found.bank.items if item.objective == objective]


@cache
def _glossary() -> Glossary:
    return catalogue.load_glossary(catalogue.STARTER_CONTENT)
