"""Emergency access: what an officer names in a hurry, and what a registrar sets in peace."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import IntegerField, needed, stripped, text
from training_app.rules.emergency import MOST_MINUTES, Danger
from training_app.services.emergencies import MOST_WORDS
from training_app.wording.emergencies import DANGERS

MINUTES = (15, 30, 60, 120, 240)
CHOSEN = 30
_NO_NUMBER = _l("Enter a whole number of minutes from 1 to 240.")


class AskForm(FlaskForm):
    danger = RadioField(
        _l("Which danger?"),
        needed(_l("Choose the danger.")),
        choices=[SelectChoice(danger.value, words) for danger, words in DANGERS.items()],
        invalid_choice_message=_l("Choose the danger from the list."),
    )
    words = StringField(
        _l("A few words"),
        [validators.Length(max=MOST_WORDS, message=_l("Use at most 120 characters."))],
        filters=[stripped],
        description=_l("Only where the list does not say it. No names, numbers or addresses of anybody."),
    )
    minutes = RadioField(
        _l("For how long?"),
        needed(_l("Choose for how long.")),
        coerce=int,
        choices=[],
        invalid_choice_message=_l("Choose for how long from the list."),
    )

    def lasting(self, most: int) -> "AskForm":
        """Return the form with the numbers of minutes up to *most* to choose from, and one chosen."""
        offered = sorted({minutes for minutes in MINUTES if minutes < most} | {most})
        self.minutes.choices = [
            SelectChoice(minutes, ngettext("%(num)s minute", "%(num)s minutes", minutes)) for minutes in offered
        ]
        if self.minutes.data is None and not self.is_submitted():
            self.minutes.data = CHOSEN if CHOSEN in offered else offered[-1]
        return self

    def validate_words(self, field: StringField) -> None:
        if self.danger.data == Danger.OTHER and not field.data:
            raise validators.ValidationError(_l("Name the danger in a few words."))

    @property
    def named(self) -> Danger:
        return Danger(self.danger.data)


def _in_range(_form: FlaskForm, field: IntegerField) -> None:
    if field.data is not None and not 1 <= field.data <= MOST_MINUTES:
        raise validators.ValidationError(_NO_NUMBER)


class SettingForm(FlaskForm):
    """Emergency access of a tool: on, with its minutes, or off."""

    on = RadioField(
        _l("Emergency access"),
        needed(_l("Choose on or off.")),
        choices=[SelectChoice("off", _l("Off")), SelectChoice("on", _l("On"))],
        invalid_choice_message=_l("Choose on or off."),
    )
    minutes = IntegerField(
        _l("Minutes at most"),
        [validators.Optional(), _in_range],
        invalid_value_message=_NO_NUMBER,
        description=_l("From 1 to 240; 60 is enough for most. Asked for only where it is on."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    reason = TextAreaField(
        _l("Reason"),
        text(_l("Say why."), most=1000, too_long=_l("Say why in at most 1,000 characters.")),
        filters=[stripped],
    )

    def validate_on(self, field: RadioField) -> None:
        if field.data == "on" and self.minutes.data is None and not self.minutes.errors:
            raise validators.ValidationError(_l("Say for how many minutes at most."))

    @property
    def most_minutes(self) -> int | None:
        return self.minutes.data if self.on.data == "on" else None
