"""Who may teach, write, examine and decide: the conditions that every act of a trainer needs at its moment.

Sources: popAI recommendations (January 2024): trainers' expertise, professionalism and ethical conduct; the ideas of
ISO/IEC 17024 (impartiality, training kept apart from certification); EASA Part-FCL, FCL.900 ff. (instruct only with a
certificate for the instruction given, hold the rating that you teach).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from training_app.rules.civil_time import CivilInstant, add_months, in_force
from training_app.rules.facts import Fact, in_effect


class QualificationLevel(IntEnum):
    """Each level includes those before it."""

    AUTHOR = 1
    INSTRUCTOR = 2
    ASSESSOR = 3
    LEAD = 4


class Act(StrEnum):
    """What a trainer does as a trainer."""

    WRITE = "write"
    """Write or change a module, an item or a checklist."""
    REVIEW = "review"
    """Comment on what another wrote, or give it back."""
    PUBLISH = "publish"
    """Approve what officers are taught and examined with."""
    TEACH = "teach"
    """Hold a session in a classroom or simulator."""
    SIGN_OFF = "sign-off"
    """Observe an officer's practice and sign for it."""
    RATE = "rate"
    """Rate items for a cut score."""
    HEAR_APPEAL = "hear-appeal"
    DECLINE_WISH = "decline-wish"
    """Say, for a subject area, that the training stays as it is although a report asked for a change."""
    QUALIFY = "qualify"
    """Qualify another person, or judge a trainer's conduct."""


LEVEL_FOR: Mapping[Act, QualificationLevel] = {
    Act.WRITE: QualificationLevel.AUTHOR,
    Act.REVIEW: QualificationLevel.AUTHOR,
    Act.TEACH: QualificationLevel.INSTRUCTOR,
    Act.RATE: QualificationLevel.INSTRUCTOR,
    Act.PUBLISH: QualificationLevel.ASSESSOR,
    Act.SIGN_OFF: QualificationLevel.ASSESSOR,
    Act.HEAR_APPEAL: QualificationLevel.ASSESSOR,
    Act.DECLINE_WISH: QualificationLevel.LEAD,
    Act.QUALIFY: QualificationLevel.LEAD,
}

ASSESSING = frozenset({Act.REVIEW, Act.PUBLISH, Act.SIGN_OFF, Act.RATE, Act.HEAR_APPEAL})
"""Acts that decide whether somebody passes, or by what: an interest in a vendor concerned stands against them."""
OWN_CERTIFICATION = frozenset({Act.TEACH, Act.SIGN_OFF})
"""Acts on a tool that ask for the trainer's own certification on the version."""

DECLARATION_MONTHS = 12
"""A declaration of ethics and impartiality is signed anew every year."""
SEPARATION_MONTHS = 12
"""For so long nobody assesses whom they taught, where the tool's risk class asks to keep the two apart."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a qualification is for: a subject area (as modules name it), or a tool (by slug); exactly one is given."""

    subject: str | None = None
    tool: str | None = None

    def __post_init__(self) -> None:
        if (self.subject is None) == (self.tool is None):
            raise ValueError("a scope is either a subject area or a tool")

    def __str__(self) -> str:
        return f"subject:{self.subject}" if self.tool is None else f"tool:{self.tool}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification(Fact):
    """A person was qualified in a scope at a level, through a last day.

    A *special* one founds the first trainers of a scope: for at most a year, by two signers, on a tool for one
    *version* only, and without a certification of the trainer's own, which nobody can have yet.
    """

    id: str
    scope: Scope
    level: QualificationLevel
    through: date
    by: frozenset[str] = frozenset()
    """Ids of the persons who signed."""
    special: bool = False
    version: str | None = None


class MeasureKind(StrEnum):
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REINSTATED = "reinstated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Fact):
    """A trainer was suspended from, or lost, one *qualification* or (``None``) all of them; or was reinstated.

    The qualification that is named stands for its scope and level: see `measure_against`.  May take effect before it is
    recorded: "revoked from a past date".
    """

    id: str
    kind: MeasureKind
    qualification: str | None = None
    ends: str | None = None
    """Of a reinstatement: the id of the suspension that it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared(Fact):
    """The declaration of ethics and impartiality was signed, in this version of its text."""

    text_version: int


class InterestKind(StrEnum):
    EMPLOYED = "employed"
    PAID = "paid"
    HOLDS_SHARES = "holds-shares"
    CLOSE_PERSON = "close-person"
    """Somebody close works for the vendor or owns a share of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest(Fact):
    """An interest in a vendor was declared; it lasts until it is declared to have ended."""

    id: str
    kind: InterestKind
    vendor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestEnded(Fact):
    interest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught(Fact):
    """The trainer holds a session on a tool, and *learner* attended it or is on its roster and nothing says otherwise.

    *effective_at* is its beginning.
    """

    learner: str
    tool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerFacts:
    """What is recorded about one trainer; persons by id."""

    person: str
    qualifications: tuple[Qualification, ...] = ()
    measures: tuple[Measure, ...] = ()
    declarations: tuple[Declared, ...] = ()
    interests: tuple[Interest, ...] = ()
    interest_ends: tuple[InterestEnded, ...] = ()
    taught: tuple[Taught, ...] = ()


