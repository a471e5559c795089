"""What looks like it identifies a person is found, and plain words are not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules.identifiers import Found, IdentifierKind, digest, find

TODAY = date(2026, 11, 30)

IDENTIFIERS = [
    ("+32 470 12 34 56", IdentifierKind.PHONE),
    ("0470/12.34.56", IdentifierKind.PHONE),
    ("(02) 555 12 34", IdentifierKind.PHONE),
    ("06 12 34 56 78", IdentifierKind.PHONE),
    ("0044 20 7946 0958", IdentifierKind.PHONE),
    ("k.jansen@police.example", IdentifierKind.MAIL),
    ("12.03.1985", IdentifierKind.BIRTH),
    ("1985-03-12", IdentifierKind.BIRTH),
    ("12 March 1985", IdentifierKind.BIRTH),
    ("1er août 2010", IdentifierKind.BIRTH),
    ("born on 3/4/19", IdentifierKind.BIRTH),
    ("né le 03.04.2019", IdentifierKind.BIRTH),
    ("1-ABC-123", IdentifierKind.PLATE),
    ("AB-123-CD", IdentifierKind.PLATE),
    ("B-AB 1234", IdentifierKind.PLATE),
    ("AB12 CDE", IdentifierKind.PLATE),
    ("1234 BCD", IdentifierKind.PLATE),
    ("EN123456", IdentifierKind.DOCUMENT),
    ("85.03.12-123.45", IdentifierKind.DOCUMENT),
    ("592-1234567-89", IdentifierKind.DOCUMENT),
    ("1 85 03 75 123 456 78", IdentifierKind.DOCUMENT),
    ("BE68 5390 0754 7034", IdentifierKind.DOCUMENT),
    ("P<BELJANSEN<<KEES<<<<<<<", IdentifierKind.DOCUMENT),
    ("DP-1003", IdentifierKind.SERVICE_NUMBER),
]

PLAIN = [
    "",
    "The first candidate had a score of 0.90, the second one of 0.8512.",
    "On 20.11.2026 from 09.30-10.45 and again at 14:00.",
    "Search on 2026-11-20, version 3.2, threshold 80 %.",
    "LED art. 7(3) and 16; AI Act art. 26(5), Regulation (EU) 2024/1689.",
    "A woman of about 40, third on the list.",
    "Case 2026/123456, picture 12 of 300.",
    "Since May 2026 it has been worse.",
    "ISO/IEC 17024:2026 and E.164 say so.",
    "Rated 10-20-30 of 100.",
]


@pytest.mark.parametrize(("text", "kind"), IDENTIFIERS)
def test_an_identifier_is_found_alone_and_between_words(text, kind):
    for around in ("{}", "It was {}.", "Seen:{}, twice", "({})", "first line\n{}\nlast line"):
        found = find(around.format(text), today=TODAY)
        assert [one.kind for one in found] == [kind], (around, found)
        assert found[0].text in text


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_days_scores_and_articles_are_none(text):
    assert find(text, today=TODAY) == ()


@pytest.mark.parametrize(
    ("text", "birth"), [("30.11.2016", True), ("01.01.2017", False), ("01.01.1906", True), ("01.01.1905", False)]
)
def test_a_day_of_ten_years_ago_or_more_is_taken_for_a_date_of_birth(text, birth):
    assert bool(find(text, today=TODAY)) is birth


def test_several_are_found_in_the_order_of_the_text():
    text = "DP-1003 called +32 470 12 34 56 about 1-ABC-123, born 12.03.1985, mail a@b.example"
    kinds = [one.kind for one in find(text, today=TODAY)]
    assert kinds == [
        IdentifierKind.SERVICE_NUMBER,
        IdentifierKind.PHONE,
        IdentifierKind.PLATE,
        IdentifierKind.BIRTH,
        IdentifierKind.MAIL,
    ]


@given(st.text(max_size=400) | st.text(alphabet="0123456789+-/. ABab@<(\n", max_size=200))
def test_whatever_is_written_the_parts_are_its_own_and_apart(text):
    end = 0
    for one in find(text, today=TODAY):
        assert text[one.start : one.end] == one.text != ""
        assert one.start >= end
        end = one.end


@given(st.text(alphabet=st.characters(categories=["Ll", "Zs", "Po"], exclude_characters="@"), max_size=200))
def test_words_without_a_digit_a_capital_or_an_at_sign_identify_nobody(text):
    assert find(text, today=TODAY) == ()


def test_what_is_said_of_one_finding_does_not_hold_for_another():
    one, other = (find(text, today=TODAY) for text in ("by DP-1003", "by DP-1004"))
    assert digest(one) != digest(other)
    assert digest(one) == digest(find("DP-1003 was there", today=TODAY))
    assert digest(()) == digest(find("nobody", today=TODAY))
    assert one == (Found(IdentifierKind.SERVICE_NUMBER, "DP-1003", 3, 10),)
