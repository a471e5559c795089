"""Pages for citizens, below /public/: tools in use, who oversees them, what officers learn, which rights one has.

Nobody signs in here.  No page knows a session, sets a cookie or names a person; what may be counted is said by
`rules.disclosure`, and each answer may be kept for some minutes (`public_answers`).
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from flask import Blueprint, abort, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from courses.module import Lesson, Module, ModuleKind
from courses.render import Rendered, render
from training_app import languages, wording
from training_app.agency import on_now
from training_app.clock import now
from training_app.db import reading_session
from training_app.languages import FOR_CITIZENS, IN_ADDRESS
from training_app.rules.disclosure import LIMIT
from training_app.rules.yearly_figures import FEWEST_FOR_A_SHARE
from training_app.security import requires
from training_app.services import public_modules
from training_app.views import glossary as terms
from training_app.views import labs, module_page, public_tools
from training_app.views.desk import in_language
from training_app.wording import public as words

bp = Blueprint("citizens", __name__, url_prefix=FOR_CITIZENS.rstrip("/"))

LAW_AS_OF = date(2026, 11, 22)
"""The pages on rights and bans state the law as it stood on this day: what was looked up, and no more."""


@bp.context_processor
def _frame() -> dict[str, Any]:
    return {"agency_name": current_app.extensions["config"].agency_name}


@bp.app_template_global("citizens_menu")
def menu() -> list[dict[str, Any]]:
    """Return the entries of the menu of every page below /public/."""
    entries = (
        (_("Tools in use"), ("citizens.tools", "citizens.tool")),
        (_("Figures by year"), ("public_figures.years", "public_figures.year", "public_figures.tool")),
        (_("Who oversees them"), ("citizens.oversight",)),
        (_("What officers learn"), ("citizens.training", "citizens.module", "citizens.lesson")),
        (_("Your rights"), ("citizens.rights",)),
        (_("Report an incident"), ("incident_reports.new", "incident_reports.follow", "incident_reports.answer")),
        (_("Words explained"), ("citizens.glossary",)),
    )
    return [
        {"label": label, "url": url_for(pages[0]), "current": "page" if request.endpoint in pages else None}
        for label, pages in entries
    ]


@bp.app_template_global("citizens_languages")
def in_other_languages() -> list[dict[str, Any]]:
    """Return the address of this page in every language offered; of the start where this is no page."""
    offered = languages.to_choose_from(current_app.extensions["languages"])
    endpoint = request.endpoint or "citizens.start"
    given: dict[str, Any] = dict(request.view_args or {}) if request.endpoint else {}
    default = current_app.extensions["default_language"]
    return [
        {
            "code": one.code,
            "name": one.name,
            "current": one.current,
            "url": url_for(endpoint, **given | {IN_ADDRESS: None if one.code == default else one.code}),
        }
        for one in offered
    ]


@bp.get("/")
@requires(None)
def start() -> ResponseReturnValue:
    return render_template("public/start.html")


# -- tools -------------------------------------------------------------------------------------------------------------


@bp.get("/tools")
@requires(None)
def tools() -> ResponseReturnValue:
    """Show which tools are in use, were, or are prohibited, and which uses are banned for all of them."""
    found = public_tools.register(reading_session(), on=on_now())
    return render_template(
        "public/tools.html",
        translated=_translated(),
        register=found,
        words=words,
        law_as_of=wording.civil(LAW_AS_OF),
        licence=public_tools.LICENCE,
    )


@bp.get("/tools/<slug>")
@requires(None)
def tool(slug: str) -> ResponseReturnValue:
    session, on = reading_session(), on_now()
    found = public_tools.register(session, on=on)
    one = found.tool(slug) or abort(404)
    language = str(get_locale())
    titles = {
        module.slug: in_language(module.title_in(language), module.language_for(language))
        for module in public_modules.readable(session, _hidden(), at=on.instant)
    }
    return render_template(
        "public/tool.html",
        translated=_translated(),
        shown=public_tools.tool_shown(found, one, titles, on=on),
        words=words,
        counted_on=wording.civil(on.day),
    )


def _translated() -> bool:
    """Return whether the page is in another language than the one in which the agency writes unless it says so."""
    default: str = current_app.extensions["config"].default_language
    return str(get_locale()) != default


@bp.get("/tools.json")
@requires(None)
def register_file() -> ResponseReturnValue:
    """Give the whole register to programs; the same whatever the language of who asks."""
    on = on_now()
    found = public_tools.register(reading_session(), on=on)
    return jsonify(public_tools.document(found, current_app.extensions["config"].agency_name, on=on))


@bp.get("/tools.schema.json")
@requires(None)
def register_schema() -> ResponseReturnValue:
    return current_app.response_class(_schema(), mimetype="application/schema+json")


@cache
def _schema() -> str:
    return (files("training_app") / "public_register.schema.json").read_text("utf-8")


# -- who oversees, which rights, how figures are made -----------------------------------------------------------------


@bp.get("/oversight")
@requires(None)
def oversight() -> ResponseReturnValue:
    return render_template(
        "public/oversight.html",
        overseers=words.OVERSEERS,
        contacts=current_app.extensions["public_contacts"],
        language=str(get_locale()),
        law_as_of=wording.civil(LAW_AS_OF),
    )


@bp.get("/your-rights")
@requires(None)
def rights() -> ResponseReturnValue:
    return render_template("public/rights.html", law_as_of=wording.civil(LAW_AS_OF))


@bp.get("/about-these-figures")
@requires(None)
def figures() -> ResponseReturnValue:
    """Say by which rule counts are published."""
    return render_template("public/figures.html", limit=LIMIT, fewest=FEWEST_FOR_A_SHARE, licence=public_tools.LICENCE)


@bp.get("/accessibility")
@requires(None)
def accessibility() -> ResponseReturnValue:
    return render_template("public/accessibility_for_citizens.html")


# -- what officers learn, and its words --------------------------------------------------------------------------------


def _hidden() -> public_modules.Unpublished:
    config = current_app.extensions["config"]
    return public_modules.Unpublished(config.unpublished_tools, config.unpublished_modules)


def _module(slug: str) -> Module:
    return public_modules.one(reading_session(), slug, _hidden(), at=now()) or abort(404)


@bp.get("/training")
@requires(None)
def training() -> ResponseReturnValue:
    language = str(get_locale())
    hidden = _hidden()
    found = public_modules.readable(reading_session(), hidden, at=now())
    return render_template(
        "public/training.html",
        general=_listed(found, language, ModuleKind.MODULE),
        deltas=_listed(found, language, ModuleKind.DELTA),
        language=language,
        not_whole=hidden.anything,
    )


def _listed(found: Sequence[Module], language: str, kind: ModuleKind) -> list[dict[str, Any]]:
    return [
        {
            "slug": module.slug,
            "title": in_language(module.title_in(language), module.language_for(language)),
            "summary": in_language(module.summary_in(language), module.language_for(language)),
            "minutes": module_page.about_minutes(module.minutes),
        }
        for module in found
        if module.kind is kind
    ]


@bp.get("/training/<slug>")
@requires(None)
def module(slug: str) -> ResponseReturnValue:
    language = str(get_locale())
    found = _module(slug)
    used, lessons = found.lessons_in(language)
    return render_template(
        "public/module.html",
        module=found,
        written_in=used,
        page_language=language,
        lessons=lessons,
        minutes=module_page.about_minutes,
        standings=module_page.STANDINGS,
        law_as_of=wording.civil(found.law_as_of),
    )


@bp.get("/training/<slug>/<lesson>")
@requires(None)
def lesson(slug: str, lesson: str) -> ResponseReturnValue:
    language = str(get_locale())
    found = _module(slug)
    used, shown = found.lesson_in(language, lesson) or abort(404)
    _used, lessons = found.lessons_in(language)
    return render_template(
        "public/lesson.html",
        module=found,
        lesson=shown,
        written_in=used,
        page_language=language,
        rendered=_rendered(found, used, shown),
        standings=module_page.STANDINGS,
        minutes=module_page.about_minutes(shown.minutes),
        law_as_of=wording.civil(shown.law_as_of),
        place=lessons.index(shown),
        lessons=lessons,
    )


def _rendered(module: Module, language: str, shown: Lesson) -> Rendered:
    """Return a lesson as everybody reads it; its links stay among the modules that everybody may read."""
    readable = {one.slug for one in public_modules.readable(reading_session(), _hidden(), at=now())}

    def link(slug: str, name: str) -> str:
        return url_for("citizens.lesson", slug=slug, lesson=name) if slug in readable else url_for("citizens.training")

    return render(
        shown.body,
        lang=language,
        glossary=terms.of(module),
        sources=module.sources_of(shown),
        link=link,
        glossary_link=lambda term: terms.address(module, term, page="citizens.glossary"),
        figures=module.figures,
        lab=labs.in_lesson(language),
        file=f"{module.slug}/{language}/{shown.slug}",
    )


@bp.get("/glossary")
@requires(None)
def glossary() -> ResponseReturnValue:
    language = str(get_locale())
    modules = public_modules.readable(reading_session(), _hidden(), at=now())
    entries = terms.entries(modules, language)
    return render_template("public/glossary.html", terms=entries, language=language)
