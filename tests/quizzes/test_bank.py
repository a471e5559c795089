import json
from fractions import Fraction

import pytest
from hypothesis import given

from courses.errors import ContentError
from quizzes.bank import Bank
from tests.quizzes.factories import bank, banks, item

ORIGINAL = bank(item(), blueprint={"count-alarms": 1})


@given(banks())
def test_a_bank_comes_back_from_its_json_unchanged(original):
    assert Bank.from_json(json.loads(json.dumps(original.to_json()))) == original


def test_the_json_of_a_bank_holds_no_float():
    with pytest.raises(ValueError, match="float"):
        json.loads('{"cut_score": 0.8}', parse_float=_refuse)
    json.loads(json.dumps(ORIGINAL.to_json()), parse_float=_refuse)
    assert ORIGINAL.to_json()["paper"]["cut_score"] == "4/5"


def _refuse(text):
    raise ValueError(f"float {text}")


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ({"cut_score": 0.8}, "paper has a 'cut_score' that is not a fraction in quotes"),
        ({"cut_score": "0.8"}, "paper has a 'cut_score' that is not a fraction in quotes"),
        ({"cut_score": "1/0"}, "paper has a 'cut_score' that is not a fraction in quotes"),
        ({"cut_score": "5/4"}, "paper has the cut_score 5/4; it must be above 0 and at most 1"),
        ({"cut_score": "0/4"}, "paper has the cut_score 0; it must be above 0 and at most 1"),
        ({"length": 2}, "paper has the length 2, but its blueprint draws 1 items"),
        ({"open_days": 0}, "paper has the open_days 0; the least is 1"),
        ({"standard": "guessed"}, "paper has a 'standard' that is not one of provisional, standard-set"),
        ({"blueprint": [{"objective": "x", "items": 0}]}, "blueprint cell 1 has the items 0; the least is 1"),
        (
            {"length": 2, "blueprint": [{"objective": "x", "items": 1}] * 2},
            "paper has two blueprint cells for 'x'",
        ),
    ],
)
def test_a_plan_that_does_not_hold_together_is_refused_with_the_reason(part, fault):
    data = ORIGINAL.to_json()
    with pytest.raises(ContentError) as refused:
        Bank.from_json(data | {"paper": data["paper"] | part})
    assert str(refused.value).startswith(f"bank.json: {fault}")


@pytest.mark.parametrize(("text", "share"), [("4/5", Fraction(4, 5)), ("8/10", Fraction(4, 5)), ("1", Fraction(1))])
def test_a_cut_score_is_read_as_an_exact_share(text, share):
    data = ORIGINAL.to_json()
    assert Bank.from_json(data | {"paper": data["paper"] | {"cut_score": text}}).plan.cut_score == share


def test_two_items_of_one_id_are_refused():
    twice = bank(item(), item(), blueprint={"count-alarms": 1})
    with pytest.raises(ContentError, match="has the item 'count-01' twice"):
        Bank.from_json(twice.to_json())


@pytest.mark.parametrize("data", [None, [], {}, {"module": "x"}])
def test_json_of_another_form_is_refused(data):
    with pytest.raises(ContentError):
        Bank.from_json(data)
