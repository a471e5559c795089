"""What of a year's counts is published: each figure by an example, and nothing that tells of few."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules.decision import Ground
from training_app.rules.disclosure import LIMIT, Form, Published, events, once, standing, together, total
from training_app.rules.facts import AwardKind
from training_app.rules.yearly_figures import (
    OPEN,
    UNITS,
    Counted,
    Figure,
    Refused,
    Retraining,
    Unsaid,
    days_to_share,
    of_agency,
    of_tool,
)

GROUNDS = (Ground.NEVER_CERTIFIED, Ground.OVERDUE)
NOTHING = Counted(
    trained=0,
    certified={},
    refused={},
    retraining=(),
    later_graces={},
    emergencies=0,
    reports={"cause-found": 0, OPEN: 0},
    incidents={"not-cleared-up": 0, OPEN: 0},
    with_access=0,
)


def shown(rows, figure, part=""):
    [row] = [row for row in rows if row.figure is figure and row.part == part]
    return row.form, row.number


def tool(**counts):
    return of_tool("plates", replace(NOTHING, **counts), grounds=GROUNDS)


@pytest.mark.parametrize(
    ("days", "reached"),
    [
        pytest.param([], None, id="nobody"),
        pytest.param([0] * 10, 0, id="all-before-the-release"),
        pytest.param([*range(10)], 8, id="nine-of-ten"),
        pytest.param([*range(9), None], 8, id="one-of-ten-never"),
        pytest.param([*range(8), None, None], None, id="two-of-ten-never"),
        pytest.param([3] * 17 + [40, None], 40, id="of-nineteen-the-eighteenth"),
        pytest.param([3] * 18 + [40, None], 3, id="of-twenty-the-eighteenth"),
    ],
)
def test_the_days_count_until_nine_of_ten_rounded_up_have_retrained(days, reached):
    assert days_to_share(days) == reached


@pytest.mark.parametrize(
    ("days", "officers", "told"),
    [
        pytest.param([1] * 4, (Form.FEWER_THAN, 5), (Unsaid.TOO_FEW, None), id="withheld"),
        pytest.param([1] * 12, (Form.ABOUT, 10), (Unsaid.TOO_FEW, None), id="few"),
        pytest.param([1] * 13, (Form.ABOUT, 15), (Form.EXACT, 1), id="enough"),
        pytest.param([1] * 10 + [None] * 3, (Form.ABOUT, 15), (Unsaid.NOT_REACHED, None), id="not-reached"),
    ],
)
def test_a_share_is_told_of_enough_officers_whose_number_is_rounded(days, officers, told):
    rows = tool(retraining=[Retraining("1.1", days, in_grace=0)])
    assert shown(rows, Figure.TO_RETRAIN, "1.1") == officers
    assert shown(rows, Figure.RETRAINED, "1.1") == told


def test_a_version_that_asked_nothing_of_anybody_has_no_days():
    rows = tool(retraining=[Retraining("1.1", [], in_grace=0)])
    assert shown(rows, Figure.TO_RETRAIN, "1.1") == (Form.EXACT, 0)
    assert [row for row in rows if row.figure is Figure.RETRAINED] == []


def test_refusals_of_few_officers_are_not_told_however_many_there_are():
    few, many = Refused(decisions=70, officers=4), Refused(decisions=6, officers=5)
    rows = tool(refused={Ground.OVERDUE: few, Ground.NEVER_CERTIFIED: many})
    assert shown(rows, Figure.OFFICERS_REFUSED, "overdue") == (Form.FEWER_THAN, 5)
    assert shown(rows, Figure.REFUSALS, "overdue") == (Form.AT_LEAST, 1)
    assert shown(rows, Figure.REFUSALS, "never-certified") == (Form.ABOUT, 5)
    assert shown(rows, Figure.OFFICERS_REFUSED) == (Form.AT_LEAST, 6)
    assert shown(rows, Figure.REFUSALS) == (Form.AT_LEAST, 6)


def test_refusals_that_are_kept_no_longer_are_no_number_for_the_agency_either():
    gone, kept = tool(refused=None), tool(refused={})
    assert shown(gone, Figure.REFUSALS) == (Unsaid.NOT_KEPT, None)
    assert shown(of_agency([*gone, *gone], without_tool=0), Figure.OFFICERS_REFUSED) == (Unsaid.NOT_KEPT, None)
    assert shown(kept, Figure.REFUSALS) == (Form.EXACT, 0)


def test_graces_are_told_by_occasion_and_added_up():
    rows = tool(retraining=[Retraining("1.1", [3] * 20, in_grace=12)], later_graces={"1.1, 2025-10-01": 3})
    assert shown(rows, Figure.GRACES, "1.1") == (Form.EXACT, 12)
    assert shown(rows, Figure.GRACES, "1.1, 2025-10-01") == (Form.FEWER_THAN, 5)
    assert shown(rows, Figure.GRACES) == (Form.AT_LEAST, 13)
    assert shown(of_agency(rows, without_tool=0), Figure.GRACES) == (Form.AT_LEAST, 13)


def test_reports_and_incidents_are_told_by_outcome_with_their_total():
    rows = tool(reports={"cause-found": 7, OPEN: 2}, incidents={"not-cleared-up": 5, OPEN: 6})
    assert shown(rows, Figure.REPORTS) == (Form.AT_LEAST, 8)
    assert shown(rows, Figure.REPORTS, OPEN) == (Form.FEWER_THAN, 5)
    assert shown(rows, Figure.INCIDENTS) == (Form.EXACT, 11)
    assert shown(of_agency(rows, without_tool=3), Figure.INCIDENTS_NO_TOOL) == (Form.FEWER_THAN, 5)


def test_who_has_access_is_rounded_as_in_the_register_and_left_out_where_nobody_can():
    assert shown(tool(with_access=13), Figure.WITH_ACCESS) == (standing(13).form, standing(13).number)
    assert [row for row in tool(with_access=None) if row.figure is Figure.WITH_ACCESS] == []


def test_the_agency_has_the_total_of_what_is_shown_of_its_tools():
    rows = [*tool(trained=30), *tool(trained=4), *tool(trained=8)]
    assert shown(of_agency(rows, without_tool=0), Figure.TRAINED) == (Form.AT_LEAST, 28 + 1 + 8)
    figures = {row.figure for row in of_agency(rows, without_tool=0)}
    assert figures.isdisjoint({Figure.TO_RETRAIN, Figure.RETRAINED, Figure.WITH_ACCESS})


def test_every_figure_has_a_unit_and_says_what_it_is():
    assert set(UNITS) == set(Figure)


@given(st.integers(LIMIT, 60), st.integers(1, LIMIT - 1))
def test_the_few_in_one_count_and_not_in_another_within_it_are_not_found_by_subtracting(inner, few):
    """A tool asks for a module more than another does; a ground is given beside another only."""
    refused = {Ground.OVERDUE: Refused(inner + few, inner + few), Ground.NEVER_CERTIFIED: Refused(inner, inner)}
    wide, narrow = tool(trained=inner + few, refused=refused), tool(trained=inner)
    for more, less in (
        (shown(wide, Figure.TRAINED), shown(narrow, Figure.TRAINED)),
        *(
            (shown(wide, one, Ground.OVERDUE), shown(wide, one, Ground.NEVER_CERTIFIED))
            for one in (Figure.OFFICERS_REFUSED, Figure.REFUSALS)
        ),
    ):
        assert {more[0], less[0]} == {Form.ABOUT}
        assert more[1] - less[1] in {0, LIMIT}


# -- nothing withheld can be found ------------------------------------------------------------------------------------

NUMBERS = st.one_of(st.integers(0, 9), st.integers(0, 60))


@st.composite
def counted(draw):
    def some(keys):
        return {key: draw(NUMBERS) for key in keys}

    def refused():
        officers = draw(NUMBERS)
        return Refused(officers + draw(st.integers(0, 9)) if officers else 0, officers)

    days = draw(st.lists(st.one_of(st.none(), st.integers(0, 90)), max_size=24))
    return Counted(
        trained=draw(NUMBERS),
        certified=some(AwardKind),
        refused=draw(st.none()) if draw(st.integers(0, 5)) == 0 else {ground: refused() for ground in GROUNDS},
        retraining=[Retraining("1.1", days, in_grace=draw(st.integers(0, len(days))))],
        later_graces=some(["1.1, 2025-10-01"]),
        emergencies=draw(NUMBERS),
        reports=some(["cause-found", OPEN]),
        incidents=some(["not-cleared-up", OPEN]),
        with_access=draw(NUMBERS),
    )


def with_other_withheld(draw, one: Counted) -> Counted:
    """Return the same with every withheld count another one."""

    def other(count: int) -> int:
        return draw(st.integers(1, LIMIT - 1)) if 0 < count < LIMIT else count

    def others(counts):
        return {key: other(count) for key, count in counts.items()}

    def refused(given: Refused) -> Refused:
        if not 0 < given.officers < LIMIT:
            return given
        officers = other(given.officers)
        return Refused(officers + draw(st.integers(0, 90)), officers)

    [version] = one.retraining
    days = version.days
    if 0 < len(days) < LIMIT:
        days = draw(st.lists(st.none(), min_size=1, max_size=LIMIT - 1))
    return replace(
        one,
        trained=other(one.trained),
        certified=others(one.certified),
        refused=one.refused and {ground: refused(given) for ground, given in one.refused.items()},
        retraining=[Retraining("1.1", days, other(version.in_grace))],
        later_graces=others(one.later_graces),
        emergencies=other(one.emergencies),
        reports=others(one.reports),
        incidents=others(one.incidents),
        with_access=other(one.with_access),
    )


def report(counts, without_tool):
    rows = [row for number, one in enumerate(counts) for row in of_tool(f"tool-{number}", one, grounds=GROUNDS)]
    return [*of_agency(rows, without_tool=without_tool), *rows]


@given(st.lists(counted(), min_size=1, max_size=3), NUMBERS, st.data())
def test_a_report_as_a_whole_is_the_same_whatever_its_withheld_counts_are(counts, without_tool, data):
    """Tools, agency, grounds and parts together: so none of them, and no difference of any two, tells of a few."""
    others = [with_other_withheld(data.draw, one) for one in counts]
    alone = data.draw(st.integers(1, LIMIT - 1)) if 0 < without_tool < LIMIT else without_tool
    assert report(counts, without_tool) == report(others, alone)


@given(st.lists(counted(), min_size=1, max_size=3))
def test_no_number_of_people_or_events_under_the_limit_stands_but_none(counts):
    for row in report(counts, 0):
        exact = row.form in {Form.EXACT, Form.ABOUT} and row.figure is not Figure.RETRAINED
        assert not exact or row.number == 0 or row.number >= LIMIT
        assert row.form is not Form.FEWER_THAN or row.number == LIMIT


@given(st.lists(counted(), min_size=1, max_size=3))
def test_the_agency_says_nothing_that_does_not_follow_from_its_tools(counts):
    rows = [row for row in report(counts, 0) if row.tool is not None]
    assert of_agency(rows, without_tool=0) == tuple(row for row in report(counts, 0) if row.tool is None)


# -- what the rule on counts adds for events --------------------------------------------------------------------------


@given(st.integers(1, LIMIT - 1), st.integers(0, 90), st.integers(0, 90))
def test_events_of_few_people_are_published_alike_however_many_there_are(people, more, others):
    assert events(people + more, people) == events(people + others, people) == Published(Form.AT_LEAST, 1)


@given(st.integers(LIMIT, 200), st.integers(2, 12))
def test_a_total_is_never_above_what_was_counted(count, limit):
    assert together([standing(count, limit=limit)], limit=limit).number <= count


def test_bounds_add_up_to_a_bound():
    assert together([once(12), events(9, 2)]) == Published(Form.AT_LEAST, 13)
    assert together([once(12), once(3)]) == total([once(12), once(3)])
    assert together([once(12), standing(12), standing(3)]) == Published(Form.AT_LEAST, 12 + 8 + 1)
    assert together([]) == Published(Form.EXACT, 0)


@pytest.mark.parametrize("call", [lambda: events(3, 4), lambda: events(3, 0), lambda: total([standing(12)])])
def test_what_does_not_add_up_is_refused(call):
    with pytest.raises(ValueError, match=r".+"):
        call()
