"""Does anybody hear a no where the law says yes?

Run it as `python -m evals.benchmarks.statutory --cases 100000 --seed 1 --jobs 2`.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import get_context

from agent.bootstrap import load_rulebook
from agent.settings import Settings
from evals.benchmarks.statutory_cases import Claim, Claimants
from tools.connectors.calendars import HolidayCalendar
from tools.policy.around import Around
from tools.policy.decision import Decision, Deny, FactName, NeedApproval, NeedFacts
from tools.policy.derive_records import derive_record_facts
from tools.policy.engine import decide
from tools.policy.facts import Fact, Value
from tools.policy.rulebook import Rulebook

_CHUNK = 2500
_SHOWN = 5
_ONLY_ARTICLE = "Directive 2011/83/EU Art. "


@dataclass
class Tally:
    """What became of the claims."""

    claims: int = 0
    asked: int = 0
    kinds: Counter[str] = field(default_factory=Counter[str])
    exempt: Counter[str] = field(default_factory=Counter[str])
    """Denials with a basis in the law, by rule."""
    wrongful: list[str] = field(default_factory=list[str])

    def add(self, other: "Tally") -> None:
        """Add up."""
        self.claims += other.claims
        self.asked += other.asked
        self.kinds.update(other.kinds)
        self.exempt.update(other.exempt)
        self.wrongful.extend(other.wrongful)


def main() -> None:
    """Print the first wrongful answers and, last, one JSON line; exit with 1 if there were any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    started = time.perf_counter()
    totals = {"minds_changed": Tally(), "faults_found": Tally()}
    chunks = [
        (options.seed * 1_000_003 + at, min(_CHUNK, options.cases - at))
        for at in range(0, options.cases, _CHUNK)
    ]
    with get_context("spawn").Pool(options.jobs) as pool:
        for tallies in pool.imap_unordered(hear, chunks):
            for name, tally in tallies.items():
                totals[name].add(tally)
    wrongful = [text for tally in totals.values() for text in tally.wrongful]
    for text in wrongful[:_SHOWN]:
        print(text)
    line = {
        name: {
            "claims": tally.claims,
            "questions_asked": tally.asked,
            "answers": tally.kinds,
            "exempt": tally.exempt,
            "wrongful": len(tally.wrongful),
        }
        for name, tally in totals.items()
    }
    print(json.dumps({**line, "seconds": round(time.perf_counter() - started, 1)}))
    sys.exit(1 if wrongful else 0)


@lru_cache(maxsize=1)
def _rulebook() -> Rulebook:
    return load_rulebook(Settings().policy_dir)


def hear(chunk: tuple[int, int]) -> Mapping[str, Tally]:
    """Answer the claims of one seed."""
    seed, count = chunk
    claimants, rulebook = Claimants(_rulebook(), seed), _rulebook()
    return {
        "minds_changed": judge(claimants.minds_changed(count), rulebook),
        "faults_found": judge(claimants.faults_found(count), rulebook),
    }


def judge(claims: Iterable[Claim], rulebook: Rulebook) -> Tally:
    """Answer each claim as far as its buyer answers, and look for a no that cannot be."""
    tally = Tally()
    for claim in claims:
        *asked, decision = answers(claim, rulebook)
        tally.claims += 1
        tally.asked += len(asked)
        tally.kinds[decision.kind] += 1
        if not _is_less_than_granted(claim, decision):
            continue
        basis = basis_of(decision, claim, rulebook)
        is_return = claim.question == "may_return"
        if (claim.exempt and basis and not is_return) or any(
            f"{_ONLY_ARTICLE}{article}" in basis for article in claim.exempt
        ):
            tally.exempt[decision.rule_id] += 1
        else:
            tally.wrongful.append(_told(claim, decision, basis))
    return tally


def answers(claim: Claim, rulebook: Rulebook) -> Iterator[Decision]:
    """Yield every decision on the way, the last of which asks for nothing more."""
    facts = derive_record_facts(
        claim.order,
        claim.line,
        claim.reports,
        Around(orders=(claim.order,), today=(), seller=claim.seller, stock=3),
        claim.now,
        HolidayCalendar(),
    )
    for name, value in (("request", "return_eligibility"), ("photo_evidence", "none")):
        if FactName(name) in rulebook.catalogue:
            source = "record" if name == "request" else "photo"
            raw = {"name": name, "value": value, "source": source, "as_of": claim.now}
            facts[FactName(name)] = Fact.model_validate(raw)
    while True:
        decision = decide(claim.question, facts, rulebook, claim.now)
        yield decision
        if not isinstance(decision, NeedFacts):
            return
        name = decision.facts[0]
        facts[name] = _say(name, claim.truth[name], claim)


def basis_of(decision: Decision, claim: Claim, rulebook: Rulebook) -> str:
    """Return what the deciding rule rests on."""
    table = rulebook.table(claim.question, claim.line.seller)
    rules = table.rules if table is not None else ()
    return next((rule.basis for rule in rules if rule.id == decision.rule_id), "")


def _is_less_than_granted(claim: Claim, decision: Decision) -> bool:
    """Whether it is a no, or a yes that waits for the seller where the law needs nobody's."""
    waits = isinstance(decision, NeedApproval) and claim.question == "may_return"
    return isinstance(decision, Deny) or waits


def _say(name: FactName, value: Value, claim: Claim) -> Fact:
    return Fact(name=name, value=value, source="buyer", as_of=claim.now)


def _told(claim: Claim, decision: Decision, basis: str) -> str:
    order, line = claim.order, claim.line
    came = [str(report.delivered_at) for report in claim.reports]
    return (
        f"{claim.question}: {decision.kind} by {decision.rule_id} ({basis})\n  to "
        f"{order.ship_to.country}, {line.seller}, {line.category}, {order.kind}, gift {order.gift}, "
        f"final sale {line.final_sale}, custom made {line.custom_made}, parcels {came}, "
        f"now {claim.now}, buyer {claim.truth}"
    )


if __name__ == "__main__":
    main()
