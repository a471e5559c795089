"""A version's way into use: registered, released, the release called off or moved, the version taken out of use."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, IfGiven, needed, stripped, text
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Prohibition
from training_app.services.releases import NewVersion, last_day_for_release


class VersionForm(FlaskForm):
    """A new version of a tool.  The question on prohibited practice has no default."""

    label = StringField(
        _l("Version"),
        text(
            _l("Enter the version as the vendor writes it."),
            most=40,
            too_long=_l("Enter a version of at most 40 characters."),
        ),
        filters=[stripped],
        description=_l("As the vendor writes it, for example 4.2.1. The tool must send exactly this."),
    )
    predecessor = SelectField(
        _l("Which version does it replace?"),
        choices=[],
        invalid_choice_message=_l("Choose a registered version from the list."),
        description=_l("The order of versions comes from this, never from their numbers."),
    )
    what_changed = TextAreaField(
        _l("What changed"),
        text(
            _l("Say what changed, as the vendor states it."),
            most=4000,
            too_long=_l("Say what changed in at most 4,000 characters."),
        ),
        filters=[stripped],
        description=_l(
            "In the vendor's terms: model, data, thresholds, functions. Officers read this once it is announced."
        ),
    )
    how_to_stop = TextAreaField(
        _l("How officers stop or override it"),
        text(
            _l("Say how an officer stops the tool or sets its result aside."),
            most=1000,
            too_long=_l("Say how to stop the tool in at most 1,000 characters."),
        ),
        filters=[stripped],
        description=_l("Which button, which menu, whom to call. Officers see it with every answer about this version."),
    )
    prohibition = RadioField(
        _l("Does this version do any of this?"),
        needed(_l("Answer the question on prohibited practice. No answer is assumed.")),
        choices=[
            SelectChoice(Prohibition.NONE.value, _l("No, none of it")),
            SelectChoice(Prohibition.LAW.value, _l("Yes, something the law prohibits")),
            SelectChoice(Prohibition.POLICY.value, _l("Yes, something agency policy prohibits")),
        ],
        invalid_choice_message=_l("Answer the question on prohibited practice. No answer is assumed."),
    )

    def new_version(self) -> NewVersion:
        """Return what was stated; only for a valid form."""
        return NewVersion(
            label=self.label.data or "",
            predecessor_id=int(self.predecessor.data) if self.predecessor.data else None,
            what_changed=self.what_changed.data or "",
            how_to_stop=self.how_to_stop.data or "",
            prohibition=Prohibition(self.prohibition.data),
        )


NOW, LATER = "now", "later"


class ReleaseForm(FlaskForm):
    """When a version is put into use, and which forecast was seen before."""

    when = RadioField(
        _l("When?"),
        needed(_l("Choose when the version is put into use.")),
        choices=[SelectChoice(NOW, _l("Now")), SelectChoice(LATER, _l("On a day and time"))],
        default=NOW,
        invalid_choice_message=_l("Choose when the version is put into use."),
    )
    day = DateField(_l("Day"), [IfGiven()], invalid_value_message=_l("Enter a day, for example 2027-03-14."))
    clock = TimeField(_l("Time"), [IfGiven()], invalid_value_message=_l("Enter a time, for example 06:00."))
    seen = HiddenField()

    zone: ZoneInfo
    at: datetime

    def asks(self, *, zone: ZoneInfo, at: datetime) -> "ReleaseForm":
        """Return the form, which reads day and time in *zone* and lets nothing be released before *at*."""
        self.zone, self.at = zone, at
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if not valid or self.when.data == NOW:
            return valid
        if self.day.data is None:
            self.day.errors = [_l("Enter the day on which the version is put into use.")]
        if self.clock.data is None:
            self.clock.errors = [_l("Enter the time at which the version is put into use.")]
        if self.day.data and self.clock.data and (problem := self._problem_with(self.day.data, self.clock.data)):
            self.clock.errors = [problem]
        return not self.errors

    def _problem_with(self, day: date, clock: time) -> Any:
        today = CivilInstant(self.at, self.zone)
        if day < today.day:
            return _l("That time has passed. Choose a later one, or release now.")
        if day > last_day_for_release(on=today):
            return _l("A release is set for a day within 2 years. Choose an earlier day.")
        chosen = self._chosen(day, clock)
        if chosen.astimezone(self.zone).replace(tzinfo=None) != datetime.combine(day, clock):
            return _l("There is no such time on that day: the clocks go forward. Choose another.")
        return _l("That time has passed. Choose a later one, or release now.") if chosen <= self.at else None

    @property
    def release_at(self) -> datetime:
        """The instant chosen, in UTC; only of a valid form."""
        if self.when.data == LATER and self.day.data and self.clock.data:
            return self._chosen(self.day.data, self.clock.data)
        return self.at

    @property
    def choice(self) -> dict[str, str]:
        """What was chosen, as an address says it; only of a valid form."""
        if self.when.data == LATER and self.day.data and self.clock.data:
            return {"when": LATER, "day": self.day.data.isoformat(), "clock": f"{self.clock.data:%H:%M}"}
        return {"when": NOW}

    def _chosen(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)


def _reason(label: Any, missing: Any, description: Any) -> TextAreaField:
    too_long = _l("Give the reason in at most 1,000 characters.")
    return TextAreaField(
        label, text(missing, most=1000, too_long=too_long), filters=[stripped], description=description
    )


class CancellationForm(FlaskForm):
    """A scheduled release is called off."""

    reason = _reason(
        _l("Why is the release called off?"),
        _l("Say why the release is called off."),
        _l("For the record. Officers do not read it."),
    )


class MoveForm(ReleaseForm):
    """A scheduled release is called off and set for another time."""

    reason = _reason(
        _l("Why is the release moved?"),
        _l("Say why the release is moved."),
        _l("For the record. Officers do not read it."),
    )

    def validate_time(self) -> None:
        """Validate when alone, to show what that time means before a reason is asked."""
        self.validate()
        self.reason.errors = []


class WithdrawalForm(FlaskForm):
    """A version is taken out of use."""

    reason = _reason(
        _l("Why is it withdrawn?"),
        _l("Say why the version is withdrawn."),
        _l("For the record, for example: replaced by 3.3, or no longer supported by the vendor."),
    )


class SuspensionForm(FlaskForm):
    """A version is suspended for safety."""

    reason = _reason(
        _l("What is unsafe?"),
        _l("Say what is unsafe, so that whoever ends the suspension knows what to look for."),
        _l("What was seen, and since when. Another registrar reads it before ending the suspension."),
    )


class ResumptionForm(FlaskForm):
    """A safety suspension is ended."""

    reason = _reason(
        _l("Why is it safe again?"),
        _l("Say why the version is safe again."),
        _l("What was found or mended, and who checked it."),
    )
