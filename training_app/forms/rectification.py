"""What is wrong in one's own record, and what a registrar answers."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields import SelectChoice

from training_app.forms.fields import needed, text, with_plain_lines
from training_app.rules.own_data import Section
from training_app.wording.own_data import SECTIONS
from training_app.wording.rectification import PATHS, REFUSALS

MOST = 2000


def _long(label: Any, missing: Any, hint: Any = "") -> TextAreaField:
    too_long = _l("Use at most 2,000 characters.")
    return TextAreaField(
        label, text(missing, most=MOST, too_long=too_long), filters=[with_plain_lines], description=hint
    )


class RectificationForm(FlaskForm):
    section = SelectField(
        _l("What is it about?"),
        needed(_l("Choose what it is about.")),
        choices=[
            SelectChoice("", _l("Choose")),
            *(SelectChoice(one.value, SECTIONS[one].title) for one in Section),
        ],
        invalid_choice_message=_l("Choose what it is about."),
    )
    wrong = _long(
        _l("What is wrong, or missing?"),
        _l("Say what is wrong, or missing."),
        _l("As it is recorded, with its day. Do not name other people."),
    )
    proposed = _long(_l("What is right?"), _l("Say what is right."), _l("And how that can be seen, if you know."))


class ExtendForm(FlaskForm):
    told = _long(
        _l("Why does it take longer?"),
        _l("Say why it takes longer."),
        _l("The officer reads it. The law allows it where a request is complex, or where there are many."),
    )


class ReferForm(FlaskForm):
    path = RadioField(
        _l("Who judges it?"),
        needed(_l("Choose who judges it.")),
        choices=[SelectChoice(one.value, label) for one, label in PATHS.items()],
        invalid_choice_message=_l("Choose who judges it."),
    )
    told = _long(_l("What the officer reads"), _l("Say what the officer is to know."))


class CorrectForm(FlaskForm):
    correction = RadioField(
        _l("By which record was it put right?"),
        needed(_l("Choose the record that puts it right.")),
        choices=[],
        invalid_choice_message=_l("Choose the record that puts it right."),
    )
    told = _long(_l("What the officer reads"), _l("Say what was corrected."))

    def offering(self, corrections: Sequence[tuple[str, str]]) -> "CorrectForm":
        """Return the form with *corrections* to choose from: codes and words."""
        self.correction.choices = [SelectChoice(code, label) for code, label in corrections]
        return self


class RefuseForm(FlaskForm):
    reason = RadioField(
        _l("Why is nothing changed?"),
        needed(_l("Choose why nothing is changed.")),
        choices=[SelectChoice(one.value, label) for one, label in REFUSALS.items()],
        invalid_choice_message=_l("Choose why nothing is changed."),
    )
    told = _long(
        _l("The reason, as the officer reads it"),
        _l("Say why."),
        _l("In plain words. The page adds how to complain."),
    )
