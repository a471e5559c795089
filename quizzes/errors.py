"""Why a paper cannot be drawn or marked."""

from courses.errors import ContentError


class NoPaper(ContentError):
    """No paper can be drawn from a bank."""


class BankTooSmall(NoPaper):
    """A bank has fewer items for an objective than its blueprint asks for."""

    def __init__(self, module: str, objective: str, *, wanted: int, there: int) -> None:
        super().__init__(
            f"{module}/bank.toml", f"a paper asks for {wanted} items on '{objective}', and the bank has {there}"
        )
        self.module, self.objective, self.wanted, self.there = module, objective, wanted, there


class EnemiesLeaveTooFew(NoPaper):
    """Every cell has items enough, but whichever are taken, enemies keep the rest away."""

    def __init__(self, module: str) -> None:
        super().__init__(f"{module}/bank.toml", "enemies leave too few items for a paper")
        self.module = module


class MarkingError(Exception):
    """Paper, bank and responses do not belong together.  It is a fault of the record, not a wrong answer."""


class UnknownItem(MarkingError):
    def __init__(self, item: str, *, lacking: str) -> None:
        super().__init__(f"The {lacking} has no item '{item}'.")
        self.item = item


class UnfitResponse(MarkingError):
    def __init__(self, item: str, response: list[str]) -> None:
        super().__init__(f"Item '{item}' cannot be answered with {', '.join(repr(mark) for mark in response)}.")
        self.item, self.response = item, response
