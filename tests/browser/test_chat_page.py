"""Can a buyer talk to Nightdesk in a real browser?"""

import re

import pytest
from playwright.async_api import Route, expect

from agent.conversation import Say
from tests.browser.conftest import Desk
from tests.unit.photos import corpus

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_first_message_says_what_it_is_and_a_person_is_one_press_away(desk: Desk):
    await desk.open()
    log = desk.page.get_by_role("log")
    await expect(log).to_contain_text("I am the automated assistant")
    await expect(desk.page.get_by_text("Automated assistant", exact=True)).to_be_visible()
    await desk.page.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
    await expect(log).to_contain_text("You wrote: I would like to talk to a person.")


async def test_buttons_stand_under_the_last_reply_only(desk: Desk):
    await desk.open()
    log = desk.page.get_by_role("log")
    await expect(log.get_by_role("button")).to_have_count(3)
    await desk.press("Can I return this?")
    await expect(log).to_contain_text("You chose: Can I return this?")
    await expect(log.get_by_role("button")).to_have_count(0)


async def test_an_order_shows_how_far_each_parcel_got(desk: Desk):
    await desk.open()
    await desk.press("Where is my order?")
    card = desk.page.get_by_role("region", name="Order ND-2077")
    await expect(card).to_contain_text("Delayed: three days late")
    await expect(card).to_contain_text("Expected by 25 November")
    assert await card.get_by_role("list", name="Progress of the parcel").count() == 2
    steps = await card.locator("[aria-current=step]").all_inner_texts()
    assert [step.split("(")[0].strip() for step in steps] == ["On the way", "Shipped"]


async def test_the_whole_talk_works_with_the_keyboard_alone(desk: Desk):
    await desk.open()
    for _ in range(12):
        await desk.page.keyboard.press("Tab")
        focused = await desk.page.evaluate(
            "document.activeElement.shadowRoot?.activeElement?.textContent ?? ''"
        )
        if focused == "Where is my order?":
            break
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_role("region", name="Order ND-2077")).to_be_visible()
    await desk.page.keyboard.type("thank you")
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_role("log")).to_contain_text("You wrote: thank you")


async def test_a_reload_keeps_the_conversation(desk: Desk):
    await desk.open()
    await desk.press("Where is my order?")
    await expect(desk.page.get_by_role("region", name="Order ND-2077")).to_be_visible()
    await desk.say("and the lamp?")
    log = desk.page.get_by_role("log")
    await expect(log).to_contain_text("You wrote: and the lamp?")
    before = await log.text_content() or ""
    await desk.reload()
    await expect(log).to_contain_text("You wrote: and the lamp?")
    assert await log.text_content() == before


async def test_a_photo_is_shown_before_and_after_it_is_sent(desk: Desk):
    await desk.open()
    await desk.choose_photo(corpus.jpeg((600, 400)))
    await expect(desk.page.get_by_role("button", name="Remove the photo")).to_be_visible()
    await desk.page.get_by_role("button", name="Send").click()
    log = desk.page.get_by_role("log")
    await expect(log).to_contain_text("the photo is kept")
    await desk.reload()
    photo = log.get_by_role("img", name="Photo")
    await expect(photo).to_be_visible()
    assert await photo.evaluate("image => image.naturalWidth") == 600
    assert len(list(desk.photos_dir.glob("*.jpg"))) == 1


async def test_a_chosen_photo_can_be_taken_back_with_the_keyboard(desk: Desk):
    await desk.open()
    await desk.choose_photo(corpus.jpeg())
    cross = desk.page.get_by_role("button", name="Remove the photo")
    await cross.focus()
    await desk.page.keyboard.press("Enter")
    await expect(cross).to_have_count(0)


async def test_a_file_that_is_no_photo_is_refused_in_words(desk: Desk):
    await desk.open()
    await desk.choose_photo(corpus.PDF)
    await desk.page.get_by_role("button", name="Send").click()
    await expect(
        desk.page.get_by_text("That file is not a picture that can be read")
    ).to_be_visible()
    await expect(desk.page.get_by_role("button", name="Remove the photo")).to_have_count(0)
    assert not list(desk.photos_dir.glob("*"))


async def test_nothing_is_asked_of_another_host_and_nothing_breaks_the_content_rules(desk: Desk):
    await desk.open()
    await desk.press("Where is my order?")
    await desk.choose_photo(corpus.jpeg())
    await desk.page.get_by_role("button", name="Send").click()
    await expect(desk.page.get_by_role("log")).to_contain_text("the photo is kept")
    sent = [url for url in desk.requested if not url.startswith(("data:", "blob:"))]
    assert [url for url in sent if not url.startswith(desk.address)] == []
    assert desk.complaints == []


async def test_words_from_outside_never_become_markup(desk: Desk):
    await desk.open()
    await desk.say("<b>bold</b> *stars* [x](javascript:alert(1))")
    await desk.say("markup")
    log = desk.page.get_by_role("log")
    await expect(log.get_by_role("button")).to_have_count(1)
    await expect(log).to_contain_text("<b>bold</b> *stars* [x](javascript:alert(1))")
    assert await log.locator("b, em, strong, a, img, script").count() == 0


