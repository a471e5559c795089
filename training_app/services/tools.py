"""Registering a tool: everything that holds for it from its first day, in one transaction."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person, SeatCap
from training_app.models.tools import Tool, ToolPolicy, ToolPurpose
from training_app.rules.facts import Prohibition, RenewalBasis
from training_app.services import cards
from training_app.services.cards import ToolStatement
from training_app.services.locks import one_at_a_time

MOST_LETTERS_IN_CODE = 40
"""Of a tool's short name, and of a purpose's code: machines send both."""


class DuplicateTool(TrainingError):
    """A tool of this name, or of this short name, is registered."""

    def __init__(self, taken: str, *, is_slug: bool) -> None:
        super().__init__(f"{taken} is already registered. Choose another, or open that tool.")
        self.taken, self.is_slug = taken, is_slug


@dataclass(frozen=True, slots=True)
class Terms:
    """What certification and seats of the tool are held to from the first day on; months are calendar months."""

    seats: int
    validity_months: int
    window_months: int
    pass_age_months: int
    evaluation_required: bool
    seat_review_months: int | None
    """``None``: seats need no review."""
    renewal_basis: RenewalBasis
    fixed_month: int | None = None
    fixed_day: int | None = None
    minimum_months: int | None = None


@dataclass(frozen=True, slots=True)
class NewPurpose:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class InUse:
    """What is stated of a tool that may come into use: all that a prohibited one has no need of."""

    statement: ToolStatement
    terms: Terms
    purposes: tuple[NewPurpose, ...]
    intrusive: bool
    """Reaches into devices or private life: every use then names its purpose."""
    max_cache_seconds: int


@dataclass(frozen=True, slots=True)
class NewTool:
    """What a registrar states of a new tool; *use* is ``None`` for a prohibited one, which has a *source* instead."""

    slug: str
    name: str
    vendor: str
    description: str
    prohibition: Prohibition
    source: str | None
    use: InUse | None


def register_tool(session: Session, new: NewTool, *, at: datetime, by: Person) -> Tool:
    """Register a tool with its card, its terms, its seat cap and its purposes; a prohibited one with nothing more.

    :raises DuplicateTool: if the name, in whatever letters, or the short name is taken.
    """
    one_at_a_time(session, "tool", "registration")
    taken = session.execute(select(Tool.slug, Tool.name)).all()
    if new.slug in {row.slug for row in taken}:
        raise DuplicateTool(new.slug, is_slug=True)
    if _plain(new.name) in {_plain(row.name) for row in taken}:
        raise DuplicateTool(new.name, is_slug=False)
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id}
    tool = Tool(
        **stamp,
        slug=new.slug,
        name=new.name,
        vendor=new.vendor,
        description=new.description,
        prohibition=new.prohibition,
        prohibition_source=new.source,
        purposes=[],
        purpose_required=new.use is not None and new.use.intrusive,
        max_cache_seconds=new.use.max_cache_seconds if new.use else 0,
    )
    session.add(tool)
    session.flush()
    if new.use:
        _put_up(session, tool, new.use, stamp)
        cards.revise_tool_card(session, tool, new.use.statement, seen=0, at=at, by=by)
    return tool


def _put_up(session: Session, tool: Tool, use: InUse, stamp: dict[str, object]) -> None:
    terms = use.terms
    session.add_all(
        [
            ToolPolicy(
                **stamp,
                tool_id=tool.id,
                revision=1,
                validity_months=terms.validity_months,
                window_months=terms.window_months,
                pass_age_months=terms.pass_age_months,
                evaluation_required=terms.evaluation_required,
                seats_required=True,
                seat_review_months=terms.seat_review_months,
                renewal_basis=terms.renewal_basis,
                fixed_month=terms.fixed_month,
                fixed_day=terms.fixed_day,
                minimum_months=terms.minimum_months,
            ),
            SeatCap(**stamp, tool_id=tool.id, seats=terms.seats),
            *(
                ToolPurpose(**stamp, tool_id=tool.id, code=one.code, name=one.name, permitted=True, cases=[])
                for one in use.purposes
            ),
        ]
    )
    session.flush()


def suggested_code(name: str) -> str:
    """Return *name* as machines send it: small letters, digits and hyphens; empty where nothing of that is in it.

    A tool's short name and a purpose's code are made of it where none was given.
    """
    letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", letters)[:MOST_LETTERS_IN_CODE].strip("-")


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


@dataclass(frozen=True, slots=True)
class PurposeOfTool:
    code: str
    name: str
    """The code again where the purpose has no other."""


def purposes_of(session: Session, tool: Tool, *, at: datetime) -> Sequence[PurposeOfTool]:
    """Return the purposes permitted at *at*, with their names, in the order in which they were first stated."""
    found = {code: PurposeOfTool(code, code) for code in tool.purposes}
    rows = session.scalars(
        select(ToolPurpose)
        .where(ToolPurpose.tool_id == tool.id, ToolPurpose.effective_at <= at)
        .order_by(ToolPurpose.effective_at, ToolPurpose.recorded_at, ToolPurpose.id)
    )
    for row in rows:
        if row.permitted:
            found[row.code] = PurposeOfTool(row.code, row.name)
        else:
            found.pop(row.code, None)
    return list(found.values())
