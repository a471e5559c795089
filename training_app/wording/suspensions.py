"""Suspensions in words: the reasons of the fixed lists."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.services.suspensions import EndReason, Reason

REASONS: Mapping[str, Any] = {
    Reason.INQUIRY_OPEN: _l("An inquiry is open"),
    Reason.RULES_BROKEN: _l("The rules on using the tool were broken"),
    Reason.ACCESS_AT_RISK: _l("The officer's means of access may be in other hands"),
    Reason.NOT_ON_DUTY: _l("Not on duty for now"),
    Reason.DUTIES_CHANGED: _l("The duties changed for now"),
    Reason.OTHER: _l("Another reason, to be asked of the supervisor"),
}

END_REASONS: Mapping[str, Any] = {
    EndReason.INQUIRY_CLOSED: _l("The inquiry is closed"),
    EndReason.MATTER_SETTLED: _l("The matter is settled"),
    EndReason.BACK_ON_DUTY: _l("Back on duty, or back in the duties"),
    EndReason.MISTAKE: _l("The suspension was a mistake"),
    EndReason.OTHER: _l("Another reason, to be asked of the supervisor"),
}


def reason(code: str) -> str:
    """Return the words for a reason's code, whichever list it is from; an unknown one speaks for itself."""
    return str(REASONS.get(code) or END_REASONS.get(code) or code)
