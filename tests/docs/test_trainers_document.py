"""`docs/trainers.md`: levels, conditions, evidence and figures are those of the rule."""

import re
from itertools import pairwise

from tests.docs.documents import DOCUMENTS, section, table
from training_app.rules import qualifying
from training_app.rules import trainers as rule
from training_app.rules.trainers import Act, QualificationLevel
from training_app.services.trainer_registry import COURSE_AGE_MONTHS

PAGE = re.sub(r"\s+", " ", (DOCUMENTS / "trainers.md").read_text("utf-8"))

ACTS = {
    Act.WRITE: "write",
    Act.REVIEW: "review",
    Act.TEACH: "hold sessions",
    Act.RATE: "rate items",
    Act.PUBLISH: "publish",
    Act.SIGN_OFF: "sign for observed practice",
    Act.HEAR_APPEAL: "hear appeals",
    Act.DECLINE_WISH: "decline wishes",
    Act.QUALIFY: "qualify others",
}


def test_each_act_stands_with_the_level_that_it_asks_for():
    told = {row["level"]: row["may"] for row in table(section("trainers.md", "Levels"))}
    assert list(told) == [level.name.lower() for level in QualificationLevel]
    for act, level in rule.LEVEL_FOR.items():
        assert ACTS[act] in told[level.name.lower()]


def test_the_figures_are_those_of_the_rule():
    assert f"passed within {COURSE_AGE_MONTHS} months" in PAGE
    assert f"signed within the last {rule.DECLARATION_MONTHS} months" in PAGE
    assert f"within the last {rule.SEPARATION_MONTHS} months" in PAGE
    assert f"asks for {qualifying.RENEWAL_ACTS} acts as a trainer" in PAGE
    assert f"and {qualifying.RENEWAL_HOURS} hours of continuing education" in PAGE
    assert (qualifying.LONGEST_MONTHS, qualifying.SPECIAL_MONTHS) == (36, 12)


def test_each_level_rests_on_more_than_the_one_before_it():
    rows = [row["level"] for row in table(section("trainers.md", "Qualifying somebody"))]
    assert rows == [level.name.lower() for level in QualificationLevel]
    needed = [qualifying.NEEDED[level] for level in QualificationLevel]
    assert all(less < more for less, more in pairwise(needed))
