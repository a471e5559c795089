"""Who is told of what: events about a tool or an officer, and nothing that a client may not hear."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules.signals import (
    CAUSES,
    MOST_OFFICERS_AT_ONCE,
    WITHOUT_EVENT,
    Cause,
    Concern,
    Event,
    EventType,
    Exclusion,
    Reach,
    Wanted,
    content,
    events_for,
    merged,
    officer_subject,
    subject_in,
    tool_subject,
)
from training_app.services import journal
from training_app.services.event_streams.concerns import WAYS

ASK, REVOKED = EventType.ASK_AGAIN, EventType.SESSION_REVOKED
BOTH = frozenset({ASK, REVOKED})
TOOLS = ["lockpick", "sightline"]
SIGHTLINE, LOCKPICK = frozenset({"sightline"}), frozenset({"lockpick"})
HERE = "https://training.police.example"
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def test_every_kind_of_fact_sets_off_an_event_or_says_why_not():
    assert set(CAUSES) | set(WITHOUT_EVENT) == set(journal.fact_kinds())
    assert set(CAUSES) & set(WITHOUT_EVENT) == set()


def test_every_cause_knows_the_way_to_its_tool_and_its_officer():
    assert set(WAYS) == set(CAUSES)
    kinds = journal.fact_kinds()
    for kind, cause in CAUSES.items():
        # A measure is about a trainer; the answers that it changes are about those whose awards rest on their work.
        about = kinds[kind].about if kind != "trainer_measure" else None
        assert (about is not None) == (cause.reach is Reach.OFFICER), kind
        way = WAYS[kind]
        assert way is None or way[0] in kinds[kind].__table__.columns, kind
        assert (cause.reach is not Reach.TOOL) or way is not None, kind
        assert cause.where is None or cause.where[0] in kinds[kind].__table__.columns, kind


def test_an_evaluation_never_revokes_a_session_for_that_would_tell_its_outcome():
    assert CAUSES["evaluation"] == Cause(Reach.OFFICER)


def test_a_tool_is_one_event_and_officers_are_one_each_with_all_their_tools():
    found = merged(
        [
            Concern("DP-2", SIGHTLINE),
            Concern(None, SIGHTLINE),
            Concern("DP-1", SIGHTLINE),
            Concern(None, SIGHTLINE),
            Concern("DP-2", LOCKPICK, takes_back=True),
        ]
    )
    assert found == (
        Concern(None, SIGHTLINE),
        Concern("DP-1", SIGHTLINE),
        Concern("DP-2", SIGHTLINE | LOCKPICK, takes_back=True),
    )


def test_a_concern_about_every_tool_swallows_those_about_one():
    assert merged([Concern("DP-1", SIGHTLINE), Concern("DP-1", None)]) == (Concern("DP-1", None),)
    assert merged([Concern(None, SIGHTLINE), Concern(None, None)]) == (Concern(None, None),)
    assert merged([]) == ()


@pytest.mark.parametrize(
    ("officers", "told"),
    [
        pytest.param(MOST_OFFICERS_AT_ONCE, MOST_OFFICERS_AT_ONCE, id="as-many-as-are-told-one-by-one"),
        pytest.param(MOST_OFFICERS_AT_ONCE + 1, 1, id="one-more-is-the-whole-tool"),
    ],
)
def test_many_officers_at_once_are_the_whole_tool(officers, told):
    found = merged(Concern(f"DP-{number}", SIGHTLINE) for number in range(officers))
    assert len(found) == told
    assert (found == (Concern(None, SIGHTLINE),)) == (told == 1)
    assert merged([*(Concern(f"DP-{number}", SIGHTLINE) for number in range(300)), Concern("X", None)]) == (
        Concern(None, None),
    )


@pytest.mark.parametrize(
    ("wanted", "concern", "told"),
    [
        pytest.param(Wanted(BOTH, None), Concern("DP-1", None), [Event(ASK, "DP-1", None)], id="all-tools"),
        pytest.param(Wanted(BOTH, SIGHTLINE), Concern("DP-1", None), [Event(ASK, "DP-1", SIGHTLINE)], id="own-tools"),
        pytest.param(Wanted(BOTH, SIGHTLINE), Concern("DP-1", LOCKPICK), [], id="not-the-clients-tool"),
        pytest.param(
            Wanted(BOTH, None),
            Concern("DP-1", SIGHTLINE, takes_back=True),
            [Event(ASK, "DP-1", SIGHTLINE), Event(REVOKED, "DP-1", SIGHTLINE)],
            id="leave-taken-back",
        ),
        pytest.param(
            Wanted(frozenset({REVOKED}), None), Concern("DP-1", SIGHTLINE), [], id="not-the-type-that-is-wanted"
        ),
        pytest.param(Wanted(BOTH, None), Concern(None, SIGHTLINE), [Event(ASK, None, SIGHTLINE)], id="a-tool"),
        pytest.param(
            Wanted(BOTH, None),
            Concern(None, None),
            [Event(ASK, None, LOCKPICK), Event(ASK, None, SIGHTLINE)],
            id="every-tool-is-one-event-each",
        ),
        pytest.param(Wanted(BOTH, SIGHTLINE), Concern(None, None), [Event(ASK, None, SIGHTLINE)], id="every-own-tool"),
        pytest.param(Wanted(BOTH, SIGHTLINE), Concern(None, LOCKPICK), [], id="a-tool-of-others"),
        pytest.param(
            Wanted(BOTH, None, frozenset({Exclusion("DP-1", None)})), Concern("DP-1", None), [], id="officer-left-out"
        ),
        pytest.param(
            Wanted(BOTH, None, frozenset({Exclusion("DP-2", None)})),
            Concern("DP-1", None),
            [Event(ASK, "DP-1", None)],
            id="another-officer-left-out",
        ),
        pytest.param(
            Wanted(BOTH, None, frozenset({Exclusion("DP-1", "lockpick")})),
            Concern("DP-1", None),
            [Event(ASK, "DP-1", SIGHTLINE)],
            id="officer-left-out-on-one-tool",
        ),
        pytest.param(
            Wanted(BOTH, None, frozenset({Exclusion(None, "lockpick")})),
            Concern("DP-1", LOCKPICK),
            [],
            id="tool-left-out-for-its-officers-too",
        ),
        pytest.param(
            Wanted(BOTH, None, frozenset({Exclusion("DP-1", "lockpick")})),
            Concern(None, LOCKPICK),
            [Event(ASK, None, LOCKPICK)],
            id="a-tool-is-told-of-although-an-officer-is-left-out",
        ),
    ],
)
def test_a_stream_is_told_of_what_its_client_may_ask_about_and_has_not_left_out(wanted, concern, told):
    assert list(events_for(wanted, concern, every_tool=TOOLS)) == told


slugs = st.frozensets(st.sampled_from(["lockpick", "sightline", "platewise"]))
officers = st.sampled_from([None, "DP-1", "DP-2"])
exclusions = st.builds(Exclusion, officers, st.sampled_from([None, "lockpick", "sightline"]))


@given(
    st.one_of(st.none(), slugs),
    st.frozensets(exclusions.filter(lambda one: one.officer or one.tool)),
    st.builds(Concern, officers, st.one_of(st.none(), slugs.filter(bool)), st.booleans()),
)
def test_no_stream_hears_of_a_tool_that_is_not_its_clients(tools, excluded, concern):
    for event in events_for(Wanted(BOTH, tools, excluded), concern, every_tool=["lockpick", "sightline", "platewise"]):
        assert event.officer == concern.officer
        assert tools is None or (event.tools is not None and event.tools <= tools)
        assert event.tools is None or event.tools
        for tool in event.tools or ():
            assert Exclusion(None, tool) not in excluded
            assert concern.officer is None or Exclusion(concern.officer, tool) not in excluded


def test_an_event_names_the_subject_and_the_tools_and_tells_nothing_else():
    told = content(Event(ASK, "DP-1003", LOCKPICK | SIGHTLINE), issuer=HERE, at=AT)
    assert told == {
        "sub_id": {"format": "iss_sub", "iss": HERE, "sub": "DP-1003"},
        "events": {
            "urn:training-app:event-type:ask-again": {
                "event_timestamp": 1772355600,
                "tools": ["lockpick", "sightline"],
            }
        },
    }
    assert content(Event(ASK, None, SIGHTLINE), issuer=HERE, at=AT) == {
        "sub_id": {"format": "complex", "application": {"format": "opaque", "id": "sightline"}},
        "events": {"urn:training-app:event-type:ask-again": {"event_timestamp": 1772355600}},
    }


def test_a_revoked_session_gives_administrators_a_reason_that_is_always_the_same():
    told = content(Event(REVOKED, "DP-1003", None), issuer=HERE, at=AT)
    [event] = told["events"].values()
    assert set(event) == {"event_timestamp", "reason_admin"}
    assert event["reason_admin"]["en"]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        pytest.param(officer_subject("DP-1", issuer=HERE), Exclusion("DP-1", None), id="officer"),
        pytest.param(tool_subject("sightline"), Exclusion(None, "sightline"), id="tool"),
        pytest.param(
            {**tool_subject("sightline"), "user": officer_subject("DP-1", issuer=HERE)},
            Exclusion("DP-1", "sightline"),
            id="officer-on-a-tool",
        ),
        pytest.param(officer_subject("DP-1", issuer="https://elsewhere.example"), None, id="of-another-issuer"),
        pytest.param({"format": "email", "email": "a@b.example"}, None, id="another-format"),
        pytest.param({"format": "complex"}, None, id="complex-of-nothing"),
        pytest.param({**tool_subject("x"), "device": {"format": "opaque", "id": "1"}}, None, id="with-a-device"),
        pytest.param({"format": "complex", "application": {"format": "opaque", "id": 7}}, None, id="no-text"),
        pytest.param({"format": "iss_sub", "iss": HERE, "sub": ""}, None, id="nobody"),
        pytest.param("DP-1", None, id="no-object"),
        pytest.param(officer_subject("DP-\ud800", issuer=HERE), None, id="half a character"),
        pytest.param(tool_subject("face\x00"), None, id="a control character"),
    ],
)
def test_a_subject_is_an_officer_a_tool_or_both(document, found):
    assert subject_in(document, issuer=HERE) == found