async def test_an_answer_that_was_lost_on_the_way_does_not_double_the_message(desk: Desk):
    await desk.open()
    lost = False

    async def lose_the_first_answer(route: Route) -> None:
        nonlocal lost
        if route.request.method == "POST" and not lost:
            lost = True
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await desk.page.route("**/chat/messages", lose_the_first_answer)
    await desk.say("once only")
    await desk.say("and then this")
    log = desk.page.get_by_role("log")
    await expect(log).to_contain_text("You wrote: and then this")
    said = [m.event.text for m in desk.runtime.accepted if isinstance(m.event, Say)]
    assert said == ["once only", "and then this"]
    assert len(re.findall("once only", await log.inner_text())) == 2


async def test_a_message_on_its_way_survives_a_reload(desk: Desk):
    await desk.open()
    await desk.page.route("**/chat/messages", lambda route: route.abort())
    await desk.say("do not lose me")
    await expect(desk.page.get_by_text("Not sent yet. Trying again.")).to_be_visible()
    await desk.page.unroute_all()
    await desk.reload()
    await expect(desk.page.get_by_role("log")).to_contain_text("You wrote: do not lose me")
    said = [m.event for m in desk.runtime.accepted if isinstance(m.event, Say)]
    assert said == [Say(text="do not lose me")]


async def test_what_is_written_after_the_session_ran_out_is_not_lost(desk: Desk):
    await desk.open()
    await desk.page.context.clear_cookies()
    await desk.say("still here")
    await expect(desk.page.get_by_role("log")).to_contain_text("You wrote: still here")
    assert len({message.conversation for message in desk.runtime.accepted}) == 2


async def test_a_server_that_is_not_ready_yet_is_asked_again(desk: Desk):
    answers = iter([500, 429])

    async def not_yet(route: Route) -> None:
        status = next(answers, None)
        await (route.continue_() if status is None else route.fulfill(status=status, body="{}"))

    await desk.page.route("**/chat/session", not_yet)
    await desk.open()
    await expect(desk.page.get_by_role("log")).to_contain_text("automated assistant")


async def test_what_is_written_offline_goes_out_when_the_line_is_back(desk: Desk):
    await desk.open()
    await desk.page.context.set_offline(True)
    await desk.say("from the tunnel")
    await expect(desk.page.get_by_text("You are offline.")).to_be_visible()
    await desk.page.context.set_offline(False)
    await expect(desk.page.get_by_role("log")).to_contain_text("You wrote: from the tunnel")


async def test_a_slow_answer_is_explained(desk: Desk):
    await desk.page.clock.install()
    await desk.open()
    desk.runtime.may_answer.clear()
    await desk.say("hello")
    await expect(desk.page.locator("nightdesk-dots")).to_be_visible()
    await desk.page.clock.fast_forward(5_000)
    await expect(desk.page.get_by_text("Still checking your records.")).to_be_visible()
    await desk.page.clock.fast_forward(20_000)
    await expect(desk.page.get_by_text("This takes longer than usual.")).to_be_visible()
    desk.runtime.may_answer.set()
    await expect(desk.page.get_by_role("log")).to_contain_text("You wrote: hello")
    await expect(desk.page.locator("nightdesk-dots")).to_have_count(0)
    await expect(desk.page.get_by_text("This takes longer than usual.")).to_have_count(0)


async def test_a_person_who_answers_is_told_apart(desk: Desk):
    await desk.open()
    conversation = desk.runtime.accepted[0].conversation
    desk.runtime.owners[conversation] = "person"
    desk.runtime.person_says(conversation, "Mara here, I am looking into it.")
    await expect(desk.page.get_by_text("With our team")).to_be_visible()
    await expect(desk.page.get_by_role("log")).to_contain_text("Our team")
    await expect(desk.page.get_by_role("log")).to_contain_text("Mara here")
    await expect(desk.page.get_by_role("banner").get_by_role("button")).to_have_count(0)


async def test_two_windows_show_one_conversation(desk: Desk):
    await desk.open()
    second = await desk.page.context.new_page()
    await second.goto(desk.address)
    await second.locator("#chat[data-ready]").wait_for()
    await desk.say("from the first window")
    await expect(second.get_by_role("log")).to_contain_text("You wrote: from the first window")


async def test_a_buyer_can_choose_the_language_of_the_page(desk: Desk):
    await desk.open()
    await desk.page.get_by_label("Language").select_option("fr")
    await expect(desk.page.get_by_role("heading")).to_have_text("Aide pour votre commande")
    await expect(desk.page.locator("html")).to_have_attribute("lang", "fr")


async def test_a_token_of_the_shop_does_not_stay_in_the_address(desk: Desk):
    await desk.page.goto(f"{desk.address}?token=abc")
    await desk.ready()
    assert desk.page.url == desk.address
