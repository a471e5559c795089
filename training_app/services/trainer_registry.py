"""The trainer registry: who is qualified by whom on what evidence; granted, founded by two, renewed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import TrainerQualification, TrainerQualificationSignature
from training_app.rules import qualifying
from training_app.rules import trainers as rule
from training_app.rules.civil_time import CivilInstant, add_months, in_force
from training_app.rules.permissions import Role
from training_app.rules.qualifying import AgainstRenewal, Currency, EvidenceKind
from training_app.rules.trainers import Act, Condition, Matter, QualificationLevel, Scope
from training_app.services import accounts, people, trainer_acts, trainer_facts
from training_app.services.certification import passes
from training_app.services.locks import one_at_a_time
from training_app.services.second_signatures import AlreadyDone, sign_once
from training_app.services.trainer_currency import currency

TRAINER_COURSE = "train-the-trainers"
COURSE_AGE_MONTHS = 12
"""The trainers' course was passed within so many months before a first qualification."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of what a qualification rests on.  Of a document only its name and SHA-256 are kept."""

    kind: EvidenceKind
    note: str
    day: date | None = None
    by: str | None = None
    """Service number of who observed or checked."""
    sha256: str | None = None

    def to_json(self) -> dict[str, str]:
        given = {"kind": self.kind.value, "note": self.note, "by": self.by, "sha256": self.sha256}
        day = None if self.day is None else self.day.isoformat()
        return {name: value for name, value in {**given, "day": day}.items() if value}


@dataclass(frozen=True, slots=True)
class Asked:
    """A qualification as it is to be granted."""

    scope: Scope
    level: QualificationLevel
    through: date
    evidence: tuple[Evidence, ...]
    special: bool = False
    version: str | None = None
    """Of a special one for a tool: the only version that it is good for."""


class EvidenceMissing(TrainingError):
    """What the level asks for was not given; *kinds* names it all."""

    def __init__(self, kinds: Collection[EvidenceKind]) -> None:
        super().__init__("The evidence is not complete: " + ", ".join(kinds) + ".")
        self.kinds = tuple(kinds)


class NobodyToVouch(TrainingError):
    """Who is said to have observed or checked is nobody here, or the person themselves."""

    def __init__(self, number: str) -> None:
        super().__init__(f"{number} is nobody here who can have observed or checked this.")
        self.number = number


class NotSeenYet(TrainingError):
    """What was observed or checked has no day, or one that is still to come."""

    def __init__(self) -> None:
        super().__init__("Enter the day on which it was observed or checked: today, or one that has passed.")


class FromBeforeTheRevocation(TrainingError):
    """What was revoked is granted anew, at any level, only on what was observed or checked since."""

    def __init__(self, revoked_on: date) -> None:
        super().__init__(f"This was revoked on {revoked_on}. Enter what was observed or checked since then.")
        self.revoked_on = revoked_on


class NoSuchScope(TrainingError):
    def __init__(self) -> None:
        super().__init__("Choose a subject area, or a tool that is registered.")


class NoSuchVersion(TrainingError):
    """A special qualification for a tool that names no version of it."""

    def __init__(self, tool: str) -> None:
        super().__init__(
            f"A special qualification for {tool} is for one of its versions. Choose one that is registered."
        )
        self.tool = tool


class TooLong(TrainingError):
    def __init__(self, last: date) -> None:
        super().__init__(f"The last day can be {last} at the latest.")
        self.last = last


class Over(TrainingError):
    def __init__(self) -> None:
        super().__init__("The last day has passed already. Choose a later one.")


class NotCurrent(TrainingError):
    """The trainer did too little since the last grant for a renewal without new evidence."""

    def __init__(self, found: Currency) -> None:
        super().__init__("Too little was taught, assessed or learnt since the last grant to renew it.")
        self.found = found


class NotRenewable(TrainingError):
    """What is to be renewed can only be granted anew, or was so meanwhile."""

    def __init__(self, why: AgainstRenewal) -> None:
        super().__init__(f"This qualification is not renewed: {why}.")
        self.why = why


class SomebodyElseCould(TrainingError):
    """A special qualification where a lead of the scope could qualify the person in the ordinary way."""

    def __init__(self) -> None:
        super().__init__("A lead of this scope can qualify this person, so no special qualification is needed.")


class SignedAlready(TrainingError):
    def __init__(self) -> None:
        super().__init__("This qualification is signed already.")


class NoAccount(TrainingError):
    def __init__(self) -> None:
        super().__init__("This person has no open account.")


# -- qualifying --------------------------------------------------------------------------------------------------------


