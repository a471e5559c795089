"""Concerns about trainers, measures, judgements on what follows, objections."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, TickBoxes, needed, stripped, text
from training_app.rules.conduct import CaseOutcome, ConcernKind
from training_app.rules.objections import ObjectionOutcome
from training_app.rules.trainers import MeasureKind
from training_app.services.award_reviews import Upheld, Voided
from training_app.services.trainer_measures import Mended, Why, fits
from training_app.wording.award_reviews import UPHELD, VOIDED
from training_app.wording.conduct import CONCERNS, FOR_A_SUSPENSION, MENDED, OBJECTION_OUTCOMES, OUTCOMES, WHYS

MOST = 2000
TOO_LONG = _l("Use at most 2,000 characters.")
ALL = "all"
"""In place of one qualification."""


class ConcernForm(FlaskForm):
    trainer = SelectField(
        _l("Which trainer is it about?"),
        needed(_l("Choose the trainer.")),
        choices=[],
        invalid_choice_message=_l("Choose the trainer."),
    )
    kind = RadioField(
        _l("What is it about?"),
        needed(_l("Choose what it is about.")),
        choices=[SelectChoice(kind.value, CONCERNS[kind]) for kind in ConcernKind],
        invalid_choice_message=_l("Choose what it is about."),
    )
    text = TextAreaField(
        _l("What happened?"),
        text(_l("Say what happened."), most=MOST, too_long=TOO_LONG),
        filters=[stripped],
        description=_l("What you saw or heard, when and where. Name nobody who need not be named."),
    )

    def offering(self, trainers: Iterable[tuple[str, str]]) -> "ConcernForm":
        """Return the form with *trainers* to choose from: service number and name."""
        choices = (SelectChoice(number, f"{name}, {number}") for number, name in trainers)
        self.trainer.choices = [SelectChoice("", _l("Choose")), *choices]
        return self

    @property
    def concern(self) -> ConcernKind:
        """Only of a valid form."""
        return ConcernKind(self.kind.data)


class OutcomeForm(FlaskForm):
    """How a case ends; with a suspension or a revocation, the next page shows what would follow."""

    outcome = RadioField(
        _l("How does it end?"),
        needed(_l("Choose how it ends.")),
        choices=[SelectChoice(one.value, OUTCOMES[one]) for one in CaseOutcome],
        invalid_choice_message=_l("Choose how it ends."),
    )

    @property
    def decided(self) -> CaseOutcome:
        """Only of a valid form."""
        return CaseOutcome(self.outcome.data)


class MeasureForm(FlaskForm):
    """A measure as it is proposed: sent with GET, it shows what would follow and changes nothing."""

    class Meta:
        csrf = False

    kind = RadioField(
        _l("Measure"),
        needed(_l("Choose the measure.")),
        choices=[
            SelectChoice(MeasureKind.SUSPENDED.value, _l("Suspend")),
            SelectChoice(MeasureKind.REVOKED.value, _l("Revoke")),
        ],
        invalid_choice_message=_l("Choose the measure."),
    )
    qualification = SelectField(
        _l("Which qualification?"),
        needed(_l("Choose the qualification.")),
        choices=[],
        invalid_choice_message=_l("Choose the qualification."),
    )
    since = DateField(
        _l("From which day?"),
        [validators.InputRequired(_l("Enter a day, for example 31 12 2026."))],
        description=_l("Today, or a day that has passed: what was done as a trainer since then is in doubt."),
    )
    reason = SelectField(
        _l("Why?"),
        needed(_l("Choose why.")),
        choices=[SelectChoice("", _l("Choose")), *(SelectChoice(why.value, WHYS[why]) for why in Why)],
        invalid_choice_message=_l("Choose why."),
    )
    content = BooleanField(_l("Doubt what the trainer wrote and published since then, too"))
    marks = BooleanField(_l("Doubt marks that the trainer decided since then, too"))

    def offering(self, qualifications: Iterable[tuple[int, str]]) -> "MeasureForm":
        """Return the form with *qualifications* to choose from: ids and words."""
        each = (SelectChoice(str(number), name) for number, name in qualifications)
        self.qualification.choices = [SelectChoice(ALL, _l("All of them")), *each]
        return self

    def validate_reason(self, field: SelectField) -> None:
        if not self.kind.errors and not fits(MeasureKind(self.kind.data), field.data):
            raise validators.ValidationError(FOR_A_SUSPENSION)

    @property
    def qualification_id(self) -> int | None:
        """Only of a valid form."""
        return None if self.qualification.data == ALL else int(self.qualification.data)


class SeenForm(FlaskForm):
    """Confirms what was shown, by its digest."""

    seen = HiddenField()


class EndForm(FlaskForm):
    why = RadioField(
        _l("Why does the suspension end?"),
        needed(_l("Choose why it ends.")),
        choices=[SelectChoice(why.value, MENDED[why]) for why in (Mended.UNFOUNDED, Mended.MENDED)],
        invalid_choice_message=_l("Choose why it ends."),
    )


class ChooseAwardsForm(FlaskForm):
    """Which awards of a measure are judged, one by one or by the tool, and how."""

    groups = TickBoxes(_l("All awards of a tool"), choices=[])
    awards = TickBoxes(_l("Awards"), choices=[])
    decision = RadioField(
        _l("What becomes of them?"),
        needed(_l("Choose what becomes of them.")),
        choices=[
            *(SelectChoice(f"uphold:{code.value}", _l("Uphold: %(why)s", why=UPHELD[code])) for code in Upheld),
            *(SelectChoice(f"void:{code.value}", _l("Void: %(why)s", why=VOIDED[code])) for code in Voided),
        ],
        invalid_choice_message=_l("Choose what becomes of them."),
    )

    @property
    def reason(self) -> Upheld | Voided:
        """Only of a valid form."""
        how, _, code = self.decision.data.partition(":")
        return Upheld(code) if how == "uphold" else Voided(code)


class JudgeForm(ChooseAwardsForm):
    """The same, confirmed."""

    seen = HiddenField()


class ObjectionForm(FlaskForm):
    text = TextAreaField(
        _l("Why is the decision wrong?"),
        text(_l("Say why the decision is wrong."), most=MOST, too_long=TOO_LONG),
        filters=[stripped],
        description=_l("In your own words. Somebody of the oversight body who did not decide it reads this."),
    )


class ObjectionDecisionForm(FlaskForm):
    outcome = RadioField(
        _l("Decision"),
        needed(_l("Choose the decision.")),
        choices=[SelectChoice(one.value, OBJECTION_OUTCOMES[one]) for one in ObjectionOutcome],
        invalid_choice_message=_l("Choose the decision."),
    )
    reason = TextAreaField(
        _l("What the objector reads"),
        text(_l("Write what the objector reads."), most=1000, too_long=_l("Use at most 1,000 characters.")),
        filters=[stripped],
    )

    @property
    def decided(self) -> ObjectionOutcome:
        """Only of a valid form."""
        return ObjectionOutcome(self.outcome.data)
