"""What a supervisor looks at; sent with GET, these forms change nothing."""

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice

from training_app.forms.fields import stripped
from training_app.rules.civil_time import FIRST_DAY

ATTENTION = "attention"
MAY, MAY_NOT = "may", "may-not"

#: For how many days ahead it is shown who loses access.
SPANS = (30, 60, 90)


class UnitFilterForm(FlaskForm):
    """Which officers and tools the matrix shows."""

    class Meta:
        csrf = False

    named = StringField(
        _l("Name or service number"),
        filters=[stripped],
        description=_l("A part of it is enough."),
        render_kw={"autocomplete": "off", "maxlength": 80},
    )
    unit = SelectField(_l("Unit"), choices=[], validate_choice=False)
    tool = SelectField(_l("Tool"), choices=[], validate_choice=False)
    show = SelectField(
        _l("Officers"),
        choices=[SelectChoice("all", _l("All")), SelectChoice(ATTENTION, _l("Only who needs attention"))],
        validate_choice=False,
    )


class WhoMayUseForm(FlaskForm):
    """One version of one tool, and what it is used for."""

    class Meta:
        csrf = False

    tool = SelectField(_l("Tool"), choices=[], validate_choice=False)
    version = SelectField(_l("Version"), choices=[], validate_choice=False)
    purpose = SelectField(_l("Purpose"), choices=[], validate_choice=False)
    show = SelectField(
        _l("Officers"),
        choices=[
            SelectChoice("all", _l("All")),
            SelectChoice(MAY, _l("Only who may use it")),
            SelectChoice(MAY_NOT, _l("Only who may not")),
        ],
        validate_choice=False,
    )


def chosen(field: SelectField, otherwise: str) -> str:
    """Let *field* hold one of its choices, and return it; what an address states otherwise leaves out nobody."""
    known = {str(choice.value) for choice in field.choices}
    field.data = field.data if field.data in known else otherwise
    return str(field.data)


def span_asked(text: str | None) -> int:
    """Return the number of days that an address asks for, the shortest span where it asks for none of `SPANS`."""
    return next((days for days in SPANS if str(days) == text), SPANS[0])


def day_asked(text: str | None, *, today: date) -> date | None:
    """Return the day that an address asks for, ``None`` where it asks for none, or for one that is not over yet."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_DAY <= day < today else None
