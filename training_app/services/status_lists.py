"""The signed status list of each version: the one rule's answer about everybody who has a place on it.

A list is kept per process and brought up to date when it is asked for: who is looked at again are those about whom
something was recorded since, which `changes` tells, and those for whom something takes effect.  When the day changes,
or anything about the tool, it is everybody: a rule reads an instant by comparing it with others and by its civil day,
so that nothing else changes an answer.  A property test compares.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from training_app.models.offline import StatusIndex
from training_app.models.oversight import JournalEntry
from training_app.models.tools import Tool, ToolVersion
from training_app.rules import status_list
from training_app.rules.civil_time import CivilInstant
from training_app.rules.decision import Badge
from training_app.rules.facts import ToolFacts
from training_app.rules.offline_pass import Terms
from training_app.rules.tool_now import ToolNow
from training_app.services import access, changes, gather
from training_app.services.access import ListAnswer
from training_app.services.changes import Reach

_KINDS = [kind for kind, reach in changes.REACHES.items() if reach is Reach.OFFICER]
"""Facts about an officer that an answer can turn on."""
_OF_OFFICERS = select(JournalEntry.subject_id, JournalEntry.effective_at).where(JournalEntry.fact_kind.in_(_KINDS))


class Busy(Exception):
    """The list is being made by somebody else, and there is none to give meanwhile."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs, and under which addresses."""

    address: str
    list_address: Callable[[int], str]
    """Of the list of a version, by the version's id."""
    lists_address: str
    kid: str
    sign: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Token:
    """A signed list, good until *expires*."""

    text: str
    issued_at: datetime
    expires: datetime
    signed_for: tuple[str, str]
    """The id of the key and the address of the list."""


@dataclass(slots=True)
class _Snapshot:
    """The answers about officers with a place, as of *on*, from all that *mark* stands for (see `changes`)."""

    tool: ToolFacts
    on: CivilInstant
    mark: str
    answers: dict[int, ListAnswer] = field(default_factory=dict)
    coming: dict[int, datetime] = field(default_factory=dict)
    """The next instant at which something recorded about an officer takes effect, by the officer's id."""


@dataclass(slots=True)
class _Kept:
    making: threading.Lock = field(default_factory=threading.Lock)
    snapshot: _Snapshot | None = None
    bits: bytes = b""
    assigned: int = 0
    """How many places belonged to somebody."""
    token: Token | None = None


class StatusLists:
    """The lists of one process."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}
        self._adding = threading.Lock()

    def token(
        self, session: Session, version_id: int, issuer: Issuer, *, zone: ZoneInfo, at: datetime, longest: timedelta
    ) -> Token | None:
        """Return the signed list of a version as of *at*, or ``None`` if there is no such version.

        The same token is returned until it says something else, or is as old as its ``ttl``.

        :param session: on one snapshot of the database.
        :raises Busy: if another thread is making it, and none that it made before is good.
        """
        version = session.get(ToolVersion, version_id)
        if version is None or version.effective_at > at:
            return None
        with self._adding:
            kept = self._kept.setdefault(version_id, _Kept())
        if not kept.making.acquire(blocking=False):
            last = kept.token
            if last is None or at >= last.expires:
                raise Busy
            return last
        try:
            return _brought_up_to_date(session, kept, version, issuer, CivilInstant(at, zone), longest)
        finally:
            kept.making.release()


def addresses(session: Session, list_address: Callable[[int], str], *, at: datetime) -> list[str]:
    """Return the address of every version's list, in the order of registration."""
    ids = select(ToolVersion.id).where(ToolVersion.effective_at <= at).order_by(ToolVersion.id)
    return [list_address(version_id) for version_id in session.scalars(ids)]


def _brought_up_to_date(
    session: Session, kept: _Kept, version: ToolVersion, issuer: Issuer, on: CivilInstant, longest: timedelta
) -> Token:
    slug = session.get_one(Tool, version.tool_id).slug
    tool = gather.tool(session, slug)
    if tool is None:
        raise LookupError(slug)
    before, kept.snapshot = kept.snapshot, None  # should anything fail now, the next one begins anew
    snapshot, touched = _followed(session, before, tool, on)
    on_list = select(func.count()).select_from(StatusIndex).where(StatusIndex.version_id == version.id)
    assigned = session.scalar(on_list) or 0
    bits = kept.bits
    if touched is None or assigned != kept.assigned or not touched.isdisjoint(snapshot.answers):
        bits = _bits(session, snapshot, version, touched)
    last, signed_for = kept.token, (issuer.kid, issuer.list_address(version.id))
    fresh = last is not None and last.issued_at <= on.instant < min(last.expires, last.issued_at + status_list.TTL)
    if last is None or not fresh or bits != kept.bits or last.signed_for != signed_for:
        kept.token = last = _signed(bits, tool, issuer, version.id, on, longest)
    kept.snapshot, kept.assigned, kept.bits = snapshot, assigned, bits
    return last


