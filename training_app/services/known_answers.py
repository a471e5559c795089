"""What one process keeps between machines' questions: whose a token is, and answers that still stand.

Each request first asks, with `KnownAnswers.follow`, what was committed since this process looked last; what that may
change is forgotten before anything is given again.  An answer is given again to the same question until anything
recorded takes effect or becomes known, or the civil day ends (`rules.access.same_until`): it is always what the one
rule says of the facts as they are, and a property test compares.

What is read while somebody else forgets is given to who asked, and not kept: it may be from before.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training_app.rules.access import Question, asked_again
from training_app.rules.clients import Caller
from training_app.rules.facts import ToolFacts
from training_app.services import changes, client_credentials, machine_questions
from training_app.services.changes import Ask, Change, Reach
from training_app.services.machine_questions import Answered
from training_app.services.together import Together

MOST_ANSWERS = 10_000
"""The oldest is forgotten first; each takes some kilobytes."""
MOST_CALLERS = 1_000

NewSession = Callable[[], Session]
"""Returns a session on a snapshot that begins now."""


@dataclass(frozen=True, slots=True)
class _Kept:
    answered: Answered
    since: datetime


@dataclass(frozen=True, slots=True)
class _KeptCaller:
    caller: Caller
    since: datetime
    until: datetime | None
    """Exclusive; ``None``: for good, as far as is known now."""


class KnownAnswers:
    """What is known in one process, which answers in one zone."""

    def __init__(self) -> None:
        self._together = Together(self._follow)
        self._lock = threading.Lock()
        self._mark: str | None = None
        self._times_forgotten = 0
        self._callers: dict[str, _KeptCaller] = {}
        self._answers: dict[Question, _Kept] = {}
        self._tools: dict[str, ToolFacts] = {}
        """By slug, the facts of tools that the answers rest on."""
        self._in_doubt: set[str] = set()
        """Slugs of tools about which something may have been recorded since; until compared, no answer is given."""

    def follow(self, ask: Ask) -> None:
        """Forget whatever may be changed by what was committed by now; one statement for who asks at the same time.

        :param ask: reads what is committed when it is called.
        """
        self._together(ask)

    def _follow(self, some: Sequence[Ask]) -> Sequence[None]:
        before = self._mark
        mark, found = changes.since(some[0], before)
        with self._lock:
            if found:
                self._forget(found)
            if self._mark == before:  # else somebody has followed beside this, whose mark stands for what it was told
                self._mark = mark
        return [None] * len(some)

    # -- who asks --------------------------------------------------------------------------------------------------

    def caller(self, new_session: NewSession, token: str, *, at: datetime) -> Caller | None:
        """Return the client that *token* lets in at *at*; see `client_credentials.caller_with`."""
        digest = client_credentials.digest_of(token)
        kept = self._callers.get(digest)
        if kept is not None and kept.since <= at and (kept.until is None or at < kept.until):
            return kept.caller
        before = self._times_forgotten
        session = new_session()
        caller = client_credentials.caller_with(session, token, at=at)
        if caller is not None:
            until = client_credentials.known_until(session, caller, digest, at=at)
            self._keep_caller(digest, _KeptCaller(caller, at, until), before)
        return caller

    def _keep_caller(self, digest: str, kept: _KeptCaller, before: int) -> None:
        with self._lock:
            if self._times_forgotten == before:
                self._callers.pop(digest, None)
                _make_room(self._callers, MOST_CALLERS)
                self._callers[digest] = kept

    def noted(self, caller: Caller, *, at: datetime) -> None:
        """Remember that it was just written down that the caller's credential was used."""
        with self._lock:
            for digest, kept in self._callers.items():
                if kept.caller.credential_id == caller.credential_id:
                    self._callers[digest] = replace(kept, caller=replace(kept.caller, last_noted_at=at))

    # -- what is answered ------------------------------------------------------------------------------------------

    def answers(
        self,
        new_session: NewSession,
        sees: Callable[[str], bool],
        questions: Sequence[Question],
        *,
        zone: ZoneInfo,
        at: datetime,
    ) -> Iterator[Answered]:
        """Yield what `machine_questions.answers` does: each answer again where it still stands, else decided now."""
        with self._lock:
            before = self._times_forgotten
            kept = [self._standing(one, at) if sees(one.tool) else None for one in questions]
        missing = [one for one, found in zip(questions, kept, strict=True) if found is None]
        decided = machine_questions.answers(new_session(), sees, missing, zone=zone, at=at) if missing else iter(())
        for question, found in zip(questions, kept, strict=True):
            if found is not None:
                yield replace(found, decision=asked_again(found.decision, found.tool, at=at))
            else:
                answered = next(decided)
                self._keep(question, answered, before)
                yield answered

    def _standing(self, question: Question, at: datetime) -> Answered | None:
        kept = self._answers.get(question)
        if kept is None or question.tool in self._in_doubt or not kept.since <= at < kept.answered.same_until:
            return None
        return kept.answered

    def _keep(self, question: Question, answered: Answered, before: int) -> None:
        """Keep an answer, unless something was forgotten since *before*; about what nobody registered none is kept."""
        tool = answered.tool
        if tool is None or answered.officer_id is None:
            return
        with self._lock:
            if self._times_forgotten != before:
                return
            if question.tool in self._in_doubt:
                if self._tools[question.tool] != tool:
                    self._forget_answers(lambda one, _: one.tool == question.tool)
                    del self._tools[question.tool]
                self._in_doubt.discard(question.tool)
            shared = self._tools.setdefault(question.tool, tool)
            self._answers.pop(question, None)
            _make_room(self._answers, MOST_ANSWERS)
            self._answers[question] = _Kept(replace(answered, tool=shared), answered.decision.at)

    def _forget(self, found: Iterable[Change]) -> None:
        self._times_forgotten += 1
        reaches = {change.reach for change in found}
        people = {change.person_id for change in found if change.reach is Reach.OFFICER}
        if Reach.EVERYTHING in reaches or Reach.CALLER in reaches:
            self._callers = {}
        if Reach.EVERYTHING in reaches:
            self._answers, self._tools, self._in_doubt = {}, {}, set()
        elif people:
            self._forget_answers(lambda _, answered: answered.officer_id in people)
        if Reach.TOOL in reaches:
            self._in_doubt.update(self._tools)

    def _forget_answers(self, which: Callable[[Question, Answered], bool]) -> None:
        self._answers = {one: kept for one, kept in self._answers.items() if not which(one, kept.answered)}


def _make_room(kept: dict[Any, Any], most: int) -> None:
    while len(kept) >= most:
        del kept[next(iter(kept))]
