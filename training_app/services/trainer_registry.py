"""The trainer registry: who is qualified by whom on what evidence, and what trainers declare of themselves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.authoring import ReviewOutcome, ReviewRequest, ReviewVerdict
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import (
    ContinuingEducation,
    DeclaredInterest,
    DeclaredInterestEnd,
    EthicsDeclaration,
    TrainerQualification,
    TrainerQualificationSignature,
)
from training_app.rules import trainers as rule
from training_app.rules.civil_time import CivilInstant, add_months, in_force
from training_app.rules.trainers import (
    Act,
    Condition,
    Currency,
    EvidenceKind,
    InterestKind,
    Matter,
    QualificationLevel,
    Scope,
)
from training_app.services import accounts, checklists, sign_offs, taught, trainer_acts, trainer_facts
from training_app.services.certification import passes
from training_app.services.locks import one_at_a_time
from training_app.services.second_signatures import AlreadyDone, sign_once

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
    """Of a special one for a tool."""


class EvidenceMissing(TrainingError):
    """What the level asks for was not given; *kinds* names it all."""

    def __init__(self, kinds: Collection[EvidenceKind]) -> None:
        super().__init__("The evidence is not complete: " + ", ".join(kinds) + ".")
        self.kinds = tuple(kinds)


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
    :raises EvidenceMissing, TooLong, Over, NoAccount: if the qualification is not one to grant.
    """
    one_at_a_time(session, "person", person.id)
    matter = Matter(scope=asked.scope, persons=frozenset({str(person.id)}))
    trainer_acts.require(session, Act.QUALIFY, by, matter, on=on)
    return _grant(session, person, asked, on=on, by=by)


def qualify_specially(
    session: Session, person: Person, asked: Asked, *, on: CivilInstant, by: Person
) -> TrainerQualification:
    """Propose a special qualification, as a registrar; in force once a second person signs.

    :raises SomebodyElseCould: if a lead could grant it; and as `qualify`.
    """
    one_at_a_time(session, "person", person.id)
    _refuse_the_own(person, by, asked)
    _refuse_if_not_needed(session, person, asked.scope, on=on)
    return _grant(session, person, asked, on=on, by=by)


def sign(
    session: Session, granted: TrainerQualification, *, on: CivilInstant, by: Person
) -> TrainerQualificationSignature:
    """Give the second signature under a special qualification.

    :raises trainer_acts.NotAllowed: if *by* is the person or signed first; :raises SignedAlready: if it is signed.
    """
    one_at_a_time(session, "person", granted.person_id)
    scope = scope_of(session, granted)
    if by.id in {granted.person_id, granted.recorded_by_id}:
        raise trainer_acts.NotAllowed(Act.QUALIFY, Matter(scope=scope), [Condition.SELF])
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
    """Renew *held* through a later day, as a lead of its scope, on what the trainer did and learnt since.

    :raises NotCurrent: if that is too little; else as `qualify`.
    """
    person = session.get_one(Person, held.person_id)
    one_at_a_time(session, "person", person.id)
    scope = scope_of(session, held)
    matter = Matter(scope=scope, persons=frozenset({str(person.id)}))
    trainer_acts.require(session, Act.QUALIFY, by, matter, on=on)
    found = currency(session, held, on=on)
    if not found.enough:
        raise NotCurrent(found)
    level = trainer_facts.LEVELS[held.level]
    asked = Asked(scope, level, through, tuple(evidence))
    figures = {"kind": "currency", "acts": found.acts, "hours": found.hours}
    return _grant(session, person, asked, on=on, by=by, renews=held, figures=figures)


def _refuse_the_own(person: Person, by: Person, asked: Asked) -> None:
    if person.id == by.id:
        raise trainer_acts.NotAllowed(Act.QUALIFY, Matter(scope=asked.scope), [Condition.SELF])


