"""A lead says why the training stays as it is."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from training_app.forms.fields import text, with_plain_lines
from training_app.forms.reports import MOST, TOO_LONG, WordsForm


class DeclineForm(WordsForm):
    written = ("reason",)

    reason = TextAreaField(
        _l("Why does the training stay as it is?"),
        text(_l("Say why the training stays as it is."), most=MOST, too_long=TOO_LONG),
        filters=[with_plain_lines],
        description=_l("The registrar and whoever reported read it. It stays on record, so name nobody."),
    )
