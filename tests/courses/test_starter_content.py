"""The starter content is whole, fair as an exam, sourced, readable, and its sums are right.

Reads the TOML and Markdown files themselves, so that a fault in a loader cannot hide one in the text.
"""

import math
import re
import tomllib
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COURSES = ROOT / "courses" / "content"
QUIZZES = ROOT / "quizzes" / "content"
MODULES = ("ai-limits", "sightline-3-2", "sightline-3-3")
DELTAS = ("sightline-3-2", "sightline-3-3")
LEVELS = {"recall", "apply", "judge"}
STANDINGS = {"law", "case", "recommendation", "guidance", "research", "practice", "illustrative"}
BOXES = {"law", "recommended", "practice", "national", "case", "takeaway", "check"}
BOX_STANDINGS = {
    "law": {"law", "case", "guidance"},
    "recommended": {"recommendation", "guidance"},
    "practice": {"practice", "case", "research"},
}
"""What a marked box may cite, so that law, recommendation and good practice stay apart."""


def toml(path):
    return tomllib.loads(path.read_text("utf-8"))


def lesson_paths(module):
    return sorted((COURSES / module / "en").glob("*.md"))


LAB = re.compile(r"^```[a-z-]+\n.*?^```\n", re.MULTILINE | re.DOTALL)
"""The block of a lab, which is no prose."""


def whole(path):
    """Return front matter (as strings) and body of a lesson, as it is written."""
    _, front, body = path.read_text("utf-8").split("---\n", 2)
    return dict(line.split(": ", 1) for line in front.strip().splitlines()), body


def split(path):
    """Return front matter (as strings) and body of a lesson, without the blocks of its labs."""
    front, body = whole(path)
    return front, LAB.sub("", body)


def listed(value):
    return [part.strip() for part in value.split(",")]


def sources(module):
    return {source["id"]: source for source in toml(COURSES / module / "module.toml")["sources"]}


def bank(module):
    return toml(QUIZZES / module / "bank.toml")


def texts(module):
    return toml(QUIZZES / module / "en.toml")


def boxes(body):
    """Yield (kind, title, text) for each marked box."""
    for match in re.finditer(r'^!!! (\S+) "([^"]*)"\n((?:(?: {4}.*)?\n)+)', body + "\n", re.MULTILINE):
        yield match[1], match[2], match[3]


def without_tables(body):
    return "\n".join(line for line in body.splitlines() if not line.lstrip().startswith("|"))


def plain(body):
    """Return the running text: no tables, headings, box titles, citations or markup; one block a line."""
    text = without_tables(body)
    text = re.sub(r"^#+ .*$|^!!! .*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\s*\[@[\w-]+\]", "", text)
    text = re.sub(r"\*\*(?:Question|Answer)\.\*\*", "", text)
    text = re.sub(r"\[\[([\w-]+)\|([^\]]+)\]\]", r"\2", text)
    text = re.sub(r"\[\[([\w-]+)\]\]", lambda m: m[1].replace("-", " "), text)
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    text = re.sub(r"^\s*(?:[-*>]|\d+\.)\s+", "\n\n", text, flags=re.MULTILINE)
    text = re.sub(r"[*_`]", "", text)
    return "\n".join(" ".join(block.split()) for block in re.split(r"\n\s*\n", text) if block.strip())


def words(text):
    """Words hold at least one letter; figures and signs are not counted."""
    return [word for word in re.findall(r"[^\s/]+", text) if any(char.isalpha() for char in word)]


def lix(text):
    """Return words per sentence plus the percentage of words of more than six letters (Björnsson, 1968)."""
    all_words = words(text)
    long_words = [word for word in all_words if sum(char.isalpha() for char in word) > 6]
    sentences = sum(max(1, len(re.findall(r"[.!?]+(?=[\"')]*(?:\s|$))", block))) for block in text.splitlines())
    return len(all_words) / sentences + 100 * len(long_words) / len(all_words)


LESSONS = [
    pytest.param(module, path, id=f"{module}/{path.stem}") for module in MODULES for path in lesson_paths(module)
]
ITEMS = [pytest.param(module, item, id=item["id"]) for module in MODULES for item in bank(module)["items"]]


# Modules and lessons


