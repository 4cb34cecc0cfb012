"""Is it known for which order a picture was sent first?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import ImageOps

from agent.conversation import ConversationId
from agent.photos import PhotoStore
from agent.state import Conversation
from agent.worker.photo_book import LOOKED_BACK, PhotoBook
from agent.worker.photo_uses import note_uses
from agent.worker.store import Store
from tests.unit.photos.scenes import as_jpeg, scene
from tools.connectors.clocks import FixedClock
from tools.domain.ticket import PhotoId

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
MUG = as_jpeg(scene(1))
MIRRORED = as_jpeg(ImageOps.mirror(scene(1)), 60)
LAMP = as_jpeg(scene(2))


class Album:
    """A photo store with its book, and conversations that send photos."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock(NOON)
        self.folder, self.store = folder, Store.open(folder / "desk.db")
        self.open()

    def open(self) -> None:
        self.book = PhotoBook(self.store, self.clock)
        self.photos = PhotoStore(self.folder / "photos", self.book)

    def restart(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder / "desk.db")
        self.open()

    async def send(self, data: bytes, order: str | None, name: str = "talk") -> PhotoId:
        photo = await self.photos.keep(data)
        talk = Conversation(
            id=ConversationId(name), channel="t", started_at=NOON, order=order, photos=(photo,)
        )
        with self.store.database.writing("test") as connection:
            note_uses(connection, talk, NOON)
        return photo


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    album = Album(tmp_path)
    yield album
    album.store.close()


@pytest.mark.parametrize("again", [MUG, MIRRORED, MUG + b"\0trailer"])
async def test_a_picture_of_another_order_is_known_again(album: Album, again: bytes):
    await album.send(MUG, "ND-1")
    album.restart()
    photo = await album.send(again, "ND-2", "another talk")
    assert await album.book.sent_before((photo,), "ND-2")


async def test_it_is_known_before_its_own_turn_is_stored(album: Album):
    await album.send(MUG, "ND-1")
    photo = await album.photos.keep(MIRRORED)
    assert await album.book.sent_before((photo,), "ND-2")


async def test_who_was_first_is_not_held_to_have_copied(album: Album):
    first = await album.send(MUG, "ND-1")
    await album.send(MIRRORED, "ND-2", "another talk")
    assert not await album.book.sent_before((first,), "ND-1")


async def test_a_photo_may_be_sent_again_for_its_own_order(album: Album):
    await album.send(MUG, "ND-1")
    again = await album.send(MIRRORED, "ND-1", "another talk")
    assert not await album.book.sent_before((again,), "ND-1")


async def test_a_photo_that_was_for_no_order_yet_speaks_against_nobody(album: Album):
    await album.send(MUG, None)
    photo = await album.send(MUG, "ND-2", "another talk")
    assert not await album.book.sent_before((photo,), "ND-2")


async def test_another_picture_is_another_picture(album: Album):
    await album.send(MUG, "ND-1")
    photo = await album.send(LAMP, "ND-2", "another talk")
    assert not await album.book.sent_before((photo,), "ND-2")


async def test_an_unchanged_picture_is_known_for_ever_and_a_changed_one_for_a_year(album: Album):
    await album.send(MUG, "ND-1")
    album.clock.advance(LOOKED_BACK + timedelta(seconds=1))
    mirrored, same = await album.photos.keep(MIRRORED), await album.photos.keep(MUG)
    assert not await album.book.sent_before((mirrored,), "ND-2")
    assert await album.book.sent_before((same,), "ND-2")
