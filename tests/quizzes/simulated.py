"""Officers and items made up by the model of Rasch, from a seed."""

import numpy as np

from quizzes.scored_papers import PaperSet, ScoredItem, ScoredPaper


def answers(*, officers: int, items: int, seed: int, spread: float = 1.0) -> np.ndarray:
    """Return right (1) and wrong (0) answers, a row for each officer."""
    chance = np.random.default_rng(seed)
    ability = chance.normal(0, spread, (officers, 1))
    hardness = np.linspace(-1.5, 1.0, items)
    return (chance.random((officers, items)) < 1 / (1 + np.exp(hardness - ability))).astype(int)


def as_papers(table: np.ndarray, *, drawn: int | None = None, seed: int = 0, cut_score: float = 0.6) -> PaperSet:
    """Return a paper for each row: every item, or *drawn* of them by chance."""
    chance = np.random.default_rng(seed)
    by_chance = chance.random(table.shape).argsort(axis=1)[:, : drawn or table.shape[1]]
    made = []
    for row, places in zip(table.tolist(), by_chance.tolist(), strict=True):
        on_paper = sorted(places)
        made.append(ScoredPaper({f"i{at}": ScoredItem(row[at], 1) for at in on_paper}, cut_score=cut_score))
    return PaperSet(made)
