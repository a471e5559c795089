"""A panel sets the standard by Angoff's method: invited, two rounds, minutes, and ratings for the next revision.

In the first round nobody sees what another judge said, the lead included: only how far each has come.  Between the
rounds the judges see the spread.  Judges who do not finish the first round do not count.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from quizzes.bank import CutScoreStandard
from quizzes.item import Item
from quizzes.item_revision import asks_the_same
from quizzes.parts import PAPER, item_part
from quizzes.standard_setting import LEAST_JUDGES, Ratings, complete, spreads
from training_app.errors import TrainingError
from training_app.models.authoring import Draft
from training_app.models.people import Person, RoleAssignment
from training_app.models.standard_setting import (
    StandardJudge,
    StandardOutcome,
    StandardRating,
    StandardRoundClosing,
    StandardSetting,
)
from training_app.models.training import ModuleRevision
from training_app.rules.civil_time import CivilInstant
from training_app.rules.permissions import Role
from training_app.rules.trainers import Act, Matter
from training_app.services import accounts, content, drafts, marks, trainer_acts
from training_app.services.content import Published
from training_app.services.locks import one_at_a_time

MAY_JUDGE = frozenset({Role.TRAINER, Role.LEAD})


class SettingOpen(TrainingError):
    def __init__(self) -> None:
        super().__init__("A standard setting of this revision was opened already.")


class UnfitJudge(TrainingError):
    """Who is invited may not rate items of the module, or has no open account as a trainer or lead."""

    def __init__(self) -> None:
        super().__init__("Only trainers who may rate items of this module can be invited to judge.")


class NotAJudge(TrainingError):
    """Who rates was not invited, or did not finish the first round."""

    def __init__(self) -> None:
        super().__init__("You are no judge of this round, so your ratings do not count.")


class RoundOver(TrainingError):
    """The round was closed before the ratings came, or before it was closed again."""

    def __init__(self) -> None:
        super().__init__("This round has been closed. Nothing can be rated in it any more.")


class TooFewJudges(TrainingError):
    """Fewer judges than `LEAST_JUDGES` rated every item."""

    def __init__(self, finished: int) -> None:
        super().__init__(f"{finished} judges have rated every item, and {LEAST_JUDGES} are needed.")
        self.finished = finished


class NotYet(TrainingError):
    """The ratings cannot be adopted before the second round is closed, or are adopted already."""

    def __init__(self) -> None:
        super().__init__("Close the second round first; ratings are adopted once.")


class Stage(StrEnum):
    FIRST_ROUND = "first-round"
    SECOND_ROUND = "second-round"
    TO_BE_ADOPTED = "to-be-adopted"
    """Both rounds are closed."""
    ADOPTED = "adopted"

    @property
    def round(self) -> int | None:
        """Return the round in which judges rate now."""
        return {Stage.FIRST_ROUND: 1, Stage.SECOND_ROUND: 2}.get(self)


@dataclass(frozen=True, slots=True)
class Judge:
    person_id: int
    name: str
    rated: int
    """Items that they have rated in the first round."""
    counts: bool
    """Whether they have rated every item in it."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A standard setting as everybody may see it: how far it is, and never who said what."""

    setting: StandardSetting
    published: Published
    items: tuple[Item, ...]
    """What is rated: the items of the revision that were not voided, in the order of the bank."""
    stage: Stage
    judges: tuple[Judge, ...]
    """In the order in which they were invited."""
    outcome: StandardOutcome | None

    @property
    def finished(self) -> int:
        """Return how many judges count."""
        return sum(judge.counts for judge in self.judges)

    def judges_now(self, person_id: int) -> bool:
        """Tell whether this person may rate in the round that is open."""
        found = next((judge for judge in self.judges if judge.person_id == person_id), None)
        return found is not None and (
            self.stage is Stage.FIRST_ROUND or (self.stage is Stage.SECOND_ROUND and found.counts)
        )


def of_revision(session: Session, revision_id: int) -> StandardSetting | None:
    return session.scalar(select(StandardSetting).where(StandardSetting.revision_id == revision_id))


def to_judge(session: Session, person_id: int) -> list[Panel]:
    """Return the panels in which this person may rate now, the oldest first."""
    settings = session.scalars(
        select(StandardSetting)
        .join(StandardJudge, StandardJudge.setting_id == StandardSetting.id)
        .where(StandardJudge.judge_id == person_id)
        .order_by(StandardSetting.id)
    )
    return [found for setting in settings if (found := panel(session, setting)).judges_now(person_id)]


def who_may_judge(session: Session, slug: str, *, at: datetime, zone: ZoneInfo) -> list[Person]:
    """Return everybody who can be invited to judge the items of the module *slug*, by name."""
    ever = select(RoleAssignment.person_id).where(RoleAssignment.role.in_(MAY_JUDGE))
    people = session.scalars(select(Person).where(Person.id.in_(ever)))
    matter, on = trainer_acts.of_module(session, slug), CivilInstant(at, zone)
    return sorted(
        (person for person in people if not _unfit(session, matter, person.id, on=on)),
        key=lambda person: person.name,
    )


