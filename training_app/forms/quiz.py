"""The forms of a quiz: one answer, and handing it in.

Every control sends marks of a response as its values (`quizzes.interactions`), so that a page and its script send the
same; only what is typed is put into the form of a mark here.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
    validators,
    widgets,
)
from wtforms.fields import SelectChoice

from quizzes.interactions import (
    FALSE,
    LONGEST_TEXT,
    TRUE,
    Choice,
    MarkingUp,
    Matching,
    NumericEntry,
    Ordering,
    ReasonedVerdict,
    Response,
    TextEntry,
)
from quizzes.prompts import Prompt
from training_app.forms.fields import IfGiven
from training_app.services.sittings import GivenAnswer, PaperQuestion

_NOT_AN_OPTION = _l("This answer is not one of the options. Choose again.")
_TWO_IN_ONE_PLACE = _l("Two have the same place. Give each a place of its own.")
_NO_NUMBER = _l("Write a number, such as 12 or 12.5.")
_TOO_LONG = _l("Write %(max)d characters at most.")
_SEVERAL = _l("You may choose several. A right one counts for you, a wrong one against you.")


class AnswerForm(FlaskForm):
    """One question.  The fields of each prompt are added for it."""

    sequence = HiddenField()
    """The number of this answer among the device's; its script raises it with every change."""
    base = HiddenField()
    """The highest number that the server had when it made the page."""
    shown = HiddenField()
    """Digest of the answer that the page showed, empty where it showed none: giving nothing takes it back, and giving
    the same changes nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One prompt with the fields that answer it, for a template."""

    prompt: Prompt
    fields: tuple[Field, ...]


def answer_form(question: PaperQuestion, *, sequence: int, prefix: str = "") -> AnswerForm:
    """Return the form of *question*; *sequence* is the highest number that any answer of the attempt has.

    :param prefix: stands before the name of each field, where a page asks several questions; the page's own token then
        guards against forgery.
    """
    fields = {name: field for prompt in question.prompts for name, field in _fields(prompt)}
    of_question: type[AnswerForm] = type("OneQuestion", (AnswerForm,), fields)
    data = {"sequence": sequence, "base": sequence, "shown": shown_digest(question.chosen)}
    if prefix:
        return of_question(data=data, prefix=prefix, meta={"csrf": False})
    return of_question(data=data)


def prefix_of(question: PaperQuestion) -> str:
    """Return what the names of the fields of *question* begin with where others are on the page."""
    return f"q{question.number}-"


def part_about(form: MultiDict[str, str], question: PaperQuestion) -> MultiDict[str, str]:
    """Return what a *form* of several questions says of *question*, by the names of a form of its own."""
    prefix = prefix_of(question)
    return MultiDict(
        (name.removeprefix(prefix), value) for name, value in form.items(multi=True) if name.startswith(prefix)
    )


def shown_digest(chosen: Response) -> str:
    """Return a short name of an answer; empty for none."""
    written = "\n".join(sorted(chosen))
    return hashlib.sha256(written.encode()).hexdigest()[:16] if chosen else ""


def asked(form: AnswerForm, question: PaperQuestion) -> list[Asked]:
    """Return the prompts of *question*, each with its fields of *form*."""
    return [Asked(prompt, tuple(form[name] for name in _names(prompt))) for prompt in question.prompts]


def _base(prompt: Prompt) -> str:
    return f"answer.{prompt.part}" if prompt.part else "answer"


def _names(prompt: Prompt) -> list[str]:
    return [name for name, _field in _fields(prompt)]


def _fields(prompt: Prompt) -> Iterator[tuple[str, Any]]:
    """Yield the fields that answer *prompt* by name, with what was answered before."""
    base, text, asked_of = _base(prompt), prompt.text, prompt.interaction
    given = sorted(prompt.response)
    match asked_of:
        case Choice(several=several):
            options = [(option, text.options[option]) for option in prompt.shown]
            yield base, _tick_boxes(text.stem, options, given) if several else _radio(text.stem, options, given)
        case MarkingUp(rows=rows):
            yield base, _tick_boxes(text.stem, [(row, ", ".join(text.rows[row])) for row in rows], given)
        case ReasonedVerdict():
            reasons = [(reason, text.options[reason]) for reason in prompt.shown]
            yield f"{base}.verdict", _radio(text.stem, [(TRUE, _l("True")), (FALSE, _l("False"))], given)
            yield f"{base}.reason", _radio(_l("Because"), reasons, given)
        case Matching(prompts=prompts):
            for one in prompts:
                matches = [(f"{one}:{match}", text.options[match]) for match in prompt.shown]
                yield f"{base}.{one}", _select(text.options[one], matches, given)
        case Ordering():
            for option in prompt.shown:
                places = [(f"{option}:{place}", str(place)) for place in range(1, len(prompt.shown) + 1)]
                yield f"{base}.{option}", _select(text.options[option], places, given, [_OwnPlace(prompt)])
        case NumericEntry():
            yield base, _entry(text.stem, given, _a_number)
        case TextEntry():
            yield base, _entry(text.stem, given, validators.Length(max=LONGEST_TEXT, message=_TOO_LONG))