def qualify(session: Session, person: Person, asked: Asked, *, on: CivilInstant, by: Person) -> TrainerQualification:
    """Qualify *person*, as a lead of the scope; the same asked for twice is granted once.

    :raises trainer_acts.NotAllowed: if *by* may not: no lead of the scope, the person, or qualified by the person.
    :raises EvidenceMissing, NobodyToVouch, NotSeenYet, FromBeforeTheRevocation, TooLong, Over, NoAccount, NoSuchScope,
        NoSuchVersion: if the qualification is not one to grant.
    """
    _take_turn(session, person.id)
    matter = Matter(scope=asked.scope, persons=frozenset({str(person.id)}))
    trainer_acts.require(session, Act.QUALIFY, by, matter, on=on)
    return _grant(session, person, asked, on=on, by=by)


def qualify_specially(
    session: Session, person: Person, asked: Asked, *, on: CivilInstant, by: Person
) -> TrainerQualification:
    """Propose a special qualification, as a registrar; in force once a second person signs.

    :raises SomebodyElseCould: if a lead could grant it; and as `qualify`.
    """
    _take_turn(session, person.id)
    matter = Matter(scope=asked.scope, persons=frozenset({str(person.id)}))
    trainer_acts.refuse_if_too_close(session, by, matter)
    _refuse_if_not_needed(session, person, asked.scope, on=on)
    return _grant(session, person, asked, on=on, by=by)


def sign(
    session: Session, granted: TrainerQualification, *, on: CivilInstant, by: Person
) -> TrainerQualificationSignature:
    """Give the second signature under a special qualification.

    :raises trainer_acts.NotAllowed: if *by* is the person, was qualified by the person, or signed first;
    :raises SignedAlready: if it is signed; :raises SomebodyElseCould: if a lead could qualify the person by now.
    """
    _take_turn(session, granted.person_id)
    scope = trainer_facts.scope_of(session, granted)
    matter = Matter(scope=scope, persons=frozenset({str(granted.person_id)}))
    trainer_acts.refuse_if_too_close(session, by, matter)
    if by.id == granted.recorded_by_id:
        raise trainer_acts.NotAllowed(Act.QUALIFY, matter, [Condition.SELF])
    _refuse_if_not_needed(session, session.get_one(Person, granted.person_id), scope, on=on)
    if not in_force(granted.through, on=on):
        raise Over
    at = on.instant
    fact = TrainerQualificationSignature(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        person_id=granted.person_id,
        qualification_id=granted.id,
        author_id=granted.recorded_by_id,
    )
    try:
        sign_once(session, fact)
    except AlreadyDone as error:
        raise SignedAlready from error
    return fact


def renew(
    session: Session,
    held: TrainerQualification,
    through: date,
    evidence: Sequence[Evidence],
    *,
    on: CivilInstant,
    by: Person,
) -> TrainerQualification:
    """Renew *held* through a later day, as a lead of its scope, on what the trainer did and learnt since; once.

    :raises NotCurrent: if that is too little; :raises NotRenewable: if it is not the newest of its scope, special,
        suspended or revoked; else as `qualify`.
    """
    person = session.get_one(Person, held.person_id)
    _take_turn(session, person.id)
    scope = trainer_facts.scope_of(session, held)
    matter = Matter(scope=scope, persons=frozenset({str(person.id)}))
    trainer_acts.require(session, Act.QUALIFY, by, matter, on=on)
    renewed = session.scalar(select(TrainerQualification).where(TrainerQualification.renews_id == held.id))
    if renewed is not None and (renewed.recorded_by_id, renewed.through) == (by.id, through):
        return renewed  # a second click
    against = qualifying.against_renewal(trainer_facts.of(session, person.id), str(held.id), on=on)
    if against is not None:
        raise NotRenewable(against)
    found = currency(session, held, on=on)
    if not found.enough:
        raise NotCurrent(found)
    level = trainer_facts.LEVELS[held.level]
    asked = Asked(scope, level, through, tuple(evidence))
    figures = {"kind": "currency", "acts": found.acts, "hours": found.hours}
    return _grant(session, person, asked, on=on, by=by, renews=held, figures=figures)


def _take_turn(session: Session, person_id: int) -> None:
    """Wait until nobody else grants anything to anybody: whose signature rests on whose is a matter of all grants.

    And until no measure is recorded against the person.
    """
    one_at_a_time(session, "trainer registry", "grants")
    one_at_a_time(session, "person", person_id)


def _refuse_if_not_needed(session: Session, person: Person, scope: Scope, *, on: CivilInstant) -> None:
    others = [
        one
        for one in trainer_facts.everybody(session)
        if accounts.may_act_as(session, int(one.person), {Role.LEAD}, at=on.instant)
    ]
    if not qualifying.special_allowed(others, str(person.id), scope, trainer_facts.qualified_by(session), on=on):
        raise SomebodyElseCould


