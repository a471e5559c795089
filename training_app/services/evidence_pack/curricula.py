"""What was taught and how it was examined: revisions with their lessons and plans, and statistics of the exams.

Of an item the pack has its place in the plan and its figures, never its question, its options or its key: what
officers are examined with stays secret.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.writing import module_files, toml
from quizzes.bank import Bank
from quizzes.scored_papers import weight
from training_app.models.authoring import ReviewRequest, ReviewVerdict
from training_app.models.rulings import NewMark
from training_app.models.training import Attempt, Mode, ModuleRevision, Submission
from training_app.packs.layout import CURRICULA, file_name
from training_app.services import content, item_statistics
from training_app.services.evidence_pack.of_tool import Cells, Table
from training_app.services.evidence_pack.orders import PackOrder, runs
from training_app.services.evidence_pack.shown import Shown

DIGITS = 12
"""Of a revision's digest, in the name of its folder and in tables that only refer to it."""


@dataclass(frozen=True, slots=True)
class Curriculum:
    """One revision, with the review that published it."""

    revision: ModuleRevision
    request: ReviewRequest | None
    """None of what came with the product; nor, then, a verdict."""
    verdict: ReviewVerdict | None

    @property
    def folder(self) -> str:
        return f"{CURRICULA}/{file_name(self.revision.slug)}/{self.revision.digest[:DIGITS]}"

    @property
    def name(self) -> str:
        return self.revision.digest[:DIGITS]


def of_period(session: Session, modules: Sequence[str], used: Collection[str], order: PackOrder) -> list[Curriculum]:
    """Return the revisions of *modules* that were the newest at some time in the period, or were used.

    :param used: digests of the revisions that awards in the pack rest on; attempts opened in the period are looked for.
    """
    rows = session.execute(
        select(ModuleRevision, ReviewRequest, ReviewVerdict)
        .outerjoin(ReviewVerdict, ReviewVerdict.revision_id == ModuleRevision.id)
        .outerjoin(ReviewRequest, ReviewRequest.id == ReviewVerdict.request_id)
        .where(ModuleRevision.slug.in_(modules), order.known(ModuleRevision))
        .order_by(ModuleRevision.slug, ModuleRevision.id)
    ).all()
    opened = select(Attempt.revision_id).where(order.within(Attempt)).distinct()
    taken = set(session.scalars(opened.where(Attempt.revision_id.in_([row[0].id for row in rows]))))
    found: list[Curriculum] = []
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        revision: ModuleRevision = row[0]
        next_one = after[0] if after is not None and after[0].slug == revision.slug else None
        newest = next_one is None or next_one.effective_at > order.since
        if newest or revision.id in taken or revision.digest in used:
            found.append(Curriculum(revision, row[1], row[2]))
    return found


def revisions_table(found: Sequence[Curriculum], shown: Shown) -> Table:
    entries = shown.of(ModuleRevision, [one.revision.id for one in found])
    requests = shown.of(ReviewRequest, [one.request.id for one in found if one.request])
    verdicts = shown.of(ReviewVerdict, [one.verdict.id for one in found if one.verdict])
    people: set[int | None] = set()
    for one in found:
        if one.request and one.verdict:
            people |= {one.request.recorded_by_id, one.verdict.recorded_by_id, *one.request.author_ids}
    by = shown.numbers(people)
    header = (
        "entry", "module", "revision", "digest", "effective_at", "recorded_at", "kind", "subject_area", "law_as_of",
        "languages", "lessons", "minutes", "items", "cut_score", "standard", "request_entry", "requested_at",
        "requested_by", "authors", "note", "verdict_entry", "reviewed_at", "reviewed_by", "folder",
    )  # fmt: skip
    rows: list[Cells] = []
    for one in found:
        read = content.published(one.revision)
        request, verdict = one.request, one.verdict
        rows.append(
            (
                entries.get(one.revision.id),
                one.revision.slug,
                one.name,
                one.revision.digest,
                one.revision.effective_at,
                one.revision.recorded_at,
                read.module.kind,
                read.module.subject_area,
                read.module.law_as_of,
                read.module.languages,
                len(read.module.lessons[read.module.source_language]),
                read.module.minutes,
                len(read.bank.items),
                read.bank.plan.cut_score,
                read.bank.plan.standard,
                request and requests.get(request.id),
                request and request.effective_at,
                request and by[request.recorded_by_id],
                request and sorted(by[author] for author in request.author_ids),
                request and request.note,
                verdict and verdicts.get(verdict.id),
                verdict and verdict.effective_at,
                verdict and by[verdict.recorded_by_id],
                one.folder,
            )
        )
    return Table("revisions.csv", header, rows)


