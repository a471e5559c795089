"""Statistics of a revision's items: the papers gathered in a few statements, whatever their number, then worked out.

An officer's first attempt at each revision counts, once it is submitted, and of it the items that the officer had not
met before; practice and retakes do not.  Items that stayed as they were from revision to revision are one
(`quizzes.item_revision`).  Marks are those that stand: a voided item leaves, a new key counts.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Select, String, cast, func, or_, select
from sqlalchemy.orm import Session

from quizzes.differential_functioning import Comparison, comparisons
from quizzes.interactions import Case, Response, TextEntry, folded
from quizzes.item import Item
from quizzes.item_revision import item_revision
from quizzes.mark import Rulings
from quizzes.reliability import Reliability, reliability
from quizzes.scored_papers import PaperSet, ScoredItem, ScoredPaper
from quizzes.statistics import ItemStatistics, item_statistics, offered
from training_app.models.rulings import ItemRuling, LateAcceptance, NewMark
from training_app.models.training import Answer, Attempt, Mode, ModuleRevision, Submission
from training_app.services import content, marked_answers, marks
from training_app.services.content import Published

ROWS_AT_ONCE = 1_000

LAST_INSTANT = datetime.max.replace(tzinfo=UTC)
"""Later than whatever is recorded."""

PAUSE_SECONDS = 30 * 60
"""Longer than this nobody reads a question: the officer was called away."""

LEAST_SECONDS = 1.0
"""Answers that arrive closer together were sent together: from a page with all of them, or kept on the device."""


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One item of the revision, with what is known of it."""

    item: Item
    """With its key as it was ruled since."""
    void: bool
    """Ruled to count for nobody: nothing is worked out for it."""
    papers: int
    """Papers of this revision on which it stood, first and later attempts alike."""
    statistics: ItemStatistics
    comparisons: tuple[Comparison, ...]
    """Between the languages in which papers were taken."""


@dataclass(frozen=True, slots=True)
class RevisionStatistics:
    published: Published
    papers: int
    """Papers of this revision that were drawn for assessments, submitted or not."""
    items: tuple[ItemRecord, ...]
    """In the order of the bank."""
    reliability: Reliability
    """Of the first attempts at this revision alone."""

    def exposure(self, record: ItemRecord) -> float:
        """Return the share of this revision's papers on which an item stood, from 0 to 1."""
        return record.papers / self.papers if self.papers else 0.0


#: What was worked out before, by database and revision, with the numbers of rows it was worked out from: the pages of
#: single items, and the file, follow the page of all of them, and rows are only ever added.
_WORKED_OUT: WeakKeyDictionary[Any, dict[int, tuple[tuple[int, ...], RevisionStatistics]]] = WeakKeyDictionary()
_MOST_KEPT = 20


def of_revision(session: Session, published: Published, *, known_at: datetime | None = None) -> RevisionStatistics:
    """Return everything that is known of the items of a revision, and of the papers drawn from it.

    :param known_at: leave out whatever was recorded later; without it nothing is.
    """
    if known_at is not None:
        return _work_out(session, published, known_at)
    kept = _WORKED_OUT.setdefault(session.get_bind(), {})
    rows, found = _numbers_of_rows(session, published.revision.slug), kept.get(published.revision.id)
    if found is not None and found[0] == rows:
        return replace(found[1], published=published)
    worked_out = _work_out(session, published, LAST_INSTANT)
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[published.revision.id] = rows, worked_out
    return worked_out


def _numbers_of_rows(session: Session, slug: str) -> tuple[int, ...]:
    attempts = select(Attempt.id).join(ModuleRevision).where(ModuleRevision.slug == slug)
    submitted = select(Submission.id).where(Submission.module == slug)
    tables = [
        attempts,
        submitted,
        *(select(table.id) for table in (ModuleRevision, NewMark, ItemRuling, LateAcceptance)),
    ]
    counts = [select(func.count()).select_from(query.subquery()).scalar_subquery() for query in tables]
    return tuple(session.execute(select(*counts)).one())


