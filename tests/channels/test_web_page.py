"""What is the page made of, and what may it do?"""

import hashlib
import re
from pathlib import Path

import pytest

from agent.channels import web_chat
from agent.channels.web_chat.wording import choose_locale, load_pages
from tests.channels.conftest import PAGES, Shop
from tools.errors import BadInputError

STATIC = Path(web_chat.__file__).parent / "static"
VENDORED = (STATIC / "vendor", Path(__file__).parents[1] / "browser" / "vendor")
OURS = sorted(file for file in STATIC.glob("*.*") if file.suffix in {".js", ".css"})


async def test_the_page_runs_scripts_of_its_own_files_only(shop: Shop):
    page = await shop.browser.get("/")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"<script(?![^>]* src=\"/static/)", page.text) == []


async def test_every_answer_has_its_safety_headers(shop: Shop):
    for address in ("/", "/healthz", "/nowhere", "/static/chat/chat.js", "/chat/messages"):
        headers = (await shop.browser.get(address)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Request-ID"]


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.name)
def test_our_own_files_name_no_other_host(file: Path):
    assert re.findall(r"https?://", file.read_text("utf-8")) == []


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.name)
def test_our_own_files_turn_no_words_into_markup(file: Path):
    assert re.findall(r"innerHTML|insertAdjacentHTML|outerHTML|eval\(", file.read_text()) == []


@pytest.mark.parametrize("vendor", VENDORED, ids=["component", "checker of the tests"])
def test_what_others_made_is_what_was_looked_at_and_comes_with_its_licence(vendor: Path):
    sums = [line.split() for line in (vendor / "SHA256SUMS").read_text().splitlines()]
    made = {file.name for file in vendor.glob("*.js")}
    assert made == {name for _, name in sums}
    assert len(list(vendor.glob("*.LICENSE.txt"))) == len(made)
    for checksum, name in sums:
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == checksum


async def test_the_server_says_that_it_is_up(shop: Shop):
    assert (await shop.browser.get("/healthz")).json() == {"status": "ok"}


async def test_an_unknown_address_is_answered_in_words(shop: Shop):
    answer = await shop.browser.get("/chat/nothing")
    assert answer.status_code == 404
    assert answer.json()["sentence"] == "There is nothing at this address."


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.5, it;q=0.9", "it"),
        ("sv, fi;q=0.8", "en"),
        ("pt-BR", "pt"),
        ("de;q=abc, fr;q=0.1", "fr"),
        ("", "en"),
        (";;;,,q=", "en"),
    ],
)
def test_the_language_is_the_best_that_the_browser_asks_for(accepted: str, locale: str):
    assert choose_locale(accepted, load_pages(PAGES)) == locale


async def test_the_page_gets_all_its_words_in_one_language(shop: Shop):
    answer = await shop.browser.get("/chat/wording", headers={"Accept-Language": "es"})
    wording = answer.json()
    assert wording["locale"] == "es"
    assert wording["words"]["talk_to_person"] == "Hablar con una persona"
    assert set(wording["languages"]) == {"en", "de", "es", "fr", "it", "pt"}


def test_wording_with_holes_is_refused_with_the_place(tmp_path: Path):
    english = (PAGES / "chat.en.yaml").read_text("utf-8")
    broken = english.replace("order: Order {number}", "order: Order").replace("send: Send\n", "")
    (tmp_path / "chat.en.yaml").write_text(broken.replace("  delivered: Delivered\n", ""), "utf-8")
    with pytest.raises(BadInputError, match="send"):
        load_pages(tmp_path)


def test_wording_without_a_slot_or_a_milestone_is_refused(tmp_path: Path):
    english = (PAGES / "chat.en.yaml").read_text("utf-8")
    broken = english.replace("order: Order {number}", "order: Order")
    (tmp_path / "chat.en.yaml").write_text(broken.replace("  delivered: Delivered\n", ""), "utf-8")
    with pytest.raises(BadInputError) as refused:
        load_pages(tmp_path)
    assert {fault.sentence for fault in refused.value.faults} == {
        "must contain {number}.",
        "lacks delivered.",
    }


def test_wording_without_english_is_refused(tmp_path: Path):
    with pytest.raises(BadInputError, match="is missing"):
        load_pages(tmp_path)
