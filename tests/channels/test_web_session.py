"""Who is a browser, and how long?"""

from datetime import timedelta

from agent.channels.web_chat.sessions import COOKIE, ShopTokens
from agent.conversation import Opened
from tests.channels.conftest import Shop

ANA = "ana@example.org"


async def test_a_new_browser_is_greeted_by_the_assistant(shop: Shop):
    await shop.open()
    news = (await shop.browser.get("/chat/messages")).json()
    assert [entry["author"] for entry in news["entries"]] == ["assistant"]


async def test_the_greeting_is_asked_for_in_the_language_of_the_browser(shop: Shop):
    await shop.browser.post("/chat/session", json={}, headers={"Accept-Language": "pt-BR,pt;q=.9"})
    assert shop.runtime.accepted[0].event == Opened(language="pt")


async def test_a_reloaded_page_goes_on_and_is_not_greeted_again(shop: Shop):
    for _ in range(3):
        await shop.open()
    assert len(shop.runtime.accepted) == 1


async def test_a_conversation_has_an_id_that_nobody_guesses(shop: Shop):
    await shop.open()
    async with shop.another_browser() as other:
        await other.post("/chat/session", json={})
    ids = {message.conversation for message in shop.runtime.accepted}
    assert len(ids) == 2
    assert all(len(conversation) >= 32 for conversation in ids)


async def test_scripts_and_other_sites_cannot_use_the_cookie(shop: Shop):
    cookie = (await shop.open()).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_a_cookie_that_was_changed_opens_nothing(shop: Shop):
    await shop.open()
    forged = shop.browser.cookies[COOKIE][:-2] + "xx"
    async with shop.another_browser() as other:
        other.cookies.set(COOKIE, forged)
        assert (await other.get("/chat/messages")).status_code == 401


async def test_a_session_runs_out_after_a_month(shop: Shop):
    await shop.open()
    shop.clock.instant += timedelta(days=31)
    assert (await shop.say("hello")).status_code == 401


async def test_a_buyer_whom_the_shop_vouches_for_is_known_by_e_mail(shop: Shop):
    await shop.open(shop.tokens.sign(ANA))
    await shop.say("hello")
    assert [message.signed_email for message in shop.runtime.accepted] == [ANA, ANA]


async def test_the_shops_word_holds_for_half_a_day(shop: Shop):
    await shop.open(shop.tokens.sign(ANA))
    shop.clock.instant += timedelta(hours=13)
    await shop.say("hello")
    assert shop.runtime.accepted[-1].signed_email is None


async def test_a_token_is_good_for_minutes_only(shop: Shop):
    token = shop.tokens.sign(ANA)
    shop.clock.instant += timedelta(minutes=11)
    await shop.open(token)
    assert shop.runtime.accepted[-1].signed_email is None


async def test_a_token_signed_with_another_secret_says_nothing(shop: Shop):
    await shop.open(ShopTokens("guessed", shop.clock).sign(ANA))
    assert shop.runtime.accepted[-1].signed_email is None


async def test_another_signed_in_buyer_begins_a_conversation_of_their_own(shop: Shop):
    await shop.open(shop.tokens.sign(ANA))
    await shop.open(shop.tokens.sign("ben@example.org"))
    first, second = shop.runtime.accepted
    assert first.conversation != second.conversation


async def test_nobody_signs_in_by_an_address_in_the_url(shop: Shop):
    await shop.browser.get(f"/?as={ANA}")
    await shop.browser.post(f"/chat/session?as={ANA}", json={})
    assert shop.runtime.accepted[-1].signed_email is None


async def test_unknown_keys_of_a_hello_are_refused(shop: Shop):
    answer = await shop.browser.post("/chat/session", json={"email": ANA})
    assert answer.status_code == 400
