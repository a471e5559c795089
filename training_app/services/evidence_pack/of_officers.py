"""What is about officers: awards and what became of them, decisions as they were recorded, and the evidence behind."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.certification import Award, AwardEnd, AwardReview, AwardUpholding
from training_app.models.clients import Client
from training_app.models.oversight import JournalEntry, JournalPayload, PersonSalt
from training_app.models.people import Person
from training_app.models.recorded import RecordedDecision
from training_app.models.tools import Tool, ToolPolicy, ToolVersion
from training_app.packs.decided import BEGINNINGS, RecordedLine
from training_app.packs.layout import TOOL, officer_file
from training_app.rules.canonical import digest
from training_app.rules.certificates import CertificateState, certificate_state
from training_app.rules.certification import history, standing
from training_app.rules.evidence import Origin, to_text
from training_app.rules.facts import Facts, OfficerFacts, ToolFacts, as_known
from training_app.rules.opened_digest import opening
from training_app.services import gather
from training_app.services.evidence_pack.of_tool import Cells, Table
from training_app.services.evidence_pack.orders import PackOrder, runs
from training_app.services.evidence_pack.shown import Shown

OFFICERS_AT_ONCE = 200
DECISIONS_AT_ONCE = 1_000

AWARDS = (
    "entry", "award", "officer", "version", "kind", "effective_at", "in_period", "last_day", "state", "ended", "base",
    "requirement_set", "policy_revision", "evidence", "revisions", "recorded_at",
)  # fmt: skip


class NotAsRecorded(RuntimeError):
    """What stands in the journal is not what its own entry says: the database was changed past the product."""

    def __init__(self, entry: int) -> None:
        super().__init__(
            f"Entry {entry} of the journal was changed after it was recorded. Run: training-app journal verify"
        )


@dataclass
class Included:
    """What was found while awards and decisions were read; filled in as they are."""

    officers: dict[int, str] = field(default_factory=dict)
    """Service numbers of those with an award or a decision of the period, by id."""
    awards: list[int] = field(default_factory=list)
    """Ids of the awards in the pack."""
    in_period: int = 0
    """Of these, made in the period."""
    revisions: set[str] = field(default_factory=set)
    """Digests of the revisions that these awards rest on."""
    decisions: int = 0
    refusals: int = 0
    unread: int = 0
    """Decisions whose content is gone, because who they are about was erased."""
    out_of_reach: int = 0
    """Decisions on questions of clients that might not ask about the tool."""
    commands: list[Mapping[str, Any]] = field(default_factory=list)
    """The first refusals, as the index shows them."""


# -- awards ------------------------------------------------------------------------------------------------------------


def awards(session: Session, tool: Tool, order: PackOrder, shown: Shown, found: Included) -> Iterator[Cells]:
    """Yield a row for each award that was made in the period, or whose term still ran in it, by officer.

    *found* is told of them.
    """
    facts = gather.tool(session, tool.slug)
    versions = select(ToolVersion.id).where(ToolVersion.tool_id == tool.id)
    of_tool = (Award.version_id.in_(versions), order.known(Award))
    holders = session.scalars(select(Award.officer_id).where(*of_tool).distinct().order_by(Award.officer_id)).all()
    made_under = select(ToolPolicy.id, ToolPolicy.revision).where(ToolPolicy.tool_id == tool.id)
    policies = {row.id: row.revision for row in session.execute(made_under)}
    if facts is None:
        return
    for some in runs(holders, OFFICERS_AT_ONCE):
        known = _known_officers(session, some, facts, order)
        rows = session.execute(
            select(*Award.__table__.columns)
            .where(Award.officer_id.in_(some), *of_tool)
            .order_by(Award.officer_id, Award.id)
        ).all()
        told = [(row, *state) for row in rows if (state := _state(row, known, order)) is not None]
        entries = shown.of(Award, [row.id for row, *_rest in told])
        for row, officer, version, last_day, worth in told:
            found.awards.append(row.id)
            if row.effective_at >= order.since:
                found.officers[row.officer_id] = officer.number
                found.in_period += 1
            found.revisions.update(row.evidence.get("revisions", {}).values())
            yield (
                entries.get(row.id),
                row.id,
                officer.number,
                version,
                row.kind,
                row.effective_at,
                row.effective_at >= order.since,
                last_day,
                worth,
                sorted({end.kind.value for end in officer.award_ends if end.award == str(row.id)}),
                row.base_id,
                row.requirement_set_id,
                policies.get(row.policy_id),
                row.evidence.get("met_by", []),
                sorted({revision[:12] for revision in row.evidence.get("revisions", {}).values()}),
                row.recorded_at,
            )


def _known_officers(
    session: Session, ids: Sequence[int], tool: ToolFacts, order: PackOrder
) -> dict[int, tuple[ToolFacts, OfficerFacts]]:
    found = {}
    for person, officer in gather.officers(session, ids, tool.slug).items():
        known = as_known(Facts(zone=order.zone, tool=tool, officer=officer), order.known_at)
        if known.tool is not None and known.officer is not None:
            found[person] = known.tool, known.officer
    return found


def _state(
    row: Any, known: Mapping[int, tuple[ToolFacts, OfficerFacts]], order: PackOrder
) -> tuple[OfficerFacts, str, date | None, CertificateState] | None:
    """Return officer, version, last day and state of an award at the end of the period; ``None``: it is not shown."""
    if row.officer_id not in known:
        return None
    tool, officer = known[row.officer_id]
    awarded = {one.id: one for one in officer.awards}
    award = base = awarded.get(str(row.id))
    while base is not None and base.base is not None:
        base = awarded.get(base.base)
    if award is None or base is None:
        return None
    on = order.at_its_end
    term = next((one for one in reversed(history(officer, tool, on=on).terms) if one.holds(base.id)), None)
    ended = any(end.award == award.id and order.since <= end.recorded_at for end in officer.award_ends)
    runs_in_it = term is not None and term.last_day >= order.first
    if not (runs_in_it or ended or row.effective_at >= order.since):
        return None
    now = standing(officer, tool, award.version, on=on)
    return officer, award.version, term.last_day if term else None, certificate_state(award.id, officer, now, on=on)


def changes_table(session: Session, found: Included, order: PackOrder, shown: Shown) -> Table:
    """Return what became of the awards in the pack: revoked, voided, put under review, upheld."""
    header = (
        "entry", "award", "officer", "what", "review", "reason_code", "effective_at", "recorded_at", "recorded_by",
    )  # fmt: skip
    told: list[tuple[Any, int, str, object, str]] = []
    entries: dict[tuple[str, int], int] = {}
    for some in runs(found.awards):
        ends = session.scalars(
            select(AwardEnd).where(AwardEnd.award_id.in_(some), AwardEnd.recorded_at <= order.known_at)
        )
        told += [(one, one.award_id, one.kind.value, None, one.reason_code) for one in ends]
        reviews = session.scalars(
            select(AwardReview).where(AwardReview.award_id.in_(some), AwardReview.recorded_at <= order.known_at)
        ).all()
        told += [(one, one.award_id, "under review", one.id, one.reason_code) for one in reviews]
        of = {one.id: one.award_id for one in reviews}
        upheld = session.scalars(
            select(AwardUpholding).where(AwardUpholding.review_id.in_(of), AwardUpholding.recorded_at <= order.known_at)
        )
        told += [(one, of[one.review_id], "upheld", one.review_id, one.reason_code) for one in upheld]
    for kind in (AwardEnd, AwardReview, AwardUpholding):
        ids = [one.id for one, *_rest in told if isinstance(one, kind)]
        entries |= {(kind.__tablename__, fact): entry for fact, entry in shown.of(kind, ids).items()}
    by = shown.numbers([person for one, *_rest in told for person in (one.officer_id, one.recorded_by_id)])
    told.sort(key=lambda each: (each[0].recorded_at, each[0].__tablename__, each[0].id))
    rows: list[Cells] = [
        (
            entries.get((one.__tablename__, one.id)),
            award,
            by[one.officer_id],
            what,
            review,
            reason,
            one.effective_at,
            one.recorded_at,
            by[one.recorded_by_id],
        )
        for one, award, what, review, reason in told
    ]
    return Table("award-changes.csv", header, rows)


# -- decisions ---------------------------------------------------------------------------------------------------------


def decisions(
    session: Session, tool: Tool, order: PackOrder, shown: Shown, found: Included
) -> Iterator[tuple[RecordedLine, str]]:
    """Yield each decision of the period about the tool, as recorded, and the service number; those of one officer
    follow one another, the earliest first, after those about numbers that nobody has.

    *found* is told of them.

    :raises NotAsRecorded: if a decision is not what its journal entry says.
    """
    decided = order.decided(tool.slug)
    about = select(RecordedDecision.officer_id).where(decided).distinct().order_by(RecordedDecision.officer_id)
    ids = [one for one in session.scalars(about) if one is not None]
    found.unread = (
        session.scalar(
            select(func.count(RecordedDecision.id))
            .join(*_ENTRY)
            .outerjoin(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
            .where(decided, JournalPayload.entry_id.is_(None))
        )
        or 0
    )
    query = _decisions().where(decided)
    yield from _told(session, query.where(RecordedDecision.officer_id.is_(None)), order, shown, found)
    for some in runs(ids, OFFICERS_AT_ONCE):
        yield from _told(session, query.where(RecordedDecision.officer_id.in_(some)), order, shown, found)


_ENTRY = (
    JournalEntry,
    (JournalEntry.fact_kind == RecordedDecision.__tablename__) & (JournalEntry.fact_id == RecordedDecision.id),
)


def _decisions() -> Any:
    return (
        select(
            RecordedDecision.id,
            RecordedDecision.officer_id,
            RecordedDecision.allowed,
            RecordedDecision.within_reach,
            RecordedDecision.version,
            JournalEntry.id.label("entry"),
            JournalEntry.payload_digest,
            JournalEntry.subject_pseudonym,
            JournalPayload.payload,
            PersonSalt.salt,
            Person.service_number,
            func.coalesce(Client.name, "").label("client"),
        )
        .join(*_ENTRY)
        .join(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
        .outerjoin(PersonSalt, PersonSalt.person_id == RecordedDecision.officer_id)
        .outerjoin(Person, Person.id == RecordedDecision.officer_id)
        .outerjoin(Client, Client.id == RecordedDecision.client_id)
        .order_by(RecordedDecision.officer_id, RecordedDecision.id)
    )


def _told(
    session: Session, query: Any, order: PackOrder, shown: Shown, found: Included
) -> Iterator[tuple[RecordedLine, str]]:
    with session.execute(query, execution_options={"yield_per": DECISIONS_AT_ONCE}) as rows:
        for row in rows:
            yield _line(row, order, shown, found), row.service_number or ""


def _line(row: Any, order: PackOrder, shown: Shown, found: Included) -> RecordedLine:
    salt = b"" if row.subject_pseudonym is None else row.salt
    if salt is None or digest(row.payload, salt=salt) != row.payload_digest:
        raise NotAsRecorded(row.entry)
    shown.show(row.entry)
    found.decisions += 1
    found.refusals += not row.allowed
    file: str | None = TOOL
    if row.officer_id is not None:
        found.officers[row.officer_id] = row.service_number
        file = officer_file(row.service_number) if order.with_officers else None
    if row.within_reach is False:
        found.out_of_reach += 1
        file = None
    opened = opening(row.payload, salt=salt).hex() if salt and row.payload.startswith(BEGINNINGS) else None
    return RecordedLine(row.entry, row.payload, opened, row.client, file)


# -- evidence ----------------------------------------------------------------------------------------------------------


def evidence_files(
    session: Session, tool: Tool, order: PackOrder, found: Included, done: Callable[[], object]
) -> Iterator[tuple[str, str]]:
    """Yield the path and text of the evidence file of each officer in the pack; *done* is called after each."""
    facts = gather.tool(session, tool.slug)
    for some in runs(sorted(found.officers), OFFICERS_AT_ONCE):
        for person, officer in gather.officers(session, some, tool.slug).items():
            number = found.officers[person]
            text = to_text(
                Facts(zone=order.zone, tool=facts, officer=officer), Origin(number, tool.slug, order.known_at)
            )
            yield officer_file(number), text
            done()


def tool_file(session: Session, tool: Tool, order: PackOrder) -> str:
    """Return the evidence on the tool alone: what questions about numbers that nobody has are answered from."""
    facts = gather.tool(session, tool.slug)
    return to_text(Facts(zone=order.zone, tool=facts, officer=None), Origin("", tool.slug, order.known_at))
