"""The parts of a draft as its page lists them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PartShown:
    """One part in a list of the draft's page."""

    name: str
    title: str
    note: str
    href: str
    faults: list[str]
    translations: list[tuple[str, str, bool]]
    """Language, address, and whether there is one yet."""
