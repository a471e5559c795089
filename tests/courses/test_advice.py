"""What an author is asked to look at, and never kept from publishing by."""

from dataclasses import replace

import pytest

from courses.advice import Look, module_advice
from courses.check import module_faults
from courses.glossary import Entry, Glossary, Term
from courses.translations import digest_of, lesson_text
from tests.courses import factories
from tests.courses.factories import FALSE_POSITIVE, GLOSSARY, source

HARD = "Notwithstanding organisational considerations, authorities systematically reconsider proportionality."
OWN = Term("hit-list", {"en": Entry("hit list", "The people a tool names.")})


def lesson(**parts):
    return factories.lesson(**{"minutes": 2} | parts)


def module(**parts):
    return factories.module(**{"lessons": {"en": (lesson(),)}} | parts)


def bilingual_module():
    whole = factories.bilingual_module()
    return replace(whole, lessons={lang: (replace(one, minutes=2),) for lang, (one,) in whole.lessons.items()})


def looks(checked, *others, cited=()):
    found = module_advice(checked, catalogue=others, glossary=GLOSSARY, cited_by_items=cited)
    return [(one.look, one.file, dict(one.values)) for one in found]


def with_lesson(**parts):
    return module(lessons={"en": (lesson(**parts),)})


def words(count):
    return "One cat sat. " * (count // 3)


def test_a_module_as_it_should_be_needs_no_look():
    assert looks(module()) == []


def test_a_lesson_that_is_hard_to_read_is_told_with_its_figure_and_the_threshold():
    [(look, file, values)] = looks(with_lesson(body=f"{HARD} " * 6))
    assert (look, file) == (Look.HARD_TO_READ, "base-rates/en/01-ten-thousand-faces.md")
    assert values["lix"] > values["most"] == 45


def test_the_index_of_a_few_words_says_nothing():
    assert looks(with_lesson(body=HARD)) == []


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(2, [Look.TOO_FEW_MINUTES]), (3, []), (14, []), (15, [Look.TOO_MANY_MINUTES])],
    ids=["less-than-reading", "reading-alone", "thrice-and-five", "more-than-that"],
)
def test_stated_minutes_are_held_against_the_minutes_to_read(minutes, expected):
    assert [look for look, _file, _values in looks(with_lesson(body=words(600), minutes=minutes))] == expected


def translated(**parts):
    whole = bilingual_module()
    return replace(whole, lessons={**whole.lessons, "fr": (replace(whole.lessons["fr"][0], **parts),)})


def test_a_translation_that_says_which_text_it_translates_is_in_order_until_that_text_changes():
    original = bilingual_module().lessons["en"][0]
    current = translated(translates=digest_of({"title": original.title, "body": original.body}))
    assert looks(current) == []
    names = {"language": "fr", "source": "en"}
    unknown = {**names, "read": current.lessons["fr"][0].translates}
    later = replace(current, lessons={**current.lessons, "en": (replace(original, body="Other [@crowd]."),)})
    changed = {**names, "read": digest_of({"title": original.title, "body": "Other [@crowd]."})}
    assert looks(later) == [(Look.OLDER_THAN_SOURCE, "base-rates/fr/01-ten-thousand-faces.md", changed)]
    assert looks(translated()) == [(Look.ORIGIN_UNKNOWN, "base-rates/fr/01-ten-thousand-faces.md", unknown)]


def test_what_is_not_translated_makes_no_translation_older():
    said = {"title": "Faces", "body": "Text."}
    assert lesson_text({**said, "minutes": 7, "sources": ["crowd"]}) == said
    assert digest_of(said) == digest_of({**said, "translates": "0" * 16, "unit": ""})
    assert digest_of(said) != digest_of({**said, "title": "F"})
    assert digest_of(lesson_text(None)) == digest_of({"title": "", "body": None}) == ""


def test_a_link_from_another_module_to_a_lesson_that_is_gone_is_told():
    other = module(slug="errors", lessons={"en": (lesson(body="[a](lesson:base-rates/07-gone) [@crowd]"),)})
    here = module(lessons={"en": (lesson(body="[a](lesson:errors/01-ten-thousand-faces) [@crowd]"),)})
    told = {"module": "errors", "lesson": "01-ten-thousand-faces", "target": "07-gone"}
    assert looks(here, other, here) == [(Look.LEADS_HERE, "base-rates/module.toml", told)]


def test_a_source_that_neither_a_lesson_nor_an_item_names_is_told():
    checked = module(sources=(source(), source("spare")))
    assert looks(checked) == [(Look.SOURCE_UNUSED, "base-rates/module.toml", {"source": "spare"})]
    assert looks(checked, cited=["spare"]) == []


def test_a_term_of_its_own_that_is_shared_or_never_used_is_told():
    checked = replace(with_lesson(body="A [[hit-list|list]] [@crowd]."), glossary=Glossary((FALSE_POSITIVE, OWN)))
    file = "base-rates/glossary.toml"
    assert looks(checked) == [
        (Look.TERM_SHARED, file, {"term": "false-positive"}),
        (Look.TERM_UNUSED, file, {"term": "false-positive"}),
    ]


def test_a_term_of_its_own_is_known_to_its_lessons_only():
    checked = with_lesson(body="A [[hit-list]] [@crowd].")
    assert [fault.problem for fault in module_faults(checked, catalogue=[], glossary=GLOSSARY)] == [
        "uses the term 'hit-list', which is not in the glossary"
    ]
    assert module_faults(replace(checked, glossary=Glossary((OWN,))), catalogue=[], glossary=GLOSSARY) == []
