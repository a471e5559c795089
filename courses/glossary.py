"""The glossary: the field's terms with their meaning, in each language that has them."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from courses.errors import ContentError
from courses.fields import SLUG, Fields


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as it is written in one language, and what it means."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of the glossary, in every language it is written in; the first is its source language."""

    id: str
    entries: Mapping[str, Entry]

    def entry_in(self, lang: str) -> tuple[str, Entry]:
        """Return the language really used for a reader of *lang*, and the entry in it."""
        used = lang if lang in self.entries else next(iter(self.entries))
        return used, self.entries[used]


@dataclass(frozen=True, slots=True)
class Glossary:
    terms: tuple[Term, ...] = ()

    def get(self, term_id: str) -> Term | None:
        """Return the term with that id, or ``None``."""
        return next((term for term in self.terms if term.id == term_id), None)

    def joined(self, own: "Glossary") -> "Glossary":
        """Return these terms with those of *own*; where both have an id, *own* holds."""
        mine = {term.id for term in own.terms}
        return Glossary((*(term for term in self.terms if term.id not in mine), *own.terms))

    def to_json(self) -> dict[str, object]:
        """Return the terms by their id as JSON values, in the form of ``glossary.toml``."""
        return {
            term.id: {lang: {"term": entry.term, "text": entry.text} for lang, entry in term.entries.items()}
            for term in self.terms
        }

    def terms_in(self, lang: str) -> tuple[Term, ...]:
        """Return all terms in the alphabetical order of a reader of *lang*, accents and capitals aside."""
        return tuple(sorted(self.terms, key=lambda term: sorting(term.entry_in(lang)[1].term)))


def read_glossary(fields: Fields) -> Glossary:
    """Return the glossary that *fields* describe: by term id, then by language, ``term`` and ``text``."""
    terms = []
    for name in fields.names():
        if not SLUG.fullmatch(name):
            fields.note(f"has the term '{name}'; use small letters, digits and single hyphens")
        by_language = fields.table(name, place=f"'{name}'")
        entries = {lang: _entry(by_language, lang) for lang in by_language.names()}
        if not entries:
            by_language.note("is in no language")
        terms.append(Term(name, entries))
    return Glossary(tuple(terms))


def _entry(by_language: Fields, lang: str) -> Entry:
    fields = by_language.table(lang, place=f"{by_language.place} in '{lang}'")
    entry = Entry(term=fields.text("term"), text=fields.text("text"))
    fields.close()
    return entry


def sorting(word: str) -> str:
    """Return what *word* is sorted by among others: accents and capitals aside."""
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def glossary_from(table: object, *, file: str) -> Glossary:
    """Return the glossary in *table*, the content of *file*.

    :raises ContentError: for the first fault.
    """
    faults: list[ContentError] = []
    glossary = read_glossary(Fields(table, file=file, faults=faults))
    if faults:
        raise faults[0]
    return glossary
