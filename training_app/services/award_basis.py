"""What an award rests on: the acts of trainers behind its evidence, written down with the award.

`BEHIND` says, for each prefix of an evidence id, whose acts are behind it.  The doubts that a measure casts on those
acts are derived when somebody asks: see `rules.doubts` and `gather`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.authoring import Draft, ReviewRequest, ReviewVerdict
from training_app.models.certification import Award, AwardBasis
from training_app.models.observed_practice import Checklist, ObservedPractice
from training_app.models.rulings import AppealDecision, AppealOutcome, ItemRuling, LateAcceptance, NewMark
from training_app.models.standard_setting import StandardOutcome, StandardRating, StandardSetting
from training_app.models.tools import Tool, ToolVersion
from training_app.models.training import Attempt, ModuleRevision, Submission
from training_app.rules.canonical import canonical
from training_app.rules.doubts import BasisKind
from training_app.rules.trainers import Scope


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """An act of a trainer as an award rests on it."""

    trainer: int
    kind: BasisKind
    done_at: datetime
    scope: str
    reference: str

    def told(self) -> dict[str, object]:
        return {
            "trainer": self.trainer,
            "act": self.kind,
            "done_at": self.done_at,
            "scope": self.scope,
            "reference": self.reference,
        }


Evidence = Mapping[str, Any]
"""What an award keeps as its evidence: ``met_by``, and ``passed_by`` where a later mark passed."""


def acts_behind(session: Session, evidence: Evidence) -> list[Act]:
    """Return every act that an award with this evidence rests on, each once, in a fixed order."""
    found: set[Act] = set()
    for prefix, acts in BEHIND.items():
        ids = [int(one.removeprefix(prefix)) for one in evidence["met_by"] if one.startswith(prefix)]
        if ids:
            found.update(acts(session, ids, evidence))
    return sorted(found)


def digest_of(acts: Iterable[Act]) -> str:
    """Return the SHA-256, in hexadecimal, by which an award's evidence names its rows of `AwardBasis`."""
    return sha256(canonical({"acts": [act.told() for act in sorted(acts)]}).encode()).hexdigest()


def add(session: Session, award: Award, acts: Iterable[Act]) -> None:
    """Write down what *award*, which is flushed, rests on."""
    session.add_all(
        AwardBasis(
            award_id=award.id,
            officer_id=award.officer_id,
            trainer_id=act.trainer,
            act=act.kind,
            done_at=act.done_at,
            scope=act.scope,
            reference=act.reference,
        )
        for act in acts
    )


def of_award(session: Session, award_id: int) -> list[Act]:
    """Return what is written down of one award."""
    return acts_of(session.scalars(select(AwardBasis).where(AwardBasis.award_id == award_id)))


def acts_of(rows: Iterable[AwardBasis]) -> list[Act]:
    """Return what rows tell, in the order of `digest_of`."""
    return sorted(Act(row.trainer_id, row.act, row.done_at, row.scope, row.reference) for row in rows)


# -- quizzes passed ----------------------------------------------------------------------------------------------------


def _of_submissions(session: Session, ids: Sequence[int], evidence: Evidence) -> Iterator[Act]:
    passed = (
        select(Attempt.revision_id).join(Submission, Submission.attempt_id == Attempt.id).where(Submission.id.in_(ids))
    )
    revisions = session.execute(
        select(ModuleRevision.id, ModuleRevision.content).where(ModuleRevision.id.in_(passed))
    ).all()
    for revision in revisions:
        scope = str(Scope(subject=revision.content["subject_area"]))
        yield from _of_revision(session, revision.id, scope)
    yield from _of_marks(session, ids, evidence)


def _of_revision(session: Session, revision_id: int, scope: str) -> Iterator[Act]:
    """Yield who wrote a revision, and those that it was made from, who published it, and who rated for its cut score.

    What an earlier author wrote stands until somebody writes it anew, and nobody can tell what of it still does.
    """
    standard_of: list[int] = []
    seen: set[int] = set()
    following: int | None = revision_id
    while following is not None and following not in seen:
        seen.add(following)
        row = session.execute(
            select(ReviewRequest, ReviewVerdict, Draft.based_on_id)
            .join(ReviewVerdict, ReviewVerdict.request_id == ReviewRequest.id)
            .join(Draft, Draft.id == ReviewRequest.draft_id)
            .where(ReviewVerdict.revision_id == following)
        ).first()
        if row is None:
            return  # it was not written here
        request, verdict, based_on = row.ReviewRequest, row.ReviewVerdict, row.based_on_id
        for author in request.author_ids:
            yield Act(author, BasisKind.WROTE, request.effective_at, scope, f"review-request:{request.id}")
        if following == revision_id and verdict.recorded_by_id is not None:
            reference = f"review-verdict:{verdict.id}"
            yield Act(verdict.recorded_by_id, BasisKind.PUBLISHED, verdict.effective_at, scope, reference)
        if based_on is not None and not standard_of:
            ratings = list(_of_standard(session, based_on, request.effective_at, scope))
            standard_of.extend(one.trainer for one in ratings)
            yield from ratings
        following = based_on


