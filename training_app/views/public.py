"""Pages open to everybody."""

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from courses.glossary import sorting
from training_app import navigation
from training_app.clock import now
from training_app.db import reading_session
from training_app.security import requires, signed_in
from training_app.services import content, public_register, requirements
from training_app.services.drafts import shared_glossary
from training_app.views import glossary as words
from training_app.wording import policies

bp = Blueprint("public", __name__)


@bp.get("/")
@requires(None)
def home() -> ResponseReturnValue:
    """Lead everybody to where their work begins."""
    found = signed_in()
    if found is None:
        return redirect(url_for("auth.sign_in"))
    entries = navigation.entries_for(found.permissions)
    return redirect(url_for(entries[0].endpoint if entries else "auth.my_sessions"))


@bp.get("/accessibility")
@requires(None)
def accessibility() -> ResponseReturnValue:
    return render_template("public/accessibility.html")


@bp.get("/glossary")
@requires(None)
def glossary() -> ResponseReturnValue:
    language = str(get_locale())
    shared = [(term.id, term, "") for term in shared_glossary().terms]
    modules = (content.published(row).module for row in requirements.published_modules(reading_session()))
    own = [
        (words.anchor(module.slug, term.id), term, module.title_in(language))
        for module in modules
        for term in module.glossary.terms
    ]
    shown = sorted([*shared, *own], key=lambda found: sorting(found[1].entry_in(language)[1].term))
    terms = [(anchor, *term.entry_in(language), module) for anchor, term, module in shown]
    return render_template("public/glossary.html", terms=terms, language=language)


@bp.get("/tools-in-use")
@requires(None)
def tools_in_use() -> ResponseReturnValue:
    """Show everybody which tools are in use, and where no evaluation is asked."""
    found = public_register.register(reading_session(), at=now())
    return render_template("public/tools_in_use.html", register=found, words=policies)


@bp.get("/robots.txt")
@requires(None)
def robots() -> ResponseReturnValue:
    """Keep search engines out: what is public here is for people who were sent here."""
    answer = make_response("User-agent: *\nDisallow: /\n")
    answer.mimetype = "text/plain"
    return answer
