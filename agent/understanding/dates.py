"""Which day does a text name?"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from agent.understanding.signals import Signals
from agent.understanding.text import fold

_ISO = re.compile(r"\b(20\d\d)-(\d{1,2})-(\d{1,2})\b")
_NUMERIC = re.compile(r"\b(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2}))?(?![\d.])")
_PAST_IS_LIKELIER = 45


class DateReader:
    """Reads dates as a buyer writes them, as of a day."""

    def __init__(self, signals: Signals) -> None:
        file = signals.file
        self._months = {fold(word): number for number, ws in file.months.items() for word in ws}
        self._units = {fold(word): days for days, words in file.units.items() for word in words}
        self._days = {fold(word): offset for offset, words in file.days.items() for word in words}
        self._weekdays = {fold(w): number for number, ws in file.weekdays.items() for w in ws}
        self._numbers = signals.numbers
        month = "|".join(sorted(self._months, key=len, reverse=True))
        self._day_first = re.compile(
            rf"\b(\d{{1,2}})(?:st|nd|rd|th|er)? (?:of |de |di )?({month})\b(?: (?:de |del )?(20\d\d))?"
        )
        self._month_first = re.compile(
            rf"\b({month}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?: (20\d\d))?"
        )
        self._relative = re.compile("|".join(_day_pattern(word) for word in self._days_by_length()))
        self._ago = [self._ago_pattern(form) for form in file.ago]

    def read(self, text: str, today: date, language: str) -> date | None:
        return next(self._found(text, today, language), None)

    def _found(self, text: str, today: date, language: str) -> Iterator[date]:
        folded = fold(text)
        for match in _ISO.finditer(text):
            yield from _valid(int(match[1]), int(match[2]), int(match[3]))
        for match in self._day_first.finditer(folded):
            yield from _nearest(int(match[1]), self._months[match[2]], match[3], today)
        for match in self._month_first.finditer(folded):
            yield from _nearest(int(match[2]), self._months[match[1]], match[3], today)
        for match in _NUMERIC.finditer(text):
            yield from _numeric(match, today, month_first=language == "en")
        yield from self._counted(folded, today)

    def _counted(self, folded: str, today: date) -> Iterator[date]:
        for pattern in self._ago:
            for match in pattern.finditer(folded):
                count = match["n"]
                number = int(count) if count.isdigit() else self._numbers.get(count, 0)
                if number:
                    yield today - timedelta(days=min(number, 999) * self._units[match["unit"]])
        for match in self._relative.finditer(folded):
            yield today + timedelta(days=self._days[match[0]])
        for word in folded.split():
            if number := self._weekdays.get(word):
                yield today - timedelta(days=(today.isoweekday() - number - 1) % 7 + 1)

    def _days_by_length(self) -> list[str]:
        return sorted(self._days, key=len, reverse=True)

    def _ago_pattern(self, form: str) -> re.Pattern[str]:
        number = "|".join([r"\d{1,3}", *sorted(self._numbers, key=len, reverse=True)])
        unit = "|".join(sorted(self._units, key=len, reverse=True))
        words = fold(form.replace("{n}", "NNN").replace("{unit}", "UUU"))
        pattern = words.replace("nnn", f"(?P<n>{number})").replace("uuu", f"(?P<unit>{unit})")
        return re.compile(rf"\b{pattern}\b")


def _day_pattern(word: str) -> str:
    return rf"\b{re.escape(word)}\b"


def _valid(year: int, month: int, day: int) -> Iterator[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return


def _nearest(day: int, month: int, year: str | None, today: date) -> Iterator[date]:
    """Without a year it is the one that lies in the recent past, or else near."""
    if year:
        yield from _valid(int(year), month, day)
        return
    for candidate in _valid(today.year, month, day):
        far_ahead = candidate - today > timedelta(days=_PAST_IS_LIKELIER)
        yield from _valid(today.year - far_ahead, month, day)


def _numeric(match: re.Match[str], today: date, *, month_first: bool) -> Iterator[date]:
    """With two readings, one in the past is likelier: buyers tell what happened."""
    first, second = int(match[1]), int(match[2])
    year = match[3] and (match[3] if len(match[3]) > 2 else f"20{match[3]}")  # noqa: PLR2004
    day_first = list(_nearest(first, second, year, today))
    other = list(_nearest(second, first, year, today))
    ordered = [*other, *day_first] if month_first else [*day_first, *other]
    yield from sorted(ordered, key=lambda found: found > today)
