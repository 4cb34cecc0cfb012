"""Do the desk's pages show a case to colleagues only, and take each answer once?"""

from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response, codes

from tests.desk.opened import Opened, full_draft, with_ticket
from tests.desk.web_bench import Browsing, browsing
from tools.domain.ticket import Missing, PacketFact, Ruling, TicketDraft

XSS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}",
    "</textarea><svg onload=alert(1)>",
    "\u202e<b>gnp.exe\x1b[2J",
)


@pytest_asyncio.fixture
async def at(tmp_path: Path) -> AsyncIterator[Browsing]:
    async with browsing(tmp_path) as browsing_:
        yield browsing_


@pytest_asyncio.fixture
async def lena(at: Browsing) -> Browsing:
    await at.sign_in()
    return at


@pytest.mark.parametrize(
    "path", ["/desk", "/desk/approvals/A-X", "/desk/tickets/T-ABCDEF", "/desk/photos/photo_1"]
)
async def test_without_a_sign_in_nothing_is_shown(at: Browsing, path: str):
    case = await at.bench.asked()
    page = await at.client.get(path.replace("A-X", case.approval.id))
    assert page.status_code == codes.UNAUTHORIZED
    assert "124.52" not in page.text
    assert "ida@" not in page.text


async def test_nobody_answers_without_a_sign_in(at: Browsing):
    case = await at.bench.asked()
    done = await at.client.post(f"/desk/approvals/{case.approval.id}/accept", data={"version": "1"})
    assert done.status_code == codes.UNAUTHORIZED
    assert len(at.bench.approvals.waiting()) == 1


async def test_a_link_signs_in_once_and_looking_at_it_does_not_use_it_up(at: Browsing):
    token = at.bench.people.add("Lena", "lead")
    for _ in range(2):
        looked = await at.client.get("/desk/sign-in", params={"token": token})
        assert looked.status_code == codes.OK
    first = await at.client.post("/desk/sign-in", data={"token": token})
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/desk" in cookie
    async with AsyncClient(base_url=at.address) as other:
        again = await other.post("/desk/sign-in", data={"token": token})
        assert again.status_code == codes.UNAUTHORIZED


async def test_an_old_link_does_not_sign_in(at: Browsing):
    token = at.bench.people.add("Lena", "lead")
    at.bench.clock.move(hours=25)
    done = await at.client.post("/desk/sign-in", data={"token": token})
    assert done.status_code == codes.UNAUTHORIZED


@pytest.mark.parametrize("how", ["removed", "added_again", "late"])
async def test_a_session_ends(lena: Browsing, how: str):
    if how == "late":
        lena.bench.clock.move(hours=13)
    else:
        lena.bench.people.remove("Lena")
    if how == "added_again":
        lena.bench.people.add("Lena", "owner")
    assert (await lena.client.get("/desk")).status_code == codes.UNAUTHORIZED


async def test_a_forged_cookie_is_nobodys(at: Browsing):
    await at.sign_in()
    sealed = at.cookie
    payload, _, seal = sealed.rpartition(".")
    for forged in (f"{payload}.{'A' * len(seal)}", f"{payload[:-2]}AA.{seal}", "", "x" * 5000):
        async with AsyncClient(base_url=at.address) as other:
            page = await other.get("/desk", headers={"cookie": f"nightdesk_desk={forged}"})
        assert page.status_code == codes.UNAUTHORIZED


@pytest.mark.parametrize("verb", ["accept", "edit", "reject", "ask"])
@pytest.mark.parametrize("key", ["", "wrong", "ü"])
async def test_a_form_of_another_page_changes_nothing(lena: Browsing, verb: str, key: str):
    case = await lena.bench.asked()
    form = {"version": "1", "amount": "5", "reason": "not_shown", "text": "Hi", "form_key": key}
    done = await lena.client.post(f"/desk/approvals/{case.approval.id}/{verb}", data=form)
    assert done.status_code == codes.FORBIDDEN
    now = lena.bench.approvals.find(case.approval.id)
    assert now is not None
    assert now.version == 1