def _of_standard(session: Session, revision_id: int, before: datetime, scope: str) -> Iterator[Act]:
    """Yield who rated in the standard setting on a revision that was adopted before its successor was written."""
    rows = session.execute(
        select(StandardRating.id, StandardRating.recorded_by_id, StandardRating.effective_at)
        .join(StandardSetting, StandardSetting.id == StandardRating.setting_id)
        .join(StandardOutcome, StandardOutcome.setting_id == StandardSetting.id)
        .where(StandardSetting.revision_id == revision_id, StandardOutcome.effective_at <= before)
        .order_by(StandardRating.id)
    )
    last = {row.recorded_by_id: row for row in rows if row.recorded_by_id is not None}
    for judge, row in last.items():
        yield Act(judge, BasisKind.RATED, row.effective_at, scope, f"standard-rating:{row.id}")


def _of_marks(session: Session, ids: Collection[int], evidence: Evidence) -> Iterator[Act]:
    """Yield who decided what passed a submission that its first mark did not pass."""
    named = {int(one.removeprefix("new-mark:")) for one in evidence.get("passed_by", {}).values()}
    rows = session.execute(
        select(NewMark.ruling_id, NewMark.acceptance_id, ItemRuling, LateAcceptance, ModuleRevision.content)
        .join(Submission, Submission.id == NewMark.submission_id)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .join(ModuleRevision, ModuleRevision.id == Attempt.revision_id)
        .join(ItemRuling, ItemRuling.id == NewMark.ruling_id, isouter=True)
        .join(LateAcceptance, LateAcceptance.id == NewMark.acceptance_id, isouter=True)
        .where(NewMark.id.in_(named), NewMark.submission_id.in_(ids))
    )
    for row in rows:
        scope = str(Scope(subject=row.content["subject_area"]))
        for decided, kind, prefix in (
            (row.ItemRuling, BasisKind.RULED, "item-ruling"),
            (row.LateAcceptance, BasisKind.ACCEPTED_LATE, "late-acceptance"),
        ):
            if decided is not None and decided.recorded_by_id is not None:
                yield Act(decided.recorded_by_id, kind, decided.effective_at, scope, f"{prefix}:{decided.id}")
        yield from _of_appeals(session, row.ruling_id, row.acceptance_id, scope)


def _of_appeals(session: Session, ruling_id: int | None, acceptance_id: int | None, scope: str) -> Iterator[Act]:
    named = (
        AppealDecision.ruling_id == ruling_id
        if ruling_id is not None
        else AppealDecision.acceptance_id == acceptance_id
    )
    upheld = select(AppealDecision).where(AppealDecision.outcome == AppealOutcome.UPHELD, named)
    for row in session.scalars(upheld.order_by(AppealDecision.id)):
        if row.recorded_by_id is not None:
            reference = f"appeal-decision:{row.id}"
            yield Act(row.recorded_by_id, BasisKind.DECIDED_APPEAL, row.effective_at, scope, reference)


def _of_sign_offs(session: Session, ids: Sequence[int], _: Evidence) -> Iterator[Act]:
    """Yield the assessors who observed the officer and signed."""
    rows = session.execute(
        select(ObservedPractice.id, ObservedPractice.recorded_by_id, ObservedPractice.effective_at, Tool.slug)
        .join(Checklist, Checklist.id == ObservedPractice.checklist_id)
        .join(ToolVersion, ToolVersion.id == Checklist.version_id)
        .join(Tool, Tool.id == ToolVersion.tool_id)
        .where(ObservedPractice.id.in_(ids))
    )
    for row in rows:
        scope = str(Scope(tool=row.slug))
        yield Act(row.recorded_by_id, BasisKind.SIGNED_OFF, row.effective_at, scope, f"sign-off:{row.id}")


BEHIND: Mapping[str, Callable[[Session, Sequence[int], Evidence], Iterable[Act]]] = {
    "submission:": _of_submissions,
    "sign-off:": _of_sign_offs,
}
"""By the prefix of an evidence id: who is behind it.  Familiarisations are signed by officers alone."""
