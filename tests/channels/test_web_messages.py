"""What becomes of what a browser sends?"""

import logging
from uuid import uuid4

import pytest

from agent.conversation import MAX_TEXT, InboundMessage, Say, Tap
from tests.channels.conftest import Shop

ID = "3f0e8d0c-6a39-4b5e-9d57-0c2a1f6f8a10"
BAD_BODIES = {
    "no JSON": b"hello",
    "half of a JSON": b'{"id": "',
    "broken UTF-8": b'{"id": "' + ID.encode() + b'", "text": "\xff\xfe"}',
    "half of a surrogate pair": b'{"id": "' + ID.encode() + b'", "text": "\\ud800"}',
    "no id": b'{"text": "hello"}',
    "an id that is none": b'{"id": "../../etc", "text": "hello"}',
    "nothing said": b'{"id": "' + ID.encode() + b'"}',
    "an unknown key": b'{"id": "' + ID.encode() + b'", "text": "hi", "email": "a@b.c"}',
    "text and choice": b'{"id": "' + ID.encode() + b'", "text": "hi", "choice": "yes"}',
    "a list": b"[1, 2]",
    "a number": b'{"id": "' + ID.encode() + b'", "text": 5}',
    "blank": b'{"id": "' + ID.encode() + b'", "text": "  \\u0000\\n "}',
    "nothing": b"",
}


async def test_a_message_is_stored_before_it_is_acknowledged(shop: Shop):
    await shop.open()
    shop.runtime.may_answer.clear()
    answer = await shop.say("Where is my lamp?")
    assert answer.status_code == 202
    assert shop.runtime.accepted[-1].event == Say(text="Where is my lamp?")


async def test_a_message_that_is_sent_again_is_the_same_message(shop: Shop):
    await shop.open()
    answers = [(await shop.say("hello", ID)).json() for _ in range(3)]
    assert [answer["new"] for answer in answers] == [True, False, False]
    assert len(shop.runtime.accepted) == 2


async def test_nobody_can_use_up_the_ids_of_another_buyer(shop: Shop):
    await shop.open()
    await shop.say("mine", ID)
    async with shop.another_browser() as other:
        await other.post("/chat/session", json={})
        answer = await other.post("/chat/messages", json={"id": ID, "text": "theirs"})
    assert answer.json() == {"new": True}


async def test_a_pressed_button_is_a_tap(shop: Shop):
    await shop.open()
    tap = {"id": str(uuid4()), "choice": "yes", "label": "Yes"}
    await shop.browser.post("/chat/messages", json=tap)
    assert shop.runtime.accepted[-1].event == Tap(choice="yes", label="Yes")


async def test_a_text_longer_than_is_read_is_accepted_whole(shop: Shop):
    await shop.open()
    await shop.say("a" * (MAX_TEXT * 4))
    assert shop.runtime.accepted[-1].event == Say(text="a" * (MAX_TEXT * 4))


async def test_a_megabyte_is_refused_with_a_sentence(shop: Shop):
    await shop.open()
    answer = await shop.say("a" * 1_000_000)
    assert answer.status_code == 413
    assert answer.json()["sentence"] == "That message is too long to send. Please shorten it."


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_what_cannot_be_read_is_refused_and_not_stored(shop: Shop, body: bytes):
    await shop.open()
    answer = await shop.browser.post("/chat/messages", content=body)
    assert answer.status_code == 400
    assert len(shop.runtime.accepted) == 1


@pytest.mark.parametrize("text", ["👍🏽 e\u0301 مرحبا", "line\nline", "<script>alert(1)</script>"])
async def test_every_script_and_sign_arrives_as_it_was_written(shop: Shop, text: str):
    await shop.open()
    await shop.say(text)
    assert shop.runtime.accepted[-1].event == Say(text=text)


async def test_characters_that_no_keyboard_types_are_dropped(shop: Shop):
    await shop.open()
    await shop.say("a\x00b\x1bc\td")
    assert shop.runtime.accepted[-1].event == Say(text="abc\td")


async def test_a_thousand_messages_in_a_row_are_slowed_down(shop: Shop):
    await shop.open()
    answers = [await shop.say(f"message {n}") for n in range(1_000)]
    accepted = [a for a in answers if a.status_code == 202]
    slowed = [a for a in answers if a.status_code == 429]
    assert len(accepted) + len(slowed) == 1_000
    assert len(accepted) == len(shop.runtime.accepted) - 1 < 100
    assert int(slowed[-1].headers["Retry-After"]) >= 1


async def test_one_senders_flood_does_not_slow_another(shop: Shop):
    await shop.open()
    for n in range(50):
        await shop.say(f"message {n}")
    async with shop.another_browser() as other:
        await other.post("/chat/session", json={})
        message = {"id": str(uuid4()), "text": "hello"}
        assert (await other.post("/chat/messages", json=message)).status_code == 202


async def test_another_site_cannot_write_in_a_buyers_name(shop: Shop):
    await shop.open()
    answer = await shop.browser.post(
        "/chat/messages",
        json={"id": ID, "text": "refund me"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


async def test_a_fault_of_ours_is_logged_and_the_next_request_is_served(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    await shop.open()

    async def disk_full(message: InboundMessage) -> bool:
        del message
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
        broken.setattr(shop.runtime, "accept", disk_full)
        failed = await shop.say("hello", ID)
    assert failed.status_code == 500
    assert failed.headers["X-Request-ID"] in caplog.text
    assert (await shop.say("hello", ID)).json() == {"new": True}


async def test_a_problem_is_told_in_the_language_of_the_buyer(shop: Shop):
    german = {"Accept-Language": "de-CH, de;q=0.9, en;q=0.5"}
    answer = await shop.browser.post("/chat/messages", json={}, headers=german)
    assert answer.json()["sentence"].startswith("Ihr Chat ist abgelaufen")