def _unfit(session: Session, matter: Matter, person_id: int, *, on: CivilInstant) -> bool:
    return not accounts.may_act_as(session, person_id, MAY_JUDGE, at=on.instant) or bool(
        trainer_acts.unmet(session, Act.RATE, person_id, matter, on=on)
    )


def open_setting(
    session: Session, published: Published, judges: Collection[int], *, at: datetime, zone: ZoneInfo, by: Person
) -> StandardSetting:
    """Open the standard setting of a revision and invite the first judges, by their ids.

    :raises SettingOpen: if there is one already.
    :raises UnfitJudge: as `invite`.
    """
    one_at_a_time(session, "revision", published.revision.id)
    if of_revision(session, published.revision.id) is not None:
        raise SettingOpen
    setting = StandardSetting(effective_at=at, recorded_at=at, recorded_by_id=by.id, revision_id=published.revision.id)
    session.add(setting)
    session.flush()
    invite(session, setting, judges, at=at, zone=zone, by=by)
    return setting


def invite(
    session: Session, setting: StandardSetting, judges: Collection[int], *, at: datetime, zone: ZoneInfo, by: Person
) -> None:
    """Invite judges, while the first round runs; inviting somebody twice is inviting them once.

    :raises UnfitJudge: if one of them may not rate items of the module, or has no open account.
    :raises RoundOver: if the first round is closed.
    """
    _lock(session, setting)
    if _stage(session, setting) is not Stage.FIRST_ROUND:
        raise RoundOver
    slug = session.get_one(ModuleRevision, setting.revision_id).slug
    matter, on = trainer_acts.of_module(session, slug), CivilInstant(at, zone)
    there = set(session.scalars(select(StandardJudge.judge_id).where(StandardJudge.setting_id == setting.id)))
    for judge in sorted(set(judges) - there):
        if _unfit(session, matter, judge, on=on):
            raise UnfitJudge
        session.add(
            StandardJudge(effective_at=at, recorded_at=at, recorded_by_id=by.id, setting_id=setting.id, judge_id=judge)
        )
    session.flush()


def panel(session: Session, setting: StandardSetting) -> Panel:
    """Return how far a standard setting is."""
    published = content.revision(session, setting.revision_id)
    in_force = marks.in_force(session, setting.revision_id)
    items = tuple(item for item in published.bank.items if in_force.get(item.id, item) is not None)
    names = [item.id for item in items]
    first = _ratings(session, setting, 1)
    counting = complete(first, names)
    rows = session.execute(
        select(StandardJudge.judge_id, Person.name)
        .join(Person, Person.id == StandardJudge.judge_id)
        .where(StandardJudge.setting_id == setting.id)
        .order_by(StandardJudge.id)
    )
    judges = tuple(
        Judge(
            person_id=row.judge_id,
            name=row.name,
            rated=len(first.get(row.judge_id, {}).keys() & set(names)),
            counts=row.judge_id in counting,
        )
        for row in rows
    )
    outcome = session.scalar(select(StandardOutcome).where(StandardOutcome.setting_id == setting.id))
    return Panel(setting, published, items, _stage(session, setting), judges, outcome)


def _stage(session: Session, setting: StandardSetting) -> Stage:
    closed = set(
        session.scalars(select(StandardRoundClosing.round).where(StandardRoundClosing.setting_id == setting.id))
    )
    if 1 not in closed:
        return Stage.FIRST_ROUND
    if 2 not in closed:
        return Stage.SECOND_ROUND
    adopted = session.scalar(select(StandardOutcome.id).where(StandardOutcome.setting_id == setting.id))
    return Stage.TO_BE_ADOPTED if adopted is None else Stage.ADOPTED


def _ratings(session: Session, setting: StandardSetting, round_: int) -> dict[int, dict[str, int]]:
    """Return the latest rating of each judge for each item in one round."""
    rows = session.execute(
        select(StandardRating.recorded_by_id, StandardRating.item_id, StandardRating.percent)
        .where(StandardRating.setting_id == setting.id, StandardRating.round == round_)
        .order_by(StandardRating.id)
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.recorded_by_id or 0, {})[row.item_id] = row.percent
    return found


def own_ratings(session: Session, setting: StandardSetting, person_id: int) -> dict[str, int]:
    """Return what this person rates each item by now: in the second round as in the first, unless changed."""
    first, second = (_ratings(session, setting, round_).get(person_id, {}) for round_ in (1, 2))
    return {**first, **second}


def ratings_after(session: Session, found: Panel, round_: int) -> Ratings:
    """Return what the judges who count said, once the round is closed; nothing before.

    After the second round a rating that was not changed in it is that of the first.
    """
    if found.stage is Stage.FIRST_ROUND or (found.stage is Stage.SECOND_ROUND and round_ == 2):
        return {}
    names = [item.id for item in found.items]
    first = complete(_ratings(session, found.setting, 1), names)
    if round_ == 1:
        return first
    second = _ratings(session, found.setting, 2)
    return {
        judge: {item: second.get(judge, {}).get(item, percent) for item, percent in given.items()}
        for judge, given in first.items()
    }