class Condition(StrEnum):
    """What an act asks for and is not there, in the order in which it is told."""

    SELF = "self"
    NOT_QUALIFIED = "not-qualified"
    LEVEL_TOO_LOW = "level-too-low"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    OTHER_VERSION = "other-version"
    """The only qualification that would do is a special one for another version."""
    DECLARATION_MISSING = "declaration-missing"
    DECLARATION_OUTDATED = "declaration-outdated"
    """It was signed in an earlier version of its text, or more than a year ago."""
    INTEREST = "interest"
    OWN_CERTIFICATION = "own-certification"
    """The trainer is not certified, or not for this version outright."""
    OWN_SUSPENDED = "own-suspended"
    """The trainer is suspended from the tool as an officer."""
    OWN_UNDER_REVIEW = "own-under-review"
    """What the trainer's own certification rests on is under review."""
    TAUGHT_THEM = "taught-them"
    CYCLE = "cycle"
    """Following "qualified by" from the trainer leads to the person whom the act is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What an act is about.

    *vendors*: of the tools concerned; of a module, of all that it teaches.  *persons*: whose award, mark or
    qualification depends on the act.  *own*: what stands against the trainer's own certification on the tool version
    now; nothing where it is not about a tool.
    """

    scope: Scope
    version: str | None = None
    vendors: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    separation: bool = False
    """Whether who taught a person does not assess them."""
    own: frozenset[Condition] = frozenset()


QualifiedBy = Mapping[str, Collection[str]]
"""For each person the persons who ever qualified them, by id."""


def unmet(
    act: Act,
    trainer: TrainerFacts,
    matter: Matter,
    *,
    text_version: int,
    qualified_by: QualifiedBy,
    on: CivilInstant,
) -> tuple[Condition, ...]:
    """Return every condition of *act* that *trainer* does not meet at *on*; empty where the act is allowed.

    :param text_version: of the declaration as it is to be signed today.
    """
    found = {
        *_of_independence(act, trainer, matter, qualified_by, on),
        *_of_qualification(act, trainer, matter, on),
        *_of_declaration(trainer, text_version, on),
    }
    return tuple(condition for condition in Condition if condition in found)


def _of_independence(
    act: Act, trainer: TrainerFacts, matter: Matter, qualified_by: QualifiedBy, on: CivilInstant
) -> Iterator[Condition]:
    yield from too_close(trainer.person, matter.persons, qualified_by)
    if act in ASSESSING and matter.vendors & {one.vendor for one in interests(trainer, on=on)}:
        yield Condition.INTEREST
    if act is Act.SIGN_OFF and matter.separation and taught_lately(trainer, matter, on=on):
        yield Condition.TAUGHT_THEM


def too_close(person: str, persons: Collection[str], qualified_by: QualifiedBy) -> Iterator[Condition]:
    """Yield why *person* does not decide on *persons*, in whatever office: one of them, or qualified by one of them."""
    if person in persons:
        yield Condition.SELF
    if frozenset(persons) & ancestors(person, qualified_by) - {person}:
        yield Condition.CYCLE


def _of_qualification(act: Act, trainer: TrainerFacts, matter: Matter, on: CivilInstant) -> Iterator[Condition]:
    in_scope = [one for one in in_effect(trainer.qualifications, on.instant) if one.scope == matter.scope]
    usable = [one for one in in_scope if _stands_against(one, act, trainer, matter, on) is None]
    if not usable:
        # Of several the one that lacks least is told: the last of the list is the nearest to doing.
        nearness = list(_NEARNESS)
        lacks = [_stands_against(one, act, trainer, matter, on) or Condition.NOT_QUALIFIED for one in in_scope]
        yield max(lacks, key=nearness.index, default=Condition.NOT_QUALIFIED)
        return
    if act in OWN_CERTIFICATION:
        # Who founds a tool cannot be certified on it yet; a suspension or a review stands against them, too.
        excused = {Condition.OWN_CERTIFICATION} if any(one.special for one in usable) else set()
        yield from matter.own - excused


_NEARNESS = (
    Condition.NOT_QUALIFIED,
    Condition.OTHER_VERSION,
    Condition.LEVEL_TOO_LOW,
    Condition.LAPSED,
    Condition.REVOKED,
    Condition.SUSPENDED,
)


def _stands_against(
    one: Qualification, act: Act, trainer: TrainerFacts, matter: Matter, on: CivilInstant
) -> Condition | None:
    # Who leads the scope from its first version on qualifies others for the tool, whatever the version.
    if one.version not in (None, matter.version) and act is not Act.QUALIFY:
        return Condition.OTHER_VERSION
    if one.level < LEVEL_FOR[act]:
        return Condition.LEVEL_TOO_LOW
    measure = measure_against(one, trainer, on=on)
    if measure is not None:
        return Condition.REVOKED if measure.kind is MeasureKind.REVOKED else Condition.SUSPENDED
    return None if in_force(one.through, on=on) else Condition.LAPSED


