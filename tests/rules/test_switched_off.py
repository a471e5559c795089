"""Since when no evaluation is asked, as policies said over time."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.factories import local, policy, when
from training_app.rules.facts import AgencyPolicy, latest
from training_app.rules.switched_off import off_since, stretches

NOW = local("2026-11-30")


def said(day: str, asked: bool, recorded: str | None = None) -> AgencyPolicy:
    return AgencyPolicy(**when(day, recorded), evaluation_required=asked)


@pytest.mark.parametrize(
    ("policies", "since"),
    [
        pytest.param((), None, id="no-policy"),
        pytest.param((said("2026-01-05", True),), None, id="asked"),
        pytest.param((said("2026-01-05", False),), "2026-01-05", id="never-asked"),
        pytest.param((said("2026-01-05", True), said("2026-03-02", False)), "2026-03-02", id="switched-off"),
        pytest.param(
            (said("2026-01-05", False), said("2026-03-02", False)), "2026-01-05", id="a-revision-that-leaves-it-off"
        ),
        pytest.param((said("2026-01-05", False), said("2026-03-02", True)), None, id="switched-on-again"),
        pytest.param((said("2026-01-05", True), said("2026-12-24", False)), None, id="not-yet"),
        pytest.param(
            (said("2026-01-05", False, "2026-01-04"), said("2026-01-05", True, "2026-01-03")),
            "2026-01-05",
            id="of-two-for-one-instant-the-last-recorded",
        ),
    ],
)
def test_since_when_it_is_switched_off(policies, since):
    assert off_since(policies, at=NOW) == (None if since is None else local(since))


def test_a_tools_policies_are_read_alike():
    terms = policy(evaluation_required=False)
    assert off_since((terms,), at=NOW) == terms.effective_at


@given(
    st.lists(
        st.tuples(st.dates(local("2026-01-01").date(), local("2026-12-31").date()), st.booleans()),
        unique_by=lambda one: one[0],
        max_size=8,
    )
)
def test_stretches_follow_each_other_take_turns_and_end_as_what_governs(turns):
    policies = [said(day.isoformat(), asked) for day, asked in turns]
    found = stretches(policies, at=NOW)
    assert [one.end for one in found[:-1]] == [one.start for one in found[1:]]
    assert all(one.asked is not other.asked for one, other in pairwise(found))
    governing = latest(policies, NOW)
    assert (found[-1].asked, found[-1].end) == (governing.evaluation_required, None) if governing else not found
