"""How do facts look in the buyer's language?"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain

from babel import Locale
from babel.dates import format_skeleton, format_timedelta
from babel.lists import format_list
from babel.numbers import format_currency, get_currency_precision

from agent.writing.macros import Macros
from agent.writing.parts import Part, Slot
from tools.domain.model import Frozen
from tools.domain.money import Money

_LINK = re.compile(r"(?i)\b(?:https?://|www\.)\S+")
_MAX_SLOT = 160


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
    kept = "".join(" " if c in "\r\n\t" else c for c in text)
    kept = "".join(c for c in kept if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    kept = _LINK.sub("…", kept).translate(str.maketrans("<>[]`*|", "‹›()'··"))
    return kept if len(kept) <= _MAX_SLOT else f"{kept[: _MAX_SLOT - 1]}…"


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
        case datetime() | date():
            return format_skeleton("MMMMEEEEd", value, locale=locale)
        case timedelta():
            return _show_duration(value, locale)
        case tuple():
            return format_list([inert(item) for item in value], locale=Locale.parse(locale))
        case _:
            return inert(str(value))


def _show_duration(value: timedelta, locale: str) -> str:
    """Return a span with its natural unit, for instance `3 days`; hours below two days."""
    granularity = "day" if value >= timedelta(days=2) else "hour"
    return format_timedelta(value, granularity=granularity, threshold=2, locale=locale)
