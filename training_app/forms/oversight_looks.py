"""Which looks of oversight are asked for; sent with GET, every field may be left empty."""

from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, validators

from training_app.forms.fields import DateField, IfGiven, stripped
from training_app.rules.civil_time import ends_at, first_instant
from training_app.services.oversight_looks import SoughtLooks

_NO_DAY = _l("Enter a day, for example 2026-03-12.")


class LooksForm(FlaskForm):
    class Meta:
        csrf = False

    overseer = StringField(_l("Who looked, by service number"), [IfGiven()], filters=[stripped])
    about = StringField(_l("At whose record, by service number"), [IfGiven()], filters=[stripped])
    since = DateField(_l("From the day"), [IfGiven()], invalid_value_message=_NO_DAY)
    through = DateField(_l("Through the day"), [IfGiven()], invalid_value_message=_NO_DAY)
    named = BooleanField(_l("Only where a name was shown"))

    def validate_through(self, field: DateField) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise validators.ValidationError(_l("This day is before the first. Enter a later one."))

    @property
    def asks_something(self) -> bool:
        return any(self.data.values())

    def sought(self, zone: ZoneInfo) -> SoughtLooks:
        """Return what is asked for; days are those of *zone*.  What is wrong with a field is not asked for."""
        since, through = self.since, self.through
        return SoughtLooks(
            overseer=(self.overseer.data or "").upper(),
            about=(self.about.data or "").upper(),
            since=first_instant(since.data, zone) if since.data and not since.errors else None,
            until=ends_at(through.data, zone) if through.data and not through.errors else None,
            named=bool(self.named.data),
        )
