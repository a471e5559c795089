"""What the pages on requests for rectification share: who handles them, and the steps of one in words."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from config import Config
from training_app import wording
from training_app.agency import moment, on_now
from training_app.db import reading_session
from training_app.models.people import Person
from training_app.models.rectification import RectificationRequest, RectificationStep
from training_app.rules.own_data import Section
from training_app.rules.rectification import StepKind
from training_app.services import own_data, rectification_handling, rectifications
from training_app.services.rectifications import Waiting, Words
from training_app.services.second_signatures import names_of
from training_app.services.sign_in import keyed_digest
from training_app.views.report_pages import Event
from training_app.wording import own_data as sections
from training_app.wording import own_records, rectification


def months() -> int:
    """Return how long the words of a request are kept after its answer."""
    config: Config = current_app.extensions["config"]
    return config.rectification_months


def office() -> frozenset[int]:
    """Return who may handle requests by office."""
    return rectification_handling.registrars(reading_session(), on=on_now())


def subject(person: Person) -> own_data.Subject:
    """Return *person* as whose data are asked for."""
    config: Config = current_app.extensions["config"]
    return own_data.Subject(person, keyed_digest(config.secret_key.encode(), "person", str(person.id)))


def waiting_for(person: Person) -> Waiting:
    """Return what the pages of registrars and of the oversight body say of these requests."""
    return rectifications.waiting(reading_session(), person, registrars=office(), on=on_now())


def about(request: RectificationRequest) -> str:
    """Return what a request is about: its section, and the kind of the one record if it names one."""
    section = str(sections.SECTIONS[Section(request.section)].title)
    if request.record_kind is None:
        return section
    named = {"kind": own_records.kind(request.record_kind), "number": request.record_id}
    return f"{section}: " + _("%(kind)s, number %(number)s", **named)


def contested(person_id: int) -> list[dict[str, str]]:
    """Return what of a person's record is contested, for pages that show it: in words, with since when and where."""
    return [
        {
            "about": about(one),
            "since": moment(one.effective_at),
            "href": url_for("rectifications.one", request_id=one.id),
            "number": str(one.id),
        }
        for one in rectifications.contested(reading_session(), person_id)
    ]


def what_every_page_here_shows() -> dict[str, Any]:
    return {
        "moment": moment,
        "words": rectification,
        "wording": wording,
        "about": about,
        "months": months(),
        "sections": sections,
        "own_records": own_records,
    }


def events(request: RectificationRequest, said: Words | None, *, named: bool) -> list[Event]:
    """Return what was done about a request, the earliest first.

    :param named: whether who did it is named; the person reads that it was a registrar.
    """
    session = reading_session()
    steps = rectifications.steps_of(session, request)
    names = names_of(session, {one.recorded_by_id for one in steps}) if named else {}
    first = Event(request.effective_at, _("Asked for"))
    return [first, *(_event(one, said.steps if said else {}, names) for one in steps)]


def _event(step: RectificationStep, texts: Mapping[int, str], names: Mapping[int | None, str]) -> Event:
    note = ""
    if step.kind is StepKind.REFERRED and step.path is not None:
        note = f"{rectification.PATHS[step.path]}. {rectification.WAYS[step.path]}"
    elif step.kind is StepKind.REFUSED and step.refusal is not None:
        note = str(rectification.REFUSALS[step.refusal])
    elif step.correction_kind is not None:
        by_fact = {"kind": own_records.kind(step.correction_kind), "number": step.correction_id}
        note = _("By: %(kind)s, number %(number)s", **by_fact)
    title = str(rectification.STEPS[step.kind])
    return Event(step.effective_at, title, names.get(step.recorded_by_id, ""), texts.get(step.id, ""), note)
