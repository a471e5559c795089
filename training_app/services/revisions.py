"""The revisions of a module one after another, with what their authors said of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.authoring import ReviewRequest, ReviewVerdict
from training_app.models.training import Attempt, ModuleRevision, Submission
from training_app.services import marks, wishes


@dataclass(frozen=True, slots=True)
class Published:
    """One revision, with the review behind it."""

    revision: ModuleRevision
    review: ReviewRequest | None
    """None of what came with the product."""
    reports: tuple[int, ...] = ()
    """Numbers of the reports of wrong or biased results that it answers."""

    @property
    def note(self) -> str:
        """What changed and why, in its author's words; empty for what came with the product."""
        return "" if self.review is None else self.review.note


def of_module(session: Session, slug: str) -> list[Published]:
    """Return every revision of the module *slug*, the latest first; empty where there is no such module."""
    rows = session.execute(
        select(ModuleRevision, ReviewRequest)
        .outerjoin(ReviewVerdict, ReviewVerdict.revision_id == ModuleRevision.id)
        .outerjoin(ReviewRequest, ReviewRequest.id == ReviewVerdict.request_id)
        .where(ModuleRevision.slug == slug)
        .order_by(ModuleRevision.id.desc())
    )
    answered = wishes.reports_answered(session, slug)
    return [Published(revision, review, tuple(answered.get(revision.id, ()))) for revision, review in rows]


def between(found: Sequence[Published], earlier: ModuleRevision, later: ModuleRevision) -> list[Published]:
    """Return those of *found* that came after *earlier*, up to *later* included."""
    return [one for one in found if earlier.id < one.revision.id <= later.id]


def last_passed(session: Session, officer_id: int, slug: str) -> ModuleRevision | None:
    """Return the revision of the module *slug* whose quiz the officer passed last, or ``None``."""
    return session.scalars(
        select(ModuleRevision)
        .join(Attempt, Attempt.revision_id == ModuleRevision.id)
        .join(Submission, Submission.attempt_id == Attempt.id)
        .where(Submission.officer_id == officer_id, marks.PASSED, ModuleRevision.slug == slug)
        .order_by(Submission.effective_at.desc(), Submission.id.desc())
        .limit(1)
    ).first()
