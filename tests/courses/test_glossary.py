import pytest

from courses.catalogue import load_glossary
from courses.errors import ContentError
from courses.glossary import Entry, Glossary, Term, glossary_from
from tests.courses.factories import FALSE_POSITIVE, GLOSSARY, content


def test_the_glossary_file_is_read_by_term_and_language(tmp_path):
    glossary = load_glossary(content(tmp_path))
    term = glossary.get("false-positive")
    assert term is not None
    assert term.entry_in("en") == ("en", Entry("false positive", "An alarm for somebody who is not sought."))


def test_a_term_that_is_not_translated_is_given_in_its_first_language():
    assert FALSE_POSITIVE.entry_in("fr")[1].term == "faux positif"
    assert FALSE_POSITIVE.entry_in("el") == ("en", Entry("false positive", "A wrong alarm."))


def test_an_unknown_term_is_none():
    assert GLOSSARY.get("precision") is None


def test_terms_stand_in_alphabetical_order_whatever_their_accents_and_capitals():
    words = ["zone", "Écart", "erreur", "AI system", "etat"]
    glossary = Glossary(tuple(Term(f"t-{n}", {"fr": Entry(word, "x")}) for n, word in enumerate(words)))
    ordered = [term.entry_in("fr")[1].term for term in glossary.terms_in("fr")]
    assert ordered == ["AI system", "Écart", "erreur", "etat", "zone"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"recall": {}}, "glossary.toml: 'recall' is in no language"),
        ({"recall": {"en": {"term": "recall"}}}, "glossary.toml: 'recall' in 'en' lacks 'text'"),
        ({"recall": {"en": "share"}}, "glossary.toml: 'recall' has a 'en' that is not a table of fields"),
        ({"Re call": {"en": {"term": "r", "text": "t"}}}, "glossary.toml: has the term 'Re call'"),
    ],
)
def test_a_faulty_term_is_told_with_the_reason(table, message):
    with pytest.raises(ContentError) as refused:
        glossary_from(table, file="glossary.toml")
    assert str(refused.value).startswith(message)
