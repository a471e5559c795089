"""The models behind the labs, held against figures worked by hand or published, and against what must hold of any."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.labs import KINDS, BaseRate, BiasThreshold, FeedbackLoop, Placed, ReviewAMatch, SpotTheBias, read_lab
from courses.labs.controls import Control
from courses.labs.fairness import Counts, Measure, equalised_odds_gap, favourable_ratio, gap, rate
from courses.labs.feedback_loop import HOURS, METHODS, Method, shared_out
from courses.labs.review_a_match import Answer
from courses.labs.rounding import Writing, rounded
from courses.render import render
from tests.courses.factories import GLOSSARY
from training_app.views.sample_lesson import SAMPLE_LESSON

BLOCKS = {
    part.split("\n", 1)[0]: part.split("\n", 1)[1] for part in SAMPLE_LESSON.split("```") if part.startswith(KINDS)
}


def lab(kind, **changes):
    text = BLOCKS[kind]
    for old, new in changes.items():
        text = text.replace(old, new)
    read, faults = read_lab(kind, text)
    assert faults == []
    return read


def faults(kind, old, new):
    text = BLOCKS[kind]
    assert old in text
    read, found = read_lab(kind, text.replace(old, new, 1))
    assert read is None
    return found


def base_rate(people, wanted, found, flagged):
    read, problems = read_lab(
        "base-rate",
        f'title = "T"\nintro = "I"\npeople = {people}\nwanted = {wanted}\n'
        f'true_positive_rate = "{found}"\nfalse_positive_rate = "{flagged}"',
    )
    assert problems == []
    return read.searched({control.name: control.start for control in read.controls})


# -- numbers as they are shown -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (Fraction(9999, 100), 1, "100"),
        (Fraction(2499, 10), 1, "249.9"),
        (Fraction(1, 20), 1, "0.1"),
        (Fraction(1, 21), 1, "0"),
        (Fraction(-1, 20), 1, "-0.1"),
        (Fraction(1234567), 1, "1,234,567"),
        (Fraction(1, 6000) * 100, 3, "0.017"),
        (Fraction(5, 2), 0, "3"),
    ],
)
def test_a_number_is_rounded_half_away_from_zero_and_loses_the_noughts_at_its_end(value, decimals, shown):
    assert Writing().number(value, decimals=decimals) == shown


def test_a_number_is_written_as_the_language_does():
    french = Writing(decimal=",", group="\u202f", percent="\u00a0%", minus="-")
    assert french.number(Fraction(123456, 10)) == "12\u202f345,6"
    assert french.share(Fraction(1, 12)) == "8,3\u00a0%"


@given(st.fractions(), st.integers(0, 3))
def test_rounding_is_off_by_half_a_unit_at_most_and_the_same_on_both_sides_of_zero(value, decimals):
    units = rounded(value, decimals=decimals)
    assert abs(value * 10**decimals - units) <= Fraction(1, 2)
    assert rounded(-value, decimals=decimals) == -units


@given(st.text(max_size=7) | st.none(), st.sampled_from([-1, 0, 1]))
def test_whatever_an_address_says_a_control_stands_on_one_of_its_stops(index, step):
    control = Control.over("wanted", [1, 5, 9], start=7)
    assert control.stops == (1, 5, 7, 9)
    assert 0 <= control.chosen(index, step=step) < 4


def test_a_control_begins_at_its_start_and_moves_by_one():
    control = Control.over("wanted", [1, 5, 9], start=5)
    assert [control.chosen(None), control.chosen("-3"), control.chosen("²"), control.chosen("0", step=-1)] == [
        1,
        1,
        1,
        0,
    ]
    assert [control.chosen("1", step=1), control.chosen("2", step=1), control.chosen("99")] == [2, 2, 2]


# -- base rate ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "wanted", "found", "flagged", "hits", "wrong", "precision"),
    [
        # Illustrative figures of the course: a crowd of 100,000, and one of 50,000 at three settings.
        (100_000, 10, "9/10", "1/1000", "9", "100", "8.3%"),
        (100_000, 10, "9/10", "1/6000", "9", "16.7", "35.1%"),
        (100_000, 10, "9/10", "1/10000", "9", "10", "47.4%"),
        (50_000, 20, "19/20", "1/200", "19", "249.9", "7.1%"),
        (50_000, 20, "17/20", "1/2000", "17", "25", "40.5%"),
        (50_000, 20, "3/5", "1/20000", "12", "2.5", "82.8%"),
    ],
)
def test_a_search_gives_the_figures_of_the_course(people, wanted, found, flagged, hits, wrong, precision):
    searched, write = base_rate(people, wanted, found, flagged), Writing()
    assert (write.number(searched.hits), write.number(searched.wrong), write.share(searched.precision)) == (
        hits,
        wrong,
        precision,
    )


shares = st.builds(lambda n: Fraction(n, 1000), st.integers(1, 1000))


@given(st.integers(1_000, 1_000_000), st.integers(1, 500), shares, shares)
def test_precision_is_exactly_what_bayes_says_and_everybody_is_counted_once(people, wanted, found, flagged):
    searched = base_rate(people, wanted, found, flagged)
    prevalence = Fraction(wanted, people)
    assert searched.precision == prevalence * found / (prevalence * found + (1 - prevalence) * flagged)
    assert searched.hits + searched.missed + searched.wrong + searched.left_alone == people
    assert searched.flagged == searched.hits + searched.wrong


@given(st.data())
def test_rarer_targets_and_more_false_positives_never_make_alerts_more_often_right(data):
    read = lab("base-rate")
    chosen = {control.name: data.draw(st.integers(0, len(control.stops) - 2)) for control in read.controls}
    before = read.searched(chosen)
    assert read.searched(chosen | {"wanted": chosen["wanted"] + 1}).precision >= before.precision
    assert read.searched(chosen | {"found": chosen["found"] + 1}).precision >= before.precision
    assert read.searched(chosen | {"flagged": chosen["flagged"] + 1}).precision <= before.precision


# -- fairness ----------------------------------------------------------------------------------------------------------

A, B = Counts(160, 40, 80, 720), Counts(70, 30, 180, 720)
"""The worked confusion matrices of the course, illustrative."""


@pytest.mark.parametrize(
    ("measure", "of_a", "of_b", "apart"),
    [
        (Measure.SELECTION_RATE, "24%", "25%", "1"),
        (Measure.FALSE_POSITIVE_RATE, "10%", "20%", "10"),
        (Measure.FALSE_NEGATIVE_RATE, "20%", "30%", "10"),
        (Measure.PRECISION, "66.7%", "28%", "38.7"),
    ],
)
def test_rates_and_gaps_are_those_of_the_worked_matrices(measure, of_a, of_b, apart):
    write = Writing()
    assert (write.share(rate(measure, A)), write.share(rate(measure, B))) == (of_a, of_b)
    assert write.number(gap(measure, [A, B]) * 100) == apart


def test_equalised_odds_takes_the_larger_gap():
    assert equalised_odds_gap([A, B]) == Fraction(1, 10)
    assert equalised_odds_gap([A, Counts(100, 100, 80, 720)]) == Fraction(3, 10)


def test_the_four_fifths_rule_can_pass_though_one_group_is_flagged_three_times_as_often():
    once, three_times = Counts(5, 0, 0, 95), Counts(15, 0, 0, 85)
    assert favourable_ratio([once, three_times]) == Fraction(85, 95)
    assert Writing().number(Fraction(85, 95), decimals=3) == "0.895"


def test_where_there_is_nobody_to_count_there_is_no_rate_and_no_gap():
    nobody_flagged = Counts(0, 5, 0, 5)
    assert nobody_flagged.precision is None
    assert gap(Measure.PRECISION, [nobody_flagged, A]) is None
    assert favourable_ratio([Counts(5, 0, 5, 0)] * 2) is None
    assert equalised_odds_gap([Counts(0, 0, 1, 1), A]) is None


counts = st.builds(Counts, *[st.integers(0, 60)] * 4)


@given(counts.filter(lambda one: one.hits + one.missed and one.wrong + one.left_alone and one.hits))
def test_false_positive_rate_follows_from_base_rate_precision_and_misses(group):
    # Chouldechova 2017: FPR = p / (1 - p) x (1 - PPV) / PPV x (1 - FNR).
    p = Fraction(group.hits + group.missed, group.people)
    expected = p / (1 - p) * (1 - group.precision) / group.precision * (1 - group.false_negative_rate)
    assert group.false_positive_rate == expected


@given(st.lists(counts.filter(lambda one: one.people), min_size=2, max_size=3))
def test_a_gap_is_a_share_and_nothing_for_groups_that_are_alike(groups):
    for measure in Measure:
        assert (gap(measure, groups) or 0) <= 1
        assert not gap(measure, [groups[0]] * 2)
    assert 0 <= (favourable_ratio(groups) or 0) <= 1


# -- threshold ---------------------------------------------------------------------------------------------------------


def test_the_line_of_the_sample_parts_the_groups_as_counted_by_hand():
    assert lab("bias-threshold").counts({"threshold": 63}) == (Counts(12, 2, 0, 26), Counts(9, 5, 6, 20))


@given(st.integers(0, 100))
def test_a_higher_line_flags_nobody_new_and_everybody_stays_counted(threshold):
    read = lab("bias-threshold")
    for low, high in zip(read.counts({"threshold": threshold}), read.counts({"threshold": threshold + 1}), strict=True):
        assert high.hits <= low.hits
        assert high.wrong <= low.wrong
        assert high.people == low.people == 40


def test_at_the_ends_everybody_or_nobody_is_flagged():
    read = lab("bias-threshold")
    assert [group.selection_rate for group in read.counts({"threshold": 0})] == [1, 1]
    assert [group.selection_rate for group in read.counts({"threshold": 101})] == [0, 0]


# -- feedback ----------------------------------------------------------------------------------------------------------


def year(read, **chosen):
    return read.year({control.name: control.start for control in read.controls} | chosen)


def test_a_month_at_a_hot_spot_is_as_worked_by_hand():
    first = year(lab("feedback-loop"))[1]
    # 800 of 1,000 hours see 40 of 100 offences, 200 see 10; residents report 10 in each.
    assert (first.hours, first.seen, first.reported, first.record) == ((800, 200), (40, 10), (10, 10), (110, 70))


def test_a_hot_spot_draws_the_record_away_from_what_happens_and_half_to_each_brings_it_back():
    read = lab("feedback-loop")
    final = {
        method: Fraction(months[-1].record[0], sum(months[-1].record))
        for method, months in ((method, year(read, method=METHODS.index(method))) for method in METHODS)
    }
    began = Fraction(60, 110)
    assert final[Method.HOT_SPOT] > began >= final[Method.IN_PROPORTION] > final[Method.EQUAL] > Fraction(1, 2)


def test_reports_dampen_the_loop_and_do_not_end_it():
    read = lab("feedback-loop")
    ends = [year(read, reported=index)[-1].record for index in range(len(read.reported.stops))]
    shares_of_first = [Fraction(first, first + second) for first, second in ends]
    assert shares_of_first == sorted(shares_of_first, reverse=True)
    assert min(shares_of_first) > Fraction(1, 2)


@settings(max_examples=60)
@given(st.data())
def test_the_record_adds_up_and_no_patrol_sees_more_than_happens(data):
    read = lab("feedback-loop")
    chosen = {control.name: data.draw(st.integers(0, len(control.stops) - 1)) for control in read.controls}
    happening, months = read.happening(chosen), read.year(chosen)
    assert len(months) == 13
    for before, month in pairwise(months):
        assert sum(month.hours) == HOURS
        for side in (0, 1):
            assert month.record[side] == before.record[side] + month.seen[side] + month.reported[side]
            assert 0 <= month.seen[side] <= happening[side]


@given(st.sampled_from(METHODS), st.integers(1, 10**6), st.integers(1, 10**6))
def test_exchanging_the_districts_exchanges_their_hours(method, first, second):
    mine, theirs = shared_out(method, (first, second))
    assert shared_out(method, (second, first)) in {(theirs, mine), (theirs + 1, mine - 1)}  # a half is rounded up


# -- answers -----------------------------------------------------------------------------------------------------------


def test_the_evidence_says_what_is_right_for_each_hit():
    hits = lab("review-a-match").hits
    assert [hit.right for hit in hits] == [
        Answer.ACCEPT, Answer.REJECT, Answer.ASK, Answer.ACCEPT, Answer.REJECT
    ]  # fmt: skip
    assert hits[1].differing_signs == ((7, "1", "7"),)
    assert hits[2].differing_signs == ()


@pytest.mark.parametrize(
    ("answers", "accepted", "sound_rejected", "asked"),
    [("aaaaa", 3, 0, 0), ("rrrrr", 0, 2, 0), ("qqqqq", 0, 0, 5), ("araar", 1, 0, 0), ("arqar", 0, 0, 1)],
)
def test_an_officers_own_rate_counts_the_planted_suggestions_that_were_accepted(
    answers, accepted, sound_rejected, asked
):
    kinds = {"a": Answer.ACCEPT, "r": Answer.REJECT, "q": Answer.ASK}
    found = lab("review-a-match").reviewed([kinds[one] for one in answers])
    assert (found.planted, found.planted_accepted, found.sound_rejected, found.asked) == (
        3, accepted, sound_rejected, asked
    )  # fmt: skip
    assert found.planted_caught == 3 - accepted


def test_only_answers_to_hits_count_and_others_are_left_out():
    sent = {"hit-1": "accept", "hit-2": "maybe", "hit-9": "accept", "hit-3": "ask"}
    assert lab("review-a-match").answers(sent) == {0: Answer.ACCEPT, 2: Answer.ASK}


def test_the_biased_tool_is_shown_by_the_measures_on_which_its_groups_lie_furthest_apart():
    read = lab("spot-the-bias")
    assert read.tools[read.biased].name == "Tool 2"
    assert not read.is_shown_by(Measure.SELECTION_RATE)
    assert read.is_shown_by(Measure.FALSE_POSITIVE_RATE)


# -- as they are written -----------------------------------------------------------------------------------------------


def test_every_kind_is_read_from_its_block():
    kinds = {kind: type(lab(kind)) for kind in KINDS}
    assert list(kinds.values()) == [BaseRate, BiasThreshold, SpotTheBias, FeedbackLoop, ReviewAMatch]


@pytest.mark.parametrize(
    ("kind", "old", "new", "fault"),
    [
        ("base-rate", "people = 100000", "people = 10", "line 3: has a 'people' of 10; it goes from 1000 to 1000000"),
        ("base-rate", "wanted = 10", "wanted = 0", "line 4: has a 'wanted' of 0; it goes from 1 to 50000"),
        ("base-rate", '"9/10"', "0.9", "line 5: has a 'true_positive_rate' that is not a fraction in quotes"),
        ("base-rate", '"1/1000"', '"0"', "line 6: has the false_positive_rate 0; it must be above 0"),
        ("base-rate", "people =", "crowd =", "line 1: lacks 'people'"),
        ("base-rate", "people =", "crowd =", "line 3: has an unknown field 'crowd'"),
        ("base-rate", "wanted = 10", "wanted = ", "line 4: is not TOML: Invalid value"),
        ("base-rate", "wanted = 10", "people = 10", "line 4: is not TOML: Cannot overwrite a value"),
        ("bias-threshold", "threshold = 63", "threshold = 102", "line 3: has a 'threshold' of 102"),
        ("bias-threshold", "[42,", "[142,", "line 12: group 2 has a 'wanted' that is not 1 to 40 scores from 0 to 100"),
        ("bias-threshold", "Group B", "Group A", "line 5: has two 'groups' of one name"),
        (
            "spot-the-bias",
            'biased = "Tool 2"',
            'biased = "Tool 9"',
            "line 4: has a 'biased' tool 'Tool 9' that is none",
        ),
        ("spot-the-bias", "false-positive-rate", "selection-rate", "line 5: has a 'measure' that does not show it"),
        ("spot-the-bias", "false-positive-rate", "luck", "line 5: has a 'measure' that is not one of selection-rate"),
        ("spot-the-bias", "hits = 70", "hit = 70", "line 18: tool 2 'second' lacks 'hits'"),
        ("feedback-loop", "[100, 100]", "[100]", "line 4: has 'offences' that are not two numbers from 20 to 400"),
        ("feedback-loop", '"Hill"', '"Hill", "Sea"', "line 3: has 'districts' that are not two names"),
        ("feedback-loop", "hot-spot", "luck", "line 7: has a 'method' that is not one of hot-spot, in-proportion"),
        ("review-a-match", "score = 98", "score = 101", "line 10: hit 2 has a 'score' of 101"),
        ("review-a-match", "RTB 8067", "RTB 806", "line 9: hit 2 has plates of different length"),
        ("review-a-match", "RTB 8061", "RTB 80?1", "line 12: hit 2 'listed' has the 'plate' 'RTB 80?1'"),
        ("review-a-match", '"van"', '"tank"', "line 6: hit 1 'seen' has a 'body' that is not one of car, van"),
    ],
)
def test_what_is_wrong_with_a_block_is_told_by_its_line(kind, old, new, fault):
    found = faults(kind, old, new)
    assert any(line.startswith(fault) for line in found), found


def test_an_exercise_mixes_planted_and_sound_hits():
    text = BLOCKS["review-a-match"]
    for old, new in (
        ("RTB 8067", "RTB 8061"),
        ("2?94", "2594"),
        ('body = "truck", paint = "grey"', 'body = "car", paint = "red"'),
    ):
        text = text.replace(old, new)
    [fault] = read_lab("review-a-match", text)[1]
    assert fault == "line 4: has 'hits' that are all planted or all sound; mix them"


def shown(body, lab=None):
    return render(
        body, lang="en", glossary=GLOSSARY, sources=(), link=lambda *_: "", glossary_link=lambda _: "", lab=lab
    )


def test_a_lab_takes_the_place_of_its_block_and_knows_its_number_and_level():
    placed = []

    def found(one: Placed) -> str:
        placed.append((one.id, one.lab.kind, one.level))
        return f"<p>{one.id}</p>"

    blocks = "## Heading\n\nBefore\n```base-rate\n{}```\nAfter\n\n### Below\n```feedback-loop\n{}```"
    page = shown(blocks.format(BLOCKS["base-rate"], BLOCKS["feedback-loop"]), lab=found)
    assert placed == [("lab-1", "base-rate", 3), ("lab-2", "feedback-loop", 4)]
    assert "<p>Before</p>\n<p>lab-1</p>\n<p>After</p>" in page.html
    assert [one.number for one in page.labs] == [1, 2]


def test_nobody_can_write_the_place_of_a_lab_by_hand():
    html = shown(
        f"\ue0011\ue001\n\n```base-rate\n{BLOCKS['base-rate']}```\n\n\ue0019\ue001", lab=lambda _: "<p>LAB</p>"
    ).html
    assert html.count("LAB") == 1
    assert "<p>1</p>" in html


def test_what_an_author_wrote_in_a_lab_is_no_markdown_and_no_html():
    block = BLOCKS["base-rate"].replace("How many", "<b>How</b> *many* [[x]]")
    assert "&lt;b&gt;How&lt;/b&gt; *many* [[x]]" in shown(f"```base-rate\n{block}```").html
