"""What becomes of an answer without a new fact: when an officer who may use a version today no longer may, and why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from training_app.rules.access import Badge, Decision, Ground, Question, badge, decide, judge
from training_app.rules.civil_time import CivilInstant, days_after, ends_at
from training_app.rules.facts import Facts, as_known

#: Grounds that the officer answers at each single use, by stating the purpose or the authorisation: they say nothing
#: about who may use a tool at all.
OF_ONE_USE = frozenset({Ground.PURPOSE_MISSING, Ground.AUTHORISATION_MISSING})


_MOMENT = timedelta.resolution


def lasting_grounds(decision: Decision) -> tuple[Ground, ...]:
    """Return the grounds that no statement at the time of use can answer, in the decision's order."""
    return tuple(ground for ground in decision.grounds if ground not in OF_ONE_USE)


def usable(decision: Decision) -> bool:
    """Tell whether the officer may use the version, given what each single use asks to be stated."""
    return not lasting_grounds(decision)


def lasting_badge(decision: Decision) -> Badge:
    """Return the badge as it is once each single use states what it is asked for: allowing if and only if usable."""
    return badge(lasting_grounds(decision), decision.standing, decision.emergency)


def lasting(decision: Decision) -> Decision:
    """Return *decision* as it is once each single use states what it is asked for: allowed if and only if usable."""
    kept = lasting_grounds(decision)
    return replace(decision, grounds=kept, badge=badge(kept, decision.standing, decision.emergency))


def horizon(on: CivilInstant, days: int) -> datetime:
    """Return the first instant after the day *days* from today: that day is the last one looked at, inclusive."""
    return ends_at(days_after(on.day, days), on.zone)


def turns(question: Question, facts: Facts, *, at: datetime, until: datetime, known_at: datetime) -> Iterator[Decision]:
    """Yield every answer after *at* and before *until* that differs from the one before it, the earliest first.

    From what was recorded by *known_at* alone.  Each step leads from an answer to the earliest instant at which it can
    change, and of those there are finitely many: beginnings of facts, and ends that follow from them.
    """
    decision = decide(question, facts, at=at, known_at=known_at)
    while decision.stable_until is not None and decision.stable_until < until:
        decision = decide(question, facts, at=decision.stable_until, known_at=known_at)
        yield decision


def loss(question: Question, facts: Facts, *, at: datetime, until: datetime, known_at: datetime) -> Decision | None:
    """Return the first answer before *until* by which a version usable at *at* no longer is, with its grounds.

    ``None`` where it is not usable at *at*, or stays so throughout.
    """
    if not usable(judge(question, as_known(facts, known_at), on=CivilInstant(at, facts.zone))):
        return None
    later = turns(question, facts, at=at, until=until, known_at=known_at)
    return next((then for then in later if not usable(then)), None)


def lost_at(question: Question, facts: Facts, *, since: datetime, at: datetime) -> datetime | None:
    """Return the instant from which the version has no longer been usable, up to *at*, at which it is not.

    ``None`` where, by what is known at *at*, it was not usable at *since* already: a void takes back what was allowed.
    """
    found: datetime | None = None
    before = usable(decide(question, facts, at=since, known_at=at))
    for then in turns(question, facts, at=since, until=at + _MOMENT, known_at=at):
        now = usable(then)
        if before and not now:
            found = then.at
        before = now
    return found
