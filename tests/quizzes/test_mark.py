import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from courses.errors import ContentError
from quizzes.errors import UnfitResponse, UnknownItem
from quizzes.mark import ItemMark, ObjectiveResult, Result, mark, mark_anew, mark_item
from quizzes.paper import draw
from tests.quizzes.factories import bank, banks, choices, item, items, multiple_response, responses

ANY_ITEM = items("any-01", "count-alarms")


def chosen(text):
    return frozenset(text)


@pytest.mark.parametrize(("response", "points"), [("b", 2), ("a", 0), ("", 0)])
def test_single_choice_is_all_or_nothing(response, points):
    assert mark_item(item(points=2, key=chosen("b")), chosen(response)) == points


@pytest.mark.parametrize(
    ("response", "points"),
    [
        pytest.param("abc", Fraction(2), id="all-keys"),
        pytest.param("ab", Fraction(4, 3), id="two-of-three"),
        pytest.param("abd", Fraction(2, 3), id="two-right-one-wrong"),
        pytest.param("ad", Fraction(0), id="one-right-one-wrong"),
        pytest.param("de", Fraction(0), id="never-below-nothing"),
        pytest.param("abcde", Fraction(2, 3), id="everything"),
        pytest.param("", Fraction(0), id="unanswered"),
    ],
)
def test_multiple_response_counts_right_minus_wrong_in_shares_of_the_keys(response, points):
    asked = multiple_response(options=tuple("abcde"), key=chosen("abc"), points=2)
    assert mark_item(asked, chosen(response)) == points


@given(ANY_ITEM, st.data())
def test_points_lie_between_nothing_and_the_items_points(asked, data):
    response = data.draw(choices(asked))
    assert 0 <= mark_item(asked, response) <= asked.points


@given(ANY_ITEM)
def test_the_key_alone_earns_everything_and_no_answer_nothing(asked):
    assert mark_item(asked, asked.interaction.key) == asked.points
    assert mark_item(asked, frozenset()) == 0


@given(ANY_ITEM, st.data())
def test_only_the_key_earns_everything(asked, data):
    response = data.draw(choices(asked))
    assert (mark_item(asked, response) == asked.points) == (response == asked.interaction.key)


@given(items("any-01", "count-alarms", several=True), st.data())
def test_choosing_a_wrong_option_as_well_never_raises_the_mark(asked, data):
    response = frozenset(data.draw(st.sets(st.sampled_from(asked.interaction.options))))
    wrong = data.draw(st.sampled_from(sorted(set(asked.interaction.options) - asked.interaction.key)))
    assert mark_item(asked, response | {wrong}) <= mark_item(asked, response)


def test_an_option_that_an_item_does_not_have_is_a_fault_and_not_a_wrong_answer():
    with pytest.raises(UnfitResponse, match="Item 'count-01' cannot be answered with 'b', 'x'"):
        mark_item(item(), chosen("bx"))


TWO_OBJECTIVES = bank(
    item("a-01", objective="alarms", points=1),
    item("r-01", objective="rates", points=1),
    multiple_response("r-02", objective="rates", points=2),
    blueprint={"rates": 2, "alarms": 1},
    cut_score=Fraction(3, 4),
)


def test_a_result_worked_by_hand():
    paper = draw(TWO_OBJECTIVES, seed=1)
    # alarms: right, 1 of 1.  rates: unanswered, 0 of 1; one of two keys, 1 of 2.  Together 2 of 4.
    result = mark(paper, TWO_OBJECTIVES, {"a-01": chosen("b"), "r-02": chosen("a")})
    assert (result.points, result.of, result.share, result.passed) == (2, 4, Fraction(1, 2), False)
    assert result.by_objective == (
        ObjectiveResult("rates", Fraction(1), 3),
        ObjectiveResult("alarms", Fraction(1), 1),
    )
    assert [entry.item_id for entry in result.items] == [entry.item_id for entry in paper.items]
    assert ItemMark("r-02", "rates", Fraction(1), 2) in result.items


@pytest.mark.parametrize(
    ("right", "passed"), [pytest.param(2, True, id="at-the-cut-score"), pytest.param(1, False, id="one-below")]
)
def test_the_cut_score_itself_passes_though_no_float_could_say_two_thirds(right, passed):
    three = bank(*(item(f"c-{n}") for n in range(3)), blueprint={"count-alarms": 3}, cut_score=Fraction(2, 3))
    result = mark(draw(three, seed=1), three, {f"c-{n}": chosen("b") for n in range(right)})
    assert result.passed is passed


def test_nothing_answered_earns_nothing_and_does_not_pass():
    result = mark(draw(TWO_OBJECTIVES, seed=1), TWO_OBJECTIVES, {})
    assert (result.points, result.share, result.passed) == (0, 0, False)


