"""The pages, one module per user; each has a blueprint `bp`, and every view in it says what it asks."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from flask import Flask, g, request, url_for
from flask_wtf import CSRFProtect

from config import Config
from training_app import languages, navigation
from training_app.agency import on_now
from training_app.clock import now
from training_app.db import reading_session
from training_app.overseeing import look_is_recorded, name_asked_at
from training_app.rules.permissions import Permission
from training_app.security import SignedIn, signed_in
from training_app.services import oversight_threads
from training_app.services.emergencies import Emergency, current
from training_app.views.pages import RowNumber

PAGES = (
    "public",
    "citizens",
    "public_figures",
    "auth",
    "officer",
    "offline",
    "my_emergencies",
    "my_observations",
    "quiz",
    "appeals",
    "quiz_start",
    "whole_paper",
    "training_sessions",
    "calendars",
    "teaching",
    "attendance",
    "unit_sessions",
    "capacity",
    "supervisor",
    "seats",
    "emergencies",
    "suspensions",
    "registrar",
    "requirements",
    "releases",
    "withdrawals",
    "tools",
    "policies",
    "purposes",
    "prohibitions",
    "scorm",
    "seat_caps",
    "emergency_settings",
    "clients",
    "platforms",
    "lti_registration",
    "field",
    "event_streams",
    "people",
    "rectifications",
    "erasures",
    "imports",
    "trainer",
    "item_statistics",
    "standard_setting",
    "authoring",
    "items",
    "draft_practice",
    "exchange",
    "draft_checks",
    "draft_terms",
    "draft_figures",
    "reviews",
    "checklists",
    "observations",
    "judging",
    "rulings",
    "accommodations",
    "further_attempts",
    "evaluator",
    "oversight",
    "oversight_entries",
    "oversight_names",
    "oversight_looks",
    "oversight_desk",
    "overviews",
    "oversight_questions",
    "questions",
    "evidence_packs",
    "as_of",
    "award_reviews",
    "trainer_registry",
    "my_qualifications",
    "my_data",
    "my_reports",
    "reports",
    "wishes",
    "tool_owners",
    "incidents",
    "incident_statements",
    "conduct",
    "trainer_measures",
    "measure_reviews",
    "objections",
    "lti_links",
    "lti_grades",
    "lti_rosters",
    "lti_review",
)

#: Asked by programs, which come with a token of their own or with none, and never with a cookie.
FOR_PROGRAMS = ("api", "searches", "field_reports", "access_metadata", "oauth", "event_api", "status_lists")

#: Posted to by learning platforms and from frames in them: each serves what nobody but the browser of a launch has.
FROM_PLATFORMS = ("lti", "lti_continue", "lti_deep_linking")

#: Forms below /public/, where no session is that a token could stand in: each asks the browser where it came from, and
#: does nothing in anybody's name.
FROM_CITIZENS = ("incident_reports",)

#: For those who build the pages: in the demonstration only, which the tests in a browser use too.
FOR_DEVELOPERS = ("styleguide",)


def register(app: Flask, config: Config, forgery: CSRFProtect) -> None:
    """Add every page to *app*, and what every page shows."""
    app.url_map.converters["int"] = RowNumber
    app.jinja_env.globals["name_asked_at"] = name_asked_at  # components are imported without what pages are given
    for name in (*PAGES, *FROM_CITIZENS, *FOR_PROGRAMS, *FROM_PLATFORMS, *(FOR_DEVELOPERS if config.demo else ())):
        blueprint = import_module(f"{__name__}.{name}").bp
        app.register_blueprint(blueprint)
        if name in FOR_PROGRAMS + FROM_PLATFORMS + FROM_CITIZENS:
            forgery.exempt(blueprint)

    @app.context_processor
    def what_every_page_shows() -> dict[str, Any]:
        shown = {"brand_name": config.brand_name, "demo_mode": config.demo}
        if g.get("records_unreachable"):
            return shown
        found = signed_in()
        return shown | {
            "account": found.person if found else None,
            "navigation": _navigation(found),
            "emergencies_now": _emergencies(found),
            "look_recorded": look_is_recorded(),
            "offered_languages": languages.to_choose_from(app.extensions["languages"]),
        }


def _emergencies(found: SignedIn | None) -> Sequence[Emergency]:
    """Return what waits and what runs, for those who are to see it at once, whatever page they are on."""
    if found is None or Permission.EMERGENCY_READ not in found.permissions:
        return ()
    return current(reading_session(), at=now())


def _navigation(found: SignedIn | None) -> dict[str, Any]:
    endpoint = request.endpoint or ""
    rows = navigation.rows_for(found.permissions if found else (), endpoint)
    marks = _marks(found) if found else {}
    return {
        "main": [_shown(one, endpoint, marks) for one in rows.main],
        "within": rows.within
        and {"label": rows.within.label, "entries": [_shown(one, endpoint, marks) for one in rows.within.entries]},
    }


def _shown(
    one: navigation.Entry | navigation.Section, endpoint: str, marks: Mapping[Permission, int]
) -> dict[str, Any]:
    entries = one.entries if isinstance(one, navigation.Section) else (one,)
    # Of a section, the page itself is marked in the row below.
    here = "page" if isinstance(one, navigation.Entry) else "true"
    return {
        "label": one.label,
        "url": url_for(entries[0].endpoint),
        "current": here if one.holds(endpoint) else None,
        "mark": sum(marks.get(entry.permission, 0) for entry in entries),
    }


def _marks(found: SignedIn) -> dict[Permission, int]:
    """Return how much waits behind an entry, whatever page somebody is on."""
    if Permission.QUESTION_ANSWER not in found.permissions:
        return {}
    waiting = oversight_threads.waiting_for(reading_session(), found.person, on=on_now())
    return {Permission.QUESTION_ANSWER: waiting.to_answer}
