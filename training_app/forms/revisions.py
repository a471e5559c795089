"""Which two revisions of a module to compare; sent with GET, it changes nothing."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields import SelectChoice


class ChangesForm(FlaskForm):
    class Meta:
        csrf = False

    earlier = SelectField(_l("From"), validate_choice=False)
    later = SelectField(_l("To"), validate_choice=False)


def changes_form(revisions: Sequence[tuple[int, str]], earlier: int, later: int) -> ChangesForm:
    """Return the form with *revisions* to choose from, each by its id and what it is called."""
    form = ChangesForm(formdata=None, data={"earlier": str(earlier), "later": str(later)})
    for field in (form.earlier, form.later):
        field.choices = [SelectChoice(str(number), name) for number, name in revisions]
    return form
