"""The terms of a module's lessons: its own and those that all share, and where their meaning stands."""

from collections.abc import Iterable

from flask import url_for

from courses.glossary import Entry, Glossary, sorting
from courses.module import Module
from training_app.services.drafts import shared_glossary


def of(module: Module) -> Glossary:
    """Return the terms that the lessons of *module* may use; its own hold before the shared ones."""
    return shared_glossary().joined(module.glossary)


def address(module: Module, term: str, *, page: str = "public.glossary") -> str:
    """Return where the meaning of *term* stands for a reader of *module*, on the glossary with the endpoint *page*."""
    own = module.glossary.get(term) is not None
    return url_for(page, _anchor=anchor(module.slug, term) if own else term)


def anchor(slug: str, term: str) -> str:
    """Return the id of a module's own term on the page of the glossary, which no shared term has."""
    return f"{slug}--{term}"


def entries(modules: Iterable[Module], language: str) -> list[tuple[str, str, Entry, str]]:
    """Return the terms that all share and those of *modules*, in alphabetical order for a reader of *language*.

    Of each its id on the page, the language of the entry, the entry, and the title of the module whose own it is.
    """
    shared = [(term.id, term, "") for term in shared_glossary().terms]
    own = [
        (anchor(module.slug, term.id), term, module.title_in(language))
        for module in modules
        for term in module.glossary.terms
    ]
    shown = sorted([*shared, *own], key=lambda found: sorting(found[1].entry_in(language)[1].term))
    return [(place, *term.entry_in(language), module) for place, term, module in shown]
