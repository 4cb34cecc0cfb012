"""Can a colleague work at the desk with a keyboard, a phone, in the dark, and without a script?"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.desk.opened import Opened, with_ticket
from tests.desk.web_bench import Browsing, browsing

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = """async rules => {
  const found = await axe.run(document, { runOnly: rules });
  return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target} ${n.failureSummary}`));
}"""


@asynccontextmanager
async def page_at(chromium: Browser, at: Browsing, width: int = 1280) -> AsyncGenerator[Page]:
    """A browser whose user follows the sign-in link."""
    context = await chromium.new_context(viewport={"width": width, "height": 844})
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    token = at.bench.people.add("Lena", "lead")
    await page.goto(f"{at.address}desk/sign-in?token={token}")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    yield page
    await context.close()


async def test_a_case_is_accepted_with_the_keyboard_alone(chromium: Browser, tmp_path: Path):
    async with browsing(tmp_path) as at:
        case = await at.bench.asked()
        async with page_at(chromium, at) as page:
            await reach(page, case.approval.id)
            await page.keyboard.press("Enter")
            await expect(page.get_by_text("Pay back 124.52 EUR.")).to_be_visible()
            await reach(page, "Accept (124.52 EUR)")
            await page.keyboard.press("Enter")
            await expect(page.get_by_text("This request is settled.")).to_be_visible()
            await expect(page.get_by_text("Accepted by Lena (lead)")).to_be_visible()


async def test_who_is_late_is_told_what_happened(chromium: Browser, tmp_path: Path):
    async with browsing(tmp_path) as at:
        case = await at.bench.asked()
        async with page_at(chromium, at) as page:
            await page.goto(f"{at.address}desk/approvals/{case.approval.id}")
            ana = at.bench.person("Ana")
            await at.bench.desk.reject(case.approval.id, 1, ana, "not_shown", "Blurred.")
            await page.get_by_role("button", name="Accept").click()
            alert = page.get_by_role("alert")
            await expect(alert).to_contain_text("Too late: Rejected")
            await expect(alert).to_contain_text("Ana (agent)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_no_rule_of_accessibility_is_broken_at_the_desk(
    chromium: Browser, tmp_path: Path, scheme: Literal["light", "dark"], width: int
):
    async with browsing(tmp_path) as at:
        case = await at.bench.asked("ND-HUGE")
        opened = Opened(at.bench.runtime, at.bench.store, at.bench.bench.helpdesk, at.bench.clock)
        ticket = await with_ticket(opened)
        async with page_at(chromium, at, width) as page:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            paths = ("desk", f"desk/approvals/{case.approval.id}", f"desk/tickets/{ticket}")
            for path in paths:
                await page.goto(at.address + path)
                await page.evaluate(AXE.read_text("utf-8"))
                assert await page.evaluate(CHECK, RULES) == [], path
                wide = await page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, path


async def reach(page: Page, label: str) -> None:
    """Press the tabulator until this is in focus."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent.trim()") == label:
            return
    pytest.fail(f"{label} is not reached with the keyboard")
