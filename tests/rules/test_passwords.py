"""A password is refused for being short or easily guessed, and for nothing else."""

import pytest

from training_app.rules.passwords import Weakness, normalised, weaknesses

PERSON = ("Maria Papadopoulou", "m.papadopoulou@police.example", "DP-1001")


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("three quiet ferries at noon", id="four-words"),
        pytest.param("x7#Qm2!vLp9$wRt", id="fifteen-random-characters"),
        pytest.param("όλα πάνε καλά σήμερα", id="another-alphabet"),
        pytest.param("          rain on the tin roof", id="blanks-are-characters"),
        pytest.param("nocapitalsnodigitshere", id="no-rule-of-composition"),
        pytest.param("plum " * 3 + "x7#Qm2!v", id="something-repeated-beside-enough-else"),
        pytest.param("x7#Qm2!vLp9$wRt" * 17, id="255-characters"),
    ],
)
def test_is_taken(password):
    assert weaknesses(password, about=PERSON) == ()


@pytest.mark.parametrize(
    ("password", "why"),
    [
        pytest.param("", Weakness.TOO_SHORT, id="empty"),
        pytest.param("x7#Qm2!vLp9$wR", Weakness.TOO_SHORT, id="fourteen-characters"),
        pytest.param("x" * 257, Weakness.TOO_LONG, id="257-characters"),
        pytest.param("passwordpassword", Weakness.EXPECTED, id="a-common-word-twice"),
        pytest.param("Password123456789", Weakness.EXPECTED, id="a-common-word-and-a-row-of-digits"),
        pytest.param("aaaaaaaaaaaaaaaaaaaa", Weakness.EXPECTED, id="one-letter"),
        pytest.param("xyzxyzxyzxyzxyzxyz", Weakness.EXPECTED, id="three-letters"),
        pytest.param("qwertyuiopasdfghjkl", Weakness.EXPECTED, id="two-rows-of-keys"),
        pytest.param("abcdefghijklmnopqrstuvwxyz", Weakness.EXPECTED, id="the-alphabet"),
        pytest.param("maria.papadopoulou.2026", Weakness.EXPECTED, id="ones-own-name"),
        pytest.param("DP-1001-police-officer", Weakness.EXPECTED, id="ones-own-number-and-trade"),
    ],
)
def test_is_refused(password, why):
    assert weaknesses(password, about=PERSON) == (why,)


def test_a_name_that_is_a_secret_to_one_is_expected_of_another():
    assert weaknesses("maria.papadopoulou.2026", about=("Henk de Vries",)) == ()


def test_the_same_letters_are_the_same_password_however_they_are_composed():
    assert normalised("cafe\u0301") == normalised("caf\u00e9")
