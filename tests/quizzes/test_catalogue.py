import pytest

import courses.catalogue
from courses.errors import ContentError
from courses.module import Objective
from quizzes.catalogue import STARTER_CONTENT, bank_faults, faults, load_bank, load_banks
from tests.courses import factories as lessons
from tests.quizzes.factories import BANK_TOML, ITEM_IDS, ITEM_TOML, TEXT_TOML, bank, content, item


@pytest.fixture
def roots(tmp_path):
    """The folders of a module and of its bank, both fit to publish."""
    return lessons.content(tmp_path / "courses"), content(tmp_path / "quizzes")


def messages(roots):
    return [str(fault) for fault in faults(*roots)]


def bank_of(*item_ids):
    return BANK_TOML + "".join(ITEM_TOML.format(id=name) for name in item_ids)


def test_a_folder_becomes_a_bank(tmp_path):
    found = load_bank(content(tmp_path) / "base-rates")
    assert [entry.id for entry in found.items] == list(ITEM_IDS)
    assert found.items[0].text_in("en")[1].feedback["b"] == "Yes: 0.1 % of 99,990."
    assert load_banks(tmp_path) == {"base-rates": found}


def test_content_that_is_fit_to_publish_has_no_fault(roots):
    assert messages(roots) == []


def test_the_starter_content_is_fit_to_publish():
    assert [str(fault) for fault in faults(courses.catalogue.STARTER_CONTENT, STARTER_CONTENT)] == []


def test_a_module_may_have_no_bank(tmp_path):
    (tmp_path / "quizzes").mkdir()
    assert faults(lessons.content(tmp_path / "courses"), tmp_path / "quizzes") == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('key = ["b"]', "key = []", "base-rates/bank.toml: item 'count-01' has no key"),
        ('key = ["b"]\n', "", "base-rates/bank.toml: item 'count-01' lacks 'key'"),
        ('module = "base-rates"', 'module = "errors"', "base-rates/bank.toml: is the bank of 'errors', but its folder"),
        (
            'cut_score = "4/5"',
            "cut_score = 0.8",
            "base-rates/bank.toml: paper has a 'cut_score' that is not a fraction",
        ),
        ("law_as_of = 2026-11-22", "law_as_of = soon", "base-rates/bank.toml: is not TOML: "),
        ('languages = ["en"]', 'languages = ["en", "fr"]', "base-rates/fr.toml: is missing"),
        ('sources = ["crowd"]', 'sources = ["x"]', "base-rates/bank.toml: item 'count-01' names the source 'x', which"),
    ],
)
def test_a_faulty_bank_is_told_with_its_file_and_the_reason(roots, old, new, fault):
    path = roots[1] / "base-rates/bank.toml"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert any(line.startswith(fault) for line in messages(roots)), messages(roots)


def test_an_option_without_feedback_is_told_with_the_file_of_the_texts(roots):
    path = roots[1] / "base-rates/en.toml"
    path.write_text(path.read_text("utf-8").replace('a = "Count the innocent people."\n', "", 1), "utf-8")
    assert messages(roots) == ["base-rates/en.toml: 'count-01' lacks 'feedback' for option 'a'"]
    with pytest.raises(ContentError, match="lacks 'feedback' for option 'a'"):
        load_bank(roots[1] / "base-rates")


def test_items_without_text_and_texts_without_item_are_faults(tmp_path):
    texts = TEXT_TOML.format(id="count-01") + TEXT_TOML.format(id="count-09")
    roots = (
        lessons.content(tmp_path / "courses"),
        content(tmp_path / "quizzes", bank=bank_of("count-01", "count-02"), texts=texts),
    )
    assert messages(roots) == [
        "base-rates/bank.toml: item 'count-02' has no text in 'en'",
        "base-rates/en.toml: has the item 'count-09', which bank.toml lacks",
    ]


def test_a_bank_of_no_module_is_a_fault(roots):
    content(roots[1] / "x").joinpath("base-rates").rename(roots[1] / "errors")
    (roots[1] / "x").rmdir()
    path = roots[1] / "errors/bank.toml"
    path.write_text(path.read_text("utf-8").replace('"base-rates"', '"errors"'), "utf-8")
    assert messages(roots) == ["errors/bank.toml: belongs to no module"]


def test_a_faulty_module_hides_no_fault_of_its_bank(roots):
    (roots[0] / "base-rates/module.toml").unlink()
    path = roots[1] / "base-rates/bank.toml"
    path.write_text(path.read_text("utf-8").replace("points = 1", "points = 0", 1), "utf-8")
    assert messages(roots) == [
        "base-rates/module.toml: is missing",
        "base-rates/bank.toml: item 'count-01' has the points 0; the least is 1",
    ]


@pytest.mark.parametrize(("items_there", "sound"), [(5, False), (6, True)])
def test_a_bank_holds_three_items_for_each_one_that_a_paper_draws(items_there, sound):
    there = [item(f"count-{number}") for number in range(items_there)]
    found = [str(fault) for fault in bank_faults(bank(*there, blueprint={"count-alarms": 2}), lessons.module())]
    few = "base-rates/bank.toml: blueprint draws 2 of 5 items on 'count-alarms'; 6 are needed"
    assert found == ([] if sound else [few])


def test_a_bank_asks_about_the_objectives_of_its_module_only():
    there = [item(f"count-{number}") for number in range(3)]
    other = lessons.module(objectives=(Objective("sums", {"en": "add up"}),))
    found = {fault.problem for fault in bank_faults(bank(*there, blueprint={"count-alarms": 1}), other)}
    assert "blueprint has the objective 'count-alarms', which its module does not have" in found
    assert "item 'count-2' has the objective 'count-alarms', which its module does not have" in found


def test_a_bank_is_complete_in_every_language_of_its_module():
    there = [item(f"count-{number}") for number in range(3)]
    found = bank_faults(bank(*there, blueprint={"count-alarms": 1}), lessons.bilingual_module())
    assert [fault.problem for fault in found] == ["lacks the language 'fr', in which its module is complete"]


def test_items_on_one_countrys_law_fill_no_place_of_an_exam():
    module = lessons.module(objectives=(Objective("count-alarms", {"en": "count"}),))
    national = [item(f"count-0{number}", country="BE") for number in (3, 4)]
    found = bank_faults(bank(item("count-01"), *national, blueprint={"count-alarms": 1}), module)
    assert "base-rates/bank.toml: blueprint draws 1 of 1 items on 'count-alarms'; 3 are needed" in map(str, found)
