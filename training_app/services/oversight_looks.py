"""Looks of oversight on record, and the names that it is shown after a reason."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from training_app.models.base import Fact
from training_app.models.certification import Award, AwardReview
from training_app.models.conduct import Objection
from training_app.models.emergencies import EmergencyRequest
from training_app.models.oversight import JournalEntry
from training_app.models.oversight_looks import NameDisclosure, NameDisclosureText, OversightLook
from training_app.models.people import Person
from training_app.models.recorded import RecordedDecision
from training_app.models.tools import Tool
from training_app.models.trainers import TrainerMeasure
from training_app.models.training import ModuleRevision
from training_app.rules.decision import Ground
from training_app.rules.oversight_looks import DisclosureReason, kept_of, shown_until
from training_app.services.journal import fact_kinds
from training_app.services.journal_search import CONFIDENTIAL
from training_app.services.locks import one_at_a_time

NAMES_A_PERSON = ("service_number", "number", "officer", "about")
"""Under these an address states, by the service number, whom its page is about."""
NAMES_OTHERS = ("by", "overseer")
"""Under these it states somebody else: nothing of them is kept."""
ABOUT: Mapping[str, tuple[str, type[Fact]]] = {
    "award_reviews.put_under_review": ("award_id", Award),
    "award_reviews.review": ("review_id", AwardReview),
    "emergencies.one": ("request_id", EmergencyRequest),
    "measure_reviews.measure": ("measure_id", TrainerMeasure),
    "measure_reviews.preview": ("measure_id", TrainerMeasure),
    "objections.judge": ("objection_id", Objection),
    "oversight.decision": ("decision_id", RecordedDecision),
}
"""Pages about one fact, and so about whom it is about: by the view's name, what in its path is the fact's id."""
_CODES: Mapping[str, Collection[str]] = {
    "answer": ("allowed", "refused"),
    "ground": [ground.value for ground in Ground],
}
OF_ENTRIES = ("oversight.journal_proof", "oversight_entries.entry", "oversight_entries.proof_file")
CONFIDENTIAL_PAGES = ("conduct.", "trainer_measures.")
"""Looks at these are not told to whom they were about: a concern is handled before its trainer learns of it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A page that was opened: the name of its view, and what its address states."""

    page: str
    path: Mapping[str, object]
    """Parts of the path."""
    search: Sequence[tuple[str, str]] = ()
    """Parameters behind it."""


def record(
    session: Session, opened: Opened, disclosed: Mapping[int, int], *, at: datetime, by: Person
) -> OversightLook:
    """Record that *by* opened a page as oversight.

    :param disclosed: the running disclosures to *by*, each by whom it is about.
    """
    stated = [*((name, str(value)) for name, value in opened.path.items()), *opened.search]
    subject = _subject(session, opened, dict(stated))
    tool = _tool(session, dict(stated))
    codes = {**_CODES, "kind": fact_kinds(), "slug": _module_slugs(session, dict(stated).get("slug"))}
    of_people = {*NAMES_A_PERSON, *NAMES_OTHERS}
    look = OversightLook(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        page=opened.page,
        subject_id=subject,
        tool_id=tool,
        stated={name: "" if name in of_people else value for name, value in kept_of(stated, codes).items()},
        disclosure_id=disclosed.get(subject) if subject is not None else None,
    )
    session.add(look)
    session.flush()
    return look


def _subject(session: Session, opened: Opened, stated: Mapping[str, str]) -> int | None:
    if opened.page in ABOUT:
        name, kind = ABOUT[opened.page]
        fact = session.get(kind, int(stated[name]))
        return getattr(fact, kind.about or "id") if fact else None
    if opened.page in OF_ENTRIES:
        entry = session.get(JournalEntry, int(stated["entry_id"]))
        return entry.subject_id if entry and entry.fact_kind not in CONFIDENTIAL else None
    typed = next((stated[name].strip() for name in NAMES_A_PERSON if stated.get(name, "").strip()), None)
    if typed is None:
        return None
    return session.scalar(
        select(Person.id).where(Person.service_number.in_({typed, typed.upper()})).order_by(Person.service_number)
    )


def _tool(session: Session, stated: Mapping[str, str]) -> int | None:
    slug = stated.get("tool") or stated.get("slug")
    return session.scalar(select(Tool.id).where(Tool.slug == slug)) if slug else None


def _module_slugs(session: Session, slug: str | None) -> Collection[str]:
    """Return *slug* if a module is called so."""
    if not slug:
        return ()
    return session.scalars(select(ModuleRevision.slug).where(ModuleRevision.slug == slug).limit(1)).all()


# -- names -------------------------------------------------------------------------------------------------------------


def disclosed_to(session: Session, person_id: int, *, at: datetime) -> dict[int, int]:
    """Return whose names are shown to a person at *at*: ids of people, each with that of the disclosure."""
    rows = session.execute(
        select(NameDisclosure.person_id, NameDisclosure.id)
        .where(
            NameDisclosure.recorded_by_id == person_id,
            NameDisclosure.effective_at <= at,
            NameDisclosure.until > at,
        )
        .order_by(NameDisclosure.id)
    )
    return {row.person_id: row.id for row in rows}


def disclose(
    session: Session,
    person: Person,
    reason: DisclosureReason,
    reference: str,
    *,
    zone: ZoneInfo,
    at: datetime,
    by: Person,
) -> NameDisclosure:
    """Show *by* the name of *person* through the civil day; the same reason given twice a day is one disclosure.

    :param reference: of the case for which the name is needed, as the office that handles it writes it.
    """
    one_at_a_time(session, "person", person.id)
    until = shown_until(at, zone)
    key = {"recorded_by_id": by.id, "person_id": person.id, "until": until, "reason": reason}
    if found := session.scalars(select(NameDisclosure).filter_by(**key)).first():
        return found
    disclosure = NameDisclosure(effective_at=at, recorded_at=at, **key)
    session.add(disclosure)
    session.flush()
    session.add(NameDisclosureText(disclosure_id=disclosure.id, reference=reference))
    session.flush()
    return disclosure


@dataclass(frozen=True, slots=True)
class DisclosureRow:
    """A name that was shown; people by number.  *reference* is empty once it was deleted."""

    id: int
    at: datetime
    until: datetime
    reason: DisclosureReason
    overseer: str
    about: str
    reference: str


_Overseer, _About = aliased(Person), aliased(Person)


def disclosures(session: Session, *, page: int, size: int) -> Sequence[DisclosureRow]:
    """Return one page of the names that were shown, to anybody, the latest first; pages count from 1."""
    rows = session.execute(
        select(
            NameDisclosure.id,
            NameDisclosure.effective_at.label("at"),
            NameDisclosure.until,
            NameDisclosure.reason,
            _Overseer.service_number.label("overseer"),
            _About.service_number.label("about"),
            func.coalesce(NameDisclosureText.reference, "").label("reference"),
        )
        .join(_Overseer, _Overseer.id == NameDisclosure.recorded_by_id)
        .join(_About, _About.id == NameDisclosure.person_id)
        .join(NameDisclosureText, NameDisclosureText.disclosure_id == NameDisclosure.id, isouter=True)
        .order_by(NameDisclosure.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return [DisclosureRow(**row._mapping) for row in rows]


def count_disclosures(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(NameDisclosure)) or 0


# -- looks -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SoughtLooks:
    """Which looks are asked for; what is empty is not asked for."""

    overseer: str = ""
    """Service number of who looked."""
    about: str = ""
    """Service number of whom the page was about."""
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""
    named: bool = False
    """Only those at which a name was shown."""


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look; people by number, *about* empty where the page was about nobody alone."""

    id: int
    at: datetime
    page: str
    overseer: str
    about: str
    tool: str
    stated: Mapping[str, str]
    reason: DisclosureReason | None
    """For which a name was shown; ``None`` where it was withheld."""


