"""The trainer's desk: what is published, to read only; modules with their lessons, banks with their keys."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from courses.module import ModuleKind
from courses.render import render
from quizzes.item import Item
from quizzes.prompts import prompts_of
from training_app import wording
from training_app.agency import moment
from training_app.db import reading_session
from training_app.forms.revisions import changes_form
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import content, drafts, requirements, reviews, revisions, standard_setting
from training_app.services.content import Published
from training_app.services.second_signatures import names_of
from training_app.views import glossary, labs, revision_changes, wish_page
from training_app.views.desk import in_language
from training_app.views.module_page import STANDINGS
from training_app.wording import items as wording_of_items
from training_app.wording import wishes as wish_words

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
        panels=standard_setting.to_judge(session, current_person().id),
        courses=content.courses(),
        wishes=wish_page.waiting(),
        wish_words=wish_words,
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
        glossary=glossary.of(found.module),
        sources=found.module.sources_of(shown),
        link=lambda module, name: url_for("trainer.lesson", slug=module, lesson=name),
        glossary_link=lambda term: glossary.address(found.module, term),
        figures=found.module.figures,
        lab=labs.in_lesson(written_in),
        file=f"{slug}/{written_in}/{lesson}",
    )
    return render_template("trainer/lesson.html", found=found, written_in=written_in, lesson=shown, rendered=rendered)


@bp.get("/<slug>/bank")
@requires(Permission.CONTENT_READ)
def bank(slug: str) -> ResponseReturnValue:
    found = _published(slug)
    items = {cell.objective: _items(found, cell.objective) for cell in found.bank.plan.blueprint}
    sources = {source.id: source for source in found.module.sources}
    judging = may(Permission.ATTEMPT_JUDGE)
    return render_template("trainer/bank.html", found=found, items=items, sources=sources, may_judge=judging)


@bp.get("/<slug>/changes")
@requires(Permission.CONTENT_READ)
def changes(slug: str) -> ResponseReturnValue:
    """Show what changed between two revisions, by default the two latest."""
    found = revisions.of_module(reading_session(), slug) or abort(404)
    module, language = content.published(found[0].revision).module, str(get_locale())
    earlier, later = (request.args.get(name, 0, int) for name in ("earlier", "later"))
    chosen = revision_changes.chosen(found, earlier, later)
    if chosen is None and (earlier or later or len(found) > 1):
        abort(404)
    shown = revision_changes.for_trainers(found, *chosen) if chosen else {"notes": found, "names": {}}
    names = [(one.revision.id, f"{moment(one.revision.recorded_at)} ({one.revision.digest[:12]})") for one in found]
    form = changes_form(names, *(one.id for one in chosen)) if chosen else None
    title = in_language(module.title_in(language), module.language_for(language))
    return render_template("trainer/changes.html", slug=slug, title=title, form=form, found=found, **shown)


def _published(slug: str) -> Published:
    return content.newest(reading_session(), slug) or abort(404)


def _items(found: Published, objective: str) -> list[Any]:
    return [item for item in found.bank.items if item.objective == objective]
