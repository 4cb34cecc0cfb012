"""Does what needs a person's word reach one, and the buyer hear of it in the same conversation?"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from agent.bootstrap import Desk, House, open_desk
from agent.conversation import ApprovalSettled
from agent.desk.approving import Answered, NotCounted
from agent.graph import build_graph
from agent.state import Conversation, TurnRecord
from agent.turn import TurnHandler
from agent.worker.approval_steps import ApprovalCase, Stale
from agent.worker.obligations import Obligations
from agent.worker.people import Person
from tests.graph.conftest import NOON
from tests.graph.talk import Talk, text_of
from tools.connectors.clocks import FixedClock
from tools.domain.effect import IssueRefund
from tools.domain.money import Money
from tools.errors import UnavailableError

BIG = "refund me for ND-1073 please, hazel.kowalczyk@example.net"
"""Came back in order, and costs $262: above what is paid without a person."""


def person(desk: Desk, name: str = "Olu") -> Person:
    known = desk.people.find(name)
    if known is None:
        desk.people.add(name, "owner")
        known = desk.people.find(name)
    assert known is not None
    return known


async def asked(talk: Talk) -> ApprovalCase:
    """Wish, summary, yes; return what then waits at the desk."""
    await talk.say(BIG)
    await talk.say("yes")
    (case,) = await talk.desk.approvals.waiting()
    return case


def state_of(talk: Talk) -> Conversation:
    state = talk.desk.store.conversation(talk.id)
    assert state is not None
    return state


def last(talk: Talk) -> TurnRecord:
    return talk.desk.turns(talk.id)[-1]


async def paid(desk: Desk) -> Sequence[int]:
    order = await desk.find_order("ND-1073")
    assert order is not None
    return [one.amount.amount for one in order.refunds]


def kinds(record: TurnRecord) -> list[str]:
    return [effect.kind for effect in record.effects]


async def accept(desk: Desk, case: ApprovalCase) -> Answered:
    return await desk.approvals.accept(case.approval.id, case.version, person(desk))


async def test_the_buyer_is_told_first_that_a_person_has_to_agree(desk: Desk):
    talk = Talk(desk)

    told = await talk.say(BIG)

    assert "$262.00" in text_of(told)
    assert "has to confirm" in text_of(told)
    assert await desk.approvals.waiting() == ()


async def test_after_a_yes_a_person_is_asked_and_the_assistant_stays(desk: Desk):
    talk = Talk(desk)
    await talk.say(BIG)

    told = await talk.say("yes")

    assert "I have asked a colleague" in text_of(told)
    assert "hours" in text_of(told)
    assert kinds(told) == []
    assert state_of(talk).owner == "assistant"
    assert await paid(desk) == []
    assert len(await desk.approvals.waiting()) == 1


async def test_an_approval_is_paid_once_and_the_buyer_hears_of_it(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)

    done = await accept(desk, case)

    assert isinstance(done, ApprovalCase)
    assert await paid(desk) == [26200]
    assert "confirmed it" in text_of(last(talk))
    assert "Done: " in text_of(last(talk))
    assert kinds(last(talk)) == ["issue_refund"]
    assert state_of(talk).awaiting == ()


async def test_a_rejection_is_told_with_its_reason_and_a_way_to_a_person(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)

    await desk.approvals.reject(case.approval.id, case.version, person(desk), "not_covered")

    told = last(talk)
    assert "do not cover" in text_of(told)
    assert told.reply is not None
    assert "request:human_agent" in {choice.id for choice in told.reply.choices}
    assert await paid(desk) == []
    assert state_of(talk).owner == "assistant"


async def test_another_way_gives_the_conversation_to_that_person(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)

    await desk.approvals.reject(case.approval.id, case.version, person(desk), "other_way")

    assert state_of(talk).owner == "person"
    assert last(talk).handoff is not None


async def test_a_smaller_amount_needs_a_yes_of_its_own(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)

    await desk.approvals.edit(case.approval.id, case.version, person(desk), 10000)
    told, before = last(talk), await paid(desk)
    done = await talk.say("yes")

    assert "$100.00" in text_of(told)
    assert before == []
    assert "Done: " in text_of(done)
    assert await paid(desk) == [10000]


async def test_a_smaller_amount_can_be_answered_hours_later(house: House):
    clock = FixedClock(NOON)
    desk = open_desk(house, clock=clock, database=":memory:")
    talk = Talk(desk)
    case = await asked(talk)
    await desk.approvals.edit(case.approval.id, case.version, person(desk), 10000)

    clock.advance(timedelta(hours=5))
    done = await talk.say("yes")
    amounts = await paid(desk)
    desk.close()

    assert "Done: " in text_of(done)
    assert amounts == [10000]


async def test_a_smaller_amount_waits_while_something_else_is_asked(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)
    await desk.approvals.edit(case.approval.id, case.version, person(desk), 10000)

    told = await talk.say("where is my refund?")
    await talk.say("yes")

    assert "$100.00" in text_of(told)
    assert await paid(desk) == [10000]


async def test_a_smaller_amount_that_is_declined_is_not_paid(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)
    await desk.approvals.edit(case.approval.id, case.version, person(desk), 10000)

    await talk.say("no")
    await talk.say("yes")

    assert await paid(desk) == []
    found = await desk.approvals.find(case.approval.id)
    assert found is not None
    assert found.approval.status == "void"


async def test_what_nobody_answers_lapses_and_is_told(house: House):
    clock = FixedClock(NOON)
    desk = open_desk(house, clock=clock, database=":memory:")
    talk = Talk(desk)
    await asked(talk)

    clock.advance(timedelta(days=30))
    await desk.approvals.let_expire()
    told, amounts = last(talk), await paid(desk)
    desk.close()

    assert "lapsed" in text_of(told)
    assert "sorry" in text_of(told)
    assert amounts == []


async def pay_outside(desk: Desk) -> None:
    order = await desk.find_order("ND-1073")
    assert order is not None
    desk.elsewhere.refund(order.payments[0].id, Money(amount=500, currency="USD"), "by hand")


async def test_what_has_changed_before_the_yes_is_void_and_told(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)
    await pay_outside(desk)

    done = await accept(desk, case)

    assert isinstance(done, NotCounted)
    assert "Something has changed" in text_of(last(talk))
    assert await paid(desk) == [500]


async def test_of_two_people_one_counts(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)
    person(desk, "Lena")

    done = await asyncio.gather(
        desk.approvals.accept(case.approval.id, case.version, person(desk)),
        desk.approvals.accept(case.approval.id, case.version, person(desk, "Lena")),
    )

    assert sorted(type(one).__name__ for one in done) == ["ApprovalCase", "Stale"]
    assert any(isinstance(one, Stale) for one in done)
    assert await paid(desk) == [26200]


async def test_the_buyer_goes_on_talking_meanwhile(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)

    status = await talk.say("where is my order ND-1079? hazel.kowalczyk@example.net")
    await accept(desk, case)

    assert "ND-1079" in text_of(status)
    assert "Raku floor vase" not in text_of(status)
    assert await paid(desk) == [26200]
    assert "Done: " in text_of(last(talk))


async def test_the_same_wish_is_not_asked_twice(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)

    again = await talk.say("I want a refund for ND-1073")
    (still,) = await desk.approvals.waiting()

    assert "already" in text_of(again)
    assert still == case


async def test_who_changes_their_mind_takes_the_request_back(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)

    told = await talk.say("never mind")
    late = await accept(desk, case)

    assert "taken back" in text_of(told)
    assert isinstance(late, Stale)
    assert await paid(desk) == []
    assert Obligations(desk.store.database).open() == ()


async def test_a_person_who_takes_over_takes_the_request_too(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)

    told = await talk.say("I want to talk to a human please")
    late = await accept(desk, case)

    assert told.handoff is not None
    assert "goes to the same person" in text_of(told)
    assert isinstance(late, Stale)
    assert await paid(desk) == []


async def test_a_persons_question_is_passed_on_and_the_request_stays(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)

    await desk.approvals.ask(case.approval.id, case.version, person(desk), "Is it unopened?")
    (still,) = await desk.approvals.waiting()
    passed = last(talk)
    await accept(desk, still)

    assert text_of(passed) == "Is it unopened?"
    assert await paid(desk) == [26200]


@pytest.mark.parametrize("name", ["A-FORGED", ""])
async def test_an_answer_to_nothing_changes_nothing(desk: Desk, name: str):
    talk = Talk(desk)
    await talk.say(BIG)

    record = await talk.do(ApprovalSettled(approval=name, verdict="accepted"))

    assert record.reply is None
    assert await paid(desk) == []


async def test_an_event_says_nothing_by_itself(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)

    record = await talk.do(ApprovalSettled(approval=case.approval.id, verdict="accepted"))

    assert record.reply is None
    assert await paid(desk) == []
    assert len(state_of(talk).awaiting) == 1


async def test_a_summary_that_waits_is_offered_again_behind_the_news(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)
    await talk.say("send me a receipt for ND-1073")

    await accept(desk, case)
    told = last(talk)
    after = await talk.say("yes")

    assert "something else" in text_of(told)
    assert kinds(after) == []
    assert "the receipt" in text_of(after)


async def killed_after_the_verdict(desk: Desk, talk: Talk) -> None:
    """Let a person agree, and nobody take the turn that follows."""
    case = await asked(talk)
    await desk.runtime.stop()
    with pytest.raises(UnavailableError):
        await accept(desk, case)


async def test_a_kill_between_verdict_and_payment_pays_once(house: House, tmp_path: Path):
    clock, file = FixedClock(NOON), tmp_path / "nightdesk.sqlite"
    first = open_desk(house, clock=clock, database=file)
    talk = Talk(first)
    await killed_after_the_verdict(first, talk)
    before = await paid(first)
    first.close()

    second = open_desk(house, clock=clock, database=file)
    await second.runtime.settled(talk.id)
    after, told = await paid(second), second.turns(talk.id)[-1]
    second.close()

    assert (before, after) == ([], [26200])
    assert "Done: " in text_of(told)


async def test_a_kill_between_payment_and_commit_pays_once(house: House, tmp_path: Path):
    clock, file = FixedClock(NOON), tmp_path / "nightdesk.sqlite"
    first = open_desk(house, clock=clock, database=file)
    talk = Talk(first)
    await killed_after_the_verdict(first, talk)
    due = first.store.next_due(talk.id)
    assert due is not None
    assert due.message is not None
    handler = TurnHandler(build_graph(), first.context, first.rulebooks)
    await handler(due.message, due.conversation, due.turn)  # and is never committed
    before = await paid(first)
    first.close()

    second = open_desk(house, clock=clock, database=file)
    await second.runtime.settled(talk.id)
    after, told = await paid(second), second.turns(talk.id)[-1]
    second.close()

    assert (before, after) == ([26200], [26200])
    assert "Done: " in text_of(told)


async def test_what_a_person_has_to_do_by_hand_is_given_to_one_whole(desk: Desk):
    record = await Talk(desk).say("please cancel ND-1081, hazel.kowalczyk@example.net")

    assert record.handoff is not None
    assert record.handoff.reason == "changes.packed"
    assert await desk.approvals.waiting() == ()


async def test_while_money_is_stopped_a_person_is_asked_after_the_yes(desk: Desk):
    breaker = desk.effects.breaker
    for _ in range(5):
        with desk.store.database.writing("a failure of the provider") as connection:
            breaker.failed(connection, NOON)
    talk = Talk(desk)
    await talk.say("refund me for ND-1079 please, hazel.kowalczyk@example.net")

    told = await talk.say("yes")
    (case,) = await desk.approvals.waiting()
    await accept(desk, case)

    assert "I have asked a colleague" in text_of(told)
    assert "Done: " in text_of(last(talk))
    assert kinds(last(talk)) == ["issue_refund"]


async def test_a_turn_that_is_taken_again_pays_once(desk: Desk):
    talk = Talk(desk)
    case = await asked(talk)
    await accept(desk, case)
    (effect,) = last(talk).effects
    assert isinstance(effect, IssueRefund)

    again = await desk.context.effects.perform(effect)

    assert again == last(talk).receipts[0]
    assert await paid(desk) == [26200]
