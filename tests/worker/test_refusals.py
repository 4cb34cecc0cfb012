"""Does the gateway refuse what is not exactly what was allowed, shown and confirmed?

Each case is an honest effect with one thing wrong, and its honest twin happens.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.conversation import Attach, HandBack, Say, Tap
from agent.worker.refusals import REASONS, Reason, why_of
from agent.worker.store import Store
from tests.worker.bench import IDA, Bench
from tools.connectors.embedded.changes import Disputed
from tools.domain.effect import (
    CancelItems,
    Done,
    EffectId,
    IssueRefund,
    NotPermitted,
    OpenReturn,
    OrderEffect,
    SendPaper,
)
from tools.domain.money import Money
from tools.domain.order import OrderNumber, PaymentId
from tools.domain.party import Identity
from tools.domain.returns import RefundShare
from tools.domain.shipment import LineId
from tools.domain.ticket import PhotoId

PAYMENT = PaymentId("P-ND-BACK")


@pytest.fixture
def bench(store: Store, tmp_path: Path) -> Bench:
    return Bench(store, tmp_path)


def _number(name: str) -> OrderNumber:
    return name


def refund(effect: OrderEffect) -> IssueRefund:
    assert isinstance(effect, IssueRefund)
    return effect


def paying(effect: OrderEffect, amount: int, currency: str = "EUR") -> OrderEffect:
    shares = (RefundShare(of=LineId("L1"), amount=amount),)
    money = Money(amount=amount, currency=currency)
    return effect.model_copy(update={"amount": money, "shares": shares})


def permit(effect: OrderEffect, **update: object) -> OrderEffect:
    changed = effect.permit.model_copy(update=update)
    return effect.model_copy(update={"permit": changed})


async def refused(bench: Bench, effect: OrderEffect) -> str:
    """Return the check that said no; nothing is asked of anybody then."""
    receipt = await bench.gateway().perform(effect)
    assert isinstance(receipt, NotPermitted), receipt
    assert bench.gateway().look_up(effect.id) is None
    return receipt.detail.partition(":")[0]


WRONG: list[tuple[Reason, str, str, Callable[[OrderEffect], OrderEffect]]] = [
    ("changed_amount", "ND-BACK", "may_refund", lambda e: paying(e, refund(e).amount.amount + 1)),
    ("changed_amount", "ND-BACK", "may_refund", lambda e: paying(e, refund(e).amount.amount - 1)),
    ("changed_amount", "ND-BACK", "may_refund", lambda e: paying(e, 10**12)),
    ("changed_currency", "ND-BACK", "may_refund", lambda e: paying(e, 2800, "GBP")),
    (
        "changed_shares",
        "ND-BACK",
        "may_refund",
        lambda e: paying(e, refund(e).amount.amount),
    ),
    (
        "changed_payment",
        "ND-BACK",
        "may_refund",
        lambda e: e.model_copy(update={"payment": PaymentId("P-ND-BACK2")}),
    ),
    (
        "changed_refunded",
        "ND-BACK",
        "may_refund",
        lambda e: e.model_copy(update={"already_refunded": 1}),
    ),
    (
        "changed_id",
        "ND-BACK",
        "may_refund",
        lambda e: e.model_copy(update={"id": EffectId("eff_again")}),
    ),
    ("changed_rules", "ND-BACK", "may_refund", lambda e: permit(e, rule_ids=("refunds.lost",))),
    ("changed_rules", "ND-BACK", "may_refund", lambda e: permit(e, version="another")),
    ("line_unknown", "ND-BACK", "may_refund", lambda e: permit(e, lines=(LineId("L9"),))),
    ("line_unknown", "ND-BACK", "may_refund", lambda e: permit(e, lines=(LineId("L1"),) * 2)),
    ("rules_say_no", "ND-BACK", "may_refund", lambda e: permit(e, question="may_exchange")),
    ("order_unknown", "ND-BACK", "may_refund", lambda e: permit(e, order=_number("ND-0"))),
    ("order_not_yours", "ND-BACK", "may_refund", lambda e: permit(e, order=_number("ND-JO"))),
    (
        "changed_kind",
        "ND-BACK",
        "may_refund",
        lambda e: SendPaper(id=e.id, permit=e.permit, paper="receipt"),
    ),
    (
        "changed_terms",
        "ND-DONE",
        "may_return",
        lambda e: e.model_copy(update={"shipping_paid_by": "seller"}),
    ),
    (
        "changed_terms",
        "ND-DONE",
        "may_return",
        lambda e: e.model_copy(update={"send_by": None}),
    ),
    (
        "nothing_to_do",
        "ND-DONE",
        "may_return",
        lambda e: e.model_copy(update={"pieces": pieces(e, 2)}),
    ),
    (
        "changed_id",
        "ND-NEW",
        "may_cancel",
        lambda e: e.model_copy(update={"pieces": pieces(e, 1)}),
    ),
]


def pieces(effect: OrderEffect, quantity: int) -> tuple[object, ...]:
    assert isinstance(effect, OpenReturn | CancelItems)
    return tuple(one.model_copy(update={"quantity": quantity}) for one in effect.pieces)


@pytest.mark.parametrize(
    ("reason", "number", "question", "twist"),
    WRONG,
    ids=[f"{w[0]}-{n}" for n, w in enumerate(WRONG)],
)
async def test_a_graph_that_shows_what_the_rules_do_not_allow_gets_nowhere(
    bench: Bench,
    reason: Reason,
    number: str,
    question: str,
    twist: Callable[[OrderEffect], OrderEffect],
):
    honest = await bench.agreed(number, question)
    wrong = twist(honest)
    assert await refused(bench, wrong) == "proposal_other"
    assert await refused(bench, bench.shown(wrong)) == reason
    bench.shown(honest)
    assert isinstance(await bench.gateway().perform(honest), Done)


@pytest.mark.parametrize(
    ("reason", "memory"),
    [
        ("proposal_none", {"proposal": None}),
        ("person_owns", {"owner": "person"}),
        ("order_not_yours", {"identity": Identity()}),
        ("order_not_yours", {"identity": Identity(email="jo@example.org", how="signed")}),
        ("confirmation_unknown", {"channel": "post"}),
    ],
)
async def test_what_is_remembered_counts_and_not_what_the_effect_says(
    bench: Bench, reason: Reason, memory: dict[str, object]
):
    honest = await bench.agreed()
    before = bench.remembered(honest)
    bench.rewrite(honest, **memory)
    assert await refused(bench, honest) == reason
    bench.rewrite(honest, **{name: getattr(before, name) for name in memory})
    assert isinstance(await bench.gateway().perform(honest), Done)


async def test_nothing_happens_for_a_conversation_that_nobody_knows(bench: Bench):
    honest = await bench.agreed()
    assert await refused(bench, permit(honest, conversation="c-none")) == "conversation_unknown"
    assert isinstance(await bench.gateway().perform(honest), Done)


async def test_nothing_happens_without_a_word_of_the_buyer(bench: Bench):
    honest = await bench.agreed()
    assert await refused(bench, permit(honest, confirmed_by=None)) == "confirmation_none"
    assert await refused(bench, permit(honest, confirmed_by="m-none")) == "confirmation_unknown"
    assert isinstance(await bench.gateway().perform(honest), Done)


async def test_the_message_that_asked_does_not_confirm(bench: Bench):
    proposal = await bench.propose("ND-BACK", "may_refund")
    honest = bench.confirm(proposal)
    asked = permit(honest, confirmed_by=proposal.answered)
    assert await refused(bench, asked) == "confirmation_too_early"
    assert isinstance(await bench.gateway().perform(honest), Done)


async def test_a_message_before_the_summary_does_not_confirm(bench: Bench):
    early = bench.hear(Say(text="yes"), to="c1")
    bench.commit(early, bench.state(early))
    proposal = await bench.propose("ND-BACK", "may_refund")
    honest = bench.confirm(proposal)
    assert await refused(bench, permit(honest, confirmed_by=early.id)) == "confirmation_too_early"
    assert isinstance(await bench.gateway().perform(honest), Done)


@pytest.mark.parametrize(
    ("reason", "event"),
    [
        ("confirmation_other", Tap(choice="yes")),
        ("confirmation_other", Tap(choice="yes:eff_another")),
        ("confirmation_not_buyers", HandBack()),
        ("confirmation_not_buyers", Attach(photo=PhotoId("p1"))),
    ],
)
async def test_only_the_yes_to_this_effect_confirms(
    bench: Bench, reason: Reason, event: Tap | HandBack | Attach
):
    proposal = await bench.propose("ND-BACK", "may_refund")
    assert await refused(bench, bench.confirm(proposal, event)) == reason
    assert await refused(bench, bench.confirm(proposal, Tap(choice=proposal.no))) == (
        "confirmation_other"
    )
    assert isinstance(await bench.gateway().perform(bench.confirm(proposal)), Done)


async def test_a_message_of_another_conversation_does_not_confirm(bench: Bench):
    honest = await bench.agreed()
    other = bench.hear(Say(text="yes"), to="c-else")
    assert await refused(bench, permit(honest, confirmed_by=other.id)) == "confirmation_unknown"
    assert isinstance(await bench.gateway().perform(honest), Done)


async def test_a_message_that_the_shop_vouches_to_be_anothers_does_not_confirm(bench: Bench):
    proposal = await bench.propose("ND-BACK", "may_refund")
    theirs = bench.hear(Say(text="yes"), to="c1", email="jo@example.org")
    hers = bench.hear(Say(text="yes"), to="c1", email=IDA.email)
    effect = bench.confirm(proposal)
    wrong, honest = (permit(effect, confirmed_by=word.id) for word in (theirs, hers))
    assert await refused(bench, wrong) == "confirmation_other_buyer"
    assert isinstance(await bench.gateway().perform(honest), Done)


async def test_a_yes_after_the_summary_ran_out_does_not_count(bench: Bench):
    proposal = await bench.propose("ND-BACK", "may_refund")
    bench.clock.move(minutes=15, seconds=1)
    assert await refused(bench, bench.confirm(proposal)) == "proposal_expired"
    bench.clock.move(seconds=-1)
    assert isinstance(await bench.gateway().perform(bench.confirm(proposal)), Done)


async def test_a_yes_of_the_future_does_not_count(bench: Bench):
    """The clock of the worker that took it in went ahead."""
    proposal = await bench.propose("ND-BACK", "may_refund")
    bench.clock.move(hours=1)
    late = bench.confirm(proposal)
    bench.clock.move(hours=-1)
    assert await refused(bench, late) == "confirmation_late"
    assert isinstance(await bench.gateway().perform(bench.confirm(proposal)), Done)


async def test_one_word_confirms_one_effect(bench: Bench):
    first = await bench.agreed("ND-BACK")
    shown = bench.remembered(first).proposal
    assert shown is not None
    assert isinstance(await bench.gateway().perform(first), Done)
    bench.settle(first)
    again = await bench.propose("ND-BACK2", "may_refund", to=first.permit.conversation)
    second = bench.confirm(again)
    # A graph that wants to pay for an old word says that it was shown before it.
    old = bench.remembered(second).proposal
    assert old is not None
    bench.rewrite(second, proposal=old.model_copy(update={"answered": shown.answered}))
    used = permit(second, confirmed_by=first.permit.confirmed_by)
    assert await refused(bench, used) == "confirmation_used"
    bench.rewrite(second, proposal=old)
    assert isinstance(await bench.gateway().perform(second), Done)


async def test_a_dispute_stops_everything(bench: Bench):
    honest = await bench.agreed("ND-BACK2")
    back = await bench.agreed("ND-DONE", "may_return")
    for number in ("ND-BACK2", "ND-DONE"):
        bench.elsewhere.dispute(Disputed(payment=PaymentId(f"P-{number}"), now="open"))
    assert await refused(bench, honest) == "rules_say_no"
    assert await refused(bench, back) == "rules_say_no"
    for number in ("ND-BACK2", "ND-DONE"):
        bench.elsewhere.dispute(Disputed(payment=PaymentId(f"P-{number}"), now="none"))
    assert isinstance(await bench.gateway().perform(honest), Done)
    assert isinstance(await bench.gateway().perform(back), Done)


async def test_a_cancellation_needs_its_refund_in_the_summary(bench: Bench):
    honest = await bench.agreed("ND-NEW", "may_cancel")
    proposal = bench.remembered(honest).proposal
    assert proposal is not None
    assert proposal.then is not None
    for then in (None, paying(proposal.then, 1)):
        bench.rewrite(honest, proposal=proposal.model_copy(update={"then": then}))
        assert await refused(bench, honest) == "changed_then"
    bench.rewrite(honest, proposal=proposal)
    assert isinstance(await bench.gateway().perform(honest), Done)


async def test_money_that_was_paid_back_elsewhere_is_not_paid_again(bench: Bench):
    honest = await bench.agreed()
    bench.elsewhere.refund(PAYMENT, Money(amount=100, currency="EUR"), "by hand")
    assert await refused(bench, honest) == "changed_refunded"
    twin = await bench.agreed("ND-BACK2")
    assert isinstance(await bench.gateway().perform(twin), Done)


async def test_a_day_later_another_summary_is_needed(bench: Bench):
    honest = await bench.agreed()
    bench.clock.move(days=1)
    assert await refused(bench, honest) == "proposal_expired"
    assert isinstance(await bench.gateway().perform(await bench.agreed()), Done)


async def test_while_the_shop_does_not_answer_nothing_happens(bench: Bench):
    honest = await bench.agreed()
    well = bench.storefront
    bench.storefront = bench.shut()
    assert await refused(bench, honest) == "records_unavailable"
    bench.storefront = well
    assert isinstance(await bench.gateway().perform(honest), Done)


def test_every_reason_leads_to_words_for_the_buyer():
    assert all(why_of(reason) for reason in REASONS)
