"""The answer on prohibited practice, corrected."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice

from training_app.forms.fields import needed, stripped, text
from training_app.rules.facts import Prohibition
from training_app.services.prohibitions import Corrected


class CorrectionForm(FlaskForm):
    prohibition = RadioField(
        _l("What is the right answer?"),
        needed(_l("Choose the right answer.")),
        choices=[
            SelectChoice(Prohibition.NONE.value, _l("It does none of this: not prohibited")),
            SelectChoice(Prohibition.LAW.value, _l("Forbidden by law")),
            SelectChoice(Prohibition.POLICY.value, _l("Forbidden by agency policy")),
        ],
        invalid_choice_message=_l("Choose the right answer."),
    )
    reason = TextAreaField(
        _l("Why the answer on record is wrong"),
        text(
            _l("Say why the answer on record is wrong."),
            most=2000,
            too_long=_l("Give the reason in at most 2,000 characters."),
        ),
        filters=[stripped],
    )
    source = TextAreaField(
        _l("Where the right answer can be read"),
        text(_l("Name the source."), most=1000, too_long=_l("Name the source in at most 1,000 characters.")),
        filters=[stripped],
        description=_l("A provision of law, a decision, the vendor's statement: so that another can read it there."),
    )

    def corrected(self) -> Corrected:
        """Return what was stated; only for a valid form."""
        return Corrected(Prohibition(self.prohibition.data), self.reason.data or "", self.source.data or "")
