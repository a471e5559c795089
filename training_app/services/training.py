"""Taking a quiz: opened with its paper, answered item by item, submitted once.

The server holds the deadline: from `closes_at` on an attempt counts as submitted with what was saved, whoever looks.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quizzes.admission import time_allowed
from quizzes.bank import Bank, PaperPlan
from quizzes.errors import NoPaper
from quizzes.interactions import Response
from quizzes.mark import Result, mark_anew
from quizzes.paper import Met, Paper, draw, without
from quizzes.rekey import leaving_out
from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.training import (
    Answer,
    Attempt,
    LessonRead,
    Mode,
    ModuleRevision,
    Submission,
)
from training_app.services import content, marked_answers, marks
from training_app.services.content import Published
from training_app.services.locks import one_at_a_time, side_by_side

PAPERS_LOOKED_AT = 100
"""So many of the latest papers say how much each item is in use."""


class AttemptClosed(TrainingError):
    """An answer came after the attempt was submitted; it is refused, and nothing of it is stored.

    One that comes past the deadline of an attempt that nobody has submitted yet is stored: see `is_late`.
    """

    def __init__(self) -> None:
        super().__init__("This attempt has been submitted. Its answers can no longer change.")


class UnknownAnswer(TrainingError):
    def __init__(self) -> None:
        super().__init__(
            "This answer does not belong to a question of this attempt. Go back to the question and choose again."
        )


class Unanswered(TrainingError):
    """The paper has blanks and the officer has not said to submit it all the same."""


class AttemptState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    """Past its deadline; it counts as submitted, its result is one click away."""
    SUBMITTED = "submitted"


def open_attempt(
    session: Session,
    officer: Person,
    published: Published,
    mode: Mode,
    *,
    language: str,
    seed: int,
    at: datetime,
    extra_percent: int = 0,
    kept_back: Collection[str] = frozenset(),
) -> Attempt:
    """Return the officer's open attempt at the module in *mode*, or open one with a fresh paper.

    Two tabs get the same attempt; a newer revision of the module does not close one that is under way.  A retake
    prefers items that the officer has not met, in practice or before.

    :param seed: the only chance there is; stored with the attempt.
    :param extra_percent: how much more time the officer gets for a timed assessment; the paper is the same.
    :param kept_back: ids of items that may not stand on this paper, which is the shorter for it.
    :raises quizzes.errors.NoPaper: if they leave none.
    """
    one_at_a_time(session, "person", officer.id)
    earlier = attempts_of(session, officer.id, published.module.slug, mode)
    running = running_among(session, earlier, at=at)
    if running is not None:
        return running
    bank = published.bank if mode is Mode.PRACTICE else published.bank.examined()
    if kept_back:
        bank = without(bank, kept_back)
    attempt = Attempt(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=officer.id,
        officer_id=officer.id,
        revision_id=published.revision.id,
        mode=mode,
        number=1 + sum(one.revision_id == published.revision.id for one in earlier),
        language=language,
        seed=seed,
        paper=_paper(
            session, published, bank, mode, seed=seed, met=_met(session, officer.id, published, mode, earlier)
        ).to_json(),
        closes_at=closes_at(published.bank.plan, mode, extra_percent=extra_percent, at=at),
    )
    session.add(attempt)
    session.flush()
    return attempt


def _paper(session: Session, published: Published, bank: Bank, mode: Mode, *, seed: int, met: Met) -> Paper:
    """Draw a paper without void items, where enough are left; practice leaves out re-keyed ones too.

    The texts of such an item still explain the key it had, which nobody is to practise.
    """
    ruled = marks.in_force(session, published.revision.id)
    unwanted = frozenset(item for item, key in ruled.items() if key is None or mode is Mode.PRACTICE)
    try:
        return draw(leaving_out(bank, unwanted), seed=seed, met=met)
    except NoPaper:
        return draw(bank, seed=seed, met=met)


def running_among(session: Session, attempts: Sequence[Attempt], *, at: datetime) -> Attempt | None:
    """Return the first of *attempts* that is open, or ``None``."""
    return next((one for one in attempts if state(session, one, at=at) is AttemptState.OPEN), None)


def closes_at(plan: PaperPlan, mode: Mode, *, extra_percent: int, at: datetime) -> datetime:
    """Return when an attempt that is opened *at* closes.  No clock runs in practice."""
    last = at + timedelta(days=plan.open_days)
    allowed = time_allowed(plan, extra_percent=extra_percent) if mode is Mode.ASSESSMENT else None
    return last if allowed is None else min(last, at + allowed)


def _met(session: Session, officer_id: int, published: Published, mode: Mode, earlier: Sequence[Attempt]) -> Met:
    """Return what a draw from *published* takes into account, *earlier* being attempts in *mode*, the latest first.

    How much an item is used shows in the latest papers of everybody; older ones do not spoil it any more.
    """
    other = Mode.PRACTICE if mode is Mode.ASSESSMENT else Mode.ASSESSMENT
    others = attempts_of(session, officer_id, published.module.slug, other)
    own = [frozenset(on_paper(one.paper)) for one in (*earlier, *others)]
    papers = session.scalars(
        select(Attempt.paper)
        .where(Attempt.revision_id == published.revision.id)
        .order_by(Attempt.id.desc())
        .limit(PAPERS_LOOKED_AT)
    )
    used = Counter(item for paper in papers for item in on_paper(paper))
    return Met(last=own[0] if earlier else frozenset(), before=frozenset().union(*own), used=used)


def on_paper(paper: Mapping[str, Any]) -> list[str]:
    """Return the ids of the items of a stored *paper*, in its order, without checking its form."""
    return [entry["item"] for entry in paper["items"]]


def attempts_of(session: Session, officer_id: int, module: str, mode: Mode) -> Sequence[Attempt]:
    """Return the officer's attempts at any revision of *module*, the latest first."""
    rows = session.scalars(
        select(Attempt)
        .join(Attempt.revision)
        .where(Attempt.officer_id == officer_id, Attempt.mode == mode, ModuleRevision.slug == module)
        .order_by(Attempt.id.desc())
    )
    return rows.all()


