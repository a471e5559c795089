"""The cards: what a tool is, what is stated of each version, and a release without a complete one, by two persons."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.tools import (
    RiskClass,
    Tool,
    ToolCard,
    ToolVersion,
    VersionCard,
    VersionCardWaiver,
    VersionCardWaiverSignature,
)
from training_app.rules import cards as rule
from training_app.rules.cards import Card, GroupFigure, GroupTest
from training_app.rules.civil_time import CivilInstant
from training_app.services.locks import one_at_a_time


class CardChanged(TrainingError):
    """Somebody else wrote a revision since the one that was on the page."""

    def __init__(self) -> None:
        super().__init__("Somebody else changed this card meanwhile. Read it again, then change it.")


class NothingChanged(TrainingError):
    def __init__(self) -> None:
        super().__init__("Nothing was changed, so nothing was saved.")


class NotWaivable(TrainingError):
    """There is nothing to do without: the card is complete, or two persons have given a reason already."""

    def __init__(self) -> None:
        super().__init__("This version can be released as far as its card goes. No reason is needed.")


class OwnWaiver(TrainingError):
    def __init__(self) -> None:
        super().__init__("You wrote this yourself. The second signature is another registrar's.")


class WaiverOutdated(TrainingError):
    """The reason was signed meanwhile, or written anew."""

    def __init__(self) -> None:
        super().__init__("This was signed or written anew meanwhile. Nothing was changed.")


class CardStaysComplete(TrainingError):
    """A revision leaves out what the card has: what a release rests on would be gone; `gaps` names the parts."""

    def __init__(self, gaps: Sequence[rule.Gap]) -> None:
        super().__init__("This card is complete. Correct its parts, but leave none of them empty.")
        self.gaps = tuple(gaps)


@dataclass(frozen=True, slots=True)
class ToolStatement:
    """What a tool's card says."""

    purpose: str
    legal_basis: str
    risk_class: RiskClass
    personal_data: str
    special_categories: str
    overridden_by: str
    overridden_how: str
    retention: str | None = None
    """How long the data are kept; ``None`` where nobody has said."""


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a card that a revision changed: *part* names the attribute; lists stay lists."""

    part: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a card after the first, with what it changed."""

    number: int
    at: datetime
    by: str
    changes: tuple[Change, ...]


# -- the tool's card ---------------------------------------------------------------------------------------------------


def tool_card(session: Session, tool: Tool) -> ToolCard | None:
    """Return the latest revision of the tool's card, if it has one."""
    rows = select(ToolCard).where(ToolCard.tool_id == tool.id).order_by(ToolCard.revision.desc())
    return session.scalars(rows).first()


def revise_tool_card(
    session: Session, tool: Tool, said: ToolStatement, *, seen: int, at: datetime, by: Person
) -> ToolCard:
    """Write the next revision of the tool's card.

    :param seen: number of the revision that *by* started from; 0 where there was none.
    :raises CardChanged: if there is a later one; :raises NothingChanged: if it says the same.
    """
    one_at_a_time(session, "tool", tool.id)
    last = tool_card(session, tool)
    if (last.revision if last else 0) != seen:
        raise CardChanged
    if last and said_of_tool(last) == said:
        raise NothingChanged
    card = ToolCard(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        tool_id=tool.id,
        revision=seen + 1,
        **{field.name: getattr(said, field.name) for field in fields(said)},
    )
    session.add(card)
    session.flush()
    return card


def said_of_tool(card: ToolCard) -> ToolStatement:
    return ToolStatement(**{field.name: getattr(card, field.name) for field in fields(ToolStatement)})


def revisions_of_tool_card(session: Session, tool: Tool) -> list[Revision]:
    """Return what later revisions of the tool's card changed, the latest first; empty where there is one or none."""
    rows = session.scalars(select(ToolCard).where(ToolCard.tool_id == tool.id).order_by(ToolCard.revision)).all()
    return _revisions(session, rows, [asdict(said_of_tool(row)) for row in rows])


