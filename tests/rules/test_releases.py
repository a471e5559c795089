"""What stands against a release, and who will lose access."""

from dataclasses import replace

import pytest

from tests.rules.factories import (
    BRUSSELS,
    LONG_AGO,
    assessed,
    changed,
    full,
    local,
    officer,
    purpose,
    released,
    seat,
    sightline,
    version,
    when,
)
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import GuidelineCase, Level, Prohibition, Requirements, VersionChange
from training_app.rules.releases import ObstacleKind, forecast, obstacles, ways_to
from training_app.rules.versions import VersionState, by_registration, in_use, newest_in_use, state

NOW = local("2026-11-22")
ON = CivilInstant(NOW, BRUSSELS)
CHAIN = (version("3.1"), version("3.2", "3.1"), version("3.3", "3.2"))
FIRST = assessed("3.1", "3.2", Level.DIFFERENCES, "sightline-3-2")
SECOND = assessed("3.2", "3.3", Level.DIFFERENCES, "sightline-3-3")


def ready(**given):
    """Return the tool with everything in place to release 3.3."""
    facts = {
        "versions": CHAIN,
        "changes": (*sightline().changes, changed("3.3", VersionChange.ANNOUNCED, "2026-11-20")),
        "assessments": (FIRST, SECOND),
        "requirements": (Requirements(**LONG_AGO, id="set", version="3.3", full=("ai-limits",), renewal=()),),
    }
    return sightline(**facts | given)


def against(tool, label="3.3", on=ON, *, carded=True):
    return [(obstacle.kind, obstacle.other) for obstacle in obstacles(tool, label, on=on, carded=carded)]


def test_nothing_stands_against_a_version_with_everything_in_place():
    assert against(ready()) == []


@pytest.mark.parametrize(
    ("missing", "obstacle"),
    [
        pytest.param({"changes": sightline().changes}, (ObstacleKind.NOT_ANNOUNCED, None), id="announcement"),
        pytest.param({"requirements": ()}, (ObstacleKind.NO_REQUIREMENTS, None), id="requirements"),
        pytest.param({"prohibition": Prohibition.LAW}, (ObstacleKind.PROHIBITED, None), id="prohibited"),
        pytest.param({"versions": CHAIN[:2]}, (ObstacleKind.NOT_REGISTERED, None), id="registration"),
    ],
)
def test_each_thing_missing_stands_against_the_release(missing, obstacle):
    assert obstacle in against(ready(**missing))


def test_without_a_complete_card_or_two_persons_who_do_without_it_nothing_is_released():
    assert against(ready(), carded=False) == [(ObstacleKind.NO_CARD, None)]


def test_an_intrusive_tool_is_released_only_with_the_guideline_for_each_purpose():
    row = GuidelineCase(
        crime_types=frozenset({"murder"}),
        circumstances=frozenset(),
        authorisation=True,
        sentence="Only so.",
        source="1",
    )
    unguided = [(ObstacleKind.NO_GUIDELINE, None)]
    assert against(ready(purpose_required=True)) == unguided, "without any purpose nobody could use it"
    both = (purpose("unlock", cases=(row,)), purpose("repair"))
    assert against(ready(purpose_required=True, purposes=both)) == unguided
    assert against(ready(purpose_required=True, purposes=both[:1])) == []
    assert against(ready(purposes=both)) == []


def test_every_version_in_use_needs_an_assessed_way_or_a_signed_no_way():
    assert against(ready(assessments=(FIRST,))) == [(ObstacleKind.UNASSESSED, "3.1"), (ObstacleKind.UNASSESSED, "3.2")]
    assert against(ready(assessments=(SECOND,))) == [(ObstacleKind.UNASSESSED, "3.1")]
    blocked = assessed("3.1", "3.3", None)
    assert against(ready(assessments=(SECOND, blocked))) == []


def test_a_version_scheduled_before_it_is_a_start_too():
    ahead = released("3.2", "2026-12-01", recorded="2026-11-20")
    changes = (released("3.1", "2026-01-12"), ahead, changed("3.3", VersionChange.ANNOUNCED, "2026-11-20"))
    tool = ready(changes=changes, assessments=(FIRST,))
    after = CivilInstant(local("2026-12-02"), BRUSSELS)
    assert against(tool, on=after) == [(ObstacleKind.UNASSESSED, "3.1"), (ObstacleKind.UNASSESSED, "3.2")]


