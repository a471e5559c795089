"""Officers whose facts differ in nothing that a rule can see: one answer is the answer for each of them.

A pattern is the officer's facts with what only names them replaced: an id by the place of the fact that it names, a
unit by its place among the officer's units, and an instant by its place between the instants that it is compared with.
Those are the midnights of the agency's zone, the instants of the tool's facts, the instant of the question, and the
officer's own instants.  A rule reads an instant by comparing it and by its civil day, and so sees no difference; of an
emergency, which is counted in minutes, the instants stay as they are.
Nothing of the rule is known here: every fact is kept, with everything else that it says.
"""

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from training_app.rules.civil_time import first_instant
from training_app.rules.facts import ToolFacts
from training_app.services.gather.officer_rows import (
    BASE,
    CODE,
    DAY,
    EFFECTIVE,
    EVIDENCE,
    ID,
    KINDS,
    ORDER,
    POLICY,
    RECORDED,
    REF,
    SINCE,
    TEXT,
    Kept,
    Officer,
    evidence_of,
)

FIRST_YEAR = 2000
YEARS_AHEAD = 20

_REFERS = tuple(None if KINDS[name].refers_to is None else ORDER.index(KINDS[name].refers_to or "") for name in ORDER)
_AWARDS = ORDER.index("awards")
_EMERGENCIES = ORDER.index("emergencies")
_OF_UNITS = {ORDER.index("units"), ORDER.index("seats")}


class Ruler:
    """Places instants, as the database keeps them, between those that do not move.

    :param as_text: whether the database keeps an instant as a text (SQLite), which sorts as the instants do.
    """

    def __init__(self, tool: ToolFacts, zone: ZoneInfo, *, at: datetime, as_text: bool) -> None:
        own = {at, *(fact.effective_at for fact in tool.timeline()), *(fact.recorded_at for fact in tool.timeline())}
        midnights = _midnights(zone, at.year + YEARS_AHEAD, as_text)
        self._marks: list[Any] = sorted({*midnights, *(_kept(one, as_text) for one in own)})
        self._first, self._last = self._marks[0], self._marks[-1]

    def place(self, instant: Any) -> Hashable:
        """Return the place of *instant*: on a mark, or between two; outside of all marks, the instant itself."""
        if not self._first <= instant <= self._last:
            return (instant,)
        before = bisect_right(self._marks, instant)
        return 2 * before - int(self._marks[before - 1] == instant)


def _kept(instant: datetime, as_text: bool) -> Any:
    utc = instant.astimezone(UTC)
    return utc.strftime("%Y-%m-%d %H:%M:%S.%f") if as_text else utc


@lru_cache(maxsize=8)
def _midnights(zone: ZoneInfo, last_year: int, as_text: bool) -> tuple[Any, ...]:
    days = (date(last_year, 12, 31) - date(FIRST_YEAR, 1, 1)).days
    return tuple(_kept(first_instant(date(FIRST_YEAR, 1, 1) + timedelta(n), zone), as_text) for n in range(days + 1))


def pattern(officer: Officer, ruler: Ruler) -> Hashable:
    """Return what distinguishes the officer's facts; equal patterns have equal answers."""
    kept = [_in_view(number, officer) for number in range(len(ORDER))]
    instants = sorted({row[moment] for rows in kept for row in rows for moment in (EFFECTIVE, RECORDED)} | _since(kept))
    place = {instant: number for number, instant in enumerate(instants)}
    positions = [{row[ID]: number for number, row in enumerate(rows)} if rows else {} for rows in kept]
    units: dict[Any, int] = {}
    proofs: dict[str, int] = {}
    told: list[Hashable] = [tuple(map(ruler.place, instants))]
    for number, rows in enumerate(kept):
        if not rows:
            continue
        told.append(number)
        named = _REFERS[number]
        for row in rows:
            ref = row[REF]
            if named is not None:
                ref = positions[named][ref]
            elif number in _OF_UNITS:
                ref = units.setdefault(ref, len(units))
            told.append((place[row[EFFECTIVE]], place[row[RECORDED]], ref, row[CODE], row[DAY], row[TEXT]))
            if number == _EMERGENCIES:  # of which a rule counts minutes
                told.append((row[EFFECTIVE], row[SINCE]))
            if number == _AWARDS:
                met_by, modules = evidence_of(row[EVIDENCE])
                proof = tuple(proofs.setdefault(one, len(proofs)) for one in met_by)
                base = None if row[BASE] is None else positions[_AWARDS].get(row[BASE], -1)
                told.append((place[row[SINCE]], row[POLICY], base, proof, modules))
    return tuple(told)


def _since(kept: Sequence[Sequence[Kept]]) -> set[Any]:
    return {row[SINCE] for row in kept[_AWARDS]}


def _in_view(number: int, officer: Officer) -> Sequence[Kept]:
    """Return the rows of a kind without those that name a fact about another tool."""
    rows, named = officer.rows[number], _REFERS[number]
    if named is None or not rows:
        return rows
    known = {row[ID] for row in _in_view(named, officer)}
    return [row for row in rows if row[REF] in known]
