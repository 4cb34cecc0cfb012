"""Which decisions does an edit really change, found the slow way and by the oracle?"""

from collections.abc import Iterable
from typing import Literal

from tests.oracle.independent.survey import Told, TooManyCompletionsError
from tests.oracle.independent.verdicts import Judge, Verdict
from tools.policy.decision import Decision, NeedApproval, NeedFacts
from tools.policy.engine import decide
from tools.policy.facts import Facts
from tools.policy.flips import PastDecision
from tools.policy.rulebook import Rulebook

Flips = Literal["yes", "no", "open"]
_NO_CONSEQUENCE = {"rule_id", "because", "version", "trace", "layer", "settings", "since"}


def facts_of(past: PastDecision) -> Facts:
    return {fact.name: fact for fact in past.facts}


def really_changed(decisions: Iterable[PastDecision], new: Rulebook) -> list[PastDecision]:
    """Decide every case anew, one by one, and compare all that a buyer would notice."""
    return [
        past
        for past in decisions
        if _noticed(past.decision) != _noticed(decide(past.question, facts_of(past), new, past.at))
    ]


def _noticed(decision: Decision) -> dict[str, object]:
    told: dict[str, object] = decision.model_dump(exclude=_NO_CONSEQUENCE)
    match decision:
        case NeedFacts(facts=facts):
            return {**told, "facts": frozenset(facts)}
        case NeedApproval(over=over):
            return {**told, "over": frozenset(over)}
        case _:
            return told


class Oracle:
    """Says from the files alone whether an answer changes."""

    def __init__(self, old: Judge, new: Judge) -> None:
        self._old, self._new = old, new

    def flips(self, past: PastDecision) -> Flips:
        """Return `open` where the files leave a choice of what to ask.

        Where the oracle comes to the old answer by another rule, nothing can be learnt from it.
        """
        case = {str(fact.name): Told(fact.value, fact.source, fact.as_of) for fact in past.facts}
        try:
            old, new = (j.judge(past.question, case, past.at) for j in (self._old, self._new))
        except TooManyCompletionsError:
            return "open"
        if old.rule != past.decision.rule_id:
            return "open"
        if old.kind == new.kind == "need_facts":
            if not old.ask & new.ask:
                return "yes"
            return "no" if old.ask == new.ask and len(old.ask) == 1 else "open"
        return "yes" if _parts(old) != _parts(new) else "no"


def _parts(verdict: Verdict) -> tuple[object, ...]:
    if verdict.kind == "deny":
        return (verdict.kind,)
    if verdict.kind == "hand_off":
        return verdict.kind, verdict.queue
    paid = verdict.refund, frozenset(verdict.over)
    return verdict.kind, verdict.ends, dict(verdict.terms), paid
