"""May this effect happen now? Asked again by the gateway, which believes nobody, not the graph."""

from typing import Protocol

from agent.context import Rulebooks
from agent.worker.approvals import Approval, Approvals
from agent.worker.cases import (
    Case,
    Readers,
    check_disputes,
    check_rules,
    check_same,
    decide_again,
    is_edited,
    is_photo_only,
)
from agent.worker.comparing import difference, facts_digest
from agent.worker.confirmations import Agreed, Confirmations
from agent.worker.entries import Entry, find_cause
from agent.worker.refusals import Refusal, Refused
from agent.worker.store import Store
from agent.worker.verdicts import Verdict
from tools.domain.changes import PaymentState
from tools.domain.effect import ChangeAddress, IssueRefund, OrderEffect
from tools.domain.order import Order, PaymentId
from tools.errors import OutsideError
from tools.policy.rulebook import Rulebook


class PaymentBooks(Protocol):
    """What the gateway reads at the payment provider; see `Payments`."""

    async def state_of(self, payment: PaymentId) -> PaymentState | None:
        """Return a payment with every refund of it."""
        ...


class Authority:
    """Checks everything that an effect on an order or on money rests on."""

    def __init__(
        self,
        store: Store,
        readers: Readers,
        rulebooks: Rulebooks,
        books: PaymentBooks,
        approvals: Approvals | None = None,
    ) -> None:
        self._database = store.database
        self._confirmations = Confirmations(store, approvals)
        self._readers = readers
        self._rulebooks = rulebooks
        self._books = books

    async def refusal(self, effect: OrderEffect) -> Refusal | None:
        """Return why an effect may not happen now; None when it may."""
        judged = await self.examine(effect)
        return judged if isinstance(judged, Refusal) else None

    async def examine(
        self, effect: OrderEffect, before: Verdict | None = None
    ) -> Verdict | Refusal:
        """Return what permits an effect, or why nothing does.

        With the verdict of `before`, under which it was begun and not finished, the buyer's word
        and the person's stand; all else is looked at again.
        """
        try:
            return await self._examine(effect, before)
        except Refused as refused:
            return refused.refusal
        except OutsideError as error:
            return Refusal("records_unavailable", str(error))

    async def _examine(self, effect: OrderEffect, before: Verdict | None) -> Verdict:
        readers = self._readers.anew()
        cause = self._cause(effect)
        if cause is not None:
            return await self._follow(effect, cause, readers)
        if before is None:
            agreed = self._confirmations.agreed(effect, readers.clock.now())
        else:
            state = self._confirmations.state_of(effect)
            agreed = Agreed(state, before.answered, before.request, then=before.then)
        case = await self._open_case(effect, agreed, readers)
        verdict = await _judge(case, before)
        await self._check_payment(effect)
        return verdict

    async def review(self, approval: Approval) -> Verdict | Refusal:
        """Return whether only a person's yes is missing, or why it would be of no use by now.

        With status `edited`, the effect may be smaller than what the rules allow.
        """
        effect, proposal = approval.effect, approval.proposal
        try:
            state = self._confirmations.state_of(effect)
            agreed = Agreed(state, proposal.answered, proposal.request, approval, proposal.then)
            case = await self._open_case(effect, agreed, self._readers.anew())
            verdict = await _judge(case, None)
            await self._check_payment(effect)
        except Refused as refused:
            return refused.refusal
        except OutsideError as error:
            return Refusal("records_unavailable", str(error))
        return verdict

    def _cause(self, effect: OrderEffect) -> Entry | None:
        with self._database.reading("cause of an effect") as connection:
            return find_cause(connection, effect.id)

    async def _follow(self, effect: OrderEffect, cause: Entry, readers: Readers) -> Verdict:
        """Permit what has to follow: it was allowed, shown and confirmed with what was done."""
        then, word = cause.verdict.then, cause.effect.permit.confirmed_by
        if then is None or difference(effect, then) is not None:
            raise Refused("changed_then")
        if effect.permit.confirmed_by != word:
            raise Refused("confirmation_other", "another message confirmed what was done")
        if cause.status != "CONFIRMED":
            raise Refused("cause_open", cause.status)
        state = self._confirmations.state_of(effect)
        order = await _find_order(effect, Agreed(state, cause.verdict.answered, None), readers)
        check_disputes(effect, order)
        await self._check_payment(effect)
        update = {"effect": effect.id, "then": None, "follows": cause.effect.id}
        return cause.verdict.model_copy(update=update)

    async def _open_case(self, effect: OrderEffect, agreed: Agreed, readers: Readers) -> Case:
        order = await _find_order(effect, agreed, readers)
        if isinstance(effect, ChangeAddress) and not agreed.state.identity.second_factor:
            raise Refused("second_factor")
        lines = {line.id for line in order.lines}
        if len({*effect.permit.lines}) < len(effect.permit.lines):
            raise Refused("line_unknown", "a line twice")
        if not {*effect.permit.lines} <= lines:
            raise Refused("line_unknown", ", ".join(effect.permit.lines))
        own, newest = await self._rules(agreed)
        return Case(effect, agreed, order, readers, own, newest)

    async def _rules(self, agreed: Agreed) -> tuple[Rulebook, Rulebook]:
        """Return the rules that the conversation began with, and those in force."""
        newest = (await self._rulebooks.in_force()).rulebook
        began = agreed.state.rules
        if began is None or began == newest.version:
            return newest, newest
        edition = await self._rulebooks.earlier(began)
        return (newest if edition is None else edition.rulebook), newest

    async def _check_payment(self, effect: OrderEffect) -> None:
        if not isinstance(effect, IssueRefund):
            return
        state = await self._books.state_of(effect.payment)
        if state is None:
            raise Refused("payment_unknown", effect.payment)
        if state.disputed:
            raise Refused("payment_disputed", effect.payment)
        if state.captured.currency != effect.amount.currency:
            raise Refused("changed_currency", state.captured.currency)
        if state.refunded != effect.already_refunded:
            raise Refused("changed_refunded", f"{state.refunded} by now")
        if state.refunded + effect.amount.amount > state.captured.amount:
            raise Refused("more_than_paid", f"{state.refunded} of {state.captured}")


