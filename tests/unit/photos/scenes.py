"""Pictures as buyers take them, and what is done to a picture that is to be used again."""

import io
import random
from collections.abc import Callable, Mapping

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

Change = Callable[[Image.Image], Image.Image]
_SIZES = ((640, 480), (480, 640), (600, 600), (800, 600))
_PHONES = ((1080, 1920), (750, 1334), (828, 1792))


def scene(seed: int) -> Image.Image:
    """Draw a table with some things on it, and the noise of a camera."""
    chance = random.Random(seed)
    width, height = size = chance.choice(_SIZES)
    light, shade = (Image.new("RGB", size, _colour(chance)) for _ in range(2))
    picture = Image.composite(light, shade, Image.linear_gradient("L").resize(size))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, chance.uniform(0.5, 0.75) * height, width, height), fill=_colour(chance))
    for _ in range(chance.randint(4, 9)):
        x, y = chance.uniform(0.1, 0.9) * width, chance.uniform(0.1, 0.9) * height
        wide, high = chance.uniform(0.04, 0.25) * width, chance.uniform(0.04, 0.25) * height
        shape = chance.choice((draw.rectangle, draw.ellipse))
        shape((x - wide, y - high, x + wide, y + high), fill=_colour(chance))
    blurred = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 2)))
    return Image.blend(blurred, Image.effect_noise(size, 15).convert("RGB"), 0.08)


def as_jpeg(picture: Image.Image, quality: int = 88) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def on_a_phone(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Show a picture between the plain bars of a screen, with a clock and a battery."""
    screen = chance.choice(_PHONES)
    dark = chance.random() < 0.5
    shown = ImageOps.pad(picture, screen, color="black" if dark else "white")
    draw, ink = ImageDraw.Draw(shown), "white" if dark else "black"
    draw.text((30, 20), "12:41", fill=ink, font_size=40)
    draw.rectangle((screen[0] - 90, 25, screen[0] - 40, 50), outline=ink)
    return shown


def cut(picture: Image.Image, share: float, chance: random.Random) -> Image.Image:
    left, top = chance.uniform(0, share), chance.uniform(0, share)
    width, height = picture.size
    right, bottom = 1 - share + left, 1 - share + top
    return picture.crop((left * width, top * height, right * width, bottom * height))


def changes(chance: random.Random) -> Mapping[str, Change]:
    return {
        "compressed": lambda one: Image.open(io.BytesIO(as_jpeg(one, 25))),
        "made small": lambda one: one.resize((one.width // 3, one.height // 3)),
        "stretched": lambda one: one.resize((one.width, one.height * 4 // 5)),
        "mirrored": ImageOps.mirror,
        "upside down": lambda one: one.rotate(180),
        "on its side": lambda one: one.rotate(90, expand=True),
        "mirrored on its side": lambda one: ImageOps.mirror(one.rotate(270, expand=True)),
        "made brighter": lambda one: ImageEnhance.Brightness(one).enhance(1.25),
        "without colour": ImageOps.grayscale,
        "a screenshot": lambda one: on_a_phone(one, chance),
        "cut by 5 %": lambda one: cut(one, 0.05, chance),
    }


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return chance.randint(20, 240), chance.randint(20, 240), chance.randint(20, 240)
