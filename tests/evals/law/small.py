"""Which small law and which cases of it do these tests begin with?"""

from pathlib import Path

from evals.law.case_reading import Cases, read_cases
from evals.law.mutant import Mutant
from evals.law.mutants import mutants_of
from evals.law.mutation import Trial, Tried
from tests.unit.policy.small_law import Tree, documents, fact, rule, rulebook
from tools.policy.documents import Documents
from tools.policy.rulebook import Rulebook

FACTS: dict[str, Tree] = {
    "days": fact("int", "record", fresh_for={"hours": 1}),
    "used": fact("bool", "buyer", fresh_for={}),
    "since": fact("instant", "record"),
    "price": fact("int", "record", money=True),
    "currency": fact("word", "record"),
}
RULES: list[Tree] = [
    rule("used", {"hand_off": {"queue": "returns"}}, {"used": True}, locked=True),
    rule("late", "deny", {"days": {"more_than": "$window"}}),
    rule("fine", "allow"),
]
CASES = """\
clock: 2026-05-20T12:00:00Z
things:
  fresh: {facts: {days: 3, used: false}}
cases:
  - case: It goes back for ten days
    question: may_try
    like: fresh
    expect: {answer: allow, rule: small.fine}
    rows:
      - facts: {days: {value: 10, learnt: 1 hour ago}}
      - facts: {days: 11}
        expect: {answer: deny, rule: small.late}
      - facts: {days: {value: 3, learnt: 2 hours ago}}
        expect: {answer: hand_off, rule: fallbacks.nobody_knows, queue: general}
  - case: What was used is looked at
    question: may_try
    like: fresh
    facts: {used: true, days: 11}
    expect: {answer: hand_off, rule: small.used, queue: returns, layer: limit}
settings:
  - case: Ann may wait for a week to a month
    seller: ann
    question: may_try
    parameter: window
    accepted: [7, 30]
    refused: [6, 31]
"""


def small_documents() -> Documents:
    """Return the small law as its owner wrote it."""
    limits: Tree = {"window": {"at_least": 7, "at_most": 30}}
    return documents(RULES, FACTS, parameters={"window": 10}, limits=limits)


def small_rulebook() -> Rulebook:
    """Return the small law as it is asked."""
    limits: Tree = {"window": {"at_least": 7, "at_most": 30}}
    return rulebook(RULES, FACTS, parameters={"window": 10}, limits=limits)


def written(folder: Path, **files: str) -> Path:
    """Write case files, each named by its keyword."""
    (folder / "cases").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "cases" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def small_cases(folder: Path, text: str = CASES) -> Cases:
    """Read cases of the small law."""
    return read_cases(written(folder, own=text), small_rulebook())


def unheard(_: Rulebook, __: str) -> str | None:
    """Say that no conversation notices a change."""
    return None


def tried(cases: Cases, mutants: list[Mutant] | None = None) -> dict[str, Tried]:
    """Try mutants of the small law, each by its name."""
    law = small_documents()
    trial = Trial(law, small_rulebook(), cases, unheard)
    return {one.mutant: one for one in trial.run(mutants or mutants_of(law))}
