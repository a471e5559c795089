"""What the pages on citizens' incidents share: the agency's terms, and an incident as its readers see it."""

from collections.abc import Iterator
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from config import Config
from training_app import wording
from training_app.agency import holidays, moment, on_now, zone
from training_app.db import reading_session
from training_app.rules.incidents import StepKind
from training_app.rules.reports import Terms
from training_app.services import incidents
from training_app.services.incident_desk import Row, StepShown
from training_app.services.incidents import Waiting
from training_app.views.report_pages import Event
from training_app.wording import incidents as words


def terms() -> Terms:
    """Return by when incidents are taken and answered, and how long their words are kept."""
    config: Config = current_app.extensions["config"]
    return Terms(
        config.incident_acknowledge_days, config.incident_answer_days, config.incident_months, holidays=holidays()
    )


def incidents_waiting() -> Waiting:
    """Return what the home page of the oversight body says of incidents."""
    return incidents.waiting(reading_session(), terms=terms(), on=on_now())


def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "words": words, "wording": wording, "zone": zone(), "terms": terms()}


def for_citizen(row: Row, steps: list[StepShown]) -> list[Event]:
    """Return what whoever reported is shown: every step but the notes, and nobody's name."""
    taken = [one for one in steps if one.kind is StepKind.TAKEN]
    first = Event(row.incident.effective_at, _("You reported it"))
    return [first, *(event for step in steps for event in _told(step, again=step in taken[1:]))]


def _told(step: StepShown, *, again: bool) -> Iterator[Event]:
    match step.kind:
        case StepKind.HELD:
            yield Event(step.at, _("It looks like a message of a machine: a person looks at it first"))
        case StepKind.RELEASED:
            yield Event(step.at, _("A person looked at it: it waits for oversight like any other"))
        case StepKind.REJECTED:
            yield Event(step.at, _("A person looked at it, and set it aside as spam"))
        case StepKind.TAKEN:
            yield Event(step.at, _("Another person of oversight goes on with it") if again else _("Oversight took it"))
        case StepKind.ASKED:
            yield Event(step.at, _("You were asked"), text=step.text)
        case StepKind.ANSWERED:
            yield Event(step.at, _("You answered"), text=step.text)
        case StepKind.STATEMENT_ASKED:
            note = _("The agency read a summary that oversight wrote, and none of your words.")
            yield Event(step.at, _("Oversight asked the agency for a statement"), note=note)
        case StepKind.STATEMENT_GIVEN:
            yield Event(step.at, _("The agency gave its statement to oversight"))
        case StepKind.CLOSED if step.outcome is not None:
            yield Event(step.at, str(words.PLAIN_OUTCOMES[step.outcome]), text=step.text)


def for_oversight(row: Row, steps: list[StepShown]) -> list[Event]:
    """Return everything that was done, with who did it."""
    return [Event(row.incident.effective_at, _("Reported by a citizen")), *(_done(step) for step in steps)]


def _done(step: StepShown) -> Event:
    match step.kind:
        case StepKind.HELD:
            note = " ".join(str(words.SIGNS[sign]) for sign in step.signs)
            return Event(step.at, _("Held as possible spam"), note=note)
        case StepKind.CLOSED if step.outcome is not None:
            title = _("Closed: %(outcome)s", outcome=words.OUTCOMES[step.outcome])
            tool = _("About: %(tool)s.", tool=step.tool) if step.tool else _("About no tool that is known.")
            said = step.published
            public = _("For the public: %(sentence)s", sentence=said) if said else _("Nothing for the public.")
            return Event(step.at, title, step.by, step.text, note=f"{tool} {public}")
        case _:
            return Event(step.at, _plain(step.kind), step.by, step.text)


def _plain(kind: StepKind) -> str:
    return {
        StepKind.RELEASED: _("No spam: released"),
        StepKind.REJECTED: _("Rejected as spam"),
        StepKind.TAKEN: _("Taken"),
        StepKind.ASKED: _("Question to whoever reported"),
        StepKind.ANSWERED: _("Answer of whoever reported"),
        StepKind.STATEMENT_ASKED: _("Statement of the agency asked"),
        StepKind.STATEMENT_GIVEN: _("Statement of the agency"),
        StepKind.NOTED: _("Note"),
    }[kind]
