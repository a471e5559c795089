"""The facts behind an answer as a document, and back: what an oversight body needs to answer the question itself.

The document follows the values in `facts` by their fields and types, so that no kind of fact can be forgotten.  It is
explained in ``docs/evidence.md``; ``docs/evidence.schema.json`` describes it for programs.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from training_app.rules.access import Decision
from training_app.rules.canonical import canonical, digest, instant
from training_app.rules.facts import (
    OFFICER_TIMELINES,
    TOOL_TIMELINES,
    Fact,
    Facts,
    OfficerFacts,
    ToolFacts,
    as_known,
)

FORMAT = "training-app-evidence"
FORMAT_VERSION = 3
"""Goes up with every change of the document's members, also when one is added: an unknown member is refused."""
READ_VERSIONS = (1, 2, FORMAT_VERSION)
"""Earlier ones are read, too; a requirement set of the first knew nothing of observations, so that it asks none, and
before the third nobody knew emergencies, so that there are none."""

DAY = r"\d{4}-\d{2}-\d{2}"
INSTANT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z"


class EvidenceFault(ValueError):
    """A document is not what it must be; the text says where, as ``officer.awards[3].policy.revision``, and what."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where


@dataclass(frozen=True, slots=True)
class Origin:
    """What a document is about, whatever is asked of it; the rest of the document are the facts."""

    officer: str
    """Service number that was asked about; there are no facts of the officer where nobody has it."""
    tool: str
    """Slug that was asked about."""
    exported_at: datetime
    """Everything recorded by then is in the document, and nothing that was recorded later."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that was read."""

    origin: Origin
    facts: Facts


def to_document(facts: Facts, origin: Origin) -> dict[str, Any]:
    """Return *facts*, as known when they were exported, as a document of plain JSON values.

    Facts that no answer about this tool can rest on are left out: see `needed`.
    """
    known = in_order(needed(as_known(facts, origin.exported_at)))
    body = Body(origin=origin, zone=known.zone, tool=known.tool, officer=known.officer)
    return {"format": FORMAT, "format_version": FORMAT_VERSION, **cast(dict[str, Any], plain(body))}


def facts_digest(facts: Facts, *, known_at: datetime, of_tool: str | None = None) -> str:
    """Return the SHA-256, in hexadecimal, of the facts that an answer rests on, as known at *known_at*.

    The same facts give the same digest, whenever and in whatever order they are read; what was recorded later does not
    change it.

    :param of_tool: `tool_digest` of the same tool at the same instant, where many are asked about it.
    """
    known = needed(as_known(facts, known_at))
    officer = known.officer and _digest_of_holder(known.officer, OFFICER_TIMELINES)
    return digest(canonical({"zone": str(known.zone), "tool": of_tool or tool_digest(facts, known_at), "of": officer}))


def tool_digest(facts: Facts, known_at: datetime) -> str:
    """Return the part of `facts_digest` that is about the tool; empty where there is none."""
    tool = as_known(replace(facts, officer=None), known_at).tool
    return _digest_of_holder(tool, TOOL_TIMELINES) if tool else ""


#: Kinds of fact that came later.  Without any, a digest is what it was before, so that older decisions replay.
_CAME_LATER = frozenset({"emergency_settings", "emergencies", "emergency_ends"})


def _digest_of_holder(holder: ToolFacts | OfficerFacts, timelines: Collection[str]) -> str:
    kept = [name for name in timelines if name not in _CAME_LATER or getattr(holder, name)]
    in_time = {name: sorted(canonical({"": plain(fact)}) for fact in getattr(holder, name)) for name in kept}
    alone = {one.name: plain(getattr(holder, one.name)) for one in fields(holder) if one.name not in timelines}
    return digest(canonical({"alone": alone, "in_time": in_time}))


def to_text(facts: Facts, origin: Origin) -> str:
    """Return the document as text; the same facts give the same text."""
    return json.dumps(to_document(facts, origin), ensure_ascii=False, indent=2) + "\n"


