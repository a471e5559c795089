"""A quiz as the officer sits it: the questions of the paper in their order, what was answered, and what came of it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.module import Lesson
from quizzes.bank import Layout
from quizzes.errors import NoPaper
from quizzes.interactions import Choice, ReasonedVerdict, Response
from quizzes.item import Item
from quizzes.item_text import ItemText
from quizzes.mark import ObjectiveResult, Result, mark_item
from quizzes.paper import Paper
from quizzes.prompts import Prompt, prompts_of
from training_app.errors import TrainingError
from training_app.models.certification import Award
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.training import Answer, Attempt, Mode, Submission
from training_app.rules.access import Decision, Question
from training_app.rules.civil_time import CivilInstant
from training_app.rules.outlook import lasting
from training_app.services import access, accommodations, admissions, certification, content, marks, training
from training_app.services.content import Published
from training_app.services.locks import one_at_a_time
from training_app.services.marks import Marks
from training_app.services.training import AttemptState

MOST_SEQUENCE = 1_000_000_000
"""More changes than anybody makes in one attempt; a higher number is no device's count."""


class PracticeWaits(TrainingError):
    """Practice tells what is right; while an assessment of the same module is open it would tell for that one."""

    def __init__(self) -> None:
        super().__init__("Your quiz on this module is open. Submit it first; then you can practise again.")


class NothingToPractise(TrainingError):
    def __init__(self) -> None:
        super().__init__("Every question stood on a quiz that you did not pass, so none is left to practise.")


class ResultWaits(TrainingError):
    """The time of the latest assessment ended, and it was not submitted; the next begins after its result."""

    def __init__(self, attempt_id: int) -> None:
        super().__init__("Your last quiz on this module has closed. See its result first.")
        self.attempt_id = attempt_id


class AttemptsUsedUp(TrainingError):
    def __init__(self, used: int) -> None:
        super().__init__(f"You have used all {used} attempts. A lead trainer can open one more.")
        self.used = used


class CoolingOff(TrainingError):
    def __init__(self, opens_at: datetime) -> None:
        super().__init__(f"After a failed quiz there is a pause. The next one opens at {opens_at:%Y-%m-%d %H:%M} UTC.")
        self.opens_at = opens_at


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """One question of the paper, as its officer sees it."""

    number: int
    """From 1, in the order of the paper."""
    item: Item
    options: tuple[str, ...]
    """Ids of the options in the order shown."""
    language: str
    """Of the text."""
    text: ItemText
    chosen: Response
    saved_at: datetime | None
    """When the latest answer arrived, be it in time or late."""

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """What is asked: of a case each of its parts."""
        return prompts_of(self.item, self.text, self.options, self.chosen)

    @property
    def clearable(self) -> bool:
        """Whether a page can take an answer back; radio buttons alone cannot be left once one is chosen."""
        asked = self.item.interaction
        return not isinstance(asked, ReasonedVerdict) and not (isinstance(asked, Choice) and not asked.several)

    @property
    def answered(self) -> bool:
        """Whether nothing of it is left blank."""
        return self.item.interaction.answered(self.chosen)

    @property
    def right(self) -> bool:
        return mark_item(self.item, self.chosen) == self.item.points

    @property
    def partly_right(self) -> bool:
        return not self.right and mark_item(self.item, self.chosen) > 0


@dataclass(frozen=True, slots=True)
class Sitting:
    """One attempt with its paper, as of one instant."""

    attempt: Attempt
    published: Published
    state: AttemptState
    questions: tuple[PaperQuestion, ...]
    sequence: int
    """The highest number that any answer of the attempt has; 0 before the first."""

    @property
    def practice(self) -> bool:
        return self.attempt.mode is Mode.PRACTICE

    @property
    def all_at_once(self) -> bool:
        """Whether its officer sees all questions on one page."""
        return not self.practice and self.published.bank.plan.layout is Layout.ALL_AT_ONCE

    @property
    def timed(self) -> bool:
        """Whether a clock of minutes runs, and not only one of days."""
        return not self.practice and self.published.bank.plan.minutes is not None

    @property
    def blanks(self) -> tuple[PaperQuestion, ...]:
        return tuple(question for question in self.questions if not question.answered)

    @property
    def late(self) -> tuple[PaperQuestion, ...]:
        """Questions with an answer that came past the deadline: kept, and not marked."""
        closes = self.attempt.closes_at
        return tuple(question for question in self.questions if question.saved_at and question.saved_at >= closes)

    def question(self, number: int) -> PaperQuestion | None:
        return self.questions[number - 1] if 1 <= number <= len(self.questions) else None


