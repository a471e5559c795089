"""Which evidence pack is wanted, sent with GET; and why it is taken out, sent with POST."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, needed
from training_app.models.evidence_packs import PackReason
from training_app.rules.clock_readings import NoInstant, read_instant
from training_app.services.evidence_pack import PackOrder

WITH, WITHOUT = "with", "without"
GOOD_FOR = timedelta(hours=12)
"""What was shown before a pack is taken out can be that old."""

REASONS: Mapping[PackReason, Any] = {
    PackReason.INSPECTION: _l("A supervisory authority inspects"),
    PackReason.CERTIFICATION_AUDIT: _l("An audit of the certification of officers"),
    PackReason.COURT: _l("A court, or a party to proceedings, asks"),
    PackReason.COMPLAINT: _l("A complaint is looked into"),
    PackReason.INTERNAL_REVIEW: _l("The agency reviews its own work"),
}


class PackForm(FlaskForm):
    """A tool and a period."""

    class Meta:
        csrf = False

    tool = SelectField(_l("Tool"), needed(_l("Choose the tool.")), choices=[], validate_choice=False)
    first = DateField(
        _l("From the day"),
        needed(_l("Enter the first day of the period.")),
        invalid_value_message=_l("Enter a day, for example 2026-03-12."),
    )
    last = DateField(
        _l("Through the day"),
        needed(_l("Enter the last day of the period.")),
        invalid_value_message=_l("Enter a day, for example 2026-03-12."),
    )
    officers = RadioField(
        _l("Evidence files of officers"),
        choices=[
            SelectChoice(WITH, _l("Include them, so that every decision can be answered again")),
            SelectChoice(WITHOUT, _l("Leave them out: no outcome of an evaluation is then in the pack")),
        ],
        default=WITH,
        validate_choice=False,
    )

    def offering(self, tools: Mapping[str, str]) -> "Any":
        """Return the form with *tools*, names by slug, to choose from."""
        self.tool.choices = [SelectChoice("", _l("Choose")), *(SelectChoice(*each) for each in tools.items())]
        self._tools = tools
        return self

    def validate_tool(self, field: SelectField) -> None:
        if field.data not in self._tools:
            raise validators.StopValidation(_("Choose the tool."))

    def order(self, *, known_at: datetime, zone: ZoneInfo, language: str) -> PackOrder:
        """Return what is asked for.

        :raises NoPeriod, NotBegun: as `PackOrder`.
        """
        first, last = self.first.data, self.last.data
        assert isinstance(first, date)
        assert isinstance(last, date)
        return PackOrder(
            slug=str(self.tool.data),
            first=first,
            last=last,
            known_at=known_at,
            zone=zone,
            with_officers=self.officers.data != WITHOUT,
            language=language,
        )


class TakeForm(PackForm):
    """The same, with why it is taken out, and by when things were recorded: the pack that was shown is the one made."""

    class Meta:
        csrf = True

    known_at = HiddenField()
    reason = RadioField(
        _l("Why is it taken out?"),
        needed(_l("Choose why the pack is taken out.")),
        choices=[SelectChoice(reason.value, text) for reason, text in REASONS.items()],
        validate_choice=False,
        description=_l("It is recorded together with your name and the time."),
    )

    def validate_reason(self, field: RadioField) -> None:
        if field.data not in set(PackReason):
            raise validators.StopValidation(_("Choose why the pack is taken out."))

    def known(self, *, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return by when things are to be known; ``None`` where the page with the form is too old, or was changed."""
        try:
            found = read_instant(str(self.known_at.data or ""), zone)
        except NoInstant:
            return None
        return found if now - GOOD_FOR <= found <= now else None
