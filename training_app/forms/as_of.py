"""A question about an instant of the past; sent with GET, it changes nothing."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TimeField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, IfGiven, needed, stripped
from training_app.rules.clock_readings import instants_of, offset_of
from training_app.rules.purposes import Authorisation

FIRST, SECOND = "first", "second"


class AsOfForm(FlaskForm):
    """Who, which version, and when; the time is read on the agency's clocks.

    *which* is asked only where the clocks showed that time twice.
    """

    class Meta:
        csrf = False

    officer = StringField(_l("Service number"), needed(_l("Enter the officer's service number.")), filters=[stripped])
    tool = SelectField(_l("Tool"), needed(_l("Choose the tool.")), choices=[], validate_choice=False)
    version = StringField(
        _l("Version"),
        needed(_l("Enter the version as its vendor writes it.")),
        filters=[stripped],
        description=_l("As the vendor writes it, for example 3.1."),
    )
    day = DateField(
        _l("Day"),
        needed(_l("Enter the day.")),
        invalid_value_message=_l("Enter a day, for example 2026-03-12."),
    )
    clock = TimeField(
        _l("Time"),
        needed(_l("Enter the time.")),
        format=["%H:%M", "%H:%M:%S"],
        invalid_value_message=_l("Enter a time, for example 14:03."),
        description=_l("As the agency's clocks showed."),
    )
    which = RadioField(
        _l("Which of the two?"),
        [IfGiven()],
        choices=[],
        validate_choice=False,
        description=_l("The clocks were put back that night and showed this time twice."),
    )
    purpose = StringField(
        _l("Purpose"),
        [validators.Optional()],
        filters=[stripped],
        description=_l("Its code, if one was stated. For example missing-person."),
    )

    crime_type = StringField(
        _l("Crime type"),
        [validators.Optional()],
        filters=[stripped],
        description=_l("Its code in the guideline."),
    )
    circumstance = StringField(
        _l("Circumstance"),
        [validators.Optional()],
        filters=[stripped],
        description=_l("Its code in the guideline."),
    )
    issuer = StringField(_l("Who authorised the use"), [validators.Optional()], filters=[stripped])
    reference = StringField(_l("Reference of the authorisation"), [validators.Optional()], filters=[stripped])
    valid_until = DateField(
        _l("Last day of the authorisation"),
        [validators.Optional()],
        invalid_value_message=_l("Enter a day, for example 2026-03-12."),
    )

    zone: ZoneInfo
    now: datetime
    at: datetime
    """The instant in question, in UTC; only of a valid form."""

    def asks(self, *, zone: ZoneInfo, now: datetime, tools: dict[str, str]) -> "AsOfForm":
        """Return the form, which reads the time in *zone*, and offers *tools* (names by slug)."""
        self.zone, self.now = zone, now
        self.tool.choices = [SelectChoice(slug, name) for slug, name in tools.items()]
        self.which.choices = []
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if self.tool.data and self.tool.data not in {choice.value for choice in self.tool.choices}:
            self.tool.errors = [_l("Choose one of the tools in the list.")]
        self._ask_whole_authorisation()
        if isinstance(self.day.data, date) and isinstance(self.clock.data, time) and not self.clock.errors:
            self._read(self.day.data, self.clock.data)
        return valid and not self.errors

    @property
    def single_use(self) -> bool:
        """Whether anything is stated, or was tried to, of a use under a guideline."""
        fields = (self.crime_type, self.circumstance, self.issuer, self.reference, self.valid_until)
        return any(field.raw_data and field.raw_data[0] for field in fields)

    @property
    def authorisation(self) -> Authorisation | None:
        """The authorisation that is stated; only of a valid form."""
        if self.valid_until.data is None:
            return None
        return Authorisation(self.issuer.data, self.reference.data, self.valid_until.data)

    def _ask_whole_authorisation(self) -> None:
        parts = (self.issuer, self.reference, self.valid_until)
        if any(part.data for part in parts) and not self.valid_until.errors:
            for part in parts:
                if not part.data:
                    part.errors = [_l("State the authorisation whole: who gave it, its reference and its last day.")]

    def _read(self, day: date, clock: time) -> None:
        try:
            found = instants_of(day, clock, self.zone)
        except OverflowError:
            self.day.errors = [_l("Enter a day of this calendar, for example 2026-03-12.")]
            return
        if not found:
            self.clock.errors = [
                _l("The clocks never showed this time that day: they were put forward over it. Enter another.")
            ]
            return
        if len(found) > 1:
            names = (_("The first, at %(offset)s"), _("The second, at %(offset)s"))
            self.which.choices = [
                SelectChoice(value, name % {"offset": offset_of(one, self.zone)})
                for value, name, one in zip((FIRST, SECOND), names, found, strict=True)
            ]
            if self.which.data not in {FIRST, SECOND}:
                self.which.errors = [_l("The clocks showed this time twice that night. Choose which you mean.")]
                return
        self.at = found[-1] if self.which.data == SECOND else found[0]
        if self.at > self.now:
            self.day.errors = [_l("That time has not come yet. Enter one that has passed.")]
