"""Places on a status list, and the terms of a pass."""

import zlib
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.factories import BRUSSELS, facts, full, local, officer
from training_app.rules.access import Question
from training_app.rules.civil_time import CivilInstant
from training_app.rules.offline_pass import LONGEST, Obstacle, Terms, offer
from training_app.rules.status_list import LEAST_PLACES, compressed, expires_at, packed, places

codes = st.frozensets(st.sampled_from(["a", "b", "c", "d"]))


@pytest.mark.parametrize(
    ("assigned", "size"),
    [
        (0, 131_072),
        (1, 131_072),
        (65_536, 131_072),
        (65_537, 262_144),
        (1_000_000, 2_097_152),
        (1_048_576, 2_097_152),
        (1_048_577, 4_194_304),
    ],
)
def test_a_list_has_room_for_twice_as_many_as_it_needs(assigned, size):
    assert places(assigned) == size


@given(st.integers(0, 10**9))
def test_a_list_never_shrinks_and_is_never_more_than_half_full(assigned):
    assert 2 * assigned <= places(assigned) <= places(assigned + 1)
    assert places(assigned) % 8 == 0


@given(st.sets(st.integers(0, LEAST_PLACES - 1), max_size=50))
def test_what_is_packed_says_valid_of_those_places_and_of_no_other(valid):
    data = packed(valid, size=LEAST_PLACES)
    assert zlib.decompress(urlsafe_b64decode(compressed(data) + "===")) == data
    assert sum((~byte & 0xFF).bit_count() for byte in data) == len(valid)
    assert all(not data[place >> 3] >> (place & 7) & 1 for place in valid)


@pytest.mark.parametrize("place", [-1, 16])
def test_a_place_outside_of_the_list_is_no_place(place):
    with pytest.raises(IndexError):
        packed([place], size=16)


@given(codes, codes, codes, codes)
def test_terms_hold_as_long_as_they_allow_nothing_more_and_ask_nothing_less(purposes, obligations, now, asked):
    terms = Terms(tuple(sorted(purposes)), tuple(sorted(obligations)))
    assert Terms.read(str(terms)) == terms
    assert terms.hold(now, asked) == (purposes <= now and asked <= obligations)


def test_a_list_lives_as_long_as_it_may_or_to_the_next_instant_recorded_about_its_tool():
    known = facts(officer(full("3.2", "2026-11-04")))
    on = CivilInstant(local("2026-10-05 12:00"), BRUSSELS)
    coming = sorted(fact.effective_at for fact in known.tool.timeline() if fact.effective_at > on.instant)
    assert expires_at(known.tool, on=on, longest=timedelta(minutes=5)) == on.instant + timedelta(minutes=5)
    assert expires_at(known.tool, on=on, longest=timedelta(days=4000)) == coming[0]


def test_a_pass_lives_no_longer_than_a_day_and_than_the_answer():
    known = facts(officer(full("3.2", "2026-11-04")))
    at = local("2026-11-22 12:00")
    found = offer(known, Question(known.officer.number, known.tool.slug, "3.2"), at=at)
    assert found.obstacle is None, found.decision.grounds
    assert found.expires_at(at=at, longest=timedelta(hours=8)) == at + timedelta(hours=8)
    assert found.expires_at(at=at, longest=timedelta(days=8)) == at + LONGEST
    late = found.stable_until - timedelta(hours=1)
    last = offer(known, found.decision.question, at=late)
    assert last.expires_at(at=late, longest=timedelta(hours=8)) == found.stable_until


def test_who_is_refused_is_offered_nothing():
    known = facts(officer())
    found = offer(known, Question(known.officer.number, known.tool.slug, "3.2"), at=local("2026-11-22 12:00"))
    assert (found.obstacle, found.terms) == (Obstacle.DENIED, Terms((), ()))
