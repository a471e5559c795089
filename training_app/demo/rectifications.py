"""Requests to put something right in the demo agency: one answered, one referred; both invented."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from training_app.demo.agency import ZONE, Loader, instant_of
from training_app.models.people import SeatGrant
from training_app.models.rectification import RectificationRequest
from training_app.rules.civil_time import CivilInstant
from training_app.rules.own_data import Section
from training_app.rules.rectification import Path, Refusal
from training_app.services import own_data, rectifications
from training_app.services import rectification_handling as handling
from training_app.services.rectifications import Asked


def load(loader: Loader) -> None:
    """Add the requests, each as its people would have gone on with it."""
    answered = Asked(
        Section.UNIT,
        "My assignment to the unit is dated 3 November 2025. I have worked there since 2019.",
        "Since 2019, as my service card says.",
    )
    request = _asked(loader, "DP-1002", "2026-11-04", answered)
    handling.take(loader.session, request, **_how(loader, "2026-11-05"))
    told = (
        "The record says since when this system has known you: the day on which it was first used. Since when you have "
        "worked in the unit is kept by the personnel office, and is right there."
    )
    handling.refuse(loader.session, request, Refusal.ACCURATE, told, **_how(loader, "2026-11-06"))

    seat = loader.session.scalars(
        select(SeatGrant.id).where(SeatGrant.officer_id == loader.people["DP-1003"].id).order_by(SeatGrant.id)
    ).first()
    missing = Asked(
        Section.SEATS,
        "The purpose “find a missing person” was to end in October; it is still there.",
        "Only the identification of suspects.",
        None if seat is None else ("seat_grant", seat),
    )
    request = _asked(loader, "DP-1003", "2026-11-16", missing)
    handling.take(loader.session, request, **_how(loader, "2026-11-17"))
    told = "A supervisor of your unit grants seats and releases them. I have asked for a new grant."
    handling.refer(loader.session, request, Path.SUPERVISOR, told, **_how(loader, "2026-11-18"))


def _asked(loader: Loader, officer: str, day: str, asked: Asked) -> RectificationRequest:
    me = own_data.Subject(loader.people[officer], "")
    made, _new = rectifications.ask(loader.session, asked, subject=me, at=instant_of(day, 14))
    return made


def _how(loader: Loader, day: str) -> dict[str, Any]:
    at: datetime = instant_of(day, 10)
    return {"on": CivilInstant(at, ZONE), "by": loader.people["registrar"]}
