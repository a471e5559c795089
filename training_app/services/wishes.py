"""Wishes for changed training that came of reports: shown to authors, tied to drafts, answered or declined.

Authors read the sentence that the registrar wrote for them and the number of the report; of who reported and of what
was said in confidence nothing comes here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from quizzes.changes import Tally, tally
from quizzes.parts import split
from training_app.errors import TrainingError
from training_app.models.authoring import Draft, DraftClosing, ReviewRequest, ReviewVerdict
from training_app.models.people import Person
from training_app.models.reports import ReportStep, ReportStepText
from training_app.models.training import ModuleRevision
from training_app.models.wishes import WishStep
from training_app.rules import wishes as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.reports import StepKind
from training_app.rules.trainers import Act
from training_app.rules.wishes import ENDED, Fate, Wish, WishState, WishStepKind
from training_app.services import drafts, trainer_acts
from training_app.services.locks import one_at_a_time


class WishEnded(TrainingError):
    def __init__(self) -> None:
        super().__init__("This wish is answered or declined already, perhaps since a moment ago. Nothing was changed.")


class OtherModule(TrainingError):
    def __init__(self) -> None:
        super().__init__("That draft is of another module than the wish.")


class TooEarly(TrainingError):
    """What was published before anybody wished for it does not answer the wish."""

    def __init__(self) -> None:
        super().__init__("That draft was published before the wish, or given up. Choose another.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wish with what became of it."""

    id: int
    report_id: int
    module: str
    """Slug."""
    by_id: int | None
    """The registrar who recorded it."""
    wish: Wish
    revisions: Mapping[int, int]
    """Id of the revision that each published draft became."""
    reason: str
    """Why it was declined; else empty."""
    declined_by_id: int | None

    @property
    def state(self) -> WishState:
        return rule.state(self.wish)

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def revision_id(self) -> int | None:
        """The revision that answers it."""
        answer = self.wish.answer
        return None if answer is None else self.revisions[answer[1]]

    @property
    def open_draft(self) -> int | None:
        """The draft that is being written on it."""
        return next((one for one in self.wish.tied if self.wish.drafts[one] == Fate()), None)


# -- read --------------------------------------------------------------------------------------------------------------


def every(session: Session) -> list[Wanted]:
    """Return every wish, the earliest first; a fixed number of statements."""
    return _wanted(session, session.scalars(_wishes().order_by(ReportStep.id)).all())


def waiting(session: Session) -> list[Wanted]:
    """Return the wishes that are neither answered nor declined, the earliest first."""
    return [one for one in every(session) if not one.ended]


def of_reports(session: Session, reports: Collection[int]) -> list[Wanted]:
    """Return the wishes that came of these reports, the earliest first."""
    found = session.scalars(_wishes().where(ReportStep.report_id.in_(sorted(reports))).order_by(ReportStep.id)).all()
    return _wanted(session, found)


def one(session: Session, wish_id: int) -> Wanted | None:
    """Return the wish, or ``None`` where there is none of this number."""
    return next(iter(_wanted(session, session.scalars(_wishes().where(ReportStep.id == wish_id)).all())), None)


def of_draft(session: Session, draft_id: int) -> list[Wanted]:
    """Return the wishes that the draft is to answer, or did."""
    named = select(WishStep.wish_id).where(WishStep.draft_id == draft_id)
    found = session.scalars(_wishes().where(ReportStep.id.in_(named)).order_by(ReportStep.id)).all()
    return [one for one in _wanted(session, found) if draft_id in one.wish.tied and one.state is not WishState.DECLINED]


def reports_answered(session: Session, slug: str) -> dict[int, list[int]]:
    """Return the numbers of the reports that each revision of the module answers, by the revisions' ids."""
    found: dict[int, list[int]] = {}
    for wanted in _wanted(session, session.scalars(_wishes().where(ReportStep.module == slug)).all()):
        if wanted.revision_id is not None:
            found.setdefault(wanted.revision_id, []).append(wanted.report_id)
    return {revision: sorted(set(reports)) for revision, reports in found.items()}


