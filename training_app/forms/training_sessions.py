"""Training sessions: planned, changed, called off; attendance."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField, TimeField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, IfGiven, IntegerField, TickBoxes, needed, stripped, text
from training_app.rules.civil_time import days_after
from training_app.rules.clock_readings import instants_of
from training_app.rules.training_sessions import MOST_PLACES, Plan, Presence, SessionKind
from training_app.wording.training_sessions import KINDS, PRESENCES

_PLACES = _l("Enter from 1 to %(most)s places.", most=MOST_PLACES)
_CLOCK = _l("Enter a time, for example 09:00.")


class WhenAndWhereForm(FlaskForm):
    """What can change about a session after it was planned."""

    instructor = SelectField(
        _l("Instructor"),
        needed(_l("Choose who holds the session.")),
        choices=[],
        invalid_choice_message=_l("Choose an instructor from the list."),
        description=_l("Whether they may is decided by their qualification, when you send this."),
    )
    place = StringField(
        _l("Location"),
        text(_l("Enter where it is."), most=200, too_long=_l("Enter a place of at most 200 characters.")),
        filters=[stripped],
        description=_l("Building and room, or the simulator."),
    )
    day = DateField(
        _l("Day"), needed(_l("Enter the day.")), invalid_value_message=_l("Enter a day, for example 2027-03-14.")
    )
    starts = TimeField(_l("Begins at"), needed(_l("Enter when it begins.")), invalid_value_message=_CLOCK)
    ends = TimeField(
        _l("Ends at"),
        needed(_l("Enter when it ends.")),
        invalid_value_message=_CLOCK,
        description=_l("A time before the beginning is one of the next day."),
    )
    capacity = IntegerField(
        _l("Places"),
        [validators.InputRequired(_PLACES), validators.NumberRange(1, MOST_PLACES, _PLACES)],
        invalid_value_message=_PLACES,
        description=_l("Who joins after the last place is taken waits in line, and moves up."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )

    zone: ZoneInfo

    def asks(self, *, zone: ZoneInfo, instructors: Iterable[tuple[int, str]]) -> Any:
        """Return the form, which reads its times in *zone*, with *instructors* to choose from: ids with their names."""
        self.zone = zone
        self.instructor.choices = [
            SelectChoice("", _l("Choose an instructor")),
            *(SelectChoice(str(key), name) for key, name in instructors),
        ]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if self.day.data and self.starts.data and self.ends.data:
            for field, day in ((self.starts, self.day.data), (self.ends, self._last_day())):
                if field.data and (problem := self._problem_with(day, field.data)):
                    field.errors, valid = [problem], False
        return valid

    def _problem_with(self, day: date, clock: time) -> Any:
        match len(instants_of(day, clock, self.zone)):
            case 0:
                return _l("There is no such time on that day: the clocks go forward. Choose another.")
            case 2:
                return _l("That time comes twice on that day: the clocks go back. Choose another.")
        return None

    def _last_day(self) -> date:
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        if day is None:
            raise ValueError("the form is not valid")
        return days_after(day, 1) if starts and ends and ends <= starts else day

    def _instant(self, day: date | None, clock: time | None) -> datetime:
        if day is None or clock is None:
            raise ValueError("the form is not valid")
        return instants_of(day, clock, self.zone)[0]

    def plan(self) -> Plan:
        """Return what was stated; only of a valid form."""
        return Plan(
            starts_at=self._instant(self.day.data, self.starts.data),
            ends_at=self._instant(self._last_day(), self.ends.data),
            place=self.place.data or "",
            capacity=self.capacity.data or 0,
            instructor=int(self.instructor.data),
        )


class PlanForm(WhenAndWhereForm):
    """A new session."""

    kind = RadioField(
        _l("Kind"),
        needed(_l("Choose the kind.")),
        choices=[SelectChoice(kind.value, KINDS[kind]) for kind in SessionKind],
        default=SessionKind.CLASSROOM.value,
        invalid_choice_message=_l("Choose the kind."),
    )
    title = StringField(
        _l("Title"),
        text(_l("Enter a title."), most=120, too_long=_l("Enter a title of at most 120 characters.")),
        filters=[stripped],
        description=_l("What officers look for in the list, for example: Sightline 3.3 at the simulator."),
    )
    subject = SelectField(
        _l("What it teaches"),
        needed(_l("Choose what it teaches.")),
        choices=[],
        invalid_choice_message=_l("Choose a tool or a module from the list."),
    )

    def teaching(self, tools: Iterable[tuple[str, str]], modules: Iterable[tuple[str, str]]) -> "PlanForm":
        """Return the form with *tools* and *modules* to choose from: codes with their names."""
        self.subject.choices = [
            SelectChoice("", _l("Choose a tool or a module")),
            *(SelectChoice(code, name, None, _l("Tools")) for code, name in tools),
            *(SelectChoice(code, name, None, _l("Modules")) for code, name in modules),
        ]
        return self


def _reason(label: Any, missing: Any) -> TextAreaField:
    return TextAreaField(
        label,
        text(missing, most=500, too_long=_l("Give the reason in at most 500 characters.")),
        filters=[stripped],
        description=_l("Everybody on the session reads it. Nothing about health."),
    )


class ChangeForm(WhenAndWhereForm):
    """A session is moved, or given other places or another instructor."""

    reason = _reason(_l("Why?"), _l("Say why the session changes."))


class CallOffForm(FlaskForm):
    reason = _reason(_l("Why is it called off?"), _l("Say why the session is called off."))


class AddForm(FlaskForm):
    """Somebody who came without having joined."""

    officer = StringField(_l("Service number"), needed(_l("Enter the officer's service number.")), filters=[stripped])


class OfficersForm(FlaskForm):
    """Officers of the unit to put on a session."""

    officers = TickBoxes(
        _l("Your officers"), choices=[], invalid_choice_message=_l("Choose officers of your unit from the list.")
    )

    def offering(self, officers: Iterable[tuple[str, str]]) -> "OfficersForm":
        """Return the form with *officers* to choose from: service numbers with their names."""
        self.officers.choices = [SelectChoice(number, name) for number, name in officers]
        return self

    def validate_officers(self, field: TickBoxes) -> None:
        if not field.data:
            raise validators.ValidationError(_l("Choose at least one officer."))


class AttendanceForm(FlaskForm):
    """Who was there; `of` makes it with a question for each person."""

    reason = TextAreaField(
        _l("Why it is corrected"),
        [IfGiven(), validators.Length(max=500, message=_l("Give the reason in at most 500 characters."))],
        filters=[stripped],
        description=_l("Needed only where you change what was recorded before."),
    )

    @classmethod
    def of(cls, people: Mapping[int, str], recorded: Mapping[int, Presence]) -> "AttendanceForm":
        """Return the form with a question for each of *people*, ids with their names, answered as *recorded*."""
        asked = {
            f"{_PERSON}{person}": RadioField(
                name,
                [IfGiven()],
                choices=[SelectChoice(presence.value, PRESENCES[presence]) for presence in Presence],
                default=recorded[person].value if person in recorded else None,
                invalid_choice_message=_l("Choose one of the three."),
            )
            for person, name in people.items()
        }
        return type(cls.__name__, (cls,), asked)()

    def questions(self) -> list[RadioField]:
        return [field for field in self if isinstance(field, RadioField)]

    def presences(self) -> dict[int, Presence]:
        """Return what was answered, by the id of the person; only of a valid form."""
        return presences_in({field.name: field.data for field in self.questions()})


_PERSON = "person_"


def presences_in(sent: Mapping[str, str | None]) -> dict[int, Presence]:
    """Return the answers among what a form of `AttendanceForm` sent, by the id of the person; others are left out."""
    known = {presence.value for presence in Presence}
    return {
        int(name.removeprefix(_PERSON)): Presence(value)
        for name, value in sent.items()
        if name.startswith(_PERSON) and name.removeprefix(_PERSON).isdecimal() and value in known
    }
