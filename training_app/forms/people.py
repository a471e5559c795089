"""One officer's record: what a registrar enters."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, TickBoxes, needed, stripped, text
from training_app.services.imports.people import ADDRESS
from training_app.wording.people import CHANGES, RETRAINING, REVOCATIONS

MOST_CHARACTERS = 200


class PeopleSearchForm(FlaskForm):
    """Sent with GET, it changes nothing."""

    class Meta:
        csrf = False

    words = StringField(_l("Service number or name"), filters=[stripped])


class ConfirmForm(FlaskForm):
    """Nothing but the intention."""


def _why(label: Any) -> RadioField:
    return RadioField(
        label,
        needed(_l("Choose why.")),
        choices=[SelectChoice(code, words) for code, words in CHANGES.items()],
        invalid_choice_message=_l("Choose why."),
    )


class UnitForm(FlaskForm):
    unit = SelectField(
        _l("New unit"),
        needed(_l("Choose a unit.")),
        choices=[],
        invalid_choice_message=_l("Choose a unit."),
    )
    reason = _why(_l("Why is it recorded anew?"))


class NameForm(FlaskForm):
    name = StringField(
        _l("Name"),
        text(_l("Enter the name."), most=MOST_CHARACTERS, too_long=_l("Enter at most 200 characters.")),
        filters=[stripped],
    )
    email = StringField(
        _l("E-mail address"),
        [
            validators.Optional(),
            validators.Length(max=MOST_CHARACTERS, message=_l("Enter at most 200 characters.")),
            validators.Regexp(
                f"^{ADDRESS.pattern}$", message=_l("Enter an e-mail address, for example a.maes@police.example.")
            ),
        ],
        filters=[stripped],
        description=_l("The officer signs in with it. Empty for who signs in with the service number only."),
    )
    reason = _why(_l("Why is it recorded anew?"))

    def validate_name(self, field: Any) -> None:
        if not field.data.isprintable():
            raise validators.ValidationError(_l("Enter the name on one line."))


class RevocationForm(FlaskForm):
    reason = RadioField(
        _l("Why is it revoked?"),
        needed(_l("Choose why it is revoked.")),
        choices=[SelectChoice(code, label) for code, label in REVOCATIONS.items()],
        invalid_choice_message=_l("Choose why it is revoked."),
    )


EVERY_TOOL = "every-tool"


class RetrainingForm(FlaskForm):
    tool = SelectField(
        _l("Tool"),
        needed(_l("Choose a tool, or every tool.")),
        choices=[],
        invalid_choice_message=_l("Choose a tool, or every tool."),
    )
    modules = TickBoxes(
        _l("Modules to pass again"),
        needed(_l("Choose at least one module.")),
        choices=[],
        invalid_choice_message=_l("Choose among these modules."),
    )
    due = DateField(
        _l("Last day"),
        needed(_l("Enter a day, for example 2027-03-14.")),
        invalid_value_message=_l("Enter a day, for example 2027-03-14."),
        description=_l("The officer may use the tool through this day, and afterwards once the modules are passed."),
    )
    reason = RadioField(
        _l("Why is it ordered?"),
        needed(_l("Choose why it is ordered.")),
        choices=[SelectChoice(code, label) for code, label in RETRAINING.items()],
        invalid_choice_message=_l("Choose why it is ordered."),
    )

    @property
    def last_day(self) -> date:
        day: date = self.due.data
        return day
