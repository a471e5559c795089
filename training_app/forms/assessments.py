"""What officers who are certified already must do: for another version, or for another requirement set."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import IfGiven, IntegerField, TickBoxes, needed, stripped, text
from training_app.rules.facts import Level
from training_app.services.assessments import USUAL_GRACE_DAYS, Verdict

NO_WAY = "none"
"""In place of a level: nobody comes from the older version by differences."""

LEVELS_OFFERED = (
    SelectChoice(str(int(Level.CARRY_OVER)), _l("Level 0: nothing, the certification carries over")),
    SelectChoice(str(int(Level.FAMILIARISATION)), _l("Level 1: read what changed and sign")),
    SelectChoice(str(int(Level.DIFFERENCES)), _l("Level 2: take what changed, with its quiz")),
    SelectChoice(
        str(int(Level.DIFFERENCES_OBSERVED)),
        _l("Level 3: take what changed, with its quiz, and be observed by an assessor"),
    ),
    SelectChoice(str(int(Level.FULL)), _l("Level 4: take the whole course again")),
)


def level_field(label: Any, choices: list[SelectChoice]) -> RadioField:
    return RadioField(
        label,
        needed(_l("Choose what officers must do.")),
        choices=choices,
        invalid_choice_message=_l("Choose what officers must do."),
    )


def what_changed_field() -> TextAreaField:
    return TextAreaField(
        _l("What changed for officers"),
        text(
            _l("Say in a few sentences what changed for officers."),
            most=4000,
            too_long=_l("Say what changed for officers in at most 4,000 characters."),
        ),
        filters=[stripped],
        description=_l("A few plain sentences. Officers read them with the answer why they must train."),
    )


def grace_days_field(description: Any) -> IntegerField:
    return IntegerField(
        _l("Days of grace"),
        [validators.Optional(), validators.NumberRange(0, 365, _l("Enter a whole number of days from 0 to 365."))],
        invalid_value_message=_l("Enter a whole number of days from 0 to 365."),
        description=description,
        render_kw={"inputmode": "numeric"},
    )


def grace_reason_field() -> TextAreaField:
    return TextAreaField(
        _l("Why grace is safe"),
        [IfGiven(), validators.Length(max=1000, message=_l("Give the reason in at most 1,000 characters."))],
        filters=[stripped],
        description=_l(
            "Needed for grace from level 2 on. The second registrar must agree, and grace is counted in public figures."
        ),
    )


_WITH_MODULES = frozenset(str(int(level)) for level in (Level.DIFFERENCES, Level.DIFFERENCES_OBSERVED))


def only_differences_have_modules(form: FlaskForm, field: Field) -> None:
    if field.data and form.level.data and form.level.data not in _WITH_MODULES:
        raise validators.ValidationError(
            _l("Only levels 2 and 3 ask for delta modules. Choose one of these levels, or no module.")
        )


def nothing_needs_no_grace(form: FlaskForm, field: Field) -> None:
    if field.data and form.level.data in {NO_WAY, str(int(Level.CARRY_OVER))}:
        raise validators.ValidationError(_l("There is nothing to give grace for. Leave this empty."))


def verdict(form: FlaskForm) -> Verdict:
    """Return what was found in a form with the fields above; only for a valid one."""
    level = None if form.level.data == NO_WAY else Level(int(form.level.data))
    usual = USUAL_GRACE_DAYS.get(level, 0) if level is not None else 0
    days = usual if form.grace_days.data is None else form.grace_days.data
    return Verdict(
        level=level,
        grace_days=days,
        modules=tuple(form.modules.data or ()),
        what_changed=form.what_changed.data or "",
        grace_reason=(form.grace_reason.data or None) if days else None,
    )


class AssessmentForm(FlaskForm):
    """What officers certified on one version must do for another."""

    level = level_field(_l("What must officers do?"), [*LEVELS_OFFERED, SelectChoice(NO_WAY, _l("No way from here"))])
    modules = TickBoxes(
        _l("Delta modules, for levels 2 and 3"),
        choices=[],
        invalid_choice_message=_l("Choose published delta modules only."),
    )
    what_changed = what_changed_field()
    grace_days = grace_days_field(
        _l(
            "How many days after the release officers may go on without this training. "
            "Left empty: 14 at level 1, none at the others."
        )
    )
    grace_reason = grace_reason_field()

    answers = TickBoxes(
        _l("Which reports of wrong or biased results does it answer?"),
        [validators.Optional()],
        choices=[],
        invalid_choice_message=_l("Choose reports on this tool only."),
        description=_l("The assessment names them, and whoever reported sees that it does."),
    )

    validate_modules = only_differences_have_modules
    validate_grace_days = nothing_needs_no_grace

    def verdict(self) -> Verdict:
        """Return what the registrar finds; only for a valid form."""
        return verdict(self)


class SignatureForm(FlaskForm):
    """A second signature; the reason is asked for where the assessment gives grace."""

    reason = TextAreaField(
        _l("Why you agree to the grace"),
        [IfGiven(), validators.Length(max=1000, message=_l("Give the reason in at most 1,000 characters."))],
        filters=[stripped],
    )
