"""Suspending an officer, and ending that; reasons come from fixed lists, and there is no free text."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields import SelectChoice

from training_app.forms.fields import needed
from training_app.services.suspensions import EndReason, Reason
from training_app.wording.suspensions import END_REASONS, REASONS

EVERY_TOOL = "*"
"""In place of a tool's slug, which never has this sign."""


class SuspendForm(FlaskForm):
    scope = RadioField(
        _l("From which tools?"),
        needed(_l("Choose every tool, or one.")),
        choices=[],
        invalid_choice_message=_l("Choose every tool, or one from the list."),
    )
    reason = RadioField(
        _l("Reason"),
        needed(_l("Choose the reason.")),
        choices=[SelectChoice(code.value, REASONS[code]) for code in Reason],
        invalid_choice_message=_l("Choose the reason from the list."),
    )

    def offering(self, tools: Iterable[tuple[str, str]]) -> "SuspendForm":
        """Return the form with *tools* to choose from: slugs with their names."""
        self.scope.choices = [
            SelectChoice(EVERY_TOOL, _l("Every tool")),
            *(SelectChoice(slug, name) for slug, name in tools),
        ]
        return self

    @property
    def slug(self) -> str | None:
        """The tool chosen, ``None`` for every tool; only of a valid form."""
        return None if self.scope.data == EVERY_TOOL else self.scope.data

    @property
    def why(self) -> Reason:
        return Reason(self.reason.data)


class ReinstateForm(FlaskForm):
    reason = RadioField(
        _l("Reason"),
        needed(_l("Choose the reason.")),
        choices=[SelectChoice(code.value, END_REASONS[code]) for code in EndReason],
        invalid_choice_message=_l("Choose the reason from the list."),
    )

    @property
    def why(self) -> EndReason:
        return EndReason(self.reason.data)
