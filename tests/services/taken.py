"""Assessments that many officers took, as rows, quicker than by the pages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from quizzes.interactions import Response
from quizzes.item import Item
from quizzes.mark import mark
from quizzes.paper import draw
from tests.services import recorded
from tests.services.recorded import NOW
from training_app.models.people import Person
from training_app.models.training import Answer, Attempt, Mode, Submission
from training_app.services import marked_answers
from training_app.services.content import Published

Answering = Callable[[Item], Response]

MINUTE = timedelta(minutes=1)
_serial = count(1)


def right(item: Item) -> Response:
    return item.interaction.key


def wrong(item: Item) -> Response:
    """Return the first option that is not the key, or nothing."""
    return Response(next(([option] for option in item.interaction.shuffled if option not in item.interaction.key), []))


def blank(_item: Item) -> Response:
    return Response()


def take(
    session: Session,
    published: Published,
    answering: Answering,
    *,
    seed: int,
    officer: Person | None = None,
    language: str = "en",
    number: int = 1,
    mode: Mode = Mode.ASSESSMENT,
    at: datetime = NOW,
    submitted: bool = True,
) -> Submission | None:
    """Record an attempt in which every item was answered a minute after the one before it."""
    officer = officer or recorded.person(session, service_number=f"QT-{next(_serial)}")
    paper = draw(published.bank, seed=seed)
    items = published.bank.by_id()
    attempt = Attempt(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=officer.id,
        officer_id=officer.id,
        revision_id=published.revision.id,
        mode=mode,
        number=number,
        language=language,
        seed=seed,
        paper=paper.to_json(),
        closes_at=at + timedelta(days=14),
    )
    session.add(attempt)
    session.flush()
    held = {entry.item_id: answering(items[entry.item_id]) for entry in paper.items}
    session.add_all(
        Answer(
            attempt_id=attempt.id,
            item_id=item,
            sequence=place,
            options=sorted(response),
            received_at=at + place * MINUTE,
        )
        for place, (item, response) in enumerate(held.items(), 1)
        if response
    )
    if not submitted:
        session.flush()
        return None
    held = {item: response for item, response in held.items() if response}
    result = mark(paper, published.bank, held)
    submission = Submission(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=officer.id,
        officer_id=officer.id,
        attempt_id=attempt.id,
        module=published.module.slug,
        answers_digest=marked_answers.digest_of(held),
        result=result.to_json(),
        passed=result.passed and mode is Mode.ASSESSMENT,
    )
    session.add(submission)
    session.flush()
    return submission


def many(session: Session, published: Published, officers: int) -> list[Submission]:
    """Record the first attempts of so many officers: a third is able, a third weak, a quarter reads French."""
    taken = []
    for number in range(officers):
        missed = (number % 3) * 3

        def answering(item: Item, missed: int = missed, number: int = number) -> Response:
            return wrong(item) if (sum(map(ord, item.id)) + number) % 10 < missed else right(item)

        language = "fr" if number % 4 == 3 else "en"
        submission = take(session, published, answering, seed=number, language=language)
        assert submission is not None
        taken.append(submission)
    return taken
