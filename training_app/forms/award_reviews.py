"""What an oversight person says about an award: why it is doubted, and how the review ends."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields import SelectChoice

from training_app.forms.fields import needed, stripped
from training_app.services.award_reviews import Doubt, Upheld, Voided
from training_app.wording.award_reviews import DOUBTS, UPHELD, VOIDED


def _reasons(question: Any, missing: Any, words: Mapping[Any, Any]) -> RadioField:
    return RadioField(
        question,
        needed(missing),
        choices=[SelectChoice(_code(reason), text) for reason, text in words.items()],
        invalid_choice_message=missing,
    )


def _code(reason: StrEnum) -> str:
    return reason.value


class OfficerForm(FlaskForm):
    """Whose awards are looked at; sent with GET, it changes nothing."""

    class Meta:
        csrf = False

    officer = StringField(_l("Service number"), needed(_l("Enter the officer's service number.")), filters=[stripped])


class DoubtForm(FlaskForm):
    doubt = _reasons(_l("Why is it in doubt?"), _l("Choose why the award is in doubt."), DOUBTS)

    @property
    def reason(self) -> Doubt:
        """Only of a valid form."""
        return Doubt(self.doubt.data)


class UpholdForm(FlaskForm):
    upheld = _reasons(_l("Why does it stand?"), _l("Choose why the award stands."), UPHELD)

    @property
    def reason(self) -> Upheld:
        """Only of a valid form."""
        return Upheld(self.upheld.data)


class VoidForm(FlaskForm):
    voided = _reasons(_l("Why was it never valid?"), _l("Choose why the award was never valid."), VOIDED)

    @property
    def reason(self) -> Voided:
        """Only of a valid form."""
        return Voided(self.voided.data)
