"""Does anybody notice when the law is changed in one small thing?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from evals.law.case_reading import Case, Cases
from evals.law.in_use import facts_in_use
from evals.law.mutant import Mutant
from evals.law.telling_apart import case_between
from evals.law.trying import failing_decisions, failing_seller_files
from tools.domain.model import Frozen
from tools.policy.cases import in_words
from tools.policy.compile import compile_rulebook
from tools.policy.decision import Allow, Decision, NeedApproval
from tools.policy.documents import Documents, Finding, TableFile
from tools.policy.engine import decide
from tools.policy.lint import lint
from tools.policy.lint_logic import lint_logic
from tools.policy.rulebook import Rulebook

File = TypeVar("File", bound=TableFile)
Verdict = Literal["refused", "case", "conversation", "same", "survived"]
Listener = Callable[[Rulebook, str], str | None]
"""Plays the conversations that a rulebook may change, those of a question if one is named, and
returns the first that does not come out as expected."""
_NO_CASE = "no case or conversation comes out otherwise"


class Tried(Frozen):
    """What became of one mutant."""

    mutant: str
    verdict: Verdict
    """`refused` by `policy check`, noticed by a `case` or a `conversation`, the `same` law in
    other words, or it `survived`."""
    by: str
    """The fault, the case, the conversation; for a survivor, a case that would notice."""


@dataclass(frozen=True)
class Trial:
    """The law, and everything that might notice a change of it."""

    documents: Documents
    rulebook: Rulebook
    cases: Cases
    listen: Listener

    def run(self, mutants: Iterable[Mutant]) -> Iterator[Tried]:
        """Try one mutant after the other."""
        good = tuple(_good(self.cases.decided, self.rulebook))
        known = (*lint(self.documents, self.rulebook, None), *lint_logic(self.rulebook))
        before = _Before(good, frozenset(known))
        for mutant in mutants:
            verdict, by = self._try(mutant, before)
            yield Tried(mutant=mutant.name, verdict=verdict, by=by)

    def _try(self, mutant: Mutant, before: "_Before") -> tuple[Verdict, str]:
        documents = mutant.apply(self.documents)
        small = _narrowed(documents, mutant.question) if mutant.question else documents
        part, findings = compile_rulebook(small, self.rulebook.version)
        findings = before.new((*findings, *lint(small, part, None)))
        if findings:
            return "refused", findings[0].sentence
        changed = _joined(self.rulebook, part) if mutant.question else part
        noticed = next(failing_decisions(before.cases(mutant), changed), None)
        if noticed is None and mutant.aim == "seller_limits":
            about = [one for one in self.cases.sellers if mutant.question in one.file.questions]
            noticed = next(failing_seller_files(about, documents), None)
        if noticed is not None:
            return "case", noticed.name
        findings = before.new(lint_logic(part))
        if findings:
            return "refused", findings[0].sentence
        return self._look_closer(mutant, changed)

    def _look_closer(self, mutant: Mutant, changed: Rulebook) -> tuple[Verdict, str]:
        example = ""
        if mutant.aim == "freshness" and mutant.fact not in facts_in_use(self.rulebook):
            return "same", "no answer hangs on this fact"
        if mutant.aim == "table":
            case = case_between(self.rulebook, changed, mutant.question)
            if case is None and _queues(self.rulebook) == _queues(changed):
                return "same", "every case is answered as before"
            example = in_words(case) if case else ""
        heard = self.listen(changed, mutant.question)
        if heard is not None:
            return "conversation", heard
        return "survived", f"{_NO_CASE}; one that would: {example}" if example else _NO_CASE


def _good(cases: Iterable[Case], rulebook: Rulebook) -> Iterator[tuple[Case, Decision]]:
    """Yield the cases that come out as expected; another one would notice every change."""
    for case in cases:
        decision = decide(case.question, case.facts, rulebook, case.clock)
        if not any(case.expected.differences(decision)):
            yield case, decision


@dataclass(frozen=True)
class _Before:
    """The law as it is: its decisions of the cases, and what is wrong with it already."""

    decided: Sequence[tuple[Case, Decision]]
    known: frozenset[Finding]

    def new(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return the faults that a change brought."""
        return tuple(finding for finding in findings if finding not in self.known)

    def cases(self, mutant: Mutant) -> list[Case]:
        """Return the cases that may come out otherwise, the most likely first."""
        ranked = [
            (_rank(decision, mutant), case)
            for case, decision in self.decided
            if mutant.question in ("", case.question)
        ]
        return [case for _, case in sorted(ranked, key=lambda one: one[0])]


def _rank(decision: Decision, mutant: Mutant) -> int:
    if mutant.aim == "caps":
        return 0 if isinstance(decision, Allow | NeedApproval) and decision.refund else 1
    if decision.rule_id == mutant.rule:
        return 0
    return 1 if any(step.rule_id == mutant.rule for step in decision.trace) else 2


def _narrowed(documents: Documents, question: str) -> Documents:
    """Leave out the other tables, which stay as they are."""

    def only(file: File) -> File:
        kept = {name: draft for name, draft in file.questions.items() if name == question}
        return file.model_copy(update={"questions": kept})

    return documents.model_copy(
        update={
            "tables": {stem: only(file) for stem, file in documents.tables.items()},
            "sellers": {seller: only(file) for seller, file in documents.sellers.items()},
        }
    )


def _joined(rulebook: Rulebook, part: Rulebook) -> Rulebook:
    sellers = {
        seller: {**rulebook.sellers.get(seller, {}), **part.sellers.get(seller, {})}
        for seller in (*rulebook.sellers, *part.sellers)
    }
    return replace(rulebook, tables={**rulebook.tables, **part.tables}, sellers=sellers)


def _queues(rulebook: Rulebook) -> list[str]:
    return [table.queue for _, table in rulebook.all_tables()]
