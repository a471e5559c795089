"""What happens after a quiz in words: rulings on items, late answers, appeals and their outcome."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l

from quizzes.interactions import Case, Interaction, TextEntry
from quizzes.item import Item
from quizzes.prompts import prompts_of
from quizzes.rekey import KeyFault
from training_app.models.rulings import AppealOutcome, ItemRulingKind
from training_app.rules.appeals import Hand
from training_app.services.late_answers import Lateness
from training_app.wording import items

RULINGS: Mapping[ItemRulingKind, Any] = {
    ItemRulingKind.VOIDED: _l("Void"),
    ItemRulingKind.REKEYED: _l("Another key"),
}

KEY_FAULTS: Mapping[KeyFault, Any] = {
    KeyFault.OTHER_QUESTION: _l("Give the item another key, and leave its options as officers saw them."),
    KeyFault.NO_KEY: _l("Say what is right: the item needs a key, complete in every part."),
    KeyFault.ALL_KEYS: _l("If every option is right, the item tests nothing. Void it instead."),
    KeyFault.SAME_KEY: _l("This is the key that the item has. Change it, or void the item."),
}

LATENESS: Mapping[Lateness, Any] = {
    Lateness.OUTAGE: _l("The service or the network was down"),
    Lateness.CALLED_AWAY: _l("The officer was called to duty"),
    Lateness.DEVICE: _l("The device failed"),
    Lateness.MORE_TIME: _l("More time was due and had not been entered"),
    Lateness.MISINFORMED: _l("The officer had been told another deadline"),
}

HANDS: Mapping[Hand, Any] = {
    Hand.OFFICER: _l("This appeal is your own, so somebody else decides it."),
    Hand.WROTE: _l("You wrote a part of this module, so somebody else decides the appeal."),
    Hand.REVIEWED: _l("You reviewed or published this module, so somebody else decides the appeal."),
    Hand.RULED: _l("You ruled on an item of this quiz, so somebody else decides the appeal."),
    Hand.MARKED: _l("You accepted late answers of this quiz, so somebody else decides the appeal."),
}

OUTCOMES: Mapping[AppealOutcome, Any] = {
    AppealOutcome.UPHELD: _l("Upheld"),
    AppealOutcome.DISMISSED: _l("Dismissed"),
}


def key_words(item: Item, interaction: Interaction, language: str) -> list[tuple[str, list[str]]]:
    """Return what is right by *interaction*, for each question of *item* with its stem; for who may see keys.

    The stem is empty where the item is one question.
    """
    _used, text = item.text_in(language)
    accepted = _accepted(interaction)
    keyed = replace(item, interaction=interaction)
    prompts = prompts_of(keyed, text, interaction.shuffled, interaction.key)
    return [
        ("" if len(prompts) == 1 else prompt.text.stem, accepted.get(prompt.part) or items.said(prompt))
        for prompt in prompts
    ]


def _accepted(interaction: Interaction) -> dict[str, list[str]]:
    """Return every accepted answer in words, by the part of a case; the part is empty where there is none."""
    parts = (
        {part.id: part.interaction for part in interaction.parts}
        if isinstance(interaction, Case)
        else {"": interaction}
    )
    return {name: sorted(one.accepted) for name, one in parts.items() if isinstance(one, TextEntry)}
