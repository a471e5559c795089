"""What an officer is asked on a page: an item, or each part of a case, with its text and what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from quizzes.interaction_fields import ItemKind, kind_of
from quizzes.interactions import Case, Response, Simple
from quizzes.item import Item
from quizzes.item_text import ItemText


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question with one interaction."""

    part: str
    """Id of the part of a case; empty where the item is one question."""
    interaction: Simple
    text: ItemText
    shown: tuple[str, ...]
    """What the paper shuffled, in the order shown."""
    response: Response

    @property
    def kind(self) -> ItemKind:
        return kind_of(self.interaction)

    @property
    def credit(self) -> Fraction:
        return self.interaction.credit(self.response)

    def mark(self, own: str) -> str:
        """Return the mark of the item's response that says *own* to this question."""
        return f"{self.part}/{own}" if self.part else own


def prompts_of(item: Item, text: ItemText, shown: Sequence[str], response: Response) -> tuple[Prompt, ...]:
    """Return the questions that *item* asks, in their order.

    :param shown: the order that the paper gives to what it shuffles: `quizzes.paper.PaperItem.options`.
    """
    case = item.interaction
    if not isinstance(case, Case):
        return (Prompt("", case, text, tuple(shown), response),)
    return tuple(
        Prompt(
            part.id,
            part.interaction,
            text.parts[part.id],
            tuple(entry.removeprefix(f"{part.id}/") for entry in shown if entry.startswith(f"{part.id}/")),
            case.response_to(part, response),
        )
        for part in case.parts
    )
