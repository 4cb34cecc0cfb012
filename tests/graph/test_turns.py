"""Whole turns through the real graph, the demo marketplace and the embedded reader."""

from dataclasses import replace

import pytest

from agent.bootstrap import Desk
from agent.conversation import Attach, HandBack, Opened, PersonSaid
from agent.graph import build_graph
from agent.turn import FaultHandler, TurnHandler
from agent.worker.loop import Worker
from tests.graph.talk import Talk, packet_of, text_of
from tools.connectors.embedded.carrier import EmbeddedCarrier
from tools.connectors.embedded.storefront import EmbeddedStorefront
from tools.domain.effect import Effect, Failed, Receipt
from tools.domain.ticket import PhotoId

ANNA = "anna.berger@example.com"


async def test_an_order_is_told_only_after_number_and_contact_fit(desk: Desk):
    talk = Talk(desk)

    asked = await talk.say("Where is my order ND-1010?")
    told = await talk.say(ANNA)

    assert "teapot" not in text_of(asked)
    assert "Rain cloud teapot" in text_of(told)
    assert [call.outcome for call in told.tool_calls] == ["order_found", "tracked"]


async def test_a_postcode_proves_an_order_as_well(desk: Desk):
    told = await Talk(desk).say("Where is my order ND-1010? The postcode is 24103.")

    assert "Rain cloud teapot" in text_of(told)


async def test_wrong_and_unknown_look_the_same(desk: Desk):
    wrong, unknown = Talk(desk), Talk(desk)

    not_theirs = await wrong.say("Where is order ND-1010? I am nobody@example.com")
    not_there = await unknown.say("Where is order ND-9999? I am nobody@example.com")

    assert not_theirs.reply == not_there.reply
    assert not_theirs.handoff is None


async def test_three_wrong_tries_lead_to_a_person(desk: Desk):
    talk = Talk(desk)
    for number in ("ND-1010", "ND-9999"):
        await talk.say(f"Where is order {number}? I am nobody@example.com")

    last = await talk.say("Then ND-1011, nobody@example.com")

    assert last.handoff is not None
    assert (last.handoff.reason, last.handoff.queue) == ("identity", "general")


async def test_guesses_are_limited_across_conversations(desk: Desk):
    for _ in range(5):
        await Talk(desk).say("Where is order ND-1010? I am nobody@example.com")

    late = await Talk(desk).say(f"Where is order ND-1010? I am {ANNA}")

    assert "teapot" not in text_of(late)
    assert late.tool_calls == ()


async def test_the_shop_can_vouch_for_a_buyer(desk: Desk):
    asked = await Talk(desk, signed_email=ANNA).say("Where is my order?")

    assert asked.reply is not None
    offered = {choice.id for choice in asked.reply.choices}
    assert {"order:ND-1006", "order:ND-1010", "order:ND-1023"} <= offered


async def test_a_return_asks_only_what_decides_and_then_says_until_when(desk: Desk):
    talk = Talk(desk)

    reason = await talk.say(f"Can I return order ND-1010? My email is {ANNA}")
    await talk.tap("fact:changed_mind")
    answer = await talk.tap("yes")

    assert [r.decision.kind for r in reason.decision] == ["need_facts"]
    assert [r.decision.kind for r in answer.decision] == ["allow"]
    assert answer.reply is not None
    assert "request:start_return" in {choice.id for choice in answer.reply.choices}


async def test_yes_to_the_next_step_sums_up_the_return(desk: Desk):
    talk = Talk(desk)
    await talk.say(f"Can I return order ND-1010? My email is {ANNA}")
    await talk.tap("fact:changed_mind")
    await talk.tap("yes")

    started = await talk.tap("request:start_return")

    assert started.handoff is None
    assert "open a return for 1 × Rain cloud teapot" in text_of(started)
    assert all(effect.kind == "record_withdrawal" for effect in started.effects)