def _work_out(session: Session, published: Published, known_at: datetime) -> RevisionStatistics:
    known = _items_by_revision(session, published.revision.slug, known_at)
    own = known[published.revision.id]
    gathered = list(_papers(session, published.revision.slug, known, known_at))
    everywhere = PaperSet([paper for _revision, paper in gathered])
    here = PaperSet([replace(paper, first_met=None) for id_, paper in gathered if id_ == published.revision.id])
    drawn, papers = _exposure(session, published.revision.id, known_at)
    records = []
    for item_id, asked in own.items():
        name = asked.name
        records.append(
            ItemRecord(
                item=asked.item,
                void=asked.void,
                papers=drawn[item_id],
                statistics=ItemStatistics(0)
                if asked.void
                else item_statistics(everywhere, name, offered(asked.item.interaction)),
                comparisons=() if asked.void else tuple(comparisons(everywhere, name)),
            )
        )
    return RevisionStatistics(published, papers, tuple(records), reliability(here))


@dataclass(frozen=True, slots=True)
class _Asked:
    """An item as one revision asks it, and has it marked by now."""

    item: Item
    name: str
    void: bool
    in_words: bool


def _items_by_revision(session: Session, slug: str, known_at: datetime) -> dict[int, dict[str, _Asked]]:
    """Return the items of every revision of the module by revision and item, as they were ruled."""
    revisions = session.scalars(select(ModuleRevision).where(ModuleRevision.slug == slug)).all()
    ids = [row.id for row in revisions]
    ruled = set(session.scalars(select(ItemRuling.revision_id).where(ItemRuling.revision_id.in_(ids)).distinct()))
    found: dict[int, dict[str, _Asked]] = {}
    for row in revisions:
        in_force = marks.in_force(session, row.id, known_at=known_at) if row.id in ruled else {}
        found[row.id] = {item.id: _asked(item, in_force) for item in content.published(row).bank.items}
    return found


def _asked(item: Item, in_force: Rulings) -> _Asked:
    interaction = in_force.get(item.id)
    now = item if interaction is None else replace(item, interaction=interaction)
    void = item.id in in_force and interaction is None
    return _Asked(now, item_revision(now), void, _in_words(now))


def _in_words(item: Item) -> bool:
    asked = item.interaction
    parts = [part.interaction for part in asked.parts] if isinstance(asked, Case) else [asked]
    return any(isinstance(part, TextEntry) for part in parts)


def _papers(
    session: Session, slug: str, known: Mapping[int, Mapping[str, _Asked]], known_at: datetime
) -> Iterator[tuple[int, ScoredPaper]]:
    """Yield each first attempt at a revision of the module, the earliest first, with the revision's id."""
    remarked = _new_results(session, slug, known_at)
    answers = _answers(session, slug, known_at)
    met: dict[int, set[str]] = {}
    waiting = next(answers, None)
    for row in _rows(session, _first_attempts(slug, known_at)):
        given: _Given = _NOTHING_GIVEN
        while waiting is not None and waiting[0] <= row.attempt_id:
            if waiting[0] == row.attempt_id:
                given = waiting[1]
            waiting = next(answers, None)
        result = remarked.get(row.submission_id, row.result)
        items = _scored(result, known[row.revision_id], given, opened=row.opened)
        before = met.setdefault(row.officer_id, set())
        first_met = frozenset(items) - before
        before |= first_met
        cut_score = _figure(result["cut_score"])
        yield row.revision_id, ScoredPaper(items, first_met, group=row.language, cut_score=cut_score)


def _first_attempts(slug: str, known_at: datetime) -> Select[*tuple[Any, ...]]:
    return (
        _of_first_attempts(
            select(
                Attempt.id.label("attempt_id"),
                Attempt.officer_id,
                Attempt.revision_id,
                Attempt.language,
                Attempt.effective_at.label("opened"),
                Submission.id.label("submission_id"),
                Submission.result,
            ).join(Submission, Submission.attempt_id == Attempt.id),
            slug,
        )
        .where(Submission.recorded_at <= known_at)
        .order_by(Attempt.id)
    )