def test_the_starter_set_has_seven_lessons_on_ai_and_short_delta_modules():
    assert {module: len(lesson_paths(module)) for module in MODULES} == {
        "ai-limits": 7,
        "sightline-3-2": 2,
        "sightline-3-3": 2,
    }
    assert {module: toml(COURSES / module / "module.toml")["kind"] for module in MODULES} == {
        "ai-limits": "module",
        "sightline-3-2": "delta",
        "sightline-3-3": "delta",
    }


@pytest.mark.parametrize("module", MODULES)
def test_a_module_file_names_itself_its_law_date_and_the_standing_of_each_source(module):
    data = toml(COURSES / module / "module.toml")
    assert data["slug"] == module
    assert data["law_as_of"] == date(2026, 11, 22)
    assert data["title"]["en"]
    assert data["summary"]["en"]
    ids = [source["id"] for source in data["sources"]]
    assert len(ids) == len(set(ids))
    assert {source["standing"] for source in data["sources"]} <= STANDINGS
    assert all(source["text"] for source in data["sources"])


@pytest.mark.parametrize("module", MODULES)
def test_each_objective_has_one_lesson_and_a_place_on_the_paper(module):
    objectives = [objective["id"] for objective in toml(COURSES / module / "module.toml")["objectives"]]
    taught = [split(path)[0]["objective"] for path in lesson_paths(module)]
    examined = [cell["objective"] for cell in bank(module)["paper"]["blueprint"]]
    assert objectives == taught == examined


@pytest.mark.parametrize("module", MODULES)
def test_every_source_of_a_module_is_used_by_a_lesson_or_an_item(module):
    used = {source for path in lesson_paths(module) for source in listed(split(path)[0]["sources"])}
    used |= {source for item in bank(module)["items"] for source in item["sources"]}
    assert set(sources(module)) - used == set()


@pytest.mark.parametrize(("module", "path"), LESSONS)
def test_a_lesson_cites_what_it_lists_and_lists_what_the_module_knows(module, path):
    front, body = split(path)
    cited = set(re.findall(r"\[@([\w-]+)\]", body))
    assert cited == set(listed(front["sources"]))
    assert cited <= set(sources(module))
    assert front["law_as_of"] == "2026-11-22"
    assert front["title"]


@pytest.mark.parametrize(("module", "path"), LESSONS)
def test_every_term_and_lesson_link_resolves(module, path):
    body = split(path)[1]
    glossary = toml(COURSES / "glossary.toml")
    assert set(re.findall(r"\[\[([\w-]+)(?:\|[^\]]+)?\]\]", body)) - set(glossary) == set()
    for target in re.findall(r"\]\(lesson:([^)]+)\)", body):
        other, slug = target.split("/")
        assert (COURSES / other / "en" / f"{slug}.md").is_file(), target
    assert re.findall(r"\]\((?!lesson:)[^)]*\)", body) == []


def test_every_glossary_term_has_a_name_and_a_short_plain_text():
    for term, entry in toml(COURSES / "glossary.toml").items():
        assert re.fullmatch(r"[a-z][a-z-]*", term)
        assert entry["en"]["term"]
        assert entry["en"]["text"].endswith("."), term
        assert len(words(entry["en"]["text"])) <= 40, term


@pytest.mark.parametrize(("module", "path"), LESSONS)
def test_a_lesson_is_short_and_plain(module, path):
    text = plain(split(path)[1])
    assert 300 <= len(words(text)) <= (950 if module == "ai-limits" else 600)
    assert lix(text) < 45


@pytest.mark.parametrize(("module", "path"), LESSONS)
def test_the_minutes_of_a_lesson_are_200_words_each_one_for_each_table_and_the_check_and_two_for_each_lab(module, path):
    front, body = split(path)
    labs = len(LAB.findall(whole(path)[1]))
    tables = len(re.findall(r"^\s*\|(?: ?:?-+:? ?\|)+\s*$", body, re.MULTILINE))
    assert int(front["minutes"]) == math.ceil(len(words(plain(body))) / 200) + tables + 1 + 2 * labs