def _grant(
    session: Session,
    person: Person,
    asked: Asked,
    *,
    on: CivilInstant,
    by: Person,
    renews: TrainerQualification | None = None,
    figures: dict[str, object] | None = None,
) -> TrainerQualification:
    if not accounts.is_open(session, person.id, at=on.instant):
        raise NoAccount
    if not in_force(asked.through, on=on):
        raise Over
    last = qualifying.last_day_allowed(on.day, special=asked.special)
    if asked.through > last:
        raise TooLong(last)
    evidence = [_vouched_for(session, person, one, on=on) for one in asked.evidence]
    course = passed_course(session, person.id, on=on)
    if course is not None:
        evidence.append(course)
    missing = qualifying.evidence_missing(asked.level, {one.kind for one in evidence}, special=asked.special)
    if missing and renews is None:
        raise EvidenceMissing(missing)
    if renews is None:
        _refuse_what_was_revoked(session, person, asked, on=on)
    tool_id, version_id = _tool_and_version(session, asked)
    fact = TrainerQualification(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        person_id=person.id,
        subject=asked.scope.subject,
        tool_id=tool_id,
        version_id=version_id,
        level=trainer_facts.LEVEL_NAMES[asked.level],
        through=asked.through,
        special=asked.special,
        renews_id=None if renews is None else renews.id,
        evidence=[*(one.to_json() for one in evidence), *([figures] if figures else [])],
    )
    same = _same_of_today(session, fact, on=on)
    if same is not None:
        return same
    session.add(fact)
    session.flush()
    return fact


def _vouched_for(session: Session, person: Person, given: Evidence, *, on: CivilInstant) -> Evidence:
    """Return *given*; what somebody observed or checked was so by a known person other than *person*, by today."""
    if given.kind not in qualifying.WITNESSED:
        return given
    number = (given.by or "").strip()
    witness = people.by_number(session, number.upper())
    if witness is None or witness.id == person.id:
        raise NobodyToVouch(number)
    if given.day is None or given.day > on.day:
        raise NotSeenYet
    return replace(given, by=witness.service_number)


def _refuse_what_was_revoked(session: Session, person: Person, asked: Asked, *, on: CivilInstant) -> None:
    revoked = rule.last_revocation(trainer_facts.of(session, person.id), asked.scope, asked.level, on=on)
    if revoked is None:
        return
    revoked_on = on.at(revoked.recorded_at).day
    seen_on = [one.day for one in asked.evidence if one.kind in qualifying.WITNESSED and one.day is not None]
    if not seen_on or min(seen_on) < revoked_on:
        raise FromBeforeTheRevocation(revoked_on)


def _tool_and_version(session: Session, asked: Asked) -> tuple[int | None, int | None]:
    """Return the ids of the tool and, of a special qualification, of the version; nothing of a subject area."""
    if asked.scope.tool is None:
        return None, None
    tool = session.scalar(select(Tool).where(Tool.slug == asked.scope.tool))
    if tool is None:
        raise NoSuchScope
    if not asked.special:
        return tool.id, None
    label = select(ToolVersion.id).where(ToolVersion.tool_id == tool.id, ToolVersion.label == asked.version)
    version_id = session.scalar(label)
    if version_id is None:
        raise NoSuchVersion(tool.name)
    return tool.id, version_id


def _same_of_today(session: Session, fact: TrainerQualification, *, on: CivilInstant) -> TrainerQualification | None:
    """Return what was granted with the same words by the same person today: a second click grants nothing more."""
    like = select(TrainerQualification).where(
        TrainerQualification.person_id == fact.person_id,
        TrainerQualification.recorded_by_id == fact.recorded_by_id,
        TrainerQualification.level == fact.level,
        TrainerQualification.through == fact.through,
        TrainerQualification.special == fact.special,
    )
    for one in session.scalars(like):
        same = (one.subject, one.tool_id, one.version_id, one.evidence) == (
            fact.subject, fact.tool_id, fact.version_id, fact.evidence,
        )  # fmt: skip
        if same and on.at(one.effective_at).day == on.day:
            return one
    return None


def passed_course(session: Session, person_id: int, *, on: CivilInstant) -> Evidence | None:
    """Return the pass of the trainers' course as evidence, where it is young enough; else ``None``."""
    young = [
        one
        for one in passes(session, person_id)
        if one.module == TRAINER_COURSE
        and one.passed_at <= on.instant
        and on.day <= add_months(on.at(one.sat_at or one.passed_at).day, COURSE_AGE_MONTHS)
    ]
    if not young:
        return None
    latest = max(young, key=lambda one: one.passed_at)
    return Evidence(EvidenceKind.TRAINER_COURSE, latest.id, on.at(latest.passed_at).day)
