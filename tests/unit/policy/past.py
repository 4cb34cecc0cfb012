"""What was decided in the past, and which rules does a test try on it?"""

import shutil
from pathlib import Path

from tests.unit.policy.examples import NOW, POLICY, case, shipped
from tools.connectors.policy_files import load_rulebook
from tools.policy.engine import decide
from tools.policy.facts import Value
from tools.policy.flips import PastDecision
from tools.policy.rulebook import Rulebook

WINDOW_20 = ("returns.yaml", "window_days: 30", "window_days: 20")
"""The window of the marketplace, ten days shorter: `(file, old, new)`."""


def past(line: str = "1", **changes: Value) -> PastDecision:
    """Decide an ordinary item, unused and no longer wanted, under the shipped rules."""
    told: dict[str, Value] = {"return_reason": "changed_mind", "unused": True}
    facts = case(**{**told, "line_value": 2500, "currency": "EUR", **changes})
    return PastDecision(
        conversation="talk",
        turn=1,
        said="Can it go back?",
        question="may_return",
        order="ND-1",
        line=line,
        decision=decide("may_return", facts, shipped(), NOW),
        facts=tuple(facts.values()),
    )


def draft(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """Copy the shipped rules with some words replaced: `(file, old, new)`."""
    target = Path(shutil.copytree(POLICY, folder / "draft"))
    for file, old, new in edits:
        text = (target / file).read_text(encoding="utf-8")
        assert old in text
        (target / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


def edited(folder: Path, *edits: tuple[str, str, str]) -> Rulebook:
    """Load the shipped rules with some words replaced."""
    return load_rulebook(draft(folder, *edits))