def from_text(text: str) -> Evidence:
    """Return the evidence in *text*.

    :raises EvidenceFault: if it is no JSON, an object names a member twice, or as `from_document`.
    """
    try:
        document = json.loads(text, object_pairs_hook=_members, parse_constant=_no_number)
    except EvidenceFault:
        raise
    except (ValueError, RecursionError) as error:
        raise EvidenceFault("the document", f"this is no JSON: {error}") from None
    return evidence(document)


def from_document(document: object) -> Facts:
    """Return the facts in *document*; see `evidence`."""
    return evidence(document).facts


def evidence(document: object) -> Evidence:
    """Return the facts in *document* and what it is about.

    :raises EvidenceFault: for an unknown format or version of it; a member that is missing or not known; a value of
        another kind; an instant that is not RFC 3339 in UTC; a fact recorded after the export; another officer's or
        tool's facts.
    """
    if not isinstance(document, dict):
        raise EvidenceFault("the document", "it must be an object")
    if document.get("format") != FORMAT:
        raise EvidenceFault("format", f'it must be "{FORMAT}"')
    version = document.get("format_version")
    if version not in READ_VERSIONS or isinstance(version, bool):
        known = " and ".join(map(str, READ_VERSIONS))
        raise EvidenceFault("format_version", f"{version!r} is unknown here; this program reads {known}")
    body = {name: value for name, value in document.items() if name not in {"format", "format_version"}}
    if version == 1:
        body = _as_second_version(body)
    if version < FORMAT_VERSION:
        body = _as_third_version(body, version)
    found: Body = _read(Body, body, "")
    _check(found)
    return Evidence(found.origin, in_order(Facts(zone=found.zone, tool=found.tool, officer=found.officer)))


def _as_second_version(body: dict[str, Any]) -> dict[str, Any]:
    """Return what a document of the first version says, as the second says it; what is no document stays as it is."""
    tool = body.get("tool")
    sets = tool.get("requirements") if isinstance(tool, dict) else None
    if not isinstance(tool, dict) or not isinstance(sets, list):
        return body
    unobserved = {"full_observed": False, "renewal_observed": False}
    written = [_with_new(one, unobserved, f"tool.requirements[{number}]", 1) for number, one in enumerate(sets)]
    return {**body, "tool": {**tool, "requirements": written}}


def _as_third_version(body: dict[str, Any], version: int) -> dict[str, Any]:
    """Return what a document of an earlier *version* says, as the third says it: nobody had emergencies then."""
    none: list[Any] = []
    new = {"tool": {"emergency_settings": none}, "officer": {"emergencies": none, "emergency_ends": none}}
    return {name: _with_new(value, new[name], name, version) if name in new else value for name, value in body.items()}


