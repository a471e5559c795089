"""The cards of tools and of their versions, and a release without a complete one."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, IfGiven, stripped, text
from training_app.forms.repeated import OneMoreRow, WithTheRow, filled, find_fault
from training_app.models.tools import RiskClass
from training_app.rules.cards import Card, GroupFigure, GroupTest
from training_app.services.cards import ToolStatement
from training_app.wording.cards import PARTS, RISK_CLASSES

LONG, SHORT = 4000, 1000
TOO_LONG = _l("Say it in at most 4,000 characters.")
TOO_LONG_FOR_SHORT = _l("Say it in at most 1,000 characters.")
MOST_ROWS = 40


class NeededUnlessProhibited:
    """Demand the field, except of a form about a tool that is prohibited: nothing more is asked of that."""

    def __init__(self, message: Any) -> None:
        self.message = message
        self.field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        if field.raw_data and any(str(value).strip() for value in field.raw_data):
            return
        field.errors = []
        raise validators.StopValidation("" if getattr(form, "prohibited", False) else self.message)


def said(message: Any, *, short: bool = False) -> list[Any]:
    """Return the validators of a text that a card must hold."""
    most, too_long = (SHORT, TOO_LONG_FOR_SHORT) if short else (LONG, TOO_LONG)
    return [NeededUnlessProhibited(message), validators.Length(max=most, message=too_long)]


class CardOfTool(FlaskForm):
    """What a tool's card says: asked when the tool is registered, and whenever the card is changed."""

    purpose = TextAreaField(
        PARTS["purpose"],
        said(_l("Say in plain words what the tool is for.")),
        filters=[stripped],
        description=_l("In plain words, for officers and for people who have never heard of it."),
    )
    legal_basis = TextAreaField(
        PARTS["legal_basis"],
        said(_l("Name the law that lets the agency use the tool.")),
        filters=[stripped],
        description=_l("The provisions, as your legal unit cites them."),
    )
    risk_class = RadioField(
        PARTS["risk_class"],
        [NeededUnlessProhibited(_l("Choose the risk class under the AI Act."))],
        choices=[SelectChoice(one.value, RISK_CLASSES[one]) for one in RiskClass if one is not RiskClass.PROHIBITED],
        invalid_choice_message=_l("Choose the risk class under the AI Act."),
    )
    personal_data = TextAreaField(
        PARTS["personal_data"],
        said(_l("Say which personal data the tool uses, or that it uses none.")),
        filters=[stripped],
        description=_l('Which data, of whom, from where. Write "none" where it uses none.'),
    )
    special_categories = TextAreaField(
        PARTS["special_categories"],
        said(_l('Say which special categories of personal data the tool uses. Write "none" where it uses none.')),
        filters=[stripped],
        description=_l(
            "Racial or ethnic origin, political opinions, religion or belief, union membership, genetic data, "
            "biometric data that identify a person, health, sex life or sexual orientation (Directive (EU) 2016/680, "
            "art. 10). "
            'Write "none" where it uses none.'
        ),
    )
    overridden_by = TextAreaField(
        PARTS["overridden_by"],
        said(_l("Say who can override the tool."), short=True),
        filters=[stripped],
        description=_l("The officer at the tool, a supervisor, somebody on call."),
    )
    overridden_how = TextAreaField(
        PARTS["overridden_how"],
        said(_l("Say how the tool is overridden."), short=True),
        filters=[stripped],
        description=_l("What that person does, and what then happens to the result."),
    )
    retention = TextAreaField(
        PARTS["retention"],
        [IfGiven(), validators.Length(max=SHORT, message=TOO_LONG_FOR_SHORT)],
        filters=[stripped],
        description=_l(
            "Of each kind of data: for how long, counted from when, and what is deleted then. The public register "
            "shows it, and says where it is missing."
        ),
    )

    def statement(self) -> ToolStatement:
        """Return what the card says; only of a valid form."""
        return ToolStatement(
            purpose=self.purpose.data or "",
            legal_basis=self.legal_basis.data or "",
            risk_class=RiskClass(self.risk_class.data),
            personal_data=self.personal_data.data or "",
            special_categories=self.special_categories.data or "",
            overridden_by=self.overridden_by.data or "",
            overridden_how=self.overridden_how.data or "",
            retention=self.retention.data or None,
        )


