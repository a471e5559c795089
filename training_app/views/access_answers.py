"""A decision as the body of an answer: the shape of the specification, our members in its context (`docs/api.md`)."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from training_app import wording
from training_app.rules.access import Decision


def answer_body(decision: Decision, *, zone: ZoneInfo) -> dict[str, Any]:
    """Return the answer; the number of the decision is added once it is on record."""
    standing, asked = decision.standing, decision.question
    badge = wording.badge(decision.badge)
    return {
        "decision": decision.allowed,
        "context": {
            "evaluated_at": rfc3339(decision.at),
            "sentence": wording.sentence(decision, officer=asked.officer or "?", tool=asked.tool or "?"),
            "badge": {"code": badge.code, "label": badge.label},
            "grounds": [
                {"code": ground.code, "sentence": ground.sentence, "way_out": ground.way_out}
                for ground in wording.grounds(decision, zone=zone)
            ],
            "guidance": [{"sentence": case.sentence, "source": case.source} for case in decision.guidance],
            "obligations": list(decision.obligations) if decision.allowed else [],
            "validity": standing.validity.value if standing else None,
            "coverage": standing.coverage.value if standing else None,
            "valid_through": standing.last_day.isoformat() if standing and standing.last_day else None,
            "awards": list(decision.awards),
            "policy_revision": decision.policy_revision,
            "emergency": _emergency(decision),
            "stable_until": rfc3339(decision.stable_until),
            "cache_until": rfc3339(decision.cache_until),
        },
    }


def _emergency(decision: Decision) -> dict[str, Any] | None:
    found = decision.emergency
    if found is None:
        return None
    return {"id": found.id, "lifted": [ground.value for ground in found.lifted], "until": rfc3339(found.until)}


def told_again(told: dict[str, Any], *, at: datetime, cache_until: datetime) -> dict[str, Any]:
    """Return the answer *told* as of another instant, of a decision that says the same but for its times."""
    times = {"evaluated_at": rfc3339(at), "cache_until": rfc3339(cache_until)}
    return {**told, "context": {**told["context"], **times}}


def rfc3339(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None
