"""An opening gives the very digest that salt and text have, for texts of every length, and none for another text."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules.opened_digest import FIRST_BYTES, digest_from, opening

SALT = bytes(range(32))
texts = st.text(min_size=FIRST_BYTES, max_size=300)
salts = st.binary(min_size=32, max_size=32)


@given(texts, salts)
def test_the_digest_from_an_opening_is_that_of_salt_and_text(text, salt):
    assert digest_from(opening(text, salt=salt), text) == sha256(salt + text.encode()).hexdigest()


@pytest.mark.parametrize("length", [32, 33, 87, 88, 95, 96, 151, 152, 1_000])
def test_texts_that_fill_a_block_to_its_last_byte_are_padded_as_the_standard_says(length):
    text = "x" * length
    assert digest_from(opening(text, salt=SALT), text) == sha256(SALT + text.encode()).hexdigest()


@given(texts, texts)
def test_after_the_first_bytes_every_change_gives_another_digest(text, other):
    rest = text[:FIRST_BYTES] + other[FIRST_BYTES:]
    same = rest == text
    assert (digest_from(opening(text, salt=SALT), rest) == digest_from(opening(text, salt=SALT), text)) is same


def test_the_opening_is_one_for_texts_that_begin_alike_and_another_with_another_salt():
    first, second = "a" * 32 + "b", "a" * 32 + "c"
    assert opening(first, salt=SALT) == opening(second, salt=SALT) != opening(first, salt=SALT[::-1])


@pytest.mark.parametrize(("text", "salt"), [("x" * 31, SALT), ("x" * 40, SALT[:31])])
def test_what_does_not_fill_the_first_block_has_no_opening(text, salt):
    with pytest.raises(ValueError, match="32 bytes"):
        opening(text, salt=salt)


def test_an_opening_that_is_none_gives_no_digest():
    with pytest.raises(ValueError, match="32 bytes"):
        digest_from(b"short", "x" * 40)
