"""The forms of a quiz: one answer, and handing it in."""

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField, validators, widgets
from wtforms.fields import SelectChoice

from training_app.services.sittings import GivenAnswer, PaperQuestion

_NOT_AN_OPTION = _l("This answer is not one of the options. Choose again.")


class AnswerForm(FlaskForm):
    """One question.  The field `answer` is added for each, with its options."""

    sequence = HiddenField()
    """The number of this answer among the device's; its script raises it with every change."""
    base = HiddenField()
    """The highest number that the server had when it made the page."""
    shown = HiddenField()
    """Whether the page showed an earlier answer, so that choosing nothing takes it back."""


def answer_form(question: PaperQuestion, *, sequence: int) -> AnswerForm:
    """Return the form of *question*; *sequence* is the highest number that any answer of the attempt has."""
    choices = [SelectChoice(option, question.text.options[option]) for option in question.options]
    given = {
        "label": question.text.stem,
        "choices": choices,
        "validators": [validators.Optional()],
        "invalid_choice_message": _NOT_AN_OPTION,
    }
    if question.several:
        kinds = {"widget": widgets.ListWidget(prefix_label=False), "option_widget": widgets.CheckboxInput()}
        description = _l("You may choose several. A right one counts for you, a wrong one against you.")
        field = SelectMultipleField(**given, **kinds, description=description, default=sorted(question.chosen))
    else:
        field = RadioField(**given, default=next(iter(question.chosen), None))

    class OneQuestion(AnswerForm):
        answer = field

    return OneQuestion(data={"sequence": sequence, "base": sequence, "shown": "1" if question.chosen else ""})


def given_answer(form: Mapping[str, str], question: PaperQuestion) -> GivenAnswer:
    """Return the answer in *form*, as a page or its script sent it.

    A script counts what it sends.  A page without it sends back the number that it was made with: its answer comes
    after all that have arrived.
    """
    options = form.getlist("answer")  # type: ignore[attr-defined]
    sequence, base = _number(form.get("sequence")), _number(form.get("base"))
    if base is None:
        return GivenAnswer(options, sequence, may_clear=True)
    counted = None if sequence == base else sequence
    return GivenAnswer(options, counted, may_clear=question.several and bool(form.get("shown")))


def kept_answer(form: Mapping[str, str], question: PaperQuestion) -> GivenAnswer:
    """Return the answer in a *form* that was kept over a sign-in: it stays before what was answered since."""
    return replace(given_answer(form, question), kept=True)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 12 else None


class SubmitForm(FlaskForm):
    """Handing in; `blanks` is asked for only where a question has no answer."""

    blanks = BooleanField(_l("Submit all the same: questions without an answer earn no points"))