Options = list[tuple[str, Any]]


def _choices(options: Options) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in options]


def _one_of(given: list[str], options: Options) -> str | None:
    return next((value for value, _label in options if value in given), None)


def _radio(label: Any, options: Options, given: list[str]) -> Any:
    return RadioField(
        label,
        choices=_choices(options),
        validators=[IfGiven()],
        invalid_choice_message=_NOT_AN_OPTION,
        default=_one_of(given, options),
    )


def _tick_boxes(label: Any, options: Options, given: list[str]) -> Any:
    return SelectMultipleField(
        label,
        choices=_choices(options),
        validators=[IfGiven()],
        invalid_choice_message=_NOT_AN_OPTION,
        default=given,
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        description=_SEVERAL,
    )


def _select(label: Any, options: Options, given: list[str], checks: list[Any] | None = None) -> Any:
    return SelectField(
        label,
        choices=_choices([("", _l("Choose")), *options]),
        validators=[IfGiven(), *(checks or [])],
        invalid_choice_message=_NOT_AN_OPTION,
        default=_one_of(given, options) or "",
    )


def _entry(label: Any, given: list[str], check: Any) -> Any:
    return StringField(label, validators=[IfGiven(), check], default=given[0] if given else "")


class _OwnPlace:
    """Refuses a place that another option of the prompt has too."""

    def __init__(self, prompt: Prompt) -> None:
        self.prompt = prompt

    def __call__(self, form: AnswerForm, field: Field) -> None:
        place = field.data.rpartition(":")[2]
        others = [form[name].data for name in _names(self.prompt) if name != field.short_name]
        if any(other and other.rpartition(":")[2] == place for other in others):
            raise ValidationError(str(_TWO_IN_ONE_PLACE))


def _a_number(_form: AnswerForm, field: Field) -> None:
    written = number_mark(field.data)
    if not _ANY_NUMBER.admits(Response({written} - {""})):
        raise ValidationError(str(_NO_NUMBER))


_ANY_NUMBER = NumericEntry(value=Fraction(0), tolerance=Fraction(0))


def given_answer(form: MultiDict[str, str], question: PaperQuestion) -> GivenAnswer:
    """Return the answer in *form*, as a page or its script sent it.

    A script counts what it sends.  A page without it sends back the number that it was made with: its answer comes
    after all that have arrived.
    """
    marks = list(_marks(form, question))
    sequence, base = _number(form.get("sequence")), _number(form.get("base"))
    if base is None:
        return GivenAnswer(marks, sequence, may_clear=True)
    counted = None if sequence == base else sequence
    shown = form.get("shown")
    return GivenAnswer(
        marks,
        counted,
        may_clear=question.clearable and bool(shown),
        unchanged=shown is not None and shown == shown_digest(Response(marks)),
    )


def kept_answer(form: MultiDict[str, str], question: PaperQuestion) -> GivenAnswer:
    """Return the answer in a *form* that was kept over a sign-in: it stays before what was answered since."""
    return replace(given_answer(form, question), kept=True)


def _marks(form: MultiDict[str, str], question: PaperQuestion) -> Iterator[str]:
    for prompt in question.prompts:
        for name in _names(prompt):
            for value in form.getlist(name):
                own = _own_mark(prompt, value)
                if own:
                    yield prompt.mark(own)


def _own_mark(prompt: Prompt, value: str) -> str:
    match prompt.interaction:
        case NumericEntry():
            return number_mark(value)
        case TextEntry():
            return " ".join(value.split())
        case _:
            return value


def number_mark(written: str) -> str:
    """Return a number as it was typed in the form of a mark: without spaces and plus, with a point for a comma."""
    return "".join(written.split()).removeprefix("+").replace(",", ".").replace("\N{MINUS SIGN}", "-").rstrip("%")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 12 else None


class SubmitForm(FlaskForm):
    """Handing in; `blanks` is asked for only where a question has no answer."""

    blanks = BooleanField(_l("Submit all the same: questions without an answer earn no points"))
