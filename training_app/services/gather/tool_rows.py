"""What is recorded about one tool: the rows of one statement, and rows into facts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, FromClause, Select, Table, bindparam, or_, select
from sqlalchemy.orm import Session

from training_app.models.base import Base, Fact
from training_app.models.emergencies import EmergencySetting
from training_app.models.tools import (
    AgencyPolicy,
    AssessmentSignature,
    ImpactAssessment,
    ProhibitionCorrection,
    ProhibitionCorrectionSignature,
    ReleaseCancellation,
    RequirementChange,
    RequirementSet,
    RequirementSetSignature,
    TermsRebase,
    TermsRebaseSignature,
    Tool,
    ToolPolicy,
    ToolPurpose,
    ToolVersion,
    VersionFact,
)
from training_app.rules import facts as known
from training_app.services.gather.padded import INSTANT, NUMBER, WORDS, Columns, in_one, instant, padded


def table(kind: type[Base]) -> Table:
    return cast(Table, kind.__table__)


OF_TOOL: BindParameter[int] = bindparam("tool")
VERSIONS = table(ToolVersion)

_NUMBERS = tuple(f"number_{place}" for place in range(1, 12))
_TEXTS = ("text_1", "text_2", "text_3", "text_4")
_COLUMNS: Columns = {
    "place": NUMBER,
    "id": NUMBER,
    "effective_at": INSTANT,
    "recorded_at": INSTANT,
    **dict.fromkeys(_NUMBERS, NUMBER),
    **dict.fromkeys(_TEXTS, WORDS),
    "of": NUMBER,
}

_TOOLS = table(Tool)
_ID_OF_TOOL = select(_TOOLS.c.id).where(_TOOLS.c.slug == bindparam("slug")).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Kept:
    """A row: the fact's id, when it is in force and known, and its own numbers and texts in the order of its kind."""

    id: int
    when: Mapping[str, Any]
    numbers: Sequence[Any]
    texts: Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is read of one kind of fact about a tool."""

    model: type[Fact]
    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    signature: tuple[type[Fact], str] | None = None
    """Where a second person signs: in force, and known, from the signature on."""


_KINDS: Mapping[str, _Kind] = {
    "tool": _Kind(Tool, ("purpose_required", "max_cache_seconds"), ("prohibition", "purposes", "slug")),
    "agency": _Kind(AgencyPolicy, ("evaluation_required",)),
    "policies": _Kind(
        ToolPolicy,
        (
            "revision", "validity_months", "window_months", "pass_age_months", "evaluation_required",
            "seats_required", "seat_review_months", "fixed_month", "fixed_day", "minimum_months",
            "suspended_seats_count",
        ),
        ("renewal_basis",),
    ),
    "rebases": _Kind(TermsRebase, ("policy_id",), signature=(TermsRebaseSignature, "rebase_id")),
    "purposes": _Kind(ToolPurpose, ("permitted",), ("code", "cases")),
    "corrections": _Kind(
        ProhibitionCorrection,
        ("version_id",),
        ("prohibition",),
        signature=(ProhibitionCorrectionSignature, "correction_id"),
    ),
    "versions": _Kind(ToolVersion, ("predecessor_id",), ("label", "prohibition")),
    "changes": _Kind(VersionFact, ("version_id", "ends_id"), ("change",)),
    "cancellations": _Kind(ReleaseCancellation, ("release_id",)),
    "assessments": _Kind(
        ImpactAssessment,
        ("start_id", "end_id", "level", "grace_days"),
        ("modules",),
        signature=(AssessmentSignature, "assessment_id"),
    ),
    "requirements": _Kind(
        RequirementSet,
        ("version_id", "revision", "full_observed", "renewal_observed"),  # and what the change of it asks
        ("full_modules", "renewal_modules"),
        signature=(RequirementSetSignature, "requirement_set_id"),
    ),
    "emergency_settings": _Kind(EmergencySetting, ("most_minutes",)),
}  # fmt: skip
_ORDER = tuple(_KINDS)
MODELS: tuple[type[Fact], ...] = (
    RequirementChange,
    *(kind.model for kind in _KINDS.values()),
    *(kind.signature[0] for kind in _KINDS.values() if kind.signature),
)
"""The kinds of facts that are read."""


def _branch(number: int, kind: _Kind, *, every_tool: bool) -> Select[Any]:
    facts = table(kind.model)
    of: ColumnElement[int] | None = None
    source, stamped = cast(FromClause, facts), facts
    if kind.signature:
        signed, key = table(kind.signature[0]), kind.signature[1]
        source, stamped = source.join(signed, signed.c[key] == facts.c.id), signed
    numbers, texts = [facts.c[name] for name in kind.numbers], [facts.c[name] for name in kind.texts]
    conditions: list[ColumnElement[bool]] = []
    if kind.model is RequirementSet:
        change = table(RequirementChange)
        source = source.outerjoin(change, change.c.requirement_set_id == facts.c.id)
        numbers += [change.c.level, change.c.grace_days]
        texts.append(change.c.modules)
        conditions.append(or_(facts.c.revision == 1, change.c.id.is_not(None)))  # not assessed: not in force
    if kind.model is ReleaseCancellation:
        release = table(VersionFact)
        source = source.join(release, release.c.id == facts.c.release_id)
        source = source.join(VERSIONS, VERSIONS.c.id == release.c.version_id)
        of = VERSIONS.c.tool_id
    elif kind.model is Tool:
        of = facts.c.id
    elif "tool_id" in facts.c:
        of = facts.c.tool_id
    elif "version_id" in facts.c:
        source = source.join(VERSIONS, VERSIONS.c.id == facts.c.version_id)
        of = VERSIONS.c.tool_id
    given: dict[str, ColumnElement[Any]] = {"place": stamped.c.id, "id": facts.c.id}
    given |= {name: stamped.c[name] for name in ("effective_at", "recorded_at")}
    given |= dict(zip(_NUMBERS, numbers, strict=False)) | dict(zip(_TEXTS, texts, strict=False))
    if of is not None and every_tool:
        given["of"] = of
    elif of is not None:
        conditions.append(facts.c.slug == bindparam("slug") if kind.model is Tool else of == _ID_OF_TOOL)
    return select(*padded(number, _COLUMNS, given)).select_from(source).where(*conditions)


def _statement(*, every_tool: bool) -> CompoundSelect[Any]:
    return in_one([_branch(number, _KINDS[name], every_tool=every_tool) for number, name in enumerate(_ORDER)])


STATEMENT = _statement(every_tool=False)
"""Everything about the tool ``slug``, and what the agency asks whatever the tool."""
OF_EVERY_TOOL = _statement(every_tool=True)
"""The same about every tool, each row with the id of its tool; what the agency asks has none."""


@dataclass(frozen=True, slots=True)
class Names:
    """What awards name by id."""

    policies: Mapping[int, known.Policy]
    labels: Mapping[int, str]
    """Of versions."""


NO_NAMES = Names({}, {})


@dataclass(frozen=True, slots=True)
class ToolRead:
    id: int
    facts: known.ToolFacts
    names: Names


_IDS = select(_TOOLS.c.id, _TOOLS.c.slug)
_POLICY_IDS = select(table(ToolPolicy).c.tool_id, table(ToolPolicy).c.id, table(ToolPolicy).c.revision)
_VERSION_IDS = select(VERSIONS.c.tool_id, VERSIONS.c.id, VERSIONS.c.label)


def names(session: Session, tools: Iterable[known.ToolFacts]) -> dict[str, tuple[int, Names]]:
    """Return for each of *tools*, by slug, its id, and what awards on it name."""
    ids = {row.slug: row.id for row in session.execute(_IDS)}
    policies: dict[int, dict[int, int]] = {tool_id: {} for tool_id in ids.values()}
    labels: dict[int, dict[int, str]] = {tool_id: {} for tool_id in ids.values()}
    for tool_id, policy_id, revision in session.execute(_POLICY_IDS):
        policies[tool_id][policy_id] = revision
    for tool_id, version_id, label in session.execute(_VERSION_IDS):
        labels[tool_id][version_id] = label
    found = {}
    for tool in tools:
        tool_id, of_revision = ids[tool.slug], {policy.revision: policy for policy in tool.policies}
        of_id = {policy: of_revision[revision] for policy, revision in policies[tool_id].items()}
        found[tool.slug] = tool_id, Names(of_id, labels[tool_id])
    return found


def read(session: Session, slug: str) -> ToolRead | None:
    """Return what is recorded about the tool called *slug*, or ``None`` if there is none."""
    return _read(session.execute(STATEMENT, {"slug": slug}).all())


def read_all(session: Session) -> dict[str, ToolRead]:
    """Return what is recorded about every tool, by slug; one statement, however many there are."""
    everywhere: list[Sequence[Any]] = []
    by_tool: dict[int, list[Sequence[Any]]] = {}
    for row in session.execute(OF_EVERY_TOOL):
        (everywhere if row[-1] is None else by_tool.setdefault(row[-1], [])).append(row)
    found = (_read([*rows, *everywhere]) for rows in by_tool.values())
    return {one.facts.slug: one for one in found if one is not None}


def _read(kept: Iterable[Sequence[Any]]) -> ToolRead | None:
    """Return what the rows of one tool tell."""
    rows = _sorted_out(kept)
    if not rows["tool"]:
        return None
    registered = rows["tool"][0]
    required, cache_seconds = registered.numbers[:2]
    prohibition, purposes, slug = registered.texts[:3]
    labels = {row.id: row.texts[0] for row in rows["versions"]}
    policies = {row.id: _policy(row) for row in rows["policies"]}
    facts = known.ToolFacts(
        **registered.when,
        slug=slug,
        prohibition=known.Prohibition(prohibition),
        purpose_required=bool(required),
        max_cache_seconds=cache_seconds,
        agency=tuple(
            known.AgencyPolicy(**row.when, evaluation_required=bool(row.numbers[0])) for row in rows["agency"]
        ),
        policies=tuple(policies.values()),
        rebases=tuple(
            known.Rebased(**row.when, id=str(row.id), policy=policies[row.numbers[0]]) for row in rows["rebases"]
        ),
        purposes=(
            *(known.Purpose(**registered.when, code=code) for code in json.loads(purposes)),
            *map(_purpose, rows["purposes"]),
        ),
        corrections=tuple(_correction(row, labels) for row in rows["corrections"]),
        versions=tuple(_version(row, labels) for row in rows["versions"]),
        changes=tuple(_change(row, labels) for row in rows["changes"]),
        cancellations=tuple(
            known.ReleaseCancelled(**row.when, release=str(row.numbers[0])) for row in rows["cancellations"]
        ),
        assessments=tuple(_assessment(row, labels) for row in rows["assessments"]),
        requirements=tuple(_requirements(row, labels) for row in rows["requirements"]),
        emergency_settings=tuple(
            known.EmergencySet(**row.when, most_minutes=row.numbers[0]) for row in rows["emergency_settings"]
        ),
    )
    return ToolRead(registered.id, facts, Names(policies, labels))


def _sorted_out(rows: Iterable[Sequence[Any]]) -> dict[str, list[Kept]]:
    """Return the rows by kind, those of a kind in the order in which they came into force as recorded."""
    found: dict[str, list[Kept]] = {name: [] for name in _ORDER}
    numbers = slice(5, 5 + len(_NUMBERS))
    texts = slice(numbers.stop, numbers.stop + len(_TEXTS))
    for row in sorted(rows, key=lambda row: (row[0], row[1])):
        when = {"effective_at": instant(row[3]), "recorded_at": instant(row[4])}
        found[_ORDER[row[0]]].append(Kept(row[2], when, row[numbers], row[texts]))
    return found


def _policy(row: Kept) -> known.Policy:
    """Return a policy; what one from before there was a choice leaves empty has its default."""
    revision, validity, window, age, evaluated, seated, review, month, of_month, minimum, counted = row.numbers
    return known.Policy(
        **row.when,
        revision=revision,
        validity_months=validity,
        window_months=window,
        pass_age_months=age,
        evaluation_required=bool(evaluated),
        seats_required=bool(seated),
        seat_review_months=review,
        renewal_basis=known.RenewalBasis(row.texts[0] or known.RenewalBasis.LAST_DAY),
        fixed_month=month,
        fixed_day=of_month,
        minimum_months=minimum,
        suspended_seats_count=counted is None or bool(counted),
    )


def _purpose(row: Kept) -> known.Purpose:
    code, cases = row.texts[:2]
    return known.Purpose(
        **row.when,
        code=code,
        permitted=bool(row.numbers[0]),
        cases=tuple(guideline_case(case) for case in json.loads(cases)),
    )


def guideline_case(case: Mapping[str, Any]) -> known.GuidelineCase:
    """Return the rule's value for one row of the agency's guideline as `ToolPurpose` keeps it."""
    return known.GuidelineCase(
        crime_types=frozenset(case["crime_types"]),
        circumstances=frozenset(case["circumstances"]),
        authorisation=case["authorisation"],
        sentence=case["sentence"],
        source=case["source"],
    )


def _correction(row: Kept, labels: Mapping[int, str]) -> known.ProhibitionCorrected:
    version = None if row.numbers[0] is None else labels[row.numbers[0]]
    return known.ProhibitionCorrected(**row.when, version=version, prohibition=known.Prohibition(row.texts[0]))


def _version(row: Kept, labels: Mapping[int, str]) -> known.Version:
    label, prohibition = row.texts[:2]
    predecessor = labels.get(row.numbers[0])
    return known.Version(
        **row.when, label=label, predecessor=predecessor, prohibition=known.Prohibition(prohibition)
    )  # fmt: skip


def _change(row: Kept, labels: Mapping[int, str]) -> known.VersionChanged:
    version, ends = row.numbers[:2]
    return known.VersionChanged(
        **row.when,
        id=str(row.id),
        version=labels[version],
        change=known.VersionChange(row.texts[0]),
        ends=None if ends is None else str(ends),
    )


def _assessment(row: Kept, labels: Mapping[int, str]) -> known.Assessment:
    start, end, level, grace_days = row.numbers[:4]
    return known.Assessment(
        **row.when,
        id=str(row.id),
        start=labels[start],
        end=labels[end],
        level=None if level is None else known.Level(level),
        grace_days=grace_days,
        modules=tuple(json.loads(row.texts[0])),
    )


def _requirements(row: Kept, labels: Mapping[int, str]) -> known.Requirements:
    version, revision, full_observed, renewal_observed, level, grace_days = row.numbers[:6]
    full, renewal, modules = (tuple(json.loads(text or "[]")) for text in row.texts[:3])
    return known.Requirements(
        **row.when,
        id=str(row.id),
        version=labels[version],
        full=full,
        renewal=renewal,
        full_observed=bool(full_observed),
        renewal_observed=bool(renewal_observed),
        revision=revision,
        level=known.Level(level or 0),
        grace_days=grace_days or 0,
        modules=modules,
    )