@pytest.mark.parametrize(("module", "path"), LESSONS)
def test_the_marked_boxes_keep_law_recommendation_and_practice_apart(module, path):
    found = list(boxes(split(path)[1]))
    known = sources(module)
    assert len(found) == len(re.findall(r"^\s*!!! ", split(path)[1], re.MULTILINE))
    kinds = Counter(kind for kind, _, _ in found)
    assert set(kinds) <= BOXES
    assert kinds["check"] == kinds["takeaway"] == 1
    assert found[-1][0] == "takeaway"
    assert kinds["law"] >= 1
    assert kinds["practice"] + kinds["recommended"] >= 1
    for kind, title, text in found:
        cited = {known[source]["standing"] for source in re.findall(r"\[@([\w-]+)\]", text)}
        if kind in BOX_STANDINGS:
            assert cited <= BOX_STANDINGS[kind], (kind, title)
        if kind in {"law", "recommended"}:
            assert cited, (kind, title)


@pytest.mark.parametrize(("module", "path"), LESSONS)
def test_what_does_not_bind_yet_is_never_told_without_its_date(module, path):
    """AI Act arts 13, 14 and 26 bind Annex III tools from 2 December 2027 (Regulation (EU) 2026/1744)."""
    for paragraph in re.split(r"\n\s*\n", split(path)[1]):
        if re.search(r"\[@aia-(13|14|26)\]", paragraph):
            assert "2 December 2027" in paragraph


@pytest.mark.parametrize(("module", "path"), LESSONS)
def test_a_table_follows_a_sentence_and_holds_no_glossary_bar(module, path):
    lines = split(path)[1].splitlines()
    for number, line in enumerate(lines):
        if line.startswith("|"):
            assert "[[" not in line
            if not lines[number - 1].startswith("|"):
                assert lines[number - 1] == ""
                assert re.search(r"[.:)]$", lines[number - 2]), lines[number - 2]


@pytest.mark.parametrize(("module", "path"), LESSONS)
def test_invented_figures_are_called_so(module, path):
    body = split(path)[1]
    if module in DELTAS:
        assert "Demo tool; invented figures" in body
    elif "[@illustrative" in body:
        assert "illustrative" in plain(body)


@pytest.mark.parametrize("name", ["02-errors", "03-base-rates", "04-thresholds-and-scores"])
def test_the_lessons_with_sums_have_a_table(name):
    assert re.search(r"^\|", split(COURSES / "ai-limits" / "en" / f"{name}.md")[1], re.MULTILINE)


# Banks


@pytest.mark.parametrize("module", MODULES)
def test_a_bank_holds_three_times_what_the_paper_draws_in_every_cell_on_several_levels(module):
    data = bank(module)
    held = Counter(item["objective"] for item in data["items"])
    levels = defaultdict(set)
    for item in data["items"]:
        levels[item["objective"]].add(item["level"])
    drawn = {cell["objective"]: cell["items"] for cell in data["paper"]["blueprint"]}
    assert sum(drawn.values()) == data["paper"]["length"] == (8 if module == "ai-limits" else 4)
    assert set(held) == set(drawn)
    for objective, items in drawn.items():
        assert held[objective] >= 3 * items, objective
        assert levels[objective] == LEVELS, objective
    assert 0 < Fraction(data["paper"]["cut_score"]) <= 1
    assert data["paper"]["standard"] == "provisional"


def test_the_first_bank_has_28_items_and_three_with_several_right_answers():
    items = bank("ai-limits")["items"]
    assert len(items) >= 28
    assert sum(item["kind"] == "multiple-response" for item in items) >= 3
    assert sum(item["kind"] == "single-choice" for item in items) > len(items) / 2
    assert {c["objective"]: c["items"] for c in bank("ai-limits")["paper"]["blueprint"]}["base-rates"] == 2


def test_item_ids_and_stems_are_unique_over_all_banks():
    ids = [item["id"] for module in MODULES for item in bank(module)["items"]]
    stems = [text["stem"].casefold() for module in MODULES for text in texts(module).values()]
    assert len(ids) == len(set(ids))
    assert len(stems) == len(set(stems)) == len(ids)


