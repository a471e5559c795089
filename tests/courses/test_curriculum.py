"""What every module of the curriculum keeps, whoever wrote it: whole, sourced, readable, and fair as an exam.

Modules that teach one update of a tool (delta modules) are shorter.  `sums/` works every number that a module prints.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import pytest

from courses.catalogue import STARTER_CONTENT, load_catalogue, load_glossary
from courses.module import Lesson, Module, ModuleKind
from quizzes.bank import Bank
from quizzes.catalogue import STARTER_CONTENT as BANKS
from quizzes.catalogue import load_banks
from quizzes.interaction_fields import ItemKind
from quizzes.interactions import Case, Choice
from quizzes.item import CognitiveLevel, Item
from quizzes.item_text import ItemText
from quizzes.paper import Met, draw
from tests.courses.prose import BOX_STANDINGS, LAB, boxes, lix, plain, words

ALL_MODULES = {module.slug: module for module in load_catalogue(STARTER_CONTENT)}
ALL_BANKS = load_banks(BANKS)
GLOSSARY = load_glossary(STARTER_CONTENT)
WHOLE_PAPER = 20
SHORT_PAPER = 10
CURRICULUM = list(ALL_BANKS)
FULL = [slug for slug in CURRICULUM if ALL_MODULES[slug].kind is ModuleKind.MODULE]
LESSONS = [
    pytest.param(ALL_MODULES[slug], lesson, id=f"{slug}/{lesson.slug}")
    for slug in CURRICULUM
    for lesson in ALL_MODULES[slug].lessons["en"]
]
ITEMS = [pytest.param(slug, item, id=item.id) for slug in CURRICULUM for item in ALL_BANKS[slug].items]
NOT_BINDING_YET = re.compile(r"\[@aia-(13|14|26|27)[\w-]*\]")


def prose(lesson: Lesson) -> str:
    """Return the running text of *lesson*, without the blocks of its labs."""
    return plain(LAB.sub("", lesson.body))


def questions(item: Item, text: ItemText) -> Iterator[tuple[object, ItemText]]:
    """Yield each interaction of *item* with its text: of a case its parts."""
    if isinstance(item.interaction, Case):
        for part in item.interaction.parts:
            yield part.interaction, text.parts[part.id]
    else:
        yield item.interaction, text


def choices(bank: Bank, language: str = "en") -> Iterator[tuple[Choice, ItemText]]:
    for item in bank.items:
        for interaction, text in questions(item, item.texts[language]):
            if isinstance(interaction, Choice):
                yield interaction, text


# Modules and lessons


@pytest.mark.parametrize("slug", FULL)
def test_a_module_has_five_to_eight_lessons_each_on_an_objective_of_its_own(slug):
    module = ALL_MODULES[slug]
    assert 5 <= len(module.lessons["en"]) <= 8
    assert [lesson.objective for lesson in module.lessons["en"]] == [objective.id for objective in module.objectives]


@pytest.mark.parametrize("slug", FULL)
def test_a_module_has_a_table_or_a_lab_and_a_drawing(slug):
    module = ALL_MODULES[slug]
    text = "\n".join(lesson.body for lesson in module.lessons["en"])
    assert re.search(r"^\||^```", text, re.MULTILINE)
    assert module.figures


@pytest.mark.parametrize("slug", CURRICULUM)
def test_every_source_and_drawing_of_a_module_is_used(slug):
    module, bank = ALL_MODULES[slug], ALL_BANKS[slug]
    used = {source for lesson in module.lessons["en"] for source in lesson.sources}
    used |= {source for item in bank.items for source in item.sources}
    assert {source.id for source in module.sources} == used
    assert all(source.text.strip() for source in module.sources)


@pytest.mark.parametrize(("module", "lesson"), LESSONS)
def test_a_lesson_is_short_plain_and_dated(module: Module, lesson):
    text = prose(lesson)
    assert (
        (400 if module.kind is ModuleKind.MODULE else 300)
        <= len(words(text))
        <= (950 if module.kind is ModuleKind.MODULE else 900)
    )
    assert lix(text) < 45
    assert lesson.law_as_of == module.law_as_of


@pytest.mark.parametrize(("module", "lesson"), LESSONS)
def test_a_lesson_says_honestly_how_long_it_takes(module: Module, lesson):
    """200 words a minute, one minute for each table and for the check, and two for each lab."""
    tables = len(re.findall(r"^\s*\|(?: ?:?-+:? ?\|)+\s*$", lesson.body, re.MULTILINE))
    labs = len(LAB.findall(lesson.body))
    assert lesson.minutes == math.ceil(len(words(prose(lesson))) / 200) + tables + 1 + 2 * labs


@pytest.mark.parametrize(("module", "lesson"), LESSONS)
def test_a_lesson_cites_just_what_it_lists(module: Module, lesson):
    assert set(re.findall(r"\[@([\w-]+)\]", lesson.body)) == set(lesson.sources)


@pytest.mark.parametrize(("module", "lesson"), LESSONS)
def test_law_recommendation_and_practice_stand_in_boxes_of_their_own(module: Module, lesson):
    standing = {source.id: source.standing.value for source in module.sources}
    found = list(boxes(lesson.body))
    kinds = Counter(kind for kind, _, _ in found)
    assert kinds["check"] == kinds["takeaway"] == 1
    assert found[-1][0] == "takeaway"
    assert kinds["law"] >= 1
    assert kinds["practice"] + kinds["recommended"] >= 1
    for kind, title, text in found:
        cited = {standing[source] for source in re.findall(r"\[@([\w-]+)\]", text)}
        if kind in BOX_STANDINGS:
            assert cited <= BOX_STANDINGS[kind], (kind, title)
        if kind in {"law", "recommended"}:
            assert cited, (kind, title)


@pytest.mark.parametrize(("module", "lesson"), LESSONS)
def test_an_article_that_does_not_bind_yet_stands_with_its_date(module: Module, lesson):
    for paragraph in re.split(r"\n\s*\n", lesson.body):
        if NOT_BINDING_YET.search(paragraph):
            assert "2 December 2027" in paragraph


@pytest.mark.parametrize(("module", "lesson"), LESSONS)
def test_invented_figures_are_called_illustrative(module: Module, lesson):
    if "[@illustrative" in lesson.body:
        assert re.search(r"illustrative|invented", prose(lesson), re.IGNORECASE)


@pytest.mark.parametrize(("module", "lesson"), LESSONS)
def test_the_terms_of_a_lesson_are_in_the_glossary(module: Module, lesson):
    terms = set(re.findall(r"\[\[([\w-]+)(?:\|[^\]]+)?\]\]", LAB.sub("", lesson.body)))
    assert [term for term in terms if GLOSSARY.get(term) is None] == []


@pytest.mark.parametrize(("module", "lesson"), LESSONS)
def test_a_table_follows_a_sentence_and_holds_no_glossary_bar(module: Module, lesson):
    lines = lesson.body.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("|"):
            assert not re.search(r"\[\[[^\]]*\|", line)
            if not lines[number - 1].startswith("|"):
                assert lines[number - 1] == ""
                assert re.search(r"[.:?)\]]$", lines[number - 2]), lines[number - 2]


def test_every_glossary_term_has_a_name_and_a_short_plain_text():
    for term in GLOSSARY.terms:
        for text in term.entries.values():
            assert text.text.endswith("."), term.id
            assert len(words(text.text)) <= 40, term.id


def test_the_readability_index_of_a_known_text():
    # 10 words in 2 sentences, 2 words of more than six letters: 5 + 20
    assert lix("The officer stops here. He reads the warning and waits.") == 25


# Banks


@pytest.mark.parametrize("slug", CURRICULUM)
def test_a_paper_asks_every_objective_at_two_levels_and_the_bank_holds_it_three_times(slug):
    module, bank = ALL_MODULES[slug], ALL_BANKS[slug]
    plan, examined = bank.plan, bank.examined().items
    assert plan.length == (WHOLE_PAPER if module.kind is ModuleKind.MODULE else SHORT_PAPER)
    assert len(examined) >= 3 * plan.length
    if module.kind is ModuleKind.MODULE:
        for objective in module.objectives:
            levels = {cell.level for cell in plan.blueprint if cell.objective == objective.id}
            assert CognitiveLevel.RECALL in levels, objective.id
            assert len(levels) >= 2, objective.id


@pytest.mark.parametrize("slug", FULL)
def test_a_bank_asks_in_several_ways(slug):
    kinds = Counter(item.kind for item in ALL_BANKS[slug].items)
    assert kinds[ItemKind.CASE] >= 8
    assert kinds[ItemKind.MULTIPLE_RESPONSE] >= 3
    assert kinds[ItemKind.REASONED_VERDICT] >= 2
    assert kinds[ItemKind.MATCHING] >= 2
    assert kinds[ItemKind.ORDERING] >= 2


@pytest.mark.parametrize("slug", CURRICULUM)
def test_few_items_fail_an_attempt_by_themselves(slug):
    """Of officers who are right nine times in ten, two critical items let 81 in 100 through and five 59."""
    assert sum(item.critical for item in ALL_BANKS[slug].items) <= 3


def test_item_ids_and_stems_are_unique_over_all_banks():
    ids = [item.id for bank in ALL_BANKS.values() for item in bank.items]
    stems = [item.texts["en"].stem.casefold() for bank in ALL_BANKS.values() for item in bank.items]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert [stem for stem, count in Counter(stems).items() if count > 1] == []


@pytest.mark.parametrize(
    ("slug", "language"), [(slug, language) for slug in CURRICULUM for language in ALL_BANKS[slug].languages]
)
def test_the_key_is_seldom_the_longest_option(slug, language):
    asked = list(choices(ALL_BANKS[slug], language))
    longest = sum(
        any(len(text.options[key]) == max(map(len, text.options.values())) for key in choice.key)
        for choice, text in asked
    )
    assert longest / len(asked) <= 0.35


@pytest.mark.parametrize("slug", CURRICULUM)
def test_the_key_stands_in_every_place_about_as_often_as_chance_puts_it_there(slug):
    seen: Counter[int] = Counter()
    expected: Counter[int] = Counter()
    for choice, _text in choices(ALL_BANKS[slug]):
        if not choice.several:
            seen.update([choice.options.index(next(iter(choice.key)))])
            expected.update({place: Fraction(1, len(choice.options)) for place in range(len(choice.options))})
    for place, count in expected.items():
        assert abs(seen[place] - count) <= max(2, count / 4), (place, seen)


@pytest.mark.parametrize(("slug", "item"), ITEMS)
def test_an_item_asks_one_thing_without_tricks(slug, item: Item):
    for interaction, text in questions(item, item.texts["en"]):
        options = [text.options[option] for option in getattr(interaction, "options", ()) if option in text.options]
        assert len(words(text.stem)) <= 50
        assert not re.search(r"\b(not|except|never)\b[^.?]*\?", text.stem), "negative stems set NOT in capitals"
        assert not re.search(r"\b(question|item|table|lesson|figure) (above|below|\d)", text.stem), "stands by itself"
        assert not any(
            re.search(r"\b(all|none|both|neither) of (the above|these)\b", one, re.IGNORECASE) for one in options
        )
        if isinstance(interaction, Choice):
            lengths = [len(one) for one in options]
            assert 3 <= len(lengths) <= (4 if not interaction.several else 6)
            assert max(lengths) <= 1.5 * min(lengths) or max(lengths) <= 20, options
            assert ("Choose " in text.stem) == interaction.several
        whys = [why for option, why in text.feedback.items() if option != "right"]  # a sum may just be repeated
        assert all(len(words(why)) >= (4 if isinstance(interaction, Choice) else 3) for why in whys), whys


@pytest.mark.parametrize(("slug", "item"), ITEMS)
def test_an_item_on_what_does_not_bind_yet_says_so_and_is_due_for_review(slug, item: Item):
    if any(re.fullmatch(r"aia-(4|13|14|26|27|111)[\w-]*", source) for source in item.sources):
        assert item.review_by is not None
    if any(re.fullmatch(r"aia-(13|14|26|27)[\w-]*", source) for source in item.sources):
        assert "2 December 2027" in str(item.texts["en"].to_json())


@pytest.mark.parametrize("slug", CURRICULUM)
def test_a_thousand_papers_are_drawn_and_every_item_has_its_turn(slug):
    """Each draw is told how often every item was used, as the service tells it."""
    bank = ALL_BANKS[slug].examined()
    used: Counter[str] = Counter()
    last: frozenset[str] = frozenset()
    for seed in range(1000):
        paper = draw(bank, seed=seed, met=Met(last=last, before=last, used=used))
        last = frozenset(item.item_id for item in paper.items)
        assert len(last) == bank.plan.length
        used.update(last)
    by_cell = [[used[item.id] for item in bank.items if cell.holds(item)] for cell in bank.plan.blueprint]
    for counts in by_cell:
        assert min(counts) > 0
