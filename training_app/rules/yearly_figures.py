"""What the yearly report says of the tools and of the agency: which figures, how each is made, what of it is published.

A report is of one calendar year of the agency's zone, from its first instant (inclusive) to that of the next year
(exclusive), and of what was recorded by one instant, `known_at`.  It is made once the year is over, and of no other.

What `Counted` holds is counted exactly and is for nobody's eyes.  `of_tool` makes of it what is published, and
`of_agency` adds up what is published of the tools.  The agency's figures are therefore made of nothing but what
everybody can read: they tell nothing more, and nothing can be computed by subtracting a tool from the agency.  Where a
total would count people in two ways (officers refused on any ground, officers of any tool) there is none: what is added
up says so, "officers, each once for every tool".

Sources: popAI recommendations (January 2024): reports by the police on their use of AI and on the data used; for the
rule on small counts see `disclosure`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from training_app.rules.decision import Ground
from training_app.rules.disclosure import Form, Published, events, once, standing, together
from training_app.rules.facts import AwardKind

FEWEST_FOR_A_SHARE = 15
"""Of fewer than ten officers 90 percent are all of them, and the time until then would be that of one: the last.  Asked
of the rounded number, so that it tells no more of the true one."""
OPEN = "open"
"""The part of reports that were not closed by the end of the year."""


class Figure(StrEnum):
    """Each figure with what it counts, of whom, and when.  `UNITS` says in what."""

    TRAINED = "officers-trained"
    """Officers who in the year did at least one thing that the tool asks: passed the test of a module that a signed
    requirement set or a signed assessment of the tool names, signed to have read what changed, or were signed off by
    an assessor and agreed.  Each officer once; a module that several tools ask for counts for each of them.  Rounded:
    where one tool asks for every module of another, and more, who was trained for it alone would be the difference."""
    CERTIFIED = "officers-certified"
    """Officers to whom an award for a version of the tool was made in the year, by kind of award (`full`, `renewal`,
    `delta`); each officer once for each kind.  Awards voided by `known_at` do not count, revoked ones do."""
    OFFICERS_REFUSED = "officers-refused"
    """Officers whom the tool was told to refuse in the year, by ground.  Each officer once for each ground, so that the
    whole counts who was refused on two grounds twice; an unknown service number counts as an officer, once for each
    time that it was asked for.  Rounded: some grounds are given beside another only (`ASSESSMENT_MISSING` beside
    `OVERDUE`), and who was refused on the other alone would else be the difference."""
    REFUSALS = "refusals"
    """Decisions by which the tool was told to refuse, by ground.  A decision has every ground that held and counts
    under each, in the whole too; see `disclosure.events` for what is published of few people.  Rounded likewise."""
    TO_RETRAIN = "officers-to-retrain"
    """By version released in the year, or in the year before where 90 percent were not reached by its end: officers
    with a certification in force on the tool and an open account at the instant of release, for whom the version asked
    something.  Who left afterwards without having done it does not count.  Rounded: those who did it have an award, are
    therefore a part of `CERTIFIED`, and who did not would else be the difference."""
    RETRAINED = "days-to-90-percent"
    """Of these officers, the civil days from the day of release until 90 percent (rounded up to whole officers) had an
    award for the version: 0 where they had on the day.  Followed to the end of the year."""
    GRACES = "graces-used"
    """Officers who went on with a version before they had done what it asked, because a grace allowed it: in grace at
    the instant of release, or newly so when a later finding or a later requirement set took effect; by occasion."""
    EMERGENCIES = "emergency-accesses"
    """Emergency accesses confirmed in the year; as the register of tools counts them."""
    REPORTS = "officers-reports"
    """Officers' reports of a wrong or biased result that were received in the year, by outcome at the year's end."""
    INCIDENTS = "citizens-incidents"
    """Incidents that citizens reported in the year on the tool, by outcome at the year's end; without what a person
    rejected as spam by then."""
    INCIDENTS_NO_TOOL = "citizens-incidents-without-tool"
    """Of the agency: the same of which nobody could name the tool, by the end of the year."""
    WITH_ACCESS = "officers-with-access"
    """Officers who could use a version in use at the first instant after the year, as the register showed it that day:
    rounded, for that figure is a daily one."""


class Unit(StrEnum):
    OFFICERS = "officers"
    DECISIONS = "decisions"
    DAYS = "days"
    ACCESSES = "accesses"
    REPORTS = "reports"
    INCIDENTS = "incidents"


UNITS: Mapping[Figure, Unit] = {
    Figure.TRAINED: Unit.OFFICERS,
    Figure.CERTIFIED: Unit.OFFICERS,
    Figure.OFFICERS_REFUSED: Unit.OFFICERS,
    Figure.REFUSALS: Unit.DECISIONS,
    Figure.TO_RETRAIN: Unit.OFFICERS,
    Figure.RETRAINED: Unit.DAYS,
    Figure.GRACES: Unit.OFFICERS,
    Figure.EMERGENCIES: Unit.ACCESSES,
    Figure.REPORTS: Unit.REPORTS,
    Figure.INCIDENTS: Unit.INCIDENTS,
    Figure.INCIDENTS_NO_TOOL: Unit.INCIDENTS,
    Figure.WITH_ACCESS: Unit.OFFICERS,
}
#: Of these the agency's is no sum of the tools'.
OF_TOOLS_ONLY = frozenset({Figure.TO_RETRAIN, Figure.RETRAINED, Figure.WITH_ACCESS})
#: The agency's are not told by part: the parts are versions.
WITHOUT_PARTS = frozenset({Figure.GRACES})


class Unsaid(StrEnum):
    """Why a figure has no number."""

    TOO_FEW = "too-few"
    """Fewer officers than `FEWEST_FOR_A_SHARE`."""
    NOT_REACHED = "not-reached"
    """By the end of the year."""
    NOT_KEPT = "not-kept"
    """The records that it is counted from were let go, all or in part, after the time for which they are kept."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the report; *tool* ``None``: of the agency.  *part* is empty for the figure as a whole."""

    tool: str | None
    figure: Figure
    part: str
    form: Form | Unsaid
    number: int | None

    @property
    def unit(self) -> Unit:
        return UNITS[self.figure]

    @property
    def published(self) -> Published | None:
        """The count as it is published; ``None`` where there is no number."""
        if isinstance(self.form, Unsaid) or self.number is None:
            return None
        return Published(self.form, self.number)


