"""One more attempt in words: why it was opened."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.models.rulings import FurtherAttemptReason

REASONS: Mapping[FurtherAttemptReason, Any] = {
    FurtherAttemptReason.TAUGHT_AGAIN: _l("The officer was taught again what was missing"),
    FurtherAttemptReason.DISTURBED: _l("An attempt was disturbed, for example by a call to duty"),
    FurtherAttemptReason.FAULT_OF_OURS: _l("An attempt was spoilt by a fault of the quiz or of a machine"),
    FurtherAttemptReason.MEANS_WERE_MISSING: _l("The officer lacked time or help that they should have had"),
}
