"""The outcome of a psychological evaluation, and nothing else."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, IfGiven, needed, stripped
from training_app.models.people import ReviewKind
from training_app.rules.facts import EvaluationOutcome
from training_app.services.evaluations import Outcome, Restriction

EVALUATION = "evaluation"
"""In place of a kind of review: it looks at no earlier one again."""


class EvaluationForm(FlaskForm):
    """Outcome and last day of an evaluation.  There is no field for findings, and none may be added."""

    service_number = StringField(
        _l("Service number of the officer"),
        needed(_l("Enter the officer's service number.")),
        filters=[stripped],
        description=_l("For example DP-1002."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    step = RadioField(
        _l("What is it?"),
        needed(_l("Choose what it is.")),
        choices=[
            SelectChoice(EVALUATION, _l("An evaluation")),
            SelectChoice(ReviewKind.SECOND_OPINION.value, _l("A second opinion on the latest one")),
            SelectChoice(ReviewKind.APPEAL.value, _l("A decision on an appeal against the latest one")),
        ],
        default=EVALUATION,
        invalid_choice_message=_l("Choose what it is."),
        description=_l("Second opinions and appeals are another evaluator's."),
    )
    outcome = RadioField(
        _l("Outcome"),
        needed(_l("Choose the outcome.")),
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
            review=None if self.step.data == EVALUATION else ReviewKind(self.step.data),
        )
