"""A comment on what is under review, and the verdict."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField, validators

from training_app.forms.fields import stripped, text

_TOO_LONG = _l("Use at most 2,000 characters.")


class NoteForm(FlaskForm):
    """Putting up for review."""

    note = TextAreaField(
        _l("What changed, and why"),
        text(_l("Say what changed, and why."), most=2000, too_long=_TOO_LONG),
        filters=[stripped],
        description=_l("The reviewer, officers and oversight read it before anything else."),
    )


class CommentForm(FlaskForm):
    place = HiddenField()
    text = TextAreaField(
        _l("Comment"), text(_l("Write the comment."), most=2000, too_long=_TOO_LONG), filters=[stripped]
    )


class VerdictForm(FlaskForm):
    note = TextAreaField(
        _l("To the authors"),
        [validators.Optional(), validators.Length(max=2000, message=_TOO_LONG)],
        filters=[stripped],
    )
