"""How many questions does the product ask, whatever the buyer answers?"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from agent.bootstrap import load_house
from agent.settings import Settings
from evals.replay import Stage, play
from evals.suites import read_suites
from tests.oracle.cases import Asked
from tests.oracle.comparing import facts_of, judge, rulebook
from tests.oracle.independent.grid import Grid
from tests.oracle.independent.interview import NOTHING_TO_ASK, Cost, cheapest, together
from tests.oracle.independent.sheets import Value
from tests.oracle.independent.survey import Case, Told
from tools.policy.decision import FactName, NeedFacts
from tools.policy.engine import decide
from tools.policy.facts import Facts


def cost_of_asking(question: str, facts: Facts, now: datetime, grid: Grid) -> Cost:
    """Answer each question in every way that matters and count."""
    decision = decide(question, facts, rulebook(), now)
    if not isinstance(decision, NeedFacts):
        return NOTHING_TO_ASK
    name = decision.facts[0]
    said = [{**facts, **_said(name, value, now)} for value in _answers(name, grid)]
    return together([cost_of_asking(question, known, now, grid) for known in said])


def _said(name: FactName, value: Value, now: datetime) -> Facts:
    return facts_of({name: Told(value, "buyer", now)})


def _answers(name: str, grid: Grid) -> list[Value]:
    """Return one value for each way in which the tests of a fact can turn out."""
    (column,) = (c for c in grid.columns if c.fact == name and "buyer" in c.sources)
    one_each = {column.bits(value): value for value in reversed(column.values())}
    return [one_each[cell] for cell in column.cells()]


class Interviewed:
    """A question about a line item that came up in a conversation."""

    def __init__(self, question: str, case: Case, now: datetime) -> None:
        self.question, self.case, self.now = question, case, now
        self.asked = list[str]()


async def interviews(suite: str | None = None) -> list[Interviewed]:
    """Play the written conversations of a suite, or all, and return what was asked in them."""
    settings = Settings()
    stage = Stage(load_house(settings), settings.world, settings.policy_dir)
    found = list[Interviewed]()
    for samples in read_suites(suite).values():
        for sample in samples:
            run = await play(sample, stage)
            by_line = dict[tuple[str, str, str], Interviewed]()
            for step in run.steps:
                for record in step.record.decision if step.record is not None else ():
                    told = {str(f.name): Told(f.value, f.source, f.as_of) for f in record.facts}
                    key = (record.question, record.order, record.line)
                    one = by_line.setdefault(
                        key, Interviewed(record.question, dict(_records(told)), step.at)
                    )
                    if isinstance(record.decision, NeedFacts):
                        one.asked.append(record.decision.facts[0])
            found.extend(by_line.values())
    return found


def _records(case: Mapping[str, Told]) -> Iterable[tuple[str, Told]]:
    return ((name, told) for name, told in case.items() if told.source != "buyer")


def silent(asked: Asked) -> Case:
    """Return a case in which the buyer has said nothing yet."""
    facts = judge().binder.facts
    askable = {name for name, spec in facts.items() if "buyer" in spec.sources}
    return {name: told for name, told in asked.case.items() if name not in askable}


def least_and_ours(question: str, case: Case, now: datetime) -> tuple[Cost, Cost]:
    """Return what the best tree of questions costs, and what the product's costs."""
    admitted = judge().admitted(case, now)
    seller = str(admitted["seller"].value) if "seller" in admitted else None
    grid = judge().grid(question, seller)
    assert grid is not None
    return cheapest(grid, admitted), cost_of_asking(question, facts_of(case), now, grid)
