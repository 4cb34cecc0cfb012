"""What happens to an untrusted picture inside the limited child process? Run by `agent/photos.py`.

It reads a file on standard input and writes a plain JPEG on standard output. The exit code says
why it did not.
"""

import io
import resource
import sys

from PIL import Image, ImageOps, UnidentifiedImageError

NOT_A_PHOTO = 20
TOO_MANY_PIXELS = 21
ANIMATED = 22
BROKEN = 23

_FORMATS = ("JPEG", "PNG", "WEBP")
_MAX_PIXELS = 40_000_000
_MAX_MEMORY = 1_000_000_000
_MAX_CPU_SECONDS = 10
_QUALITY = 88
_WHITE = (255, 255, 255)


def main() -> int:
    limit_this_process()
    Image.MAX_IMAGE_PIXELS = None  # counted below, before anything is decoded
    try:
        jpeg = _reencode(sys.stdin.buffer.read())
    except UnidentifiedImageError:
        return NOT_A_PHOTO
    except (OSError, ValueError, SyntaxError, MemoryError, ArithmeticError, LookupError):
        return BROKEN
    if isinstance(jpeg, int):
        return jpeg
    sys.stdout.buffer.write(jpeg)
    return 0


def limit_this_process() -> None:
    """Give up the right to more than one ordinary picture takes."""
    for kind, limit in (
        (resource.RLIMIT_AS, _MAX_MEMORY),
        (resource.RLIMIT_CPU, _MAX_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))


def _reencode(data: bytes) -> bytes | int:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        if picture.width * picture.height > _MAX_PIXELS:
            return TOO_MANY_PIXELS
        # Phones append a preview to a JPEG ("MPO"); only its first picture is read. Else it moves.
        if picture.format != "MPO" and getattr(picture, "n_frames", 1) != 1:
            return ANIMATED
        picture.load()
        upright = _flat(ImageOps.exif_transpose(picture))
    out = io.BytesIO()
    # A new canvas: whatever rode along (place, camera, comments, appended files) stays behind.
    clean = Image.new("RGB", upright.size, _WHITE)
    clean.paste(upright)
    clean.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _flat(picture: Image.Image) -> Image.Image:
    """Lay transparent parts on white, as a buyer sees them on a page."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    flat = Image.new("RGB", picture.size, _WHITE)
    flat.paste(layers, mask=layers.getchannel("A"))
    return flat


if __name__ == "__main__":
    sys.exit(main())