def test_a_version_scheduled_after_it_needs_a_way_on():
    ahead = released("3.3", "2026-12-01", recorded="2026-11-20")
    changes = (released("3.1", "2026-01-12"), changed("3.2", VersionChange.ANNOUNCED, "2026-10-01"), ahead)
    assert against(ready(changes=changes, requirements=sightline().requirements), "3.2") == []
    unassessed = ready(changes=changes, requirements=sightline().requirements, assessments=(FIRST,))
    assert against(unassessed, "3.2") == [(ObstacleKind.UNASSESSED_ONWARD, "3.3")]


def test_the_way_from_an_older_version_may_lead_over_the_one_between():
    by_start = {way.start: way for way in ways_to(ready(), "3.3", on=ON)}
    assert by_start["3.1"].path.labels == ("3.1", "3.2", "3.3")
    assert by_start["3.2"].path.labels == ("3.2", "3.3")


def test_the_forecast_tells_who_is_refused_who_is_in_grace_and_who_is_ready():
    crowd = (
        officer(full("3.1", "2026-02-10"), number="A"),
        officer(full("3.2", "2026-11-06"), number="B"),
        officer(number="C"),
    )
    refused, also, never = forecast(ready(), crowd, "3.3", release_at=NOW, on=ON)
    assert (refused.allowed_today, refused.affected) == (("3.1",), True)
    assert (also.allowed_today, also.affected) == (("3.2",), True)
    assert (never.allowed_today, never.affected) == ((), False)
    eased = ready(assessments=(FIRST, assessed("3.2", "3.3", Level.FAMILIARISATION, grace_days=14)))
    outlook = forecast(eased, crowd, "3.3", release_at=NOW, on=ON)[1]
    assert outlook.in_grace
    assert not outlook.affected


def test_the_forecast_of_a_tool_that_asks_a_purpose_at_each_use_takes_one_as_stated():
    """Nobody states a purpose in a forecast; whoever may use an intrusive tool for one is refused all the same."""
    holder = officer(full("3.2", "2026-11-06"), seats=(seat(purposes=frozenset({"theft"})),))
    tool = ready(purpose_required=True, purposes=(purpose("theft"),))
    [outlook] = forecast(tool, [holder], "3.3", release_at=NOW, on=ON)
    assert (outlook.allowed_today, outlook.affected) == (("3.2",), True)
    eased = replace(tool, assessments=(FIRST, assessed("3.2", "3.3", Level.FAMILIARISATION, grace_days=14)))
    [outlook] = forecast(eased, [holder], "3.3", release_at=NOW, on=ON)
    assert (outlook.usable, outlook.in_grace, outlook.affected) == (True, True, False)


def test_versions_are_ordered_by_predecessor_and_never_by_label():
    tool = sightline(versions=(version("10.0", "9.0"), version("9.0"), version("9.0-fix", "9.0")))
    assert by_registration(tool, at=NOW) == ("9.0", "10.0", "9.0-fix")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((), VersionState.REGISTERED),
        ((VersionChange.ANNOUNCED,), VersionState.ANNOUNCED),
        ((VersionChange.ANNOUNCED, VersionChange.RELEASED), VersionState.IN_USE),
        ((VersionChange.RELEASED, VersionChange.SUSPENDED), VersionState.SUSPENDED),
        ((VersionChange.RELEASED, VersionChange.WITHDRAWN), VersionState.WITHDRAWN),
        ((VersionChange.RELEASED, VersionChange.WITHDRAWN, VersionChange.RELEASED), VersionState.IN_USE),
    ],
)
def test_a_versions_state_follows_from_what_happened_to_it(changes, expected):
    history = tuple(changed("3.1", change, f"2026-02-{day:02}") for day, change in enumerate(changes, start=1))
    assert state(sightline(changes=history), "3.1", at=NOW) is expected


def test_the_newest_version_in_use_is_the_one_released_last():
    assert newest_in_use(sightline(), at=NOW) == "3.2"
    hotfix = (*sightline().changes, released("3.1.9", "2026-11-20"))
    tool = sightline(versions=(*CHAIN, version("3.1.9", "3.1", **when("2026-11-15"))), changes=hotfix)
    assert newest_in_use(tool, at=NOW) == "3.1.9"
    assert in_use(tool, at=NOW) == ("3.1", "3.2", "3.1.9")
    assert newest_in_use(sightline(changes=()), at=NOW) is None