async def test_the_ticket_is_stored_before_the_buyer_hears_of_it(desk: Desk):
    told = await Talk(desk).say("I want to talk to a person")

    assert told.handoff is not None
    assert told.handoff.ticket is not None
    assert told.handoff.ticket in text_of(told)
    stored = await desk.helpdesk.find_ticket(told.handoff.ticket)
    assert stored is not None
    assert stored.draft.reason == "human_agent"


async def test_nightdesk_is_silent_until_a_person_gives_the_conversation_back(desk: Desk):
    talk = Talk(desk)
    await talk.say("I want to talk to a person")

    silent = await talk.say("Hello? Where is my order?")
    person = await talk.do(PersonSaid(text="Hi, this is Ines from the team. See https://a.example"))
    back = await talk.do(HandBack())
    again = await talk.say("thanks")

    assert silent.reply is None
    assert person.reply is not None
    assert (person.reply.author, person.reply.text[:8]) == ("person", "Hi, this")
    assert back.reply is not None
    assert again.reply is not None


async def test_the_first_words_say_that_it_is_an_assistant_and_how_to_reach_a_person(desk: Desk):
    talk = Talk(desk)

    greeted = await talk.do(Opened())
    opened_again = await talk.do(Opened())

    assert "automated assistant" in text_of(greeted)
    assert "person" in text_of(greeted)
    assert opened_again.reply is None


async def test_a_photo_is_kept_for_the_person_who_takes_over(desk: Desk):
    talk = Talk(desk)

    kept = await talk.do(Attach(photo=PhotoId("photo-1")))
    told = await talk.say("I want to talk to a person")

    assert kept.reply is not None
    assert packet_of(told).photos == ("photo-1",)


async def test_a_late_parcel_is_called_late_and_a_person_is_offered(desk: Desk):
    talk = Talk(desk)

    late = await talk.say("Where is my order ND-1018? lukas.hofer@example.com")
    accepted = await talk.say("yes please")

    assert late.reply is not None
    assert "delayed" in late.reply.text
    assert late.reply.cards[0].parcels[0].condition == "delayed"
    assert accepted.handoff is not None
    assert packet_of(accepted).requests == ("human_agent", "order_status")


@pytest.mark.parametrize(
    "text", ["", " ", "\x00\x1b[2J", "🧿", "\ud800", "<img src=x>", "x" * 200_000]
)
async def test_every_message_gets_an_answer_that_is_not_empty(desk: Desk, text: str):
    answered = await Talk(desk).say(text)

    assert text_of(answered).strip()


async def test_two_messages_that_say_nothing_lead_to_a_person(desk: Desk):
    talk = Talk(desk)

    first = await talk.say("🧿")
    second = await talk.say("🧿🧿")

    assert first.handoff is None
    assert second.handoff is not None
    assert second.handoff.reason == "not_understood"


async def test_a_shop_that_does_not_answer_is_said_so_and_a_person_takes_over(desk: Desk):
    market = desk.context.storefront
    assert isinstance(market, EmbeddedStorefront)
    down = replace(
        desk.context, storefront=EmbeddedStorefront(market._marketplace, available=False)
    )
    desk = _with(desk, TurnHandler(build_graph(), down))

    told = await Talk(desk).say("Where is my order ND-1010? anna.berger@example.com")

    assert told.handoff is not None
    assert told.handoff.reason == "unavailable"
    assert "teapot" not in text_of(told)


async def test_a_silent_carrier_hides_nothing_that_the_shop_knows(desk: Desk):
    carrier = desk.context.carrier
    assert isinstance(carrier, EmbeddedCarrier)
    down = replace(desk.context, carrier=EmbeddedCarrier(carrier._marketplace, available=False))
    desk = _with(desk, TurnHandler(build_graph(), down))

    told = await Talk(desk).say("Where is my order ND-1007? hannah.brooks@example.com")

    assert "Moon jar vase" in text_of(told)
    assert "not answering" in text_of(told)


