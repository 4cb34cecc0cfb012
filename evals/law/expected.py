"""Does a decision say what its case expects?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from evals.law import amounts, moments
from evals.law.case_file import Expect
from tools.policy.decision import Allow, Decision, Deny, HandOff, NeedApproval, NeedFacts
from tools.policy.parse import did_you_mean
from tools.policy.rulebook import Rulebook

_CODE = ("floor.", "caps.", "fallbacks.")
_TERMS = {
    "until": (Allow, NeedApproval),
    "refund": (Allow, NeedApproval),
    "over": (NeedApproval,),
    "terms": (Allow, NeedApproval),
    "since": (Deny,),
    "ask": (NeedFacts,),
    "queue": (HandOff,),
}
"""What only some answers have."""
_KIND = {"allow": Allow, "deny": Deny, "need_facts": NeedFacts, "need_approval": NeedApproval}


def faults_of(expect: Expect, clock: datetime, rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """Yield each key that cannot be meant so, and why."""
    for key, kinds in _TERMS.items():
        if getattr(expect, key) is not None and _KIND.get(expect.answer, HandOff) not in kinds:
            yield key, f"`{expect.answer}` has no `{key}`."
    for key in ("until", "since"):
        written: str | None = getattr(expect, key)
        if written not in (None, "never") and moments.read_moment(written, clock) is None:
            yield key, f"`{key}` is {moments.DAY_HINT}, not `{written}`."
    if expect.refund not in (None, "none") and amounts.read_amount(expect.refund) is None:
        yield "refund", f"`refund` is `none` or an amount, {amounts.HINT}, not `{expect.refund}`."
    yield from _unknown_names(expect, rulebook)


def _unknown_names(expect: Expect, rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    rules = {rule.id for _, table in rulebook.all_tables() for rule in table.rules}
    if expect.rule is not None and not expect.rule.startswith(_CODE) and expect.rule not in rules:
        yield "rule", f"There is no rule `{expect.rule}`.{did_you_mean(expect.rule, rules)}"
    for name in expect.ask or ():
        if name not in rulebook.catalogue:
            hint = did_you_mean(name, rulebook.catalogue)
            yield "ask", f"The catalogue has no fact `{name}`.{hint}"


@dataclass(frozen=True)
class Expected:
    """What a case expects, and what its moments are counted with."""

    expect: Expect
    clock: datetime
    zone: tzinfo

    def differences(self, decision: Decision) -> Iterator[str]:
        """Say in words what is not as expected."""
        expect = self.expect
        yield from _differs("answer", expect.answer, decision.kind)
        yield from _differs("rule", expect.rule, decision.rule_id)
        yield from _differs("layer", expect.layer, decision.layer)
        if decision.kind != expect.answer:
            return
        match decision:
            case Allow() | NeedApproval():
                yield from self._grant(decision)
            case Deny():
                yield from self._moment("since", expect.since, decision.since)
            case NeedFacts():
                yield from _differ("ask", expect.ask, decision.facts)
            case HandOff():
                yield from _differs("queue", expect.queue, decision.queue)

    def _grant(self, decision: Allow | NeedApproval) -> Iterator[str]:
        yield from self._moment("until", self.expect.until, decision.until)
        yield from _differs("refund", self.expect.refund, amounts.show_amount(decision.refund))
        if isinstance(decision, NeedApproval):
            yield from _differ("over", self.expect.over, decision.over)
        yield from _terms(self.expect.terms or {}, decision.terms)

    def _moment(self, key: str, written: str | None, found: datetime | None) -> Iterator[str]:
        if written is None:
            return
        moment = moments.read_moment(written, self.clock)
        fits = moment.is_met(found, self.clock, self.zone) if moment else found is None
        if not fits:
            shown = f"{found.astimezone(self.zone):%Y-%m-%d %H:%M:%S%z}" if found else "never"
            yield _sentence(key, written, shown)


def _terms(
    wanted: Mapping[str, str | int | bool], found: Mapping[str, str | int | bool]
) -> Iterator[str]:
    for name, value in wanted.items():
        got = found.get(name)
        if type(got) is not type(value) or got != value:
            yield _sentence(name, str(value), "nothing" if got is None else str(got))


def _differs(key: str, wanted: str | None, found: str) -> Iterator[str]:
    if wanted is not None and wanted != found:
        yield _sentence(key, wanted, found)


def _differ(key: str, wanted: Iterable[str] | None, found: Iterable[str]) -> Iterator[str]:
    if wanted is not None:
        yield from _differs(key, _listed(wanted), _listed(found))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _sentence(key: str, wanted: str, found: str) -> str:
    return f"{key}: expected {wanted}, got {found}"
