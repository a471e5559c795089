"""A bank as the files of its folder, in the canonical form of `courses.writing`."""

from courses.writing import by_language, toml
from quizzes.bank import Bank
from quizzes.interaction_fields import texts_needed
from quizzes.interactions import Case, Interaction
from quizzes.item import Item
from quizzes.item_text import ItemText


def bank_files(bank: Bank) -> dict[str, str]:
    """Return the text of every file in the folder of *bank*, by its name there: ``bank.toml``, ``en.toml``.

    `quizzes.catalogue.load_bank` reads the very bank back from them.
    """
    whole = {
        "module": bank.module,
        "languages": list(bank.languages),
        "paper": bank.plan.to_json(),
        "items": [_item(item) for item in bank.items],
    }
    texts = {
        lang: {item.id: _text(item.texts[lang], item.interaction) for item in bank.items} for lang in bank.languages
    }
    return {"bank.toml": toml(whole), **{f"{lang}.toml": toml(by_item) for lang, by_item in texts.items()}}


def _item(item: Item) -> dict[str, object]:
    written = item.to_json()
    del written["texts"]
    written["law_as_of"] = item.law_as_of
    if item.review_by is None:
        del written["review_by"]
    else:
        written["review_by"] = item.review_by
    return written


def _text(text: ItemText, interaction: Interaction) -> dict[str, object]:
    """Return *text* with options and feedback in the order in which its item names them."""
    written = text.to_json()
    if isinstance(interaction, Case):
        written["parts"] = {part.id: _text(text.parts[part.id], part.interaction) for part in interaction.parts}
        return written
    options, feedback = texts_needed(interaction)
    for name, order in (("options", options), ("feedback", feedback)):
        if name in written:
            written[name] = by_language(getattr(text, name), order)
    return written
