"""Citizens' incidents in the demo agency: one that waits, one held as spam, one in work, one answered, all invented."""

from hashlib import sha256
from typing import Any

from sqlalchemy import select

from training_app.demo.agency import ZONE, Loader, instant_of
from training_app.models.incidents import Incident
from training_app.models.tools import Tool
from training_app.rules.civil_time import CivilInstant
from training_app.rules.incidents import Effect, Outcome
from training_app.rules.receipts import code_of
from training_app.services import incident_handling as handling
from training_app.services import incidents
from training_app.services.incident_handling import End
from training_app.services.incidents import Told


def receipt_code(which: str) -> str:
    """Return the receipt code of a demo incident: the same in every demonstration, so that anybody can try it."""
    return code_of(sha256(f"demo incident {which}".encode()).digest())


ASKED, ANSWERED = receipt_code("asked"), receipt_code("answered")


def load(loader: Loader) -> None:
    """Add the incidents, each as far as its people would have gone on with it."""
    _Incidents(loader).load()


class _Incidents:
    def __init__(self, loader: Loader) -> None:
        self.session, self.people = loader.session, loader.people
        self.sightline = self.session.scalars(select(Tool.id).where(Tool.slug == "sightline")).one()

    def load(self) -> None:
        self._answered()
        self._asked()
        self._held()
        self._received()

    def _told(self, code: str, day: str, told: Told) -> Incident:
        made, _new = incidents.receive(self.session, told, code, at=instant_of(day, 20))
        return made

    def _how(self, mailbox: str, day: str, hour: int = 10) -> dict[str, Any]:
        return {"on": CivilInstant(instant_of(day, hour), ZONE), "by": self.people[mailbox]}

    def _answered(self) -> None:
        told = Told(
            self.sightline,
            Effect.MISTAKEN,
            "Two officers stopped me in the shopping street and called me by another person's name. They said that the "
            "camera had found me. It took half an hour until they believed my card.",
            "One Saturday afternoon in September",
            "People stood around and looked. I have not gone there since.",
            "That somebody checks why it took me for him.",
        )
        one = self._told(ANSWERED, "2026-09-28", told)
        handling.take(self.session, one, **self._how("oversight", "2026-09-30"))
        summary = (
            "A person was stopped in September after a match that was wrong, and was let go after half an hour. Which "
            "score and picture led to it, and did a second officer look at it before anybody was stopped?"
        )
        handling.ask_statement(self.session, one, summary, **self._how("oversight", "2026-10-01"))
        statement = (
            "The score was 0.71, below the threshold in force. No second officer had looked. The unit was told again "
            "that a candidate below the threshold is none."
        )
        handling.state(self.session, one, statement, **self._how("registrar", "2026-10-07"))
        end = End(
            Outcome.USE,
            "The tool had named you with a low score, and two officers took that for a match. They should have asked "
            "a second person first. The unit has been told so, and the search was deleted. We are sorry. If you want "
            "compensation, the data protection authority or a lawyer can tell you how to ask for it.",
            self.sightline,
            "Somebody was stopped after a face search whose score was too low to act on. Officers must now have a "
            "second person look before they stop anybody.",
        )
        handling.close(self.session, one, end, **self._how("oversight", "2026-10-20"))

    def _asked(self) -> None:
        told = Told(
            None,
            Effect.WATCHED,
            "Since the new cameras at the tram stop, the same patrol asks the young men from our street for papers "
            "every few days, and nobody else who waits there.",
            "Since the summer",
            "My son goes a long way round now.",
            "To know whether a machine chooses them, and on what ground.",
        )
        one = self._told(ASKED, "2026-11-09", told)
        handling.take(self.session, one, **self._how("oversight2", "2026-11-11"))
        question = "At which stop is it, and at which time of the day does it mostly happen? No names, please."
        handling.ask(self.session, one, question, **self._how("oversight2", "2026-11-12"))
        summary = (
            "Residents say that young men are checked again and again at one stop where cameras are new, and others "
            "are not. Does any tool pick out people or places for patrols there, and since when?"
        )
        handling.ask_statement(self.session, one, summary, **self._how("oversight2", "2026-11-12", 11))

    def _held(self) -> None:
        words = "Win back your data now! https://offer.example and https://offer.example/more"
        self._told(receipt_code("held"), "2026-11-19", Told(None, Effect.OTHER, words))

    def _received(self) -> None:
        told = Told(
            self.sightline,
            Effect.STOPPED,
            "I was asked for my papers at the gate of the station because I was said to look like somebody on a list. "
            "Nobody told me what the list is, or whether I am still on it.",
            "On a weekday morning in mid-November",
            wanted="To know whether I am still on a list, and how I get off it.",
        )
        self._told(receipt_code("received"), "2026-11-20", told)
