"""For what a tool may be used: purposes of tool and seat, and the guideline of an intrusive tool."""

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.factories import facts, full, local, officer, policy, purpose, seat, sightline, when
from training_app.rules.access import Ground, Question, decide
from training_app.rules.facts import AgencyPolicy, GuidelineCase, Prohibition, ProhibitionCorrected
from training_app.rules.purposes import Authorisation

NOW = local("2026-11-22 14:00")
PLANNED = GuidelineCase(
    crime_types=frozenset({"murder", "trafficking"}), circumstances=frozenset({"planned"}), authorisation=True,
    sentence="In a planned investigation only with the leave of a judge.", source="Demo guideline, 4",
)  # fmt: skip
DANGER = GuidelineCase(
    crime_types=frozenset({"kidnapping"}), circumstances=frozenset({"danger-to-life"}), authorisation=False,
    sentence="At once where a life is in danger.", source="Demo guideline, 5",
)  # fmt: skip
TOOL = sightline(purposes=(purpose("unlock", cases=(PLANNED, DANGER)), purpose("repair")), purpose_required=True)
HOLDER = officer(full("3.1", "2026-02-10"), seats=(seat(purposes=frozenset({"unlock", "repair"})),))


def leave(until=date(2026, 11, 22)):
    return Authorisation("Investigating judge, Demo", "2026/114", until)


def ask(tool=TOOL, holder=HOLDER, at=NOW, **question):
    return decide(Question("DP-1001", "sightline", "3.1", **question), facts(holder, tool), at=at, known_at=NOW)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        pytest.param({}, Ground.PURPOSE_MISSING, id="no-purpose"),
        pytest.param({"purpose": "other"}, Ground.PURPOSE_NOT_PERMITTED, id="an-unknown-purpose"),
        pytest.param({"purpose": "unlock"}, Ground.AUTHORISATION_MISSING, id="nothing-more-stated"),
        pytest.param(
            {"purpose": "unlock", "crime_type": "kidnapping"}, Ground.PURPOSE_MISSING, id="no-circumstance-no-leave"
        ),
        pytest.param(
            {"purpose": "unlock", "crime_type": "murder"}, Ground.AUTHORISATION_MISSING, id="no-circumstance-leave"
        ),
        pytest.param(
            {"purpose": "unlock", "crime_type": "fraud", "circumstance": "planned"},
            Ground.PURPOSE_NOT_PERMITTED,
            id="a-crime-that-the-guideline-does-not-name",
        ),
        pytest.param(
            {"purpose": "unlock", "crime_type": "murder", "circumstance": "danger-to-life"},
            Ground.PURPOSE_NOT_PERMITTED,
            id="a-crime-and-a-circumstance-of-different-rows",
        ),
        pytest.param(
            {"purpose": "unlock", "crime_type": "kidnapping", "circumstance": "danger-to-life"},
            None,
            id="no-leave-asked",
        ),
        pytest.param(
            {"purpose": "unlock", "crime_type": "murder", "circumstance": "planned"},
            Ground.AUTHORISATION_MISSING,
            id="leave-absent",
        ),
        pytest.param(
            {"purpose": "unlock", "crime_type": "murder", "circumstance": "planned", "authorisation": leave()},
            None,
            id="leave-on-its-last-day",
        ),
        pytest.param(
            {
                "purpose": "unlock", "crime_type": "murder", "circumstance": "planned",
                "authorisation": leave(date(2026, 11, 21)),
            },
            Ground.AUTHORISATION_MISSING,
            id="leave-lapsed-yesterday",
        ),
        pytest.param(
            {"purpose": "unlock", "crime_type": "murder", "circumstance": "planned", "authorisation": leave(NOW)},
            Ground.AUTHORISATION_MISSING,
            id="leave-lapsed-this-instant",
        ),
    ],
)  # fmt: skip
def test_the_guideline_decides_which_crimes_in_which_circumstances_on_whose_leave(stated, expected):
    assert ask(**stated).grounds == ((expected,) if expected else ())


