"""Before a measure is recorded: whose awards rest on what the trainer did, and who would lose access by it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.tools import Tool
from training_app.models.training_sessions import SessionAttendance, TrainingSession
from training_app.rules.civil_time import CivilInstant
from training_app.rules.doubts import PART_OF, BasisKind, Doubting, doubts, parts_doubted
from training_app.rules.facts import AwardReviewed, OfficerFacts
from training_app.rules.trainers import MeasureKind
from training_app.rules.training_sessions import Presence
from training_app.services import people, trainer_acts, trainer_doubts
from training_app.services.outlooks_of_awards import added, could_use, unchanged
from training_app.services.seen import Seen
from training_app.services.trainer_doubts import Resting


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suspension or a revocation as it is to be recorded."""

    kind: MeasureKind
    since: datetime
    """Takes effect then; not after the moment at which it is recorded."""
    reason: str
    qualification_id: int | None = None
    """``None``: all of them."""
    content: bool = False
    marks: bool = False


@dataclass(frozen=True, slots=True)
class Acts:
    """What the trainer did of one kind since then."""

    kind: BasisKind
    acts: int
    awards: int
    """That rest on one of them."""
    doubted: bool


@dataclass(frozen=True, slots=True)
class Affected:
    """An award that would come under review."""

    award: Resting
    unit: str
    on: tuple[BasisKind, ...]
    usable_today: frozenset[str]
    """Labels of the versions in use of its tool."""
    usable_after: frozenset[str]

    @property
    def lost(self) -> frozenset[str]:
        return self.usable_today - self.usable_after


@dataclass(frozen=True, slots=True)
class Radius:
    acts: tuple[Acts, ...]
    affected: tuple[Affected, ...]
    sessions: int
    """Held since then.  Who attended was certified on quizzes and signatures, so nothing rests on them."""
    attended_by: int
    seen: str
    """Names the proposal and the awards that it hits, and when they were looked at."""

    @property
    def losing(self) -> int:
        """How many officers would lose a tool that they can use today; each counted once."""
        return len({one.award.officer_id for one in self.affected if one.lost})

    def by_tool(self) -> Mapping[str, int]:
        return Counter(one.award.tool for one in self.affected)

    def by_unit(self) -> Mapping[str, int]:
        return Counter(one.unit for one in self.affected)


def radius(session: Session, trainer: Person, proposal: Proposal, *, on: CivilInstant) -> Radius:
    """Return what *proposal* would throw into doubt if it were recorded now."""
    scope = trainer_doubts.scope_of_qualification(session, proposal.qualification_id)
    against = _doubting(proposal, scope, until=on.instant)
    rests = trainer_doubts.acts_since(session, trainer.id, proposal.since, scope)
    told = tuple(
        Acts(
            kind=kind,
            acts=len({one.reference for one in rests if one.act.kind is kind}),
            awards=len({one.award_id for one in rests if one.act.kind is kind}),
            doubted=PART_OF[kind] in against.parts,
        )
        for kind in BasisKind
    )
    kinds: dict[int, set[BasisKind]] = {}
    for one in rests:
        if doubts(against, one.act):
            kinds.setdefault(one.award_id, set()).add(one.act.kind)
    affected = _affected(session, kinds, on=on)
    sessions, attended_by = _taught(session, trainer, proposal.since, scope)
    seen = Seen.of(kinds, _named(trainer, proposal), at=on.instant)
    return Radius(told, affected, sessions, attended_by, str(seen))


def _doubting(proposal: Proposal, scope: str | None, *, until: datetime) -> Doubting:
    parts = parts_doubted(content=proposal.content, marks=proposal.marks)
    return Doubting(since=proposal.since, until=until, scope=scope, parts=parts)


def _named(trainer: Person, proposal: Proposal) -> dict[str, object]:
    return {
        "trainer": trainer.id,
        "kind": proposal.kind,
        "since": proposal.since,
        "qualification": proposal.qualification_id,
        "content": proposal.content,
        "marks": proposal.marks,
    }


def not_shown(
    session: Session, trainer: Person, proposal: Proposal, seen: str, *, on: CivilInstant
) -> list[int] | None:
    """Return the ids of the awards that *proposal* would hit now and that were not shown; empty: all were.

    What else has happened since, to the officers or to awards that it does not hit, changes nothing of what was shown.

    :param seen: of the `Radius` that was shown; ``None`` is returned where it names another proposal, or none.
    """
    shown = Seen.read(seen)
    if shown is None:
        return None
    scope = trainer_doubts.scope_of_qualification(session, proposal.qualification_id)

    def hit(known_at: datetime | None) -> set[int]:
        against = _doubting(proposal, scope, until=known_at or on.instant)
        rests = trainer_doubts.acts_since(session, trainer.id, proposal.since, scope, known_at=known_at)
        return {one.award_id for one in rests if doubts(against, one.act)}

    then = hit(shown.at)
    if Seen.of(then, _named(trainer, proposal), at=shown.at) != shown:
        return None
    return sorted(hit(None) - then)


def _taught(session: Session, trainer: Person, since: datetime, scope: str | None) -> tuple[int, int]:
    """Return how many sessions the trainer held since then (in one scope, or in all), and how many people attended."""
    rows = session.execute(
        select(TrainingSession.id, TrainingSession.module, Tool.slug, SessionAttendance.person_id)
        .distinct()
        .join(SessionAttendance, SessionAttendance.session_id == TrainingSession.id)
        .join(Tool, Tool.id == TrainingSession.tool_id, isouter=True)
        .where(
            SessionAttendance.instructor_id == trainer.id,
            SessionAttendance.effective_at >= since,
            SessionAttendance.presence != Presence.ABSENT,
        )
    ).all()
    modules = {row.module for row in rows if row.module is not None}
    scopes = {module: str(trainer_acts.of_module(session, module).scope) for module in modules}
    held = [
        row for row in rows if scope in (None, scopes[row.module] if row.module is not None else f"tool:{row.slug}")
    ]
    return len({row.id for row in held}), len({row.person_id for row in held})


def _affected(session: Session, kinds: Mapping[int, set[BasisKind]], *, on: CivilInstant) -> tuple[Affected, ...]:
    awards = trainer_doubts.awards(session, sorted(kinds))
    units = people.units_of(session, {one.officer_id for one in awards}, at=on.instant)
    doubted: dict[int, list[Resting]] = {}
    officers: dict[str, set[int]] = {}
    for one in awards:
        doubted.setdefault(one.officer_id, []).append(one)
        officers.setdefault(one.slug, set()).add(one.officer_id)

    def under_review(person_id: int, facts: OfficerFacts) -> OfficerFacts:
        stamp = {"effective_at": on.instant, "recorded_at": on.instant}
        reviews = (
            AwardReviewed(**stamp, id=f"proposed:{one.award_id}", award=str(one.award_id)) for one in doubted[person_id]
        )
        return added(facts, award_reviews=tuple(reviews))

    today, after = could_use(session, officers, [unchanged, under_review], on=on)
    return tuple(
        Affected(
            award=one,
            unit=units.get(one.officer_id, ""),
            on=tuple(kind for kind in BasisKind if kind in kinds[one.award_id]),
            usable_today=today.get((one.officer_id, one.slug), frozenset()),
            usable_after=after.get((one.officer_id, one.slug), frozenset()),
        )
        for one in awards
    )
