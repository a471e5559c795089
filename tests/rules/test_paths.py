"""The path rule: which way from the versions an officer knows to the one asked for, and what it demands."""

import pytest

from tests.rules.factories import assessed, changed, facts, full, local, officer, released, sightline, version
from training_app.rules.access import Ground, Question, decide
from training_app.rules.certification import Coverage
from training_app.rules.facts import Level, VersionChange

CHAIN = (version("3.1"), version("3.2", "3.1"), version("3.3", "3.2"))
RELEASED = (released("3.1", "2026-01-12"), released("3.2", "2026-11-03"), released("3.3", "2026-11-20"))
HOLDER = officer(full("3.1", "2026-02-10"))


def ask(label, *assessments, versions=CHAIN, changes=RELEASED, holder=HOLDER, at="2026-11-22"):
    tool = sightline(versions=versions, changes=changes, assessments=assessments)
    return decide(
        Question("DP-1001", "sightline", label), facts(holder, tool), at=local(at), known_at=local("2027-01-01")
    )


def test_two_versions_skipped_ask_the_union_of_modules_in_path_order():
    decision = ask(
        "3.3", assessed("3.1", "3.2", Level.DIFFERENCES, "b", "a"), assessed("3.2", "3.3", Level.DIFFERENCES, "a", "c")
    )
    assert decision.standing.path.modules == ("b", "a", "c")
    assert decision.standing.path.labels == ("3.1", "3.2", "3.3")
    assert decision.grounds == (Ground.OVERDUE,)


def test_a_direct_assessed_edge_replaces_every_longer_way():
    chain = (assessed("3.1", "3.2", Level.CARRY_OVER), assessed("3.2", "3.3", Level.CARRY_OVER))
    assert ask("3.3", *chain).allowed
    direct = ask("3.3", *chain, assessed("3.1", "3.3", Level.DIFFERENCES, "c"))
    assert direct.standing.path.labels == ("3.1", "3.3")
    assert direct.grounds == (Ground.OVERDUE,)


def test_a_signed_no_way_blocks_the_edge_and_every_longer_way():
    chain = (assessed("3.1", "3.2", Level.CARRY_OVER), assessed("3.2", "3.3", Level.CARRY_OVER))
    assert ask("3.3", *chain, assessed("3.1", "3.3", None)).grounds == (Ground.NOT_COVERED,)


def test_an_unassessed_successor_asks_the_whole_course_and_says_that_the_assessment_is_missing():
    decision = ask("3.2")
    assert decision.standing.path.level is Level.FULL
    assert decision.grounds == (Ground.OVERDUE, Ground.ASSESSMENT_MISSING)


def test_a_hotfix_on_an_old_branch_follows_its_registered_predecessor():
    versions = (*CHAIN[:2], version("3.1.9", "3.1"))
    changes = (*RELEASED[:2], released("3.1.9", "2026-11-21"))
    holder = officer(full("3.2", "2026-11-05"))
    assert ask("3.1.9", versions=versions, changes=changes, holder=holder).grounds == (Ground.NOT_COVERED,)
    assert ask("3.1.9", assessed("3.1", "3.1.9", Level.CARRY_OVER), versions=versions, changes=changes).allowed


def test_nothing_is_assumed_backwards():
    holder = officer(full("3.2", "2026-11-05"))
    assert ask("3.1", assessed("3.1", "3.2", Level.CARRY_OVER), holder=holder).grounds == (Ground.NOT_COVERED,)
    assert ask("3.1", assessed("3.2", "3.1", Level.CARRY_OVER), holder=holder).allowed


@pytest.mark.parametrize(
    ("at", "coverage"),
    [
        pytest.param("2026-11-04", Coverage.DUE, id="in-grace"),
        pytest.param("2026-11-17 23:59:59", Coverage.DUE, id="last-second-of-the-fourteenth-day"),
        pytest.param("2026-11-18 00:00:00", Coverage.OVERDUE, id="first-instant-after"),
    ],
)
def test_grace_runs_through_the_nth_civil_day_after_release(at, coverage):
    decision = ask("3.2", assessed("3.1", "3.2", Level.FAMILIARISATION, grace_days=14), at=at)
    assert decision.standing.coverage is coverage