def rate(
    session: Session,
    setting: StandardSetting,
    percents: Mapping[str, int],
    *,
    round_: int,
    at: datetime,
    zone: ZoneInfo,
    by: Person,
) -> int:
    """Record ratings in whole percent, from 1 to 100, by item; one that stands already adds nothing.

    :param round_: the round that *by* saw when rating.
    :returns: how many were new.
    :raises RoundOver: if that round is not the open one.
    :raises NotAJudge: if *by* was not invited, or in the second round did not finish the first.
    :raises trainer_acts.NotAllowed: if *by* may not rate items of this module now.
    :raises KeyError: if an item is not to be rated.
    """
    _lock(session, setting)
    found = panel(session, setting)
    if found.stage.round != round_:
        raise RoundOver
    if not found.judges_now(by.id):
        raise NotAJudge
    matter = trainer_acts.of_module(session, found.published.module.slug)
    trainer_acts.require(session, Act.RATE, by, matter, on=CivilInstant(at, zone))
    known = {item.id for item in found.items}
    for item in percents:
        if item not in known:
            raise KeyError(item)
    stands = own_ratings(session, setting, by.id)
    new = {item: percent for item, percent in percents.items() if stands.get(item) != percent}
    session.add_all(
        StandardRating(
            effective_at=at,
            recorded_at=at,
            recorded_by_id=by.id,
            setting_id=setting.id,
            round=round_,
            item_id=item,
            percent=percent,
        )
        for item, percent in new.items()
    )
    session.flush()
    return len(new)


def close_round(session: Session, setting: StandardSetting, round_: int, *, at: datetime, by: Person) -> None:
    """Close the open round.

    :param round_: the round that *by* saw when deciding.
    :raises RoundOver: if it is closed already, or not open yet.
    :raises TooFewJudges: if fewer than `LEAST_JUDGES` have rated every item in the first round.
    """
    _lock(session, setting)
    found = panel(session, setting)
    if found.stage.round != round_:
        raise RoundOver
    if found.finished < LEAST_JUDGES:
        raise TooFewJudges(found.finished)
    session.add(
        StandardRoundClosing(effective_at=at, recorded_at=at, recorded_by_id=by.id, setting_id=setting.id, round=round_)
    )
    session.flush()


@dataclass(frozen=True, slots=True)
class Adopted:
    outcome: StandardOutcome
    draft: Draft
    changed: tuple[str, ...]
    """Items that the draft asks differently by now, or has no more: they carry no rating from here."""


def adopt(
    session: Session,
    setting: StandardSetting,
    *,
    standard: CutScoreStandard,
    cut_score: Fraction,
    minutes: str,
    at: datetime,
    zone: ZoneInfo,
    by: Person,
) -> Adopted:
    """Adopt the ratings, with minutes, and put them into the module's draft; four eyes publish them from there.

    :param standard: by the ratings of the drawn items, or one share for every paper.
    :param cut_score: that share; by ratings, the least that any paper asks for.
    :raises NotYet: if the second round is not closed, or they are adopted already.
    :raises drafts.DraftClosed: if the module's draft is under review.
    """
    _lock(session, setting)
    found = panel(session, setting)
    if found.stage is not Stage.TO_BE_ADOPTED:
        raise NotYet
    means = {item: spread.mean for item, spread in spreads(ratings_after(session, found, 2)).items()}
    outcome = StandardOutcome(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        setting_id=setting.id,
        ratings={item: str(mean) for item, mean in means.items()},
        standard=standard,
        cut_score=str(cut_score),
        minutes=minutes,
    )
    try:
        with session.begin_nested():
            session.add(outcome)
    except IntegrityError as error:
        raise NotYet from error
    draft = drafts.open_draft(session, found.published.module.slug, at=at, zone=zone, by=by)
    changed = _carry(session, draft, found.items, means, at=at, zone=zone, by=by)
    paper = drafts.part(session, draft, PAPER)
    plan = {**(paper.content or {}).get("paper", {}), "standard": standard.value, "cut_score": str(cut_score)}
    drafts.save(
        session,
        draft,
        PAPER,
        {**(paper.content or {}), "paper": plan},
        made_from=paper.version,
        at=at,
        zone=zone,
        by=by,
    )
    return Adopted(outcome, draft, changed)


def _carry(
    session: Session,
    draft: Draft,
    items: Sequence[Item],
    means: Mapping[str, Fraction],
    *,
    at: datetime,
    zone: ZoneInfo,
    by: Person,
) -> tuple[str, ...]:
    """Save each item's rating in *draft*; return the items that are not what was rated any more."""
    parts, changed = drafts.parts(session, draft), []
    for item in items:
        part = parts.get(item_part(item.id))
        if part is None or part.content is None or not asks_the_same(item, part.content):
            changed.append(item.id)
            continue
        rated = {**part.content, "rating": str(means[item.id])}
        drafts.save(session, draft, part.name, rated, made_from=part.version, at=at, zone=zone, by=by)
    return tuple(changed)


def _lock(session: Session, setting: StandardSetting) -> None:
    one_at_a_time(session, "standard_setting", setting.id)
