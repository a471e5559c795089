from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules import merkle
from training_app.rules.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

# The eight leaves and their roots that Certificate Transparency's implementations are tested with.
CT_LEAVES = [
    bytes.fromhex(content)
    for content in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

trees = st.integers(1, 70).map(lambda size: [leaf_hash(str(number).encode()) for number in range(size)])


def seven_leaves() -> tuple[list[bytes], dict[str, bytes]]:
    """Return the tree that RFC 9162, section 2.1.5, draws, with its nodes by the RFC's letters."""
    leaves = [leaf_hash(f"d{number}".encode()) for number in range(7)]
    node = dict(zip("abcdefj", leaves, strict=True))
    node["g"] = node_hash(node["a"], node["b"])
    node["h"] = node_hash(node["c"], node["d"])
    node["i"] = node_hash(node["e"], node["f"])
    node["k"] = node_hash(node["g"], node["h"])
    node["l"] = node_hash(node["i"], node["j"])
    return leaves, node


def test_the_root_of_the_empty_tree_is_the_hash_of_nothing():
    assert merkle.root([]) == sha256(b"").digest() == Frontier().root()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparencys_test_trees(size):
    assert merkle.root(leaf_hash(leaf) for leaf in CT_LEAVES[:size]).hex() == CT_ROOTS[size - 1]


def test_a_leaf_cannot_be_passed_off_as_a_node():
    left, right = leaf_hash(b"left"), leaf_hash(b"right")
    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize(("index", "path"), [(0, "bhl"), (3, "cgl"), (4, "fjk"), (6, "ik")])
def test_audit_paths_have_the_shape_of_the_rfcs_example(index, path):
    leaves, node = seven_leaves()
    assert inclusion_proof(leaves, index) == tuple(node[letter] for letter in path)


@pytest.mark.parametrize(("first", "proof"), [(3, "cdgl"), (4, "l"), (6, "ijk"), (7, "")])
def test_consistency_proofs_have_the_shape_of_the_rfcs_example(first, proof):
    leaves, node = seven_leaves()
    assert consistency_proof(leaves, first) == tuple(node[letter] for letter in proof)


def by_definition(hashes: list[bytes]) -> bytes:
    """The recursive definition of RFC 9162, section 2.1.1, written down literally."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(by_definition(hashes[:split]), by_definition(hashes[split:]))


@given(trees)
def test_the_frontier_gives_the_root_of_the_recursive_definition(hashes):
    assert merkle.root(hashes) == by_definition(hashes)


@given(trees, st.data())
def test_adding_leaves_in_two_goes_is_adding_them_in_one(hashes, data):
    cut = data.draw(st.integers(0, len(hashes)))
    first = Frontier().extend(hashes[:cut])
    assert Frontier(first.size, first.hashes).extend(hashes[cut:]) == Frontier().extend(hashes)


def test_a_frontier_with_the_wrong_number_of_hashes_is_refused():
    with pytest.raises(ValueError, match="2 hashes cannot be the frontier of 4 leaves"):
        Frontier(4, (EMPTY_ROOT, EMPTY_ROOT))


@given(trees, st.data())
def test_every_leaf_is_proved_by_its_path_at_its_place_only(hashes, data):
    index = data.draw(st.integers(0, len(hashes) - 1))
    path, root = inclusion_proof(hashes, index), merkle.root(hashes)
    assert len(path) <= (len(hashes) - 1).bit_length()
    places = [place for place in range(len(hashes)) if verify_inclusion(hashes[index], place, len(hashes), path, root)]
    assert places == [index]


@given(trees, st.data())
def test_a_changed_path_leaf_or_root_proves_nothing(hashes, data):
    index = data.draw(st.integers(0, len(hashes) - 1))
    path, root, size = inclusion_proof(hashes, index), merkle.root(hashes), len(hashes)
    other = leaf_hash(b"another")
    assert not verify_inclusion(other, index, size, path, root)
    assert not verify_inclusion(hashes[index], index, size, path, other)
    assert not verify_inclusion(hashes[index], index, size, (*path, other), root)
    if path:
        changed = data.draw(st.integers(0, len(path) - 1))
        assert not verify_inclusion(hashes[index], index, size, path[:-1], root)
        assert not verify_inclusion(hashes[index], index, size, (*path[:changed], other, *path[changed + 1 :]), root)


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_path_for_a_leaf_that_is_not_there(index):
    hashes = seven_leaves()[0][:3]
    with pytest.raises(IndexError):
        inclusion_proof(hashes, index)
    assert not verify_inclusion(hashes[0], index, 3, (), merkle.root(hashes))


@given(trees, st.data())
def test_a_tree_is_consistent_with_each_of_its_beginnings(hashes, data):
    first = data.draw(st.integers(0, len(hashes)))
    proof = consistency_proof(hashes, first)
    assert verify_consistency(first, len(hashes), merkle.root(hashes[:first]), merkle.root(hashes), proof)


@given(trees, st.data())
def test_a_tree_whose_past_was_changed_is_not_consistent(hashes, data):
    first = data.draw(st.integers(1, len(hashes)))
    changed = data.draw(st.integers(0, first - 1))
    rewritten = [*hashes[:changed], leaf_hash(b"another"), *hashes[changed + 1 :]]
    old, new = merkle.root(hashes[:first]), merkle.root(rewritten)
    for proof in (consistency_proof(rewritten, first), consistency_proof(hashes, first)):
        assert not verify_consistency(first, len(hashes), old, new, proof)


@given(trees, st.data())
def test_a_changed_consistency_proof_proves_nothing(hashes, data):
    first = data.draw(st.integers(1, len(hashes)))
    proof = consistency_proof(hashes, first)
    old, new, other = merkle.root(hashes[:first]), merkle.root(hashes), leaf_hash(b"another")
    assert not verify_consistency(first, len(hashes), old, new, (*proof, other))
    if proof:
        changed = data.draw(st.integers(0, len(proof) - 1))
        assert not verify_consistency(first, len(hashes), old, new, proof[:-1])
        altered = (*proof[:changed], other, *proof[changed + 1 :])
        assert not verify_consistency(first, len(hashes), old, new, altered)


def test_no_tree_begins_with_a_larger_one():
    hashes = seven_leaves()[0]
    with pytest.raises(IndexError):
        consistency_proof(hashes[:3], 4)
    assert not verify_consistency(4, 3, merkle.root(hashes[:4]), merkle.root(hashes[:3]), ())
