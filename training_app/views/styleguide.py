"""The style guide: every component in every state on one page, for those who build pages and for the checks."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)
from wtforms.fields import SelectChoice

from courses.figures import read_figure
from courses.glossary import Glossary
from courses.render import Rendered, render
from training_app.security import requires
from training_app.views import labs
from training_app.views.sample_lesson import SAMPLE_DRAWING, SAMPLE_LESSON

bp = Blueprint("styleguide", __name__)

# The texts of this page are samples for developers, in English only: the page marks them so.


class ThreePartDate(FlaskForm):
    """Day, month and year as three short fields, for a date that people know by heart."""

    class Meta:
        csrf = False

    day = IntegerField("Day", [validators.NumberRange(1, 31, "The day must be between 1 and 31.")])
    month = IntegerField("Month", [validators.NumberRange(1, 12, "The month must be between 1 and 12.")])
    year = IntegerField("Year", [validators.NumberRange(1900, 2100, "The year must have four figures.")])


class SampleForm(FlaskForm):
    """One field of each kind."""

    class Meta:
        csrf = False

    label = StringField(
        "Version",
        [validators.InputRequired("Enter the version as the vendor writes it.")],
        description="For example 4.2.1.",
    )
    email = EmailField("Work e-mail", [validators.InputRequired("Enter your work e-mail address.")])
    password = PasswordField("Password", [validators.InputRequired("Enter your password.")])
    reason = TextAreaField("Why this seat is needed", [validators.Optional()])
    unit = SelectField(
        "Unit",
        choices=[SelectChoice("1", "Central district"), SelectChoice("2", "Harbour")],
        invalid_choice_message="Choose a unit from the list.",
    )
    answer = RadioField(
        "A match comes back with a score of 0.71. What do you do first?",
        [validators.InputRequired("Choose one answer before you continue.")],
        choices=[
            SelectChoice("a", "Stop the person: the score is above the threshold set for this deployment"),
            SelectChoice("b", "Treat the match as a lead only, and check identity by other means first"),
            SelectChoice("c", "Ask the operator to lower the threshold until the system is certain"),
        ],
    )
    purposes = SelectMultipleField(
        "Purposes",
        [validators.InputRequired("Choose at least one purpose.")],
        description="Choose every purpose the seat is for.",
        choices=[SelectChoice("missing", "Missing persons"), SelectChoice("suspects", "Named suspects")],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )
    released = DateField("Released on", [validators.InputRequired("Enter the date of release.")])
    evaluated = FormField(ThreePartDate, "Evaluated on", description="For example 27 3 2026.")
    confirmed = BooleanField("I have read what changed", [validators.InputRequired("Confirm that you have read it.")])


@bp.get("/styleguide")
@requires(None)
def styleguide() -> ResponseReturnValue:
    form = SampleForm(formdata=None, prefix="good-", data={"label": "3.2", "unit": "2", "answer": "b"})
    bad_form = SampleForm(formdata=MultiDict({"bad-evaluated-day": "41"}), prefix="bad-")
    bad_form.validate()
    return render_template("styleguide.html", form=form, bad_form=bad_form, lesson=_sample_lesson())


def _sample_lesson() -> Rendered:
    """Return a lesson with every lab and a drawing."""
    drawing, _faults = read_figure(SAMPLE_DRAWING)
    return render(
        SAMPLE_LESSON,
        lang="en",
        glossary=Glossary(),
        sources=(),
        link=lambda *_: "#main",
        glossary_link=lambda _: "#main",
        figures={"search": drawing},
        lab=labs.in_lesson("en"),
    )
