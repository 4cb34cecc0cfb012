"""Which facts can change any answer at all?"""

from collections.abc import Iterator

from tools.policy.conditions import leaves
from tools.policy.decision import FactName
from tools.policy.documents import AllowThen, ApprovalThen, Deadline, deadline_of
from tools.policy.floor import FLOORS, WITHDRAWAL_ENDS
from tools.policy.payback import NEEDED
from tools.policy.rulebook import Rule, Rulebook

_ALWAYS = (FactName("seller"), FactName("time_zone"), WITHDRAWAL_ENDS)
"""What the engine looks at whatever the rules say."""


def facts_in_use(rulebook: Rulebook) -> frozenset[FactName]:
    """Name what the rules, the deadlines, the amounts and the law look at."""
    names = set(_ALWAYS).union(*(floor.facts for floor in FLOORS))
    for _, table in rulebook.all_tables():
        for rule in table.rules:
            names.update(_of_rule(rule))
    counted = (n for n, spec in rulebook.catalogue.items() if spec.counts_from in names)
    return frozenset({*names, *counted})


def _of_rule(rule: Rule) -> Iterator[FactName]:
    yield from (test.fact for test in leaves(rule.when))
    deadline = deadline_of(rule.then)
    if deadline is not None:
        yield deadline.after if isinstance(deadline, Deadline) else deadline.at
    if isinstance(rule.then, AllowThen | ApprovalThen) and rule.then.refund is not None:
        yield from (*NEEDED, FactName("currency"))
