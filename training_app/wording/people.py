"""Why a registrar records a name or a unit anew, revokes a certificate or orders retraining, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.services.people import ChangeReason
from training_app.services.retraining import RetrainingReason
from training_app.services.revocations import RevocationReason

REVOCATIONS: Mapping[str, Any] = {
    RevocationReason.MISUSE: _l("The tool was misused"),
    RevocationReason.NOT_COMPETENT: _l("Observed work showed that the officer cannot use the tool safely"),
    RevocationReason.CONDUCT: _l("Misconduct in the training or its quizzes"),
    RevocationReason.ORDERED: _l("A court or another authority ordered it"),
}

RETRAINING: Mapping[str, Any] = {
    RetrainingReason.INCIDENT: _l("After an incident"),
    RetrainingReason.ERRORS: _l("Errors in the use of the tool"),
    RetrainingReason.ABSENCE: _l("A long absence from duty"),
    RetrainingReason.LAW: _l("The law has changed"),
    RetrainingReason.AUDIT: _l("An audit asks for it"),
}

CHANGES: Mapping[str, Any] = {
    ChangeReason.CHANGED: _l("It has changed"),
    ChangeReason.RECORDED_WRONGLY: _l("It was recorded wrongly"),
}
