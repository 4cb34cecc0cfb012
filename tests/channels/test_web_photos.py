"""What becomes of a photo that a browser sends?"""

from pathlib import Path
from uuid import uuid4

import pytest

from agent.conversation import Attach
from tests.channels.conftest import Shop
from tests.unit.photos import corpus


async def test_a_photo_is_kept_and_given_to_the_conversation(shop: Shop):
    await shop.open()
    answer = await shop.upload(corpus.jpeg_with_a_place())
    event = shop.runtime.accepted[-1].event
    assert answer.status_code == 202
    assert isinstance(event, Attach)
    assert shop.kept_photos() == [f"{event.photo}.jpg"]


async def test_a_buyer_sees_the_photo_again_and_nobody_else_does(shop: Shop):
    await shop.open()
    await shop.upload(corpus.jpeg())
    entries = (await shop.browser.get("/chat/messages")).json()["entries"]
    photo = next(entry["text"] for entry in entries if entry["photo"])
    mine = await shop.browser.get(f"/chat/photos/{photo}")
    assert (mine.status_code, mine.headers["Content-Type"]) == (200, "image/jpeg")
    async with shop.another_browser() as other:
        await other.post("/chat/session", json={})
        assert (await other.get(f"/chat/photos/{photo}")).status_code == 404


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (corpus.SVG, "photo_not_a_photo"),
        (corpus.PDF, "photo_not_a_photo"),
        (corpus.jpeg()[:300], "photo_broken"),
        (corpus.moving("WEBP"), "photo_animated"),
        (corpus.png_header_of(50_000, 50_000), "photo_too_many_pixels"),
        (corpus.jpeg() + b"\0" * 10_000_000, "photo_too_large"),
        (b"\0" * 20_000_000, "photo_too_large"),
        (b"\0" * 40_000_000, "photo_too_large"),
    ],
    ids=["svg", "pdf", "truncated", "moving", "bomb", "above limit", "20 MB", "40 MB"],
)
async def test_what_is_no_good_photo_is_refused_in_words(shop: Shop, data: bytes, problem: str):
    await shop.open()
    answer = await shop.upload(data, "holiday.jpg")
    assert answer.json()["problem"] == problem
    assert answer.json()["sentence"].endswith(".")
    assert shop.kept_photos() == []
    assert len(shop.runtime.accepted) == 1


async def test_the_name_of_a_file_is_never_used(shop: Shop):
    await shop.open()
    assert (await shop.upload(corpus.jpeg(), "../../evil.html")).status_code == 202
    assert [Path(name).suffix for name in shop.kept_photos()] == [".jpg"]


async def test_a_photo_that_is_sent_again_is_the_same_message(shop: Shop):
    await shop.open()
    form = {"id": str(uuid4())}
    files = {"photo": ("p.jpg", corpus.jpeg())}
    first = await shop.browser.post("/chat/photos", data=form, files=files)
    again = await shop.browser.post("/chat/photos", data=form, files=files)
    assert [first.json(), again.json()] == [{"new": True}, {"new": False}]


JPEG = ("p.jpg", corpus.jpeg())
ID = "3f0e8d0c-6a39-4b5e-9d57-0c2a1f6f8a10"


@pytest.mark.parametrize(
    ("fields", "files"),
    [
        ({}, {"photo": JPEG}),
        ({"id": "x"}, {"photo": JPEG}),
        ({"id": ID}, {"picture": JPEG}),
        ({"id": ID, "more": "x"}, {"photo": JPEG}),
        ({"id": ID, "photo": "words"}, {}),
        ({"id": ID}, {"photo": JPEG, "photo2": JPEG}),
    ],
    ids=["no id", "an id that is none", "another name", "more", "no file", "two files"],
)
async def test_a_form_of_another_shape_is_refused(
    shop: Shop, fields: dict[str, str], files: dict[str, tuple[str, bytes]]
):
    await shop.open()
    answer = await shop.browser.post("/chat/photos", data=fields, files=files)
    assert (answer.status_code, shop.kept_photos()) == (400, [])


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x", "a/b"])
async def test_a_form_that_is_none_is_refused(shop: Shop, kind: str):
    await shop.open()
    headers = {"Content-Type": kind}
    answer = await shop.browser.post("/chat/photos", content=b"--x", headers=headers)
    assert answer.status_code == 400


async def test_a_full_disk_is_told_as_our_trouble(shop: Shop):
    await shop.open()
    shop.photos_dir.write_text("no room for photos here")
    answer = await shop.upload(corpus.jpeg())
    assert (answer.status_code, answer.json()["problem"]) == (503, "try_later")
