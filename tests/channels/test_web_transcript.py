"""What does the page get to see?"""

from uuid import uuid4

import pytest

from agent.channels.web_chat import routes
from tests.channels.conftest import Shop


async def test_only_what_is_new_is_sent(shop: Shop):
    await shop.open()
    await shop.say("first")
    seen = (await shop.browser.get("/chat/messages")).json()["entries"]
    await shop.say("second")
    news = (await shop.browser.get(f"/chat/messages?after={seen[-1]['seq']}")).json()["entries"]
    assert [entry["text"] for entry in news] == ["second", "You wrote: second"]


async def test_a_reply_comes_with_its_buttons_and_its_order(shop: Shop):
    await shop.open()
    tap = {"id": str(uuid4()), "choice": "request:order_status", "label": "Where is my order?"}
    await shop.browser.post("/chat/messages", json=tap)
    reply = (await shop.browser.get("/chat/messages")).json()["entries"][-1]
    assert reply["cards"][0]["parcels"][1]["condition"] == "delayed"
    assert reply["choices"][0] == {"id": "yes", "label": "That helps"}


async def test_the_page_recognises_its_own_messages(shop: Shop):
    await shop.open()
    sent = str(uuid4())
    await shop.say("hello", sent)
    entries = (await shop.browser.get("/chat/messages")).json()["entries"]
    assert [entry["id"] for entry in entries[1:]] == [sent, sent]


async def test_the_assistant_is_seen_writing_while_an_answer_is_due(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(routes, "_PATIENCE_SECONDS", 0.01)
    await shop.open()
    shop.runtime.may_answer.clear()
    await shop.say("hello")
    assert (await shop.browser.get("/chat/messages")).json()["typing"] is True
    shop.runtime.may_answer.set()
    await shop.runtime.settled(shop.runtime.accepted[0].conversation)
    assert (await shop.browser.get("/chat/messages")).json()["typing"] is False


async def test_a_conversation_with_the_team_says_so(shop: Shop):
    await shop.open()
    shop.runtime.owners[shop.runtime.accepted[0].conversation] = "person"
    assert (await shop.browser.get("/chat/messages")).json()["owner"] == "person"


async def test_a_browser_sees_its_own_conversation_only(shop: Shop):
    await shop.open()
    await shop.say("my street is Elm Road")
    async with shop.another_browser() as other:
        await other.post("/chat/session", json={})
        assert "Elm Road" not in (await other.get("/chat/messages")).text


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 30, "²", ""])
async def test_a_cursor_that_is_none_is_refused(shop: Shop, after: str):
    await shop.open()
    assert (await shop.browser.get("/chat/messages", params={"after": after})).status_code == 400


async def test_without_a_session_there_is_nothing_to_see(shop: Shop):
    assert (await shop.browser.get("/chat/messages")).status_code == 401


async def test_what_is_about_a_buyer_is_never_cached(shop: Shop):
    opened = await shop.open()
    said = await shop.say("hello")
    news = await shop.browser.get("/chat/messages")
    assert {r.headers["Cache-Control"] for r in (opened, said, news)} == {"no-store"}