def _with_new(value: object, members: Mapping[str, object], where: str, version: int) -> object:
    if not isinstance(value, dict):
        return value
    for name in members:
        if name in value:
            raise EvidenceFault(f"{where}.{name}", f"this member is not known in format version {version}")
    return {**value, **members}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Everything in a document but the name and version of its format."""

    origin: Origin
    zone: ZoneInfo
    tool: ToolFacts | None
    officer: OfficerFacts | None


def _check(found: Body) -> None:
    origin = found.origin
    if found.tool is not None and found.tool.slug != origin.tool:
        raise EvidenceFault("tool.slug", f"{found.tool.slug!r} is not the tool that the document is about")
    if found.officer is not None and found.officer.number != origin.officer:
        raise EvidenceFault("officer.number", f"{found.officer.number!r} is not whom the document is about")
    for where, fact in _timelines(found):
        if fact.recorded_at > origin.exported_at:
            raise EvidenceFault(f"{where}.recorded_at", "it was recorded after the document was exported")


def _timelines(found: Body) -> Iterator[tuple[str, Fact]]:
    """Yield every fact with its place in the document."""
    if found.tool is not None:
        yield "tool", found.tool
    for member, names in (("tool", TOOL_TIMELINES), ("officer", OFFICER_TIMELINES)):
        holder = getattr(found, member)
        for name in names if holder is not None else ():
            for number, fact in enumerate(getattr(holder, name)):
                yield f"{member}.{name}[{number}]", fact


# -- what is written ---------------------------------------------------------------------------------------------------


def needed(facts: Facts) -> Facts:
    """Return *facts* without what is about other tools of the officer: no answer about this one rests on it.

    That is: attempts at modules that nothing about the tool names, and ends, reviews and the like of awards, seats and
    suspensions that are not of this tool.
    """
    officer = facts.officer
    if officer is None:
        return facts
    awards, seats = {one.id for one in officer.awards}, {one.id for one in officer.seats}
    suspensions, emergencies = {one.id for one in officer.suspensions}, {one.id for one in officer.emergencies}
    reviews = tuple(one for one in officer.award_reviews if one.award in awards)
    modules = _modules_of(facts)
    return replace(
        facts,
        officer=replace(
            officer,
            reinstatements=tuple(one for one in officer.reinstatements if one.suspension in suspensions),
            seat_releases=tuple(one for one in officer.seat_releases if one.seat in seats),
            seat_reviews=tuple(one for one in officer.seat_reviews if one.seat in seats),
            attempts=tuple(one for one in officer.attempts if one.module in modules),
            award_ends=tuple(one for one in officer.award_ends if one.award in awards),
            award_reviews=reviews,
            award_upholdings=tuple(
                one for one in officer.award_upholdings if one.review in {review.id for review in reviews}
            ),
            emergency_ends=tuple(one for one in officer.emergency_ends if one.emergency in emergencies),
        ),
    )


def _modules_of(facts: Facts) -> set[str]:
    tool, officer = facts.tool, facts.officer
    found: set[str] = set()
    if tool is not None:
        for asked in tool.requirements:
            found.update(asked.full, asked.renewal, asked.modules)
        for assessment in tool.assessments:
            found.update(assessment.modules)
    if officer is not None:
        for order in officer.retraining_orders:
            found.update(order.modules)
    return found


def in_order(facts: Facts) -> Facts:
    """Return *facts*, each kind by the instant of effect, then of recording, then by id, then by what it says."""
    return replace(
        facts,
        tool=facts.tool and _each_in_order(facts.tool, TOOL_TIMELINES),
        officer=facts.officer and _each_in_order(facts.officer, OFFICER_TIMELINES),
    )


H = TypeVar("H", ToolFacts, OfficerFacts)


def _each_in_order(holder: H, timelines: Iterable[str]) -> H:
    ordered: dict[str, Any] = {name: _sorted(getattr(holder, name)) for name in timelines}
    return replace(holder, **ordered)


def _sorted(timeline: tuple[Fact, ...]) -> tuple[Fact, ...]:
    def place(fact: Fact) -> tuple[datetime, datetime, int, str, str]:
        of_its_own = str(getattr(fact, "id", ""))  # shorter first: as numbers are counted
        said = canonical(cast(dict[str, object], plain(fact)))
        return fact.effective_at, fact.recorded_at, len(of_its_own), of_its_own, said

    return tuple(sorted(timeline, key=place))


def plain(value: object) -> object:
    """Return *value*, a fact or a part of one, as JSON has it.

    Instants are RFC 3339 in UTC with six decimals, days ISO 8601, enumerations their values, zones their names, sets
    sorted lists, and values objects with all their fields.
    """
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | str():
            return value
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case ZoneInfo():
            return str(value.key)
        case frozenset():
            return sorted(cast(list[str], [plain(one) for one in value]))
        case tuple():
            return [plain(one) for one in value]
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"a document cannot hold {type(value).__name__}: {value!r}")


def decision_document(decision: Decision) -> dict[str, Any]:
    """Return *decision* as the command that replays it prints it: everything that was decided, in codes."""
    found = decision.standing
    return cast(
        dict[str, Any],
        {
            "question": plain(decision.question),
            "evaluated_at": plain(decision.at),
            "known_at": plain(decision.known_at),
            "allowed": decision.allowed,
            "grounds": [plain(ground) for ground in decision.grounds],
            "badge": plain(decision.badge),
            "validity": plain(found.validity) if found else None,
            "coverage": plain(found.coverage) if found else None,
            "valid_through": plain(found.last_day) if found else None,
            "obligations": plain(decision.obligations),
            "policy_revision": decision.policy_revision,
            "emergency": plain(decision.emergency) if decision.emergency else None,
            "awards": plain(decision.awards),
            "stable_until": plain(decision.stable_until),
        },
    )


# -- what is read ------------------------------------------------------------------------------------------------------


@cache
def shape(kind: Any) -> Mapping[str, Any]:
    """Return the types of the fields of a value, by name."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _read(kind: Any, value: object, where: str) -> Any:
    """Return *value* as a *kind*, which is a dataclass."""
    if not isinstance(value, dict):
        raise EvidenceFault(where, "it must be an object")
    wanted = shape(kind)
    inside = f"{where}." if where else ""
    for name in value:
        if name not in wanted:
            raise EvidenceFault(f"{inside}{name}", "this member is not known")
    for name in wanted:
        if name not in value:
            raise EvidenceFault(f"{inside}{name}", "this member is missing")
    return kind(**{name: _value(wanted[name], value[name], f"{inside}{name}") for name in wanted})