def sitting(session: Session, officer_id: int, attempt_id: int, *, at: datetime) -> Sitting | None:
    """Return the officer's attempt with *attempt_id*, or ``None`` if there is none or it is somebody else's."""
    attempt = session.get(Attempt, attempt_id)
    if attempt is None or attempt.officer_id != officer_id:
        return None
    published = content.revision(session, attempt.revision_id)
    return Sitting(
        attempt=attempt,
        published=published,
        state=training.state(session, attempt, at=at),
        questions=_questions(session, attempt, published),
        sequence=training.highest_number(session, attempt),
    )


def _questions(session: Session, attempt: Attempt, published: Published) -> tuple[PaperQuestion, ...]:
    held = training.answers(session, attempt)
    saved: Mapping[str, datetime] = {
        row.item_id: row.at
        for row in session.execute(
            select(Answer.item_id, func.max(Answer.received_at).label("at"))
            .where(Answer.attempt_id == attempt.id)
            .group_by(Answer.item_id)
        )
    }
    items = published.bank.by_id()

    def question(number: int, item_id: str, options: tuple[str, ...]) -> PaperQuestion:
        language, text = items[item_id].text_in(attempt.language)
        chosen = held.get(item_id, Response())
        return PaperQuestion(number, items[item_id], options, language, text, chosen, saved.get(item_id))

    paper = Paper.from_json(attempt.paper)
    return tuple(question(number, entry.item_id, entry.options) for number, entry in enumerate(paper.items, start=1))


def start(
    session: Session,
    officer: Person,
    published: Published,
    mode: Mode,
    *,
    language: str,
    seed: int,
    zone: ZoneInfo,
    at: datetime,
) -> Attempt:
    """Return the officer's open attempt in *mode*, or open one.

    :raises PracticeWaits: if practice is asked for while an assessment of the module is not submitted.
    :raises NothingToPractise: if every question is kept back, since it stood on a quiz that was not passed.
    :raises ResultWaits: if the latest assessment has closed by itself and its result was not looked at.
    :raises AttemptsUsedUp: if no assessment is left; `CoolingOff` if a failed one lets the next wait.
    """
    one_at_a_time(session, "person", officer.id)
    module = published.module.slug
    used = published.module.language_for(language)
    if mode is Mode.ASSESSMENT:
        _admit(session, officer.id, published, at=at)
        extra = accommodations.extra_percent(session, officer.id, CivilInstant(at, zone))
        return training.open_attempt(
            session, officer, published, mode, language=used, seed=seed, at=at, extra_percent=extra
        )
    if practice_waits(session, officer.id, module, at=at):
        raise PracticeWaits
    kept_back = admissions.kept_back(session, officer.id, module, at=at)
    try:
        return training.open_attempt(
            session, officer, published, mode, language=used, seed=seed, at=at, kept_back=kept_back
        )
    except NoPaper as error:
        raise NothingToPractise from error


def _admit(session: Session, officer_id: int, published: Published, *, at: datetime) -> None:
    """Refuse another assessment where something stands against it; one that is open is gone on with."""
    attempts = training.attempts_of(session, officer_id, published.module.slug, Mode.ASSESSMENT)
    if training.running_among(session, attempts, at=at) is not None:
        return
    if closed := next((one for one in attempts if training.submission_of(session, one) is None), None):
        raise ResultWaits(closed.id)
    found = admissions.admission_to(session, officer_id, published, at=at)
    if found.used_up:
        raise AttemptsUsedUp(found.used)
    if found.opens_at is not None:
        raise CoolingOff(found.opens_at)


def practice_waits(session: Session, officer_id: int, module: str, *, at: datetime) -> bool:
    """Tell whether an assessment of *module* is not submitted yet, which practice must not give away.

    One past its deadline too: an answer that comes late is kept, and somebody may decide that it counts.
    """
    attempts = training.attempts_of(session, officer_id, module, Mode.ASSESSMENT)
    return any(training.submission_of(session, attempt) is None for attempt in attempts)


