"""The proof of many leaves at once: it comes to the tree's root, shows what was wanted, and nothing else will do."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.packs.tree import ProofFault, proof_lines, proven_root
from training_app.rules import merkle
from training_app.rules.canonical import canonical


def leaves(size: int, wanted):
    contents = [{"entry": number + 1, "kind": "award", "fact": number} for number in range(size)]
    hashes = [merkle.leaf_hash(canonical(content).encode()) for content in contents]
    return hashes, [(leaf, contents[n] if n in wanted else None) for n, leaf in enumerate(hashes)]


trees = st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1))))


@given(trees)
def test_the_lines_come_to_the_root_and_show_what_was_wanted(tree):
    size, wanted = tree
    hashes, given_leaves = leaves(size, wanted)
    lines, shown = list(proof_lines(given_leaves, size)), []
    assert proven_root(lines, size, shown.append) == merkle.root(hashes)
    assert [leaf.number for leaf in shown] == sorted(wanted)
    assert len(lines) == 1 or wanted, "what shows nothing is one line"
    assert len(lines) <= len(wanted) * size.bit_length() + 1


@given(trees.filter(lambda tree: tree[0] > 1 and tree[1]), st.data())
def test_with_a_line_less_more_or_exchanged_it_comes_to_nothing_or_to_another_root(tree, data):
    size, wanted = tree
    hashes, given_leaves = leaves(size, wanted)
    lines = list(proof_lines(given_leaves, size))
    place = data.draw(st.integers(0, len(lines) - 1))
    line = json.loads(lines[place])
    changed = line | ({"content": line["content"] | {"fact": 999}} if "leaf" in line else {"root": "00" * 32})
    for other in (
        [*lines[:place], *lines[place + 1 :]],
        [*lines[: place + 1], *lines[place:]],
        [*lines[:place], json.dumps(changed), *lines[place + 1 :]],
    ):
        with suppress(ProofFault):
            assert proven_root(other, size, lambda _: None) != merkle.root(hashes)


def test_the_empty_tree_has_no_lines():
    assert list(proof_lines((), 0)) == []
    assert proven_root((), 0, lambda _: None) == merkle.EMPTY_ROOT


@pytest.mark.parametrize("line", ["", "[]", '{"leaf": 0}', '{"from": 0, "leaves": 1, "root": "00"}', "{"])
def test_a_line_of_another_form_is_named(line):
    with pytest.raises(ProofFault, match="line 1"):
        proven_root([line], 1, lambda _: None)
