"""A checklist as it is written; an observation as it is ticked; the officer's signature."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.fields import SelectChoice

from training_app.forms.authoring import SavedPart
from training_app.forms.fields import IfGiven, IntegerField, needed, stripped, with_plain_lines
from training_app.forms.repeated import OneMoreRow, add_blank_rows
from training_app.models.observed_practice import ObservationTick
from training_app.models.tools import ToolVersion
from training_app.rules.observed_practice import (
    BEHAVIOUR_LENGTH,
    BEHAVIOURS_MOST,
    COMMENT_LENGTH,
    DISAGREEMENT_LENGTH,
    Behaviour,
    Outcome,
    Seen,
)
from training_app.wording.observed_practice import OUTCOMES

# -- checklists --------------------------------------------------------------------------------------------------------


class BehaviourRow(Form):
    id = HiddenField()
    text = TextAreaField(
        _l("What the officer does"),
        [IfGiven(), validators.Length(max=BEHAVIOUR_LENGTH, message=_l("Use at most 300 characters."))],
        filters=[with_plain_lines],
    )
    place = IntegerField(
        _l("Location"),
        [validators.Optional(), validators.NumberRange(1, 99, _l("Enter a whole number from 1 to 99."))],
        invalid_value_message=_l("Enter a whole number from 1 to 99."),
        render_kw={"inputmode": "numeric"},
    )


class ChecklistForm(OneMoreRow, SavedPart):
    """The behaviours of a checklist, one row each; a row without a text is none, and places put them in order.

    As the version that it was made from stands the id of the list that the page started from.
    """

    behaviours = FieldList(FormField(BehaviourRow), max_entries=BEHAVIOURS_MOST)

    @classmethod
    def starting_from(cls, number: int, behaviours: Sequence[Behaviour]) -> "ChecklistForm":
        rows = [{"id": one.id, "text": one.text, "place": place} for place, one in enumerate(behaviours, 1)]
        form = cls(data={"made_from": number, "behaviours": rows})
        if not form.is_submitted():
            add_blank_rows(form.behaviours)
        return form

    def rows(self) -> list[tuple[str | None, str]]:
        """Return id and text of each behaviour in the order of their places; only of a valid form."""
        filled = [row.data for row in self.behaviours if row.data["text"]]
        ordered = sorted(
            enumerate(filled, 1), key=lambda one: (one[1]["place"] if one[1]["place"] is not None else one[0], one[0])
        )
        return [(row["id"] or None, row["text"]) for _number, row in ordered]


# -- observations ------------------------------------------------------------------------------------------------------


class BeginForm(FlaskForm):
    """Whom to observe, on what; the choices are the versions that the assessor may sign for."""

    officer = StringField(
        _l("Service number of the officer"),
        needed(_l("Enter the officer's service number.")),
        filters=[stripped],
        render_kw={"autocomplete": "off"},
    )
    version = SelectField(
        _l("Version"), coerce=int, choices=[], invalid_choice_message=_l("Choose a version that you assess for.")
    )

    def offering(self, versions: Iterable[ToolVersion]) -> "BeginForm":
        self.version.choices = [SelectChoice(one.id, f"{one.tool.name} {one.label}") for one in versions]
        return self


class TickForm(FlaskForm):
    """One behaviour.  `tick_form` adds its fields, whose names are those that the script sends at each change."""

    sequence = HiddenField()
    """The number of this tick among the device's; its script raises it with every change."""
    shown = HiddenField()
    """Digest of what the page showed: giving the same changes nothing, whatever another tab ticked since."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What was sent for one behaviour."""

    outcome: Outcome | None
    comment: str
    sequence: int | None
    shown: str

    @property
    def seen(self) -> Seen | None:
        return None if self.outcome is None else Seen(self.outcome, self.comment)

    @property
    def unchanged(self) -> bool:
        return digest(self.outcome, self.comment) == self.shown


def tick_form(
    behaviour: str, held: ObservationTick | None, *, sequence: int, prefixed: bool = True, sent: bool = True
) -> TickForm:
    """Return the form of one behaviour, filled in with what the request *sent*, or else with what is *held*.

    :param sequence: the highest number of the observation so far.
    :param prefixed: whether the page asks for several; its own token then guards against forgery.
    """
    outcome, comment = (held.outcome, held.comment) if held else (None, "")
    fields: dict[str, Any] = {
        "answer": RadioField(
            _l("What you saw"),
            [validators.Optional()],
            choices=[SelectChoice(one.value, label) for one, label in OUTCOMES.items()],
            invalid_choice_message=_l("Choose one of the three."),
        ),
        "answer.comment": TextAreaField(
            _l("What you noted"),
            [validators.Optional(), validators.Length(max=COMMENT_LENGTH, message=_l("Use at most 280 characters."))],
            filters=[with_plain_lines],
            render_kw={"maxlength": COMMENT_LENGTH},
        ),
    }
    form: type[TickForm] = type("OneBehaviour", (TickForm,), fields)
    data = {
        "sequence": sequence,
        "shown": digest(outcome, comment),
        "answer": outcome.value if outcome else None,
        "answer.comment": comment,
    }
    given: dict[str, Any] = {"data": data} if sent else {"data": data, "formdata": None}
    if prefixed:
        return form(**given, prefix=prefix_of(behaviour), meta={"csrf": False})
    return form(**given)


def prefix_of(behaviour: str) -> str:
    return f"{behaviour}-"


def ticked(form: TickForm) -> Ticked:
    """Return what a valid form says."""
    number = str(form.sequence.data or "")
    return Ticked(
        outcome=Outcome(form["answer"].data) if form["answer"].data else None,
        comment=form["answer.comment"].data or "",
        sequence=int(number) if number.isascii() and number.isdecimal() and len(number) < 12 else None,
        shown=form.shown.data or "",
    )


def digest(outcome: Outcome | None, comment: str) -> str:
    """Return a short name of a tick; empty for none."""
    if outcome is None and not comment:
        return ""
    return hashlib.sha256(f"{outcome or ''}\n{comment}".encode()).hexdigest()[:16]


AGREE, DISAGREE = "agree", "disagree"


class CountersignForm(FlaskForm):
    """The officer's signature."""

    agreement = RadioField(
        _l("Is that how it was?"),
        needed(_l("Say whether that is how it was.")),
        choices=[
            SelectChoice(AGREE, _l("Yes, I agree with what was observed")),
            SelectChoice(DISAGREE, _l("No, I do not agree")),
        ],
        invalid_choice_message=_l("Say whether that is how it was."),
    )
    reason = TextAreaField(
        _l("If you do not agree: what was different?"),
        [validators.Length(max=DISAGREEMENT_LENGTH, message=_l("Use at most 500 characters."))],
        filters=[with_plain_lines],
        description=_l("The assessor reads it. Another assessor then observes you; this observation does not count."),
    )

    def validate_reason(self, field: TextAreaField) -> None:
        if self.agreement.data == DISAGREE and not field.data:
            raise validators.ValidationError(_l("Say in a sentence what was different."))