class ToolCardForm(CardOfTool):
    seen = HiddenField()
    """Number of the revision that the page was made from."""


class FigureRow(Form):
    """One figure of the vendor's own evaluation; an empty row is none."""

    group = StringField(
        _l("Group"),
        [
            WithTheRow(_l("Name the group of this figure.")),
            validators.Length(max=120, message=_l("Name the group in at most 120 characters.")),
        ],
        filters=[stripped],
    )
    measure = StringField(
        _l("Measure"),
        [
            WithTheRow(_l("Name what was measured.")),
            validators.Length(max=120, message=_l("Name the measure in at most 120 characters.")),
        ],
        filters=[stripped],
    )
    value = StringField(
        _l("Value"),
        [
            WithTheRow(_l("Enter the value, as the vendor writes it.")),
            validators.Length(max=60, message=_l("Enter a value of at most 60 characters.")),
        ],
        filters=[stripped],
    )


class TestRow(Form):
    """One test by group; an empty row is none."""

    __test__ = False  # no test of ours

    date = DateField(
        _l("Day"),
        [WithTheRow(_l("Enter the day of this test."))],
        invalid_value_message=_l("Enter a day, for example 2027-03-14."),
    )
    owner = StringField(
        _l("Who answers for it"),
        [
            WithTheRow(_l("Say who answers for this test.")),
            validators.Length(max=120, message=_l("Say it in at most 120 characters.")),
        ],
        filters=[stripped],
    )
    data_set = StringField(
        _l("Data set"),
        [
            WithTheRow(_l("Name the data set of this test.")),
            validators.Length(max=200, message=_l("Name the data set in at most 200 characters.")),
        ],
        filters=[stripped],
    )
    groups = StringField(
        _l("Groups compared"),
        [
            WithTheRow(_l("Name the groups that this test compares.")),
            validators.Length(max=200, message=_l("Name the groups in at most 200 characters.")),
        ],
        filters=[stripped],
    )
    finding = TextAreaField(
        _l("What was found"),
        [
            WithTheRow(_l("Say what this test found.")),
            validators.Length(max=SHORT, message=TOO_LONG_FOR_SHORT),
        ],
        filters=[stripped],
    )


class VersionCardForm(OneMoreRow, FlaskForm):
    """What is stated of a version; how it is stopped stands in its registration."""

    training_data = TextAreaField(
        PARTS["training_data"],
        text(_l("Describe the training data, or write that the vendor does not say."), most=LONG, too_long=TOO_LONG),
        filters=[stripped],
        description=_l("What the model was trained on, as the vendor states it: source, size, period, who is missing."),
    )
    known_limits = TextAreaField(
        PARTS["known_limits"],
        text(_l("Say what the version is known to do badly."), most=LONG, too_long=TOO_LONG),
        filters=[stripped],
        description=_l("In which cases it is wrong more often, in words that an officer can act on."),
    )
    figures = FieldList(FormField(FigureRow), max_entries=MOST_ROWS)
    tests = FieldList(FormField(TestRow), max_entries=MOST_ROWS)
    seen = HiddenField()

    today: date

    def asks(self, *, today: date) -> "VersionCardForm":
        """Return the form, which takes no test of a day after *today*."""
        self.today = today
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        for row in self.tests:
            day = row.form.date.data
            if day and day > self.today:
                problem = _l("This day is still to come. Enter the day on which the test was made.")
                find_fault(self.tests, row.form.date, problem)
                valid = False
        return valid

    def card(self) -> Card:
        """Return what the card says; only of a valid form."""
        return Card(
            training_data=self.training_data.data or "",
            known_limits=self.known_limits.data or "",
            figures=tuple(GroupFigure(**row) for row in filled(self.figures)),
            tests=tuple(GroupTest(**row) for row in filled(self.tests)),
        )


class WaiverForm(FlaskForm):
    """Why a version may be released without a complete card: what one registrar writes, and what another agrees to."""

    reason = TextAreaField(
        _l("Why this version may be released without a complete card"),
        text(_l("Say why. The reason stays on record."), most=SHORT, too_long=TOO_LONG_FOR_SHORT),
        filters=[stripped],
    )
