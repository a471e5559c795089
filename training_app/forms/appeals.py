"""An appeal, what is written about it, and how it ends."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField

from training_app.forms.fields import needed, stripped, text


class AppealMessageForm(FlaskForm):
    text = TextAreaField(
        _l("Message"),
        text(_l("Write the message."), most=2000, too_long=_l("Use at most 2,000 characters.")),
        filters=[stripped],
    )


class AppealForm(FlaskForm):
    """An appeal; the choices of *about* are given by the view."""

    about = RadioField(
        _l("What is it about?"),
        needed(_l("Choose a question, or the whole mark.")),
        choices=[],
        invalid_choice_message=_l("Choose a question, or the whole mark."),
    )
    text = TextAreaField(
        _l("What is wrong with it?"),
        text(_l("Say what is wrong with it."), most=2000, too_long=_l("Use at most 2,000 characters.")),
        filters=[stripped],
        description=_l("In your own words. An assessor who had no hand in the quiz reads it."),
    )


class AppealDecisionForm(FlaskForm):
    """How an appeal ends; the choices of *follows* are given by the view, the first of which dismisses it."""

    follows = RadioField(
        _l("Decision"),
        needed(_l("Choose the decision.")),
        choices=[],
        invalid_choice_message=_l("Choose the decision."),
    )
    reason = TextAreaField(
        _l("What the officer reads"),
        text(_l("Write what the officer reads."), most=1000, too_long=_l("Use at most 1,000 characters.")),
        filters=[stripped],
        description=_l("Say why, in plain words. Do not name the right answer: officers may meet the item again."),
    )
