"""A report of a wrong or biased result, and what is done about one."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, TickBoxes, needed, text, with_plain_lines
from training_app.forms.people import RetrainingForm
from training_app.rules import identifiers
from training_app.rules.identifiers import Found
from training_app.rules.reports import Acted, Group, Problem, ReportOutcome
from training_app.services.report_handling import Ending
from training_app.services.reports import Said
from training_app.wording.reports import ACTED, GROUPS, OUTCOMES, PROBLEMS

MOST = 2000
TOO_LONG = _l("Use at most 2,000 characters.")


def _long(label: Any, missing: Any, hint: Any = "") -> TextAreaField:
    return TextAreaField(
        label, text(missing, most=MOST, too_long=TOO_LONG), filters=[with_plain_lines], description=hint
    )


def _line(label: Any, hint: Any = "") -> StringField:
    return StringField(
        label,
        [validators.Optional(), validators.Length(max=200, message=_l("Use at most 200 characters."))],
        filters=[with_plain_lines],
        description=hint,
    )


class WordsForm(FlaskForm):
    """A form whose words are looked through for what identifies a person.

    Where something is found it comes back once with what was found; whoever wrote takes it out, or says that it is
    none.  What is said of one finding does not hold for another.
    """

    written: ClassVar[tuple[str, ...]] = ()
    """Names of the fields that are looked through."""
    take_it_out: ClassVar[Any] = _l("Take out what identifies a person, then send again. Or say that none of it does.")

    none_of_them = BooleanField(_l("None of these identifies a person"))
    shown = HiddenField()
    """Digest of what was found when the form was last shown."""

    found: tuple[Found, ...] = ()

    def looked_through(self, *, today: date) -> bool:
        """Tell whether the form is valid, and nothing is found in it that was not said to be none."""
        valid: bool = self.validate_on_submit()
        self.found = tuple(one for name in self.written for one in identifiers.find(self[name].data or "", today=today))
        digest, seen = identifiers.digest(self.found), self.shown.data
        self.shown.data = digest
        if self.found and not (self.none_of_them.data and seen == digest):
            self.none_of_them.data = False
            self.none_of_them.errors = [str(self.take_it_out)]
            return False
        return valid


class ReportForm(WordsForm):
    written = ("happened", "done_instead", "which_group")

    version = SelectField(
        _l("Which tool and version?"),
        needed(_l("Choose the tool and version.")),
        choices=[],
        invalid_choice_message=_l("Choose the tool and version."),
        description=_l("The version stands on the tool's first screen. Not sure? Choose the one in use that day."),
    )
    problem = RadioField(
        _l("What was it?"),
        needed(_l("Choose what it was.")),
        choices=[SelectChoice(one.value, PROBLEMS[one]) for one in Problem],
        invalid_choice_message=_l("Choose what it was."),
    )
    happened = _long(
        _l("What happened?"),
        _l("Say what happened."),
        _l("What the tool showed, with which setting and score, when, and how you know that it is wrong."),
    )
    acted = RadioField(
        _l("Was something done on the result?"),
        needed(_l("Choose whether something was done on it.")),
        choices=[SelectChoice(one.value, ACTED[one]) for one in Acted],
        invalid_choice_message=_l("Choose whether something was done on it."),
    )
    done_instead = _long(
        _l("What did you do instead?"),
        _l("Say what you did instead."),
        _l("For example: asked a second person, checked the original picture, told the supervisor."),
    )
    groups = TickBoxes(
        _l("Which group might be affected?"),
        [validators.Optional()],
        choices=[SelectChoice(one.value, GROUPS[one]) for one in Group],
        description=_l("Only if you see one. Choose as many as fit."),
    )
    which_group = _line(_l("The group in your own words"))

    def offering(self, versions: Iterable[tuple[int, str]]) -> "ReportForm":
        """Return the form with *versions* to choose from: ids and words."""
        each = (SelectChoice(str(number), name) for number, name in versions)
        self.version.choices = [SelectChoice("", _l("Choose")), *each]
        return self

    @property
    def said(self) -> Said:
        """Only of a valid form."""
        return Said(
            version_id=int(self.version.data),
            problem=Problem(self.problem.data),
            acted=Acted(self.acted.data),
            groups=tuple(Group(code) for code in self.groups.data or ()),
            happened=self.happened.data or "",
            done_instead=self.done_instead.data or "",
            which_group=self.which_group.data or None,
        )


class AnswerForm(WordsForm):
    written = ("text",)

    text = _long(_l("Your answer"), _l("Write your answer."), _l("Whoever handles the report reads it."))


class NoteForm(WordsForm):
    written = ("text",)

    text = _long(
        _l("What was found"),
        _l("Write what was found."),
        _l("For whoever signs the end, and for the oversight body. Whoever reported does not read it."),
    )


class QuestionForm(WordsForm):
    written = ("text",)

    text = _long(
        _l("What do you need to know?"),
        _l("Write the question."),
        _l("Whoever reported reads it under “My reports”, and answers there."),
    )


class LessonForm(WordsForm):
    written = ("text",)

    module = SelectField(
        _l("In which module?"),
        needed(_l("Choose the module.")),
        choices=[],
        invalid_choice_message=_l("Choose the module."),
    )
    text = _long(
        _l("What should officers learn from it?"),
        _l("Write what officers should learn from it."),
        _l("For example a lesson or a question more. This is sent to nobody: tell the authors of the module yourself."),
    )

    def offering(self, modules: Iterable[tuple[str, str]]) -> "LessonForm":
        self.module.choices = [SelectChoice("", _l("Choose")), *(SelectChoice(slug, name) for slug, name in modules)]
        return self


class ProviderForm(FlaskForm):
    told_on = DateField(
        _l("On which day was the provider told?"),
        needed(_l("Enter a day, for example 2027-03-14.")),
        invalid_value_message=_l("Enter a day, for example 2027-03-14."),
    )
    reference = StringField(
        _l("Reference"),
        text(_l("Enter the reference."), most=200, too_long=_l("Use at most 200 characters.")),
        filters=[with_plain_lines],
        description=_l("Of your letter, or the number under which the provider has it."),
    )


class DecisionForm(WordsForm):
    written = ("told", "published")

    outcome = RadioField(
        _l("What came of it?"),
        needed(_l("Choose what came of it.")),
        choices=[SelectChoice(one.value, OUTCOMES[one]) for one in ReportOutcome],
        invalid_choice_message=_l("Choose what came of it."),
    )
    told = _long(
        _l("What whoever reported reads"),
        _l("Write what whoever reported reads."),
        _l("In plain words: what was found, and what was done. It stays on record, so name nobody."),
    )
    published = TextAreaField(
        _l("A sentence for the public"),
        [validators.Optional(), validators.Length(max=500, message=_l("Use at most 500 characters."))],
        filters=[with_plain_lines],
        description=_l("Plain words, nobody named, nothing that lets a case be recognised. Left empty, none is shown."),
    )

    @property
    def ending(self) -> Ending:
        """Only of a valid form."""
        return Ending(ReportOutcome(self.outcome.data), self.told.data or "", self.published.data or None)


class SendBackForm(WordsForm):
    written = ("text",)

    text = _long(
        _l("What is missing or wrong?"), _l("Say what is missing or wrong."), _l("Whoever handles the report reads it.")
    )


class ReportRetrainingForm(RetrainingForm):
    """Retraining of one officer, with a report as its source."""

    officer = StringField(
        _l("Service number of the officer"),
        needed(_l("Enter the officer's service number.")),
        filters=[with_plain_lines],
        description=_l("Not as a sanction: nobody is disadvantaged for having reported."),
    )