def _value(kind: Any, value: object, where: str) -> Any:
    """Return *value* as a *kind* that a field of a fact may have."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        [only] = [one for one in arguments if one is not NoneType]
        return None if value is None else _value(only, value, where)
    if origin in {tuple, frozenset}:
        if not isinstance(value, list):
            raise EvidenceFault(where, "it must be a list")
        found = [_value(arguments[0], one, f"{where}[{number}]") for number, one in enumerate(value)]
        if origin is frozenset and len(set(found)) < len(found):
            raise EvidenceFault(where, "something stands in it twice")
        return origin(found)
    if is_dataclass(kind):
        return _read(kind, value, where)
    if issubclass(kind, Enum):
        return _member(kind, value, where)
    return _SIMPLE[kind](value, where)


def _member(kind: type[Enum], value: object, where: str) -> Enum:
    values = {member.value: member for member in kind}
    if isinstance(value, bool) or not isinstance(value, int | str) or value not in values:
        raise EvidenceFault(where, f"it must be one of {', '.join(map(repr, values))}")
    return values[value]


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise EvidenceFault(where, "it must be a text")
    return value


def _number(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise EvidenceFault(where, "it must be a whole number, 0 or more")
    return value


def _truth(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise EvidenceFault(where, "it must be true or false")
    return value


def _instant(value: object, where: str) -> datetime:
    text = _text(value, where)
    try:
        if re.fullmatch(INSTANT, text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        pass
    raise EvidenceFault(where, f"{text!r} is no instant in UTC, as 2026-03-12T13:03:00Z is")


def _day(value: object, where: str) -> date:
    text = _text(value, where)
    try:
        if re.fullmatch(DAY, text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise EvidenceFault(where, f"{text!r} is no day, as 2026-03-12 is")


def _zone(value: object, where: str) -> ZoneInfo:
    text = _text(value, where)
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise EvidenceFault(where, f"{text!r} is no time zone that is known here") from None


_SIMPLE: Mapping[type, Callable[[object, str], Any]] = {
    str: _text,
    int: _number,
    bool: _truth,
    datetime: _instant,
    date: _day,
    ZoneInfo: _zone,
}


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise EvidenceFault(name, "an object names this member twice")
        found[name] = value
    return found


def _no_number(text: str) -> object:
    raise EvidenceFault("the document", f"{text} is no number")