# -- versions' cards ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiver:
    """The reason why a version may be released without a complete card, and whose signatures it has."""

    id: int
    reason: str
    author_id: int | None
    author: str
    at: datetime
    signer: str | None = None
    signer_reason: str | None = None
    signed_at: datetime | None = None

    @property
    def signed(self) -> bool:
        return self.signed_at is not None

    def waits_for(self, person_id: int) -> bool:
        """Tell whether the second signature is missing and *person_id* could give it."""
        return not self.signed and self.author_id != person_id


@dataclass(frozen=True, slots=True)
class CardOfVersion:
    """The latest revision of a version's card, and a reason to do without; *revision* is 0 where there is no card."""

    revision: int = 0
    card: Card | None = None
    waiver: Waiver | None = None
    """The one that is signed, else the latest."""

    @property
    def gaps(self) -> tuple[rule.Gap, ...]:
        return rule.gaps(self.card)

    @property
    def allows_release(self) -> bool:
        return not self.gaps or (self.waiver is not None and self.waiver.signed)

    def outdated_tests(self, *, on: CivilInstant) -> tuple[GroupTest, ...]:
        return rule.outdated(self.card.tests, on=on) if self.card else ()


def cards_of(session: Session, version_ids: Collection[int]) -> Mapping[int, CardOfVersion]:
    """Return the card of each version, by its id; every id asked for is there."""
    rows = session.scalars(
        select(VersionCard).where(VersionCard.version_id.in_(version_ids)).order_by(VersionCard.revision)
    )
    latest = {row.version_id: row for row in rows}
    waivers = _waivers(session, version_ids)
    return {
        version_id: CardOfVersion(
            row.revision if (row := latest.get(version_id)) else 0,
            said_of_version(row) if row else None,
            waivers.get(version_id),
        )
        for version_id in version_ids
    }


def card_of(session: Session, version_id: int) -> CardOfVersion:
    return cards_of(session, [version_id])[version_id]


def said_of_version(row: VersionCard) -> Card:
    """Return the rule's value for one revision of a version's card; `_rows` is its inverse."""
    return Card(
        training_data=row.training_data,
        known_limits=row.known_limits,
        figures=tuple(GroupFigure(**figure) for figure in row.vendor_figures),
        tests=tuple(GroupTest(**{**test, "date": date.fromisoformat(test["date"])}) for test in row.group_tests),
    )


def revise_version_card(
    session: Session, version: ToolVersion, said: Card, *, seen: int, at: datetime, by: Person
) -> VersionCard:
    """Write the next revision of the card of *version*; see `revise_tool_card`.

    :raises CardChanged: if there is a later one than *seen*; :raises NothingChanged: if it says the same;
    :raises CardStaysComplete: if a complete card would be so no longer.
    """
    one_at_a_time(session, "tool", version.tool_id)
    last = card_of(session, version.id)
    if last.revision != seen:
        raise CardChanged
    if last.card == said:
        raise NothingChanged
    if not last.gaps and (lost := rule.gaps(said)):
        raise CardStaysComplete(lost)
    row = VersionCard(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        version_id=version.id,
        revision=seen + 1,
        training_data=said.training_data,
        known_limits=said.known_limits,
        vendor_figures=[asdict(figure) for figure in said.figures],
        group_tests=[asdict(test) | {"date": test.date.isoformat()} for test in said.tests],
    )
    session.add(row)
    session.flush()
    return row


def revisions_of_version_card(session: Session, version: ToolVersion) -> list[Revision]:
    """Return what later revisions of the version's card changed, the latest first."""
    rows = session.scalars(
        select(VersionCard).where(VersionCard.version_id == version.id).order_by(VersionCard.revision)
    ).all()
    return _revisions(session, rows, [_parts(said_of_version(row)) for row in rows])


# -- released without a complete card ----------------------------------------------------------------------------------


