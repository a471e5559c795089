"""Ordering the erasure of a person: nothing but a reason from a list, for a text could name whom it is to erase."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields import SelectChoice

from training_app.forms.fields import needed
from training_app.rules.erasure import ErasureReason
from training_app.wording.keeping import REASONS


class ErasureForm(FlaskForm):
    why = RadioField(
        _l("Why are the records erased?"),
        needed(_l("Choose why the records are erased.")),
        choices=[SelectChoice(reason.value, text) for reason, text in REASONS.items()],
        invalid_choice_message=_l("Choose why the records are erased."),
    )

    @property
    def reason(self) -> ErasureReason:
        """Only of a valid form."""
        return ErasureReason(self.why.data)
