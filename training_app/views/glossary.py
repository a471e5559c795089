"""The terms of a module's lessons: its own and those that all share, and where their meaning stands."""

from flask import url_for

from courses.glossary import Glossary
from courses.module import Module
from training_app.services.drafts import shared_glossary


def of(module: Module) -> Glossary:
    """Return the terms that the lessons of *module* may use; its own hold before the shared ones."""
    return shared_glossary().joined(module.glossary)


def address(module: Module, term: str) -> str:
    """Return where the meaning of *term* stands for a reader of *module*."""
    own = module.glossary.get(term) is not None
    return url_for("citizens.glossary", _anchor=anchor(module.slug, term) if own else term)


def anchor(slug: str, term: str) -> str:
    """Return the id of a module's own term on the page of the glossary, which no shared term has."""
    return f"{slug}--{term}"