def waive(session: Session, version: ToolVersion, reason: str, *, at: datetime, by: Person) -> VersionCardWaiver:
    """Say why *version* may be released without a complete card; it counts once another registrar signs.

    :raises NotWaivable: if nothing is missing, or that was signed already.
    """
    one_at_a_time(session, "tool", version.tool_id)
    if card_of(session, version.id).allows_release:
        raise NotWaivable
    waiver = VersionCardWaiver(
        effective_at=at, recorded_at=at, recorded_by_id=by.id, version_id=version.id, reason=reason
    )
    session.add(waiver)
    session.flush()
    return waiver


def sign_waiver(session: Session, waiver: VersionCardWaiver, reason: str, *, at: datetime, by: Person) -> None:
    """Agree, as the second registrar, that the version may be released without a complete card, and say why.

    :raises OwnWaiver: if *by* wrote it; :raises WaiverOutdated: if it was signed or written anew meanwhile.
    """
    if waiver.recorded_by_id == by.id:
        raise OwnWaiver
    version = session.get_one(ToolVersion, waiver.version_id)
    one_at_a_time(session, "tool", version.tool_id)
    latest = card_of(session, version.id).waiver
    if latest is None or latest.id != waiver.id or latest.signed:
        raise WaiverOutdated
    signature = VersionCardWaiverSignature(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        waiver_id=waiver.id,
        author_id=waiver.recorded_by_id,
        reason=reason,
    )
    try:
        with session.begin_nested():
            session.add(signature)
    except IntegrityError as error:
        raise WaiverOutdated from error


def waiver_of(session: Session, row: VersionCardWaiver) -> Waiver:
    """Return *row* with its signature, be it the latest or not."""
    signature = session.scalar(select(VersionCardWaiverSignature).where(VersionCardWaiverSignature.waiver_id == row.id))
    names = _names(session, [row.recorded_by_id, signature.recorded_by_id if signature else None])
    return _waiver(row, signature, names)


def _waivers(session: Session, version_ids: Collection[int]) -> dict[int, Waiver]:
    rows = session.execute(
        select(VersionCardWaiver, VersionCardWaiverSignature)
        .outerjoin(VersionCardWaiverSignature, VersionCardWaiverSignature.waiver_id == VersionCardWaiver.id)
        .where(VersionCardWaiver.version_id.in_(version_ids))
        .order_by(VersionCardWaiverSignature.id.is_not(None), VersionCardWaiver.id)
    ).all()
    names = _names(session, [one.recorded_by_id for row in rows for one in row if one is not None])
    return {row[0].version_id: _waiver(row[0], row[1], names) for row in rows}


def _waiver(
    row: VersionCardWaiver, signature: VersionCardWaiverSignature | None, names: Mapping[int | None, str]
) -> Waiver:
    return Waiver(
        id=row.id,
        reason=row.reason,
        author_id=row.recorded_by_id,
        author=names.get(row.recorded_by_id, ""),
        at=row.effective_at,
        signer=names.get(signature.recorded_by_id, "") if signature else None,
        signer_reason=signature.reason if signature else None,
        signed_at=signature.effective_at if signature else None,
    )


def _parts(said: Card) -> dict[str, Any]:
    return {field.name: getattr(said, field.name) for field in fields(said)}


def _revisions(
    session: Session, rows: Sequence[ToolCard | VersionCard], said: Sequence[Mapping[str, Any]]
) -> list[Revision]:
    names = _names(session, [row.recorded_by_id for row in rows])
    found = [
        Revision(
            after.revision,
            after.effective_at,
            names.get(after.recorded_by_id, ""),
            tuple(Change(part, old[part], new[part]) for part in new if old[part] != new[part]),
        )
        for after, old, new in zip(rows[1:], said, said[1:], strict=False)
    ]
    return found[::-1]


def _names(session: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    wanted = {person_id for person_id in ids if person_id is not None}
    if not wanted:
        return {}
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))}