def _bits(session: Session, snapshot: _Snapshot, version: ToolVersion, touched: set[int] | None) -> bytes:
    """Answer about those on the list who are *touched* (``None``: all), or new on it; return the whole list."""
    columns = StatusIndex.officer_id, StatusIndex.place, StatusIndex.terms
    rows = session.execute(select(*columns).where(StatusIndex.version_id == version.id)).all()
    people, tool, on = {row.officer_id for row in rows}, snapshot.tool, snapshot.on
    again = people if touched is None else people & touched | people - snapshot.answers.keys()
    if again and not ToolNow(tool, on).grounds(version.label):  # else nobody may use it
        listed = access.listed(session, tool.slug, version.label, zone=on.zone, at=on.instant, people=again)
        snapshot.answers.update((one.person_id, one.answer) for one in listed)
    terms = {text: Terms.read(text) for text in {row.terms for row in rows}}
    valid = (row.place for row in rows if stands(snapshot.answers.get(row.officer_id), terms[row.terms]))
    return status_list.packed(valid, size=status_list.places(len(rows)))


def stands(answer: ListAnswer | None, terms: Terms) -> bool:
    """Tell whether a place is valid; what an emergency alone allows is for use with a network only."""
    allowed = answer is not None and answer.allowed and answer.badge is not Badge.EMERGENCY
    return answer is not None and allowed and terms.hold(answer.purposes, answer.obligations)


def _signed(
    bits: bytes, tool: ToolFacts, issuer: Issuer, version_id: int, on: CivilInstant, longest: timedelta
) -> Token:
    expires, uri = status_list.expires_at(tool, on=on, longest=longest), issuer.list_address(version_id)
    said = status_list.claims(
        status_list.compressed(bits),
        issuer=issuer.address,
        uri=uri,
        aggregation_uri=issuer.lists_address,
        issued_at=on.instant,
        expires=expires,
    )
    return Token(issuer.sign(said), on.instant, expires.replace(microsecond=0), (issuer.kid, uri))


def _followed(
    session: Session, before: _Snapshot | None, tool: ToolFacts, on: CivilInstant
) -> tuple[_Snapshot, set[int] | None]:
    """Return the answers that still hold at *on*, and whose do not (``None``: nobody's does)."""
    mark, changed = changes.since(session, before.mark if before else None)
    touched: set[int] | None
    if before is None or _all_is_new(before, tool, on) or any(one.reach is Reach.EVERYTHING for one in changed):
        found, touched = _Snapshot(tool, on, mark), None
        told = _told(session, _OF_OFFICERS.where(JournalEntry.effective_at > on.instant))
    else:
        found = _Snapshot(tool, on, mark, before.answers, before.coming)
        told = [(one.person_id, one.effective_at) for one in changed if one.reach is Reach.OFFICER]
        touched = {person for person, _instant in told}
        due = {person for person, instant in found.coming.items() if instant <= on.instant}
        if due:  # what takes effect after that is looked for once more
            told += _told(session, _OF_OFFICERS.where(JournalEntry.subject_id.in_(due)))
            found.coming = {person: instant for person, instant in found.coming.items() if person not in due}
            touched |= due
    for person, instant in told:
        if instant > on.instant:
            found.coming[person] = min(instant, found.coming.get(person, instant))
    return found, touched


def _all_is_new(before: _Snapshot, tool: ToolFacts, on: CivilInstant) -> bool:
    if before.tool != tool or before.on.day != on.day or before.on.instant > on.instant:
        return True
    return any(before.on.instant < fact.effective_at <= on.instant for fact in tool.timeline())


def _told(session: Session, entries: Select[int | None, datetime]) -> list[tuple[int, datetime]]:
    return [(person, instant) for person, instant in session.execute(entries) if person is not None]
