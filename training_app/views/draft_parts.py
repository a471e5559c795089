"""The parts of a draft as its page lists them."""

from dataclasses import dataclass

from training_app.wording.missing import Missing


@dataclass(frozen=True, slots=True)
class PartShown:
    """One part in a list of the draft's page."""

    name: str
    title: str
    note: str
    href: str
    faults: list[Missing]
    translations: list[tuple[str, str, bool]]
    """Language, address, and whether there is one yet."""