def looks(session: Session, sought: SoughtLooks, *, page: int, size: int) -> Sequence[LookRow]:
    """Return one page of the looks that are *sought*, the latest first; pages count from 1."""
    query = (
        select(
            OversightLook.id,
            OversightLook.effective_at.label("at"),
            OversightLook.page,
            _Overseer.service_number.label("overseer"),
            func.coalesce(_About.service_number, "").label("about"),
            func.coalesce(Tool.slug, "").label("tool"),
            OversightLook.stated,
            NameDisclosure.reason,
        )
        .join(_Overseer, _Overseer.id == OversightLook.recorded_by_id)
        .join(_About, _About.id == OversightLook.subject_id, isouter=True)
        .join(Tool, Tool.id == OversightLook.tool_id, isouter=True)
        .join(NameDisclosure, NameDisclosure.id == OversightLook.disclosure_id, isouter=True)
    )
    found = _that_are(sought, query).order_by(OversightLook.id.desc()).limit(size).offset((page - 1) * size)
    return [LookRow(**row._mapping) for row in session.execute(found)]


def count_looks(session: Session, sought: SoughtLooks) -> int:
    return session.scalar(_that_are(sought, select(func.count()).select_from(OversightLook))) or 0


def _that_are(sought: SoughtLooks, query: Any) -> Any:
    for column, number in (
        (OversightLook.recorded_by_id, sought.overseer),
        (OversightLook.subject_id, sought.about),
    ):
        if number:
            query = query.where(column == select(Person.id).where(Person.service_number == number).scalar_subquery())
    if sought.since is not None:
        query = query.where(OversightLook.effective_at >= sought.since)
    if sought.until is not None:
        query = query.where(OversightLook.effective_at < sought.until)
    return query.where(OversightLook.disclosure_id.is_not(None)) if sought.named else query
