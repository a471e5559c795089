"""What the oversight body suspends, asks and closes, and what it is answered: all of it on the record."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, IfGiven, IntegerField, needed, text, with_plain_lines
from training_app.forms.reports import MOST, TOO_LONG, WordsForm
from training_app.rules.oversight_questions import Closing, Office
from training_app.rules.version_suspensions import Cause
from training_app.services.oversight_questions import Asked
from training_app.wording.oversight import CAUSES, CLOSINGS, OFFICES

ON_RECORD = _l("It stays on record for good and nothing of it can be changed, so name nobody.")
A_DAY = _l("Enter a day, for example 2027-03-14.")


def _words(label: Any, missing: Any, hint: Any = ON_RECORD) -> TextAreaField:
    return TextAreaField(
        label, text(missing, most=MOST, too_long=TOO_LONG), filters=[with_plain_lines], description=hint
    )


class OversightSuspensionForm(WordsForm):
    """A version is suspended in the name of the oversight body."""

    written = ("reason",)

    cause = RadioField(
        _l("Why is it taken out of use?"),
        needed(_l("Choose why it is taken out of use.")),
        choices=[SelectChoice(one.value, CAUSES[one]) for one in Cause],
        invalid_choice_message=_l("Choose why it is taken out of use."),
    )
    reason = _words(
        _l("What was seen?"),
        _l("Say what was seen, so that whoever ends the suspension knows what to look for."),
        _l("What, and since when. Registrars and everybody of your body read it. It stays on record: name nobody."),
    )


class SafeAgainForm(WordsForm):
    """Why a version that the oversight body suspended is safe again: proposed by a registrar, or signed."""

    written = ("reason",)

    reason = _words(
        _l("Why is it safe again?"),
        _l("Say why the version is safe again."),
        _l("What was found or mended, and how that was checked. It stays on record: name nobody."),
    )


def _due() -> DateField:
    return DateField(
        _l("Answer by"),
        needed(A_DAY),
        invalid_value_message=A_DAY,
        description=_l("The last day on which the answer is in time."),
    )


class QuestionForm(WordsForm):
    """A question on the record.  What is chosen is a word, or one with a number: ``leads``, ``version:12``."""

    written = ("text",)

    office = SelectField(
        _l("Who is to answer?"),
        needed(_l("Choose who is to answer.")),
        choices=[],
        invalid_choice_message=_l("Choose who is to answer."),
        description=_l("Anybody who holds the office can answer, and reads the question."),
    )
    subject = SelectField(
        _l("What is it about?"),
        [IfGiven()],
        choices=[],
        invalid_choice_message=_l("Choose what it is about."),
    )
    entry = IntegerField(
        _l("Number of a record's entry in the journal"),
        [validators.Optional(), validators.NumberRange(min=1, message=_l("Enter a number from 1 on."))],
        description=_l("Only if the question is about one record."),
    )
    text = _words(_l("Your question"), _l("Write the question."))
    due_on = _due()

    def offering(
        self, units: Iterable[tuple[int, str]], tools: Iterable[tuple[int, str]], versions: Iterable[tuple[int, str]]
    ) -> "QuestionForm":
        """Return the form with what there is to choose from: ids and names."""
        here = list(units)
        offices = [SelectChoice(one.value, OFFICES[one]) for one in Office if one is not Office.SUPERVISORS]
        of_units = [
            SelectChoice(f"{Office.SUPERVISORS}:{number}", _l("The supervisors of %(unit)s", unit=name))
            for number, name in here
        ]
        self.office.choices = [SelectChoice("", _l("Choose")), *offices, *of_units]
        self.subject.choices = [
            SelectChoice("", _l("The agency in general")),
            *(SelectChoice(f"tool:{number}", name) for number, name in tools),
            *(SelectChoice(f"version:{number}", name) for number, name in versions),
            *(SelectChoice(f"unit:{number}", _l("Unit: %(unit)s", unit=name)) for number, name in here),
        ]
        return self

    @property
    def asked(self) -> Asked:
        """Only of a valid form."""
        office, _sep, office_unit = (self.office.data or "").partition(":")
        about, _sep, number = (self.subject.data or "").partition(":")
        chosen = {f"{about}_id": int(number)} if number else {}
        return Asked(
            office=Office(office),
            text=self.text.data or "",
            due_on=self.due_on.data,
            office_unit_id=int(office_unit) if office_unit else None,
            entry_id=self.entry.data,
            **chosen,
        )


class AnswerForm(WordsForm):
    written = ("text",)

    text = _words(_l("Your answer"), _l("Write the answer."))


class FollowUpForm(WordsForm):
    written = ("text",)

    text = _words(_l("What do you ask further?"), _l("Write what you ask further."))
    due_on = _due()


class CloseForm(WordsForm):
    written = ("text",)

    closing = RadioField(
        _l("How does it end?"),
        needed(_l("Choose how it ends.")),
        choices=[SelectChoice(one.value, CLOSINGS[one]) for one in Closing],
        invalid_choice_message=_l("Choose how it ends."),
    )
    text = _words(_l("What came of it?"), _l("Say what came of it."))
