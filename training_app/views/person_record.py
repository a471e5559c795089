"""One officer's record as the registrar reads it: the answers for every version in use, certificates, orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app import wording
from training_app.agency import moment
from training_app.models.certification import Award, AwardEnd
from training_app.models.people import Person, RetrainingOrder
from training_app.models.tools import Tool
from training_app.rules.access import Badge, Question, decide
from training_app.rules.certification import outstanding_orders
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import AwardEndKind, AwardKind, Facts, OfficerFacts, ToolFacts
from training_app.rules.outlook import lasting
from training_app.rules.versions import in_use
from training_app.services import accounts, certification, gather, reports, retraining, revocations, suspensions, units
from training_app.services.suspensions import Suspension


@dataclass(frozen=True, slots=True)
class Certificate:
    """An award in the list of certificates."""

    id: int
    version: str
    kind: str
    day: str
    code: str
    state: str
    """Empty while nothing ended it."""
    can_be_revoked: bool


@dataclass(frozen=True, slots=True)
class ToolRecord:
    name: str
    row: Mapping[str, Any]
    """The tool as the component `tool_row` takes it."""
    certificates: Sequence[Certificate]


@dataclass(frozen=True, slots=True)
class Ordered:
    """Retraining that was ordered."""

    tool: str
    modules: str
    due: date
    ordered_on: str
    reason_code: str
    outstanding: bool
    report: int | None
    """Number of the report that it came of."""


@dataclass(frozen=True, slots=True)
class PersonRecord:
    unit: str
    roles: Sequence[str]
    account_open: bool
    tools: Sequence[ToolRecord]
    """Those of which anything is recorded for the officer."""
    other_tools: Sequence[str]
    """Names of the tools in use of which nothing is."""
    orders: Sequence[Ordered]
    suspensions: Sequence[Suspension]


def record(
    session: Session, person: Person, *, zone: ZoneInfo, at: datetime, titles: Mapping[str, str]
) -> PersonRecord:
    """Return the record of *person*.

    :param titles: of the published modules, by slug.
    """
    on, place = CivilInstant(at, zone), units.unit_of(session, person.id, at=at)
    awards, ends = certification.awards_of(session, person.id), revocations.ends_of(session, person.id)
    tools, others = [], []
    outstanding: dict[int, set[str]] = {}
    certified: set[int] = set()
    for tool in session.scalars(select(Tool).order_by(Tool.name)).all():
        facts, officer = gather.tool(session, tool.slug), gather.officer(session, person.id, tool.slug)
        if facts is None or officer is None:
            continue
        held = [
            _certificate(award, version.label, ends.get(award.id, []), on)
            for award, version, of in awards
            if of.id == tool.id
        ]
        outstanding[tool.id] = {order.id for order in outstanding_orders(officer, on=on)}
        if officer.awards:
            certified.add(tool.id)
        if held or officer.attempts or officer.seats:
            tools.append(ToolRecord(tool.name, _row(person, tool, facts, officer, on), held))
        elif in_use(facts, at=at):
            others.append(tool.name)
    return PersonRecord(
        unit=place.name if place else "",
        roles=[str(wording.ROLES[role]) for role in sorted(accounts.roles_of(session, person.id, at=at))],
        account_open=accounts.is_open(session, person.id, at=at),
        tools=tools,
        other_tools=others,
        orders=_orders(session, person, _Open(outstanding, certified), titles, on),
        suspensions=suspensions.standing(session, person.id, at=at),
    )


def _row(person: Person, tool: Tool, facts: ToolFacts, officer: OfficerFacts, on: CivilInstant) -> dict[str, Any]:
    known = Facts(zone=on.zone, tool=facts, officer=officer)
    decisions = [
        lasting(decide(Question(officer.number, tool.slug, label), known, at=on.instant, known_at=on.instant))
        for label in in_use(facts, at=on.instant)
    ]
    gravest = list(Badge)
    versions = [
        {
            "label": decision.question.version,
            "badge": wording.badge(decision.badge),
            "validity": wording.sentence(
                decision, officer=person.name, tool=tool.name, stating_purpose=facts.purpose_required
            ),
            "reason": " ".join(ground.sentence for ground in wording.grounds(decision, zone=on.zone)),
        }
        for decision in sorted(decisions, key=lambda decision: gravest.index(decision.badge))
    ]
    return {"name": tool.name, "note": tool.vendor, "versions": versions}


def _certificate(award: Award, version: str, ends: Sequence[AwardEnd], on: CivilInstant) -> Certificate:
    kinds = {
        AwardKind.FULL: _("Whole course"),
        AwardKind.RENEWAL: _("Renewal"),
        AwardKind.DELTA: _("What changed"),
    }
    ended = {end.kind: end for end in ends}
    if void := ended.get(AwardEndKind.VOIDED):
        state = _("Void, declared on %(day)s", day=wording.civil(on.at(void.effective_at).day))
    elif revoked := ended.get(AwardEndKind.REVOKED):
        state = _("Revoked on %(when)s", when=moment(revoked.effective_at))
    else:
        state = ""
    imported = _("imported") if "import" in award.evidence else ""
    return Certificate(
        id=award.id,
        version=version,
        kind=f"{kinds[award.kind]}, {imported}" if imported else kinds[award.kind],
        day=wording.civil(on.at(award.effective_at).day),
        code=award.code,
        state=state,
        can_be_revoked=not ended,
    )


@dataclass(frozen=True, slots=True)
class _Open:
    """Which orders no award has met yet."""

    by_tool: Mapping[int, set[str]]
    certified: set[int]
    """Ids of the tools on which the officer was ever certified."""

    def __contains__(self, order: RetrainingOrder) -> bool:
        """Tell whether *order* is open on its tool; one for every tool, on any that the officer was certified on.

        Who was never certified has met none.
        """
        asked = [order.tool_id] if order.tool_id is not None else (self.certified or self.by_tool)
        return any(str(order.id) in self.by_tool.get(tool_id, ()) for tool_id in asked)


def _orders(
    session: Session, person: Person, outstanding: _Open, titles: Mapping[str, str], on: CivilInstant
) -> list[Ordered]:
    names = {row.id: row.name for row in session.execute(select(Tool.id, Tool.name))}
    sources = reports.sources_of_orders(session, person.id)
    return [
        Ordered(
            tool=_("Every tool") if order.tool_id is None else names[order.tool_id],
            modules=", ".join(titles.get(slug, slug) for slug in order.modules),
            due=order.due,
            ordered_on=wording.civil(on.at(order.effective_at).day),
            reason_code=order.reason_code,
            outstanding=order in outstanding,
            report=sources.get(order.id),
        )
        for order in retraining.orders_of(session, person.id)
    ]