def submission_of(session: Session, attempt: Attempt) -> Submission | None:
    return session.scalar(select(Submission).where(Submission.attempt_id == attempt.id))


def state(session: Session, attempt: Attempt, *, at: datetime) -> AttemptState:
    """Return whether *attempt* is open, past its deadline, or submitted, as of *at*."""
    if submission_of(session, attempt) is not None:
        return AttemptState.SUBMITTED
    return AttemptState.CLOSED if at >= attempt.closes_at else AttemptState.OPEN


def answers(session: Session, attempt: Attempt) -> dict[str, Response]:
    """Return what holds for each item that was answered in time: the answer with the highest sequence number."""
    rows = session.execute(
        select(Answer.item_id, Answer.options)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Attempt.id == attempt.id, marked_answers.IN_TIME)
        .order_by(*marked_answers.IN_ORDER)
    )
    return marked_answers.held((row.item_id, row.options) for row in rows)


def highest_number(session: Session, attempt: Attempt) -> int:
    """Return the highest sequence number that any answer of *attempt* has; 0 before the first."""
    return session.scalar(select(func.max(Answer.sequence)).where(Answer.attempt_id == attempt.id)) or 0


def save_answer(
    session: Session, attempt: Attempt, item_id: str, marks: Collection[str], *, sequence: int | None, at: datetime
) -> Answer:
    """Add an answer, the *marks* of a response; nothing that was answered before is lost.

    Past the deadline too: such an answer is stored, shown as late and not marked (`is_late`).

    :param sequence: the device's count within the attempt; ``None`` puts the answer after all that arrived.  The same
        number sent again with the same marks is the same answer.  With other marks it comes from a device that
        counts for itself: it is a later answer, and its row has a number above all others.
    :raises UnknownAnswer: if the item is not on the paper, or cannot be answered so.
    :raises AttemptClosed: if the attempt was submitted.
    """
    given, chosen = _given(session, attempt, item_id, marks)
    last = highest_number(session, attempt)
    if sequence is None:
        return _add(session, attempt, item_id, chosen, sequence=last + 1, at=at)
    same = next((row for row in given if row.sequence == sequence), None)
    if same is None:
        return _add(session, attempt, item_id, chosen, sequence=sequence, at=at)
    if same.options == chosen:
        return same
    if given[-1].options == chosen:  # sent again, because the answer that told its number did not arrive
        return given[-1]
    return _add(session, attempt, item_id, chosen, sequence=last + 1, at=at)


def save_kept_answer(
    session: Session, attempt: Attempt, item_id: str, marks: Collection[str], *, sequence: int | None, at: datetime
) -> Answer:
    """Add an answer that arrived at *at* and waited for its officer to sign in.

    It holds against every answer that had arrived by then, be it stored or kept, and against none that was given
    since.  That goes by the time of arrival here: while it waited, no device was told its number.

    :param sequence: as in `save_answer`; it only tells an answer that was sent again.
    :raises UnknownAnswer: if the item is not on the paper, or cannot be answered so.
    :raises AttemptClosed: if the attempt was submitted meanwhile.
    """
    given, chosen = _given(session, attempt, item_id, marks)
    if same := next((row for row in given if row.sequence == sequence and row.options == chosen), None):
        return same
    in_time = at < attempt.closes_at  # what came late is not marked, and takes nothing from what came in time
    since = [row.sequence for row in given if row.received_at > at and (row.received_at < attempt.closes_at) == in_time]
    if since:
        taken = {row.sequence for row in given}
        free = next(number for number in count(min(since) - 1, -1) if number not in taken)
        return _add(session, attempt, item_id, chosen, sequence=free, at=at)
    return _add(session, attempt, item_id, chosen, sequence=highest_number(session, attempt) + 1, at=at)


