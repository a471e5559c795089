"""The demonstration's agency after quizzes: officers who took one and missed some items, and leads who judge."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizzes.paper import Paper
from tests.rules.factories import local
from tests.services import qualified
from training_app import demo
from training_app.models.certification import Award
from training_app.models.people import AccountChange, AccountFact, Person, RoleAssignment
from training_app.models.rulings import ItemRuling
from training_app.models.tools import Tool, ToolVersion
from training_app.models.training import Attempt, Mode, Submission
from training_app.rules.permissions import Role
from training_app.services import certification, content, rulings, training
from training_app.services.content import Published

NOW = local("2026-11-22 12:00")
LATER = NOW + timedelta(days=1)
MODULE = "ai-limits"
"""A paper of 8 items with 1 point each, passed with 7: four fifths."""
ROOT = Path(__file__).parents[2]
_serial = count(1)


def new_code() -> str:
    return f"code-{next(_serial)}"


class Agency:
    """The demo agency in a session; what is done is done at the instants that the tests name."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def published(self) -> Published:
        found = content.newest(self.session, MODULE)
        assert found is not None
        return found

    def person(self, number: str) -> Person:
        return self.session.scalars(select(Person).where(Person.service_number == number)).one()

    @property
    def lead(self) -> Person:
        return self.person("DP-4003")

    def another_lead(self, number: str = "DP-4009", **facts: object) -> Person:
        stamp = {"effective_at": local("2025-11-03"), "recorded_at": local("2025-11-03")}
        person = Person(**stamp, service_number=number, name=f"Lead {number}", email=None, **facts)
        self.session.add(person)
        self.session.flush()
        self.session.add(AccountFact(**stamp, person_id=person.id, change=AccountChange.OPENED))
        self.session.add(RoleAssignment(**stamp, person_id=person.id, role=Role.LEAD, granted=True))
        qualified.qualify(self.session, person, at=NOW)
        self.session.flush()
        return person

    def open(self, number: str, *, at: datetime = NOW, seed: int = 7, mode: Mode = Mode.ASSESSMENT) -> Attempt:
        officer = self.person(number)
        return training.open_attempt(self.session, officer, self.published, mode, language="en", seed=seed, at=at)

    def open_same(self, number: str, like: Attempt, *, at: datetime = NOW) -> Attempt:
        """Open an attempt with the paper of another; a draw would avoid its items, which were used."""
        officer = self.person(number)
        attempt = Attempt(
            effective_at=at, recorded_at=at, recorded_by_id=officer.id, officer_id=officer.id,
            revision_id=like.revision_id, mode=like.mode, number=1, language="en", seed=like.seed, paper=like.paper,
            closes_at=at + (like.closes_at - like.effective_at),
        )  # fmt: skip
        self.session.add(attempt)
        self.session.flush()
        return attempt

    def answer(self, attempt: Attempt, item: str, *, right: bool, at: datetime) -> None:
        training.save_answer(self.session, attempt, item, marks_for(self.published, item, right), sequence=None, at=at)

    def take(self, number: str, *missed: str, at: datetime = NOW, seed: int = 7) -> Submission:
        """Take the quiz with every answer right but those to the items *missed*; awards are made as they are due."""
        return self.finish(self.open(number, at=at, seed=seed), number, *missed, at=at)

    def finish(self, attempt: Attempt, number: str, *missed: str, at: datetime = NOW) -> Submission:
        for item in items_of(attempt):
            self.answer(attempt, item, right=item not in missed, at=at)
        done = training.submit(self.session, attempt, self.published, blanks_accepted=False, at=at)
        self.award(number, at=at)
        return done

    def award(self, number: str, *, at: datetime) -> None:
        certification.award_what_is_due(
            self.session, self.person(number), at=at, recorded_at=at, zone=demo.ZONE, new_code=new_code
        )

    def rule(
        self, item: str, interaction: object = None, *, at: datetime = LATER, by: Person | None = None
    ) -> ItemRuling:
        """Void an item, or re-key it, and make the awards that follow."""
        foreseen = rulings.dry_run(self.session, self.published, item, interaction).digest
        made = rulings.rule(
            self.session, self.published, item, interaction, "It can be read in two ways.",
            foreseen=foreseen, at=at, by=by or self.lead,
        )  # fmt: skip
        passers = rulings.marked_as_passed(self.session, made)
        rulings.award(self.session, passers, zone=demo.ZONE, new_code=new_code, at=at)
        return made

    def awards(self, number: str) -> list[Award]:
        """Return the officer's awards on Sightline, the earliest first; the module counts for another tool as well."""
        sightline = (
            select(Award)
            .join(ToolVersion, ToolVersion.id == Award.version_id)
            .join(Tool, Tool.id == ToolVersion.tool_id)
            .where(Award.officer_id == self.person(number).id, Tool.slug == "sightline")
        )
        return list(self.session.scalars(sightline.order_by(Award.id)))


def marks_for(published: Published, item: str, right: bool) -> list[str]:
    asked = published.bank.by_id()[item].interaction
    return sorted(asked.key) if right else sorted(set(asked.options) - asked.key)[:1]


def items_of(attempt: Attempt) -> list[str]:
    return [entry.item_id for entry in Paper.from_json(attempt.paper).items]


def other_key(published: Published, item: str) -> object:
    """Return the item's interaction with the first wrong option as its key."""
    asked = published.bank.by_id()[item].interaction
    return replace(asked, key=frozenset(marks_for(published, item, right=False)))
