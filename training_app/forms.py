"""The forms: what was sent, in the right shape, or why not in plain words.

Whether what was sent may be done is a rule's question, not a form's.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    validators,
    widgets,
)
from wtforms.fields import SelectChoice

from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import EvaluationOutcome, Level, Prohibition
from training_app.services.evaluations import Outcome, Restriction
from training_app.services.releases import USUAL_GRACE_DAYS, NewVersion, Verdict, last_day_for_release

NO_WAY = "none"
"""In place of a level: nobody comes from the older version by differences."""


def _needed(message: Any) -> list[Any]:
    return [validators.InputRequired(message)]


def _text(message: Any, *, most: int, too_long: Any) -> list[Any]:
    return [validators.InputRequired(message), validators.Length(max=most, message=too_long)]


class IfGiven(validators.Optional):
    """Look at the field only where something was given; unlike `Optional`, does not mark it as one to leave empty.

    Whether it may be left empty depends on another field.
    """

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, Any] = {}


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else text


class TickBoxes(SelectMultipleField):
    """Several of the choices, one tick box each."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class VersionForm(FlaskForm):
    """A new version of a tool.  The question on prohibited practice has no default."""

    label = StringField(
        _l("Version"),
        _text(
            _l("Enter the version as the vendor writes it."),
            most=40,
            too_long=_l("Enter a version of at most 40 characters."),
        ),
        filters=[_stripped],
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
        _text(
            _l("Say what changed, as the vendor states it."),
            most=4000,
            too_long=_l("Say what changed in at most 4,000 characters."),
        ),
        filters=[_stripped],
        description=_l(
            "In the vendor's terms: model, data, thresholds, functions. Officers read this once it is announced."
        ),
    )
    how_to_stop = TextAreaField(
        _l("How officers stop or override it"),
        _text(
            _l("Say how an officer stops the tool or sets its result aside."),
            most=1000,
            too_long=_l("Say how to stop the tool in at most 1,000 characters."),
        ),
        filters=[_stripped],
        description=_l("Which button, which menu, whom to call. Officers see it with every answer about this version."),
    )
    prohibition = RadioField(
        _l("Does this version do any of this?"),
        _needed(_l("Answer the question on prohibited practice. No answer is assumed.")),
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


class RequirementsForm(FlaskForm):
    """What earns a full certification, and what renews one; the choices are the published modules."""

    full = TickBoxes(
        _l("For a first certification"),
        _needed(_l("Choose at least one module for a first certification.")),
        choices=[],
        description=_l("Officers take all of these, with their quizzes."),
        invalid_choice_message=_l("Choose published modules only."),
    )
    renewal = TickBoxes(
        _l("For a renewal"),
        _needed(_l("Choose at least one module for a renewal.")),
        choices=[],
        description=_l("Officers take these before their certification ends, to carry it on."),
        invalid_choice_message=_l("Choose published modules only."),
    )


class AssessmentForm(FlaskForm):
    """What officers certified on one version must do for another."""

    level = RadioField(
        _l("What must officers do?"),
        _needed(_l("Choose what officers must do.")),
        choices=[
            SelectChoice(str(int(Level.CARRY_OVER)), _l("Level 0: nothing, the certification carries over")),
            SelectChoice(str(int(Level.FAMILIARISATION)), _l("Level 1: read what changed and sign")),
            SelectChoice(str(int(Level.DIFFERENCES)), _l("Level 2: take what changed, with its quiz")),
            SelectChoice(str(int(Level.FULL)), _l("Level 4: take the whole course again")),
            SelectChoice(NO_WAY, _l("No way from here")),
        ],
        invalid_choice_message=_l("Choose what officers must do."),
    )
    modules = TickBoxes(
        _l("Delta modules, for level 2"),
        choices=[],
        invalid_choice_message=_l("Choose published delta modules only."),
    )
    what_changed = TextAreaField(
        _l("What changed for officers"),
        _text(
            _l("Say in a few sentences what changed for officers."),
            most=4000,
            too_long=_l("Say what changed for officers in at most 4,000 characters."),
        ),
        filters=[_stripped],
        description=_l("A few plain sentences. Officers read them with the answer why they must train."),
    )
    grace_days = IntegerField(
        _l("Days of grace"),
        [validators.Optional(), validators.NumberRange(0, 365, _l("Enter a whole number of days from 0 to 365."))],
        invalid_value_message=_l("Enter a whole number of days from 0 to 365."),
        description=_l(
            "How many days after the release officers may go on without this training. "
            "Left empty: 14 at level 1, none at the others."
        ),
        render_kw={"inputmode": "numeric"},
    )
    grace_reason = TextAreaField(
        _l("Why grace is safe"),
        [IfGiven(), validators.Length(max=1000, message=_l("Give the reason in at most 1,000 characters."))],
        filters=[_stripped],
        description=_l(
            "Needed for grace from level 2 on. The second registrar must agree, and grace is counted in public figures."
        ),
    )

    def validate_modules(self, field: TickBoxes) -> None:
        if field.data and self.level.data and self.level.data != str(int(Level.DIFFERENCES)):
            raise validators.ValidationError(_l("Only level 2 asks for delta modules. Choose level 2, or no module."))

    def validate_grace_days(self, field: IntegerField) -> None:
        if field.data and self.level.data in {NO_WAY, str(int(Level.CARRY_OVER))}:
            raise validators.ValidationError(_l("There is nothing to give grace for. Leave this empty."))

    def verdict(self) -> Verdict:
        """Return what the registrar finds; only for a valid form."""
        level = None if self.level.data == NO_WAY else Level(int(self.level.data))
        usual = USUAL_GRACE_DAYS.get(level, 0) if level is not None else 0
        days = usual if self.grace_days.data is None else self.grace_days.data
        return Verdict(
            level=level,
            grace_days=days,
            modules=tuple(self.modules.data or ()),
            what_changed=self.what_changed.data or "",
            grace_reason=(self.grace_reason.data or None) if days else None,
        )


class SignatureForm(FlaskForm):
    """A second signature; the reason is asked for where the assessment gives grace."""

    reason = TextAreaField(
        _l("Why you agree to the grace"),
        [IfGiven(), validators.Length(max=1000, message=_l("Give the reason in at most 1,000 characters."))],
        filters=[_stripped],
    )


NOW, LATER = "now", "later"


class ReleaseForm(FlaskForm):
    """When a version is put into use, and which forecast was seen before."""

    when = RadioField(
        _l("When?"),
        _needed(_l("Choose when the version is put into use.")),
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


class UnitFilterForm(FlaskForm):
    """What a supervisor looks at; sent with GET, it changes nothing."""

    class Meta:
        csrf = False

    unit = SelectField(_l("Unit"), choices=[], validate_choice=False)
    tool = SelectField(_l("Tool"), choices=[], validate_choice=False)
    show = SelectField(
        _l("Officers"),
        choices=[SelectChoice("all", _l("All")), SelectChoice("attention", _l("Only who needs attention"))],
        validate_choice=False,
    )


class EvaluationForm(FlaskForm):
    """Outcome and last day of an evaluation.  There is no field for findings, and none may be added."""

    service_number = StringField(
        _l("Service number of the officer"),
        _needed(_l("Enter the officer's service number.")),
        filters=[_stripped],
        description=_l("For example DP-1002."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    outcome = RadioField(
        _l("Outcome"),
        _needed(_l("Choose the outcome.")),
        choices=[
            SelectChoice(EvaluationOutcome.CLEARED.value, _l("Cleared")),
            SelectChoice(EvaluationOutcome.RESTRICTED.value, _l("Cleared with a restriction")),
            SelectChoice(EvaluationOutcome.NOT_CLEARED.value, _l("Not cleared")),
            SelectChoice(EvaluationOutcome.PENDING.value, _l("Pending")),
        ],
        invalid_choice_message=_l("Choose the outcome."),
    )
    restriction = SelectField(
        _l("Restriction"),
        choices=[],
        invalid_choice_message=_l("Choose a restriction from the list."),
        description=_l(
            'Only with the outcome "Cleared with a restriction". Tools are told this code and nothing else.'
        ),
    )
    through = DateField(
        _l("Last day"),
        [IfGiven()],
        invalid_value_message=_l("Enter a day, for example 2027-12-31."),
        description=_l(
            'The last day on which the clearance holds. Leave it empty for the outcomes "Not cleared" and "Pending".'
        ),
    )

    def restrictions(self, offered: Iterable[tuple[Restriction, Any]]) -> "EvaluationForm":
        """Return the form, offering *offered*: codes with their words."""
        self.restriction.choices = [
            SelectChoice("", _l("None")),
            *(SelectChoice(code.value, words) for code, words in offered),
        ]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        outcome = EvaluationOutcome(self.outcome.data)
        restricted = outcome is EvaluationOutcome.RESTRICTED
        if restricted and not self.restriction.data:
            self.restriction.errors = [_l("Choose the restriction.")]
        if self.restriction.data and not restricted:
            self.restriction.errors = [_l("Only a clearance with a restriction has one. Choose none.")]
        clearance = restricted or outcome is EvaluationOutcome.CLEARED
        if clearance and self.through.data is None:
            self.through.errors = [_l("Enter the last day of the clearance.")]
        if self.through.data and not clearance:
            self.through.errors = [_l("Only a clearance has a last day. Leave this empty.")]
        return not self.errors

    def found(self) -> Outcome:
        """Return what was found; only for a valid form."""
        return Outcome(
            outcome=EvaluationOutcome(self.outcome.data),
            restriction=Restriction(self.restriction.data) if self.restriction.data else None,
            through=self.through.data,
        )