def _given(
    session: Session, attempt: Attempt, item_id: str, marks: Collection[str]
) -> tuple[Sequence[Answer], list[str]]:
    """Return the answers to an item so far, in order, and the marks that are given now, as they are stored.

    From here to the end of the transaction nobody else answers or submits the attempt.
    """
    chosen = sorted(set(marks))
    if all(entry.item_id != item_id for entry in Paper.from_json(attempt.paper).items):
        raise UnknownAnswer
    item = content.revision(session, attempt.revision_id).bank.by_id()[item_id]
    if not item.interaction.admits(Response(chosen)):
        raise UnknownAnswer
    one_at_a_time(session, "attempt", attempt.id)
    if submission_of(session, attempt) is not None:
        raise AttemptClosed
    of_item = select(Answer).where(Answer.attempt_id == attempt.id, Answer.item_id == item_id)
    return session.scalars(of_item.order_by(*marked_answers.IN_ORDER)).all(), chosen


def _add(session: Session, attempt: Attempt, item_id: str, chosen: list[str], *, sequence: int, at: datetime) -> Answer:
    answer = Answer(attempt_id=attempt.id, item_id=item_id, sequence=sequence, options=chosen, received_at=at)
    session.add(answer)
    session.flush()
    return answer


def is_late(attempt: Attempt, answer: Answer) -> bool:
    """Tell whether *answer* arrived after the deadline; it is kept and shown, and not marked."""
    return answer.received_at >= attempt.closes_at


def submit(
    session: Session, attempt: Attempt, published: Published, *, blanks_accepted: bool, at: datetime
) -> Submission:
    """Submit *attempt* and mark what was saved, by the rulings in force; a second submission returns the first.

    Past its deadline the attempt is submitted as of the deadline, blanks and all.

    :raises Unanswered: if items are blank before the deadline and *blanks_accepted* is false.
    """
    one_at_a_time(session, "attempt", attempt.id)
    done = submission_of(session, attempt)
    if done is not None:
        return done
    held = answers(session, attempt)
    paper = Paper.from_json(attempt.paper)
    items = published.bank.by_id()
    blank = [
        entry
        for entry in paper.items
        if not items[entry.item_id].interaction.answered(held.get(entry.item_id, Response()))
    ]
    if at < attempt.closes_at and blank and not blanks_accepted:
        raise Unanswered("Some questions have no answer yet.")
    return _marked(session, attempt, published, held, at=at, recorded_by_id=attempt.officer_id)


def close(session: Session, attempt: Attempt, published: Published, *, at: datetime) -> Submission:
    """Submit an attempt past its deadline that its officer has not submitted, as nobody; see `submit`."""
    one_at_a_time(session, "attempt", attempt.id)
    done = submission_of(session, attempt)
    if done is not None:
        return done
    if at < attempt.closes_at:
        raise ValueError(f"attempt {attempt.id} is open until {attempt.closes_at}")
    return _marked(session, attempt, published, answers(session, attempt), at=at, recorded_by_id=None)


def _marked(
    session: Session,
    attempt: Attempt,
    published: Published,
    held: Mapping[str, Response],
    *,
    at: datetime,
    recorded_by_id: int | None,
) -> Submission:
    side_by_side(session, "revision", attempt.revision_id)  # no ruling is made between reading them and this mark
    in_force = marks.in_force(session, attempt.revision_id)
    result = mark_anew(Paper.from_json(attempt.paper), published.bank, held, in_force)
    submission = Submission(
        effective_at=min(at, attempt.closes_at),
        recorded_at=at,
        recorded_by_id=recorded_by_id,
        officer_id=attempt.officer_id,
        attempt_id=attempt.id,
        module=published.module.slug,
        answers_digest=marked_answers.digest_of(held),
        result=result.to_json(),
        passed=result.passed and attempt.mode is Mode.ASSESSMENT,
    )
    session.add(submission)
    session.flush()
    return submission


def result_of(submission: Submission) -> Result:
    return Result.from_json(submission.result)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an officer is with a module."""

    lessons_read: frozenset[str]
    open_attempt: Attempt | None
    closed_attempt: Attempt | None
    """Past its deadline and not yet submitted: one click is missing."""
    last: Submission | None
    """The latest submission of an assessment."""


def progress(session: Session, officer_id: int, published: Published, *, at: datetime) -> Progress:
    """Return how far the officer is with the module; lessons as marked on this revision."""
    read = session.scalars(
        select(LessonRead.lesson).where(
            LessonRead.officer_id == officer_id, LessonRead.revision_id == published.revision.id
        )
    )
    states = {
        one: state(session, one, at=at)
        for one in reversed(attempts_of(session, officer_id, published.module.slug, Mode.ASSESSMENT))
    }
    submitted = [submission_of(session, one) for one, found in states.items() if found is AttemptState.SUBMITTED]
    by_state = {found: one for one, found in states.items()}
    return Progress(
        lessons_read=frozenset(read),
        open_attempt=by_state.get(AttemptState.OPEN),
        closed_attempt=by_state.get(AttemptState.CLOSED),
        last=submitted[-1] if submitted else None,
    )