async def test_a_form_that_is_too_large_is_not_read(lena: Browsing):
    case = await lena.bench.asked()
    path = f"/desk/approvals/{case.approval.id}/ask"
    done = await lena.post(path, version="1", text="x" * 70_000)
    assert done.status_code == codes.FORBIDDEN


async def test_the_queue_counts_and_filters_the_first_due_first(lena: Browsing):
    opened = Opened(
        lena.bench.runtime, lena.bench.store, lena.bench.bench.helpdesk, lena.bench.clock
    )
    case = await lena.bench.asked()
    ticket = await with_ticket(opened)
    page = (await lena.client.get("/desk")).text
    assert "2 waiting, 0 overdue" in page
    assert page.index(ticket) < page.index(case.approval.id)
    lena.bench.clock.move(hours=9)
    assert "2 waiting, 1 overdue" in (await lena.client.get("/desk")).text
    only = (await lena.client.get("/desk?queue=payments")).text
    assert ticket not in only
    assert case.approval.id in only


async def test_the_card_says_what_happens_and_why_a_person(lena: Browsing):
    case = await lena.bench.asked()
    page = (await lena.client.get(f"/desk/approvals/{case.approval.id}")).text
    for words in (
        "Pay back 124.52 EUR.",
        "ida@example.com",
        "payment P-ND-BIG",
        "above the cap for one refund",
        "If nobody answers, nothing is done.",
        "1 × M-1 (L1)",
        "caps.action",
    ):
        assert words in page, words


async def test_accepting_settles_it_and_a_second_click_is_told(lena: Browsing):
    case = await lena.bench.asked()
    path = f"/desk/approvals/{case.approval.id}"
    assert (await lena.post(f"{path}/accept", version="1")).status_code == codes.SEE_OTHER
    again = await lena.post(f"{path}/accept", version="1")
    assert again.status_code == codes.CONFLICT
    assert "Too late: Accepted by Lena (lead), 0 min ago" in again.text


@pytest.mark.parametrize("version", ["", "2", "-1", "1.0", "9" * 40, "١"])
async def test_an_answer_without_the_version_that_was_seen_does_not_count(
    lena: Browsing, version: str
):
    case = await lena.bench.asked()
    path = f"/desk/approvals/{case.approval.id}/accept"
    assert (await lena.post(path, version=version)).status_code == codes.CONFLICT


@pytest.mark.parametrize(
    "amount", ["", "0", "-5", "5 EUR", "1e3", "5.001", "NaN", "124.52", "999999999", "٥"]
)
async def test_nonsense_is_no_amount(lena: Browsing, amount: str):
    case = await lena.bench.asked()
    done = await lena.post(f"/desk/approvals/{case.approval.id}/edit", version="1", amount=amount)
    assert done.status_code == codes.CONFLICT
    assert 'role="alert"' in done.text


async def test_less_is_agreed_to_with_a_comma_as_well(lena: Browsing):
    case = await lena.bench.asked()
    await lena.post(f"/desk/approvals/{case.approval.id}/edit", version="1", amount=" 50,01 ")
    page = (await lena.client.get(f"/desk/approvals/{case.approval.id}")).text
    assert "Pay back 50.01 EUR." in page


async def test_a_no_needs_a_reason_of_the_list(lena: Browsing):
    case = await lena.bench.asked()
    path = f"/desk/approvals/{case.approval.id}/reject"
    assert (await lena.post(path, version="1", reason="because")).status_code == codes.CONFLICT
    done = await lena.post(path, version="1", reason="not_shown", note="Blurred.")
    assert done.status_code == codes.SEE_OTHER


