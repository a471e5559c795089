"""Reports of wrong or biased results in the demo agency: one in each state, all invented."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from training_app.demo.agency import ZONE, Loader, instant_of
from training_app.models.reports import ResultReport
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.civil_time import CivilInstant
from training_app.rules.reports import Acted, Group, Problem, ReportOutcome, Terms
from training_app.services import report_handling as handling
from training_app.services import reports
from training_app.services.report_handling import Ending
from training_app.services.reports import Said

TERMS = Terms(acknowledge_working_days=3, close_days=30, months=12)
"""As `config.Config` has them by default."""


def load(loader: Loader) -> None:
    """Add the reports, each as its people would have gone on with it."""
    _Reports(loader).load()


class _Reports:
    def __init__(self, loader: Loader) -> None:
        self.session, self.people = loader.session, loader.people
        tool = self.session.scalars(select(Tool).where(Tool.slug == "sightline")).one()
        rows = self.session.scalars(select(ToolVersion).where(ToolVersion.tool_id == tool.id))
        self.versions = {row.label: row.id for row in rows}

    def load(self) -> None:
        self._closed()
        self._decided()
        self._asked()
        self._handled()
        self._received()

    def _report(self, officer: str, day: str, said: Said) -> ResultReport:
        made, _new = reports.report(self.session, said, at=instant_of(day, 14), by=self.people[officer])
        return made

    def _how(self, mailbox: str, day: str, hour: int = 10) -> dict[str, Any]:
        at: datetime = instant_of(day, hour)
        return {"on": CivilInstant(at, ZONE), "by": self.people[mailbox]}

    def _closed(self) -> None:
        said = Said(
            self.versions["3.1"],
            Problem.BIASED,
            Acted.NO,
            (Group.ORIGIN, Group.GENDER),
            "Search with a camera picture at dusk. The first three candidates were all dark-skinned women of quite "
            "different age and build, each with a score above 0.90. None looked like the person in the picture.",
            "Set all three aside, asked a second trained colleague, who decided the same, and searched by hand.",
            "Dark-skinned women, where the picture is dark",
        )
        report = self._report("DP-1001", "2026-10-12", said)
        handling.take(self.session, report, TERMS, **self._how("registrar", "2026-10-13"))
        note = "Found again with the same picture and setting. Below 40 pixels between the eyes, scores mean nothing."
        handling.note(self.session, report, note, **self._how("registrar", "2026-10-15"))
        told_on = instant_of("2026-10-16").date()
        handling.notify_provider(self.session, report, "SL-2026-88", told_on, **self._how("registrar", "2026-10-16"))
        lesson = "With a dark or small picture a high score is no lead. Stop, and say why."
        handling.want_lesson(self.session, report, "ai-limits", lesson, **self._how("registrar", "2026-10-19"))
        ending = Ending(
            ReportOutcome.CAUSE_FOUND,
            "You were right: with dark and small pictures 3.1 rates dark-skinned women far too high. The vendor is "
            "told, the training will say it, and 3.2 refuses such pictures.",
            "An officer reported that face search rated look-alikes too high in dark pictures, mostly for dark-skinned "
            "women. The cause was found; the next version refuses such pictures.",
        )
        decision = handling.decide(self.session, report, ending, **self._how("registrar", "2026-10-26"))
        handling.sign(self.session, decision, **self._how("registrar2", "2026-10-28"))

    def _decided(self) -> None:
        said = Said(
            self.versions["3.2"],
            Problem.WRONG,
            Acted.PUT_RIGHT,
            (),
            "The list ended after one candidate although the threshold was the agency's own. Yesterday the same "
            "picture gave six.",
            "Told the duty supervisor, and searched again with the earlier setting.",
        )
        report = self._report("DP-1003", "2026-11-09", said)
        handling.take(self.session, report, TERMS, **self._how("registrar2", "2026-11-10"))
        ending = Ending(
            ReportOutcome.NO_FAULT,
            "The list ends at the threshold since 3.2, as the module on what changed says. The threshold had been set "
            "anew that morning. Thank you for looking twice.",
        )
        handling.decide(self.session, report, ending, **self._how("registrar2", "2026-11-18"))

    def _asked(self) -> None:
        said = Said(
            self.versions["3.1"],
            Problem.BOTH,
            Acted.NO,
            (Group.AGE,),
            "Two boys of about 15 came first for a picture of a man of about 40.",
            "Chose Not a match for both, and wrote the reason into the log.",
        )
        report = self._report("DP-1001", "2026-11-16", said)
        handling.take(self.session, report, TERMS, **self._how("registrar", "2026-11-17"))
        question = "Was the picture cut to the face before the search, or searched as it came from the camera?"
        handling.ask(self.session, report, question, **self._how("registrar", "2026-11-18"))

    def _handled(self) -> None:
        said = Said(
            self.versions["3.2"],
            Problem.BIASED,
            Acted.STANDS,
            (Group.RELIGION,),
            "Women with a headscarf come back for one another. One of them was asked to come to the station for it.",
            "Told the supervisor, who has the summons looked at. Not withdrawn yet.",
        )
        report = self._report("DP-1007", "2026-11-17", said)
        handling.take(self.session, report, TERMS, **self._how("registrar", "2026-11-17", 16))
        told_on = instant_of("2026-11-18").date()
        handling.notify_provider(self.session, report, "SL-2026-97", told_on, **self._how("registrar", "2026-11-18"))

    def _received(self) -> None:
        said = Said(
            self.versions["3.2"],
            Problem.WRONG,
            Acted.NO,
            (),
            "A picture of an empty street gave a candidate with a score of 0.71.",
            "Set it aside.",
        )
        self._report("DP-1012", "2026-11-20", said)
