"""Which recorded decisions are looked for; sent with GET, every field may be left empty."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, IfGiven, stripped
from training_app.rules.access import Ground
from training_app.rules.civil_time import ends_at, first_instant
from training_app.services.recorded import Sought
from training_app.wording.figures import GROUNDS

ALLOWED, REFUSED = "allowed", "refused"


class DecisionsForm(FlaskForm):
    class Meta:
        csrf = False

    officer = StringField(_l("Service number"), [IfGiven()], filters=[stripped])
    tool = SelectField(_l("Tool"), choices=[], validate_choice=False)
    version = StringField(_l("Version"), [IfGiven()], filters=[stripped])
    client = SelectField(_l("Asked by"), choices=[], validate_choice=False)
    since = DateField(_l("From the day"), [IfGiven()], invalid_value_message=_l("Enter a day, for example 2026-03-12."))
    through = DateField(
        _l("Through the day"), [IfGiven()], invalid_value_message=_l("Enter a day, for example 2026-03-12.")
    )
    answer = SelectField(
        _l("Answer"),
        choices=[
            SelectChoice("", _l("Any")),
            SelectChoice(ALLOWED, _l("Allowed")),
            SelectChoice(REFUSED, _l("Refused")),
        ],
        validate_choice=False,
    )
    ground = SelectField(
        _l("Ground"),
        choices=[
            SelectChoice("", _l("Any")),
            *(SelectChoice(ground.value, GROUNDS[ground]) for ground in Ground),
        ],
        validate_choice=False,
    )

    def offering(self, tools: Iterable[tuple[str, str]], clients: Iterable[tuple[int, str]]) -> "Any":
        """Return the form with *tools* (by short name) and *clients* (by id) to choose from."""
        self.tool.choices = [SelectChoice("", _l("Any")), *(SelectChoice(slug, name) for slug, name in tools)]
        self.client.choices = [SelectChoice("", _l("Any")), *(SelectChoice(str(one), name) for one, name in clients)]
        return self

    def validate_through(self, field: DateField) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise validators.ValidationError(_l("This day is before the first. Enter a later one."))

    @property
    def asks_something(self) -> bool:
        return any(self.data.values())

    def sought(self, zone: ZoneInfo) -> Sought:
        """Return what is looked for; days are those of *zone*.  What is wrong with a field is not looked for."""
        client = self.client.data or ""
        return Sought(
            officer=(self.officer.data or "").upper(),
            tool=self.tool.data or "",
            version=self.version.data or "",
            client_id=int(client) if client.isascii() and client.isdecimal() and len(client) < 18 else None,
            since=_start(self.since, zone),
            until=ends_at(self.through.data, zone) if self.through.data and not self.through.errors else None,
            allowed={ALLOWED: True, REFUSED: False}.get(self.answer.data or ""),
            ground=self.ground.data or "",
        )


def _start(field: DateField, zone: ZoneInfo) -> datetime | None:
    return first_instant(field.data, zone) if field.data and not field.errors else None
