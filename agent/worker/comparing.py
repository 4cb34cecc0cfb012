"""Is the effect that is asked for the one that the rules allow now, and do they still see the same?"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from agent.state import DecisionRecord
from agent.worker.refusals import Reason
from tools.domain.effect import IssueRefund, OrderEffect
from tools.policy.caps import SUMS
from tools.policy.decision import Allow, FactName, NeedApproval
from tools.policy.rulebook import Rulebook
from tools.policy.supplied import looked_at

_FIELDS: Mapping[str, Reason] = {
    "id": "changed_id",
    "payment": "changed_payment",
    "amount": "changed_amount",
    "shares": "changed_shares",
    "already_refunded": "changed_refunded",
    "pieces": "changed_pieces",
    "for_sku": "changed_sku",
    "shipping_paid_by": "changed_terms",
    "send_by": "changed_terms",
    "address": "changed_address",
    "paper": "changed_paper",
}
"""By field of an effect; one that is added to an effect counts as well."""


def difference(asked: OrderEffect, allowed: OrderEffect) -> Reason | None:
    """Return the first thing in which two effects differ, apart from who agreed to them."""
    if asked.kind != allowed.kind:
        return "changed_kind"
    if _bare(asked).permit != _bare(allowed).permit:
        return "changed_rules"
    if _currency(asked) != _currency(allowed):
        return "changed_currency"
    for name in (*(name for name in type(asked).model_fields if name != "id"), "id"):
        if name not in {"kind", "permit"} and getattr(asked, name) != getattr(allowed, name):
            return _FIELDS.get(name, "changed_words")
    return None


def edit_difference(edited: OrderEffect, allowed: OrderEffect) -> Reason | None:
    """Return in which way a person's edit goes beyond what the rules allow.

    A refund may become smaller, share by share; nothing else may be another.
    """
    if not (isinstance(edited, IssueRefund) and isinstance(allowed, IssueRefund)):
        return difference(edited, allowed)
    most = {share.of: share.amount for share in allowed.shares}
    if edited.amount.amount > allowed.amount.amount:
        return "changed_amount"
    names = [share.of for share in edited.shares]
    if len({*names}) < len(names) or any(x.amount > most.get(x.of, 0) for x in edited.shares):
        return "changed_shares"
    if sum(share.amount for share in edited.shares) != edited.amount.amount:
        return "changed_shares"
    same = {"amount": edited.amount, "shares": edited.shares, "id": edited.id}
    if edited.amount.currency != allowed.amount.currency or edited.amount.amount < 1:
        return "changed_amount"
    return difference(edited, allowed.model_copy(update=same))


def _currency(effect: OrderEffect) -> str | None:
    return effect.amount.currency if isinstance(effect, IssueRefund) else None


def _bare(effect: OrderEffect) -> OrderEffect:
    """Return an effect as it is before anybody agreed to it."""
    permit = effect.permit.model_copy(update={"confirmed_by": None, "approval": None})
    return effect.model_copy(update={"permit": permit})


def facts_digest(decisions: Iterable[DecisionRecord], rulebooks: Iterable[Rulebook]) -> str:
    """Return what stays the same as long as nothing that decides the case changes.

    Days go by and others are paid back meanwhile: such facts count only by what they decide; the
    sums are asked again at the till.
    """
    asked = {rulebook.version: rulebook for rulebook in rulebooks}
    parts = [part for record in decisions for part in _decisive(record, asked)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _decisive(record: DecisionRecord, asked: Mapping[str, Rulebook]) -> Iterator[str]:
    decision = record.decision
    yield f"{record.question} {record.order} {record.line} {decision.kind} {decision.rule_id}"
    yield decision.version
    if isinstance(decision, Allow | NeedApproval):
        yield f"{decision.refund} {sorted(decision.terms.items())}"
    rulebook = asked.get(decision.version)
    if rulebook is None:
        return
    seller = next((str(fact.value) for fact in record.facts if fact.name == "seller"), None)
    names = looked_at(rulebook, record.question, seller) - {*SUMS.values()}
    for fact in sorted(record.facts, key=lambda one: one.name):
        if fact.name in names and not _counts_days(rulebook, fact.name):
            yield f"{fact.name}={fact.value!r} {fact.source}"


def _counts_days(rulebook: Rulebook, name: FactName) -> bool:
    spec = rulebook.catalogue.get(name)
    return spec is not None and spec.counts_from is not None
