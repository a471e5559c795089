import hashlib
import json
from datetime import date

import pytest

from courses.errors import ContentError
from courses.module import Module, revision_digest
from tests.courses.factories import bilingual_module, lesson, module, source


@pytest.mark.parametrize("original", [module(), bilingual_module()], ids=["one-language", "two-languages"])
def test_a_module_comes_back_from_its_json_unchanged(original):
    stored = json.dumps(original.to_json())
    assert Module.from_json(json.loads(stored)) == original


def test_a_body_keeps_the_space_around_it_so_that_its_digest_stays():
    original = module(lessons={"en": (lesson(body="\n  Text.\n\n"),)})
    assert Module.from_json(original.to_json()) == original


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slug": None}, "module.json: lacks 'slug'"),
        ({"slug": "Base Rates"}, "has the slug 'Base Rates'; use small letters, digits and single hyphens"),
        ({"law_as_of": "2026-02-30"}, "has a 'law_as_of' that is not a date such as 2026-11-22"),
        ({"kind": "course"}, "has a 'kind' that is not one of module, delta"),
        ({"languages": []}, "names no language"),
        ({"languages": ["en", "../fr"]}, "has the language '../fr', which is not a tag such as 'en'"),
        ({"languages": ["en", "fr"]}, "lacks 'title' in 'fr'"),
        ({"prerequisites": "none"}, "has a 'prerequisites' that is not a list of texts"),
        ({"prerequisites": ["a", "a"]}, "names 'a' twice in 'prerequisites'"),
        ({"objectives": [{"id": "x"}]}, "objective 'x' lacks 'text' in 'en'"),
        ({"sources": [{"standing": "law", "text": "t"}]}, "source 1 lacks 'id'"),
        ({"sources": [7]}, "source 1 is not a table of fields"),
        ({"author": "me"}, "has an unknown field 'author'"),
    ],
)
def test_json_that_is_no_module_is_refused_with_the_reason(change, message):
    with pytest.raises(ContentError) as refused:
        Module.from_json(module().to_json() | change)
    assert message in str(refused.value)


@pytest.mark.parametrize("data", [None, [], "module", {}])
def test_json_of_another_form_is_refused(data):
    with pytest.raises(ContentError):
        Module.from_json(data)


def test_a_reader_is_given_a_complete_language():
    used, lessons = bilingual_module().lessons_in("fr")
    assert (used, lessons[0].title, bilingual_module().title_in("fr")) == ("fr", "Dix mille visages", "Taux de base")
    assert bilingual_module().objective_in("fr", "count-alarms") == "compter les fausses alertes"


def test_a_reader_of_another_language_is_given_the_source_language_and_told_so():
    used, lessons = bilingual_module().lessons_in("el")
    assert (used, lessons[0].title, bilingual_module().title_in("el")) == ("en", "Ten thousand faces", "Base rates")
    assert bilingual_module().summary_in("el") == "Rare targets."


def test_a_lesson_is_found_by_its_slug_in_every_language():
    assert bilingual_module().lesson_in("fr", "01-ten-thousand-faces")[1].title == "Dix mille visages"
    assert bilingual_module().lesson_in("fr", "02-none") is None


def test_a_lessons_sources_stand_in_the_order_it_names_them():
    both = module(sources=(source("a"), source("b")))
    assert both.sources_of(lesson(sources=("b", "a"))) == (source("b"), source("a"))


def test_minutes_are_those_of_all_lessons_once_and_not_once_per_language():
    long = module(lessons={"en": (lesson(minutes=9), lesson(slug="02-next", minutes=7))})
    assert long.minutes == 16
    assert bilingual_module().minutes == 9


def test_a_digest_is_the_sha256_of_canonical_json_worked_by_hand():
    canonical = '{"bank":null,"module":{"a":1,"title":"Läsbarhet"}}'
    expected = hashlib.sha256(canonical.encode("utf-8")).hexdigest()
    assert revision_digest({"title": "Läsbarhet", "a": 1}, None) == expected


def test_a_digest_does_not_depend_on_the_order_of_fields():
    data = module().to_json()
    reversed_fields = dict(reversed(data.items()))
    assert revision_digest(data, {"x": 1, "y": 2}) == revision_digest(reversed_fields, {"y": 2, "x": 1})


@pytest.mark.parametrize(
    "other",
    [
        module(title={"en": "Base rate"}),
        module(law_as_of=date(2026, 11, 23)),
        module(lessons={"en": (lesson(body="## The crowd\n\nMost alarms are false [@crowd]. "),)}),
    ],
    ids=["a-letter-of-the-title", "a-day", "a-space-in-a-body"],
)
def test_a_digest_changes_with_any_letter_of_the_module(other):
    assert revision_digest(other.to_json(), None) != revision_digest(module().to_json(), None)


def test_a_digest_changes_with_the_bank():
    data = module().to_json()
    assert len({revision_digest(data, None), revision_digest(data, {}), revision_digest(data, {"items": []})}) == 3
