"""More time for an officer: how much, and until when.  Why is not asked."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, validators

from training_app.forms.fields import DateField, IntegerField, needed, stripped
from training_app.services.accommodations import MOST_PERCENT

_PERCENT = _l("Enter a number from 1 to 200.")


class MoreTimeOfForm(FlaskForm):
    """Whose time is looked at; sent with GET, it changes nothing."""

    class Meta:
        csrf = False

    officer = StringField(_l("Service number"), needed(_l("Enter the officer's service number.")), filters=[stripped])


class MoreTimeForm(FlaskForm):
    percent = IntegerField(
        _l("How much more, in percent"),
        [*needed(_PERCENT), validators.NumberRange(1, MOST_PERCENT, _PERCENT)],
        invalid_value_message=_PERCENT,
        description=_l("25 makes 40 minutes 50. The paper stays the same."),
    )
    through = DateField(
        _l("Last day"),
        [validators.Optional()],
        invalid_value_message=_l("Enter a day, for example 2027-03-14."),
        description=_l("Quizzes that are begun through this day have more time. Left empty: until it is ended."),
    )
