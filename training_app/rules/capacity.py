"""Whether the observed sign-offs that a release asks for can be given in time: by whom, and which unit runs short.

A plan on paper: nobody is assigned to anybody by it.  It finds the most sign-offs that can be given in time (a maximum
matching of officers with the assessors' sign-offs by day) and, where not all can, shares what is missing fairly among
the units.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush, heapreplace
from typing import TypeVar

from training_app.rules.civil_time import CivilInstant
from training_app.rules.trainers import Matter, QualifiedBy, TrainerFacts, ancestors, lately_taught

DAYS_A_WEEK = 7

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Need:
    """One officer needs a sign-off by the end of *last_day*; *barred*: assessors who may not give it to them."""

    officer: str
    unit: str
    last_day: date
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class UnitCapacity:
    unit: str
    needed: int
    possible: int
    """How many of them can be given in time."""

    @property
    def short(self) -> int:
        return self.needed - self.possible


@dataclass(frozen=True, slots=True)
class DayCapacity:
    """What is needed by one day, and how much of that can be given."""

    last_day: date
    needed: int
    possible: int

    @property
    def short(self) -> int:
        return self.needed - self.possible


@dataclass(frozen=True, slots=True)
class Capacity:
    """*assigned*: by officer the assessor in the plan; who is not in it has nobody in time."""

    needs: tuple[Need, ...]
    assigned: Mapping[str, str]
    assessors: tuple[str, ...]

    @property
    def needed(self) -> int:
        return len(self.needs)

    @property
    def possible(self) -> int:
        return len(self.assigned)

    @property
    def short(self) -> int:
        return self.needed - self.possible

    def units(self) -> tuple[UnitCapacity, ...]:
        """Return what each unit needs and can be given, by name."""
        found = _grouped(self.needs, lambda need: need.unit)
        return tuple(UnitCapacity(unit, len(held), self._possible(held)) for unit, held in sorted(found.items()))

    def days(self) -> tuple[DayCapacity, ...]:
        """Return what is needed by each last day, the earliest first."""
        found = _grouped(self.needs, lambda need: need.last_day)
        return tuple(DayCapacity(day, len(held), self._possible(held)) for day, held in sorted(found.items()))

    def _possible(self, needs: Iterable[Need]) -> int:
        return sum(need.officer in self.assigned for need in needs)


def sign_offs_until(last_day: date, *, today: date, per_week: int) -> int:
    """Return how many sign-offs one assessor can give from *today* through *last_day*, both included.

    Spread over the days of a week, rounded down: a week gives *per_week*, less than a week less.
    """
    days = (last_day - today).days + 1
    return max(0, per_week * days // DAYS_A_WEEK)


def plan(needs: Sequence[Need], assessors: Collection[str], *, today: date, per_week: int) -> Capacity:
    """Return the most sign-offs that *assessors* can give in time, who is given one by whom, and who by nobody.

    The unit with the smallest share of its own comes next, and within it the officer with the earliest last day, so
    that what is missing is missing everywhere alike as far as the assessors allow.  No need: an empty plan.

    :param per_week: sign-offs that one assessor gives in a week.
    """
    names = tuple(sorted(assessors))
    search = _Search(needs, names, today=today, per_week=per_week)
    waiting = {
        unit: deque(sorted(held, key=lambda need: (need.last_day, need.officer)))
        for unit, held in sorted(_grouped(needs, lambda need: need.unit).items())
    }
    sizes = {unit: len(held) for unit, held in waiting.items()}
    served = dict.fromkeys(sizes, 0)
    while waiting:
        unit = min(waiting, key=lambda one: (served[one] / sizes[one], one))
        served[unit] += search.serve(waiting[unit].popleft())
        if not waiting[unit]:
            del waiting[unit]
    return Capacity(tuple(needs), search.assigned(), names)


_Slot = tuple[str, date]
"""The sign-offs that an assessor can give between one last day and the next, by the later day."""
_Group = tuple[date, frozenset[str]]
"""Needs that differ in nothing that the plan minds: their last day, and who may not give them."""


class _Search:
    """Serves one need after the other, moving those served before to other slots where that makes room.

    Whoever is served stays served, and who cannot be served when their turn comes could not be later either, so that in
    any order the most are served (the augmenting paths of bipartite matching).
    """

    def __init__(self, needs: Iterable[Need], assessors: Sequence[str], *, today: date, per_week: int) -> None:
        self.assessors = assessors
        self.last_days = sorted({need.last_day for need in needs})
        self.free: dict[_Slot, int] = {}
        before = 0
        for day in self.last_days:
            until = sign_offs_until(day, today=today, per_week=per_week)
            self.free |= {(assessor, day): until - before for assessor in assessors}
            before = until
        self.given: dict[_Slot, dict[_Group, list[str]]] = {slot: defaultdict(list) for slot in self.free}
        self.closed: set[_Slot] = set()
        """Those from which no way leads to a free one; none ever will, since nothing that is given comes back."""
        self.hopeless: set[_Group] = set()
        self.by_room = {
            day: [(-self.free[assessor, day], place) for place, assessor in enumerate(assessors)]
            for day in self.last_days
        }
        """Of each day the assessors, the one with most sign-offs left first: heaps, put right as they are read."""

    def slots(self, group: _Group) -> Iterator[_Slot]:
        """Yield the slots that would do for *group*, the latest first: the early ones are left to who needs them."""
        last_day, barred = group
        for day in reversed(self.last_days):
            if day <= last_day:
                yield from ((one, day) for one in self.assessors if one not in barred and (one, day) not in self.closed)

    def serve(self, need: Need) -> bool:
        """Find a slot for *need*; return whether there was one."""
        group = (need.last_day, need.barred)
        if group in self.hopeless:
            return False
        roomiest = self._roomiest(group)
        if roomiest is not None:
            self._move_along(roomiest, {roomiest: (None, group)}, need.officer)
            return True
        came_from: dict[_Slot, tuple[_Slot | None, _Group]] = dict.fromkeys(self.slots(group), (None, group))
        queue = deque(came_from)
        while queue:
            slot = queue.popleft()
            if self.free[slot] > 0:
                self._move_along(slot, came_from, need.officer)
                return True
            for other in [one for one, held in self.given[slot].items() if held]:
                for next_slot in self.slots(other):
                    if next_slot not in came_from:
                        came_from[next_slot] = (slot, other)
                        queue.append(next_slot)
        self.closed |= came_from.keys()
        self.hopeless.add(group)
        return False

    def _roomiest(self, group: _Group) -> _Slot | None:
        """Return the slot for *group* with most sign-offs left, the latest of several; ``None`` where all are full."""
        last_day, barred = group
        days = [day for day in reversed(self.last_days) if day <= last_day]
        found = [slot for day in days if (slot := self._roomiest_on(day, barred)) is not None]
        return max(found, key=self.free.__getitem__, default=None)

    def _roomiest_on(self, day: date, barred: Collection[str]) -> _Slot | None:
        # What is left only becomes less, so that whatever stands first and is right has the most.
        heap, aside, found = self.by_room[day], [], None
        while heap and found is None:
            known, place = heap[0]
            slot = (self.assessors[place], day)
            if -known != self.free[slot]:
                heapreplace(heap, (-self.free[slot], place))
            elif not known:
                break
            elif slot[0] in barred:
                aside.append(heappop(heap))
            else:
                found = slot
        for one in aside:
            heappush(heap, one)
        return found

    def _move_along(self, end: _Slot, came_from: Mapping[_Slot, tuple[_Slot | None, _Group]], officer: str) -> None:
        """Move somebody from each slot on the way to the next, and put *officer* into the first."""
        self.free[end] -= 1
        slot = end
        while True:
            before, group = came_from[slot]
            if before is None:
                self.given[slot][group].append(officer)
                return
            self.given[slot][group].append(self.given[before][group].pop())
            slot = before

    def assigned(self) -> dict[str, str]:
        return {
            officer: assessor
            for (assessor, _day), groups in self.given.items()
            for held in groups.values()
            for officer in held
        }


def _grouped(needs: Iterable[Need], key: Callable[[Need], K]) -> dict[K, list[Need]]:
    found: dict[K, list[Need]] = defaultdict(list)
    for need in needs:
        found[key(need)].append(need)
    return dict(found)


def barred_for(
    trainer: TrainerFacts, matter: Matter, officers: Collection[str], *, qualified_by: QualifiedBy, on: CivilInstant
) -> frozenset[str]:
    """Return for whom of *officers* the trainer may not sign, whatever their qualification: themselves, who qualified
    them over any number of steps and, where teaching is kept apart, whom they taught lately.

    The same as `training_app.rules.trainers.unmet` says of each, for all of them at once; a test compares the two.
    """
    apart = ancestors(trainer.person, qualified_by) | {trainer.person}
    if matter.separation:
        apart |= lately_taught(trainer, matter.scope, on=on)
    return apart & frozenset(officers)
