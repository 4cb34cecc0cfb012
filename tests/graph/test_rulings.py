"""Does a person get the case with the decision made, whose word it is and what is missing?"""

from dataclasses import replace

import pytest

from agent.bootstrap import Desk
from agent.conversation import Attach
from agent.graph import build_graph
from agent.turn import TurnHandler
from agent.worker.loop import Worker
from tests.graph.talk import Talk, packet_of, text_of
from tools.domain.money import Money
from tools.domain.ticket import PhotoId
from tools.policy.decision import Allow, NeedApproval, NeedFacts


def amount(minor: int, currency: str) -> Money:
    return Money(amount=minor, currency=currency)


CASES = {
    "duplicate": (
        "I want my money back for ND-1072, I ordered it twice. oskar.brandt@example.com",
        ("may_refund", "allow", "refunds.duplicate_open", amount(3790, "EUR")),
    ),
    "lost": (
        "I want my money back for ND-1073, hazel.kowalczyk@example.net",
        ("may_refund", "need_approval", "caps.action", amount(26200, "USD")),
    ),
    "returned": (
        "refund me for ND-1079 please, hazel.kowalczyk@example.net",
        ("may_refund", "allow", "refunds.returned", amount(3300, "USD")),
    ),
    "repeated": (
        "it arrived damaged, ND-1078, noor.bakker@example.org",
        ("may_refund", "hand_off", "refunds.repeated_claims", None),
    ),
    "cancel": (
        "please cancel my order ND-1001, emma.whitlock@example.com",
        ("may_cancel", "allow", "changes.placed", amount(4850, "GBP")),
    ),
    "address": (
        "can you change the delivery address of ND-1081? hazel.kowalczyk@example.net",
        ("may_change_address", "hand_off", "changes.not_confirmed", None),
    ),
    "exchange": (
        "can I swap the butter dish of ND-1080 for another one? rhys.penhallow@example.com",
        ("may_exchange", "allow", "exchanges.under_way", None),
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_a_person_reads_what_the_rules_say(desk: Desk, case: str):
    text, wanted = CASES[case]
    record = await Talk(desk).say(text)
    (made,) = record.decision
    decision = made.decision
    granted = decision.refund if isinstance(decision, Allow | NeedApproval) else None
    assert (made.question, decision.kind, decision.rule_id, granted) == wanted
    for ruling in packet_of(record).rulings if record.handoff is not None else ():
        assert (ruling.question, ruling.answer, ruling.rule_id, ruling.refund) == wanted


async def test_what_the_rules_allow_is_asked_about_and_not_done(desk: Desk):
    record = await Talk(desk).say(CASES["returned"][0])
    assert "Shall I do that?" in text_of(record)
    assert record.effects == ()


def without_approvals(desk: Desk) -> Desk:
    """Return a desk at which nobody can be asked about one effect, only given a whole case."""
    handler = TurnHandler(build_graph(), replace(desk.context, persons=None))
    return replace(desk, runtime=Worker(desk.store, handler, desk.clock, handler))


async def test_the_caps_that_an_amount_exceeds_are_named(desk: Desk):
    (ruling,) = packet_of(await Talk(without_approvals(desk)).say(CASES["lost"][0])).rulings
    assert "action" in ruling.over
    assert ruling.whose == "limit"


async def test_what_would_settle_it_is_asked_first(desk: Desk):
    record = await Talk(desk).say("I want a refund for ND-1086, rhys.penhallow@example.com")
    (made,) = record.decision
    assert isinstance(made.decision, NeedFacts)
    assert made.decision.facts[0] == "return_reason"
    assert text_of(record).endswith("?")


async def test_a_wish_that_says_why_needs_no_reason(desk: Desk):
    talk = Talk(desk)
    await talk.say("it arrived damaged, ND-1086, rhys.penhallow@example.com")
    (ruling,) = packet_of(await talk.tap("photo:none")).rulings
    assert (ruling.rule_id, ruling.answer) == ("refunds.damaged_unproven", "need_approval")
    assert ruling.missing == ()


async def test_a_photo_that_nobody_judged_yet_is_for_a_person(desk: Desk):
    talk = Talk(without_approvals(desk))
    await talk.say("one of my prints came broken")
    await talk.do(Attach(photo=PhotoId("photo-1")))
    record = await talk.say("ND-1086, rhys.penhallow@example.com")
    (ruling,) = packet_of(record).rulings
    assert (ruling.rule_id, ruling.answer) == ("refunds.damaged_unproven", "need_approval")


async def test_every_line_of_a_mixed_order_is_answered_with_whose_word_it_is(desk: Desk):
    talk = Talk(desk)
    record = await talk.say("can I return order ND-1085? hazel.kowalczyk@example.net")
    told = text_of(record)
    assert "Yes, “Tide moon planner” can go back" in told
    assert "No, “Candied citrus tin” can't go back" in told
    assert "This depends on the seller: Moonpress Books." in told
    assert "This depends on the seller: Sugar Lantern." in told
    assert {made.line: made.decision.kind for made in record.decision} == {
        "L1": "allow",
        "L2": "deny",
    }


async def test_a_return_with_different_answers_is_mixed(desk: Desk):
    record = await Talk(desk).say(
        "I want to send back everything from ND-1085. hazel.kowalczyk@example.net"
    )
    known = {str(fact.name): fact.value for looked in record.triage for fact in looked.facts}
    assert {ruling.answer for ruling in packet_of(record).rulings} == {"allow", "deny"}
    assert (known["request"], known["mixed_return"]) == ("start_return", True)
    assert record.handoff is not None
    assert record.handoff.reason == "mixed_return"


async def test_whether_a_person_is_needed_is_kept_for_the_talk_and_for_each_wish(desk: Desk):
    record = await Talk(desk).say("please cancel my order ND-1001, emma.whitlock@example.com")
    talk, wish = record.triage
    assert (talk.request, talk.line, talk.decision.kind) == (None, None, "allow")
    assert (wish.request, wish.order, wish.line) == ("cancel_order", "ND-1001", "L1")
    assert wish.decision.kind == "allow"
    assert {fact.name for fact in wish.facts} >= {"request", "live", "seller"}
    assert len(wish.decision.trace) == 1


async def test_where_no_rule_is_asked_a_wish_is_looked_at_without_a_line(desk: Desk):
    record = await Talk(desk).say("where is ND-1042? miriam.koester@example.net")
    assert [(one.request, one.line) for one in record.triage] == [
        (None, None),
        ("order_status", None),
    ]


async def test_a_parcel_that_did_not_arrive_is_told_about_from_the_records(desk: Desk):
    record = await Talk(desk).say("ND-1042 has not arrived, miriam.koester@example.net")
    assert record.handoff is None
    assert record.decision == ()
    assert "ND-1042" in text_of(record)


async def test_a_lost_parcel_reaches_a_person_with_the_refund_worked_out(desk: Desk):
    record = await Talk(desk).say("ND-1021 has not arrived! aoife.brennan@example.com")
    (ruling,) = packet_of(record).rulings
    assert (ruling.rule_id, ruling.refund) == ("refunds.lost", amount(6600, "EUR"))


async def test_an_account_that_fails_to_prove_an_order_is_looked_at_once_a_turn(desk: Desk):
    record = await Talk(desk).say("where is ND-1042? nobody@example.com")
    assert [one.request for one in record.triage] == [None]


async def test_a_shops_own_reason_for_a_person_is_said_to_be_the_shops(desk: Desk):
    talk = Talk(desk)
    record = await talk.say("can I return ND-1030? miriam.koester@example.net")
    if record.handoff is None:
        record = await talk.tap("fact:changed_mind")
    (ruling,) = packet_of(record).rulings
    assert ruling.whose == "seller"
    assert "This depends on the seller: Luma Jewelry." in text_of(record)
