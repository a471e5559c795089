"""A published module as a package for another learning platform (SCORM 1.2)."""

from collections.abc import Mapping
from pathlib import Path

from babel import Locale, UnknownLocaleError
from flask import Blueprint, Response, abort, current_app
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from courses.module import Module
from courses.scorm import Words, package
from training_app import wording
from training_app.db import reading_session
from training_app.rules.permissions import Permission
from training_app.security import requires
from training_app.services import content
from training_app.services.content import Published
from training_app.views import glossary, labs
from training_app.views.module_page import STANDINGS

bp = Blueprint("scorm", __name__, url_prefix="/content")

#: Where a file of the product stands in a package.  The style sheet names the fonts beside its own folder.
_FONTS = (
    "atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
    "atkinson-hyperlegible-next-OFL.txt",
)
ASSETS: Mapping[str, str] = {
    "css/app.css": "css/app.css",
    "scorm/package.css": "css/package.css",
    "scorm/player.js": "js/player.js",
    "scorm/lesson.js": "js/lesson.js",
    **{f"fonts/{name}": f"fonts/{name}" for name in _FONTS},
}


@bp.get("/<slug>/scorm")
@requires(Permission.CONTENT_READ)
def download(slug: str) -> ResponseReturnValue:
    found = content.newest(reading_session(), slug) or abort(404)
    return Response(
        packed(found),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{file_name(found)}"'},
    )


def file_name(found: Published) -> str:
    return f"{found.module.slug}-{found.revision.digest[:12]}-scorm12.zip"


def packed(found: Published) -> bytes:
    """Return the package of a published module: the same for whoever asks, in whatever language and by which address.

    :raises courses.errors.ContentError: if it cannot be packed.
    """
    static = Path(current_app.static_folder or "")
    # A request of nobody's: labs read from the address of theirs what is set, and words follow the reader's language.
    with current_app.test_request_context():
        return package(
            found.module,
            found.revision.digest,
            glossary=glossary.of(found.module),
            words={language: words(found.module, language) for language in found.module.languages},
            lab=labs.in_lesson,
            assets={name: (static / file).read_bytes() for file, name in ASSETS.items()},
        )


def words(module: Module, language: str) -> Words:
    """Return what pages in *language* say beside the lessons; in English where the product does not speak it."""
    offered = language in current_app.extensions["languages"]
    with force_locale(language if offered else "en"):
        return _words(module, language)


def _words(module: Module, language: str) -> Words:
    days = {module.law_as_of, *(lesson.law_as_of for lesson in module.lessons[language])}
    return Words(
        language=str(get_locale()),
        name_of_language=_own_name(language),
        skip=_("Skip to main content"),
        lessons=_("Lessons"),
        lesson_of=_("Lesson %(number)s of %(last)s", number="{}", last="{}"),
        minutes=_("about %(num)s min", num="{}"),
        read_button=_("I have read this lesson"),
        was_read=_("Read"),
        previous=_("Previous lesson"),
        next=_("Next lesson"),
        contents=_("All lessons"),
        glossary=_("Glossary"),
        sources=_("Sources"),
        revision=_("Revision %(digits)s of this module.", digits="{}"),
        law_as_of=_("The law is stated as of %(law_as_of)s.", law_as_of="{}"),
        what_it_is=_(
            "This package holds the lessons of one module, to be read in another learning platform. It tells the "
            "platform which lessons you have marked as read."
        ),
        not_a_certificate=_(
            "Reading it certifies nobody. You take the quiz, and are certified to use a tool, in the training "
            "application of your agency."
        ),
        other_languages=_("Other languages"),
        elsewhere_title=_("Other modules"),
        elsewhere=_(
            "A lesson refers to another module, which is not in this package. You find it in the training application."
        ),
        lab=_("This exercise is shown as it begins. You can work with it in the training application."),
        languages=_("Language"),
        frame=_("Lessons"),
        standings={standing.value: str(said) for standing, said in STANDINGS.items()},
        days={day.isoformat(): wording.civil(day) for day in days},
    )


def _own_name(language: str) -> str:
    try:
        return (Locale.parse(language, sep="-").get_display_name(language.replace("-", "_")) or language).capitalize()
    except (UnknownLocaleError, ValueError):
        return language
