"""Opening one more attempt to an officer."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields import SelectChoice

from training_app.forms.fields import needed
from training_app.models.rulings import FurtherAttemptReason
from training_app.wording.further_attempts import REASONS


class FurtherAttemptForm(FlaskForm):
    reason = RadioField(
        _l("Reason"),
        needed(_l("Choose the reason.")),
        choices=[SelectChoice(code.value, REASONS[code]) for code in FurtherAttemptReason],
        invalid_choice_message=_l("Choose the reason from the list."),
    )

    @property
    def why(self) -> FurtherAttemptReason:
        return FurtherAttemptReason(self.reason.data)
