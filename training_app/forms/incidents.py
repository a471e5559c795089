"""An incident that a citizen reports, and what is done about one."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import needed, text, with_plain_lines
from training_app.forms.reports import WordsForm
from training_app.rules.incidents import Effect, Outcome
from training_app.services.incident_handling import End
from training_app.services.incidents import Told
from training_app.wording.incidents import EFFECTS, OUTCOMES

MOST = 4000
TOO_LONG = _l("Use at most 4,000 characters.")
NO_TOOL = ""
"""Stands for a tool that is not known."""


def _long(label: Any, missing: Any, hint: Any = "") -> TextAreaField:
    return TextAreaField(
        label, text(missing, most=MOST, too_long=TOO_LONG), filters=[with_plain_lines], description=hint
    )


def _long_or_none(label: Any, hint: Any = "") -> TextAreaField:
    checks = [validators.Optional(), validators.Length(max=MOST, message=TOO_LONG)]
    return TextAreaField(label, checks, filters=[with_plain_lines], description=hint)


class WithoutSession(FlaskForm):
    """A form below /public/, where there is no session for a token to stand in; the view asks where it came from."""

    class Meta(FlaskForm.Meta):
        csrf = False


class CitizensWords(WordsForm, WithoutSession):
    """Words of a citizen, who may have reasons to leave in what looks like somebody's number."""

    take_it_out = _l("If it is somebody else's, take it out. Or tick that it is to be sent as it is.")
    none_of_them = BooleanField(_l("Send it as it is"))


class IncidentForm(CitizensWords):
    written = ("happened", "when_about", "meant", "wanted")

    tool = SelectField(
        _l("Which tool was it?"),
        [validators.Optional()],
        choices=[],
        invalid_choice_message=_l("Choose one of the tools, or that you do not know."),
        description=_l("Nobody has to know that. Oversight finds out."),
    )
    happened = _long(
        _l("What happened?"),
        _l("Say what happened."),
        _l("Where, what was said or done, and why you think that a tool had a part in it."),
    )
    when_about = StringField(
        _l("When was it, about?"),
        [validators.Optional(), validators.Length(max=200, message=_l("Use at most 200 characters."))],
        filters=[with_plain_lines],
        description=_l("For example: one evening in early November."),
    )
    effect = RadioField(
        _l("What kind of thing was it?"),
        needed(_l("Choose what kind of thing it was. The last one always fits.")),
        choices=[SelectChoice(one.value, EFFECTS[one]) for one in Effect],
        invalid_choice_message=_l("Choose what kind of thing it was. The last one always fits."),
    )
    meant = _long_or_none(_l("What did it mean for you, or for somebody else?"))
    wanted = _long_or_none(
        _l("What would you like?"), _l("For example: that it be checked, put right, explained, or changed for others.")
    )
    website = StringField(_l("Leave this empty"))
    """A trap: no person sees it."""
    form_number = HiddenField()

    def offering(self, tools: Iterable[tuple[str, str]]) -> "IncidentForm":
        """Return the form with *tools* to choose from: slugs and names."""
        each = (SelectChoice(slug, name) for slug, name in tools)
        self.tool.choices = [SelectChoice(NO_TOOL, _l("I do not know, or it is not listed")), *each]
        return self

    def told(self, tools: Mapping[str, int]) -> Told:
        """Return the incident; only of a valid form.

        :param tools: ids by slug.
        """
        return Told(
            tool_id=tools.get(self.tool.data or NO_TOOL),
            effect=Effect(self.effect.data),
            happened=self.happened.data or "",
            when_about=self.when_about.data or "",
            meant=self.meant.data or "",
            wanted=self.wanted.data or "",
            trap=self.website.data or "",
        )


class CodeForm(WithoutSession):
    code = StringField(
        _l("Receipt code"),
        needed(_l("Enter the code from your receipt.")),
        filters=[with_plain_lines],
        description=_l("Six groups of four characters. Small letters, blanks and missing strokes do no harm."),
    )


class CitizensAnswerForm(CitizensWords):
    written = ("text",)

    code = HiddenField()
    text = _long(_l("Your answer"), _l("Write your answer."), _l("Only the independent oversight reads it."))


# -- of oversight and of registrars ------------------------------------------------------------------------------------


class IncidentNoteForm(WordsForm):
    written = ("text",)

    text = _long(
        _l("What was found"),
        _l("Write what was found."),
        _l("For the oversight body alone. Neither whoever reported nor a registrar reads it."),
    )


class CitizenQuestionForm(WordsForm):
    written = ("text",)

    text = _long(
        _l("What do you need to know?"),
        _l("Write the question."),
        _l("In plain words. Whoever reported reads it with the receipt code, and answers there. Ask for no name."),
    )


class SummaryForm(WordsForm):
    written = ("text",)

    text = _long(
        _l("What the registrars read"),
        _l("Write the summary and what you want to know."),
        _l("In your own words, without what lets whoever reported be recognised. They read this and nothing else."),
    )


class StatementForm(WordsForm):
    written = ("text",)

    text = _long(
        _l("Statement of the agency"),
        _l("Write the statement."),
        _l("What the tool did, with which version and setting, what was checked, and what will change. Name nobody."),
    )


class EndForm(WordsForm):
    written = ("told", "published")

    outcome = RadioField(
        _l("What came of it?"),
        needed(_l("Choose what came of it.")),
        choices=[SelectChoice(one.value, OUTCOMES[one]) for one in Outcome],
        invalid_choice_message=_l("Choose what came of it."),
    )
    tool = SelectField(
        _l("Which tool was it about?"),
        [validators.Optional()],
        choices=[],
        invalid_choice_message=_l("Choose the tool, or none."),
        description=_l("As it turned out. The yearly figures count it there."),
    )
    told = _long(
        _l("What whoever reported reads"),
        _l("Write what whoever reported reads."),
        _l("In plain words: what was found, what was done, and what they can do if they do not agree."),
    )
    published = TextAreaField(
        _l("A sentence for the public"),
        [validators.Optional(), validators.Length(max=500, message=_l("Use at most 500 characters."))],
        filters=[with_plain_lines],
        description=_l(
            "For the tool's public page, for good. Plain words, nobody named, nothing that lets a case be recognised. "
            "Left empty, none is shown."
        ),
    )

    def offering(self, tools: Iterable[tuple[int, str]]) -> "EndForm":
        """Return the form with *tools* to choose from: ids and names."""
        each = (SelectChoice(str(number), name) for number, name in tools)
        self.tool.choices = [SelectChoice(NO_TOOL, _l("None, or it is not known")), *each]
        return self

    @property
    def end(self) -> End:
        """Only of a valid form."""
        tool = int(self.tool.data) if self.tool.data else None
        return End(Outcome(self.outcome.data), self.told.data or "", tool, self.published.data or None)
