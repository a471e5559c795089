import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.errors import ContentError
from quizzes.errors import BankTooSmall
from quizzes.paper import Met, Paper, draw
from tests.quizzes.factories import bank, banks, item

SEEDS = st.integers(-(2**70), 2**70)
TEN = bank(*(item(f"count-{number:02}") for number in range(10)), blueprint={"count-alarms": 3})


def ids(paper):
    return [entry.item_id for entry in paper.items]


@given(banks(), SEEDS)
def test_a_paper_has_for_each_objective_what_its_blueprint_asks_for_and_nothing_twice(from_bank, seed):
    drawn = ids(draw(from_bank, seed=seed))
    objectives = Counter(from_bank.by_id()[name].objective for name in drawn)
    assert objectives == {cell.objective: cell.items for cell in from_bank.plan.blueprint}
    assert len(set(drawn)) == len(drawn) == from_bank.plan.length


@given(banks(), SEEDS)
def test_every_item_of_a_paper_shows_all_its_options_once(from_bank, seed):
    for entry in draw(from_bank, seed=seed).items:
        assert sorted(entry.options) == sorted(from_bank.by_id()[entry.item_id].interaction.options)


@given(banks(), SEEDS, st.data())
def test_a_draw_depends_on_seed_and_content_and_not_on_the_order_of_the_bank(from_bank, seed, data):
    reordered = replace(from_bank, items=tuple(data.draw(st.permutations(from_bank.items))))
    assert draw(reordered, seed=seed) == draw(from_bank, seed=seed)


def test_a_seed_gives_the_same_paper_in_every_process_and_release():
    # Worked out once and written down: a change here changes what every stored seed stands for.
    paper = draw(TEN, seed=7)
    assert [(entry.item_id, "".join(entry.options)) for entry in paper.items] == [
        ("count-06", "cabd"),
        ("count-04", "abcd"),
        ("count-02", "dbca"),
    ]


@given(banks(), SEEDS, st.data())
def test_items_not_met_come_before_those_met(from_bank, seed, data):
    seen = data.draw(st.sets(st.sampled_from([entry.id for entry in from_bank.items])))
    drawn = set(ids(draw(from_bank, seed=seed, met=Met(before=frozenset(seen)))))
    for cell in from_bank.plan.blueprint:
        there = {entry.id for entry in from_bank.items if entry.objective == cell.objective}
        assert len(drawn & there & seen) == max(0, cell.items - len(there - seen))


def test_three_attempts_on_a_bank_three_times_as_large_meet_no_item_twice():
    nine = replace(TEN, items=TEN.items[:9])
    seen = []
    for seed in range(3):
        seen += ids(draw(nine, seed=seed, met=Met(before=frozenset(seen))))
    assert sorted(seen) == sorted(entry.id for entry in nine.items)


def test_an_officer_who_has_met_every_item_still_gets_a_whole_paper():
    everything = [entry.id for entry in TEN.items]
    assert ids(draw(TEN, seed=7, met=Met(before=frozenset(everything)))) == ids(draw(TEN, seed=7))


def test_seen_items_that_left_the_bank_are_ignored():
    assert draw(TEN, seed=7, met=Met(last=frozenset({"long-gone"}), used={"gone": 3})) == draw(TEN, seed=7)


def test_each_item_is_drawn_about_equally_often():
    drawn = Counter(name for seed in range(500) for name in ids(draw(TEN, seed=seed)))
    # 500 papers x 3 of 10 items: 150 each, standard deviation about 10; the seeds are fixed, so this never flickers.
    assert all(110 < drawn[entry.id] < 190 for entry in TEN.items)


def test_the_first_place_and_the_first_option_are_shared_out():
    papers = [draw(TEN, seed=seed) for seed in range(500)]
    first_options = Counter(paper.items[0].options[0] for paper in papers)
    assert set(first_options) == set("abcd")
    assert all(85 < count < 165 for count in first_options.values())
    assert len({paper.items[0].item_id for paper in papers}) == 10


def test_different_items_of_one_paper_are_shuffled_apart():
    orders = {entry.options for seed in range(5) for entry in draw(TEN, seed=seed).items}
    assert len(orders) > 5


def test_a_bank_with_too_few_items_on_an_objective_says_which_and_how_many():
    small = bank(item(), item("other-01", objective="other"), blueprint={"count-alarms": 2, "other": 1})
    with pytest.raises(BankTooSmall) as refused:
        draw(small, seed=1)
    assert (refused.value.objective, refused.value.wanted, refused.value.there) == ("count-alarms", 2, 1)
    assert str(refused.value) == (
        "base-rates/bank.toml: a paper asks for 2 items on 'count-alarms', and the bank has 1"
    )


def test_a_bank_with_just_enough_items_gives_all_of_them():
    both = bank(item("count-01"), item("count-02"), blueprint={"count-alarms": 2})
    assert sorted(ids(draw(both, seed=1))) == ["count-01", "count-02"]


@given(banks(), SEEDS)
def test_a_paper_comes_back_from_its_json_unchanged(from_bank, seed):
    paper = draw(from_bank, seed=seed)
    assert Paper.from_json(json.loads(json.dumps(paper.to_json()))) == paper


@pytest.mark.parametrize("data", [None, {}, {"module": "m", "seed": "1", "items": []}])
def test_json_that_is_no_paper_is_refused(data):
    with pytest.raises(ContentError):
        Paper.from_json(data)