@pytest.mark.parametrize(("module", "item"), ITEMS)
def test_an_item_is_whole(module, item):
    text = texts(module)[item["id"]]
    assert item["kind"] == ("single-choice" if len(item["key"]) == 1 else "multiple-response")
    assert item["level"] in LEVELS
    assert item["points"] == 1
    assert item["law_as_of"] == date(2026, 11, 22)
    assert item["sources"]
    assert set(item["sources"]) <= set(sources(module))
    assert 3 <= len(item["options"]) <= 4
    assert item["options"] == list("abcd"[: len(item["options"])])
    assert set(item["key"]) < set(item["options"])
    assert list(text["options"]) == list(text["feedback"]) == item["options"]
    assert len(set(text["options"].values())) == len(item["options"])
    for option, feedback in text["feedback"].items():
        assert len(words(feedback)) >= 4, option
        assert feedback.startswith("Yes.") == (option in item["key"]), option


@pytest.mark.parametrize(("module", "item"), ITEMS)
def test_an_item_asks_one_thing_without_tricks(module, item):
    text = texts(module)[item["id"]]
    stem, options = text["stem"], list(text["options"].values())
    assert stem.endswith(("?", "Choose two.", "(Demo tool; invented figures.)"))
    assert ("Choose two." in stem) == (item["kind"] == "multiple-response")
    assert not re.search(r"\b(not|except|never)\b[^.?]*\?", stem), "negative stems set NOT in capitals"
    assert not any(
        re.search(r"\b(all|none|both|neither) of (the above|these)\b", option, re.IGNORECASE) for option in options
    )
    lengths = [len(option) for option in options]
    assert max(lengths) <= 1.5 * min(lengths) or max(lengths) <= 20
    assert len(words(stem)) <= 50
    assert not re.search(r"\b(question|item|table|lesson) (above|below|\d)", stem), "an item stands by itself"


@pytest.mark.parametrize(("module", "item"), [item for item in ITEMS if item.values[0] in DELTAS])
def test_an_item_with_figures_of_the_demo_tool_says_that_they_are_invented(module, item):
    text = texts(module)[item["id"]]
    shown = re.sub(r"\b3\.[123]\b", "", " ".join([text["stem"], *text["options"].values()]))
    if "illustrative-sightline" in item["sources"] or re.search(r"\d\.\d|\d %", shown):
        assert text["stem"].endswith("(Demo tool; invented figures.)")


@pytest.mark.parametrize("module", MODULES)
def test_the_key_is_seldom_the_longest_option(module):
    items = bank(module)["items"]
    longest = 0
    for item in items:
        options = texts(module)[item["id"]]["options"]
        most = max(len(option) for option in options.values())
        longest += any(len(options[key]) == most for key in item["key"])
    assert longest / len(items) <= 0.35


@pytest.mark.parametrize("module", MODULES)
def test_the_key_stands_in_every_place_about_as_often_as_chance_puts_it_there(module):
    seen, expected = Counter(), Counter()
    for item in bank(module)["items"]:
        if item["kind"] == "single-choice":
            seen[item["key"][0]] += 1
            expected.update({option: Fraction(1, len(item["options"])) for option in item["options"]})
    for option, count in expected.items():
        assert abs(seen[option] - count) <= max(2, count / 4), (option, seen)


@pytest.mark.parametrize(("module", "item"), ITEMS)
def test_an_item_on_a_provision_that_was_moved_is_due_for_review(module, item):
    if set(item["sources"]) & {"aia-4", "aia-13", "aia-14", "aia-26", "aia-111"}:
        assert item["review_by"] == date(2027, 6, 1)
        assert "2 December 2027" in texts(module)[item["id"]]["stem"]


# Sums.  Each is worked here, printed as a lesson prints it, and looked for in the lesson.


def percent(share, digits=1):
    return f"{100 * share:.{digits}f} %"


def of(part, whole, digits=0):
    return f"{part:,} of {whole:,} ({percent(part / whole, digits)})"


def commuter(rate, passes=2 * 220):
    return 1 - (1 - rate) ** passes


def crowd_row(one_in, hits=9, innocent=99_990):
    false = innocent / one_in
    return f"| {hits} | {false:.1f} | {percent(hits / (hits + false))} |"


