"""Does the server stay up on a real line, whatever arrives there?"""

import asyncio
from uuid import uuid4

import httpx

from tests.channels.conftest import Shop
from tests.channels.serving import served


async def test_a_huge_body_gets_its_answer_and_the_next_request_too(shop: Shop):
    async with served(shop.app) as address, httpx.AsyncClient(base_url=address) as browser:
        await browser.post("/chat/session", json={})
        message = {"id": str(uuid4()), "text": "a" * 5_000_000}
        assert (await browser.post("/chat/messages", json=message)).status_code == 413
        message["text"] = "short"
        assert (await browser.post("/chat/messages", json=message)).status_code == 202


async def test_a_line_that_breaks_in_the_middle_of_a_message_leaves_nothing(shop: Shop):
    async with served(shop.app) as address, httpx.AsyncClient(base_url=address) as browser:
        await browser.post("/chat/session", json={})
        cookie = browser.cookies["nightdesk_session"]
        port = int(address.rstrip("/").rpartition(":")[2])
        _, line = await asyncio.open_connection("127.0.0.1", port)
        line.write(
            b"POST /chat/messages HTTP/1.1\r\nHost: shop\r\nContent-Length: 900\r\n"
            + f"Cookie: nightdesk_session={cookie}\r\n\r\n".encode()
            + b'{"id": "'
        )
        await line.drain()
        line.close()
        await line.wait_closed()
        assert (await browser.get("/healthz")).status_code == 200
    assert len(shop.runtime.accepted) == 1
