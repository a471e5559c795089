"""For which day of release sign-offs are reckoned; sent with GET, it changes nothing."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from training_app.forms.fields import DateField, needed


class ReleaseDayForm(FlaskForm):
    class Meta:
        csrf = False

    day = DateField(
        _l("Day of the release"),
        needed(_l("Enter the day.")),
        invalid_value_message=_l("Enter a day, for example 2027-03-14."),
    )