MISREAD_HITS = 20_000 * 0.03 * 0.0005
WORKED = {
    "ai-limits/en/02-errors": [
        f"each of {160 + 80 + 40 + 720:,} cars",
        f"160 / (160 + 40) | {percent(160 / (160 + 40), 0)} |",
        f"80 / (80 + 720) | {percent(80 / (80 + 720), 0)} |",
        f"160 / (160 + 80) | {percent(160 / (160 + 80))} |",
        f"And the {percent((160 + 720) / 1_000, 0)}?",
        f"70 / (70 + 180) = {percent(70 / (70 + 180), 0)}",
        f"So {percent(180 / (70 + 180), 0)} of the stopped drivers",
        f"180 / 900 = {percent(180 / 900, 0)}",
    ],
    "ai-limits/en/03-base-rates": [
        f"about {0.001 * 99_990:.0f} | 0.1 % of 99,990",
        f"about {9 + 0.001 * 99_990:.0f} | 9 + 100",
        f"**{percent(9 / 109)}** | **9 / 109**",
        f"0.1 %) {crowd_row(1_000)}",
        f"| 1 in 6,000 {crowd_row(6_000)}",
        f"0.01 %) {crowd_row(10_000)}",
        f"Eight could be verified as correct: {percent(8 / 42, 0)}",
        f"That is {2 * 220} passes",
        f"false alert in the year is {percent(commuter(1 / 6_000))}",
        f"With 0.1 % it is {percent(commuter(0.001))}",
        f"misreads 3 %, so {20_000 * 0.03:.0f}",
        f"that is {MISREAD_HITS:.1f} false hits a day",
        f"So {percent(MISREAD_HITS / (MISREAD_HITS + 0.97))} of all hits are false",
    ],
    "ai-limits/en/04-thresholds-and-scores": [f"about {249.9 - 2.5:.0f} innocent people"],
    "ai-limits/en/05-when-tools-meet-the-street": [f"it was one in {60_000 // (10_000 // 1_000):,}"],
    "sightline-3-2/en/01-what-changed": [of(n, 1_000, 1) for n in (4, 9, 60, 210)],
    "sightline-3-2/en/02-the-shorter-list": [
        f"460 of them ({percent(460 / 500, 0)})",
        f"missed {500 - 460} ({percent(40 / 500, 0)})",
        of(450, 500),
        f"missed {500 - 450} ({percent(50 / 500, 0)})",
    ],
    "sightline-3-3/en/01-what-changed": [
        f"{of(368, 400)} | {400 - 368} ({percent(32 / 400, 0)})",
        f"{of(272, 400)} | {400 - 272} ({percent(128 / 400, 0)})",
    ],
    "sightline-3-3/en/02-stop-reject-and-record": [f"198 of 200 candidates. That is {percent(198 / 200, 0)}"],
}


@pytest.mark.parametrize(
    ("lesson", "printed"), [(lesson, printed) for lesson, worked in WORKED.items() for printed in worked]
)
def test_a_lesson_prints_the_sum_as_it_comes_out(lesson, printed):
    assert printed in (COURSES / f"{lesson}.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("lesson", "said", "worked"),
    [
        ("ai-limits/en/02-errors", "two in three", Fraction(160, 160 + 80) == Fraction(2, 3)),
        ("ai-limits/en/03-base-rates", "eleven times in twelve", round(12 * 100 / 109) == 11),
        ("ai-limits/en/04-thresholds-and-scores", "seven wanted people", 19 - 12 == 7),
        ("ai-limits/en/05-when-tools-meet-the-street", "about ten times the false", 60_000 / 6_000 == 10),
        ("sightline-3-2/en/01-what-changed", "three and a half times", 210 / 60 == 3.5),
        ("sightline-3-3/en/01-what-changed", "about one person in three", round(400 / 128) == 3),
    ],
)
def test_a_proportion_put_in_words_is_right(lesson, said, worked):
    assert worked
    assert said in (COURSES / f"{lesson}.md").read_text("utf-8")


GIVEN = {
    # a premise of the example, or quoted from the source cited beside it
    "02-errors": {"80 %", "14 %", "6 %"},
    "03-base-rates": {"99.9 %", "90 %", "0.1 %", "0.01 %", "3 %", "0.05 %", "97 %"},
    "04-thresholds-and-scores": {"92 %", "56 %", "14 %"},
    "02-the-shorter-list": {"14 %"},
}


