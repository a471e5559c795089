"""How a cut score came about: judges, their ratings in two rounds, and what was decided."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quizzes.bank import CutScoreStandard
from training_app.models.base import Fact, one_of


class StandardSetting(Fact):
    """A lead opened a standard setting by the Angoff method for the items of one revision."""

    __tablename__ = "standard_setting"

    revision_id: Mapped[int] = mapped_column(ForeignKey("module_revision.id"), unique=True)


class StandardJudge(Fact):
    """A lead invited somebody to judge."""

    __tablename__ = "standard_judge"
    __table_args__ = (UniqueConstraint("setting_id", "judge_id"),)
    about = "judge_id"

    setting_id: Mapped[int] = mapped_column(ForeignKey("standard_setting.id"))
    judge_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class StandardRating(Fact):
    """A judge said which share of barely competent officers would get an item right; of a round the latest governs."""

    __tablename__ = "standard_rating"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="a_share"),
        CheckConstraint("round IN (1, 2)", name="two_rounds"),
    )

    setting_id: Mapped[int] = mapped_column(ForeignKey("standard_setting.id"), index=True)
    round: Mapped[int]
    item_id: Mapped[str]
    percent: Mapped[int]


class StandardRoundClosing(Fact):
    """A round ended.  After the first the judges see what the others rated; after the second nobody rates any more."""

    __tablename__ = "standard_round_closing"
    __table_args__ = (UniqueConstraint("setting_id", "round"),)

    setting_id: Mapped[int] = mapped_column(ForeignKey("standard_setting.id"))
    round: Mapped[int]


class StandardOutcome(Fact):
    """The ratings were adopted, with the minutes of the panel: the next revision carries them."""

    __tablename__ = "standard_outcome"
    __table_args__ = (CheckConstraint("standard <> 'provisional'", name="a_panels"),)

    setting_id: Mapped[int] = mapped_column(ForeignKey("standard_setting.id"), unique=True)
    ratings: Mapped[dict[str, Any]]
    """Share as a text such as ``"13/20"``, by item id."""
    standard: Mapped[CutScoreStandard] = mapped_column(one_of(CutScoreStandard))
    """By the ratings of the drawn items, or one share for every paper where the agency says so."""
    cut_score: Mapped[str]
    """That one share; with the ratings of the drawn items the least that any paper asks for.  A text as above."""
    minutes: Mapped[str]
    """Who judged, what was discussed, what was decided."""
