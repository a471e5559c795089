"""Rulings on items: another key, as the item itself is answered, and the reason for the decision."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice

from quizzes.interactions import (
    FALSE,
    LONGEST_TEXT,
    TRUE,
    Case,
    Choice,
    Interaction,
    MarkingUp,
    Matching,
    NumericEntry,
    Ordering,
    ReasonedVerdict,
    Response,
    Simple,
    TextEntry,
    decimal,
)
from quizzes.item import Item
from quizzes.prompts import Prompt, prompts_of
from training_app.forms.authoring import lines
from training_app.forms.fields import TickBoxes, needed, stripped, text
from training_app.models.rulings import ItemRulingKind

_CHOOSE = _l("Choose what is right.")
_TWO_IN_ONE_PLACE = _l("Two have the same place. Give each a place of its own.")
_NUMBER = _l("Write a number, such as 12 or 12.5.")
Options = list[tuple[str, Any]]


class KeyForm(FlaskForm):
    """Another key; `key_form` adds the fields of each question of the item."""

    prompts: tuple[Prompt, ...]
    item: Item

    def interaction(self) -> Interaction:
        """Return the item's interaction with the key that was given; only of a valid form."""
        changed = [(prompt.part, _changed(prompt, self)) for prompt in self.prompts]
        if not isinstance(self.item.interaction, Case):
            return changed[0][1]
        by_part = dict(changed)
        return Case(tuple(replace(part, interaction=by_part[part.id]) for part in self.item.interaction.parts))

    def sent(self) -> Iterator[tuple[str, str]]:
        """Yield the key as it was sent, a name and a value each, to be sent again with the decision."""
        for field in self:
            if field.name != "csrf_token":
                yield from ((field.name, value) for value in field.raw_data or [])


def key_form(item: Item, interaction: Interaction, language: str) -> KeyForm:
    """Return the form of another key for *item*, filled in with *interaction*, the one that it has."""
    _used, words = item.text_in(language)
    prompts = prompts_of(replace(item, interaction=interaction), words, interaction.shuffled, interaction.key)
    fields = {name: field for prompt in prompts for name, field in _fields(prompt)}
    form: type[KeyForm] = type("KeyOfOneItem", (KeyForm,), fields | {"prompts": prompts, "item": item})
    return form()


def _base(prompt: Prompt) -> str:
    return f"key.{prompt.part}" if prompt.part else "key"


def _fields(prompt: Prompt) -> Iterator[tuple[str, Any]]:
    base, words, given = _base(prompt), prompt.text, sorted(prompt.response)
    stem = words.stem if prompt.part else _l("Right")
    match prompt.interaction:
        case Choice(several=several):
            note = None if several else _l("If you choose more than one, each alone earns the points.")
            yield base, _ticks(stem, [(one, words.options[one]) for one in prompt.shown], given, note)
        case MarkingUp(rows=rows):
            yield base, _ticks(stem, [(row, ", ".join(words.rows[row])) for row in rows], given, None)
        case ReasonedVerdict(verdict=verdict, reasons=reasons, reason=reason):
            said = TRUE if verdict else FALSE
            yield f"{base}.verdict", _radio(stem, [(TRUE, _l("True")), (FALSE, _l("False"))], said)
            yield f"{base}.reason", _radio(_l("Because"), [(one, words.options[one]) for one in reasons], reason)
        case Matching(prompts=asked, matches=matches):
            for one in asked:
                pairs = [(f"{one}:{match}", words.options[match]) for match in matches]
                yield f"{base}.{one}", _select(words.options[one], pairs, given)
        case Ordering(options=options):
            for option in options:
                places = [(f"{option}:{place}", str(place)) for place in range(1, len(options) + 1)]
                yield f"{base}.{option}", _select(words.options[option], places, given, _OwnPlace(prompt))
        case NumericEntry(value=value, tolerance=tolerance):
            yield f"{base}.value", _number(stem, value)
            yield f"{base}.tolerance", _number(_l("How far off a right answer may be"), tolerance)
        case TextEntry(accepted=accepted):
            label = words.stem if prompt.part else _l("Accepted answers")
            yield base, _texts(label, sorted(accepted))


