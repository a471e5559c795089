"""Grades at learning platforms: derived from facts, and put into the outbox where a platform is to be told another.

Whoever opened a placement has at most one grade in each of its columns.  The row of a grade says what it should be and
what the platform was told last; deriving it again, by whomever and however often, changes nothing where nothing did.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from training_app.models.lti import LtiGrade, LtiLineItem, LtiParticipant, LtiPlacement
from training_app.models.outbox import OutboxMessage, OutboxState
from training_app.models.training import Attempt, Mode, Submission
from training_app.rules import lti_grades as rule
from training_app.rules.certification import requirements_of
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import OfficerFacts
from training_app.rules.lti_grades import Mark, Score
from training_app.rules.lti_targets import Target, TargetKind
from training_app.rules.tool_now import ToolNow
from training_app.rules.versions import newest_in_use
from training_app.services import certification, gather, marks, outbox
from training_app.services.locks import each_at_a_time
from training_app.services.lti import deriving, participants, platforms
from training_app.services.outbox import NewMessage

CHANNEL = "lti-score"
"""Of the scores: the destination is the id of the grade, so that one that is refused holds up nobody else's."""
AT_ONCE = 200
"""Participants whose grades are derived in one transaction."""
LOOKED_AT_EVERY = timedelta(minutes=15)
"""What time alone changes is told at the latest so long afterwards."""

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCORE, RESULTS, LINE_ITEMS = f"{AGS}score", f"{AGS}result.readonly", f"{AGS}lineitem"


# -- when they are derived ---------------------------------------------------------------------------------------------


def derive_noted(session: Session, note: str, payload: Mapping[str, Any], *, at: datetime, zone: ZoneInfo) -> int:
    """Derive the grades that a note is about (see `deriving`); return how many are to be told now.

    Of everybody's a slice: where there are more, another note says from whom on.
    """
    if note.startswith(deriving.OFFICER):
        concerned = participants.of_person(session, int(note.removeprefix(deriving.OFFICER)))
        return derive(session, concerned, at=at, zone=zone)
    after = int(payload.get("after", 0))
    query = select(LtiParticipant).where(LtiParticipant.id > after).order_by(LtiParticipant.id).limit(AT_ONCE)
    found = session.scalars(query).all()
    if len(found) == AT_ONCE:
        deriving.everybody_changed(session, after=found[-1].id, at=at)
    return derive(session, found, at=at, zone=zone)


def derive_in_time(session: Session, *, at: datetime, zone: ZoneInfo) -> int:
    """Derive the grades that nobody has looked at for `LOOKED_AT_EVERY`, a slice; return how many were looked at.

    Last days and grace end by themselves, and releases take effect when they were scheduled for.
    """
    query = select(LtiParticipant).where(LtiParticipant.checked_at <= at - LOOKED_AT_EVERY)
    found = session.scalars(query.order_by(LtiParticipant.checked_at, LtiParticipant.id).limit(AT_ONCE)).all()
    derive(session, found, at=at, zone=zone)
    return len(found)


def derive(session: Session, found: Sequence[LtiParticipant], *, at: datetime, zone: ZoneInfo) -> int:
    """Derive the grades of some participants; return how many are to be told now."""
    if not found:
        return 0
    each_at_a_time(session, "lti participant", [one.id for one in found])
    open_ones = told_of(session, {one.placement_id for one in found})
    person_of = participants.linked(session, open_ones.values(), found)
    wanted = _Wanted(session, CivilInstant(at, zone))
    asked = [
        (open_ones[one.placement_id], one.subject, person_of[one.id])
        for one in found
        if one.placement_id in open_ones and one.id in person_of
    ]
    wanted.prepare(asked)
    told = sum(
        _keep(session, placement, subject, person_id, column, score, at=at)
        for placement, subject, person_id in asked
        for column, score in wanted.of(placement, subject, person_id)
    )
    ids = sorted(one.id for one in found)
    session.execute(
        update(LtiParticipant)
        .where(LtiParticipant.id.in_(ids))
        .values(checked_at=at)
        .execution_options(synchronize_session=False)
    )
    return told


def earned(session: Session, placement: LtiPlacement, person_ids: Iterable[int], *, on: CivilInstant) -> set[int]:
    """Return who of the persons has passed the module, or has the full grade, be it told anywhere or not."""
    asked = [(placement, "", person_id) for person_id in person_ids]
    wanted = _Wanted(session, on)
    wanted.prepare(asked)
    return {person for _, _, person in asked if wanted.has_earned(placement, person)}


