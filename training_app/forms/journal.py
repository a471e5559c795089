"""Which entries of the journal are looked for, sent with GET; and a checkpoint that was kept elsewhere."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField, validators
from wtforms.fields import SelectChoice

from training_app.forms.fields import DateField, IfGiven, stripped
from training_app.rules.civil_time import ends_at, first_instant
from training_app.services.journal_search import SoughtEntries

MOST_LETTERS_OF_A_NOTE = 4_000
_NO_DAY = _l("Enter a day, for example 2026-03-12.")


class EntriesForm(FlaskForm):
    class Meta:
        csrf = False

    kind = SelectField(_l("What was recorded"), choices=[], validate_choice=False)
    since = DateField(_l("From the day"), [IfGiven()], invalid_value_message=_NO_DAY)
    through = DateField(_l("Through the day"), [IfGiven()], invalid_value_message=_NO_DAY)
    by = StringField(
        _l("Recorded by, by service number"),
        [IfGiven()],
        filters=[stripped],
        description=_l("A dash finds what the installation recorded by itself."),
    )
    about = StringField(_l("About whom, by service number"), [IfGiven()], filters=[stripped])
    tool = SelectField(_l("Tool"), choices=[], validate_choice=False)
    entry = StringField(
        _l("Number of the entry"),
        [IfGiven(), validators.Regexp(r"^[0-9]{1,18}$", message=_l("Enter the number of an entry."))],
        filters=[stripped],
    )

    def offering(self, kinds: Mapping[str, Any], tools: Iterable[tuple[str, str]]) -> "Any":
        """Return the form with *kinds* of facts (by their table) and *tools* (by short name) to choose from."""
        by_words = sorted(((name, str(words)) for name, words in kinds.items()), key=lambda one: one[1].casefold())
        self.kind.choices = [SelectChoice("", _l("Anything")), *(SelectChoice(*one) for one in by_words)]
        self.tool.choices = [SelectChoice("", _l("Any")), *(SelectChoice(slug, name) for slug, name in tools)]
        return self

    def validate_through(self, field: DateField) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise validators.ValidationError(_l("This day is before the first. Enter a later one."))

    @property
    def asks_something(self) -> bool:
        return any(self.data.values())

    def no_such_entry(self) -> None:
        self.entry.errors = [_("The journal has no entry of this number.")]

    @property
    def searched(self) -> dict[str, Any]:
        """What is asked for, as the address says it again for the next stretch."""
        return {name: getattr(self, name).raw_data[0] for name in self.data if getattr(self, name).raw_data}

    @property
    def number(self) -> int | None:
        """The entry that is asked for by its number."""
        return int(self.entry.data) if self.entry.data and not self.entry.errors else None

    def sought(self, zone: ZoneInfo) -> SoughtEntries:
        """Return what is looked for; days are those of *zone*.  What is wrong with a field is not looked for."""
        since, through = self.since, self.through
        return SoughtEntries(
            kind=self.kind.data or "",
            since=first_instant(since.data, zone) if since.data and not since.errors else None,
            until=ends_at(through.data, zone) if through.data and not through.errors else None,
            by=(self.by.data or "").upper(),
            about=(self.about.data or "").upper(),
            tool=self.tool.data or "",
        )


class CheckpointForm(FlaskForm):
    note: Any = TextAreaField(
        _l("The signed note"),
        [
            IfGiven(),
            validators.Length(max=MOST_LETTERS_OF_A_NOTE, message=_l("This is too long to be a checkpoint.")),
        ],
        description=_l("All of it, from the first line to the one that begins with a dash."),
    )
    file = FileField(_l("Or its file"))

    def validate_file(self, field: FileField) -> None:
        if not self.note.data and not field.data:
            raise validators.ValidationError(_l("Paste the checkpoint, or choose its file."))

    def kept(self) -> str:
        """Return the note, with its lines ended as they were signed."""
        sent = self.note.data or self.file.data.read(MOST_LETTERS_OF_A_NOTE).decode("utf-8", "replace")
        lines = sent.replace("\r\n", "\n").strip("\n ")
        return f"{lines}\n"
