"""Drawing among enemies: a whole paper wherever there is one, as little of the last attempt as can be, in few steps."""

from collections import Counter
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import filling
from quizzes.errors import BankTooSmall, EnemiesLeaveTooFew
from quizzes.paper import Met, draw, enemies, without
from tests.quizzes.factories import bank, item

SEEDS = st.integers(0, 2**31)


def ids(paper):
    return {entry.item_id for entry in paper.items}


@st.composite
def banks_with_enemies(draw_one):
    """A small bank of up to three objectives in which any two items may be enemies."""
    blueprint = {f"o{number}": draw_one(st.integers(1, 2)) for number in range(draw_one(st.integers(1, 3)))}
    names = [
        f"{one}-{number}" for one, count in blueprint.items() for number in range(count + draw_one(st.integers(0, 2)))
    ]
    pairs = draw_one(st.sets(st.sampled_from([*combinations(names, 2)]), max_size=12)) if len(names) > 1 else set()
    foes = {name: tuple(sorted(other for one, other in pairs if one == name)) for name in names}
    return bank(
        *(item(name, objective=name.partition("-")[0], enemies=foes[name]) for name in names), blueprint=blueprint
    )


def every_paper(from_bank):
    """Yield, by trying them all, each set of items that meets the blueprint without two enemies."""
    cells = from_bank.plan.blueprint
    choices = [combinations([one.id for one in from_bank.items if cell.holds(one)], cell.items) for cell in cells]
    foes = enemies(from_bank)
    for chosen in product(*choices):
        names = {name for of_cell in chosen for name in of_cell}
        if not any(foes.get(name, frozenset()) & names for name in names):
            yield names


@given(banks_with_enemies(), SEEDS, st.data())
def test_a_paper_is_drawn_wherever_there_is_one_and_none_has_two_enemies(from_bank, seed, data):
    possible = list(every_paper(from_bank))
    used = {one.id: data.draw(st.integers(0, 5)) for one in from_bank.items}
    if possible:
        assert ids(draw(from_bank, seed=seed, met=Met(used=used))) in possible
    else:
        with pytest.raises(EnemiesLeaveTooFew):
            draw(from_bank, seed=seed, met=Met(used=used))


@given(banks_with_enemies(), SEEDS, st.data())
def test_no_paper_could_have_less_in_common_with_the_last_attempt(from_bank, seed, data):
    possible = list(every_paper(from_bank))
    last = frozenset(data.draw(st.sets(st.sampled_from([one.id for one in from_bank.items]))))
    if possible:
        drawn = ids(draw(from_bank, seed=seed, met=Met(last=last, before=last)))
        assert len(drawn & last) == min(len(paper & last) for paper in possible)


def test_an_enemy_in_another_cell_does_not_bring_back_an_item_of_the_last_attempt():
    # The least used item of the first objective would leave only the one that the officer has just met.
    of_bank = bank(
        item("a-1", objective="a", enemies=("b-1",)),
        item("a-2", objective="a"),
        item("b-1", objective="b"),
        item("b-2", objective="b"),
        blueprint={"a": 1, "b": 1},
    )
    met = Met(last=frozenset({"b-2"}), before=frozenset({"b-2"}), used={"a-2": 99})
    assert ids(draw(of_bank, seed=1, met=met)) == {"a-2", "b-1"}


def sixty(*, of_group: int = 1):
    """Sixty items on five objectives, in groups of enemies across the objectives; a paper has four on each."""
    names = [f"i-{number:02}" for number in range(60)]
    group = {name: number // of_group for number, name in enumerate(names)}
    return bank(
        *(
            item(
                name,
                objective=f"o{number % 5}",
                enemies=tuple(n for n in names if n > name and group[n] == group[name]),
            )
            for number, name in enumerate(names)
        ),
        blueprint={f"o{number}": 4 for number in range(5)},
    )


@pytest.mark.parametrize("of_group", [1, 2, 3])
def test_uses_even_out_over_many_papers(of_group):
    of_bank, used = sixty(of_group=of_group), Counter()
    for seed in range(90):
        used.update(ids(draw(of_bank, seed=seed, met=Met(used=used))))
    assert sum(used.values()) == 90 * 20
    spread = max(used[one.id] for one in of_bank.items) - min(used[one.id] for one in of_bank.items)
    assert spread <= (1 if of_group == 1 else 3)  # 30 uses each; enemies keep an item back for a paper or two


def test_chance_alone_decides_among_items_that_are_used_alike():
    first = {next(iter(draw(sixty(), seed=seed).items)).item_id for seed in range(200)}
    assert len(first) > 50


@pytest.mark.parametrize("of_group", [2, 3])
def test_among_groups_of_enemies_the_search_never_turns_back(of_group, monkeypatch):
    monkeypatch.setattr(filling, "MOST_STEPS", 60)  # each item is looked at once at most
    for seed in range(20):
        of_bank = sixty(of_group=of_group)
        last = ids(draw(of_bank, seed=seed))
        assert len(ids(draw(of_bank, seed=seed + 1, met=Met(last=last, before=last)))) == 20


def test_a_tangle_of_enemies_without_a_paper_is_given_up_in_bounded_steps():
    # Five-cycles: the bound thinks that three of each fit together, and two do.
    cycles = 12
    names = [f"c{cycle:02}-{corner}" for cycle in range(cycles) for corner in range(5)]
    tangle = bank(
        *(item(name, enemies=(f"{name[:4]}{(int(name[4]) + 1) % 5}",)) for name in names),
        blueprint={"count-alarms": 2 * cycles + 1},
    )
    with pytest.raises(EnemiesLeaveTooFew):
        draw(tangle, seed=1)
    fits = replace(tangle, plan=bank(blueprint={"count-alarms": 2 * cycles}).plan)
    assert len(ids(draw(fits, seed=1))) == 2 * cycles


# -- leaving items out -------------------------------------------------------------------------------------------------


def test_a_bank_without_some_items_asks_for_what_is_left():
    of_bank = bank(
        *(item(f"a-{number}", objective="a") for number in range(3)),
        item("b-1", objective="b"),
        blueprint={"a": 2, "b": 1},
    )
    left = without(of_bank, {"a-0", "a-1", "b-1"})
    assert [(cell.objective, cell.items) for cell in left.plan.blueprint] == [("a", 1)]
    assert left.plan.length == 1
    assert ids(draw(left, seed=1)) == {"a-2"}
    assert without(of_bank, {"a-0"}).plan == of_bank.plan


def test_a_bank_of_which_nothing_is_left_says_so():
    with pytest.raises(BankTooSmall):
        without(bank(item(), blueprint={"count-alarms": 1}), {"count-01"})
