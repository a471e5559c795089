"""Facts for rule tests: the ones that matter named by the test, the rest as in an ordinary agency."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from training_app.rules.facts import (
    AccountChanged,
    Assessment,
    Award,
    AwardEnded,
    AwardKind,
    CoveredStep,
    Evaluated,
    EvaluationOutcome,
    Facts,
    Level,
    OfficerFacts,
    Policy,
    Purpose,
    Requirements,
    SeatGranted,
    ToolFacts,
    UnitAssigned,
    Version,
    VersionChange,
    VersionChanged,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
_serial = count(1)


def local(text: str, zone: ZoneInfo = BRUSSELS) -> datetime:
    """Return ``2026-03-29 23:59:59`` (or a bare day: nine o'clock) as read on the agency's clocks."""
    text = text if " " in text else f"{text} 09:00"
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def when(text: str, recorded: str | None = None) -> dict[str, datetime]:
    return {"effective_at": local(text), "recorded_at": local(recorded or text)}


LONG_AGO = when("2025-11-03")


def policy(**given: Any) -> Policy:
    terms = {
        "revision": 1, "validity_months": 24, "window_months": 3, "pass_age_months": 12,
        "evaluation_required": True, "seats_required": True,
    }  # fmt: skip
    return Policy(**LONG_AGO | terms | given)


def version(label: str, predecessor: str | None = None, **given: Any) -> Version:
    return Version(**LONG_AGO | {"label": label, "predecessor": predecessor} | given)


def changed(label: str, change: VersionChange, on: str, recorded: str | None = None, **given: Any) -> VersionChanged:
    return VersionChanged(
        **when(on, recorded) | {"id": f"change:{next(_serial)}", "version": label, "change": change} | given
    )


def released(label: str, on: str, recorded: str | None = None) -> VersionChanged:
    return changed(label, VersionChange.RELEASED, on, recorded)


def assessed(
    start: str, end: str, level: Level | None, *modules: str, on: str = "2026-01-02", **given: Any
) -> Assessment:
    edge = {"id": f"assessment:{next(_serial)}", "start": start, "end": end, "level": level, "modules": modules}
    return Assessment(**when(on) | edge | given)


def requirements(label: str, *, revision: int = 1, on: str | None = None, **given: Any) -> Requirements:
    """Return the set of *label*, which has long been in force unless *on* says since when."""
    asked = {"full": ("ai-limits",), "renewal": ("ai-limits",), "id": f"{label}-set-{revision}"}
    stamp = LONG_AGO if on is None else when(on)
    return Requirements(**stamp | asked | {"version": label, "revision": revision} | given)


def sightline(**given: Any) -> ToolFacts:
    """Return the demo tool: 3.1 and 3.2 in use, 3.1 to 3.2 by differences without grace, no way back."""
    facts = {
        "slug": "sightline",
        "policies": (policy(),),
        "versions": (version("3.1"), version("3.2", "3.1")),
        "changes": (released("3.1", "2026-01-12"), released("3.2", "2026-11-03")),
        "assessments": (assessed("3.1", "3.2", Level.DIFFERENCES, "sightline-3-2"),),
        "requirements": tuple(requirements(label) for label in ("3.1", "3.2")),
    }
    return ToolFacts(**LONG_AGO | facts | given)


def purpose(code: str, **given: Any) -> Purpose:
    return Purpose(**LONG_AGO | {"code": code} | given)


def full(label: str, on: str, **given: Any) -> Award:
    facts = {"id": f"award:{next(_serial)}", "version": label, "kind": AwardKind.FULL, "policy": policy()}
    return Award(**when(on) | facts | {"attempts_from": local(on)} | given)


def renewal(label: str, on: str, **given: Any) -> Award:
    return full(label, on, **{"kind": AwardKind.RENEWAL} | given)


def delta(
    base: Award, label: str, on: str, *, level: Level = Level.DIFFERENCES, modules: tuple[str, ...] = ("sightline-3-2",)
) -> Award:
    step = CoveredStep(start=base.version, end=label, level=level, modules=modules)
    return full(label, on, kind=AwardKind.DELTA, base=base.id, steps=(step,))


def ended(award: Award, kind: Any, on: str, **given: Any) -> AwardEnded:
    return AwardEnded(**when(on) | {"award": award.id, "kind": kind} | given)


def cleared(through: str | None = "2027-12-31", on: str = "2025-12-01", **given: Any) -> Evaluated:
    facts = {"outcome": EvaluationOutcome.CLEARED, "through": through and date.fromisoformat(through)}
    return Evaluated(**when(on) | facts | given)


def seat(on: str = "2026-01-10", **given: Any) -> SeatGranted:
    return SeatGranted(**when(on) | {"id": f"seat:{next(_serial)}", "unit": "central"} | given)


def officer(*awards: Award, **given: Any) -> OfficerFacts:
    """Return an officer with an account, a unit, a seat and a clearance, and the *awards* given."""
    facts = {
        "number": "DP-1001",
        "accounts": (AccountChanged(**LONG_AGO, is_open=True),),
        "units": (UnitAssigned(**LONG_AGO, unit="central"),),
        "evaluations": (cleared(),),
        "seats": (seat(),),
        "awards": awards,
    }
    return OfficerFacts(**facts | given)


def facts(holder: OfficerFacts | None, tool: ToolFacts | None = None, **given: Any) -> Facts:
    return replace(Facts(zone=BRUSSELS, tool=tool or sightline(), officer=holder), **given)
