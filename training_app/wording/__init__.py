"""Codes into words: for pages, for lists and for machines alike."""

from training_app.wording.decisions import (
    BADGES,
    LEVELS,
    ROLES,
    VERSION_STATES,
    BadgeText,
    GroundText,
    badge,
    civil,
    civil_of,
    grounds,
    obstacle,
    sentence,
)
from training_app.wording.journal import FACTS

__all__ = [
    "BADGES",
    "FACTS",
    "LEVELS",
    "ROLES",
    "VERSION_STATES",
    "BadgeText",
    "GroundText",
    "badge",
    "civil",
    "civil_of",
    "grounds",
    "obstacle",
    "sentence",
]
