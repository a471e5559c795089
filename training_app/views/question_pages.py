"""What the pages on questions of the oversight body share: what one is about, whom it was put to, how it stands."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from training_app import wording
from training_app.agency import moment, on_now
from training_app.db import reading_session
from training_app.models.oversight import JournalEntry
from training_app.models.people import Unit
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.oversight_questions import Said
from training_app.services.oversight_threads import Row
from training_app.views.report_pages import Event
from training_app.wording import BadgeText
from training_app.wording import oversight as words
from training_app.wording import reports as report_words


class Names:
    """The names of everything that a question can be about; read once for a page."""

    def __init__(self) -> None:
        session = reading_session()
        self._units = {row.id: row.name for row in session.execute(select(Unit.id, Unit.name))}
        self._tools = {row.id: row.name for row in session.execute(select(Tool.id, Tool.name))}
        self._versions = {row.id: row.label for row in session.execute(select(ToolVersion.id, ToolVersion.label))}

    def about(self, row: Row) -> str:
        asked = row.question
        if asked.unit_id is not None:
            return _("Unit: %(unit)s", unit=self._units[asked.unit_id])
        if asked.tool_id is None:
            return _("The agency in general")
        label = "" if asked.version_id is None else f" {self._versions[asked.version_id]}"
        return self._tools[asked.tool_id] + label

    def office(self, row: Row) -> str:
        return words.office(row.question.office, self._units.get(row.question.office_unit_id or 0, ""))


def badge(row: Row) -> BadgeText:
    return words.OVERDUE if row.overdue(on_now()) else words.STATES[row.state]


def record(row: Row) -> str:
    """Return which record in the journal the question is about; empty where it names none."""
    if row.question.entry_id is None:
        return ""
    entry = reading_session().get_one(JournalEntry, row.question.entry_id)
    kind = str(wording.FACTS.get(entry.fact_kind, entry.fact_kind))
    return _("Entry %(number)s: %(kind)s", number=entry.id, kind=kind)


def events(row: Row) -> list[Event]:
    """Return the whole thread, the question first."""
    asked = row.question
    found = [Event(asked.effective_at, _("Asked"), row.asker, asked.text, _by(asked.due_on))]
    for one in row.said:
        if one.kind is Said.ANSWER:
            found.append(Event(one.at, _("Answered"), one.number, one.text))
        else:
            found.append(Event(one.at, _("Asked further"), one.number, one.text, _by(one.due_on)))
    if row.closed is not None:
        title = _("Closed: %(how)s", how=words.CLOSINGS[row.closed.closing])
        found.append(Event(row.closed.at, title, row.closed.number, row.closed.text))
    return found


def _by(day: Any) -> str:
    return _("To be answered by %(day)s", day=wording.civil(day))


def what_every_page_here_shows() -> dict[str, Any]:
    shown = {"moment": moment, "wording": wording, "words": words, "report_words": report_words, "badge": badge}
    return shown | {"names": Names(), "events": events, "record": record}
