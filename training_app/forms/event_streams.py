"""Pausing a stream of events."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField

from training_app.forms.fields import stripped, text


class HoldForm(FlaskForm):
    reason = StringField(
        _l("Reason"),
        text(_l("Write why, in a few words."), most=200, too_long=_l("Write the reason in at most 200 characters.")),
        filters=[stripped],
        description=_l("The receiver reads it, and it stands in the journal. Name no officer."),
    )
