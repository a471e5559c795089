"""How each kind of item is answered, read, written and credited."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.fields import Fields
from quizzes.errors import EnemiesLeaveTooFew
from quizzes.interaction_fields import ItemKind, interaction_json, kind_of, read_interaction
from quizzes.interactions import (
    Case,
    Choice,
    MarkingUp,
    Matching,
    NumericEntry,
    Ordering,
    Part,
    ReasonedVerdict,
    TextEntry,
    decimal,
)
from quizzes.item import CognitiveLevel, Item, read_item
from quizzes.mark import cut_score, mark
from quizzes.paper import Met, draw
from tests.quizzes.factories import bank, item

VERDICT = ReasonedVerdict(False, ("law", "habit", "order"), "law")
PAIRS = Matching(("one", "two"), ("x", "y", "z"), frozenset({"one:x", "two:y"}))
STEPS = Ordering(("stop", "look", "ask", "note"))
NUMBER = NumericEntry(Fraction("91.7"), Fraction("0.5"))
WORDS = TextEntry(frozenset({"false positive", "false alarm"}))
ROWS = MarkingUp(("r1", "r2", "r3", "r4"), frozenset({"r2", "r4"}))
SEVERAL = Choice(("a", "b", "c"), frozenset({"a", "b"}), several=True)
CASE = Case((Part("first", 1, NUMBER), Part("then", 3, SEVERAL), Part("last", 2, WORDS)))
EVERY = (VERDICT, PAIRS, STEPS, NUMBER, WORDS, ROWS, SEVERAL, Choice(("a", "b"), frozenset({"b"}), False), CASE)


def marks(*texts):
    return frozenset(texts)


@pytest.mark.parametrize(
    ("asked", "response", "credit"),
    [
        pytest.param(VERDICT, marks("false", "law"), 1, id="verdict-and-reason"),
        pytest.param(VERDICT, marks("false", "habit"), 0, id="right-verdict-wrong-reason"),
        pytest.param(VERDICT, marks("false"), 0, id="verdict-without-reason"),
        pytest.param(PAIRS, marks("one:x", "two:y"), 1, id="every-pair"),
        pytest.param(PAIRS, marks("one:x", "two:x"), Fraction(1, 2), id="one-pair-of-two"),
        pytest.param(STEPS, STEPS.key, 1, id="in-order"),
        pytest.param(STEPS, marks("look:1", "ask:2", "note:3", "stop:4"), Fraction(2, 3), id="first-step-last"),
        pytest.param(STEPS, marks("note:1", "ask:2", "look:3", "stop:4"), 0, id="backwards"),
        pytest.param(STEPS, marks("stop:1", "look:3"), 0, id="neighbours-with-a-gap"),
        pytest.param(NUMBER, marks("92.2"), 1, id="at-the-edge-of-the-tolerance"),
        pytest.param(NUMBER, marks("92.200001"), 0, id="just-outside"),
        pytest.param(NUMBER, marks("-91.7"), 0, id="wrong-sign"),
        pytest.param(WORDS, marks("False   POSITIVE"), 1, id="capitals-and-spaces"),
        pytest.param(WORDS, marks("positive"), 0, id="half-of-the-words"),
        pytest.param(ROWS, marks("r2", "r4"), 1, id="the-rows"),
        pytest.param(ROWS, marks("r1", "r2", "r3", "r4"), 0, id="every-row"),
        pytest.param(CASE, marks("first/91.7", "then/a", "last/false alarm"), Fraction(9, 12), id="parts-by-points"),
    ],
)
def test_credit(asked, response, credit):
    assert asked.admits(response)
    assert asked.credit(response) == credit


@pytest.mark.parametrize(
    ("asked", "response"),
    [
        (VERDICT, marks("true", "false")),
        (VERDICT, marks("law", "habit")),
        (VERDICT, marks("perhaps")),
        (PAIRS, marks("one:x", "one:y")),
        (PAIRS, marks("x:one")),
        (STEPS, marks("stop:1", "look:1")),
        (STEPS, marks("stop:1", "stop:2")),
        (STEPS, marks("stop:5")),
        (STEPS, marks("stop")),
        (NUMBER, marks("about 90")),
        (NUMBER, marks("1", "2")),
        (NUMBER, marks("1e3")),
        (WORDS, marks(" padded")),
        (WORDS, marks("x" * 201)),
        (WORDS, marks("")),
        (ROWS, marks("r9")),
        (CASE, marks("nowhere/a")),
        (CASE, marks("then/x")),
        (CASE, marks("91.7")),
        (Choice(("a", "b"), marks("b"), False), marks("a", "b")),
    ],
)
def test_what_no_form_of_the_item_could_have_sent_is_not_admitted(asked, response):
    assert not asked.admits(response)


@pytest.mark.parametrize("asked", EVERY, ids=kind_of)
def test_the_key_is_admitted_answers_the_item_and_earns_everything_and_nothing_earns_nothing(asked):
    assert asked.admits(asked.key)
    assert asked.answered(asked.key)
    assert asked.credit(asked.key) == 1
    assert asked.admits(marks())
    assert not asked.answered(marks())
    assert asked.credit(marks()) == 0


@pytest.mark.parametrize("asked", EVERY, ids=kind_of)
def test_an_interaction_comes_back_from_its_json(asked):
    faults = []
    read = read_interaction(Fields(interaction_json(asked), file="bank.toml", faults=faults), kind_of(asked))
    assert faults == []
    if asked in (WORDS, CASE):  # accepted answers stand with the texts
        assert interaction_json(read) == interaction_json(asked)
    else:
        assert read == asked


def responses_to(asked):
    """Any response that *asked* admits."""
    match asked:
        case Choice(options=options, several=several):
            return st.frozensets(st.sampled_from(options), max_size=None if several else 1)
        case MarkingUp(rows=rows):
            return st.frozensets(st.sampled_from(rows))
        case ReasonedVerdict(reasons=reasons):
            verdicts = st.frozensets(st.sampled_from(["true", "false"]), max_size=1)
            return st.tuples(verdicts, st.frozensets(st.sampled_from(reasons), max_size=1)).map(
                lambda two: two[0] | two[1]
            )
        case Matching(prompts=prompts, matches=matches):
            given_ = st.dictionaries(st.sampled_from(prompts), st.sampled_from(matches))
            return given_.map(lambda pairs: frozenset(f"{prompt}:{match}" for prompt, match in pairs.items()))
        case Ordering(options=options):
            return st.permutations(options).flatmap(
                lambda order: st.frozensets(st.sampled_from([f"{one}:{n}" for n, one in enumerate(order, start=1)]))
            )
        case NumericEntry():
            numbers = st.decimals(-1000, 1000, places=3, allow_nan=False, allow_infinity=False)
            return st.frozensets(numbers.map(lambda number: decimal(Fraction(number))), max_size=1)
        case TextEntry(accepted=accepted):
            return st.frozensets(st.sampled_from(sorted(accepted)) | st.just("something else"), max_size=1)
        case Case(parts=parts):
            of_parts = [
                responses_to(part.interaction).map(lambda found, part=part: {f"{part.id}/{mark}" for mark in found})
                for part in parts
            ]
            return st.tuples(*of_parts).map(lambda found: frozenset().union(*found))


@given(st.sampled_from(EVERY).flatmap(lambda asked: st.tuples(st.just(asked), responses_to(asked))))
def test_every_response_that_is_admitted_earns_a_share_between_nothing_and_everything(both):
    asked, response = both
    assert asked.admits(response)
    credit = asked.credit(response)
    assert isinstance(credit, Fraction)
    assert 0 <= credit <= 1
    if credit == 1 and not isinstance(asked, NumericEntry | TextEntry | Case):
        assert response == asked.key


@given(st.permutations(STEPS.options))
def test_only_the_right_order_earns_everything(order):
    response = frozenset(f"{option}:{place}" for place, option in enumerate(order, start=1))
    assert (STEPS.credit(response) == 1) == (tuple(order) == STEPS.options)


@given(st.fractions(-1000, 1000).map(lambda value: Fraction(round(value * 10**6), 10**6)))
def test_a_decimal_of_six_places_says_its_number_exactly(value):
    assert Fraction(decimal(value)) == value


TEXTS = {
    ItemKind.REASONED_VERDICT: {
        "stem": "A score of 0.9 means nine in ten.",
        "options": {"law": "It is a distance", "habit": "It is a habit", "order": "It is an order"},
        "feedback": dict.fromkeys(["true", "false", "law", "habit", "order"], "Why."),
    },
    ItemKind.MATCHING: {
        "stem": "Which belongs to which?",
        "options": {"one": "1", "two": "2", "x": "X", "y": "Y", "z": "Z"},
        "feedback": {"one": "Why.", "two": "Why."},
    },
    ItemKind.ORDERING: {
        "stem": "In which order?",
        "options": dict.fromkeys(STEPS.options, "Step"),
        "feedback": dict.fromkeys(STEPS.options, "Why."),
    },
    ItemKind.NUMERIC: {"stem": "How many?", "unit": "%", "feedback": {"right": "Yes.", "wrong": "Count."}},
    ItemKind.SHORT_TEXT: {
        "stem": "What is it called?",
        "accepted": ["false positive", "false alarm"],
        "feedback": {"right": "Yes.", "wrong": "No."},
    },
    ItemKind.MARKING_UP: {
        "stem": "Which rows show bias?",
        "columns": ["group", "rate"],
        "rows": {row: [row, "1 %"] for row in ROWS.rows},
        "feedback": dict.fromkeys(ROWS.rows, "Why."),
    },
}
TEXTS[ItemKind.CASE] = {
    "stem": "A patrol stops a car.",
    "parts": {
        "first": TEXTS[ItemKind.NUMERIC],
        "then": {
            "stem": "Which?",
            "options": dict.fromkeys("abc", "Option"),
            "feedback": dict.fromkeys("abc", "Why."),
        },
        "last": TEXTS[ItemKind.SHORT_TEXT],
    },
}
BY_KIND = {kind_of(asked): asked for asked in EVERY}


def written(kind):
    points = 6 if kind is ItemKind.CASE else 2
    return {
        "id": "one",
        "kind": kind.value,
        "objective": "count-alarms",
        "level": CognitiveLevel.JUDGE.value,
        **interaction_json(BY_KIND[kind]),
        "points": points,
        "sources": ["crowd"],
        "law_as_of": "2026-11-22",
        "review_by": None,
        "texts": {"en": TEXTS[kind]},
    }


def read(data):
    faults = []
    found = read_item(
        Fields(data, file="m/bank.toml", faults=faults, place="item 'one'"), module="m", languages=("en",)
    )
    return found, [str(fault) for fault in faults]


@pytest.mark.parametrize("kind", TEXTS)
def test_an_item_of_each_kind_is_read_with_its_texts_and_written_as_it_was(kind):
    found, faults = read(written(kind))
    assert faults == []
    assert found.interaction == BY_KIND[kind]
    assert json.loads(json.dumps(found.to_json())) == written(kind)


def without(data, *path):
    if len(path) == 1:
        return {name: value for name, value in data.items() if name != path[0]}
    return data | {path[0]: without(data[path[0]], *path[1:])}


@pytest.mark.parametrize(
    ("kind", "changed", "fault"),
    [
        (
            ItemKind.REASONED_VERDICT,
            {"verdict": "no"},
            "m/bank.toml: item 'one' has a 'verdict' that is not true or false",
        ),
        (
            ItemKind.REASONED_VERDICT,
            {"reason": "x"},
            "m/bank.toml: item 'one' has a reason that is not among its reasons: x",
        ),
        (ItemKind.MATCHING, {"key": {"one": "x"}}, "m/bank.toml: item 'one' has no match for: two"),
        (
            ItemKind.MATCHING,
            {"key": {"one": "x", "two": "w"}},
            "m/bank.toml: item 'one' has a key that is not among its matches: w",
        ),
        (
            ItemKind.NUMERIC,
            {"value": "many"},
            "m/bank.toml: item 'one' has the value 'many', which is not a number in quotes such as \"12.5\"",
        ),
        (ItemKind.MARKING_UP, {"key": list(ROWS.rows)}, "m/bank.toml: item 'one' has no wrong row"),
        (ItemKind.CASE, {"points": 5}, "m/bank.toml: item 'one' has 5 points, but its parts have 6"),
        (ItemKind.NUMERIC, {"enemies": ["one"]}, "m/bank.toml: item 'one' names itself as its enemy"),
    ],
)
def test_a_fault_of_a_kind_is_told(kind, changed, fault):
    assert read(written(kind) | changed)[1] == [fault]


@pytest.mark.parametrize(
    ("kind", "path", "fault"),
    [
        (ItemKind.SHORT_TEXT, ("accepted",), "m/en.toml: 'one' lacks 'accepted'"),
        (ItemKind.MARKING_UP, ("rows", "r3"), "m/en.toml: 'one' lacks row 'r3'"),
        (ItemKind.CASE, ("parts", "last"), "m/en.toml: 'one' lacks part 'last'"),
        (ItemKind.NUMERIC, ("feedback", "wrong"), "m/en.toml: 'one' lacks 'feedback' for option 'wrong'"),
    ],
)
def test_a_text_that_lacks_something_is_told(kind, path, fault):
    data = written(kind)
    data["texts"] = {"en": without(data["texts"]["en"], *path)}
    assert fault in read(data)[1]


def test_a_row_has_a_cell_for_each_column():
    data = written(ItemKind.MARKING_UP)
    data["texts"] = {"en": TEXTS[ItemKind.MARKING_UP] | {"rows": TEXTS[ItemKind.MARKING_UP]["rows"] | {"r1": ["r1"]}}}
    assert read(data)[1] == ["m/en.toml: 'one' has 1 cells in row 'r1' for 2 columns"]


FOUR = [item(f"c-{number}") for number in range(4)]


def test_enemies_never_stand_on_one_paper_whichever_names_the_other():
    foes = bank(replace(FOUR[0], enemies=("c-1", "c-2")), *FOUR[1:], blueprint={"count-alarms": 2})
    for seed in range(60):
        drawn = {entry.item_id for entry in draw(foes, seed=seed).items}
        assert not ("c-0" in drawn and drawn & {"c-1", "c-2"})


def test_a_paper_is_found_even_where_the_first_choice_leads_nowhere():
    foes = bank(replace(FOUR[0], enemies=("c-1", "c-2", "c-3")), *FOUR[1:], blueprint={"count-alarms": 3})
    used = {"c-1": 9, "c-2": 9, "c-3": 9}
    assert {entry.item_id for entry in draw(foes, seed=1, met=Met(used=used)).items} == {"c-1", "c-2", "c-3"}


def test_a_bank_of_enemies_only_says_that_they_leave_too_few():
    with pytest.raises(EnemiesLeaveTooFew, match=r"base-rates/bank\.toml: enemies leave too few items for a paper"):
        draw(bank(replace(FOUR[0], enemies=("c-1",)), FOUR[1], blueprint={"count-alarms": 2}), seed=1)


def test_the_least_used_items_come_first_and_those_of_the_last_attempt_last():
    met = Met(last=frozenset({"c-0"}), before=frozenset({"c-0", "c-1"}), used={"c-2": 5})
    three = bank(*FOUR, blueprint={"count-alarms": 1})
    two = bank(*FOUR, blueprint={"count-alarms": 3})
    assert [entry.item_id for entry in draw(three, seed=3, met=met).items] == ["c-3"]
    assert {entry.item_id for entry in draw(two, seed=3, met=met).items} == {"c-1", "c-2", "c-3"}


def rated(number, rating, **parts):
    return replace(item(f"c-{number}", **parts), rating=Fraction(rating))


def test_a_critical_item_that_is_missed_fails_the_attempt_whatever_the_total():
    ten = bank(*(item(f"c-{n}", critical=n == 0) for n in range(10)), blueprint={"count-alarms": 10})
    paper = draw(ten, seed=1)
    all_but = {f"c-{n}": marks("b") for n in range(1, 10)}
    missed = mark(paper, ten, all_but)
    assert (missed.share >= missed.cut_score, missed.critical_missed, missed.passed) == (True, ("c-0",), False)
    assert mark(paper, ten, {f"c-{n}": marks("b") for n in range(9)}).passed


@pytest.mark.parametrize(("least", "asked"), [("1/2", Fraction(7, 10)), ("3/4", Fraction(3, 4))])
def test_with_ratings_a_paper_asks_for_what_its_own_items_are_rated_and_never_less_than_the_plan(least, asked):
    rated_bank = bank(
        rated(1, "4/5", points=2), rated(2, "1/2"), blueprint={"count-alarms": 2}, cut_score=Fraction(least)
    )
    plan = replace(rated_bank.plan, standard=type(rated_bank.plan.standard).ANGOFF)
    assert cut_score(draw(rated_bank, seed=1), replace(rated_bank, plan=plan)) == asked  # (2 x 4/5 + 1/2) / 3


def test_an_item_knows_its_kind():
    found = Item("n", "count-alarms", CognitiveLevel.APPLY, NUMBER, 1, ("crowd",), date(2026, 11, 22), None, texts={})
    assert found.kind is ItemKind.NUMERIC
