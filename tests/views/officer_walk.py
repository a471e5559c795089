"""An officer of the demo agency who takes training in the pages, and facts that others record about them.

The demonstration's dates are fixed and the clock is the real one: what a test rests on is recorded relative to today.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.views.demo_agency import Agency
from training_app.clock import now
from training_app.models.certification import Award
from training_app.models.oversight import JournalEntry
from training_app.models.people import Evaluation, Person
from training_app.models.tools import Tool, ToolPolicy, ToolVersion
from training_app.models.training import Answer, LessonRead, Mode, ModuleRevision, Submission
from training_app.rules.facts import AwardKind, EvaluationOutcome, Level, Prohibition
from training_app.services import assessments, content, releases, requirements, training

ZONE = "Europe/Brussels"
QUESTIONS = 8
"""In a paper of the module on the limits of AI."""

Choose = Callable[[Any], list[str]]


def right(item: Any) -> list[str]:
    return sorted(item.interaction.key)


def wrong(item: Any) -> list[str]:
    return [next(option for option in item.interaction.options if option not in item.interaction.key)]


class Officer:
    """One officer with a browser in which they are signed in."""

    def __init__(self, agency: Agency, mailbox: str, number: str) -> None:
        self.agency, self.mailbox = agency, mailbox
        self.person = agency.person(number)
        self.browser = agency.browser(mailbox)
        with agency.database.reading() as session:
            rows = session.scalars(select(ModuleRevision)).all()
            banks = {row.slug: content.published(row).bank for row in rows}
        self.items = {item.id: item for bank in banks.values() for item in bank.items}

    def get(self, path: str, status: int = 200) -> str:
        """Return the page at *path* as readable text in one line, tags gone; it must answer with *status*."""
        answer = self.browser.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return words(answer)

    def post(self, path: str, **form: Any) -> TestResponse:
        return self.browser.post(path, form)

    def follow(self, answer: TestResponse) -> str:
        assert answer.status_code in {302, 303}, answer.status_code
        return self.get(answer.location)

    # -- the quiz ------------------------------------------------------------------------------------------------

    def open(self, module: str = "ai-limits", mode: str = "assessment") -> int:
        """Open an attempt and return its id."""
        self.get(f"/modules/{module}")
        answer = self.post(f"/modules/{module}/attempts", mode=mode)
        found = re.fullmatch(r"/attempts/(\d+)", answer.location)
        assert found, answer.location
        return int(found[1])

    def ask(self, attempt: int, number: int) -> tuple[Any, dict[str, str]]:
        """Open the page of a question; return its item and the hidden fields of its form."""
        page = self.browser.get(f"/attempts/{attempt}/questions/{number}")
        assert page.status_code == 200, page.location
        hidden = dict(re.findall(r'<input[^>]* name="(sequence|base|shown)"[^>]* value="([^"]*)"', page.text))
        item = re.search(r'data-item="([^"]+)"', page.text)
        assert item
        return self.items[item[1]], hidden

    def answer(self, attempt: int, number: int, choose: Choose = right) -> TestResponse:
        item, hidden = self.ask(attempt, number)
        return self.post(f"/attempts/{attempt}/questions/{number}", answer=choose(item), **hidden)

    def answer_all(self, attempt: int, choose: Choose = right, *, but: int = 0) -> None:
        total = re.search(r"Question 1 of (\d+)", self.get(f"/attempts/{attempt}/questions/1"))
        assert total
        for number in range(1, int(total[1]) + 1):
            if number != but:
                assert self.answer(attempt, number, choose).status_code == 303

    def send(self, attempt: int, number: int, options: list[str], sequence: Any) -> TestResponse:
        """Send an answer as the page's script does."""
        form = {"answer": options, "sequence": sequence}
        path = f"/attempts/{attempt}/questions/{number}"
        return self.browser.post(path, form, headers={"X-Requested-With": "fetch"})

    def take(self, module: str = "ai-limits", choose: Choose = right) -> str:
        """Take the quiz to its result; return the page with it."""
        attempt = self.open(module)
        self.answer_all(attempt, choose)
        return self.follow(self.post(f"/attempts/{attempt}/submit"))

    # -- what is recorded ----------------------------------------------------------------------------------------

    def awards(self, tool: str = "sightline") -> list[tuple[str, str]]:
        """Return version and kind of each award on a tool, the oldest first; a module may count for several tools."""
        with self.agency.database.reading() as session:
            rows = session.execute(
                select(ToolVersion.label, Award.kind)
                .join(Award, Award.version_id == ToolVersion.id)
                .join(Tool, Tool.id == ToolVersion.tool_id)
                .where(Award.officer_id == self.person.id, Tool.slug == tool)
                .order_by(Award.id)
            )
            return [(row.label, row.kind.value) for row in rows]

    def held(self, attempt: int) -> dict[str, list[str]]:
        """Return the options that hold for each item that was answered."""
        with self.agency.database.reading() as session:
            rows = session.scalars(
                select(Answer).where(Answer.attempt_id == attempt).order_by(Answer.sequence, Answer.id)
            )
            return {row.item_id: row.options for row in rows}

    def submissions(self) -> list[Submission]:
        with self.agency.database.reading() as session:
            mine = Submission.officer_id == self.person.id
            return list(session.scalars(select(Submission).where(mine).order_by(Submission.id)))


