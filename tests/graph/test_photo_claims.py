"""What happens to a claim that a photo bears on?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.bootstrap import Desk, House, load_house, open_desk
from agent.conversation import Attach
from agent.settings import Settings
from agent.state import Conversation, TurnRecord
from tests.graph.conftest import NOON
from tests.graph.talk import Talk, packet_of, text_of
from tests.unit.photos.scenes import as_jpeg, scene
from tools.connectors.clocks import FixedClock
from tools.domain.ticket import PhotoId
from tools.policy.facts import Value

DAMAGED = "it arrived damaged, ND-1086, rhys.penhallow@example.com"
OTHER = "The teapot arrived smashed. Order ND-1010, anna.berger@example.com"
NONE = "photo:none"


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    desk = open_desk(house, clock=FixedClock(NOON), database=":memory:")
    yield desk
    desk.close()


def state_of(talk: Talk) -> Conversation:
    found = talk.desk.store.conversation(talk.id)
    assert found is not None
    return found


def facts_of(record: TurnRecord) -> dict[str, tuple[Value, str]]:
    return {fact.name: (fact.value, fact.source) for one in record.decision for fact in one.facts}


def is_asked(record: TurnRecord) -> bool:
    assert record.reply is not None
    return NONE in {choice.id for choice in record.reply.choices}


async def test_a_photo_is_asked_for_where_the_rule_looks_at_one(desk: Desk):
    assert is_asked(await Talk(desk).say(DAMAGED))


async def test_with_the_photo_the_claim_goes_on_by_itself(desk: Desk):
    talk = Talk(desk)
    await talk.say(DAMAGED)
    record = await talk.do(Attach(photo=PhotoId("photo-1")))
    assert [one.decision.rule_id for one in record.decision] == ["refunds.damaged_unproven"]
    assert facts_of(record)["photo_evidence"] == ("unclear", "record")
    assert state_of(talk).photos == ("photo-1",)


async def test_a_persons_case_holds_the_buyers_words_and_not_a_button(desk: Desk):
    talk = Talk(desk)
    await talk.say(DAMAGED)
    assert packet_of(await talk.tap(NONE)).wish == DAMAGED


async def test_nobody_but_a_person_says_what_a_photo_shows(desk: Desk):
    talk = Talk(desk)
    await talk.say(DAMAGED)
    record = await talk.do(Attach(photo=PhotoId("photo-1")))
    assert [one.decision.kind for one in record.decision] == ["need_approval"]


async def test_who_can_send_none_gets_a_person_at_once(desk: Desk):
    talk = Talk(desk)
    await talk.say(DAMAGED)
    record = await talk.tap(NONE)
    assert record.handoff is not None
    assert record.handoff.reason == "proof_missing"


async def test_it_is_asked_twice_and_then_a_person_takes_over(desk: Desk):
    talk = Talk(desk)
    first, second = await talk.say(DAMAGED), await talk.say("the box was all wet")
    third = await talk.say("the box was all wet")
    assert [is_asked(one) for one in (first, second)] == [True, True]
    assert third.handoff is not None


async def test_a_photo_that_came_first_is_for_the_order_named_next(desk: Desk):
    talk = Talk(desk)
    await talk.do(Attach(photo=PhotoId("photo-1")))
    record = await talk.say(DAMAGED)
    assert facts_of(record)["photo_evidence"] == ("unclear", "record")


async def test_a_photo_of_one_order_proves_nothing_for_another(desk: Desk):
    talk = Talk(desk)
    await talk.say("where is my order ND-1086? rhys.penhallow@example.com")
    await talk.do(Attach(photo=PhotoId("photo-1")))
    await talk.say("and my order ND-1080?")
    assert state_of(talk).photos == ()


async def test_a_photo_of_another_order_goes_to_a_person_without_a_word_of_it(tmp_path: Path):
    settings = Settings(photos_dir=tmp_path)
    desk = open_desk(load_house(settings), clock=FixedClock(NOON), database=":memory:")
    for said in (OTHER, DAMAGED):
        photo = await desk.photos.keep(as_jpeg(scene(5), 95 if said == OTHER else 60))
        talk = Talk(desk)
        await talk.say(said)
        record = await talk.do(Attach(photo=photo))
    assert record.handoff is not None
    assert record.handoff.reason == "refunds.photo_seen_before"
    assert facts_of(record)["photo_reused"] == (True, "record")
    assert not any(word in text_of(record) for word in ("before", "same", "another order"))
    desk.close()
