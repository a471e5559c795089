"""Answers that came past the deadline: seen by an assessor, who lets them count by a decision, or leaves them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from quizzes.interactions import Response
from quizzes.item import Item
from quizzes.item_text import ItemText
from quizzes.mark import mark_anew
from quizzes.paper import Paper
from quizzes.prompts import Prompt, prompts_of
from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.rulings import LateAcceptance, NewMark
from training_app.models.training import Answer, Attempt, Mode
from training_app.services import content, marked_answers, marks, training
from training_app.services.locks import one_at_a_time, side_by_side
from training_app.services.training import AttemptState

LISTED_DAYS = 30
"""Late answers that nobody let count are listed for so long; by then the time for an appeal is over."""


class Lateness(StrEnum):
    """Why late answers count."""

    OUTAGE = "outage"
    """The service or the network was down."""
    CALLED_AWAY = "called-away"
    """The officer was called to duty."""
    DEVICE = "device-failed"
    MORE_TIME = "more-time-was-due"
    MISINFORMED = "misinformed"
    """The officer had been told another deadline."""


class OwnAnswers(TrainingError):
    def __init__(self) -> None:
        super().__init__("These are your own answers. Another lead decides whether they count.")


class NothingLate(TrainingError):
    def __init__(self) -> None:
        super().__init__("No answer of this quiz came after its deadline.")


class MoreCame(TrainingError):
    """Since the page was shown, another answer has arrived."""

    def __init__(self) -> None:
        super().__init__("Another answer has arrived since this was shown. Look again, then decide.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An attempt with late answers that nobody has let count."""

    attempt_id: int
    officer: str
    """Service number."""
    officer_id: int
    module: str
    closed_at: datetime
    last_at: datetime
    """When the last of them arrived."""
    questions: int
    """To how many questions there is a late answer."""


def waiting(session: Session, *, at: datetime) -> list[Waiting]:
    """Return the attempts with late answers of the last `LISTED_DAYS` days that do not count, the oldest first."""
    rows = session.execute(
        select(
            Attempt,
            Person.service_number,
            func.max(Answer.received_at).label("last_at"),
            func.count(Answer.item_id.distinct()).label("questions"),
        )
        .join(Answer, Answer.attempt_id == Attempt.id)
        .join(Person, Person.id == Attempt.officer_id)
        .where(
            Attempt.mode == Mode.ASSESSMENT,
            ~marked_answers.IN_TIME,
            Answer.received_at >= at - timedelta(days=LISTED_DAYS),
            ~exists().where(LateAcceptance.attempt_id == Attempt.id),
        )
        .group_by(Attempt.id, Person.service_number)
        .order_by("last_at", Attempt.id)
    ).all()
    return [
        Waiting(
            attempt_id=row.Attempt.id,
            officer=row.service_number,
            officer_id=row.Attempt.officer_id,
            module=row.Attempt.revision.slug,
            closed_at=row.Attempt.closes_at,
            last_at=row.last_at,
            questions=row.questions,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class LateQuestion:
    """A question with a late answer, and what stood before."""

    number: int
    """From 1, in the order of the paper."""
    item: Item
    language: str
    text: ItemText
    options: tuple[str, ...]
    in_time: Response
    late: Response
    arrived_at: datetime

    def prompts(self, response: Response) -> tuple[Prompt, ...]:
        return prompts_of(self.item, self.text, self.options, response)


@dataclass(frozen=True, slots=True)
class Late:
    """An attempt with the answers that came late."""

    attempt: Attempt
    questions: tuple[LateQuestion, ...]
    digest: str
    """Of everything that would count, as the acceptance keeps it."""
    acceptance: LateAcceptance | None


def late(session: Session, attempt: Attempt, language: str, *, at: datetime) -> Late:
    """Return what came late until *at*; without a question where nothing did."""
    rows = _late_rows(session, attempt, at)
    in_time, whole = training.answers(session, attempt), _held(session, attempt, at)
    arrived = {row.item_id: row.received_at for row in rows}
    items = content.revision(session, attempt.revision_id).bank.by_id()
    questions = []
    for number, entry in enumerate(Paper.from_json(attempt.paper).items, start=1):
        if entry.item_id in arrived:
            item, nothing = items[entry.item_id], Response()
            used, text = item.text_in(language)
            answers = in_time.get(item.id, nothing), whole.get(item.id, nothing)
            questions.append(LateQuestion(number, item, used, text, entry.options, *answers, arrived[item.id]))
    return Late(attempt, tuple(questions), marked_answers.digest_of(whole), acceptance_of(session, attempt.id))


def _late_rows(session: Session, attempt: Attempt, at: datetime) -> Sequence[Answer]:
    return session.scalars(
        select(Answer)
        .where(Answer.attempt_id == attempt.id, Answer.received_at >= attempt.closes_at, Answer.received_at <= at)
        .order_by(*marked_answers.IN_ORDER)
    ).all()


def _held(session: Session, attempt: Attempt, at: datetime) -> dict[str, Response]:
    """Return what was answered until *at*, in time or late."""
    rows = session.execute(
        select(Answer.item_id, Answer.options)
        .where(Answer.attempt_id == attempt.id, Answer.received_at <= at)
        .order_by(*marked_answers.IN_ORDER)
    )
    return marked_answers.held((row.item_id, row.options) for row in rows)


def acceptance_of(session: Session, attempt_id: int) -> LateAcceptance | None:
    return session.scalar(select(LateAcceptance).where(LateAcceptance.attempt_id == attempt_id))


def accept(
    session: Session, attempt: Attempt, reason: Lateness, *, foreseen: str, at: datetime, by: Person
) -> tuple[LateAcceptance, bool]:
    """Let the late answers of *attempt* count, and mark it anew with them.

    An attempt that its officer has not submitted yet counts as submitted since its deadline, and is marked first.

    :param foreseen: the digest of what *by* was shown.
    :returns: the fact, and whether it is new: late answers are accepted once.
    :raises OwnAnswers: if they are one's own; :raises NothingLate: if there are none;
    :raises MoreCame: if another has arrived since they were shown.
    """
    if attempt.officer_id == by.id:
        raise OwnAnswers
    one_at_a_time(session, "attempt", attempt.id)
    there = acceptance_of(session, attempt.id)
    if there is not None:
        return there, False
    open_still = training.state(session, attempt, at=at) is AttemptState.OPEN
    if open_still or attempt.mode is not Mode.ASSESSMENT or not _late_rows(session, attempt, at):
        raise NothingLate
    published = content.revision(session, attempt.revision_id)
    submission = training.close(session, attempt, published, at=at)
    held = _held(session, attempt, at)
    if marked_answers.digest_of(held) != foreseen:
        raise MoreCame
    side_by_side(session, "revision", attempt.revision_id)
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id, "officer_id": attempt.officer_id}
    acceptance = LateAcceptance(**stamp, attempt_id=attempt.id, reason_code=reason.value, answers_digest=foreseen)
    session.add(acceptance)
    session.flush()
    result = mark_anew(
        Paper.from_json(attempt.paper), published.bank, held, marks.in_force(session, attempt.revision_id)
    )
    session.add(
        NewMark(
            **stamp,
            submission_id=submission.id,
            ruling_id=None,
            acceptance_id=acceptance.id,
            module=submission.module,
            result=result.to_json(),
            passed=result.passed,
        )
    )
    session.flush()
    return acceptance, True