async def test_a_ticket_that_cannot_be_stored_is_never_promised(desk: Desk):
    class NoHelpdesk:
        async def perform(self, effect: Effect) -> Receipt:
            return Failed(effect=effect.id, why="helpdesk open_ticket: disk full")

    desk = _with(desk, TurnHandler(build_graph(), replace(desk.context, effects=NoHelpdesk())))

    told = await Talk(desk).say("I want to talk to a person")

    assert told.handoff is not None
    assert told.handoff.ticket is None
    assert "T-" not in text_of(told)
    assert await desk.runtime.owner(told.conversation) == "assistant"


async def test_a_fault_on_our_side_ends_with_a_person(desk: Desk):
    class Broken:
        async def find_order(self, number: str) -> None:
            raise ZeroDivisionError(number)

        async def orders_of(self, email: str) -> tuple[()]:
            raise ZeroDivisionError(email)

        async def find_seller(self, seller: str) -> None:
            raise ZeroDivisionError(seller)

    desk = _with(desk, TurnHandler(build_graph(), replace(desk.context, storefront=Broken())))

    told = await Talk(desk).say("Where is my order ND-1010? anna.berger@example.com")

    assert told.handoff is not None
    assert told.handoff.reason == "fault"
    assert text_of(told)


def _with(desk: Desk, handle: TurnHandler) -> Desk:
    """The same desk with another turn handler."""
    runtime = Worker(desk.store, handle, desk.clock, FaultHandler(desk.context))
    return replace(desk, runtime=runtime)


async def test_a_message_that_is_too_long_is_read_in_part_and_said_so(desk: Desk):
    told = await Talk(desk).say("Where is my order? " + "It is a very long story. " * 1_000)

    assert "read the first part" in text_of(told)


async def test_beside_a_card_only_what_is_not_on_it_is_said(desk: Desk):
    plain = await Talk(desk).say("Where is my order ND-1006? The postcode is 24103.")
    late = await Talk(desk).say("Where is my order ND-1018? lukas.hofer@example.com")

    assert plain.reply is not None
    assert late.reply is not None
    assert plain.reply.brief is not None
    assert late.reply.brief is not None
    assert "pasta bowl" in plain.reply.text
    assert "pasta bowl" not in plain.reply.brief
    assert "days late" in late.reply.brief


async def test_a_wish_waits_while_the_buyer_gives_the_details(desk: Desk):
    talk = Talk(desk)
    await talk.say("I want to cancel my order")

    number = await talk.say("ND-1001")
    contact = await talk.say("emma.whitlock@example.com")

    assert number.handoff is None
    assert "Shall I do that?" in text_of(contact)


async def test_a_case_that_a_person_takes_at_once_has_its_order(desk: Desk):
    talk = Talk(desk)

    told = await talk.say("My lawyer will hear about order ND-1018. lukas.hofer@example.com")

    assert told.handoff is not None
    assert told.handoff.reason == "legal"
    assert packet_of(told).customer == "lukas.hofer@example.com"
    assert "shampoo" not in text_of(told)


async def test_nobody_is_asked_the_same_thing_a_third_time(desk: Desk):
    talk = Talk(desk)
    await talk.say("Where is my order?")
    await talk.say("I don't have the number")

    last = await talk.say("I really can't find the number")

    assert last.handoff is not None
    assert last.handoff.reason == "not_understood"


async def test_an_account_without_orders_is_told_so(desk: Desk):
    told = await Talk(desk, signed_email="new@example.com").say("Where is my order?")

    assert "don't see any orders" in text_of(told)


async def test_a_return_of_what_is_on_its_way_is_summed_up_and_a_late_one_is_not(desk: Desk):
    told = await Talk(desk).say("I want to send back ND-1016. giulia.ferri@example.com")
    on_its_way = await Talk(desk).say("I want to send back ND-1007. hannah.brooks@example.com")

    assert told.handoff is not None
    assert "open a return for 1 × Moon jar vase" in text_of(on_its_way)
