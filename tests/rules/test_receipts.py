"""Receipt codes: read however they are typed, and an error in typing is told before anything is looked up."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules import receipts
from training_app.rules.receipts import ALPHABET, Mistyped, code_of, digest, read

CODES = st.binary(min_size=32, max_size=32).map(code_of)
CODE = code_of(b"\x07" * 32)
PLACES = st.integers(0, receipts.LENGTH - 1)


def changed(code: str, place: int, letter: str) -> str:
    plain = code.replace("-", "")
    return plain[:place] + letter + plain[place + 1 :]


def test_a_code_holds_more_than_100_random_bits_and_no_character_like_another():
    assert receipts.RANDOM * math.log2(len(ALPHABET)) > 100
    assert len(set(ALPHABET)) == 29
    assert not set(ALPHABET) & set("01OILSB")
    assert [len(group) for group in CODE.split("-")] == [4] * 6


@given(CODES)
def test_what_is_made_is_read_back(code):
    assert read(code) == code


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        CODE.replace("-", " "),
        f"  {CODE.replace('-', '')}\n",
        CODE.replace("-", "\u2013"),
        CODE.replace("5", "S").replace("8", "B"),
        "".join(chr(ord(one) + 0xFEE0) if one != "-" else one for one in CODE),
    ],
    ids=["small", "blanks", "in-one-word", "en-dashes", "letters-like-digits", "full-width"],
)
def test_case_blanks_and_strokes_do_not_matter(typed):
    assert read(typed) == CODE


@given(CODES, PLACES, PLACES, st.sampled_from(ALPHABET), st.sampled_from(ALPHABET))
def test_one_or_two_wrong_characters_are_found(code, first, second, one, other):
    typed = changed(changed(code, first, one), second, other)
    if typed == code.replace("-", ""):
        assert read(typed) == code
    else:
        with pytest.raises(Mistyped):
            read(typed)


@given(CODES, PLACES, PLACES)
def test_two_characters_that_changed_places_are_found(code, first, second):
    plain = code.replace("-", "")
    typed = changed(changed(code, first, plain[second]), second, plain[first])
    if plain[first] == plain[second]:
        assert read(typed) == code
    else:
        with pytest.raises(Mistyped):
            read(typed)


@pytest.mark.parametrize(
    "typed", ["", "-", CODE[:-1], CODE + "2", CODE[:-1] + "0", CODE[:-1] + "é", "ﬃ" * 8, "7²" * 12]
)
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(Mistyped):
        read(typed)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(typed):
    with suppress(Mistyped):
        assert len(digest(read(typed))) == 64


def test_too_little_chance_makes_no_code():
    with pytest.raises(ValueError, match="32 random bytes"):
        code_of(b"\x00" * 31)
