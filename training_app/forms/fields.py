"""Fields and validators that the forms share."""

import re
from typing import Any

import wtforms
from flask_babel import gettext as _
from wtforms import SelectMultipleField, validators, widgets

from training_app.rules.civil_time import FIRST_DAY

LARGEST = 2**31 - 1


def needed(message: Any) -> list[Any]:
    return [validators.InputRequired(message)]


def text(message: Any, *, most: int, too_long: Any) -> list[Any]:
    return [validators.DataRequired(message), validators.Length(max=most, message=too_long)]


class IfGiven(validators.Optional):
    """Look at the field only where something was given; unlike `Optional`, does not mark it as one to leave empty.

    Whether it may be left empty depends on another field.
    """

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, Any] = {}


def stripped(text: str | None) -> str | None:
    return text.strip() if text else text


def with_plain_lines(text: str | None) -> str | None:
    """Return *text* without the spaces around it; a form's button ends lines with CR LF, a script with LF: here LF."""
    return re.sub(r"\r\n?", "\n", text).strip() if text else text


class TickBoxes(SelectMultipleField):
    """Several of the choices, one tick box each."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class DateField(wtforms.DateField):
    """A day from `FIRST_DAY` on: an earlier one is a slip, and on the first of all no clock of a zone can be read."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and self.data < FIRST_DAY:
            self.data = None
            raise ValueError(_("Enter a day of the year %(year)s or later.", year=FIRST_DAY.year))


class IntegerField(wtforms.IntegerField):
    """A whole number that every database can keep; one beyond that is none, as is what is no number at all."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and abs(self.data) > LARGEST:
            self.data = None
            raise ValueError(self.invalid_value_message or _("Enter a smaller number."))
