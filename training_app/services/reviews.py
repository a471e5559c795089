"""Four eyes on what officers are taught and tested with: put up for review, commented on, approved or returned.

An approval publishes: the revision is the very content that was put up, named by its digest.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from courses.errors import ContentError
from courses.module import Module
from training_app.errors import TrainingError
from training_app.models.authoring import Draft, ReviewComment, ReviewOutcome, ReviewRequest, ReviewVerdict
from training_app.models.people import Person
from training_app.models.training import ModuleRevision
from training_app.rules.civil_time import CivilInstant
from training_app.rules.trainers import Act
from training_app.services import drafts, trainer_acts
from training_app.services.locks import one_at_a_time

WHOLE = "whole"
"""The place of a comment that is on no paragraph or item."""


class NotReady(TrainingError):
    """The draft has faults, each of which names its place."""

    def __init__(self, faults: Sequence[ContentError]) -> None:
        super().__init__("This draft is not ready for review. Mend what the checks name.")
        self.faults = tuple(faults)


class NothingNew(TrainingError):
    def __init__(self) -> None:
        super().__init__("This draft says what is published already. Change something before you put it up for review.")


class ReviewEnded(TrainingError):
    def __init__(self) -> None:
        super().__init__("This review has ended. Open the module to see what came of it.")


class OwnWork(TrainingError):
    """Who wrote a part of it cannot review it."""

    def __init__(self) -> None:
        super().__init__("You wrote a part of this draft, so somebody else must review it.")


class NotAnAuthor(TrainingError):
    def __init__(self) -> None:
        super().__init__("Only who wrote a part of this draft can take it back from review.")


def put_up(
    session: Session,
    draft: Draft,
    note: str,
    *,
    at: datetime,
    zone: ZoneInfo,
    by: Person,
    beside: Sequence[Module] = (),
) -> ReviewRequest:
    """Put *draft* up for review as it stands; putting it up twice is doing it once.

    :param note: what changed and why, in the author's words; officers and oversight read it first.
    :param beside: modules that are to be published with it, which it may link to.
    :raises drafts.DraftClosed: if it was published or given up.
    :raises NotReady: if anything stands against its publication.
    :raises NothingNew: if a published revision of the module says the same.
    :raises trainer_acts.NotAllowed: if *by* may not write in its subject area.
    """
    one_at_a_time(session, "draft", draft.slug)
    waiting = drafts.under_review(session, draft)
    if waiting is not None:
        return waiting
    if not drafts.is_open(session, draft):
        raise drafts.DraftClosed
    whole = drafts.whole(session, draft, beside=beside)
    if whole.faults:
        raise NotReady(whole.faults)
    matter = trainer_acts.of_subject(whole.module.subject_area)
    trainer_acts.require(session, Act.WRITE, by, matter, on=CivilInstant(at, zone))
    _refuse_what_is_published(session, draft.slug, whole.digest)
    earlier = session.scalar(select(func.count()).where(ReviewRequest.draft_id == draft.id)) or 0
    request = ReviewRequest(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        draft_id=draft.id,
        number=earlier + 1,
        slug=draft.slug,
        digest=whole.digest,
        content=whole.content,
        bank=whole.bank_content,
        note=note,
        author_ids=sorted({*drafts.authors(session, draft), by.id}),
    )
    session.add(request)
    session.flush()
    return request


def _refuse_what_is_published(session: Session, slug: str, digest: str) -> None:
    if session.scalar(select(ModuleRevision.id).where(ModuleRevision.slug == slug, ModuleRevision.digest == digest)):
        raise NothingNew


def waiting(session: Session) -> Sequence[ReviewRequest]:
    """Return every review without a verdict, the oldest first."""
    ended = exists().where(ReviewVerdict.request_id == ReviewRequest.id)
    return session.scalars(select(ReviewRequest).where(~ended).order_by(ReviewRequest.id)).all()


def verdict_of(session: Session, request: ReviewRequest) -> ReviewVerdict | None:
    return session.scalar(select(ReviewVerdict).where(ReviewVerdict.request_id == request.id))


def of_draft(session: Session, draft: Draft) -> Sequence[ReviewRequest]:
    """Return every review of *draft*, the latest first."""
    return session.scalars(
        select(ReviewRequest).where(ReviewRequest.draft_id == draft.id).order_by(ReviewRequest.id.desc())
    ).all()


def may_review(request: ReviewRequest, person: Person) -> bool:
    """Tell whether *person* had no hand in what is under review."""
    return person.id not in request.author_ids


def comments(session: Session, request: ReviewRequest) -> dict[str, list[ReviewComment]]:
    """Return the comments on *request* by their place, each place in the order written."""
    found: dict[str, list[ReviewComment]] = {}
    rows = session.scalars(
        select(ReviewComment).where(ReviewComment.request_id == request.id).order_by(ReviewComment.id)
    )
    for row in rows:
        found.setdefault(row.place, []).append(row)
    return found


def comment(
    session: Session, request: ReviewRequest, place: str, text: str, *, at: datetime, zone: ZoneInfo, by: Person
) -> ReviewComment:
    """Add a comment; the same words of the same person at the same place are one comment.

    :raises ReviewEnded: if the review has a verdict.
    :raises trainer_acts.NotAllowed: if *by* is no author of it and may not review it.
    """
    _lock(session, request)
    for one in comments(session, request).get(place, []):
        if one.written_by_id == by.id and one.text == text:
            return one
    if may_review(request, by):  # its authors answer comments as authors
        _require(session, Act.REVIEW, request, at=at, zone=zone, by=by)
    row = ReviewComment(request_id=request.id, place=place, text=text, written_by_id=by.id, written_at=at)
    session.add(row)
    session.flush()
    return row


def approve(
    session: Session, request: ReviewRequest, note: str, *, at: datetime, zone: ZoneInfo, by: Person
) -> ModuleRevision:
    """Publish what was put up, and end the review.

    :raises OwnWork: if *by* wrote a part of it.
    :raises trainer_acts.NotAllowed: if *by* is not qualified for that, or another condition of the act is not met.
    :raises ReviewEnded: if the review has a verdict.
    :raises NothingNew: if the same was published meanwhile.
    """
    _lock(session, request)
    if not may_review(request, by):
        raise OwnWork
    _require(session, Act.PUBLISH, request, at=at, zone=zone, by=by)
    _refuse_what_is_published(session, request.slug, request.digest)
    revision = ModuleRevision(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        slug=request.slug,
        digest=request.digest,
        content=request.content,
        bank=request.bank,
    )
    session.add(revision)
    session.flush()
    _end(session, request, ReviewOutcome.APPROVED, note, revision_id=revision.id, at=at, by=by)
    return revision


def give_back(
    session: Session, request: ReviewRequest, note: str, *, at: datetime, zone: ZoneInfo, by: Person
) -> ReviewVerdict:
    """Return what was put up to its authors, who can change it again.

    :raises OwnWork: if *by* wrote a part of it.
    :raises trainer_acts.NotAllowed: if *by* is not qualified for that, or another condition of the act is not met.
    :raises ReviewEnded: if the review has a verdict.
    """
    _lock(session, request)
    if not may_review(request, by):
        raise OwnWork
    _require(session, Act.REVIEW, request, at=at, zone=zone, by=by)
    return _end(session, request, ReviewOutcome.RETURNED, note, at=at, by=by)


def withdraw(session: Session, request: ReviewRequest, *, at: datetime, by: Person) -> ReviewVerdict:
    """Take back what was put up, as one of its authors.

    :raises ReviewEnded: if the review has a verdict.
    :raises NotAnAuthor: if *by* wrote no part of it.
    """
    _lock(session, request)
    if may_review(request, by):
        raise NotAnAuthor
    return _end(session, request, ReviewOutcome.WITHDRAWN, "", at=at, by=by)


def _require(session: Session, act: Act, request: ReviewRequest, *, at: datetime, zone: ZoneInfo, by: Person) -> None:
    """Let *by* act on what is under review, as a trainer for its subject area and independent of its tools' vendors."""
    matter = trainer_acts.of_content(session, request.slug, request.content)
    trainer_acts.require(session, act, by, matter, on=CivilInstant(at, zone))


def _lock(session: Session, request: ReviewRequest) -> None:
    """Wait until nobody else decides on *request*, and see that it still runs."""
    one_at_a_time(session, "draft", request.slug)
    if verdict_of(session, request) is not None:
        raise ReviewEnded


def _end(
    session: Session,
    request: ReviewRequest,
    outcome: ReviewOutcome,
    note: str,
    *,
    revision_id: int | None = None,
    at: datetime,
    by: Person,
) -> ReviewVerdict:
    verdict = ReviewVerdict(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        request_id=request.id,
        requested_by_id=request.recorded_by_id,
        outcome=outcome,
        note=note,
        revision_id=revision_id,
    )
    session.add(verdict)
    session.flush()
    return verdict


def behind(session: Session, revision: ModuleRevision) -> ReviewRequest | None:
    """Return the review that published *revision*; ``None`` for what came with the product."""
    return session.scalars(
        select(ReviewRequest)
        .join(ReviewVerdict, ReviewVerdict.request_id == ReviewRequest.id)
        .where(ReviewVerdict.revision_id == revision.id)
    ).first()