async def _find_order(effect: OrderEffect, agreed: Agreed, readers: Readers) -> Order:
    number = effect.permit.order
    order = await readers.storefront.find_order(number)
    if order is None or order.number != number:
        raise Refused("order_unknown", number)
    if not agreed.state.identity.may_see(order.number, order.email):
        raise Refused("order_not_yours", number)
    return order


async def _judge(case: Case, before: Verdict | None) -> Verdict:
    effect, agreed = case.effect, case.agreed
    decisions = await decide_again(case)
    digest = facts_digest(decisions.values(), (case.own, case.newest))
    check_rules(decisions, agreed, before, digest)
    edited = is_edited(agreed, before)
    then = check_same(case, decisions, edited=edited)
    check_disputes(effect, case.order)
    if then is not None:
        then = _confirmed_with(effect, then, agreed)
    return Verdict(
        effect=effect.id,
        answered=agreed.answered,
        request=agreed.request,
        decisions=tuple(decisions.values()),
        facts_sha256=digest,
        version=effect.permit.version,
        approval=effect.permit.approval,
        edited=edited,
        photo_only=any(is_photo_only(case, record) for record in decisions.values()),
        then=then,
    )


def _confirmed_with(effect: OrderEffect, then: IssueRefund, agreed: Agreed) -> IssueRefund:
    """Return what follows, confirmed by the same word, if it is what was summed up."""
    if agreed.then is None:
        raise Refused("changed_then", "nothing was shown")
    if not agreed.then.pieces:  # all that are left were meant, and so the amount says
        then = then.model_copy(update={"pieces": ()})
    if (reason := difference(then, agreed.then)) is not None:
        raise Refused("changed_then", reason)
    word, person = effect.permit.confirmed_by, effect.permit.approval
    permit = then.permit.model_copy(update={"confirmed_by": word, "approval": person})
    return then.model_copy(update={"permit": permit})
