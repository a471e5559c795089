"""Running terms re-based on another policy: what it does to each officer, shown before two registrars decide on it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.certification import Award
from training_app.models.people import Person
from training_app.models.tools import TermsRebase, TermsRebaseSignature, Tool, ToolPolicy, ToolVersion
from training_app.rules import versions
from training_app.rules.access import Decision, Question, judge
from training_app.rules.certification import IN_FORCE
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Facts, OfficerFacts, Rebased, ToolFacts
from training_app.rules.outlook import usable
from training_app.services import gather
from training_app.services.locks import one_at_a_time
from training_app.services.second_signatures import AlreadyDone, Superseded, second_person, sign_once
from training_app.services.tool_versions import facts_of


class PolicyNotInEffect(TrainingError):
    def __init__(self) -> None:
        super().__init__("That revision is not in effect yet. Re-base on one that is, or was, in effect.")


class PreviewOutdated(TrainingError):
    def __init__(self) -> None:
        super().__init__("What this would do has changed since you were shown it. Read it again, then decide.")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a re-base does to one officer whose term runs; the days are last days, inclusive."""

    person_id: int
    number: str
    old: date
    new: date
    loses: tuple[str, ...]
    """Versions that the officer may use now and could not at once."""

    @property
    def shorter(self) -> bool:
        return self.new < self.old

    @property
    def longer(self) -> bool:
        return self.new > self.old


@dataclass(frozen=True, slots=True)
class Preview:
    """What a re-base would do if it took effect now; *digest* names exactly this preview."""

    effects: tuple[Effect, ...]
    digest: str

    @property
    def shorter(self) -> int:
        return sum(one.shorter for one in self.effects)

    @property
    def longer(self) -> int:
        return sum(one.longer for one in self.effects)

    @property
    def unchanged(self) -> int:
        return len(self.effects) - self.shorter - self.longer

    @property
    def losing(self) -> tuple[Effect, ...]:
        return tuple(one for one in self.effects if one.loses)


def preview(session: Session, tool: Tool, policy: ToolPolicy, *, at: datetime, zone: ZoneInfo) -> Preview:
    """Return what re-basing the running terms on *policy* at *at* does to every officer with one.

    By the same rules that answer the tool, with the re-base added to the facts; read outside the transaction that
    writes it.
    """
    facts, on = facts_of(session, tool), CivilInstant(at, zone)
    terms = next(one for one in facts.policies if one.revision == policy.revision)
    assumed = Rebased(id="assumed", policy=terms, effective_at=at, recorded_at=at)
    rebased = replace(facts, rebases=(*facts.rebases, assumed))
    people = session.scalars(
        select(Award.officer_id)
        .join(ToolVersion, ToolVersion.id == Award.version_id)
        .where(ToolVersion.tool_id == tool.id)
        .distinct()
    ).all()
    known = gather.officers(session, people, tool.slug)
    found = (_effect(person, officer, facts, rebased, on) for person, officer in sorted(known.items()))
    effects = tuple(effect for effect in found if effect is not None)
    lines = [[one.number, one.old.isoformat(), one.new.isoformat(), list(one.loses)] for one in effects]
    text = json.dumps([tool.slug, policy.revision, lines], separators=(",", ":"))
    return Preview(effects, hashlib.sha256(text.encode()).hexdigest())


def _effect(
    person_id: int, officer: OfficerFacts, before: ToolFacts, after: ToolFacts, on: CivilInstant
) -> Effect | None:
    """Return the effect on one officer, ``None`` where no term runs."""
    now, then = _answers(officer, before, on), _answers(officer, after, on)
    old, new = _last_day(now), _last_day(then)
    standing = now[""].standing
    if old is None or new is None or standing is None or standing.validity not in IN_FORCE:
        return None
    loses = tuple(label for label in now if usable(now[label]) and not usable(then[label]))
    return Effect(person_id, officer.number, old, new, loses)


