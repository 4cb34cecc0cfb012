"""How does a world file write instants, dates and amounts?"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from babel.numbers import get_currency_precision
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from tools.domain.money import Money

_DAY_AND_TIME = re.compile(r"([+-]?\d{1,5})d (\d{2}):(\d{2})")
_OFFSET = re.compile(r"([+-]?)(?=\d)(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?")
_DAY = re.compile(r"([+-]?\d{1,5})d")
_PRICE = re.compile(r"(\d{1,12}(?:\.\d{1,4})?) ([A-Z]{3})")

_YEARS = range(1970, 2200)
"""A date outside them is a slip, and too near the calendar's end to count on from."""


def resolve_instant(text: str, anchor: datetime) -> datetime:
    """Return the instant that a world file means, seen from the conversation's clock.

    `-3d 14:30` is a time of day three days before the anchor's date, `-5h`, `-2d6h` and `+2d` are
    offsets from the anchor itself, and everything else is ISO 8601 with a time zone.
    """
    if match := _DAY_AND_TIME.fullmatch(text):
        day = anchor.date() + timedelta(days=int(match[1]))
        return datetime.combine(day, time(int(match[2]), int(match[3])), UTC)
    if match := _OFFSET.fullmatch(text):
        days, hours, minutes = (int(part or 0) for part in match.groups()[1:])
        offset = timedelta(days=days, hours=hours, minutes=minutes)
        return anchor - offset if match[1] == "-" else anchor + offset
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or at.year not in _YEARS:
        raise ValueError(text)
    return at.astimezone(UTC)


def resolve_date(text: str, anchor: datetime) -> date:
    """Return the date that a world file means: `+2d` counts from the anchor's date."""
    if match := _DAY.fullmatch(text):
        return anchor.date() + timedelta(days=int(match[1]))
    day = date.fromisoformat(text)
    if day.year not in _YEARS:
        raise ValueError(text)
    return day


def is_relative(text: str) -> bool:
    """Whether an instant or a date moves with the conversation's clock."""
    return any(form.fullmatch(text) for form in (_DAY_AND_TIME, _OFFSET))


def compact_number(tracking_number: str) -> str:
    """Return a tracking number as carriers store it; they print it in groups."""
    return "".join(tracking_number.split()).upper()


_SOME_DAY = datetime(2024, 6, 1, tzinfo=UTC)


def _check_instant(text: str) -> str:
    try:
        resolve_instant(text, _SOME_DAY)
    except ValueError as error:
        raise PydanticCustomError(
            "instant", "write an instant as `-3d 14:30`, `-5h`, `-2d6h` or ISO 8601 with a zone"
        ) from error
    return text


def _check_date(text: str) -> str:
    try:
        resolve_date(text, _SOME_DAY)
    except ValueError as error:
        raise PydanticCustomError(
            "day", "write a date as `+2d` (days from today) or ISO 8601"
        ) from error
    return text


def _read_price(value: object) -> object:
    """Turn `24.00 EUR` into minor units; anything but a text is left to the model."""
    if not isinstance(value, str):
        return value
    match = _PRICE.fullmatch(value)
    amount = _minor_units(match[1], match[2]) if match else None
    if match is None or amount is None:
        raise PydanticCustomError(
            "price", "write an amount as `24.00 EUR` (or `1800 JPY`): all decimals, then currency"
        )
    return Money(amount=amount, currency=match[2])


def _minor_units(number: str, currency: str) -> int | None:
    whole, _, fraction = number.partition(".")
    if len(fraction) != get_currency_precision(currency):
        return None
    return int(whole + fraction)


Instant = Annotated[
    str,
    AfterValidator(_check_instant),
    WithJsonSchema({"type": "string", "examples": ["-3d 14:30", "-5h", "2026-03-01T10:00:00Z"]}),
]
Day = Annotated[
    str,
    AfterValidator(_check_date),
    WithJsonSchema({"type": "string", "examples": ["+2d", "2026-03-01"]}),
]
Price = Annotated[
    Money,
    BeforeValidator(_read_price),
    WithJsonSchema({"type": "string", "pattern": f"^{_PRICE.pattern}$", "examples": ["24.00 EUR"]}),
]
