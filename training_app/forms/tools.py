"""A new tool: the questions on prohibited practice first, then everything that holds for it from its first day."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, RadioField, StringField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.cards import LONG, TOO_LONG, CardOfTool, NeededUnlessProhibited
from training_app.forms.fields import IfGiven, IntegerField, needed, stripped, text
from training_app.forms.repeated import OneMoreRow, WithTheRow, find_fault
from training_app.rules.facts import Prohibition, RenewalBasis
from training_app.services.tools import (
    MOST_LETTERS_IN_CODE,
    InUse,
    NewPurpose,
    NewTool,
    Terms,
    suggested_code,
)

YES, NO = "yes", "no"
LEAP_YEAR = 2028
CODE = "^[a-z0-9]+(-[a-z0-9]+)*$"
MOST_PURPOSES = 40


def yes_or_no(label: Any, validator: Any, **options: Any) -> RadioField:
    return RadioField(
        label,
        [validator],
        choices=[SelectChoice(NO, _l("No")), SelectChoice(YES, _l("Yes"))],
        invalid_choice_message=_l("Answer yes or no."),
        **options,
    )


def practice(question: Any, source: Any, unanswered: Any) -> RadioField:
    """A question on prohibited practice: without a default, and never left out."""
    return yes_or_no(question, *needed(unanswered), description=source)


def number(label: Any, least: int, most: int, message: Any, **options: Any) -> IntegerField:
    checks = [NeededUnlessProhibited(message), validators.NumberRange(least, most, message)]
    return IntegerField(label, checks, invalid_value_message=message, render_kw={"inputmode": "numeric"}, **options)


def optional_number(label: Any, least: int, most: int, message: Any, **options: Any) -> IntegerField:
    checks = [IfGiven(), validators.NumberRange(least, most, message)]
    return IntegerField(label, checks, invalid_value_message=message, render_kw={"inputmode": "numeric"}, **options)


class PurposeRow(Form):
    """One permitted purpose; an empty row is none."""

    name = StringField(
        _l("Purpose"),
        [
            WithTheRow(_l("Name this purpose.")),
            validators.Length(max=120, message=_l("Name this purpose in at most 120 characters.")),
        ],
        filters=[stripped],
    )
    code = StringField(
        _l("Code that the tool sends"),
        [
            IfGiven(),
            validators.Length(max=MOST_LETTERS_IN_CODE, message=_l("Enter a code of at most 40 characters.")),
            validators.Regexp(CODE, message=_l("Use small letters a to z, digits and single hyphens in the code.")),
        ],
        filters=[stripped],
    )

    @property
    def purpose(self) -> NewPurpose:
        name = self.name.data or ""
        return NewPurpose(self.code.data or suggested_code(name), name)


class ToolForm(OneMoreRow, CardOfTool):
    """Of a prohibited tool only its name, vendor, description and source are demanded."""

    name = StringField(
        _l("Name"),
        text(_l("Enter the tool's name."), most=120, too_long=_l("Enter a name of at most 120 characters.")),
        filters=[stripped],
    )
    slug = StringField(
        _l("Short name for machines"),
        [
            IfGiven(),
            validators.Length(max=MOST_LETTERS_IN_CODE, message=_l("Enter a short name of at most 40 characters.")),
            validators.Regexp(
                CODE, message=_l("Use small letters a to z, digits and single hyphens in the short name.")
            ),
        ],
        filters=[stripped],
        description=_l(
            "Stands in addresses and in the tool's questions, for example face-search. It can never be changed. "
            "Left empty: made from the name."
        ),
    )
    vendor = StringField(
        _l("Vendor"),
        text(_l("Enter who makes or sells the tool."), most=120, too_long=_l("Enter at most 120 characters.")),
        filters=[stripped],
    )
    description = TextAreaField(
        _l("What it does"),
        text(_l("Say in a sentence or two what the tool does."), most=600, too_long=_l("Say it in 600 characters.")),
        filters=[stripped],
        description=_l("A sentence or two. They stand below its name wherever the tool is shown."),
    )

    manipulates = practice(
        _l("Does it manipulate people without their noticing, or use their age, disability or hardship against them, "
           "so that serious harm is likely?"),
        _l("AI Act, art. 5(1)(a) and (b)."),
        _l("Say whether it manipulates people. No answer is assumed."),
    )  # fmt: skip
    scores = practice(
        _l("Does it score people by their behaviour or traits, so that they are treated badly elsewhere or out of "
           "proportion?"),
        _l("AI Act, art. 5(1)(c)."),
        _l("Say whether it scores people. No answer is assumed."),
    )  # fmt: skip
    predicts = practice(
        _l("Does it assess or predict the risk that a person commits a crime from a profile or personality traits "
           "alone?"),
        _l("AI Act, art. 5(1)(d). Support of a human assessment that already rests on objective and verifiable facts "
           "directly linked to a crime is not meant."),
        _l("Say whether it predicts crime from a profile alone. No answer is assumed."),
    )  # fmt: skip
    scrapes = practice(
        _l("Does it build or expand a database of faces by collecting pictures from the internet or from cameras "
           "without aim?"),
        _l("AI Act, art. 5(1)(e)."),
        _l("Say whether it collects faces without aim. No answer is assumed."),
    )  # fmt: skip
    reads_emotions = practice(
        _l("Does it infer emotions at work or in education, other than for medical or safety reasons?"),
        _l("AI Act, art. 5(1)(f)."),
        _l("Say whether it infers emotions at work or in education. No answer is assumed."),
    )
    deduces = practice(
        _l("Does it sort individuals by biometric data to deduce race, political opinions, union membership, religion "
           "or philosophical belief, sex life or sexual orientation?"),
        _l("AI Act, art. 5(1)(g). Labelling or filtering of biometric data that were lawfully acquired is not meant."),
        _l("Say whether it deduces what people are or believe. No answer is assumed."),
    )  # fmt: skip
    identifies_live = practice(
        _l("Does it identify people live and at a distance in public places, outside the few cases that the law and a "
           "prior authorisation allow?"),
        _l("AI Act, art. 5(1)(h) and 5(2) to (5)."),
        _l("Say whether it identifies people live. No answer is assumed."),
    )  # fmt: skip
    makes_images = practice(
        _l("Does it make intimate pictures of people without consent, or material of child sexual abuse?"),
        _l("AI Act, art. 5, from 2 December 2026."),
        _l("Say whether it makes forbidden pictures. No answer is assumed."),
    )
    categorises = practice(
        _l("Does it categorise people by biometric data by ethnic origin, gender, sexual orientation or any other "
           "protected ground, also where the law would allow it?"),
        _l("The agency's own ban, as the popAI project recommends (January 2024)."),
        _l("Say whether it categorises people by a protected ground. No answer is assumed."),
    )  # fmt: skip
    source = TextAreaField(
        _l("What forbids it, and where that can be read"),
        [IfGiven(), validators.Length(max=LONG, message=TOO_LONG)],
        filters=[stripped],
        description=_l("Only where an answer above is yes: the provision or the decision. It stays on record."),
    )

    intrusive = yes_or_no(
        _l("Is the tool intrusive?"),
        NeededUnlessProhibited(_l("Say whether the tool is intrusive.")),
        description=_l(
            "It reaches into devices, accounts or homes, for example by hacking. Every use then names its purpose."
        ),
    )
    purposes = FieldList(FormField(PurposeRow), max_entries=MOST_PURPOSES)
    seats = number(
        _l("Most officers who hold a seat at a time"), 1, 100_000,
        _l("Enter how many officers may hold a seat at a time: a whole number from 1 to 100,000."),
    )  # fmt: skip
    seat_review_months = optional_number(
        _l("Months between reviews of a seat"), 1, 36,
        _l("Enter a whole number of months from 1 to 36, or nothing."),
        default=3, description=_l("Left empty: seats need no review."),
    )  # fmt: skip
    evaluation = yes_or_no(
        _l("Must officers have a psychological evaluation in force?"),
        NeededUnlessProhibited(_l("Say whether an evaluation is needed.")),
        default=YES,
        description=_l(
            "The popAI project recommends it for all officers who use AI. Public figures say where it is off."
        ),
    )
    validity_months = number(
        _l("Months that a certification runs"), 1, 120,
        _l("Enter a whole number of months from 1 to 120."),
    )  # fmt: skip
    window_months = number(
        _l("Months before the last day when renewal opens"), 0, 119,
        _l("Enter a whole number of months from 0 to 119."), default=3,
    )  # fmt: skip
    renewal_basis = RadioField(
        _l("What does the last day after a renewal count from?"),
        [NeededUnlessProhibited(_l("Choose what the last day after a renewal counts from."))],
        choices=[
            SelectChoice(RenewalBasis.LAST_DAY.value, _l("From the old last day, where the renewal was in its window")),
            SelectChoice(RenewalBasis.AWARD_DAY.value, _l("From the day of the renewal")),
            SelectChoice(RenewalBasis.FIXED_DATE.value, _l("It is the same day of the calendar for everybody")),
        ],
        default=RenewalBasis.LAST_DAY.value,
        invalid_choice_message=_l("Choose what the last day after a renewal counts from."),
    )
    fixed_day = optional_number(_l("Day"), 1, 31, _l("Enter a day from 1 to 31."))
    fixed_month = optional_number(_l("Month"), 1, 12, _l("Enter a month from 1 to 12."))
    minimum_months = optional_number(
        _l("Months that a certification runs at least"), 1, 120,
        _l("Enter a whole number of months from 1 to 120."),
        description=_l("Who is certified shortly before that day keeps the certification until it comes again."),
    )  # fmt: skip
    pass_age_months = number(
        _l("Months for which a passed module counts"), 1, 120,
        _l("Enter a whole number of months from 1 to 120."), default=12,
    )  # fmt: skip
    max_cache_seconds = number(
        _l("Seconds for which the tool may hold an allow"), 0, 3600,
        _l("Enter a whole number of seconds from 0 to 3,600."), default=60,
        description=_l("A refusal is never held. 0: the tool asks before each use."),
    )  # fmt: skip

    _fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for name in self._fields if not hasattr(CardOfTool, name)]
        first = names.index("source") + 1
        card = [name for name in self._fields if hasattr(CardOfTool, name)]
        in_order = (*names[:first], *card, *names[first:])  # that of the page, in which its faults are listed too
        self._fields = {name: self._fields[name] for name in in_order}

    @property
    def questions_on_law(self) -> tuple[RadioField, ...]:
        return (
            self.manipulates,
            self.scores,
            self.predicts,
            self.scrapes,
            self.reads_emotions,
            self.deduces,
            self.identifies_live,
            self.makes_images,
        )

    @property
    def prohibition(self) -> Prohibition:
        """What follows from the answers given: one yes forbids, by law before by policy."""
        if any(question.data == YES for question in self.questions_on_law):
            return Prohibition.LAW
        return Prohibition.POLICY if self.categorises.data == YES else Prohibition.NONE

    @property
    def prohibited(self) -> bool:
        return self.prohibition is not Prohibition.NONE

    @property
    def _named(self) -> list[Any]:
        """The rows of purposes that are filled in."""
        return [row for row in self.purposes if any(row.data.values())]

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for field, problem in self._problems():
            field.errors = [*field.errors, problem]
        for row, problem in self._problems_with_purposes():
            find_fault(self.purposes, row, problem)
        return not self.errors

    def _problems(self) -> Iterator[tuple[Any, Any]]:
        """Yield what several fields together make wrong."""
        if not self.slug.data and self.name.data and not suggested_code(self.name.data):
            yield self.slug, _l("Enter a short name: the name has no letters from a to z to make one of.")
        if self.prohibited:
            if not self.source.data:
                yield self.source, _l("Name the provision or decision that forbids the tool.")
            return
        window, validity = self.window_months.data, self.validity_months.data
        if window is not None and validity is not None and window >= validity:
            yield self.window_months, _l("Renewal opens after the certification began. Enter fewer months.")
        if self.intrusive.data == YES and not self._named:
            yield self.intrusive, _l("Name at least one purpose: every use of an intrusive tool has one.")
        if self.renewal_basis.data == RenewalBasis.FIXED_DATE.value:
            yield from self._problems_with_fixed_date()

    def _problems_with_purposes(self) -> Iterator[tuple[Any, Any]]:
        """Yield the fields of rows whose code is missing or taken."""
        codes: set[str] = set()
        for row in self._named:
            code = row.form.purpose.code
            if not code and row.form.name.data:
                yield row.form.code, _l("Enter a code: the purpose has no letters from a to z to make one of.")
            elif code in codes:
                yield row.form.code, _l("Two purposes have this code. Give each its own.")
            codes.add(code)

    def _problems_with_fixed_date(self) -> Iterator[tuple[Any, Any]]:
        if not self.fixed_day.data:
            yield self.fixed_day, _l("Enter the day on which every certification ends.")
        if not self.fixed_month.data:
            yield self.fixed_month, _l("Enter the month in which every certification ends.")
        if not self.minimum_months.data:
            yield self.minimum_months, _l("Enter how many months a certification runs at least.")
        month, day = self.fixed_month.data or 0, self.fixed_day.data or 0
        if 1 <= month <= 12 and day <= 31 and day > monthrange(LEAP_YEAR, month)[1]:
            yield self.fixed_day, _l("That month has no such day. Enter an earlier one.")

    def new_tool(self) -> NewTool:
        """Return what the registrar states; only of a valid form."""
        name = self.name.data or ""
        return NewTool(
            slug=self.slug.data or suggested_code(name),
            name=name,
            vendor=self.vendor.data or "",
            description=self.description.data or "",
            prohibition=self.prohibition,
            source=(self.source.data or "") if self.prohibited else None,
            use=None if self.prohibited else self._use(),
        )

    def _use(self) -> InUse:
        basis = RenewalBasis(self.renewal_basis.data)
        names = ("fixed_month", "fixed_day", "minimum_months")
        fixed: Mapping[str, int] = {name: self[name].data for name in names} if basis is RenewalBasis.FIXED_DATE else {}
        terms = Terms(
            seats=self.seats.data or 0,
            validity_months=self.validity_months.data or 0,
            window_months=self.window_months.data or 0,
            pass_age_months=self.pass_age_months.data or 0,
            evaluation_required=self.evaluation.data == YES,
            seat_review_months=self.seat_review_months.data,
            renewal_basis=basis,
            **fixed,
        )
        return InUse(
            statement=self.statement(),
            terms=terms,
            purposes=tuple(row.form.purpose for row in self._named),
            intrusive=self.intrusive.data == YES,
            max_cache_seconds=self.max_cache_seconds.data or 0,
        )
