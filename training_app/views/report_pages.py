"""What the pages on reports share: the agency's terms, the time, and a report with its steps as its readers see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from config import Config
from training_app import wording
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session
from training_app.models.people import Person
from training_app.rules.civil_time import CivilInstant
from training_app.rules.reports import StepKind, Terms
from training_app.services import report_desk, reports
from training_app.services.report_desk import EndShown, Row, StepShown, Waiting
from training_app.services.reports import NamedBy, Words
from training_app.views.registrar_desk import modules_by_slug, title_of
from training_app.wording import reports as words


def on_now() -> CivilInstant:
    return CivilInstant(now(), zone())


def terms() -> Terms:
    """Return by when the agency acknowledges and closes reports, and how long it keeps their words."""
    config: Config = current_app.extensions["config"]
    return Terms(config.report_acknowledge_days, config.report_close_days, config.report_months)


def waiting_for(person: Person) -> Waiting:
    """Return what the home pages of registrars and of the oversight body say of reports."""
    return report_desk.waiting(reading_session(), person, terms=terms(), on=on_now())


def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "words": words, "wording": wording, "zone": zone(), "terms": terms()}


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a report on a page."""

    at: datetime
    title: str
    by: str = ""
    text: str = ""
    """As a person wrote it."""
    note: str = ""
    href: str = ""
    action: str = ""


def titles() -> dict[str, str]:
    """Return the title of every published module, by slug."""
    return {slug: title_of(one) for slug, one in modules_by_slug().items()}


def for_reporter(row: Row, said: Words | None) -> list[Event]:
    """Return what whoever reported is shown: every step but the notes and the names of who works on it."""
    session = reading_session()
    named = [one for one in reports.named_by(session, row.report) if one.signed_at is not None]
    first = Event(row.report.effective_at, _("You reported it"))
    steps = [event for step in report_desk.steps(session, row.report, said) for event in _told(step)]
    ended = [
        Event(one.signed_at, str(words.OUTCOMES[one.outcome]), text=one.told)
        for one in report_desk.ends(session, row.report)
        if one.signed_at is not None
    ]
    return _in_order([first, *steps, *ended, *(_assessed(one, linked=False) for one in named)])


def _told(step: StepShown) -> Iterator[Event]:
    """Yield what whoever reported is told of a step; whose retraining was ordered is not theirs to know."""
    match step.kind:
        case StepKind.TAKEN:
            yield Event(step.at, _("A registrar looks into it"))
        case StepKind.GIVEN_BACK:
            yield Event(step.at, _("It waits for another registrar"))
        case StepKind.ASKED:
            yield Event(step.at, _("You were asked"), text=step.text)
        case StepKind.ANSWERED:
            yield Event(step.at, _("You answered"), text=step.text)
        case StepKind.SUSPENDED:
            yield Event(step.at, _("Version %(version)s was suspended for safety", version=step.version))
        case StepKind.RETRAINING:
            yield Event(step.at, _("Retraining was ordered"))
        case StepKind.LESSON:
            yield Event(step.at, _("The training is to be changed: %(module)s", module=_title(step.module)))
        case StepKind.PROVIDER:
            yield Event(step.at, _("The provider was told on %(day)s", day=wording.civil(step.told_on)))


def for_handlers(row: Row, said: Words | None) -> list[Event]:
    """Return everything that was done, with who did it; words only where they may be shown."""
    session = reading_session()
    first = Event(row.report.effective_at, _("Reported"))
    steps = [_done(step) for step in report_desk.steps(session, row.report, said)]
    decided = [event for one in report_desk.ends(session, row.report) for event in _decided(one)]
    named = [_assessed(one, linked=True) for one in reports.named_by(session, row.report)]
    return _in_order([first, *steps, *decided, *named])


def _done(step: StepShown) -> Event:
    at, by, text = step.at, step.by, step.text
    match step.kind:
        case StepKind.SUSPENDED:
            return Event(at, _("Version %(version)s was suspended for safety", version=step.version), by)
        case StepKind.RETRAINING:
            href = url_for("people.person", service_number=step.officer_number)
            return Event(at, _("Retraining was ordered: %(officer)s", officer=step.officer), by, href=href)
        case StepKind.LESSON:
            href = url_for("trainer.module", slug=step.module) if step.module in titles() else ""
            title = _("The training is to be changed: %(module)s", module=_title(step.module))
            return Event(at, title, by, text, href=href, action=_("Open the module"))
        case StepKind.PROVIDER:
            note = _("Reference: %(reference)s", reference=step.reference)
            day = wording.civil(step.told_on)
            return Event(at, _("The provider was told on %(day)s", day=day), by, note=note)
        case _:
            return Event(at, _plain(step.kind), by, text)


def _plain(kind: StepKind) -> str:
    return {
        StepKind.TAKEN: _("Taken"),
        StepKind.GIVEN_BACK: _("Given back"),
        StepKind.NOTED: _("Note"),
        StepKind.ASKED: _("Question to whoever reported"),
        StepKind.ANSWERED: _("Answer of whoever reported"),
        StepKind.SENT_BACK: _("Decision not signed"),
    }[kind]


def _decided(one: EndShown) -> Iterator[Event]:
    public = _("For the public: %(sentence)s", sentence=one.published) if one.published else _("Nothing for the public")
    yield Event(
        one.at, _("Decided: %(outcome)s", outcome=words.OUTCOMES[one.outcome]), one.by, text=one.told, note=public
    )
    if one.signed_at is not None:
        yield Event(one.signed_at, _("Signed and closed"), one.signed_by)


def _assessed(one: NamedBy, *, linked: bool) -> Event:
    assessment = one.assessment
    edge = {"start": assessment.start.label, "end": assessment.end.label}
    title = _("The assessment of the way from %(start)s to %(end)s names this report", **edge)
    signed = (
        _("Signed on %(when)s.", when=moment(one.signed_at)) if one.signed_at else _("Waits for its second signature.")
    )
    href = url_for("registrar.assessment", assessment_id=assessment.id) if linked else ""
    at = assessment.effective_at if linked or one.signed_at is None else one.signed_at
    return Event(at, title, text=assessment.what_changed, note=signed, href=href, action=_("Read the assessment"))


def _title(slug: str) -> str:
    return titles().get(slug, slug)


def _in_order(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda one: one.at)