def measure_against(one: Qualification, trainer: TrainerFacts, *, on: CivilInstant) -> Measure | None:
    """Return what keeps the qualification from being used at *on*: a revocation before a suspension; else ``None``.

    A revocation ends what had been granted by then; who was revoked can be qualified anew.  A suspension is of the
    person: it holds back what is granted later, too, until the reinstatement.
    """
    against = [
        measure
        for measure in _standing_measures(trainer, on=on)
        if measure.qualification == one.id
        or (
            _is_about(measure, one.scope, one.level, trainer)
            and (measure.kind is MeasureKind.SUSPENDED or one.recorded_at <= measure.recorded_at)
        )
    ]
    against.sort(key=lambda measure: measure.kind is not MeasureKind.REVOKED)
    return against[0] if against else None


def last_revocation(
    trainer: TrainerFacts, scope: Scope, level: QualificationLevel, *, on: CivilInstant
) -> Measure | None:
    """Return the revocation, recorded last, after which *level* in *scope* is granted on new evidence only."""
    found = [
        measure
        for measure in _standing_measures(trainer, on=on)
        if measure.kind is MeasureKind.REVOKED and _is_about(measure, scope, level, trainer)
    ]
    return max(found, key=lambda measure: measure.recorded_at, default=None)


def _standing_measures(trainer: TrainerFacts, *, on: CivilInstant) -> list[Measure]:
    held = in_effect(trainer.measures, on.instant)
    ended = {measure.ends for measure in held if measure.kind is MeasureKind.REINSTATED}
    return [one for one in held if one.kind is not MeasureKind.REINSTATED and one.id not in ended]


def _is_about(measure: Measure, scope: Scope, level: QualificationLevel, trainer: TrainerFacts) -> bool:
    """Tell whether *measure* is about *level* in *scope*, whichever grant it names.

    A parallel grant, or one at a higher level, which includes the level that was taken, is no way around it.
    """
    if measure.qualification is None:
        return True
    named = next((one for one in trainer.qualifications if one.id == measure.qualification), None)
    return named is not None and named.scope == scope and level >= named.level


def standing_qualifications(trainer: TrainerFacts, *, on: CivilInstant) -> tuple[Qualification, ...]:
    """Return the qualifications that run and that no measure is against, the oldest first."""
    return tuple(
        one
        for one in in_effect(trainer.qualifications, on.instant)
        if in_force(one.through, on=on) and measure_against(one, trainer, on=on) is None
    )


def _of_declaration(trainer: TrainerFacts, text_version: int, on: CivilInstant) -> Iterator[Condition]:
    if not in_effect(trainer.declarations, on.instant):
        yield Condition.DECLARATION_MISSING
    elif not in_force(declared_through(trainer, text_version, on=on), on=on):
        yield Condition.DECLARATION_OUTDATED


def declared_through(trainer: TrainerFacts, text_version: int, *, on: CivilInstant) -> date | None:
    """Return the last day of the latest declaration in the text of today, inclusive; ``None`` without one."""
    signed = [one for one in in_effect(trainer.declarations, on.instant) if one.text_version == text_version]
    return add_months(on.at(signed[-1].effective_at).day, DECLARATION_MONTHS) if signed else None


def interests(trainer: TrainerFacts, *, on: CivilInstant) -> tuple[Interest, ...]:
    """Return the interests that were declared and not declared to have ended."""
    ended = {one.interest for one in in_effect(trainer.interest_ends, on.instant)}
    return tuple(one for one in in_effect(trainer.interests, on.instant) if one.id not in ended)


def taught_lately(trainer: TrainerFacts, matter: Matter, *, on: CivilInstant) -> bool:
    """Tell whether one of the persons concerned is among the `lately_taught`."""
    return bool(matter.persons & lately_taught(trainer, matter.scope, on=on))


def lately_taught(trainer: TrainerFacts, scope: Scope, *, on: CivilInstant) -> frozenset[str]:
    """Return whom the trainer taught on the tool, from the day of the session on, whatever its hour, and for
    `SEPARATION_MONTHS`, the last day included."""
    return frozenset(
        one.learner
        for one in trainer.taught
        if one.tool == scope.tool and _within(on.at(one.effective_at).day, SEPARATION_MONTHS, on.day)
    )


def _within(first: date, months: int, day: date) -> bool:
    return first <= day <= add_months(first, months)


def ancestors(person: str, qualified_by: QualifiedBy) -> frozenset[str]:
    """Return who qualified *person*, who qualified those, and so on; cycles in the records end it, too."""
    found: set[str] = set()
    waiting = list(qualified_by.get(person, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(qualified_by.get(one, ()))
    return frozenset(found)
