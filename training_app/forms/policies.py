"""The terms of certification: a new revision for a tool or for the agency, and running terms re-based."""

import calendar
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, IfGiven, IntegerField, needed, stripped, text
from training_app.rules.civil_time import CivilInstant, first_instant
from training_app.rules.facts import RenewalBasis
from training_app.services.policies import Terms, last_day_for_policy

NOW, LATER = "now", "later"
YES, NO = "yes", "no"

LEAP_YEAR = 2024
"""29 February is a day that a calendar date may name; it is clamped in other years."""


def _months(label: Any, message: Any, *, least: int, most: int, description: Any, optional: bool = False) -> Any:
    given = [IfGiven()] if optional else [validators.InputRequired(message)]
    return IntegerField(
        label,
        [*given, validators.NumberRange(least, most, message)],
        invalid_value_message=message,
        description=description,
        render_kw={"inputmode": "numeric"},
    )


def _yes_or_no(label: Any, message: Any, yes: Any, no: Any) -> RadioField:
    choices = [SelectChoice(YES, yes), SelectChoice(NO, no)]
    return RadioField(label, needed(message), choices=choices, invalid_choice_message=message)


class FromADayOn(FlaskForm):
    """From when on something holds: now, or from the start of a later civil day."""

    when = RadioField(
        _l("From when on?"),
        needed(_l("Choose from when on this holds.")),
        choices=[SelectChoice(NOW, _l("Now")), SelectChoice(LATER, _l("From the start of a later day"))],
        default=NOW,
        invalid_choice_message=_l("Choose from when on this holds."),
    )
    day = DateField(_l("Day"), [IfGiven()], invalid_value_message=_l("Enter a day, for example 2027-03-14."))
    after = HiddenField()
    """Number of the last revision that the page showed."""

    zone: ZoneInfo
    at: datetime

    def asks(self, *, zone: ZoneInfo, at: datetime) -> "Any":
        """Return the form, which reads the day in *zone* and lets nothing hold before *at*."""
        self.zone, self.at = zone, at
        return self

    def validate_when(self, field: RadioField) -> None:
        if field.data != LATER or self.day.errors:
            return
        today = CivilInstant(self.at, self.zone)
        if self.day.data is None:
            raise validators.ValidationError(_l("Enter the day from whose start on this holds."))
        if self.day.data <= today.day:
            raise validators.ValidationError(_l("That day has begun. Choose a later one, or now."))
        if self.day.data > last_day_for_policy(on=today):
            raise validators.ValidationError(_l("A policy is set for a day within 2 years. Choose an earlier day."))

    @property
    def effective_at(self) -> datetime:
        """The instant chosen, in UTC; only of a valid form."""
        if self.when.data == LATER and self.day.data:
            return first_instant(self.day.data, self.zone)
        return self.at

    @property
    def last_seen(self) -> int:
        """Number of the revision that the page showed, 0 for none; one that is no number is none that there is."""
        found = self.after.data or ""
        return int(found) if found.isascii() and found.isdecimal() and len(found) < 9 else -1


