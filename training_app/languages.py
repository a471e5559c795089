"""Languages of the pages: which are offered, and which one a request gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import Locale
from flask import Flask, has_request_context, request, session
from flask_babel import Babel, get_locale

from config import Config

CATALOGUES = Path(__file__).parent / "translations"
SOURCE_LANGUAGE = "en"
COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600
FOR_CITIZENS = "/public/"
"""Below it a page's language is a part of its address, so that an address is the same page for everybody."""
IN_ADDRESS = "lang"
"""Names the language there; left out for the default."""


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name: str
    """As its speakers write it."""
    current: bool


def offered(wanted: Sequence[str], catalogues: Path = CATALOGUES) -> tuple[str, ...]:
    """Return those of *wanted* that have a compiled catalogue, and the source language.

    Only finished catalogues are compiled, so that no page is half in one language.
    """
    return tuple(
        language
        for language in dict.fromkeys((SOURCE_LANGUAGE, *wanted))
        if language == SOURCE_LANGUAGE or (catalogues / language / "LC_MESSAGES" / "messages.mo").is_file()
    )


def init_app(app: Flask, config: Config) -> None:
    languages = offered(config.offered_languages)
    default = config.default_language if config.default_language in languages else SOURCE_LANGUAGE
    app.extensions["languages"], app.extensions["default_language"] = languages, default

    def chosen() -> str:
        """Return the language of the request: chosen by the person, at this browser, by the browser, or the default."""
        if request.path.startswith(FOR_CITIZENS):
            return asked if (asked := request.args.get(IN_ADDRESS)) in languages else default
        for choice in (session.get(COOKIE), request.cookies.get(COOKIE)):
            if choice in languages:
                return str(choice)
        return request.accept_languages.best_match(languages, default) or default

    Babel(
        app,
        default_locale=default,
        default_timezone=config.agency_zone,
        default_translation_directories=str(CATALOGUES),
        locale_selector=chosen,
    )
    app.jinja_env.globals["get_locale"] = get_locale

    @app.url_defaults
    def go_on_in_this_language(endpoint: str, values: dict[str, Any]) -> None:
        """Lead to citizens' pages in the language of this one, whoever links to them."""
        if has_request_context() and _is_for_citizens(app, endpoint):
            current = str(get_locale())
            values.setdefault(IN_ADDRESS, None if current == default else current)


def _is_for_citizens(app: Flask, endpoint: str) -> bool:
    return any(rule.rule.startswith(FOR_CITIZENS) for rule in app.url_map.iter_rules(endpoint))


def to_choose_from(languages: Sequence[str]) -> tuple[Language, ...]:
    """Return what the switch at the foot of the page shows."""
    current = str(get_locale())
    return tuple(Language(code, _own_name(code), current=code == current) for code in languages)


def _own_name(code: str) -> str:
    return (Locale.parse(code).get_display_name(code) or code).capitalize()
