"""Why late answers count."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField
from wtforms.fields import SelectChoice

from training_app.forms.fields import needed
from training_app.services.late_answers import Lateness
from training_app.wording.rulings import LATENESS


class AcceptForm(FlaskForm):
    foreseen = HiddenField()
    reason = RadioField(
        _l("Why do they count?"),
        needed(_l("Choose why they count.")),
        choices=[SelectChoice(code.value, LATENESS[code]) for code in Lateness],
        invalid_choice_message=_l("Choose why they count."),
    )

    @property
    def why(self) -> Lateness:
        """Only of a valid form."""
        return Lateness(self.reason.data)
