"""What do the channel tests share?"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from agent.channels.web_chat.sessions import ShopTokens
from agent.photos import PhotoStore
from agent.web import Site, create_app
from tests.channels.fake_runtime import FakeRuntime, SetClock
from tests.channels.scripts import shop_talk

PAGES = Path(__file__).resolve().parents[2] / "prompts" / "pages"
SECRET = "a secret of the tests"


@dataclass(frozen=True)
class Shop:
    app: Starlette
    runtime: FakeRuntime
    clock: SetClock
    photos: PhotoStore
    photos_dir: Path
    tokens: ShopTokens
    browser: httpx.AsyncClient

    def another_browser(self) -> httpx.AsyncClient:
        return browser_of(self.app)

    async def open(self, token: str | None = None) -> httpx.Response:
        return await self.browser.post("/chat/session", json={"token": token} if token else {})

    async def say(self, text: str, sent_id: str | None = None) -> httpx.Response:
        message = {"id": sent_id or str(uuid4()), "text": text}
        return await self.browser.post("/chat/messages", json=message)

    async def upload(self, data: bytes, name: str = "photo.jpg") -> httpx.Response:
        return await self.browser.post(
            "/chat/photos", data={"id": str(uuid4())}, files={"photo": (name, data)}
        )

    def kept_photos(self) -> list[str]:
        return sorted(file.name for file in self.photos_dir.glob("*"))


def browser_of(app: Starlette) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    return httpx.AsyncClient(transport=transport, base_url="http://shop.test")


@asynccontextmanager
async def shop_in(directory: Path, runtime: FakeRuntime) -> AsyncGenerator[Shop]:
    clock = SetClock()
    tokens = ShopTokens(SECRET, clock)
    photos_dir = directory / "photos"
    photos = PhotoStore(photos_dir)
    site = Site(secret=SECRET, pages=PAGES, verify_session_token=tokens.verify)
    app = create_app(runtime, clock=clock, photos=photos, site=site)
    worker = asyncio.create_task(runtime.work())
    async with browser_of(app) as browser:
        yield Shop(app, runtime, clock, photos, photos_dir, tokens, browser)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with shop_in(tmp_path, FakeRuntime(shop_talk)) as opened:
        yield opened
