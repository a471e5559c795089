"""What earns a certification, and what a later set asks of officers who are certified already."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, validators

from training_app.forms.assessments import (
    LEVELS_OFFERED,
    grace_days_field,
    grace_reason_field,
    level_field,
    nothing_needs_no_grace,
    only_differences_have_modules,
    verdict,
    what_changed_field,
)
from training_app.forms.fields import TickBoxes, needed
from training_app.services.assessments import Verdict


class RequirementsForm(FlaskForm):
    """What earns a full certification, and what renews one; the choices are the published modules."""

    full = TickBoxes(
        _l("For a first certification"),
        needed(_l("Choose at least one module for a first certification.")),
        choices=[],
        description=_l("Officers take all of these, with their quizzes."),
        invalid_choice_message=_l("Choose published modules only."),
    )
    full_observed = BooleanField(
        _l("An assessor must also observe the officer at work"),
        description=_l("Against the checklist of this version; officer and assessor both sign."),
    )
    renewal = TickBoxes(
        _l("For a renewal"),
        needed(_l("Choose at least one module for a renewal.")),
        choices=[],
        description=_l("Officers take these before their certification ends, to carry it on."),
        invalid_choice_message=_l("Choose published modules only."),
    )
    renewal_observed = BooleanField(_l("For a renewal, too, an assessor must observe the officer at work"))


class LaterRequirementsForm(RequirementsForm):
    """A set in place of one in force, with what it asks of officers who were certified under that one."""

    level = level_field(_l("What must officers do who are certified already?"), [*LEVELS_OFFERED])
    modules = TickBoxes(
        _l("Modules to take, for levels 2 and 3"),
        choices=[],
        invalid_choice_message=_l("Choose published modules only."),
    )
    what_changed = what_changed_field()
    grace_days = grace_days_field(
        _l(
            "How many days after the second signature officers may go on without this training. "
            "Left empty: 14 at level 1, none at the others."
        )
    )
    grace_reason = grace_reason_field()
    answers = TickBoxes(
        _l("Which reports of wrong or biased results does it come of?"),
        [validators.Optional()],
        choices=[],
        invalid_choice_message=_l("Choose reports on this tool only."),
        description=_l("The set names them, and whoever reported sees what officers are asked for."),
    )

    validate_modules = only_differences_have_modules
    validate_grace_days = nothing_needs_no_grace

    def verdict(self) -> Verdict:
        """Return what the registrar finds; only for a valid form."""
        return verdict(self)