def texts(session: Session, wishes: Iterable[Wanted]) -> dict[int, str]:
    """Return what officers are to learn, by the wishes' ids; nothing of those whose words were deleted."""
    ids = [one.id for one in wishes]
    rows = session.scalars(select(ReportStepText).where(ReportStepText.step_id.in_(ids)))
    return {row.step_id: row.text for row in rows}


def revisions_since(session: Session, wanted: Wanted) -> list[tuple[Draft, ModuleRevision]]:
    """Return what was published of the module since the wish, with the draft that it was, the latest first."""
    rows = session.execute(
        select(Draft, ModuleRevision)
        .join(ReviewRequest, ReviewRequest.draft_id == Draft.id)
        .join(ReviewVerdict, ReviewVerdict.request_id == ReviewRequest.id)
        .join(ModuleRevision, ModuleRevision.id == ReviewVerdict.revision_id)
        .where(Draft.slug == wanted.module, ModuleRevision.effective_at >= wanted.wish.wanted_at)
        .order_by(ModuleRevision.id.desc())
    )
    return [(draft, revision) for draft, revision in rows]


def what_came(session: Session, revision: ModuleRevision) -> Tally:
    """Return how many lessons and items the revision has that the one it was written on had not."""
    based_on = session.scalar(
        select(Draft.based_on_id)
        .join(ReviewRequest, ReviewRequest.draft_id == Draft.id)
        .join(ReviewVerdict, ReviewVerdict.request_id == ReviewRequest.id)
        .where(ReviewVerdict.revision_id == revision.id)
    )
    base = None if based_on is None else session.get_one(ModuleRevision, based_on)
    before = {} if base is None else split(base.content, base.bank)
    return tally(before, split(revision.content, revision.bank))


def _wishes() -> Select[ReportStep]:
    return select(ReportStep).where(ReportStep.kind == StepKind.LESSON)


def _wanted(session: Session, found: Sequence[ReportStep]) -> list[Wanted]:
    steps: dict[int, list[WishStep]] = {one.id: [] for one in found}
    rows = session.scalars(select(WishStep).where(WishStep.wish_id.in_(sorted(steps))).order_by(WishStep.number))
    for row in rows:
        steps[row.wish_id].append(row)
    fates, revisions = _fates(session, {row.draft_id for kept in steps.values() for row in kept} - {None})
    return [_one(step, steps[step.id], fates, revisions) for step in found]


def _one(step: ReportStep, done: Sequence[WishStep], fates: Mapping[int, Fate], revisions: Mapping[int, int]) -> Wanted:
    steps = tuple(rule.WishStep(row.kind, row.effective_at, row.draft_id) for row in done)
    named = {row.draft_id: fates[row.draft_id] for row in done if row.draft_id is not None}
    declined = next((row for row in done if row.kind is WishStepKind.DECLINED), None)
    return Wanted(
        id=step.id,
        report_id=step.report_id,
        module=step.module or "",
        by_id=step.recorded_by_id,
        wish=Wish(step.effective_at, steps, named),
        revisions=revisions,
        reason="" if declined is None else declined.reason or "",
        declined_by_id=None if declined is None else declined.recorded_by_id,
    )


def _fates(session: Session, ids: Collection[int | None]) -> tuple[dict[int, Fate], dict[int, int]]:
    """Return what became of each draft, and the revision that each published one became."""
    known = sorted(one for one in ids if one is not None)
    fates: dict[int, Fate] = dict.fromkeys(known, Fate())
    revisions: dict[int, int] = {}
    if not known:
        return fates, revisions
    for draft_id in session.scalars(select(DraftClosing.draft_id).where(DraftClosing.draft_id.in_(known))):
        fates[draft_id] = Fate(given_up=True)
    published = session.execute(
        select(ReviewRequest.draft_id, ReviewVerdict.revision_id, ReviewVerdict.effective_at)
        .join(ReviewVerdict, ReviewVerdict.request_id == ReviewRequest.id)
        .where(ReviewRequest.draft_id.in_(known), ReviewVerdict.revision_id.is_not(None))
    )
    for row in published:
        fates[row.draft_id] = Fate(published_at=row.effective_at)
        revisions[row.draft_id] = row.revision_id
    return fates, revisions