def files(found: Sequence[Curriculum]) -> Iterator[tuple[str, str]]:
    """Yield path and text of each file of the curricula: lessons, objectives, sources, and the plan of the exam."""
    for one in found:
        read = content.published(one.revision)
        for path, text in module_files(read.module).items():
            yield f"{one.folder}/{'/'.join(file_name(part) for part in path.split('/'))}", text
        yield f"{one.folder}/exam.toml", toml(_exam(read.bank))


def _exam(bank: Bank) -> Mapping[str, Any]:
    """Return the plan by which papers are drawn and marked, and how many items there are for each part of it."""
    counted = Counter((item.objective, item.level.value) for item in bank.items)
    return {
        "paper": bank.plan.to_json(),
        "items": len(bank.items),
        "critical_items": sum(item.critical for item in bank.items),
        "bank": [
            {"objective": objective, "level": level, "items": number}
            for (objective, level), number in sorted(counted.items())
        ],
    }


# -- exams -------------------------------------------------------------------------------------------------------------


def exams_table(session: Session, found: Sequence[Curriculum], order: PackOrder) -> Table:
    """Return how many sat and passed in the period, and how far the scores can be relied on, from all papers known.

    Figures are empty where fewer than 30 officers stand behind them; see docs/statistics.md.
    """
    header = (
        "module", "revision", "opened", "officers", "submitted", "passed", "first_submitted", "first_passed",
        "all_first_attempts", "weight", "coefficient", "alpha", "alpha_low", "alpha_high", "standard_error",
        "consistency",
    )  # fmt: skip
    rows: list[Cells] = []
    for one in found:
        of = item_statistics.of_revision(session, content.published(one.revision), known_at=order.known_at).reliability
        alpha = of.alpha
        rows.append(
            (
                one.revision.slug,
                one.name,
                *_sat(session, one.revision.id, order),
                of.officers,
                of.weight,
                of.coefficient if alpha else None,
                *((_figure(alpha.value), _figure(alpha.low), _figure(alpha.high)) if alpha else (None,) * 3),
                _figure(of.standard_error),
                _figure(of.consistency),
            )
        )
    return Table("exams.csv", header, rows)


def items_table(session: Session, found: Sequence[Curriculum], order: PackOrder) -> Table:
    header = (
        "module", "revision", "item", "objective", "level", "kind", "points", "critical", "void", "papers", "exposure",
        "officers", "weight", "facility", "facility_low", "facility_high", "rest_correlation", "discrimination",
        "omission",
    )  # fmt: skip
    rows: list[Cells] = []
    for one in found:
        figures = item_statistics.of_revision(session, content.published(one.revision), known_at=order.known_at)
        for record in figures.items:
            of, item = record.statistics, record.item
            facility = of.facility
            rows.append(
                (
                    one.revision.slug,
                    one.name,
                    item.id,
                    item.objective,
                    item.level,
                    item.kind,
                    item.points,
                    item.critical,
                    record.void,
                    record.papers,
                    _figure(figures.exposure(record)) if figures.papers else None,
                    of.officers,
                    weight(of.officers),
                    *(
                        (_figure(facility.value), _figure(facility.low), _figure(facility.high))
                        if facility
                        else (None,) * 3
                    ),
                    _figure(of.rest_correlation.value if of.rest_correlation else None),
                    _figure(of.discrimination),
                    _figure(of.omission),
                )
            )
    return Table("items.csv", header, rows)


def _figure(value: float | None) -> str | None:
    return None if value is None else f"{value:.4f}"


def _sat(session: Session, revision_id: int, order: PackOrder) -> tuple[int, int, int, int, int, int]:
    """Return assessments opened in the period and by how many officers; submitted, passed; of first ones likewise."""
    rows = session.execute(
        select(Attempt.officer_id, Attempt.number, Submission.id, Submission.passed)
        .outerjoin(Submission, (Submission.attempt_id == Attempt.id) & (Submission.recorded_at <= order.known_at))
        .where(Attempt.revision_id == revision_id, Attempt.mode == Mode.ASSESSMENT, order.within(Attempt))
    ).all()
    submitted = [row for row in rows if row[2] is not None]
    anew: set[int] = set()
    for some in runs([row[2] for row in submitted]):
        passed = select(func.distinct(NewMark.submission_id)).where(
            NewMark.submission_id.in_(some), NewMark.passed, NewMark.recorded_at <= order.known_at
        )
        anew.update(session.scalars(passed))
    passed_ids = {row[2] for row in submitted if row[3] or row[2] in anew}
    first = [row[2] for row in submitted if row[1] == 1]
    return (
        len(rows),
        len({row[0] for row in rows}),
        len(submitted),
        len(passed_ids),
        len(first),
        len(passed_ids.intersection(first)),
    )