def test_a_purpose_of_an_intrusive_tool_permits_nothing_until_the_guideline_has_a_row_for_it():
    assert ask(purpose="repair").grounds == (Ground.PURPOSE_NOT_PERMITTED,)
    assert ask(replace(TOOL, purpose_required=False), purpose="repair").allowed, "of any other tool a purpose is enough"


def test_a_refusal_quotes_the_rows_of_the_guideline_that_it_follows():
    assert ask(purpose="unlock", crime_type="murder", circumstance="planned").guidance == (PLANNED,)
    assert ask(purpose="unlock", crime_type="fraud", circumstance="planned").guidance == (PLANNED, DANGER)
    assert ask(purpose="unlock", crime_type="kidnapping", circumstance="danger-to-life").guidance == ()
    assert ask(purpose="other").guidance == ()


def test_where_several_rows_fit_all_of_them_are_asked():
    anything = replace(DANGER, crime_types=frozenset(), circumstances=frozenset())
    tool = replace(TOOL, purposes=(purpose("unlock", cases=(PLANNED, anything)),))
    assert ask(tool, purpose="unlock", crime_type="murder", circumstance="planned").grounds == (
        Ground.AUTHORISATION_MISSING,
    )
    assert ask(tool, purpose="unlock", crime_type="fraud", circumstance="other").allowed


def test_an_answer_that_rests_on_a_leave_changes_when_it_lapses():
    asked = {"purpose": "unlock", "crime_type": "murder", "circumstance": "planned"}
    assert ask(**asked, authorisation=leave()).stable_until == local("2026-11-23 00:00")
    by_the_hour = local("2026-11-22 18:00")
    assert ask(**asked, authorisation=leave(by_the_hour)).stable_until == by_the_hour


def test_the_latest_word_on_a_purpose_governs_and_one_that_ended_is_not_permitted():
    ended = purpose("repair", permitted=False, **when("2026-11-20"))
    again = purpose("repair", **when("2026-11-21"))
    plain = replace(TOOL, purpose_required=False)
    assert ask(replace(plain, purposes=(*TOOL.purposes, ended)), purpose="repair").grounds == (
        Ground.PURPOSE_NOT_PERMITTED,
    )
    assert ask(replace(plain, purposes=(*TOOL.purposes, ended, again)), purpose="repair").allowed


def test_the_seat_must_permit_the_purpose_too():
    narrow = replace(HOLDER, seats=(seat(purposes=frozenset({"repair"})),))
    assert ask(holder=narrow, purpose="unlock", crime_type="kidnapping", circumstance="danger-to-life").grounds == (
        Ground.PURPOSE_NOT_PERMITTED,
    )


# -- evaluations switched off, prohibitions corrected ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agency", "tool", "asked"), [(None, True, True), (True, True, True), (False, True, False), (True, False, False)]
)
def test_an_evaluation_is_asked_unless_agency_or_tool_switched_it_off(agency, tool, asked):
    policies = () if agency is None else (AgencyPolicy(**when("2026-11-01"), evaluation_required=agency),)
    facts_of_tool = sightline(agency=policies, policies=(policy(evaluation_required=tool),))
    refused = ask(facts_of_tool, replace(HOLDER, evaluations=())).grounds == (Ground.EVALUATION_NOT_IN_FORCE,)
    assert refused is asked


def test_only_a_signed_correction_lifts_a_prohibition_and_of_two_the_stricter_holds():
    forbidden = sightline(prohibition=Prohibition.LAW)
    lifted = ProhibitionCorrected(**when("2026-11-10"), version=None, prohibition=Prohibition.NONE)
    kept = ProhibitionCorrected(**when("2026-11-10"), version=None, prohibition=Prohibition.POLICY)
    assert Ground.TOOL_PROHIBITED in ask(forbidden).grounds
    assert ask(replace(forbidden, corrections=(lifted,))).allowed
    for both in ((lifted, kept), (kept, lifted)):
        assert Ground.TOOL_PROHIBITED in ask(replace(forbidden, corrections=both)).grounds
    version_only = ProhibitionCorrected(**when("2026-11-10"), version="3.1", prohibition=Prohibition.LAW)
    assert ask(sightline(corrections=(version_only,))).grounds == (Ground.VERSION_PROHIBITED,)