def told_of(session: Session, placement_ids: Iterable[int]) -> dict[int, LtiPlacement]:
    """Return those of the placements, by id, at which something of ours stands and that take scores from us."""
    known = {one.id: one for one in platforms.every(session) if one.launches}
    rows = session.scalars(
        select(LtiPlacement).where(LtiPlacement.id.in_(set(placement_ids)), LtiPlacement.target_kind.is_not(None))
    )
    return {
        row.id: row
        for row in rows
        if row.platform_id in known and row.deployment_id in known[row.platform_id].deployments and takes_scores(row)
    }


def takes_scores(placement: LtiPlacement) -> bool:
    """Tell whether the platform lets us give scores, and there is a column for them or one can be made."""
    can_make = placement.line_items_url is not None and LINE_ITEMS in placement.scopes
    return SCORE in placement.scopes and (placement.line_item_url is not None or can_make)


def target_of(placement: LtiPlacement) -> Target:
    """Return what stands at a placement.

    :raises ValueError: if nothing of ours does.
    """
    if placement.target_kind is None or placement.target is None:
        raise ValueError(f"placement {placement.id} names nothing of ours")
    return Target(placement.target_kind, placement.target)


# -- what they should be -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns of one placement."""

    coupled: bool
    """Whether the platform has a column of its own for the link."""
    made: frozenset[str]
    """The resource ids for which columns were made, or are to be."""


class _Wanted:
    """Derives what grades should be, for many officers with few statements."""

    def __init__(self, session: Session, on: CivilInstant) -> None:
        self._session, self._on = session, on
        self._tools: dict[str, ToolNow | None] = {}
        self._officers: dict[str, dict[int, OfficerFacts]] = {}
        self._passed: dict[int, set[str]] = {}
        self._marks: dict[tuple[int, str], list[Mark]] = {}
        self._columns: dict[int, _Columns] = {}
        self._told: set[tuple[int, str, str]] = set()

    def prepare(self, asked: Sequence[tuple[LtiPlacement, str, int]]) -> None:
        """Read what is needed for accounts (placement, account, person)."""
        by_target: dict[Target, set[int]] = {}
        for placement, _, person_id in asked:
            by_target.setdefault(target_of(placement), set()).add(person_id)
        for target, people in by_target.items():
            if target.kind is TargetKind.MODULE:
                self._read_marks(target.slug, people)
            elif self._tool(target.slug) is not None and target.kind is TargetKind.CERTIFICATION:
                known = self._officers.setdefault(target.slug, {})
                known.update(gather.officers(self._session, people - known.keys(), target.slug))
            elif target.kind is TargetKind.COURSE:
                passes = certification.passes_of(self._session, people - self._passed.keys())
                self._passed |= {person: {one.module for one in found} for person, found in passes.items()}
        self._read_columns([placement for placement, _, _ in asked])

    def of(self, placement: LtiPlacement, subject: str, person_id: int) -> Iterator[tuple[str, Score | None]]:
        """Yield each column in which the account has a grade, or could have one, with what it should be."""
        target = target_of(placement)
        if target.kind is TargetKind.MODULE:
            yield target.resource_id, rule.of_module(self._marks.get((person_id, target.slug), ()))
            return
        now = self._tool(target.slug)
        newest = newest_in_use(now.tool, at=self._on.instant) if now else None
        if now is None or newest is None:
            return  # nothing is in use: what was told stands
        if target.kind is TargetKind.COURSE:
            asked = requirements_of(now.tool, newest, at=self._on.instant)
            told = (placement.id, subject, target.resource_id) in self._told
            passed = self._passed[person_id]
            yield target.resource_id, rule.of_course(asked.full, passed, told=told) if asked else None
            return
        officer = self._officers[target.slug].get(person_id)
        if officer is None:
            return
        for column, label in self._labels(placement, target, now, newest):
            told = (placement.id, subject, column) in self._told
            yield column, rule.of_certification(officer, now, label, told=told)

    def has_earned(self, placement: LtiPlacement, person_id: int) -> bool:
        """Tell whether the person has passed the module, or has the full grade for the version in use."""
        target = target_of(placement)
        if target.kind is TargetKind.MODULE:
            return any(mark.passed for mark in self._marks.get((person_id, target.slug), ()))
        found = dict(self.of(placement, "", person_id))
        now = self._tool(target.slug)
        label = newest_in_use(now.tool, at=self._on.instant) if now else None
        score = found.get(target.resource_id) or (found.get(target.of_version(label)) if label else None)
        return score is not None and "scoreGiven" in score

    def _labels(self, placement: LtiPlacement, target: Target, now: ToolNow, newest: str) -> Iterator[tuple[str, str]]:
        """Yield each column for a certification with the version that it stands for."""
        columns = self._columns[placement.id]
        if columns.coupled:
            yield target.resource_id, newest
            return
        of_version = {target.of_version(one.label): one.label for one in now.tool.versions}
        for column, label in of_version.items():
            if label == newest or column in columns.made:
                yield column, label

    def _tool(self, slug: str) -> ToolNow | None:
        if slug not in self._tools:
            facts = gather.tool(self._session, slug)
            self._tools[slug] = None if facts is None else ToolNow(facts, self._on)
        return self._tools[slug]

    def _read_marks(self, module: str, people: set[int]) -> None:
        rows = self._session.scalars(
            select(Submission)
            .join(Attempt, Attempt.id == Submission.attempt_id)
            .where(
                Submission.officer_id.in_(people),
                Submission.module == module,
                Attempt.mode == Mode.ASSESSMENT,
                Submission.effective_at <= self._on.instant,
            )
        ).all()
        found = marks.of_all(self._session, rows)
        for row in rows:
            latest = found[row.id].latest
            mark = Mark(latest.points, latest.of, found[row.id].passed, row.effective_at)
            self._marks.setdefault((row.officer_id, module), []).append(mark)

    def _read_columns(self, placements: Sequence[LtiPlacement]) -> None:
        ids = {placement.id for placement in placements}
        items = self._session.scalars(select(LtiLineItem).where(LtiLineItem.placement_id.in_(ids))).all()
        given = self._session.execute(
            select(LtiGrade.placement_id, LtiGrade.subject, LtiGrade.resource_id).where(LtiGrade.placement_id.in_(ids))
        ).all()
        self._told = {(row.placement_id, row.subject, row.resource_id) for row in given}
        for placement in placements:
            mine = [one for one in items if one.placement_id == placement.id]
            made = {one.resource_id for one in mine} | {
                row.resource_id for row in given if row.placement_id == placement.id
            }
            self._columns[placement.id] = _Columns(is_coupled(placement, mine), frozenset(made))


