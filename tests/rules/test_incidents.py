"""How far an incident is, what may follow, who handles it, what is held as spam, and how often one may send."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.factories import local
from training_app.rules.incidents import (
    BY_NOBODY,
    MOST_A_DAY,
    Bar,
    History,
    Outcome,
    Rate,
    SpamSign,
    State,
    Step,
    StepKind,
    bars,
    held_back_until,
    possible,
    quoted,
    spam_signs,
    state,
    statement_bars,
    text_digest,
)

RECEIVED = local("2026-11-20 14:00")
OVERSEER, OTHER, REGISTRAR, BOTH = 1, 2, 3, 4
TOOL, FOUND = 10, 11
K = StepKind


def history(*kinds: StepKind) -> History:
    """A history of *kinds*, each by who does that: nobody, a registrar, or oversight."""
    return History(RECEIVED, TOOL, tuple(step(kind, number) for number, kind in enumerate(kinds, 1)))


def step(kind: StepKind, number: int) -> Step:
    by = None if kind in BY_NOBODY else REGISTRAR if kind is K.STATEMENT_GIVEN else OVERSEER
    end = {"outcome": Outcome.USE, "tool": FOUND} if kind is K.CLOSED else {}
    return Step(kind, RECEIVED + timedelta(hours=number), by, **end)


@pytest.mark.parametrize(
    ("kinds", "expected", "next_steps"),
    [
        ((), State.RECEIVED, {K.TAKEN, K.REJECTED}),
        ((K.HELD,), State.HELD, {K.RELEASED, K.REJECTED}),
        ((K.HELD, K.REJECTED), State.REJECTED, {K.RELEASED}),
        ((K.HELD, K.REJECTED, K.RELEASED), State.RECEIVED, {K.TAKEN, K.REJECTED}),
        ((K.TAKEN,), State.HANDLED, {K.TAKEN, K.NOTED, K.ASKED, K.STATEMENT_ASKED, K.CLOSED}),
        ((K.TAKEN, K.ASKED), State.ASKED, {K.TAKEN, K.NOTED, K.ANSWERED, K.STATEMENT_ASKED, K.CLOSED}),
        ((K.TAKEN, K.ASKED, K.ANSWERED), State.HANDLED, {K.TAKEN, K.NOTED, K.ASKED, K.STATEMENT_ASKED, K.CLOSED}),
        ((K.TAKEN, K.STATEMENT_ASKED), State.STATEMENT, {K.TAKEN, K.NOTED, K.ASKED, K.STATEMENT_GIVEN, K.CLOSED}),
        (
            (K.TAKEN, K.STATEMENT_ASKED, K.ASKED),
            State.ASKED,
            {K.TAKEN, K.NOTED, K.ANSWERED, K.STATEMENT_GIVEN, K.CLOSED},
        ),
        ((K.TAKEN, K.ASKED, K.CLOSED), State.CLOSED, set()),
    ],
)
def test_what_was_done_says_how_far_it_is_and_what_may_follow(kinds, expected, next_steps):
    assert (state(history(*kinds)), possible(history(*kinds))) == (expected, next_steps)


@given(st.data())
def test_every_way_through_keeps_what_the_states_promise(data):
    found = data.draw(st.sampled_from([history(), history(K.HELD)]))
    while (open_to := possible(found)) and len(found.steps) < 12:
        kind = data.draw(st.sampled_from(sorted(open_to)))
        before, found = found, History(RECEIVED, TOOL, (*found.steps, step(kind, len(found.steps) + 1)))
        assert state(before) is not State.CLOSED, "nothing follows on the end"
        assert before.asked or kind is not K.ANSWERED
        assert not (before.asked and kind is K.ASKED), "one question at a time"
        assert kind not in {K.ASKED, K.CLOSED, K.STATEMENT_ASKED} or before.handler is not None
        assert found.until(RECEIVED + timedelta(hours=99)) == found
        assert (found.closed_at is not None) == (state(found) in {State.CLOSED, State.REJECTED})
    assert K.HELD not in possible(found), "only on receipt"


def test_an_incident_belongs_to_the_tool_that_it_turned_out_to_be_about():
    open_one, closed = history(K.TAKEN), history(K.TAKEN, K.CLOSED)
    assert (open_one.about, closed.about, closed.outcome) == (TOOL, FOUND, Outcome.USE)
    assert closed.until(closed.closed_at).about == TOOL
    rejected = history(K.REJECTED)
    assert (rejected.about, rejected.outcome) == (TOOL, None)


# -- who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "kinds", "expected"),
    [
        (OVERSEER, (), ()),
        (OTHER, (K.TAKEN,), ()),
        (REGISTRAR, (), (Bar.NO_OVERSIGHT, Bar.LOOKS_AFTER_TOOLS)),
        (BOTH, (), (Bar.LOOKS_AFTER_TOOLS,)),
        (5, (), (Bar.NO_OVERSIGHT,)),
    ],
)
def test_who_looks_after_the_tools_does_not_handle_what_is_said_of_them(person, kinds, expected):
    found = bars(person, history(*kinds), oversight={OVERSEER, OTHER, BOTH}, registrars={REGISTRAR, BOTH})
    assert found == expected


def test_whoever_gave_the_statement_does_not_handle_it_even_in_a_new_office():
    stated = history(K.TAKEN, K.STATEMENT_ASKED, K.STATEMENT_GIVEN)
    assert bars(REGISTRAR, stated, oversight={REGISTRAR}, registrars=()) == (Bar.LOOKS_AFTER_TOOLS,)


def test_whoever_handled_it_gives_no_statement_for_the_agency():
    asked = history(K.TAKEN, K.STATEMENT_ASKED)
    assert statement_bars(REGISTRAR, asked, registrars={REGISTRAR}) == ()
    assert statement_bars(OVERSEER, asked, registrars={OVERSEER}) == (Bar.HANDLED_IT,)
    assert statement_bars(OTHER, asked, registrars={REGISTRAR}) == (Bar.NO_REGISTRAR,)


# -- spam --------------------------------------------------------------------------------------------------------------

SENSE = "They stopped me at the station because a camera took me for somebody else."


@pytest.mark.parametrize(
    ("text", "given_", "expected"),
    [
        (SENSE, {}, ()),
        ("They took me.", {}, ()),
        ("警察因为摄像头认错人而拦住了我", {}, ()),
        ("ตำรวจหยุดฉันเพราะกล้อง", {}, ()),
        (f"{SENSE} It was in https://paper.example/news/1", {}, ()),
        (f"{SENSE} https://a.example https://b.example", {}, (SpamSign.LINKS,)),
        ("Best prices here: www.shop.example", {}, (SpamSign.LINKS,)),
        (f'{SENSE} <a href="x">y</a> [url=z]', {}, (SpamSign.LINKS,)),
        ("asdfghjkl", {}, (SpamSign.NO_SENSE,)),
        ("no no no no no no", {}, (SpamSign.NO_SENSE,)),
        ("12345 67890 !!!", {}, (SpamSign.NO_SENSE,)),
        ("", {}, (SpamSign.NO_SENSE,)),
        (SENSE, {"trap": " x "}, (SpamSign.TRAP,)),
        (SENSE, {"trap": "   "}, ()),
        (SENSE, {"same_again": True}, (SpamSign.SAME_AGAIN,)),
        (SENSE, {"within_a_day": MOST_A_DAY - 1}, ()),
        (SENSE, {"within_a_day": MOST_A_DAY}, (SpamSign.TOO_MANY,)),
        ("www.x.example", {"trap": "x"}, (SpamSign.TRAP, SpamSign.LINKS, SpamSign.NO_SENSE)),
    ],
)
def test_what_looks_like_spam_is_told_with_every_sign(text, given_, expected):
    assert spam_signs(text, **{"trap": "", "same_again": False, "within_a_day": 0, **given_}) == expected


def test_the_same_text_is_known_again_whatever_its_case_and_punctuation():
    assert text_digest("They STOPPED me,  at the station!") == text_digest("they stopped me at the station")
    assert text_digest("They stopped me") != text_digest("They stopped him")


# -- how often ---------------------------------------------------------------------------------------------------------

RATE = Rate(3, timedelta(minutes=10))


@pytest.mark.parametrize(
    ("minutes", "until"),
    [((), None), ((1, 2), None), ((1, 2, 3), 7), ((1, 2, 3, 4), 7), ((1, 2, 10), None), ((1, 2, 9.5), 0.5)],
)
def test_the_oldest_that_counts_says_when_the_next_may_be_sent(minutes, until):
    before = [RECEIVED - timedelta(minutes=one) for one in minutes]
    expected = None if until is None else RECEIVED + timedelta(minutes=until)
    assert held_back_until(before, RATE, at=RECEIVED) == expected


# -- a summary ---------------------------------------------------------------------------------------------------------


def test_a_summary_that_copies_eight_words_in_a_row_is_told_which():
    told = "On Monday the officers at the gate said that the machine had found my face."
    assert quoted("Somebody was stopped at a gate after a match of the machine.", told) is None
    assert quoted("officers at the gate said that the", told) is None, "seven words may be shared"
    copied = "It says: officers at the GATE, said that the machine erred."
    assert quoted(copied, told) == "officers at the GATE said that the machine"
    assert quoted("", told) is None
    assert quoted(copied, "") is None