def test_a_later_release_never_restarts_grace():
    edges = (
        assessed("3.1", "3.2", Level.FAMILIARISATION, grace_days=14),
        assessed("3.2", "3.3", Level.FAMILIARISATION, grace_days=14),
    )
    path = ask("3.3", *edges).standing.path
    assert path.due.isoformat() == "2026-11-17"
    again = (*RELEASED, changed("3.2", VersionChange.WITHDRAWN, "2026-11-19"), released("3.2", "2026-11-21"))
    assert ask("3.2", edges[0], changes=again).grounds == (Ground.OVERDUE,)


def test_the_officer_is_held_to_the_least_demanding_path():
    versions = (version("3.1"), version("3.2", "3.1"), version("3.2b", "3.1"), version("4.0", "3.2"))
    changes = tuple(released(found.label, "2026-11-03") for found in versions)
    edges = (
        assessed("3.1", "3.2", Level.DIFFERENCES, "x"), assessed("3.2", "4.0", Level.DIFFERENCES, "y"),
        assessed("3.1", "3.2b", Level.FAMILIARISATION), assessed("3.2b", "4.0", Level.FAMILIARISATION),
    )  # fmt: skip
    assert ask("4.0", *edges, versions=versions, changes=changes).standing.path.labels == ("3.1", "3.2b", "4.0")
    in_grace = (*edges[:2], *(assessed(e.start, e.end, Level.DIFFERENCES, "z", grace_days=40) for e in edges[2:]))
    assert ask("4.0", *in_grace, versions=versions, changes=changes).standing.path.labels == ("3.1", "3.2b", "4.0")


def test_an_unreleased_end_is_not_yet_due():
    decision = ask("3.2", assessed("3.1", "3.2", Level.DIFFERENCES, "x"), changes=RELEASED[:1])
    assert decision.standing.coverage is Coverage.DUE
    assert decision.grounds == (Ground.VERSION_NOT_RELEASED,)


def test_a_version_that_was_never_released_lends_no_grace_to_what_its_edge_asks():
    changes = (released("3.1", "2026-01-12"), released("3.3", "2026-11-03"))
    edges = (assessed("3.1", "3.2", Level.DIFFERENCES, "b"), assessed("3.2", "3.3", Level.CARRY_OVER))
    decision = ask("3.3", *edges, changes=changes)
    assert decision.grounds == (Ground.OVERDUE,)
    in_grace = (assessed("3.1", "3.2", Level.DIFFERENCES, "b", grace_days=30), edges[1])
    allowed = ask("3.3", *in_grace, changes=changes)
    assert allowed.standing.path.due.isoformat() == "2026-12-03"
    assert allowed.stable_until == local("2026-12-04 00:00")


def test_of_two_assessments_signed_at_one_instant_the_stricter_holds():
    lax, strict = assessed("3.1", "3.2", Level.CARRY_OVER), assessed("3.1", "3.2", Level.DIFFERENCES, "b")
    for edges in ((lax, strict), (strict, lax)):
        assert ask("3.2", *edges).grounds == (Ground.OVERDUE,)


def test_a_version_is_refused_from_its_own_release_on_whenever_an_earlier_step_was_due():
    edges = (assessed("3.1", "3.2", Level.DIFFERENCES, "b"), assessed("3.2", "3.3", Level.DIFFERENCES, "c"))
    assert ask("3.3", *edges).standing.path.refused_from == local("2026-11-20")
    eased = (edges[0], assessed("3.2", "3.3", Level.CARRY_OVER))
    assert ask("3.3", *eased).standing.path.refused_from == local("2026-11-20")
    assert ask("3.2", *edges).standing.path.refused_from == local("2026-11-03")
