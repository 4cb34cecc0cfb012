"""Which browser and which server do the browser tests use?"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from agent.photos import PhotoStore
from agent.web import Site, create_app
from tests.channels.conftest import PAGES, SECRET
from tests.channels.fake_runtime import FakeRuntime, SetClock
from tests.channels.scripts import shop_talk
from tests.channels.serving import served

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)

DESKTOP: ViewportSize = {"width": 1280, "height": 860}
PATIENCE_MS = 15_000
"""For a machine that is busy with other tests."""
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Desk:
    """A page in a browser, the server behind it, and what went over the wire."""

    page: Page
    runtime: FakeRuntime
    address: str
    photos_dir: Path
    requested: list[str] = field(default_factory=list[str])
    complaints: list[str] = field(default_factory=list[str])
    """Errors in the console, broken content rules among them."""

    async def open(self) -> None:
        await self.page.goto(self.address)
        await self.ready()

    async def reload(self) -> None:
        await self.page.reload()
        await self.ready()

    async def ready(self) -> None:
        await self.page.locator("#chat[data-ready]").wait_for()

    async def say(self, text: str) -> None:
        await self.page.get_by_role("textbox").fill(text)
        await self.page.keyboard.press("Enter")

    async def press(self, label: str) -> None:
        await self.page.get_by_role("log").get_by_role("button", name=label).click()

    async def choose_photo(self, data: bytes, name: str = "mug.jpg") -> None:
        async with self.page.expect_file_chooser() as chooser:
            await self.page.get_by_role("button", name="Add a photo").click()
        file = {"name": name, "mimeType": "image/jpeg", "buffer": data}
        await (await chooser.value).set_files([file])  # pyright: ignore[reportArgumentType] - a FilePayload


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("CI") == "true":  # noqa: TID251 - tests may ask where they run
            pytest.fail("Continuous integration needs a browser: apt-get install chromium.")
        pytest.skip("No chromium was found; install Debian's package `chromium`.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(chromium: Browser, tmp_path: Path) -> AsyncIterator[Desk]:
    runtime = FakeRuntime(shop_talk)
    photos = PhotoStore(tmp_path / "photos")
    site = Site(SECRET, PAGES, messages_per_minute=6_000, sessions_per_minute=6_000)
    app = create_app(runtime, clock=SetClock(), photos=photos, site=site)
    worker = asyncio.create_task(runtime.work())
    async with served(app) as address:
        context = await chromium.new_context(locale="en-GB", viewport=DESKTOP)
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        desk = Desk(page, runtime, address, tmp_path / "photos")
        page.on("request", lambda request: desk.requested.append(request.url))
        page.on("console", lambda m: desk.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        yield desk
        await context.close()
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
