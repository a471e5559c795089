"""What is ordinary and past its time, deleted in one place, beside what each part deletes when it is used.

Facts are another matter: decisions expire (`retention`), and people are erased (`erasing`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from training_app.rules.civil_time import CivilInstant
from training_app.services import (
    browser_sessions,
    client_assertions,
    conduct,
    exchange,
    incident_limits,
    incidents,
    kept_answers,
    outbox,
    rectifications,
    reports,
    sign_in,
)
from training_app.services.browser_sessions import Limits
from training_app.services.event_streams import overflow
from training_app.services.imports import waiting
from training_app.services.lti import invitations, launches


@dataclass(frozen=True, slots=True)
class Times:
    """How long an installation keeps what it may set."""

    sessions: Limits
    kept_answers: timedelta
    conduct_months: int
    report_months: int
    incident_months: int
    rectification_months: int


def delete(session: Session, times: Times, *, on: CivilInstant) -> Mapping[str, int]:
    """Delete what is past its time, and return how many rows, by the kind of record (`rules.keeping.POLICY`)."""
    at: datetime = on.instant
    return {
        "concern-words": conduct.purge(session, months=times.conduct_months, on=on),
        "report-words": reports.purge(session, months=times.report_months, on=on),
        "incident-words": incidents.purge(session, months=times.incident_months, on=on),
        "incident-limits": incident_limits.forget(session, on=on),
        "rectification-words": rectifications.purge(session, months=times.rectification_months, on=on),
        "sign-in": browser_sessions.sweep(session, limits=times.sessions, at=at),
        "sign-in-attempts": sign_in.sweep(session, at=at),
        "interrupted-answers": kept_answers.sweep(session, window=times.kept_answers, at=at),
        "waiting-files": waiting.sweep(session, at=at) + exchange.sweep(session, at=at),
        "platform-visits": launches.sweep_logins(session, at=at) + launches.sweep_launches(session, at=at),
        "invitations": invitations.sweep(session, at=at),
        "program-tokens": client_assertions.sweep(session, at=at),
        "messages": outbox.prune(session, at=at) + overflow.dismiss_old(session, at=at),
    }
