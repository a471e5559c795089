"""`docs/assessors.md`: the figures and reasons that it names are those of the product."""

from tests.docs.documents import section
from training_app.rules.appeals import APPEAL_DAYS, Hand
from training_app.services.late_answers import LISTED_DAYS, Lateness

IN_WORDS = {5: "five"}


def test_the_time_to_appeal_is_as_it_says():
    assert f"through the {APPEAL_DAYS}th day" in section("assessors.md", "Appeals")


def test_late_answers_are_listed_and_accepted_as_it_says():
    text = section("assessors.md", "Late answers")
    assert f"for {LISTED_DAYS} days" in text
    assert f"for one of {IN_WORDS[len(Lateness)]}" in text
    named = text.partition("(")[2].partition(")")[0]
    assert len(named.split(", ")) == len(Lateness)


def test_everybody_who_does_not_decide_an_appeal_is_named():
    text = section("assessors.md", "Appeals")
    words = {
        Hand.OFFICER: "is the officer",
        Hand.WROTE: "wrote a part",
        Hand.REVIEWED: "reviewed and published",
        Hand.RULED: "ruled on an item",
        Hand.MARKED: "accepted late answers",
    }
    assert set(words) == set(Hand)
    assert [said for said in words.values() if said not in text] == []
