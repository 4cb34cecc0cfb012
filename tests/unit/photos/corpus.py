"""What do buyers and attackers upload?"""

import io
import struct
import zlib

from PIL import Image

RED = (200, 40, 40)
GPS_IFD = 0x8825
ORIENTATION = 0x0112
MAKER = 0x010F


def jpeg(size: tuple[int, int] = (60, 40)) -> bytes:
    return saved(Image.new("RGB", size, RED), "JPEG")


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def jpeg_with_a_place() -> bytes:
    exif = Image.Exif()
    exif[MAKER] = "PhoneMaker"
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (41.0, 9.0, 0.0), 3: "W", 4: (8.0, 36.0, 0.0)})
    return saved(Image.new("RGB", (60, 40), RED), "JPEG", exif=exif, comment=b"my kitchen")


def jpeg_on_its_side() -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    return saved(Image.new("RGB", (60, 40), RED), "JPEG", exif=exif)


def phone_jpeg_with_preview() -> bytes:
    first, second = Image.new("RGB", (60, 40), RED), Image.new("RGB", (6, 4), RED)
    return saved(first, "MPO", save_all=True, append_images=[second])


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), (shade, 0, 0)) for shade in (0, 120, 240)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=80)


def png_header_of(width: int, height: int) -> bytes:
    """A few bytes that claim to be a huge picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    )


def png_with_huge_comment() -> bytes:
    plain = saved(Image.new("RGB", (4, 4), RED), "PNG")
    bomb = _chunk(b"zTXt", b"k\0\0" + zlib.compress(b"a" * 200_000_000))
    return plain[:33] + bomb + plain[33:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF"
PAGE = b"<!doctype html><script>alert(1)</script>"
