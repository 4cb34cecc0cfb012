"""How long does it take to decide past cases again under a draft of the rules?"""

import json
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from agent.bootstrap import load_rulebook
from agent.settings import Settings
from tools.policy.decision import FactName
from tools.policy.engine import decide
from tools.policy.facts import Fact, Facts, Source, Value
from tools.policy.flips import Flip, PastDecision, find_flips
from tools.policy.rulebook import Rulebook

CASES = (1_000, 100_000)
DISTINCT = 300
"""So many different cases recur where buyers ask about the same few things."""
_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_NEVER = ("cancelled", "already_returned", "refund_pending_inspection", "already_refunded")
_RARE, _COMMON = 0.1, 0.5
_REASONS = (*["changed_mind"] * 4, "does_not_fit", "damaged", "faulty", "other")


def main() -> None:
    """Print one line of JSON for each number of cases, with recurring and with distinct ones."""
    rulebook = load_rulebook(Settings().policy_dir)
    for cases in CASES:
        for distinct in (DISTINCT, cases):
            made = make_decisions(rulebook, distinct)
            decisions = tuple(islice(cycle(made), cases))
            flips, seconds = time_replay(decisions, rulebook)
            answers = Counter(one.decision.kind for one in made)
            line = {"cases": cases, "distinct": distinct, "answers": answers, "flips": len(flips)}
            print(json.dumps({**line, "cpu_seconds": round(seconds, 3)}), flush=True)


def make_decisions(rulebook: Rulebook, cases: int) -> tuple[PastDecision, ...]:
    """Return decisions about all kinds of items, some of which the buyer has told more about."""
    dice = random.Random(cases)  # noqa: S311 - the same cases each time, no secret
    return tuple(_decision(number, _facts(dice, rulebook), rulebook) for number in range(cases))


def time_replay(
    decisions: tuple[PastDecision, ...], rulebook: Rulebook
) -> tuple[tuple[Flip, ...], float]:
    """Return the flips and the seconds of one core that they took."""
    started = time.process_time()
    flips = find_flips(decisions, rulebook)
    return flips, time.process_time() - started


def _decision(number: int, facts: Facts, rulebook: Rulebook) -> PastDecision:
    return PastDecision(
        conversation=f"talk-{number}",
        turn=1,
        said="Can it go back?",
        question="may_return",
        order=f"ND-{number}",
        line="L1",
        decision=decide("may_return", facts, rulebook, _NOW),
        facts=tuple(facts.values()),
    )


def _facts(dice: random.Random, rulebook: Rulebook) -> Facts:
    days = dice.randrange(60)
    recorded: dict[str, Value] = {
        "seller": dice.choice(rulebook.marketplace.sellers),
        "order_kind": dice.choice((*["consumer"] * 8, "bulk", "bundle")),
        "category": dice.choice(("ceramics", "jewelry", "books", "soap", "food", "toys")),
        "line_value": dice.randrange(500, 20_000),
        "currency": "EUR",
        "ship_to_eu_uk": dice.random() < _COMMON,
        "parcel_condition": "on_time",
        "delivered": True,
        "delivered_at": (_NOW - timedelta(days=days)).isoformat(),
        "days_since_delivery": days,
        **{name: dice.random() < _RARE for name in ("gift", "custom_made", "final_sale")},
        **{name: dice.random() < _RARE / 10 for name in (*_NEVER, "partly_refunded")},
        "dispute_open": False,
    }
    told: dict[str, Value] = {"return_reason": dice.choice(_REASONS)}
    for name in ("unused", "washed", "seal_broken", "original_packaging"):
        told[name] = dice.random() < _COMMON
    told = {name: value for name, value in told.items() if dice.random() < _COMMON}
    return {**_stated(recorded, "record"), **_stated(told, "buyer")}


def _stated(values: dict[str, Value], source: Source) -> Facts:
    return {
        FactName(name): Fact(name=FactName(name), value=value, source=source, as_of=_NOW)
        for name, value in values.items()
    }


if __name__ == "__main__":
    main()
