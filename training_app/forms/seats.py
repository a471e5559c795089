"""Seats and their caps."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import IntegerField, TickBoxes, needed, stripped
from training_app.services.seats import NewSeat

MOST_SEATS = 1_000_000
_NO_NUMBER = _l("Enter a whole number from 0 to 1,000,000.")


class GrantSeatForm(FlaskForm):
    """A seat for one officer; the choices are the officers of the own unit and the purposes that the tool permits."""

    officer = SelectField(
        _l("Officer"),
        needed(_l("Choose the officer.")),
        choices=[],
        invalid_choice_message=_l("Choose an officer from the list. Who holds a seat already is not on it."),
    )
    purposes = TickBoxes(
        _l("Purposes"),
        choices=[],
        description=_l("With this seat the officer may use the tool for these purposes only."),
        invalid_choice_message=_l("Choose purposes from the list only."),
    )
    justification = TextAreaField(
        _l("Why this officer needs the seat"),
        [
            validators.DataRequired(_l("Say why this officer needs the seat.")),
            validators.Length(max=1000, message=_l("Say why in at most 1,000 characters.")),
        ],
        filters=[stripped],
        description=_l("The task or the case load, in a sentence. Nothing about health or evaluations."),
    )

    def offering(self, officers: Iterable[tuple[str, str]], purposes: Iterable[tuple[str, str]]) -> "GrantSeatForm":
        """Return the form with *officers* and *purposes* to choose from: codes with their words."""
        self.officer.choices = [
            SelectChoice("", _l("Choose an officer")),
            *(SelectChoice(number, name) for number, name in officers),
        ]
        self.purposes.choices = [SelectChoice(code, name) for code, name in purposes]
        return self

    def validate_purposes(self, field: TickBoxes) -> None:
        if field.choices and not field.data:
            raise validators.ValidationError(_l("Choose at least one purpose."))

    def new_seat(self) -> NewSeat:
        """Return what was stated; only for a valid form."""
        return NewSeat(self.officer.data, tuple(self.purposes.data or ()), self.justification.data or "")


class ConfirmForm(FlaskForm):
    """A question that is answered by its button."""


def _in_range(_form: FlaskForm, field: IntegerField) -> None:
    """Refuse a number out of range; what is no number at all has been refused before."""
    if field.data is not None and not 0 <= field.data <= MOST_SEATS:
        raise validators.ValidationError(_NO_NUMBER)


def _number_of_seats() -> IntegerField:
    return IntegerField(
        _l("Seats at a time"),
        [validators.InputRequired(_NO_NUMBER), _in_range],
        invalid_value_message=_NO_NUMBER,
        description=_l("Nobody loses a seat by a lower number. With 0, no new seat is granted."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class CapForm(FlaskForm):
    """How many seats may be held at a time."""

    seats = _number_of_seats()


class UnitCapForm(FlaskForm):
    """How many seats one unit may hold at a time, with all units below it."""

    unit = SelectField(
        _l("Unit"),
        needed(_l("Choose the unit.")),
        choices=[],
        invalid_choice_message=_l("Choose a unit from the list."),
        description=_l("The cap counts the seats of the unit and of all units below it."),
    )
    seats = _number_of_seats()

    def offering(self, units: Iterable[tuple[str, str]]) -> "UnitCapForm":
        """Return the form with *units* to choose from: ids with their names."""
        self.unit.choices = [
            SelectChoice("", _l("Choose a unit")),
            *(SelectChoice(key, name) for key, name in units),
        ]
        return self