def words(answer: TestResponse) -> str:
    """Return what a page says, without its tags, in one line."""
    main = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[0] if main else answer.text)).split())


def ever_written(agency: Agency) -> dict[str, int]:
    """Return how many rows there are of everything that an officer's page could write."""
    tables = (JournalEntry, Answer, LessonRead)
    with agency.database.reading() as session:
        return {one.__tablename__: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


# -- what others record ------------------------------------------------------------------------------------------------


def clear(session: Session, officer: Person, *, through: date | None = None) -> None:
    """Record a clearance that runs from yesterday on."""
    at = now() - timedelta(days=1)
    session.add(
        Evaluation(
            effective_at=at,
            recorded_at=at,
            officer_id=officer.id,
            outcome=EvaluationOutcome.CLEARED,
            through=through or (now() + timedelta(days=400)).date(),
        )
    )


def certify(session: Session, officer: Person, label: str, *, on: datetime) -> Award:
    """Record a full award on a version of the demo tool."""
    version = session.scalars(select(ToolVersion).where(ToolVersion.label == label)).one()
    of_sightline = select(ToolPolicy.id).join(Tool, Tool.id == ToolPolicy.tool_id).where(Tool.slug == "sightline")
    award = Award(
        effective_at=on, recorded_at=on, officer_id=officer.id, version_id=version.id, kind=AwardKind.FULL,
        policy_id=session.scalars(of_sightline).one(), steps=[], attempts_from=on,
        evidence={"import": "a line"}, evidence_key=f"import:{officer.id}:{label}", holder_name=officer.name,
        code=f"code-{officer.id}-{label}",
    )  # fmt: skip
    session.add(award)
    session.flush()
    return award


def announce_3_3(agency: Agency, level: Level, *modules: str, changed: str = "The list is ranked anew.") -> ToolVersion:
    """Register and announce version 3.3 and assess the way from 3.2, all signed by two registrars."""
    at, first, second = now(), agency.person("DP-3001"), agency.person("DP-3002")
    with agency.database.transaction() as session:
        before = session.scalars(select(ToolVersion).where(ToolVersion.label == "3.2")).one()
        new = releases.NewVersion("3.3", before.id, "Version 3.3 ranks anew.", "Press Halt.", Prohibition.NONE)
        version = releases.register_version(session, before.tool, new, at=at, by=first)
        releases.announce(session, version, at=at, by=first)
        proposed = requirements.propose_requirements(
            session, version, full=["ai-limits"], renewal=["ai-limits"], at=at, by=first
        )
        requirements.sign_requirements(session, proposed, at=at, by=second)
        verdict = assessments.Verdict(level, 0, modules, changed, None)
        found = assessments.assess(session, before, version, verdict, at=at, by=first)
        assessments.sign_assessment(session, found, reason=None, at=at, by=second, zone=ZoneInfo(ZONE))
    return version


def open_long_ago(agency: Agency, officer: Officer, *, days: int, choose: Choose = right) -> int:
    """Open an attempt and answer all of it, so many days ago; return its id."""
    at = now() - timedelta(days=days)
    with agency.database.transaction() as session:
        published = content.newest(session, "ai-limits")
        assert published is not None
        attempt = training.open_attempt(
            session, officer.person, published, Mode.ASSESSMENT, language="en", seed=7, at=at
        )
        for entry in attempt.paper["items"]:
            chosen = choose(officer.items[entry["item"]])
            training.save_answer(session, attempt, entry["item"], chosen, sequence=None, at=at + timedelta(minutes=1))
    return attempt.id