def _answers(officer: OfficerFacts, tool: ToolFacts, on: CivilInstant) -> dict[str, Decision]:
    """Return the answer for each version in use, and under the empty label what holds of the officer's term.

    What each single use asks to be stated, as the purpose of an intrusive tool, is taken as stated.
    """
    known = Facts(zone=on.zone, tool=tool, officer=officer)
    labels = ["", *versions.in_use(tool, at=on.instant)]
    return {label: judge(Question(officer.number, tool.slug, label or None), known, on=on) for label in labels}


def _last_day(answers: dict[str, Decision]) -> date | None:
    standing = answers[""].standing
    return standing.last_day if standing else None


def propose(
    session: Session, tool: Tool, policy: ToolPolicy, *, reason: str, seen: str, foreseen: str, at: datetime, by: Person
) -> TermsRebase:
    """Write that the running terms of *tool* are to be re-based on *policy*; in force once another registrar signs.

    :param seen: digest of the preview that *by* was shown; :param foreseen: digest of the same preview as it is now.
    :raises PolicyNotInEffect: if *policy* takes effect later; :raises PreviewOutdated: if the digests differ;
    :raises AlreadyDone: if the same person's proposal for the same revision waits for its signature.
    """
    if policy.effective_at > at:
        raise PolicyNotInEffect
    if seen != foreseen:
        raise PreviewOutdated
    one_at_a_time(session, "tool", tool.id)
    waiting = pending(session, tool)
    if waiting is not None and (waiting.policy_id, waiting.recorded_by_id) == (policy.id, by.id):
        raise AlreadyDone("You have written this already. It waits for another registrar's signature.")
    fact = TermsRebase(
        effective_at=at, recorded_at=at, recorded_by_id=by.id, tool_id=tool.id, policy_id=policy.id, reason=reason
    )
    session.add(fact)
    session.flush()
    return fact


def sign(session: Session, rebase: TermsRebase, *, seen: str, foreseen: str, at: datetime, by: Person) -> None:
    """Sign as the second registrar; the running terms are re-based from then on.

    :raises SameSigner: if *by* wrote it; :raises AlreadyDone: if it is signed; :raises Superseded: if a later one was
    written; :raises PreviewOutdated: if what was shown is no longer what it would do.
    """
    second_person(rebase.recorded_by_id, by)
    one_at_a_time(session, "tool", rebase.tool_id)
    if signature_of(session, rebase) is not None:
        raise AlreadyDone("This is signed already.")
    if not is_latest(session, rebase):
        raise Superseded
    if seen != foreseen:
        raise PreviewOutdated
    signature = TermsRebaseSignature(
        effective_at=at, recorded_at=at, recorded_by_id=by.id, rebase_id=rebase.id, author_id=rebase.recorded_by_id
    )
    sign_once(session, signature)


def rebases_of(session: Session, tool: Tool) -> Sequence[TermsRebase]:
    """Return every re-base that was written for *tool*, the latest first."""
    return session.scalars(
        select(TermsRebase).where(TermsRebase.tool_id == tool.id).order_by(TermsRebase.id.desc())
    ).all()


def signature_of(session: Session, rebase: TermsRebase) -> TermsRebaseSignature | None:
    return session.scalar(select(TermsRebaseSignature).where(TermsRebaseSignature.rebase_id == rebase.id))


def is_latest(session: Session, rebase: TermsRebase) -> bool:
    """Tell whether no later re-base was written for the same tool."""
    later = select(TermsRebase.id).where(TermsRebase.tool_id == rebase.tool_id, TermsRebase.id > rebase.id)
    return session.scalars(later).first() is None


def pending(session: Session, tool: Tool) -> TermsRebase | None:
    """Return the latest re-base of *tool* if it waits for its second signature."""
    last = next(iter(rebases_of(session, tool)), None)
    return last if last is not None and signature_of(session, last) is None else None