def told_in_practice(session: Session, found: Sitting, question: PaperQuestion, *, at: datetime) -> bool:
    """Tell whether practice may say what is right: not of a question that stood on a quiz that was not passed."""
    module = found.published.module.slug
    return question.item.id not in admissions.kept_back(session, found.attempt.officer_id, module, at=at)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as a page or its script sent it."""

    marks: Collection[str]
    sequence: int | None = None
    """The device's count; ``None`` from a page without its script."""
    kept: bool = False
    """Whether it arrived in an expired session and has waited since; see `training.save_kept_answer`."""
    may_clear: bool = False
    """Whether giving nothing takes an earlier answer back, or only leaves the question as it is."""
    unchanged: bool = False
    """Whether it is what the page showed when it was made: nothing was answered on it."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an answer."""

    counts: bool
    """One that came past the deadline is kept and not marked."""
    sequence: int
    """The highest number that the attempt has now."""


def save(session: Session, found: Sitting, question: PaperQuestion, given: GivenAnswer, *, at: datetime) -> Saved:
    """Save one answer and say what became of it.

    Past the deadline it is stored all the same and does not count, as long as nobody has submitted the attempt.
    Giving nothing where nothing can be taken back saves nothing, nor does giving what the page showed, so that a page
    left as it was in one tab never wipes out what was answered in another.

    :raises training.UnknownAnswer: if the question cannot be answered so, or the number is no device's count.
    :raises training.AttemptClosed: if the attempt was submitted.
    """
    if given.unchanged or (not given.marks and not given.may_clear):
        return Saved(found.state is AttemptState.OPEN, found.sequence)
    if given.sequence is not None and not 0 < given.sequence <= MOST_SEQUENCE:
        raise training.UnknownAnswer
    store = training.save_kept_answer if given.kept else training.save_answer
    answer = store(session, found.attempt, question.item.id, given.marks, sequence=given.sequence, at=at)
    return Saved(not training.is_late(found.attempt, answer), training.highest_number(session, found.attempt))


def submit(
    session: Session,
    officer: Person,
    found: Sitting,
    *,
    blanks_accepted: bool,
    zone: ZoneInfo,
    new_code: Callable[[], str],
    at: datetime,
) -> Submission:
    """Submit the attempt and make the awards that it earns, as of the instant at which it counts as submitted.

    Doing so twice is doing it once.

    :raises training.Unanswered: if questions are blank before the deadline and *blanks_accepted* is false.
    """
    done = training.submit(session, found.attempt, found.published, blanks_accepted=blanks_accepted, at=at)
    if not found.practice:
        certification.award_what_is_due(
            session, officer, at=done.effective_at, zone=zone, new_code=new_code, recorded_at=at
        )
    return done


@dataclass(frozen=True, slots=True)
class EarnedAward:
    """An award with today's answer for its version, so that nobody is told "certified" and refused at the tool."""

    award: Award
    version: ToolVersion
    tool: Tool
    decision: Decision


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a submitted attempt; never with a key."""

    submission: Submission
    marks: Marks
    weak: tuple[tuple[ObjectiveResult, tuple[Lesson, ...]], ...]
    """Objectives short of their points, each with the lessons that teach it."""
    awards: tuple[EarnedAward, ...]
    """The awards that it earned."""

    @property
    def result(self) -> Result:
        """By the mark that stands."""
        return self.marks.latest


def outcome(
    session: Session, officer: Person, found: Sitting, *, language: str, zone: ZoneInfo, at: datetime
) -> Outcome | None:
    """Return what came of the attempt, or ``None`` while it is not submitted."""
    submission = training.submission_of(session, found.attempt)
    if submission is None:
        return None
    found_marks = marks.of(session, submission)
    _, lessons = found.published.module.lessons_in(language)
    weak = tuple(
        (entry, tuple(lesson for lesson in lessons if lesson.objective == entry.objective))
        for entry in found_marks.latest.by_objective
        if entry.points < entry.of
    )
    return Outcome(submission, found_marks, weak, tuple(_awards_from(session, officer, submission, zone=zone, at=at)))


def _awards_from(
    session: Session, officer: Person, submission: Submission, *, zone: ZoneInfo, at: datetime
) -> Iterator[EarnedAward]:
    evidence = f"submission:{submission.id}"
    for award, version, tool in certification.awards_of(session, officer.id):
        if evidence in award.evidence.get("met_by", ()):
            question = Question(officer.service_number, tool.slug, version.label)
            decision = lasting(access.answer(session, question, zone=zone, at=at, known_at=at))
            yield EarnedAward(award, version, tool, decision)