# -- done --------------------------------------------------------------------------------------------------------------


def open_draft(session: Session, wish_id: int, *, on: CivilInstant, by: Person) -> Draft:
    """Open the draft of the module, or take the one that is open, and tie it to the wish.

    :raises WishEnded, trainer_acts.NotAllowed:
    """
    wanted = _lock(session, wish_id)
    draft = drafts.open_draft(session, wanted.module, at=on.instant, zone=on.zone, by=by)
    _tie(session, wanted, draft, on=on, by=by)
    return draft


def tie(session: Session, wish_id: int, draft: Draft, *, on: CivilInstant, by: Person) -> None:
    """Tie a draft to the wish: one that is open, or one that was published since; twice is once.

    :raises WishEnded, OtherModule, TooEarly, trainer_acts.NotAllowed:
    """
    wanted = _lock(session, wish_id)
    if draft.slug != wanted.module:
        raise OtherModule
    since = {one.id for one, _revision in revisions_since(session, wanted)}
    if draft.id not in since and not drafts.is_open(session, draft):
        raise TooEarly
    _tie(session, wanted, draft, on=on, by=by)


def untie(session: Session, wish_id: int, draft: Draft, *, on: CivilInstant, by: Person) -> None:
    """Untie a draft that is not to answer the wish after all; twice is once.

    :raises WishEnded, trainer_acts.NotAllowed:
    """
    wanted = _lock(session, wish_id)
    _require(session, Act.WRITE, wanted, on=on, by=by)
    if draft.id in wanted.wish.tied:
        _step(session, wanted, WishStepKind.UNTIED, on=on, by=by, draft_id=draft.id)


def decline(session: Session, wish_id: int, reason: str, *, on: CivilInstant, by: Person) -> None:
    """Say, as a lead for the subject area, why the training stays as it is.

    :raises WishEnded, trainer_acts.NotAllowed:
    """
    wanted = _lock(session, wish_id)
    _require(session, Act.DECLINE_WISH, wanted, on=on, by=by)
    _step(session, wanted, WishStepKind.DECLINED, on=on, by=by, reason=reason)


def unmet_to_decline(session: Session, wanted: Wanted, by: Person, *, on: CivilInstant) -> bool:
    """Tell whether anything keeps *by* from declining the wish."""
    matter = trainer_acts.of_module(session, wanted.module)
    return bool(trainer_acts.unmet(session, Act.DECLINE_WISH, by.id, matter, on=on))


def _tie(session: Session, wanted: Wanted, draft: Draft, *, on: CivilInstant, by: Person) -> None:
    _require(session, Act.WRITE, wanted, on=on, by=by)
    if draft.id not in wanted.wish.tied:
        _step(session, wanted, WishStepKind.TIED, on=on, by=by, draft_id=draft.id)


def _require(session: Session, act: Act, wanted: Wanted, *, on: CivilInstant, by: Person) -> None:
    trainer_acts.require(session, act, by, trainer_acts.of_module(session, wanted.module), on=on)


def _lock(session: Session, wish_id: int) -> Wanted:
    """Wait until nobody else decides on the wish, and see that it still waits."""
    one_at_a_time(session, "wish", wish_id)
    found = one(session, wish_id)
    if found is None or found.ended:
        raise WishEnded
    return found


def _step(session: Session, wanted: Wanted, kind: WishStepKind, *, on: CivilInstant, by: Person, **names: Any) -> None:
    last = session.scalar(select(func.max(WishStep.number)).where(WishStep.wish_id == wanted.id)) or 0
    stamp = {"effective_at": on.instant, "recorded_at": on.instant, "recorded_by_id": by.id}
    session.add(WishStep(**stamp, wish_id=wanted.id, number=last + 1, kind=kind, **names))
    session.flush()
