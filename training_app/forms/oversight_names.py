"""Why a person's name is needed, and whose."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields import SelectChoice

from training_app.forms.fields import needed, stripped, text
from training_app.rules.oversight_looks import DisclosureReason
from training_app.wording.oversight_looks import REASONS

LONGEST_REFERENCE = 60


class NumberForm(FlaskForm):
    class Meta:
        csrf = False

    number = StringField(_l("Service number"), needed(_l("Enter a service number.")), filters=[stripped])

    def nobody_has_it(self) -> None:
        self.number.errors = [_("Nobody here has this service number.")]


class NameForm(FlaskForm):
    reason = RadioField(
        _l("Why do you need the name?"),
        needed(_l("Choose why you need the name.")),
        choices=[SelectChoice(reason.value, words) for reason, words in REASONS.items()],
        invalid_choice_message=_l("Choose a reason from the list."),
    )
    reference = StringField(
        _l("Reference of the case"),
        text(_l("Enter the reference of the case."), most=LONGEST_REFERENCE, too_long=_l("Use at most 60 characters.")),
        filters=[stripped],
        description=_l("As your office files it, for example OB-2026-014. No name of anybody."),
    )
    next: Any = HiddenField()

    @property
    def chosen(self) -> DisclosureReason:
        return DisclosureReason(self.reason.data)