def _refuse_if_not_needed(session: Session, person: Person, scope: Scope, *, on: CivilInstant) -> None:
    others = trainer_facts.everybody(session)
    if not rule.special_allowed(others, str(person.id), scope, trainer_facts.qualified_by(session), on=on):
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
    last = rule.last_day_allowed(on.day, special=asked.special)
    if asked.through > last:
        raise TooLong(last)
    evidence = [*asked.evidence]
    course = passed_course(session, person.id, on=on)
    if course is not None:
        evidence.append(course)
    missing = rule.evidence_missing(asked.level, {one.kind for one in evidence}, special=asked.special)
    if missing and renews is None:
        raise EvidenceMissing(missing)
    tool = session.scalar(select(Tool).where(Tool.slug == asked.scope.tool)) if asked.scope.tool else None
    version_id = None
    if tool is not None and asked.version is not None:
        version_id = session.scalar(
            select(ToolVersion.id).where(ToolVersion.tool_id == tool.id, ToolVersion.label == asked.version)
        )
    fact = TrainerQualification(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        person_id=person.id,
        subject=asked.scope.subject,
        tool_id=None if tool is None else tool.id,
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


def scope_of(session: Session, granted: TrainerQualification) -> Scope:
    slug = None if granted.tool_id is None else session.get_one(Tool, granted.tool_id).slug
    return Scope(subject=granted.subject, tool=slug)


# -- currency ----------------------------------------------------------------------------------------------------------


def currency(session: Session, held: TrainerQualification, *, on: CivilInstant) -> Currency:
    """Return what the trainer did and learnt since *held* was granted."""
    since = held.effective_at
    hours = session.scalar(
        select(func.sum(ContinuingEducation.hours)).where(
            ContinuingEducation.person_id == held.person_id,
            ContinuingEducation.held_on >= on.at(since).day,
            ContinuingEducation.held_on <= on.day,
        )
    )
    own = trainer_acts.certified_for(session, Matter(scope=scope_of(session, held)), held.person_id, on=on)
    return Currency(acts=_acts(session, held, since), hours=int(hours or 0), certified=own.certified)


def _acts(session: Session, held: TrainerQualification, since: datetime) -> int:
    """Count what was written, published, taught and signed in the scope since then."""
    held_sessions = taught.sessions_held(session, held.person_id, scope_of(session, held), since)
    if held.tool_id is not None:
        signed = sign_offs.given(session, held.person_id, held.tool_id, since=since)
        return held_sessions + signed + checklists.worked_on(session, held.person_id, held.tool_id, since=since)
    approved = session.execute(
        select(ReviewRequest.author_ids, ReviewRequest.content, ReviewVerdict.recorded_by_id)
        .join(ReviewVerdict, ReviewVerdict.request_id == ReviewRequest.id)
        .where(ReviewVerdict.outcome == ReviewOutcome.APPROVED, ReviewVerdict.effective_at >= since)
    )
    return held_sessions + sum(
        bool(row.content["subject_area"] == held.subject) and held.person_id in {*row.author_ids, row.recorded_by_id}
        for row in approved
    )


def record_education(
    session: Session,
    person: Person,
    *,
    title: str,
    held_on: date,
    hours: int,
    document: bytes | None,
    on: CivilInstant,
    by: Person,
) -> ContinuingEducation:
    """Record that *person* took part in continuing education; the same recorded twice counts once.

    :param document: the certificate, of which only the SHA-256 is kept.
    :raises trainer_acts.NotAllowed: if *by* leads no scope in which the person is, or is the person.
    """
    one_at_a_time(session, "person", person.id)
    _require_lead_of(session, person, on=on, by=by)
    digest = None if document is None else sha256(document).hexdigest()
    same = session.scalar(
        select(ContinuingEducation).where(
            ContinuingEducation.person_id == person.id,
            ContinuingEducation.title == title,
            ContinuingEducation.held_on == held_on,
        )
    )
    if same is not None:
        return same
    at = on.instant
    fact = ContinuingEducation(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        person_id=person.id,
        title=title,
        held_on=held_on,
        hours=hours,
        document_sha256=digest,
    )
    session.add(fact)
    session.flush()
    return fact


def _require_lead_of(session: Session, person: Person, *, on: CivilInstant, by: Person) -> None:
    """Let through a lead of at least one scope in which *person* was ever qualified, who is not the person."""
    scopes = sorted({one.scope for one in trainer_facts.of(session, person.id).qualifications}, key=str)
    persons = frozenset({str(person.id)})
    refusals = [
        trainer_acts.unmet(session, Act.QUALIFY, by.id, Matter(scope=scope, persons=persons), on=on) for scope in scopes
    ]
    if not refusals:
        raise trainer_acts.NotAllowed(Act.QUALIFY, Matter(scope=Scope(subject="")), [Condition.NOT_QUALIFIED])
    if all(refusals):
        raise trainer_acts.NotAllowed(Act.QUALIFY, Matter(scope=scopes[0]), refusals[0])


# -- declarations ------------------------------------------------------------------------------------------------------


def declare(session: Session, person: Person, *, text: str, language: str, on: CivilInstant) -> EthicsDeclaration:
    """Sign the declaration of ethics and impartiality, as it was shown; signed twice on a day, it is signed once."""
    one_at_a_time(session, "person", person.id)
    digest, at = sha256(text.encode()).hexdigest(), on.instant
    last = session.scalars(
        select(EthicsDeclaration).where(EthicsDeclaration.person_id == person.id).order_by(EthicsDeclaration.id.desc())
    ).first()
    if last is not None and last.text_digest == digest and on.at(last.effective_at).day == on.day:
        return last
    fact = EthicsDeclaration(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=person.id,
        person_id=person.id,
        text_version=trainer_acts.ETHICS_TEXT,
        text_digest=digest,
        language=language,
    )
    session.add(fact)
    session.flush()
    return fact


def declare_interest(
    session: Session, person: Person, kind: InterestKind, vendor: str, *, on: CivilInstant
) -> DeclaredInterest:
    """Declare an interest in a vendor; one that stands already is not declared twice."""
    one_at_a_time(session, "person", person.id)
    standing = {int(one.id) for one in rule.interests(trainer_facts.of(session, person.id), on=on)}
    for row in session.scalars(select(DeclaredInterest).where(DeclaredInterest.id.in_(standing))):
        if (row.kind, row.vendor) == (kind, vendor):
            return row
    at = on.instant
    fact = DeclaredInterest(
        effective_at=at, recorded_at=at, recorded_by_id=person.id, person_id=person.id, kind=kind, vendor=vendor
    )
    session.add(fact)
    session.flush()
    return fact


def end_interest(session: Session, interest: DeclaredInterest, *, at: datetime) -> None:
    """Declare, as the trainer, that an interest ended; declaring it twice is declaring it once."""
    one_at_a_time(session, "person", interest.person_id)
    if session.scalar(select(DeclaredInterestEnd.id).where(DeclaredInterestEnd.interest_id == interest.id)):
        return
    session.add(
        DeclaredInterestEnd(
            effective_at=at,
            recorded_at=at,
            recorded_by_id=interest.person_id,
            person_id=interest.person_id,
            interest_id=interest.id,
        )
    )
    session.flush()
