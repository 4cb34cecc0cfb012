"""Which rules can never apply, which cases does no rule decide, and which cut a right short?"""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.policy.cases import Case, Search, in_words
from tools.policy.conditions import AllOf, Condition, leaves
from tools.policy.decision import FactName, RuleId
from tools.policy.documents import Finding, Path_
from tools.policy.facts import Catalogue
from tools.policy.floor import FLOORS, Floor, is_less
from tools.policy.rulebook import Rule, Rulebook, Table

_ALWAYS = AllOf()
Breach = tuple[RuleId, RuleId]
"""A rule and the right that it cuts short."""


def lint_logic(rulebook: Rulebook) -> tuple[Finding, ...]:
    """Return every fault of the tables, the marketplace's before the sellers'.

    A seller's table answers for the seller's own rules and for what it makes of the others.
    """
    findings: list[Finding] = []
    known: set[Breach] = set()
    for seller, table in rulebook.all_tables():
        logic = _Logic(table, seller, rulebook.catalogue)
        findings.extend(logic.unreachable())
        findings.extend(logic.gap())
        for breach, finding in logic.below_floor():
            if breach not in known:
                findings.append(finding)
            if seller is None:
                known.add(breach)
    return tuple(findings)


@dataclass(frozen=True)
class _Logic:
    table: Table
    seller: str | None
    catalogue: Catalogue

    def unreachable(self) -> Iterator[Finding]:
        rules = self.table.rules
        always = next((i for i, rule in enumerate(rules) if rule.when == _ALWAYS), len(rules))
        for index, rule in enumerate(rules[:always]):
            if self._is_own(rule) and self._case_of(index) is None:
                why = self._why_unreachable(index)
                yield Finding(rule.file, rule.path, f"`{_name(rule)}` can never apply: {why}.")
        below = rules[always + 1 :]
        if below and self._is_own(rules[always]):
            sentence = (
                f"`{_name(below[0])}` and whatever stands below it can never apply: "
                f"`{_name(rules[always])}` above has no condition and always does."
            )
            yield Finding(below[0].file, below[0].path, sentence)

    def gap(self) -> Iterator[Finding]:
        case = self._find((), tuple(rule.when for rule in self.table.rules))
        if case is not None:
            example = in_words(case) or "anything"
            sentence = f"No rule of `{self.table.question}` decides this case: {example}."
            yield Finding(self.table.file, self.table.path, sentence)

    def below_floor(self) -> Iterator[tuple[Breach, Finding]]:
        for floor in FLOORS:
            if floor.question != self.table.question:
                continue
            for index, rule in enumerate(self.table.rules):
                case = self._case_of(index, floor) if is_less(rule.then, floor) else None
                if case is not None:
                    telling = {test.fact for test in leaves(rule.when)}
                    sentence = (
                        f"`{_name(rule)}` grants less than {floor.id}, {floor.basis}, "
                        f"for instance when {in_words(case, telling)}."
                    )
                    yield (rule.id, floor.id), Finding(*self._place(rule), sentence)

    def _is_own(self, rule: Rule) -> bool:
        return self.seller is None or rule.file == self.table.file

    def _case_of(self, index: int, floor: Floor | None = None) -> Case | None:
        """Return a case that a rule decides, and that a right is about."""
        above = tuple(rule.when for rule in self.table.rules[:index])
        right = (floor.when,) if floor else ()
        return self._find((*right, self.table.rules[index].when), above)

    def _why_unreachable(self, index: int) -> str:
        rule = self.table.rules[index]
        if self._find((rule.when,), ()) is None:
            return "its conditions contradict each other"
        for other in self.table.rules[:index]:
            if self._find((rule.when,), (other.when,)) is None:
                otherwise = "" if other.then == rule.then else ", and otherwise"
                return f"`{_name(other)}` above decides all of its cases{otherwise}"
        return "the rules above together decide all of its cases"

    def _find(self, holding: tuple[Condition, ...], failing: tuple[Condition, ...]) -> Case | None:
        of_seller = {} if self.seller is None else {FactName("seller"): self.seller}
        return Search(self.catalogue, holding, failing).find(of_seller)

    def _place(self, rule: Rule) -> tuple[str, Path_]:
        """Return the rule, or the file of the seller that made it what it is."""
        if rule.file == self.table.file:
            return rule.file, (*rule.path, "then")
        return self.table.file, (*self.table.path, "parameters")


def _name(rule: Rule) -> str:
    return rule.id.rpartition(".")[2]
