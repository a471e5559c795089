"""Opening a standard setting, rating items, adopting the outcome."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField, validators
from wtforms.fields import SelectChoice

from quizzes.bank import CutScoreStandard
from quizzes.item import Item
from quizzes.standard_setting import CutScores
from training_app.forms.fields import IntegerField, TickBoxes, needed, stripped, text
from training_app.models.people import Person

_PERCENT = _l("Enter a whole number from 1 to 100.")

STANDARDS: Mapping[CutScoreStandard, Any] = {
    CutScoreStandard.ANGOFF: _l("Each paper by the ratings of its items: a harder paper asks for less"),
    CutScoreStandard.STANDARD_SET: _l("Every paper by the same share, because the agency says so"),
}


class WholePercent(IntegerField):
    """A whole number; what is none is told in one sentence."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([entered.strip().removesuffix("%").strip() for entered in valuelist])
        except ValueError as error:
            raise ValueError(_PERCENT) from error


class JudgesForm(FlaskForm):
    judges = TickBoxes(_l("Who judges"), needed(_l("Choose who judges.")), coerce=int)

    def offer(self, people: Sequence[Person]) -> None:
        self.judges.choices = [SelectChoice(person.id, person.name) for person in people]


class RoundForm(FlaskForm):
    """Closing a round: it names the one that was seen."""

    round = HiddenField()


class RatingsForm(FlaskForm):
    """The ratings on one page; a field is named by its item's place in the bank, see `ratings_form`."""

    round = HiddenField()
    made_from = HiddenField()
    """Asked for by the script that saves as one types; ratings never collide, for each judge has their own."""

    def given(self, items: Sequence[tuple[int, Item]]) -> dict[str, int]:
        """Return what was entered soundly, by item; a field left empty changes nothing."""
        fields = {item.id: self[name(place)] for place, item in items}
        return {item: field.data for item, field in fields.items() if field.data is not None and not field.errors}


def entered(form: Mapping[str, str], items: Sequence[tuple[int, Item]]) -> dict[str, int]:
    """Return what a form that had waited for its judge to sign in says soundly, by item."""
    written = {item.id: form.get(name(place), "").strip() for place, item in items}
    return {item: int(text) for item, text in written.items() if text.isdecimal() and 1 <= int(text) <= 100}


def name(place: int) -> str:
    """Return the name of the field of the item at *place* in the bank, from 1."""
    return f"item_{place}"


def ratings_form(items: Sequence[tuple[int, Item]], stands: Mapping[str, int], round_: int) -> RatingsForm:
    """Return a form with a field for each of *items*, filled in with what *stands*."""
    fields: dict[str, Any] = {
        name(place): WholePercent(
            _l("Of 100 barely competent officers, how many get it right?"),
            [validators.Optional(), validators.NumberRange(1, 100, _PERCENT)],
        )
        for place, _item in items
    }
    form = type("RatingsForm", (RatingsForm,), fields)
    start = {name(place): stands.get(item.id) for place, item in items}
    found: RatingsForm = form(data={**start, "round": str(round_), "made_from": "0"})
    return found


class AdoptionForm(FlaskForm):
    standard = RadioField(
        _l("How papers are passed"),
        needed(_l("Choose how papers are passed.")),
        choices=[SelectChoice(one.value, label) for one, label in STANDARDS.items()],
        default=CutScoreStandard.ANGOFF.value,
    )
    least = WholePercent(
        _l("By ratings: the least that any paper asks for, in percent"),
        [validators.InputRequired(_PERCENT), validators.NumberRange(1, 100, _PERCENT)],
    )
    share = WholePercent(
        _l("By the same share: that share, in percent"),
        [validators.InputRequired(_PERCENT), validators.NumberRange(1, 100, _PERCENT)],
    )
    minutes = TextAreaField(
        _l("Minutes"),
        text(_l("Write the minutes."), most=20_000, too_long=_l("Use at most 20,000 characters.")),
        filters=[stripped],
        description=_l(
            "Who judged, who led, how a barely competent officer was described, what was discussed, decided and why."
        ),
    )

    def suggest(self, scores: CutScores, minutes: str) -> None:
        """Fill in what follows from the ratings: the lowest share that a paper can ask for, and the usual one."""
        self.least.data = max(1, int(scores.lowest * 100))
        self.share.data = max(1, round(scores.usual * 100))
        self.minutes.data = minutes

    def decided(self) -> dict[str, Any]:
        """Return standard, cut score and minutes; only of a valid form."""
        standard = CutScoreStandard(self.standard.data)
        percent = self.least.data if standard is CutScoreStandard.ANGOFF else self.share.data
        return {
            "standard": standard,
            "cut_score": Fraction(percent or 0, 100),
            "minutes": (self.minutes.data or "").replace("\r\n", "\n"),
        }
