"""Where do the rulebook and the oracle differ?"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from tests.oracle.cases import Asked
from tests.oracle.independent.sheets import read_binder
from tests.oracle.independent.survey import Told, TooManyCompletionsError
from tests.oracle.independent.verdicts import Judge, Verdict
from tools.connectors.policy_files import load_rulebook
from tools.policy.decision import Allow, Decision, Deny, FactName, HandOff, NeedApproval, NeedFacts
from tools.policy.engine import decide
from tools.policy.facts import Fact
from tools.policy.rulebook import Rulebook

POLICY = Path(__file__).parents[2] / "policy"
_CAUTION = "fallbacks.nobody_knows"


@dataclass(frozen=True)
class Difference:
    """A case, and what each says of it."""

    asked: Asked
    part: str
    ours: object
    oracle: object
    decision: Decision
    verdict: Verdict

    def __str__(self) -> str:
        case = {name: tuple(told) for name, told in sorted(self.asked.case.items())}
        return (
            f"{self.asked.question} at {self.asked.now}: {self.part} is {self.ours!r} "
            f"and should be {self.oracle!r}\n  {self.decision.rule_id} / {self.verdict}\n  {case}"
        )


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    return load_rulebook(POLICY)


@lru_cache(maxsize=1)
def judge() -> Judge:
    return Judge(read_binder(POLICY))


@dataclass
class Count:
    """How many cases were compared."""

    compared: int = 0
    too_open: int = 0
    cautious: int = 0
    """Cases in which the rulebook leaves to a person what the oracle could answer: an unknown record
    makes a rule seem possible that another one would forestall."""
    kinds: Counter[str] = field(default_factory=Counter[str])
    rules: Counter[str] = field(default_factory=Counter[str])

    def add(self, other: "Count") -> None:
        self.compared += other.compared
        self.too_open += other.too_open
        self.cautious += other.cautious
        self.kinds.update(other.kinds)
        self.rules.update(other.rules)


def differences(cases: Iterable[Asked], count: Count) -> Iterator[Difference]:
    """Put each case to both."""
    for asked in cases:
        try:
            verdict = judge().judge(asked.question, asked.case, asked.now)
        except TooManyCompletionsError:
            count.too_open += 1
            continue
        decision = decide(asked.question, facts_of(asked.case), rulebook(), asked.now)
        count.compared += 1
        count.kinds[verdict.kind] += 1
        count.rules[verdict.rule] += 1
        if _is_too_careful(decision, verdict):
            count.cautious += 1
            continue
        for part, ours, oracle in parts(decision, verdict):
            if ours != oracle:
                yield Difference(asked, part, ours, oracle, decision, verdict)
                break


def _is_too_careful(decision: Decision, verdict: Verdict) -> bool:
    return (
        decision.rule_id == _CAUTION
        and verdict.rule != _CAUTION
        and (verdict.kind == "hand_off" or verdict.hangs_on_records)
    )


def parts(decision: Decision, verdict: Verdict) -> Iterator[tuple[str, object, object]]:
    """Pair what is compared."""
    yield "kind", decision.kind, verdict.kind
    yield "rule", decision.rule_id, verdict.rule
    yield "layer", decision.layer, verdict.layer
    if verdict.because is not None:
        yield "because", decision.because["en"], verdict.because
    match decision:
        case Allow():
            yield "ends", decision.until, verdict.ends
            yield "terms", decision.terms, verdict.terms
            yield "refund", _paid(decision), verdict.refund
        case NeedApproval():
            yield "ends", decision.until, verdict.ends
            yield "terms", decision.terms, verdict.terms
            yield "refund", _paid(decision), verdict.refund
            yield "over", decision.over, verdict.over
        case Deny():
            yield "ends", decision.since, verdict.ends
        case HandOff():
            yield "queue", decision.queue, verdict.queue
        case NeedFacts():
            yield "ask", frozenset(decision.facts) in verdict.ask, True
            yield "first", decision.facts[0] in verdict.first, True


def _paid(decision: Allow | NeedApproval) -> tuple[int, str] | None:
    money = decision.refund
    return None if money is None else (money.amount, money.currency)


def facts_of(case: Mapping[str, Told]) -> dict[FactName, Fact]:
    return {FactName(name): _fact(name, *told) for name, told in case.items()}


def _fact(name: str, value: bool | int | str, source: str, at: datetime) -> Fact:
    return Fact.model_construct(name=FactName(name), value=value, source=source, as_of=at)