class PolicyForm(FromADayOn):
    """All terms of a tool."""

    validity_months = _months(
        _l("A certification runs for"),
        _l("Enter a whole number of months from 1 to 120."),
        least=1,
        most=120,
        description=_l("Months. With a fixed date below, that date ends it instead."),
    )
    window_months = _months(
        _l("Renewal opens before the last day"),
        _l("Enter a whole number of months from 0 to 119, fewer than a certification runs for."),
        least=0,
        most=119,
        description=_l("Months before the last day from which on an officer may renew without losing time."),
    )
    renewal_basis = RadioField(
        _l("A renewal counts from"),
        needed(_l("Choose what a renewal counts from.")),
        choices=[
            SelectChoice(RenewalBasis.LAST_DAY.value, _l("The old last day, once renewal is open")),
            SelectChoice(RenewalBasis.AWARD_DAY.value, _l("The day of the award, always")),
            SelectChoice(
                RenewalBasis.FIXED_DATE.value, _l("No counting: every certification ends on one day of the year")
            ),
        ],
        invalid_choice_message=_l("Choose what a renewal counts from."),
    )
    fixed_month = SelectField(
        _l("Month of that day"),
        choices=[],
        validators=[IfGiven()],
        invalid_choice_message=_l("Choose a month from the list."),
    )
    fixed_day = IntegerField(
        _l("Day of that month"),
        [IfGiven(), validators.NumberRange(1, 31, _l("Enter a day of the month from 1 to 31."))],
        invalid_value_message=_l("Enter a day of the month from 1 to 31."),
        render_kw={"inputmode": "numeric"},
    )
    minimum_months = _months(
        _l("At least so long after the award"),
        _l("Enter a whole number of months from 0 to 119."),
        least=0,
        most=119,
        description=_l("Months. A certification ends on the first such day that is at least so far away."),
        optional=True,
    )
    pass_age_months = _months(
        _l("A passed module counts for"),
        _l("Enter a whole number of months from 1 to 120."),
        least=1,
        most=120,
        description=_l("Months. An older pass earns no award."),
    )
    evaluation_required = _yes_or_no(
        _l("Psychological evaluation"),
        _l("Choose whether this tool asks for an evaluation."),
        _l("Asked, where the agency asks for it too"),
        _l("Not asked for this tool"),
    )
    seats_required = _yes_or_no(
        _l("Seats"),
        _l("Choose whether this tool asks for a seat."),
        _l("An officer needs a seat"),
        _l("No seat is needed"),
    )
    seat_review_months = _months(
        _l("Seats are reviewed every"),
        _l("Enter a whole number of months from 1 to 60, or leave this empty."),
        least=1,
        most=60,
        description=_l("Months. Left empty: seats need no review."),
        optional=True,
    )
    suspended_seats_count = _yes_or_no(
        _l("The seat of a suspended officer"),
        _l("Choose whether the seat of a suspended officer counts."),
        _l("Counts under the cap"),
        _l("Does not count: another officer may have it meanwhile"),
    )

    def validate_window_months(self, field: IntegerField) -> None:
        if field.data is not None and self.validity_months.data is not None and field.data >= self.validity_months.data:
            raise validators.ValidationError(_l("Enter fewer months than a certification runs for."))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if self.renewal_basis.data != RenewalBasis.FIXED_DATE.value:
            return valid
        month, day = self.fixed_month.data, self.fixed_day.data
        if not month and not self.fixed_month.errors:
            self.fixed_month.errors = [_l("Choose the month in which certifications end.")]
        if day is None and not self.fixed_day.errors:
            self.fixed_day.errors = [_l("Enter the day on which certifications end.")]
        if self.minimum_months.data is None and not self.minimum_months.errors:
            self.minimum_months.errors = [_l("Enter the least number of months after an award.")]
        if not self.errors and day > calendar.monthrange(LEAP_YEAR, int(month))[1]:
            self.fixed_day.errors = [_l("That month has no such day. Enter an earlier one.")]
        return not self.errors

    def terms(self) -> Terms:
        """Return what was set; only for a valid form."""
        fixed = self.renewal_basis.data == RenewalBasis.FIXED_DATE.value
        return Terms(
            validity_months=self.validity_months.data or 0,
            window_months=self.window_months.data or 0,
            pass_age_months=self.pass_age_months.data or 0,
            evaluation_required=self.evaluation_required.data == YES,
            seats_required=self.seats_required.data == YES,
            seat_review_months=self.seat_review_months.data,
            renewal_basis=RenewalBasis(self.renewal_basis.data),
            fixed_month=int(self.fixed_month.data) if fixed else None,
            fixed_day=self.fixed_day.data if fixed else None,
            minimum_months=self.minimum_months.data if fixed else None,
            suspended_seats_count=self.suspended_seats_count.data == YES,
        )


def shown(terms: Terms) -> dict[str, Any]:
    """Return *terms* as the fields of `PolicyForm` start with them."""
    answers = {True: YES, False: NO}
    return {
        "validity_months": terms.validity_months,
        "window_months": terms.window_months,
        "pass_age_months": terms.pass_age_months,
        "evaluation_required": answers[terms.evaluation_required],
        "seats_required": answers[terms.seats_required],
        "seat_review_months": terms.seat_review_months,
        "renewal_basis": terms.renewal_basis.value,
        "fixed_month": str(terms.fixed_month or ""),
        "fixed_day": terms.fixed_day,
        "minimum_months": terms.minimum_months,
        "suspended_seats_count": answers[terms.suspended_seats_count],
    }


class AgencyPolicyForm(FromADayOn):
    """Whether the agency asks for an evaluation at all."""

    evaluation_required = _yes_or_no(
        _l("Does the agency ask for a psychological evaluation?"),
        _l("Choose whether the agency asks for an evaluation."),
        _l("Yes, of every officer, for each tool that asks for it"),
        _l("No, for no tool"),
    )
    reason = TextAreaField(
        _l("Why"),
        text(_l("Say why."), most=2000, too_long=_l("Give the reason in at most 2,000 characters.")),
        filters=[stripped],
        description=_l("Oversight reads this. Name the decision or the law that it rests on."),
    )


class RebaseForm(FlaskForm):
    """Running terms re-based on a revision; `seen` names the preview that was shown."""

    reason = TextAreaField(
        _l("Why running certifications change"),
        text(
            _l("Say why running certifications change."),
            most=2000,
            too_long=_l("Give the reason in at most 2,000 characters."),
        ),
        filters=[stripped],
        description=_l("The second registrar and oversight read this."),
    )
    seen = HiddenField()


class RebaseSignatureForm(FlaskForm):
    seen = HiddenField()