@pytest.mark.parametrize(("module", "path"), LESSONS)
def test_every_percentage_in_a_lesson_is_worked_here_or_given(module, path):
    found = set(re.findall(r"\d+(?:\.\d+)? %", split(path)[1]))
    worked = set(re.findall(r"\d+(?:\.\d+)? %", " ".join(WORKED.get(f"{module}/en/{path.stem}", []))))
    if path.stem == "04-thresholds-and-scores":
        worked |= {percent(19 / (19 + 249.9)), percent(17 / (17 + 24.99)), percent(12 / (12 + 2.499))}
    assert found - worked == GIVEN.get(path.stem, set()) - worked


def test_the_three_settings_of_the_threshold_lesson_follow_from_their_rates():
    body = (COURSES / "ai-limits/en/04-thresholds-and-scores.md").read_text("utf-8")
    wanted, crowd = 20, 50_000
    for name, tpir, fpir in [("low", 0.95, 0.005), ("middle", 0.85, 0.0005), ("high", 0.60, 0.00005)]:
        found, false = tpir * wanted, fpir * (crowd - wanted)
        row = f"| {name} | {found:.0f} | {wanted - found:.0f} | {false:.1f} | {percent(found / (found + false))} |"
        assert row in body


KEYED_SUMS = {
    "al-err-01": "66.7 % (160 of 240)",
    "al-err-02": "10.0 % (80 of 800)",
    "al-base-01": f"About {100 * 9 / 109:.0f} %",
    "al-base-03": f"About {100 * commuter(1 / 6_000):.0f} %",
    "al-base-04": f"About {100 * MISREAD_HITS / (MISREAD_HITS + 0.97):.0f} %",
    "al-base-08": f"About {100 * 9 / (9 + 10):.0f} %",
    "s32-score-04": f"{210 / 60} times as often",
    "s32-list-04": percent((500 - 450) / 500, 0),
    "s33-night-02": percent((400 - 272) / 400, 0),
}


@pytest.mark.parametrize(("item_id", "answer"), KEYED_SUMS.items())
def test_a_sum_that_an_item_asks_for_has_the_right_key(item_id, answer):
    module = {"al": "ai-limits", "s32": "sightline-3-2", "s33": "sightline-3-3"}[item_id.split("-")[0]]
    [item] = [item for item in bank(module)["items"] if item["id"] == item_id]
    [key] = item["key"]
    assert texts(module)[item_id]["options"][key] == answer


@pytest.mark.parametrize(
    ("item_id", "figures"),
    [
        ("al-err-01", {percent(80 / 240), percent(80 / 160)}),
        ("al-err-02", {percent(80 / 240), percent(80 / 1_000), percent(40 / 200)}),
        ("al-base-03", {percent(1 / 6_000, 2)}),
        ("al-base-04", {percent(MISREAD_HITS / 0.97, 0)}),
        ("s33-night-02", {percent(32 / 400, 0), percent(272 / 400, 0), percent(128 / 272, 0)}),
    ],
)
def test_a_distractor_with_a_figure_is_what_the_mistake_in_its_feedback_gives(item_id, figures):
    module = "ai-limits" if item_id.startswith("al") else "sightline-3-3"
    [item] = [item for item in bank(module)["items"] if item["id"] == item_id]
    options = texts(module)[item_id]["options"]
    wrong = [text for option, text in options.items() if option not in item["key"]]
    starts = [text.removeprefix("About ") for text in wrong]
    assert {figure for figure in figures if any(start.startswith(figure) for start in starts)} == figures


def two_share_z(first, second, n):
    """Return z for the difference of two counts out of *n* each, with the pooled share."""
    pooled = (first + second) / (2 * n)
    return (second - first) / n / math.sqrt(pooled * (1 - pooled) * 2 / n)


def test_what_the_delta_lessons_call_chance_may_be_chance_and_what_they_do_not_is_not():
    assert two_share_z(4, 9, 1_000) < 1.96
    assert two_share_z(2, 5, 200) < 1.96
    assert two_share_z(60, 210, 1_000) > 3.29


def test_the_cut_of_a_short_paper_leaves_room_for_one_slip():
    for module in MODULES:
        paper = bank(module)["paper"]
        needed = math.ceil(Fraction(paper["cut_score"]) * paper["length"])
        assert needed == paper["length"] - 1


def test_the_readability_index_of_a_known_text():
    # 10 words in 2 sentences, 2 words of more than six letters: 5 + 20
    assert lix("The officer stops here. He reads the warning and waits.") == 25
