"""Another key for an item: what is one, how it is kept, and what holds of every marking by it."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.errors import ContentError
from quizzes.interaction_fields import kind_of
from quizzes.interactions import Case, Choice, MarkingUp, Matching, NumericEntry, Ordering, ReasonedVerdict, TextEntry
from quizzes.mark import mark_anew
from quizzes.paper import draw
from quizzes.rekey import KeyFault, key_fault, key_json, leaving_out, read_key
from tests.quizzes.factories import banks, responses
from tests.quizzes.test_interactions import CASE, EVERY, NUMBER, PAIRS, ROWS, SEVERAL, STEPS, VERDICT, WORDS

ONE = Choice(("a", "b", "c"), frozenset("b"), several=False)


def part_changed(case: Case, place: int, interaction) -> Case:
    parts = list(case.parts)
    parts[place] = replace(parts[place], interaction=interaction)
    return Case(tuple(parts))


NEW_KEYS = (
    (ONE, replace(ONE, key=frozenset("c"))),
    (ONE, replace(ONE, key=frozenset("bc"))),
    (SEVERAL, replace(SEVERAL, key=frozenset("c"))),
    (VERDICT, ReasonedVerdict(True, VERDICT.reasons, "habit")),
    (PAIRS, replace(PAIRS, key=frozenset({"one:y", "two:y"}))),
    (STEPS, Ordering(("look", "stop", "ask", "note"))),
    (NUMBER, NumericEntry(NUMBER.value, Fraction(1))),
    (WORDS, TextEntry(WORDS.accepted | {"false hit"})),
    (ROWS, replace(ROWS, key=frozenset({"r1"}))),
    (CASE, part_changed(CASE, 2, TextEntry(frozenset({"false hit"})))),
)


@pytest.mark.parametrize(("before", "after"), NEW_KEYS, ids=kind_of)
def test_a_new_key_of_each_kind_is_taken_kept_and_read_back(before, after):
    assert key_fault(before, after) is None
    assert read_key(before, json.loads(json.dumps(key_json(after)))) == after


@pytest.mark.parametrize("asked", EVERY, ids=kind_of)
def test_the_key_that_an_item_has_is_no_other_and_comes_back_too(asked):
    assert key_fault(asked, asked) is KeyFault.SAME_KEY
    assert read_key(asked, key_json(asked)) == asked


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (ONE, replace(ONE, options=("a", "b")), KeyFault.OTHER_QUESTION),
        (ONE, replace(ONE, several=True), KeyFault.OTHER_QUESTION),
        (ONE, SEVERAL, KeyFault.OTHER_QUESTION),
        (ONE, replace(ONE, key=frozenset()), KeyFault.NO_KEY),
        (ONE, replace(ONE, key=frozenset("abc")), KeyFault.ALL_KEYS),
        (SEVERAL, replace(SEVERAL, key=frozenset("abc")), KeyFault.ALL_KEYS),
        (ROWS, MarkingUp(("r1", "r2"), frozenset({"r1"})), KeyFault.OTHER_QUESTION),
        (ROWS, replace(ROWS, key=frozenset()), KeyFault.NO_KEY),
        (PAIRS, replace(PAIRS, key=frozenset({"one:x"})), KeyFault.NO_KEY),
        (PAIRS, Matching(("one", "two"), ("x", "y"), frozenset({"one:x", "two:x"})), KeyFault.OTHER_QUESTION),
        (STEPS, Ordering(("stop", "look", "ask")), KeyFault.OTHER_QUESTION),
        (VERDICT, replace(VERDICT, reason="mood"), KeyFault.NO_KEY),
        (WORDS, TextEntry(frozenset()), KeyFault.NO_KEY),
        (CASE, part_changed(CASE, 1, replace(SEVERAL, key=frozenset("abc"))), KeyFault.ALL_KEYS),
        (CASE, Case(CASE.parts[:2]), KeyFault.OTHER_QUESTION),
    ],
)
def test_what_is_no_other_key_says_why(before, after, fault):
    assert key_fault(before, after) is fault


def test_of_several_keys_each_alone_earns_the_points():
    both = replace(ONE, key=frozenset("bc"))
    assert [both.credit(frozenset(one)) for one in ("a", "b", "c", "")] == [0, 1, 1, 0]


def test_json_that_is_no_key_is_refused():
    with pytest.raises(ContentError):
        read_key(ONE, {"options": "a"})


@st.composite
def rulings(draw_, bank):
    """Any rulings on any items of *bank*: void, or another key among the options."""
    found = {}
    for item in draw_(st.lists(st.sampled_from(bank.items), unique_by=lambda one: one.id)):
        asked = item.interaction
        keys = st.frozensets(st.sampled_from(asked.options), min_size=1, max_size=len(asked.options) - 1)
        found[item.id] = draw_(st.none() | keys.map(lambda key, asked=asked: replace(asked, key=key)))
    return found


@given(banks(), st.integers(), st.data())
def test_points_never_exceed_what_can_be_had_under_any_rulings(bank, seed, data):
    paper = draw(bank, seed=seed)
    found = mark_anew(paper, bank, data.draw(responses(paper, bank)), data.draw(rulings(bank)))
    known = bank.by_id()
    assert 0 <= found.points <= found.of <= sum(known[one.item_id].points for one in paper.items)
    assert all(0 <= one.points <= one.of for one in found.items)


@given(banks(), st.integers(), st.data())
def test_marking_anew_twice_and_in_whatever_order_of_rulings_is_marking_anew_once(bank, seed, data):
    paper, decided = draw(bank, seed=seed), data.draw(rulings(bank))
    given_ = data.draw(responses(paper, bank))
    once = mark_anew(paper, bank, given_, decided)
    turned = dict(reversed(decided.items()))
    assert mark_anew(paper, bank, given_, decided) == once == mark_anew(paper, bank, given_, turned)


@given(banks(), st.integers(), st.data())
def test_a_ruling_on_an_item_that_is_not_on_the_paper_changes_nothing(bank, seed, data):
    paper, decided = draw(bank, seed=seed), data.draw(rulings(bank))
    given_ = data.draw(responses(paper, bank))
    on_paper = {one.item_id for one in paper.items}
    elsewhere = {item: key for item, key in decided.items() if item not in on_paper}
    assert mark_anew(paper, bank, given_, elsewhere) == mark_anew(paper, bank, given_, {})


@given(banks())
def test_a_bank_without_some_items_has_all_the_others(bank):
    first = bank.items[0].id
    assert [one.id for one in leaving_out(bank, frozenset({first})).items] == [one.id for one in bank.items[1:]]
