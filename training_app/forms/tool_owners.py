"""Who owns a tool."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields import SelectChoice

NOBODY = "0"


class ToolOwnerForm(FlaskForm):
    owner = SelectField(
        _l("Owner of the tool"),
        choices=[],
        invalid_choice_message=_l("Choose a registrar, or nobody."),
        description=_l(
            "Reports of wrong or biased results go to the owner first. Another registrar signs their end. Where there "
            "are only two registrars, nobody can sign the end of a report that the owner does not handle."
        ),
    )

    def offering(self, registrars: Iterable[tuple[int, str]]) -> "ToolOwnerForm":
        """Return the form with *registrars* to choose from: ids and names."""
        each = (SelectChoice(str(number), name) for number, name in registrars)
        self.owner.choices = [SelectChoice(NOBODY, _l("Nobody: any registrar takes a report")), *each]
        return self

    @property
    def person_id(self) -> int | None:
        """Only of a valid form."""
        return None if self.owner.data == NOBODY else int(self.owner.data)
