"""Answers about an instant that has passed, and what was recorded after it, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.rules.access import Decision

#: What each kind of fact is called, by its timeline; it tells nothing of what the fact says.
KINDS: Mapping[str, Any] = {
    "tool": _l("Tool registered"),
    "agency": _l("The agency's policy set"),
    "policies": _l("Policy of the tool set"),
    "rebases": _l("Running terms recomputed under another policy"),
    "purposes": _l("Purpose permitted or no longer permitted"),
    "corrections": _l("Answer on prohibited practice corrected"),
    "versions": _l("Version registered"),
    "changes": _l("Version announced, released, suspended, resumed or withdrawn"),
    "cancellations": _l("Scheduled release called off"),
    "assessments": _l("Way between versions assessed"),
    "requirements": _l("What earns a certification set"),
    "accounts": _l("Account opened or closed"),
    "units": _l("Officer assigned to a unit"),
    "suspensions": _l("Officer suspended"),
    "reinstatements": _l("Officer reinstated"),
    "evaluations": _l("Evaluation recorded"),
    "seats": _l("Seat granted"),
    "seat_releases": _l("Seat released"),
    "seat_reviews": _l("Seat reviewed"),
    "attempts": _l("Attempt at a quiz opened"),
    "awards": _l("Award made"),
    "award_ends": _l("Award revoked or voided"),
    "award_reviews": _l("Award put under review"),
    "award_upholdings": _l("Award upheld after a review"),
    "retraining_orders": _l("Retraining ordered"),
    "emergency_settings": _l("Emergency access of a tool switched on or off"),
    "emergencies": _l("Emergency access confirmed"),
    "emergency_ends": _l("Emergency access ended early or called off"),
}


def sentence_of_then(decision: Decision, *, officer: str, tool: str) -> str:
    """Return the answer about an instant that has passed in one sentence."""
    names = {"officer": officer, "tool": tool, "version": decision.question.version or ""}
    if decision.allowed:
        return _("%(officer)s could use %(tool)s %(version)s at that moment.", **names)
    return _("%(officer)s could not use %(tool)s %(version)s at that moment.", **names)