def _of_first_attempts(query: Select[*tuple[Any, ...]], slug: str) -> Select[*tuple[Any, ...]]:
    return query.join(ModuleRevision, ModuleRevision.id == Attempt.revision_id).where(
        ModuleRevision.slug == slug, Attempt.mode == Mode.ASSESSMENT, Attempt.number == 1
    )


def _new_results(session: Session, slug: str, known_at: datetime) -> dict[int, dict[str, Any]]:
    """Return the latest result of every submission that was marked anew."""
    query = (
        select(NewMark.submission_id, NewMark.result)
        .join(Submission, Submission.id == NewMark.submission_id)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .where(NewMark.recorded_at <= known_at)
    )
    rows = session.execute(_of_first_attempts(query, slug).order_by(NewMark.id))
    return {row.submission_id: row.result for row in rows}


@dataclass(frozen=True, slots=True)
class _Given:
    """What was answered in one attempt."""

    held: Mapping[str, Response]
    arrivals: Sequence[tuple[datetime, str]]
    """When each answer came, and to which item; the earliest first."""


_NOTHING_GIVEN = _Given({}, ())


def _answers(session: Session, slug: str, known_at: datetime) -> Iterator[tuple[int, _Given]]:
    """Yield what counts of each attempt's answers, by attempt; late ones only where they were accepted."""
    query = (
        select(Answer.attempt_id, Answer.item_id, cast(Answer.options, String).label("options"), Answer.received_at)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(Submission, Submission.attempt_id == Attempt.id)
        .outerjoin(LateAcceptance, LateAcceptance.attempt_id == Attempt.id)
        .where(or_(marked_answers.IN_TIME, LateAcceptance.recorded_at <= known_at), Submission.recorded_at <= known_at)
    )
    ordered = _of_first_attempts(query, slug).order_by(Answer.attempt_id, *marked_answers.IN_ORDER)
    for attempt, rows in groupby(_rows(session, ordered), key=itemgetter(0)):
        listed = list(rows)
        held = marked_answers.held((row.item_id, _options(row.options)) for row in listed)
        yield attempt, _Given(held, sorted((row.received_at, row.item_id) for row in listed))


def _rows(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    return iter(session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}))


def _scored(
    result: Mapping[str, Any], known: Mapping[str, _Asked], given: _Given, *, opened: datetime
) -> dict[str, ScoredItem]:
    seconds = _seconds(given.arrivals, opened=opened)
    scored = {}
    for entry in result["items"]:
        asked = known[entry["item"]]
        marks = given.held.get(asked.item.id, Response())
        scored[asked.name] = ScoredItem(
            points=_figure(entry["points"]),
            of=entry["of"],
            marks=Response(folded(mark) for mark in marks) if asked.in_words else marks,
            answered=asked.item.interaction.answered(marks),
            seconds=seconds.get(asked.item.id),
        )
    return scored


def _seconds(arrivals: Sequence[tuple[datetime, str]], *, opened: datetime) -> dict[str, float]:
    """Return, for each item, the time from the answer before its first one (or the opening) to that first one.

    Left out where answers came together, and where the officer must have been away.
    """
    found: dict[str, float] = {}
    before, seen = opened, set()
    for arrived, item in arrivals:
        took = (arrived - before).total_seconds()
        if item not in seen and LEAST_SECONDS <= took <= PAUSE_SECONDS:
            found[item] = took
        seen.add(item)
        before = arrived
    return found


@lru_cache(maxsize=5_000)
def _options(written: str) -> tuple[str, ...]:
    """Return what a row's text says was chosen: thousands of rows say the same few things."""
    return tuple(json.loads(written))


@lru_cache(maxsize=1_000)
def _figure(written: str) -> float:
    return float(Fraction(written))


def _exposure(session: Session, revision_id: int, known_at: datetime) -> tuple[Counter[str], int]:
    """Return on how many papers each item stood, and how many papers there were."""
    query = select(Attempt.paper).where(
        Attempt.revision_id == revision_id, Attempt.mode == Mode.ASSESSMENT, Attempt.recorded_at <= known_at
    )
    drawn: Counter[str] = Counter()
    papers = 0
    for row in _rows(session, query):
        papers += 1
        drawn.update(entry["item"] for entry in row.paper["items"])
    return drawn, papers
