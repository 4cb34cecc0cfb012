"""Can everybody use the chat page, on every screen?"""

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import ViewportSize, expect

from agent.conversation import Choice, InboundMessage, Reply
from tests.browser.conftest import Desk
from tests.unit.photos import corpus

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

VENDOR = Path(__file__).parent / "vendor"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = """async rules => {
  const found = await axe.run(document, { runOnly: rules });
  return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target} ${n.failureSummary}`));
}"""
PHONE: ViewportSize = {"width": 390, "height": 844}


async def violations(desk: Desk) -> list[str]:
    await desk.page.evaluate((VENDOR / "axe.min.js").read_text("utf-8"))
    return await desk.page.evaluate(CHECK, RULES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_no_rule_of_accessibility_is_broken(
    desk: Desk, scheme: Literal["light", "dark"], width: int
):
    await desk.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await desk.page.set_viewport_size({"width": width, "height": 844})
    await desk.open()
    await desk.choose_photo(corpus.jpeg())
    await desk.page.get_by_role("button", name="Send").click()
    await expect(desk.page.get_by_role("log")).to_contain_text("the photo is kept")
    await desk.say("markup")
    await desk.say("hello")
    await expect(desk.page.get_by_role("log")).to_contain_text("You wrote: hello")
    assert await violations(desk) == []


async def test_an_order_and_a_chosen_photo_break_no_rule_either(desk: Desk):
    await desk.open()
    await desk.press("Where is my order?")
    await desk.choose_photo(corpus.jpeg())
    assert await violations(desk) == []


async def test_new_messages_are_announced_and_old_ones_are_not(desk: Desk):
    await desk.open()
    log = desk.page.get_by_role("log", name="Conversation")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log).to_have_attribute("aria-relevant", "additions")
    await expect(log).to_have_attribute("aria-atomic", "false")


async def test_who_said_what_can_be_heard(desk: Desk):
    await desk.open()
    await desk.press("Can I return this?")
    log = desk.page.get_by_role("log")
    await expect(log).to_contain_text("You: Can I return this?")
    await expect(log).to_contain_text("Assistant: You chose")


async def test_a_phone_never_scrolls_sideways(desk: Desk):
    await desk.page.set_viewport_size(PHONE)
    await desk.open()
    await desk.press("Where is my order?")
    await desk.say("https://example.org/" + "long" * 100)
    await expect(desk.page.get_by_role("log")).to_contain_text("You wrote: https://example.org")
    wide = await desk.page.evaluate(
        """() => {
          const root = document.querySelector("deep-chat").shadowRoot;
          return [document.documentElement, root.querySelector("#messages")]
            .map(part => part.scrollWidth - part.clientWidth);
        }"""
    )
    assert wide == [0, 0]


async def test_every_button_is_large_enough_for_a_thumb(desk: Desk):
    await desk.page.set_viewport_size(PHONE)
    await desk.open()
    await desk.choose_photo(corpus.jpeg())
    await expect(desk.page.get_by_role("button")).to_have_count(7)
    boxes = [await button.bounding_box() for button in await desk.page.get_by_role("button").all()]
    sizes = [min(box["width"], box["height"]) for box in boxes if box]
    assert min(sizes) >= 24


async def test_focus_is_seen(desk: Desk):
    await desk.open()
    await desk.page.keyboard.press("Tab")
    outline = await desk.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


async def test_a_reply_in_another_language_says_so_to_a_screen_reader(desk: Desk):
    await desk.open()

    def in_german(message: InboundMessage) -> Reply:
        del message
        return Reply(text="Guten Tag", language="de", choices=(Choice(id="yes", label="Ja"),))

    desk.runtime.answer_with(in_german)
    await desk.say("Hallo")
    await expect(desk.page.get_by_text("Guten Tag")).to_have_attribute("lang", "de")
    await expect(desk.page.get_by_role("button", name="Ja")).to_have_attribute("lang", "de")
