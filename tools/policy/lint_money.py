"""Which rules and caps could pay back what nobody meant to pay?"""

from collections.abc import Iterator, Mapping

from tools.domain.model import Frozen
from tools.policy.caps import HARD_CAPS, CapsByCurrency
from tools.policy.conditions import leaves
from tools.policy.decision import FactName
from tools.policy.documents import AllowThen, ApprovalThen, Documents, Finding, Path_, RefundThen
from tools.policy.facts import Catalogue
from tools.policy.marketplace import ROLES, MarketplacePolicy, Role
from tools.policy.parse import did_you_mean
from tools.policy.payback import NEEDED
from tools.policy.rulebook import Rule, Rulebook
from tools.policy.walk import believed

_CURRENCY = FactName("currency")


def lint_money(documents: Documents, rulebook: Rulebook) -> Iterator[Finding]:
    """Find caps beyond their limit, and rules that pay without one."""
    caps = documents.marketplace.caps
    yield from _beyond("marketplace.yaml", caps, HARD_CAPS, "Nightdesk pays at most")
    for seller, document in documents.sellers.items():
        yield from _beyond(f"sellers/{seller}.yaml", document.caps, caps, "the marketplace has")
    yield from _approvals(documents.marketplace)
    paying = [rule for rule in _rules(rulebook) if _refund(rule) is not None]
    yield from _missing_facts(paying, rulebook.catalogue)
    for rule in paying:
        if not caps:
            place = (*rule.path, "then")
            sentence = f"`{_name(rule)}` pays money back, but marketplace.yaml sets no `caps`."
            yield Finding(rule.file, place, sentence)
        yield from _photo(rule, rulebook.catalogue)
    for rule in _rules(rulebook):
        yield from _currency(rule, rulebook.catalogue)


def _beyond(
    file: str, caps: Mapping[str, Frozen], most: CapsByCurrency, whose: str
) -> Iterator[Finding]:
    for currency, own in caps.items():
        path: Path_ = ("caps", currency)
        if currency not in most:
            hint = did_you_mean(currency, most) or f" There are {', '.join(most)}."
            yield Finding(file, path, f"There can be no caps in `{currency}`.{hint}")
            continue
        for name, value in own:
            limit: int = getattr(most[currency], name)
            if value is not None and value > limit:
                sentence = f"`{name}` is {value}, and {whose} {limit} in {currency}."
                yield Finding(file, (*path, name), sentence)


def _approvals(marketplace: MarketplacePolicy) -> Iterator[Finding]:
    """Find a role that may agree to what nobody may pay, or to more than the one above it."""
    below: Role | None = None
    for role in ROLES:
        own = marketplace.approvals.get(role)
        if own is None:
            continue
        for currency, amount in own.items():
            path: Path_ = ("approvals", role, currency)
            hard = HARD_CAPS.get(currency)
            if hard is None or amount > hard.action:
                most = f"at most {hard.action}" if hard is not None else "nothing"
                sentence = (
                    f"`{role}` may approve {amount}, and Nightdesk pays {most} in {currency}."
                )
                yield Finding("marketplace.yaml", path, sentence)
            if below is not None and amount < marketplace.approvals[below].get(currency, 0):
                sentence = f"`{role}` may approve less {currency} than `{below}`."
                yield Finding("marketplace.yaml", path, sentence)
        below = role


def _rules(rulebook: Rulebook) -> list[Rule]:
    tables = [table for _, table in rulebook.all_tables()]
    return list({(r.file, r.path): r for table in tables for r in table.rules}.values())


def _refund(rule: Rule) -> RefundThen | None:
    return rule.then.refund if isinstance(rule.then, AllowThen | ApprovalThen) else None


def _missing_facts(paying: list[Rule], catalogue: Catalogue) -> Iterator[Finding]:
    """Find what an amount is worked out from and the catalogue does not have."""
    for name in (_CURRENCY, *NEEDED) if paying else ():
        if name not in catalogue:
            sentence = f"`{_name(paying[0])}` pays money back, which needs the fact `{name}`."
            yield Finding("facts.yaml", ("facts",), sentence)


def _photo(rule: Rule, catalogue: Catalogue) -> Iterator[Finding]:
    """Find a refund that a photo alone can bring about without the cap for photos."""
    refund = _refund(rule)
    shown = [t.fact for t in leaves(rule.when) if "photo" in believed(rule, t.fact, catalogue)]
    if refund is not None and shown and refund.cap is None:
        sentence = (
            f"`{_name(rule)}` may rest on a photo alone (`{shown[0]}`); "
            f"add `cap: photo` to its refund or demand another source."
        )
        yield Finding(rule.file, (*rule.path, "then"), sentence)


def _currency(rule: Rule, catalogue: Catalogue) -> Iterator[Finding]:
    """Find a number of cents that would mean something else in another currency."""
    tested = [test.fact for test in leaves(rule.when)]
    amounts = [fact for fact in tested if catalogue[fact].money]
    if amounts and _CURRENCY not in tested:
        sentence = f"`{amounts[0]}` is an amount of money; test `currency` in the same rule."
        yield Finding(rule.file, (*rule.path, "when"), sentence)


def _name(rule: Rule) -> str:
    return rule.id.rpartition(".")[2]
