"""Does the rulebook say what an oracle says that shares nothing with it but the owner's files?"""

import ast
from dataclasses import replace

import pytest

from tests.architecture.source import Source, sources
from tests.oracle.cases import CaseMaker
from tests.oracle.comparing import Count, differences, judge
from tests.oracle.independent.sheets import Row

OURS = ("tools", "agent", "evals")
CASES = 20_000


@pytest.mark.parametrize(
    "file", sources("tests/oracle/independent"), ids=lambda file: file.name.rsplit("/", 1)[-1]
)
def test_the_oracle_shares_no_code_with_what_it_checks(file: Source):
    names = [
        name
        for node in ast.walk(file.tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    ]
    assert names
    assert [name for name in names if name.split(".")[0] in OURS] == []
    assert all(name.startswith("tests.oracle.independent") for name in names if "tests" in name)


def test_the_rulebook_agrees_with_the_oracle_on_many_cases_that_reach_every_rule():
    count = Count()
    found = differences(CaseMaker(judge(), seed=2).make(CASES), count)
    assert not [str(difference) for _, difference in zip(range(3), found, strict=False)]
    assert count.compared >= 0.99 * CASES
    assert count.cautious <= 0.006 * CASES
    assert {"allow", "deny", "need_facts", "need_approval", "hand_off"} <= count.kinds.keys()
    binder = judge().binder
    sheets = [*binder.sheets.values(), *binder.own_sheets.values()]
    with_a_condition = {row.id for sheet in sheets for row in sheet.rows if row.when}
    assert with_a_condition - count.rules.keys() == set()


@pytest.mark.parametrize(("percent", "same"), [(100, True), (99, False)])
def test_all_of_it_is_the_same_as_a_hundred_percent_of_it(percent: int, same: bool):
    plain = Row("one.rule", {}, "allow", {"refund": {"of": "item"}}, "Yes.", {}, "marketplace")
    spoken = replace(plain, then={"refund": {"of": "item", "percent": percent}, "terms": {}})
    assert (plain.outcome == spoken.outcome) is same
