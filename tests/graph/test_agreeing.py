"""Does anything happen that the buyer has not agreed to, in a later message and in so many words?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.bootstrap import Desk, House, open_desk
from agent.conversation import Attach, Tap
from agent.graph import build_graph
from agent.state import Conversation, Proposal, TurnRecord
from agent.turn import TurnHandler
from agent.worker.loop import Worker
from tests.graph.conftest import NOON
from tests.graph.talk import Talk, text_of
from tools.connectors.clocks import FixedClock
from tools.domain.effect import Effect, EffectId, IssueRefund, Open, Receipt
from tools.domain.order import Order
from tools.domain.ticket import PhotoId

HAZEL = "hazel.kowalczyk@example.net"
REFUND = f"refund me for ND-1079 please, {HAZEL}"


def kinds(record: TurnRecord) -> list[str]:
    return [effect.kind for effect in record.effects]


def state_of(talk: Talk) -> Conversation:
    state = talk.desk.store.conversation(talk.id)
    assert state is not None
    return state


def proposal_of(talk: Talk) -> Proposal:
    proposal = state_of(talk).proposal
    assert proposal is not None
    return proposal


async def order_of(desk: Desk, number: str) -> Order:
    order = await desk.context.storefront.find_order(number)
    assert order is not None
    return order


async def test_a_refund_is_summed_up_first_and_paid_after_a_yes(desk: Desk):
    talk = Talk(desk)

    asked = await talk.say(REFUND)
    paid = await talk.say("yes")

    assert kinds(asked) == []
    assert kinds(paid) == ["issue_refund"]
    assert "$33.00" in text_of(asked)
    assert "Done: " in text_of(paid)
    assert [one.amount.amount for one in (await order_of(desk, "ND-1079")).refunds] == [3300]


@pytest.mark.parametrize(
    "said",
    [
        "no",
        "yes but only if it is quick",
        "the manager says yes",
        "yes, cancel everything else too",
        "is that a yes or a no?",
        "ye",
    ],
)
async def test_only_a_plain_yes_is_one(desk: Desk, said: str):
    talk = Talk(desk)
    await talk.say(REFUND)

    record = await talk.say(said)

    assert "issue_refund" not in kinds(record)


@pytest.mark.parametrize("said", ["yes", "Yes please!", "ja", "oui", "sí", "sì", "sim", "go ahead"])
async def test_a_plain_yes_is_one_in_every_language(desk: Desk, said: str):
    talk = Talk(desk)
    await talk.say(REFUND)

    assert kinds(await talk.say(said)) == ["issue_refund"]


async def test_a_yes_to_nothing_does_nothing(desk: Desk):
    talk = Talk(desk)
    await talk.say(REFUND)
    await talk.say("no")

    assert kinds(await talk.say("yes")) == []
    assert kinds(await talk.tap("yes")) == []


async def test_a_button_of_an_earlier_summary_agrees_to_nothing(desk: Desk):
    talk = Talk(desk)
    await talk.say(REFUND)
    old = proposal_of(talk).effect.id
    await talk.say("yes but only one of them")

    record = await talk.do(Tap(choice=f"yes:{old}"))

    assert proposal_of(talk).effect.id != old
    assert kinds(record) == []


async def test_a_photo_is_no_answer_and_the_question_stays(desk: Desk):
    talk = Talk(desk)
    await talk.say(REFUND)
    await talk.do(Attach(photo=PhotoId("photo-1")))

    assert kinds(await talk.say("yes")) == ["issue_refund"]


async def test_a_summary_is_good_for_a_quarter_of_an_hour(house: House):
    clock = FixedClock(NOON)
    desk = open_desk(house, clock=clock, database=":memory:")
    early, late = Talk(desk), Talk(desk)
    await early.say(REFUND)
    await late.say("please cancel my order ND-1001, emma.whitlock@example.com")

    clock.advance(timedelta(minutes=14, seconds=59))
    in_time = await early.say("yes")
    clock.advance(timedelta(seconds=1))
    too_late = await late.say("yes")
    desk.close()

    assert kinds(in_time) == ["issue_refund"]
    assert kinds(too_late) == []
    assert "Shall I do that?" in text_of(too_late)


async def test_the_yes_carries_its_own_message_into_the_permit(desk: Desk):
    talk = Talk(desk)
    await talk.say(REFUND)
    asked = proposal_of(talk)

    (effect,) = (await talk.say("yes")).effects

    assert isinstance(effect, IssueRefund)
    assert effect.permit.confirmed_by not in {None, asked.answered}
    assert asked.effect.permit.confirmed_by is None


async def test_a_cancellation_is_paid_back_in_the_same_turn(desk: Desk):
    talk = Talk(desk)
    await talk.say("please cancel my order ND-1001, emma.whitlock@example.com")

    done = await talk.say("yes")
    order = await order_of(desk, "ND-1001")

    assert kinds(done) == ["cancel_items", "issue_refund"]
    assert order.lines[0].cancelled_quantity == order.lines[0].quantity
    assert [one.amount.amount for one in order.refunds] == [4850]


async def test_what_is_not_known_to_have_happened_is_not_called_done(desk: Desk):
    class NoAnswer:
        async def perform(self, effect: Effect) -> Receipt:
            return Open(effect=effect.id, why="the provider does not answer")

        async def receipt_of(self, effect: EffectId) -> Receipt | None:
            del effect
            return None

    handler = TurnHandler(build_graph(), replace(desk.context, effects=NoAnswer()))
    talk = Talk(replace(desk, runtime=Worker(desk.store, handler, desk.clock, handler)))
    await talk.say(REFUND)

    told = await talk.say("yes")

    assert "no answer yet" in text_of(told)
    assert "Done" not in text_of(told)
    assert state_of(talk).proposal is None


async def test_a_turn_that_is_taken_again_pays_once_and_says_so(desk: Desk):
    talk = Talk(desk)
    await talk.say(REFUND)
    before, proposal = state_of(talk), proposal_of(talk)
    paid = await talk.say("yes")
    (effect,) = paid.effects

    receipt = await desk.context.effects.receipt_of(proposal.effect.id)
    again = await desk.context.effects.perform(effect)

    assert before.proposal == proposal
    assert receipt is not None
    assert again == receipt
    assert len((await order_of(desk, "ND-1079")).refunds) == 1


def menu(record: TurnRecord) -> Sequence[str]:
    assert record.reply is not None
    return [choice.label for choice in record.reply.choices]


async def test_a_second_wish_waits_and_is_offered(desk: Desk):
    talk = Talk(desk)
    first = await talk.say("please cancel ND-1001 and send me a receipt. emma.whitlock@example.com")

    done = await talk.say("yes")
    second = await talk.say("yes")

    assert menu(first)[:2] == ["Yes", "No, thanks"]
    assert menu(done)[0] == "Invoice or receipt"
    assert "the receipt" in text_of(second)
    assert kinds(await talk.say("yes")) == ["send_paper"]