# -- counted -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refused:
    """How often a ground was given, and to how many different officers."""

    decisions: int
    officers: int


@dataclass(frozen=True, slots=True)
class Retraining:
    """What a version asked of the officers who were certified when it was released.

    :param days: of each officer the civil days until they had done it (0: on the day or before), ``None``: not yet.
    :param in_grace: how many of them were in grace at the release.
    """

    version: str
    days: Sequence[int | None]
    in_grace: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted of one tool in one year, before anything is withheld."""

    trained: int
    certified: Mapping[AwardKind, int]
    refused: Mapping[Ground, Refused] | None
    """``None``: not kept any more."""
    retraining: Sequence[Retraining]
    later_graces: Mapping[str, int]
    """By occasion after a release: officers newly in grace."""
    emergencies: int
    reports: Mapping[str, int]
    """By outcome, and `OPEN`."""
    incidents: Mapping[str, int]
    """Likewise."""
    with_access: int | None
    """``None`` where nobody could have any: withdrawn and prohibited tools."""


def days_to_share(days: Sequence[int | None]) -> int | None:
    """Return after how many days 90 percent of the officers, rounded up to whole officers, had done it.

    :param days: see `Retraining`; :returns: ``None`` where so many have not; of nobody at all, ``None``.
    """
    needed = -(-9 * len(days) // 10)
    done = sorted(one for one in days if one is not None)
    return done[needed - 1] if 0 < needed <= len(done) else None


# -- published ---------------------------------------------------------------------------------------------------------


def of_tool(tool: str, counted: Counted, *, grounds: Sequence[Ground]) -> tuple[Row, ...]:
    """Return what is published of the tool with the slug *tool*.

    :param grounds: those that any tool of the report was refused on; the same rows stand for every tool.
    """
    rows = [_row(tool, Figure.TRAINED, "", standing(counted.trained))]
    rows += [_row(tool, Figure.CERTIFIED, kind, once(counted.certified.get(kind, 0))) for kind in AwardKind]
    rows += _refusals(tool, counted.refused, grounds)
    rows += _retraining(tool, counted.retraining, counted.later_graces)
    rows.append(_row(tool, Figure.EMERGENCIES, "", once(counted.emergencies)))
    for figure, cases in ((Figure.REPORTS, counted.reports), (Figure.INCIDENTS, counted.incidents)):
        rows += _with_whole(tool, figure, {part: once(number) for part, number in cases.items()})
    if counted.with_access is not None:
        rows.append(_row(tool, Figure.WITH_ACCESS, "", standing(counted.with_access)))
    return tuple(rows)


def _refusals(tool: str, refused: Mapping[Ground, Refused] | None, grounds: Sequence[Ground]) -> list[Row]:
    if refused is None:
        return [Row(tool, figure, "", Unsaid.NOT_KEPT, None) for figure in (Figure.OFFICERS_REFUSED, Figure.REFUSALS)]
    found = {ground: refused.get(ground, Refused(0, 0)) for ground in grounds}
    officers = {str(ground): standing(one.officers) for ground, one in found.items()}
    decisions = {str(ground): events(one.decisions, one.officers) for ground, one in found.items()}
    return [
        *_with_whole(tool, Figure.OFFICERS_REFUSED, officers),
        *_with_whole(tool, Figure.REFUSALS, decisions),
    ]


def _retraining(tool: str, versions: Sequence[Retraining], later: Mapping[str, int]) -> list[Row]:
    rows = []
    for one in versions:
        officers = standing(len(one.days))
        rows.append(_row(tool, Figure.TO_RETRAIN, one.version, officers))
        rows += [_days(tool, one, officers)] if officers.number else []
    graces = {one.version: once(one.in_grace) for one in versions}
    graces |= {occasion: once(number) for occasion, number in later.items()}
    return [*rows, *_with_whole(tool, Figure.GRACES, graces)]


def _days(tool: str, one: Retraining, officers: Published) -> Row:
    if officers.number < FEWEST_FOR_A_SHARE:
        return Row(tool, Figure.RETRAINED, one.version, Unsaid.TOO_FEW, None)
    days = days_to_share(one.days)
    return Row(tool, Figure.RETRAINED, one.version, Unsaid.NOT_REACHED if days is None else Form.EXACT, days)


def _with_whole(tool: str | None, figure: Figure, parts: Mapping[str, Published]) -> list[Row]:
    told = [_row(tool, figure, part, one) for part, one in parts.items()]
    return [_row(tool, figure, "", together(parts.values())), *told]


def of_agency(rows: Iterable[Row], *, without_tool: int) -> tuple[Row, ...]:
    """Return what is published of the agency: the totals over the *rows* of its tools, of what these show alone.

    An officer counts once for every tool.  A figure of which one tool has no number has none for the agency.

    :param without_tool: incidents of which nobody could name the tool, which are in no tool's rows.
    """
    by_part: dict[tuple[Figure, str], list[Row]] = {}
    for row in rows:
        if row.figure not in OF_TOOLS_ONLY and not (row.part and row.figure in WITHOUT_PARTS):
            by_part.setdefault((row.figure, row.part), []).append(row)
    order = list(Figure)
    added = [_added(figure, part, of_tools) for (figure, part), of_tools in by_part.items()]
    added.append(_row(None, Figure.INCIDENTS_NO_TOOL, "", once(without_tool)))
    return tuple(sorted(added, key=lambda row: order.index(row.figure)))


def _added(figure: Figure, part: str, rows: Sequence[Row]) -> Row:
    shown = [one.published for one in rows]
    known = [one for one in shown if one is not None]
    if len(known) < len(shown):
        return Row(None, figure, part, Unsaid.NOT_KEPT, None)
    return _row(None, figure, part, together(known))


def _row(tool: str | None, figure: Figure, part: str, shown: Published) -> Row:
    return Row(tool, figure, str(part), shown.form, shown.number)
