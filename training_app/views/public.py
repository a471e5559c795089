"""Addresses open to everybody that are not for citizens in particular, and those that were once."""

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from training_app import navigation
from training_app.db import reading_session
from training_app.languages import FOR_CITIZENS
from training_app.security import requires, signed_in
from training_app.services import content, requirements
from training_app.views import glossary as words

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
    """Show the statement with the menu of who is signed in around it; citizens read it at their own address."""
    return render_template("public/accessibility.html")


@bp.get("/glossary")
@requires(None)
def glossary() -> ResponseReturnValue:
    """Show who is signed in every term, those of modules for versions to come too; lead everybody else to citizens'."""
    if signed_in() is None:
        return redirect(url_for("citizens.glossary"), 301)
    language = str(get_locale())
    modules = (content.published(row).module for row in requirements.published_modules(reading_session()))
    return render_template("public/glossary_at_work.html", terms=words.entries(modules, language), language=language)


@bp.get("/tools-in-use")
@requires(None)
def tools_in_use() -> ResponseReturnValue:
    return redirect(url_for("citizens.tools"), 301)


@bp.get("/robots.txt")
@requires(None)
def robots() -> ResponseReturnValue:
    """Let search engines find what is for citizens, and keep them out of the rest."""
    answer = make_response(f"User-agent: *\nAllow: {FOR_CITIZENS}\nDisallow: /\n")
    answer.mimetype = "text/plain"
    return answer
