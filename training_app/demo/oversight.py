"""What the oversight body of the demo agency asks on the record: three questions, one in each state, invented."""

from datetime import date
from typing import Any

from sqlalchemy import select

from training_app.demo.agency import ZONE, Loader, instant_of
from training_app.demo.people import HARBOUR
from training_app.models.oversight_questions import OversightQuestion
from training_app.models.people import Unit
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.civil_time import CivilInstant
from training_app.rules.oversight_questions import Closing, Office
from training_app.services import oversight_questions as questions
from training_app.services.oversight_questions import Asked


def load(loader: Loader) -> None:
    """Add the questions, each as its people would have gone on with it."""
    _Questions(loader).load()


def _tool(loader: Loader, slug: str) -> Tool:
    return loader.session.scalars(select(Tool).where(Tool.slug == slug)).one()


def _version(loader: Loader, slug: str, label: str) -> ToolVersion:
    wanted = select(ToolVersion).where(ToolVersion.tool_id == _tool(loader, slug).id, ToolVersion.label == label)
    return loader.session.scalars(wanted).one()


class _Questions:
    """Three questions on the record, one in each state."""

    def __init__(self, loader: Loader) -> None:
        self.loader, self.session = loader, loader.session

    def load(self) -> None:
        self._closed()
        self._answered()
        self._waits()

    def _how(self, mailbox: str, day: str, hour: int = 10) -> dict[str, Any]:
        return {"on": CivilInstant(instant_of(day, hour), ZONE), "by": self.loader.people[mailbox]}

    def _ask(self, asked: Asked, day: str) -> OversightQuestion:
        return questions.ask(self.session, asked, **self._how("oversight", day))

    def _closed(self) -> None:
        text = "Where do officers learn what to do with a dark or small picture before they search with it?"
        tool = _tool(self.loader, "sightline").id
        asked = self._ask(Asked(Office.LEADS, text, date(2026, 11, 13), tool_id=tool), "2026-11-02")
        answer = "In the lesson on thresholds: stop, and say why. A question of the quiz asks for it since October."
        questions.answer(self.session, asked, answer, **self._how("lead", "2026-11-05"))
        came_of_it = "Read in the module. It is there."
        questions.close(self.session, asked, Closing.ANSWERED, came_of_it, **self._how("oversight", "2026-11-06"))

    def _answered(self) -> None:
        version = _version(self.loader, "sightline", "3.1").id
        text = "The tests of 3.1 by group are older than a year. Why was it not tested again, and why is it in use?"
        asked = self._ask(Asked(Office.REGISTRARS, text, date(2026, 11, 27), version_id=version), "2026-11-13")
        answer = "It is used until everybody has learned 3.2, and is then withdrawn. A test again would end after that."
        questions.answer(self.session, asked, answer, **self._how("registrar", "2026-11-19"))

    def _waits(self) -> None:
        unit = self.session.scalars(select(Unit.id).where(Unit.name == HARBOUR)).one()
        text = "Two officers of the unit are certified for face search and hold no seat. Is one needed, or none?"
        put_to = Asked(Office.SUPERVISORS, text, date(2026, 12, 4), office_unit_id=unit, unit_id=unit)
        self._ask(put_to, "2026-11-20")
