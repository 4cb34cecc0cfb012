"""Is a consumer's withdrawal recorded with its time, whatever the words, and never refused?"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from agent.bootstrap import Desk, House, open_desk
from agent.graph import build_graph
from agent.state import TurnRecord
from agent.turn import TurnHandler
from agent.worker.loop import Worker
from agent.worker.withdrawals import StoredWithdrawals
from tests.graph.talk import Talk, packet_of, text_of
from tools.connectors.clocks import FixedClock
from tools.domain.effect import Effect, Failed, Receipt, RecordWithdrawal
from tools.domain.withdrawal import Withdrawal
from tools.policy.decision import Deny

ANNA = "anna.berger@example.com"
NUMBER = re.compile(r"WD-[2-7A-Z]{10}")
WORDINGS: dict[str, list[str]] = yaml.safe_load(
    Path(__file__).with_name("withdrawals.yaml").read_text("utf-8")
)
SAID = [(language, text) for language, texts in WORDINGS.items() for text in texts]


def kept(desk: Desk, talk: Talk) -> tuple[Withdrawal, ...]:
    return StoredWithdrawals(desk.store.database, desk.clock).of_conversation(talk.id)


def refusals(record: TurnRecord) -> list[str]:
    """Return the reasons of the rules that say no, as far as the buyer reads them."""
    reasons = [r.decision.because for r in record.decision if isinstance(r.decision, Deny)]
    return [text for because in reasons for text in because.values() if text in text_of(record)]


@pytest.mark.parametrize(("language", "text"), SAID)
async def test_no_special_word_is_needed(desk: Desk, language: str, text: str):
    talk = Talk(desk)

    told = await talk.say(f"{text} ND-1010, {ANNA}")

    (withdrawal,) = kept(desk, talk)
    assert withdrawal.number in text_of(told)
    assert withdrawal.statement.items == ("Rain cloud teapot",)
    assert withdrawal.statement.at == desk.clock.now()
    assert told.reply is not None
    assert told.reply.language == language


@pytest.mark.parametrize(
    ("order", "item"),
    [
        ("Please take the ring back. ND-1030, miriam.koester@example.net", "Promise ring"),
        ("Ich schicke den Schal zurück. ND-1016, giulia.ferri@example.com", "Moss stitch scarf"),
        ("Cancel my order ND-1064, lucia.navarro@example.com", "Advent of sweets box"),
    ],
)
async def test_it_is_recorded_and_not_refused_whatever_the_rules_say(
    desk: Desk, order: str, item: str
):
    talk = Talk(desk)

    told = await talk.say(order)

    (withdrawal,) = kept(desk, talk)
    assert withdrawal.statement.items[0].startswith(item)
    assert refusals(told) == []
    assert told.handoff is not None
    packet = packet_of(told)
    assert packet.decision is not None
    assert any(withdrawal.number in line for line in packet.withdrawals)


async def test_a_refusal_of_before_is_not_repeated(desk: Desk):
    talk = Talk(desk)
    await talk.say("Can I return ND-1015? emma.whitlock@example.com")
    refused = await talk.tap("fact:changed_mind")

    told = await talk.say("Well, I am sending it back to you.")

    assert refusals(refused) != []
    assert refusals(told) == []
    assert len(kept(desk, talk)) == 1


async def test_the_time_of_the_words_counts_and_not_that_of_the_proof(house: House):
    clock = FixedClock(datetime(2026, 11, 22, 22, 30, tzinfo=UTC))
    desk = open_desk(house, clock=clock, database=":memory:")
    talk = Talk(desk)
    said_at = clock.now()
    waits = await talk.say("I no longer want it, please take it back.")
    clock.advance(timedelta(hours=3))
    told = await talk.say(f"ND-1010, {ANNA}")
    (withdrawal,) = kept(desk, talk)
    desk.close()

    assert NUMBER.search(text_of(waits)) is None
    assert withdrawal.statement.at == said_at
    assert withdrawal.recorded_at == said_at + timedelta(hours=3)
    assert "November 22, 2026, 11:30" in text_of(told)


async def test_words_that_no_order_was_found_for_reach_a_person_with_their_time(desk: Desk):
    talk = Talk(desk)
    await talk.say("I've changed my mind, cancel my order please.")

    told = await talk.say("No idea what the number was")

    assert kept(desk, talk) == ()
    (line,) = packet_of(told).withdrawals
    assert "2026-11-23 12:00 UTC" in line
    assert "cancel my order" in line


@pytest.mark.parametrize(
    "text",
    [
        f"Can I send the teapot back? ND-1010, {ANNA}",
        f"Wie lange kann ich die Kanne zurückgeben? ND-1010, {ANNA}",
        f"If it is not here by Friday I will cancel the order. ND-1010, {ANNA}",
        f"I do not want to cancel ND-1010, I only want to know where it is. {ANNA}",
        f"The teapot arrived broken, please take it back. ND-1010, {ANNA}",
        "I don't want it any more, take it back. ND-1013, hannah.brooks@example.com",
        "We are sending the notebooks back. ND-1034, delia.ortega@example.org",
    ],
)
async def test_questions_threats_defects_and_other_laws_are_no_withdrawals(desk: Desk, text: str):
    talk = Talk(desk)

    told = await talk.say(text)

    assert kept(desk, talk) == ()
    assert NUMBER.search(text_of(told)) is None


async def test_a_question_beside_a_change_of_mind_is_answered(desk: Desk):
    talk = Talk(desk)

    told = await talk.say(f"I changed my mind, is it too late to return ND-1010? {ANNA}")

    assert kept(desk, talk) == ()
    assert told.handoff is None


async def test_one_who_drops_it_before_the_proof_has_not_withdrawn(desk: Desk):
    talk = Talk(desk)
    await talk.say("I want to return it")
    await talk.say("never mind")

    await talk.say(f"Where is ND-1010? {ANNA}")

    assert kept(desk, talk) == ()


async def test_the_receipt_can_be_read_again_and_a_repetition_makes_no_second_one(desk: Desk):
    talk = Talk(desk)
    first = await talk.say(f"I'm sending it back. ND-1010, {ANNA}")

    again = await talk.say("What was my receipt number?")
    repeated = await talk.say("I am sending it back, as I said")

    (withdrawal,) = kept(desk, talk)
    for told in (first, again, repeated):
        assert withdrawal.number in text_of(told)
    assert again.handoff is None
    assert repeated.effects == ()


async def test_only_the_items_that_are_named_are_taken_back(desk: Desk):
    one, both = Talk(desk), Talk(desk)

    await one.say("I'm sending the soap dish back. ND-1061, mateo.ibanez@example.org")
    await both.say("Take everything back please. ND-1061, mateo.ibanez@example.org")

    assert kept(desk, one)[0].statement.lines == ("L2",)
    assert kept(desk, both)[0].statement.lines == ("L1", "L2")


async def test_without_a_record_nothing_is_promised_and_the_words_are_kept(desk: Desk):
    class NoRecords:
        async def perform(self, effect: Effect) -> Receipt:
            if isinstance(effect, RecordWithdrawal):
                return Failed(effect=effect.id, why="disk full")
            return await desk.effects.perform(effect)

    handler = TurnHandler(build_graph(), replace(desk.context, effects=NoRecords()))
    talk = Talk(replace(desk, runtime=Worker(desk.store, handler, desk.clock, handler)))

    told = await talk.say(f"I withdraw from the contract. ND-1010, {ANNA}")

    assert NUMBER.search(text_of(told)) is None
    assert "the time that counts" in text_of(told)
    assert "NOT RECORDED" in packet_of(told).withdrawals[0]


async def test_a_lawyer_beside_it_does_not_keep_it_from_being_recorded(desk: Desk):
    talk = Talk(desk)

    told = await talk.say(f"I revoke the purchase, my lawyer says so. ND-1010, {ANNA}")

    assert len(kept(desk, talk)) == 1
    assert told.handoff is not None
    assert packet_of(told).decision is not None
