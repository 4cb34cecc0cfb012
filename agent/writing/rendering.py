"""How do facts look in the buyer's language?"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_currency, get_currency_precision

from agent.writing.macros import Macros
from agent.writing.parts import Moment, Part, Slot
from tools.domain.model import Frozen
from tools.domain.money import Money

_LINK = re.compile(
    r"(?i)\b(?:[a-z][a-z0-9+.-]*://|www\.|(?:javascript|data|mailto|tel):|[a-z0-9.-]+\.[a-z]{2,}/)\S+"
)
_MAX_SLOT = 160
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_NEVER = 10**9
"""A threshold above every span, so that the unit asked for is the unit shown."""


class Rendered(Frozen):
    """A text and what its claims rest on."""

    text: str
    grounds: tuple[str, ...]
    """Every fact shown, as shown, and every sentence of the rulebook."""


def render(part: Part, macros: Macros, language: str | None) -> Rendered:
    """Put a part into words."""
    locale = macros.locale(language)
    shown = {name: _show(value, macros, locale) for name, value in part.slots.items()}
    if part.macro is not None:
        text = macros.text(part.macro, locale).format_map(shown)
        return Rendered(text=text, grounds=tuple(shown.values()))
    if part.text is None:
        return render_all(part.sentences, macros, language, between=" ")
    sentence = part.text.get(locale, part.text[macros.fallback])
    text = sentence.format_map(shown)
    return Rendered(text=text, grounds=(*shown.values(), text))


def render_all(
    parts: tuple[Part, ...], macros: Macros, language: str | None, *, between: str = "\n\n"
) -> Rendered:
    """Put parts into words, one paragraph each."""
    rendered = [render(part, macros, language) for part in parts]
    return Rendered(
        text=between.join(r.text for r in rendered),
        grounds=tuple(chain.from_iterable(r.grounds for r in rendered)),
    )


def inert(text: str) -> str:
    """Return outside text without control or bidi characters, markup and links, on one line."""
    kept = "".join(_character(c) for c in text[: 4 * _MAX_SLOT])
    kept = kept if len(kept) <= _MAX_SLOT else f"{kept[: _MAX_SLOT - 1]}…"
    return _LINK.sub("…", kept).translate(str.maketrans("<>[]`*|", "‹›()'··"))


def _character(character: str) -> str:
    """Return a character, a space for a line break, nothing for what has no shape."""
    category = unicodedata.category(character)
    if character in "\r\n\t" or category in {"Zl", "Zp"}:
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co", "Cn"} else character


def format_money(money: Money, locale: str) -> str:
    """Return an amount as the locale writes it, with the currency's own number of decimals."""
    digits = get_currency_precision(money.currency)
    return format_currency(Decimal(money.amount).scaleb(-digits), money.currency, locale=locale)


def _show(value: Slot, macros: Macros, locale: str) -> str:
    match value:
        case Part():
            return render(value, macros, locale).text
        case Money():
            return format_money(value, locale)
        case Moment() | datetime() | date():
            return _show_day(value, locale)
        case timedelta():
            return _show_duration(value, locale)
        case tuple():
            return format_list([inert(item) for item in value], locale=Locale.parse(locale))
        case _:
            return inert(str(value))


def _show_day(value: Moment | datetime | date, locale: str) -> str:
    """Return the day; of a moment also its year, the time of day and the name of the zone."""
    if not isinstance(value, Moment):
        return format_date(value, _day_pattern(locale), locale=locale)
    at = value.at.astimezone(ZoneInfo(value.zone))
    day = format_date(at, "long", locale=locale)
    time = format_time(at, "short", tzinfo=at.tzinfo, locale=locale)
    return f"{day}, {time} ({get_timezone_name(at, locale=locale)})"


def _day_pattern(locale: str) -> str:
    """Return the locale's order of weekday, day and month, with both names written out."""
    known = Locale.parse(locale).datetime_skeletons
    pattern = str(known["MMMMEd" if "MMMMEd" in known else "MMMEd"].pattern)
    return re.sub(r"[Ec]+", "EEEE", re.sub(r"[ML]+", "MMMM", pattern))


def _show_duration(value: timedelta, locale: str) -> str:
    """Return a span in whole days, hours below two days, minutes below an hour."""
    granularity = "day" if value >= 2 * _DAY else "hour" if value >= _HOUR else "minute"
    span = max(value, _MINUTE)
    return format_timedelta(span, granularity=granularity, threshold=_NEVER, locale=locale)