def is_coupled(placement: LtiPlacement, made: Iterable[LtiLineItem]) -> bool:
    """Tell whether the platform has a column of its own for the link: none of those that were made for us."""
    return placement.line_item_url is not None and placement.line_item_url not in {one.url for one in made}


# -- what is to be told ------------------------------------------------------------------------------------------------


def _keep(
    session: Session,
    placement: LtiPlacement,
    subject: str,
    person_id: int,
    column: str,
    score: Score | None,
    *,
    at: datetime,
) -> bool:
    """Keep what a grade should be and, where the platform was told another, put it into the outbox; return whether."""
    row = session.scalars(
        select(LtiGrade)
        .where(LtiGrade.placement_id == placement.id, LtiGrade.subject == subject, LtiGrade.resource_id == column)
        .with_for_update()
    ).first()
    if row is None:
        if score is None or score == rule.CLEARED:
            return False
        row = LtiGrade(
            placement_id=placement.id,
            subject=subject,
            resource_id=column,
            person_id=person_id,
            wanted=dict(score),
            wanted_since=at,
            told=None,
        )
        session.add(row)
        session.flush()
    score = rule.CLEARED if score is None else score
    if row.wanted != score or row.person_id != person_id:
        row.wanted, row.wanted_since, row.person_id = dict(score), at, person_id
        row.dismissed_at = None
    return _queue(session, row, at=at)


def _queue(session: Session, row: LtiGrade, *, at: datetime) -> bool:
    """Have the platform told what is wanted, in place of all that waits; return whether anything has to be told.

    What another process is sending just now is not taken back; what is wanted comes after it.  What the platform
    refused is not sent again before a person says so, or something else is wanted.
    """
    if row.dismissed_at is not None:
        return False
    destination = str(row.id)
    ours = (OutboxMessage.channel == CHANNEL, OutboxMessage.destination == destination)
    last = session.scalars(
        select(OutboxMessage)
        .where(*ours, OutboxMessage.state != OutboxState.DELIVERED)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    ).first()
    if (row.told if last is None else last.payload) == row.wanted:
        return False
    if last is None and row.told is None and row.wanted == rule.CLEARED:
        return False  # nothing was ever given that could be taken away
    free = or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until <= at)
    session.execute(
        delete(OutboxMessage)
        .where(*ours, OutboxMessage.state != OutboxState.DELIVERED, free)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    in_flight = session.scalar(
        select(OutboxMessage.id).where(*ours, OutboxMessage.state == OutboxState.WAITING).limit(1)
    )
    nothing_given = row.told is None and row.last_timestamp is None and row.wanted == rule.CLEARED
    if in_flight is None and (row.told == row.wanted or nothing_given):
        return False  # it was to be told another, and by now is not
    outbox.put(session, [NewMessage(outbox.new_id(), CHANNEL, destination, dict(row.wanted))], at=at)
    return True