def _choices(options: Options) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in options]


def _ticks(label: Any, options: Options, given: list[str], note: Any) -> Any:
    return TickBoxes(
        label,
        needed(_CHOOSE),
        choices=_choices(options),
        default=given,
        description=note or "",
        invalid_choice_message=_CHOOSE,
    )


def _radio(label: Any, options: Options, given: str) -> Any:
    choices = _choices(options)
    return RadioField(label, needed(_CHOOSE), choices=choices, default=given, invalid_choice_message=_CHOOSE)


def _select(label: Any, options: Options, given: list[str], check: Any = None) -> Any:
    default = next((value for value, _label in options if value in given), None)
    return SelectField(
        label,
        [*needed(_CHOOSE), *([check] if check else [])],
        choices=_choices(options),
        default=default,
        invalid_choice_message=_CHOOSE,
    )


def _number(label: Any, value: Fraction) -> Any:
    return StringField(label, [*needed(_NUMBER), _is_number], default=decimal(value), filters=[_plain])


def _texts(label: Any, accepted: list[str]) -> Any:
    return TextAreaField(
        label,
        [*needed(_CHOOSE), _short_lines],
        default="\n".join(accepted),
        description=_l("One a line. Capitals and spacing do not matter."),
    )


def _plain(written: str | None) -> str:
    return "".join((written or "").split()).replace(",", ".").replace("\N{MINUS SIGN}", "-")


def _is_number(_form: FlaskForm, field: Field) -> None:
    if field.data and not NumericEntry(Fraction(0), Fraction(0)).admits(Response({field.data})):
        raise ValidationError(str(_NUMBER))


def _short_lines(_form: FlaskForm, field: Field) -> None:
    if any(len(line) > LONGEST_TEXT for line in lines(field.data)):
        raise ValidationError(str(_l("Use at most %(most)s characters a line.", most=LONGEST_TEXT)))


class _OwnPlace:
    """Refuses a place that another option of the prompt has too."""

    def __init__(self, prompt: Prompt) -> None:
        self.names = [f"{_base(prompt)}.{option}" for option in prompt.shown]

    def __call__(self, form: FlaskForm, field: Field) -> None:
        place = (field.data or "").rpartition(":")[2]
        others = [form[name].data or "" for name in self.names if name != field.name]
        if any(other.rpartition(":")[2] == place for other in others):
            raise ValidationError(str(_TWO_IN_ONE_PLACE))


def _changed(prompt: Prompt, form: KeyForm) -> Simple:
    base = _base(prompt)
    match prompt.interaction:
        case Choice() | MarkingUp() as asked:
            return replace(asked, key=Response(form[base].data or []))
        case ReasonedVerdict() as asked:
            return replace(asked, verdict=form[f"{base}.verdict"].data == TRUE, reason=form[f"{base}.reason"].data)
        case Matching(prompts=prompts) as asked:
            return replace(asked, key=Response(form[f"{base}.{one}"].data for one in prompts))
        case Ordering(options=options):
            placed = {int(form[f"{base}.{one}"].data.rpartition(":")[2]): one for one in options}
            return Ordering(tuple(placed[place] for place in sorted(placed)))
        case NumericEntry():
            value, tolerance = (Fraction(form[f"{base}.{name}"].data) for name in ("value", "tolerance"))
            return NumericEntry(value, abs(tolerance))
        case TextEntry():
            return TextEntry(Response(lines(form[base].data)))


class KindForm(FlaskForm):
    """What is to be foreseen or decided."""

    kind = HiddenField()

    def validate_kind(self, field: Field) -> None:
        if field.data not in set(ItemRulingKind):
            raise ValidationError("no such ruling")

    @property
    def voids(self) -> bool:
        return self.kind.data == ItemRulingKind.VOIDED


class RulingForm(KindForm):
    """The decision, after the dry run."""

    foreseen = HiddenField()
    reason = TextAreaField(
        _l("Reason"),
        text(_l("Say why."), most=1000, too_long=_l("Use at most 1,000 characters.")),
        filters=[stripped],
        description=_l(
            "Every officer whose mark changes reads it. Do not name the right answer: they may meet the item again."
        ),
    )
