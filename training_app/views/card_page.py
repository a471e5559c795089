"""A tool's card and the cards of its versions in words, with the vendor's figures made ready to be drawn."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app import wording
from training_app.models.tools import RiskClass, Tool, ToolCard, ToolVersion
from training_app.rules import cards as rule
from training_app.rules import versions
from training_app.rules.cards import Card, GroupFigure, GroupTest
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Prohibition
from training_app.rules.versions import VersionState
from training_app.services import cards
from training_app.services import tools as registration
from training_app.services.cards import CardOfVersion, Change, Revision
from training_app.services.tool_versions import facts_of
from training_app.services.tools import PurposeOfTool
from training_app.views.desk import as_written
from training_app.views.way_into_use import state_badge
from training_app.wording import BadgeText
from training_app.wording import cards as card_words

#: Versions that an officer meets; who manages tools sees the others too.
MET = frozenset({VersionState.ANNOUNCED, VersionState.IN_USE, VersionState.SUSPENDED, VersionState.PROHIBITED})


@dataclass(frozen=True, slots=True)
class TestShown:
    __test__ = False  # no test of ours

    day: str
    iso: str
    age: str
    outdated: bool
    owner: str
    data_set: str
    groups: str
    finding: str


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """The vendor's figures of one measure; *rows* as the component for bars knows them, where they can be drawn."""

    measure: str
    figures: tuple[GroupFigure, ...]
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RevisionShown:
    title: str
    changes: list[tuple[str, list[str], list[str]]]
    """Of each part changed: its name, what was removed, what was added."""


@dataclass(frozen=True, slots=True)
class VersionCardShown:
    version: ToolVersion
    badge: BadgeText
    found: CardOfVersion
    measures: list[MeasureShown]
    tests: list[TestShown]
    missing: str
    outdated: bool
    revisions: list[RevisionShown]


@dataclass(frozen=True, slots=True)
class CardShown:
    """What the card's page shows; *versions* with the newest first."""

    tool: Tool
    prohibition: Prohibition
    card: ToolCard | None
    rows: list[dict[str, str]]
    """What the card says, as the component for summaries knows it."""
    purposes: list[PurposeOfTool]
    versions: list[VersionCardShown]
    revisions: list[RevisionShown]


def shown(
    session: Session, tool: Tool, *, on: CivilInstant, whole: bool, only: Collection[str] | None = None
) -> CardShown:
    """Return the card of *tool* with those of its versions.

    :param whole: also the versions that officers do not meet, what revisions changed, and who wrote them.
    :param only: labels of the versions to show; without it every one that the reader may see.
    """
    card = cards.tool_card(session, tool)
    return CardShown(
        tool=tool,
        prohibition=versions.prohibition_of(facts_of(session, tool), None, at=on.instant),
        card=card,
        rows=_rows(card),
        purposes=list(registration.purposes_of(session, tool, at=on.instant)),
        versions=_versions(session, tool, on, whole, only),
        revisions=[_revision(one, on) for one in cards.revisions_of_tool_card(session, tool)] if whole else [],
    )


def _rows(card: ToolCard | None) -> list[dict[str, str]]:
    if card is None:
        return []
    said = {part: as_written(text) for part, text in asdict(cards.said_of_tool(card)).items()} | {
        "risk_class": str(card_words.RISK_CLASSES[card.risk_class])
    }
    return [{"term": str(card_words.PARTS[part]), "description": text} for part, text in said.items() if text]


def _versions(
    session: Session, tool: Tool, on: CivilInstant, whole: bool, only: Collection[str] | None
) -> list[VersionCardShown]:
    facts = facts_of(session, tool)
    rows = {row.label: row for row in session.scalars(select(ToolVersion).where(ToolVersion.tool_id == tool.id))}
    states = {
        label: versions.state(facts, label, at=on.instant) for label in versions.by_registration(facts, at=on.instant)
    }
    labels = [
        label
        for label, state in reversed(states.items())
        if (whole or state in MET) and (only is None or label in only)
    ]
    found = cards.cards_of(session, [rows[label].id for label in labels])
    return [_version(session, rows[label], states[label], found[rows[label].id], on, whole) for label in labels]


def _version(
    session: Session, row: ToolVersion, state: VersionState, found: CardOfVersion, on: CivilInstant, whole: bool
) -> VersionCardShown:
    revisions = cards.revisions_of_version_card(session, row) if whole else []
    return VersionCardShown(
        version=row,
        badge=state_badge(state),
        found=found,
        measures=measures(found.card.figures) if found.card else [],
        tests=tests(found.card.tests, on=on) if found.card else [],
        missing=card_words.gaps(found.gaps),
        outdated=bool(found.outdated_tests(on=on)),
        revisions=[_revision(one, on) for one in revisions],
    )


def measures(figures: Iterable[GroupFigure]) -> list[MeasureShown]:
    """Return the vendor's figures by measure, with bars to one scale from 0 where they are numbers of one unit."""
    return [_measure(found) for found in rule.comparisons(tuple(figures))]


def _measure(found: rule.Comparison) -> MeasureShown:
    largest = found.largest
    pairs = zip(found.figures, found.amounts or (), strict=True) if largest else ()
    rows = [
        {"label": as_written(one.group), "value": amount, "max": largest, "text": as_written(one.value)}
        for one, amount in pairs
    ]
    return MeasureShown(found.measure, found.figures, rows)


def tests(made: Iterable[GroupTest], *, on: CivilInstant) -> list[TestShown]:
    """Return the tests by group, the latest first, each with its age."""
    return [
        TestShown(
            day=wording.civil(test.date),
            iso=test.date.isoformat(),
            age=card_words.age(rule.age_months(test.date, on=on)),
            outdated=rule.is_outdated(test.date, on=on),
            owner=test.owner,
            data_set=test.data_set,
            groups=test.groups,
            finding=test.finding,
        )
        for test in sorted(made, key=lambda one: one.date, reverse=True)
    ]


def _revision(revision: Revision, on: CivilInstant) -> RevisionShown:
    names = {"day": wording.civil(on.at(revision.at).day), "name": revision.by}
    return RevisionShown(_("Changed by %(name)s on %(day)s", **names), [_change(change) for change in revision.changes])


def _change(change: Change) -> tuple[str, list[str], list[str]]:
    before, after = _lines(change.before), _lines(change.after)
    removed = [line for line in before if line not in after]
    return str(card_words.PARTS[change.part]), removed, [line for line in after if line not in before]


def _lines(said: Any) -> list[str]:
    match said:
        case None:
            return []
        case RiskClass():
            return [str(card_words.RISK_CLASSES[said])]
        case tuple():
            return [_line(one) for one in said]
        case _:
            return [as_written(said)]


def _line(one: GroupFigure | GroupTest) -> str:
    parts = asdict(one).values()
    each = (wording.civil(part) if isinstance(part, date) else as_written(part) for part in parts)
    return Markup("; ").join(each)


# -- what forms start from ---------------------------------------------------------------------------------------------


def typed_of_tool(card: ToolCard) -> Mapping[str, str]:
    """Return a card as its form has it."""
    return asdict(cards.said_of_tool(card)) | {"risk_class": card.risk_class.value}


def typed_of_version(card: Card | None) -> Mapping[str, Any]:
    """Return a version's card as its form has it; nothing where there is none."""
    return asdict(card) if card else {}
