"""Is what is kept a plain still picture, whatever was sent?"""

import asyncio
import io
import os
from pathlib import Path

import pytest
from PIL import Image

from agent import photos
from agent.photos import MAX_PHOTO_BYTES, PhotoFault, PhotoRefusedError, PhotoStore
from tests.unit.photos import corpus
from tools.errors import UnavailableError

JPEG = corpus.jpeg()
REFUSED: dict[str, tuple[bytes, PhotoFault]] = {
    "nothing": (b"", "not_a_photo"),
    "words": (b"hello", "not_a_photo"),
    "random bytes": (os.urandom(5_000), "not_a_photo"),
    "an SVG with a script": (corpus.SVG, "not_a_photo"),
    "a PDF": (corpus.PDF, "not_a_photo"),
    "a page": (corpus.PAGE, "not_a_photo"),
    "a still GIF": (corpus.saved(Image.new("RGB", (9, 9)), "GIF"), "not_a_photo"),
    "a moving GIF": (corpus.moving("GIF"), "not_a_photo"),
    "a TIFF": (corpus.saved(Image.new("RGB", (9, 9)), "TIFF"), "not_a_photo"),
    "a moving PNG": (corpus.moving("PNG"), "animated"),
    "a moving WebP": (corpus.moving("WEBP"), "animated"),
    "a PNG header of 50,000 by 50,000": (corpus.png_header_of(50_000, 50_000), "too_many_pixels"),
    "a PNG header just above the limit": (corpus.png_header_of(8_001, 5_000), "too_many_pixels"),
    "a PNG header without its picture": (corpus.png_header_of(4_000, 4_000), "broken"),
    "a PNG that unpacks to 200 MB of comment": (corpus.png_with_huge_comment(), "broken"),
    "an icon": (corpus.saved(Image.new("RGB", (16, 16)), "ICO"), "not_a_photo"),
    "a bitmap": (corpus.saved(Image.new("RGB", (9, 9)), "BMP"), "not_a_photo"),
    "a JPEG 2000": (corpus.saved(Image.new("RGB", (32, 32)), "JPEG2000"), "not_a_photo"),
    "a PostScript file": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not_a_photo"),
    "a PNG of no width": (corpus.png_header_of(0, 9), "not_a_photo"),
    "a PNG of a negative width": (corpus.png_header_of(2**32 - 1, 2**32 - 1), "too_many_pixels"),
    "a JPEG in a zip's clothes": (b"PK\x03\x04" + JPEG, "not_a_photo"),
    "half of a JPEG": (JPEG[: len(JPEG) // 2], "broken"),
    "the first bytes of a JPEG": (JPEG[:20], "not_a_photo"),
    "more than 10 MB": (JPEG + b"\0" * MAX_PHOTO_BYTES, "too_large"),
}
KEPT = {
    "a JPEG": JPEG,
    "a PNG": corpus.saved(Image.new("RGB", (60, 40), corpus.RED), "PNG"),
    "a WebP": corpus.saved(Image.new("RGB", (60, 40), corpus.RED), "WEBP"),
    "a PNG in grey": corpus.saved(Image.new("L", (60, 40), 90), "PNG"),
    "a PNG with a palette": corpus.saved(Image.new("P", (60, 40)), "PNG"),
    "a PNG in 16 bits": corpus.saved(Image.new("I;16", (60, 40)), "PNG"),
    "a print JPEG": corpus.saved(Image.new("CMYK", (60, 40)), "JPEG"),
    "a phone's JPEG with a preview": corpus.phone_jpeg_with_preview(),
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
def store(directory: Path) -> PhotoStore:
    return PhotoStore(directory)


async def kept(store: PhotoStore, data: bytes) -> tuple[bytes, Image.Image]:
    file = store.find(await store.keep(data))
    assert file is not None
    raw = file.read_bytes()
    return raw, Image.open(io.BytesIO(raw))


@pytest.mark.parametrize(("data", "fault"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_hostile_or_broken_file_is_refused_and_leaves_nothing(
    store: PhotoStore, directory: Path, data: bytes, fault: PhotoFault
):
    with pytest.raises(PhotoRefusedError) as refused:
        await store.keep(data)
    assert refused.value.fault == fault
    assert list(directory.glob("*")) == []


@pytest.mark.parametrize("data", KEPT.values(), ids=KEPT.keys())
async def test_an_ordinary_picture_is_kept_as_a_jpeg(store: PhotoStore, data: bytes):
    _, picture = await kept(store, data)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (60, 40))


async def test_where_and_with_what_a_photo_was_taken_is_removed(store: PhotoStore):
    data = corpus.jpeg_with_a_place()
    before = Image.open(io.BytesIO(data))
    assert before.getexif().get_ifd(corpus.GPS_IFD)
    raw, after = await kept(store, data)
    assert dict(after.getexif()) == {}
    assert "comment" not in after.info
    assert not any(trace in raw for trace in (b"Exif", b"PhoneMaker", b"my kitchen"))


async def test_what_is_hidden_behind_the_picture_is_removed(store: PhotoStore):
    raw, _ = await kept(store, JPEG + b"PK\x03\x04" + corpus.PAGE)
    assert b"<script>" not in raw
    assert b"PK\x03\x04" not in raw


async def test_a_photo_taken_on_its_side_stands_upright(store: PhotoStore):
    _, picture = await kept(store, corpus.jpeg_on_its_side())
    assert picture.size == (40, 60)


async def test_transparent_parts_become_white(store: PhotoStore):
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    _, picture = await kept(store, corpus.saved(clear, "PNG"))
    assert picture.getpixel((5, 5)) == (255, 255, 255)


async def test_a_picture_of_the_largest_size_is_kept(store: PhotoStore):
    large = Image.new("RGB", (8_000, 5_000), corpus.RED)
    _, picture = await kept(store, corpus.saved(large, "JPEG"))
    assert picture.size == (8_000, 5_000)


async def test_the_same_picture_is_kept_once(store: PhotoStore, directory: Path):
    ids = await asyncio.gather(*(store.keep(JPEG) for _ in range(4)))
    assert len(set(ids)) == 1
    assert len(list(directory.glob("*"))) == 1


async def test_a_child_that_takes_too_long_is_ended(
    store: PhotoStore, directory: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(photos, "_PATIENCE_SECONDS", 0.0)
    with pytest.raises(PhotoRefusedError, match="broken"):
        await store.keep(JPEG)
    assert list(directory.glob("*")) == []


async def test_a_child_gets_no_more_memory_than_a_picture_takes(
    store: PhotoStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    greedy = tmp_path / "greedy.py"
    greedy.write_text(
        f"import sys; sys.path.insert(0, {str(Path(photos.__file__).parent)!r})\n"
        "import photo_reencoder\n"
        "photo_reencoder.limit_this_process()\n"
        "try:\n    bytearray(2_000_000_000)\nexcept MemoryError:\n    sys.exit(20)\n"
        "sys.exit(22)\n"
    )
    monkeypatch.setattr(photos, "_REENCODER", greedy)
    with pytest.raises(PhotoRefusedError, match="not_a_photo"):
        await store.keep(JPEG)


async def test_a_disk_that_takes_nothing_is_an_outage_and_not_the_buyers_fault(tmp_path: Path):
    (tmp_path / "photos").write_text("a file where the directory should be")
    with pytest.raises(UnavailableError):
        await PhotoStore(tmp_path / "photos").keep(JPEG)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "photo_" + "0" * 32, "photo_../x", "\0"])
def test_only_photos_that_are_there_are_found(store: PhotoStore, name: str):
    assert store.find(name) is None