async def test_a_ticket_is_answered_and_closed(lena: Browsing):
    opened = Opened(
        lena.bench.runtime, lena.bench.store, lena.bench.bench.helpdesk, lena.bench.clock
    )
    ticket = await with_ticket(opened)
    path = f"/desk/tickets/{ticket}"
    assert (await lena.post(f"{path}/answer", text="We send one.")).status_code == codes.SEE_OTHER
    assert "We send one." in (await lena.client.get(path)).text
    assert (await lena.post(f"{path}/close", note="ok")).status_code == codes.SEE_OTHER
    assert (await lena.post(f"{path}/answer", text="Too late")).status_code == codes.CONFLICT


@pytest.mark.parametrize("words", XSS)
async def test_no_word_of_anybody_becomes_markup(lena: Browsing, words: str):
    bench = lena.bench
    case = await bench.asked()
    opened = Opened(bench.runtime, bench.store, bench.bench.helpdesk, bench.clock)
    ticket = await with_ticket(opened, words)
    everywhere = await bench.bench.helpdesk.open_ticket(hostile(words), idempotency_key="hostile")
    path = f"/desk/approvals/{case.approval.id}"
    shown = [
        await lena.client.get("/desk"),
        await lena.client.get(f"/desk/tickets/{ticket}"),
        await lena.client.get(f"/desk/tickets/{everywhere}"),
        await lena.post(f"{path}/ask", version="1", text=words),
        await lena.post(f"{path}/reject", version="2", reason="not_shown", note=words),
        await lena.client.get(path),
        await lena.client.get("/desk/sign-in", params={"token": words}),
        await lena.client.get("/desk", params={"queue": words}),
    ]
    for page in shown:
        assert_inert(page)


def hostile(words: str) -> TicketDraft:
    """Return a ticket with these words in every field that holds text."""
    whole = full_draft(words)
    ruling = Ruling(
        question=words,
        line=words,
        item=words,
        answer="deny",
        rule_id=words,
        because=words,
        seller=words,
        missing=(Missing(fact=words, ask=words),),
    )
    fact = PacketFact(name=words, value=words, source=words)
    each = ("customer", "verified_how", "decision", "summary", "summary_buyer", "language")
    several = ("requests", "orders", "done", "withdrawals", "transcript", "photos")
    packet = whole.packet.model_copy(
        update={
            **dict.fromkeys(each, words),
            **dict.fromkeys(several, (words,)),
            "rulings": (ruling,),
            "facts": (fact,),
            "conversation": "c2",
        }
    )
    return whole.model_copy(update={"packet": packet, "reason": words})


def assert_inert(page: Response) -> None:
    assert page.status_code in {codes.OK, codes.SEE_OTHER}, page.status_code
    policy = page.headers["content-security-policy"]
    assert "script-src" not in policy
    assert "unsafe" not in policy
    tags = [tag for tag, _ in Tags.of(page.text)]
    assert not {"script", "svg", "iframe"} & set(tags)
    for tag, attributes in Tags.of(page.text):
        names = {name for name, _ in attributes}
        assert not any(name.startswith("on") for name in names), (tag, attributes)
        links = [value or "" for name, value in attributes if name in {"href", "src", "action"}]
        assert all(link.startswith(("/", "#")) for link in links), (tag, links)
    assert not {"\u202e", "\x1b"} & set(page.text)


class Tags(HTMLParser):
    """Every tag of a page, with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    @classmethod
    def of(cls, page: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
        parser = cls()
        parser.feed(page)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


async def test_a_photo_is_shown_to_colleagues(lena: Browsing, tmp_path: Path):
    name = "photo_" + "a" * 32
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / f"{name}.jpg").write_bytes(b"\xff\xd8\xff")
    found = await lena.client.get(f"/desk/photos/{name}")
    assert found.headers["content-type"] == "image/jpeg"
    for wrong in ("../nightdesk.sqlite", "photo_b", "%2e%2e%2fnightdesk.sqlite"):
        missing = await lena.client.get(f"/desk/photos/{wrong}")
        assert missing.status_code == codes.NOT_FOUND
