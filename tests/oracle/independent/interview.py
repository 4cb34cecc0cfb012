"""How few questions could settle a case, over every order in which they could be asked?"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from tests.oracle.independent.grid import Grid
from tests.oracle.independent.survey import Survey, Told, open_table


class Cost(NamedTuple):
    """What a way of asking costs; every way in which a test can turn out is as likely."""

    most: int
    """Questions in the worst case."""
    mean: float


NOTHING_TO_ASK = Cost(0, 0.0)


def cheapest(grid: Grid, case: Mapping[str, Told]) -> Cost:
    """Return the least that any tree of questions costs: first in the worst case, then on average."""
    opened = open_table(grid, case)
    if not opened.rules:
        return NOTHING_TO_ASK
    survey = Survey(grid, opened)

    @cache
    def cost(said: tuple[tuple[int, int], ...]) -> Cost:
        if not survey.worth_asking(said):
            return NOTHING_TO_ASK
        asked = {place for place, _ in said}
        return min(
            together(
                [cost(tuple(sorted((*said, (place, cell))))) for cell in survey.answers(place)]
            )
            for place in survey.places()
            if place not in asked
        )

    return cost(())


def together(costs: list[Cost]) -> Cost:
    """Return what one question costs and what follows on its answers."""
    return Cost(1 + max(one.most for one in costs), 1 + sum(one.mean for one in costs) / len(costs))