@given(banks(), st.integers())
def test_answering_every_item_with_its_key_earns_everything_and_passes(from_bank, seed):
    paper = draw(from_bank, seed=seed)
    known = from_bank.by_id()
    result = mark(paper, from_bank, {entry.item_id: known[entry.item_id].interaction.key for entry in paper.items})
    assert result.points == result.of == sum(known[entry.item_id].points for entry in paper.items)
    assert (result.share, result.passed) == (1, True)


@given(banks(), st.integers(), st.data())
def test_a_result_adds_up_whatever_was_answered(from_bank, seed, data):
    paper = draw(from_bank, seed=seed)
    result = mark(paper, from_bank, data.draw(responses(paper, from_bank)))
    assert 0 <= result.share <= 1
    assert result.points == sum(entry.points for entry in result.items)
    assert result.points == sum(entry.points for entry in result.by_objective)
    assert result.of == sum(entry.of for entry in result.items) == sum(entry.of for entry in result.by_objective)
    assert result.passed == (result.points >= result.cut_score * result.of)
    assert [entry.objective for entry in result.by_objective] == [cell.objective for cell in from_bank.plan.blueprint]


@given(banks(), st.integers(), st.data())
def test_a_result_comes_back_from_its_json_unchanged_and_without_a_float(from_bank, seed, data):
    paper = draw(from_bank, seed=seed)
    result = mark(paper, from_bank, data.draw(responses(paper, from_bank)))
    stored = json.dumps(result.to_json())
    assert Result.from_json(json.loads(stored, parse_float=pytest.fail)) == result


def test_the_json_of_a_result_says_shares_as_fractions():
    result = mark(draw(TWO_OBJECTIVES, seed=1), TWO_OBJECTIVES, {"r-02": chosen("a")})
    told = result.to_json()
    assert (told["points"], told["of"], told["share"], told["cut_score"]) == ("1", 4, "1/4", "3/4")
    assert told["passed"] is False
    assert {"objective": "rates", "points": "1", "of": 3} in told["by_objective"]


def test_json_that_is_no_result_is_refused():
    with pytest.raises(ContentError):
        Result.from_json({"points": 0.5})


def test_a_paper_of_another_bank_is_a_fault():
    with pytest.raises(UnknownItem, match="The bank has no item 'c-1'"):
        mark(
            draw(bank(item("c-1"), blueprint={"count-alarms": 1}), seed=1),
            bank(item("c-2"), blueprint={"count-alarms": 1}),
            {},
        )


def test_a_response_to_an_item_that_is_not_on_the_paper_is_a_fault():
    with pytest.raises(UnknownItem, match="The paper has no item 'x-99'"):
        mark(draw(TWO_OBJECTIVES, seed=1), TWO_OBJECTIVES, {"x-99": chosen("b")})


def test_a_void_item_counts_for_nobody():
    paper = draw(TWO_OBJECTIVES, seed=1)
    responses = {"a-01": chosen("b"), "r-01": chosen("a"), "r-02": chosen("ab")}
    assert mark(paper, TWO_OBJECTIVES, responses).share == Fraction(3, 4)
    anew = mark_anew(paper, TWO_OBJECTIVES, responses, {"r-01": None})
    assert (anew.points, anew.of, anew.passed) == (3, 3, True)
    assert "r-01" not in [entry.item_id for entry in anew.items]


def test_an_item_with_a_new_key_is_marked_by_it():
    paper = draw(TWO_OBJECTIVES, seed=1)
    new_key = replace(TWO_OBJECTIVES.by_id()["a-01"].interaction, key=chosen("c"))
    anew = mark_anew(paper, TWO_OBJECTIVES, {"a-01": chosen("b")}, {"a-01": new_key})
    assert (anew.points, anew.of) == (0, 4)
    assert mark_anew(paper, TWO_OBJECTIVES, {"a-01": chosen("c")}, {"a-01": new_key}).points == 1


def test_an_attempt_of_which_every_item_is_void_does_not_pass():
    paper = draw(TWO_OBJECTIVES, seed=1)
    anew = mark_anew(paper, TWO_OBJECTIVES, {}, dict.fromkeys(TWO_OBJECTIVES.by_id()))
    assert (anew.of, anew.passed) == (0, False)


@given(banks(), st.integers(), st.data())
def test_without_a_ruling_marking_anew_is_marking(from_bank, seed, data):
    paper = draw(from_bank, seed=seed)
    given_ = data.draw(responses(paper, from_bank))
    assert mark_anew(paper, from_bank, given_, {}) == mark(paper, from_bank, given_)


@given(banks(), st.integers(), st.data())
def test_voiding_items_that_were_not_right_never_lowers_the_share(from_bank, seed, data):
    paper = draw(from_bank, seed=seed)
    given_ = data.draw(responses(paper, from_bank))
    before = mark(paper, from_bank, given_)
    wrong = [entry.item_id for entry in before.items if entry.points == 0]
    assume(len(wrong) < len(before.items))
    assert mark_anew(paper, from_bank, given_, dict.fromkeys(wrong)).share >= before.share
