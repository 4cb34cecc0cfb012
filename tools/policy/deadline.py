"""When does an answer change, and which numbers belong into its sentence?

A day is a calendar day in UTC. The day an instant falls on is day 0, so that a window of 30 days
after a delivery on 1 May ends with the last microsecond of 31 May.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from tools.policy.decision import FactName, LocalizedText
from tools.policy.documents import Deadline
from tools.policy.facts import Catalogue, Facts, instant
from tools.policy.walk import known_to


def first_day(after: FactName, facts: Facts, catalogue: Catalogue, now: datetime) -> date | None:
    """Return the day an instant fell on, if need be from the days that have passed since."""
    lookup = known_to(None, facts, catalogue)
    value = lookup(after)
    at = instant(value) if value is not None else None
    if at is not None:
        return at.date()
    counts = (name for name, spec in catalogue.items() if spec.counts_from == after)
    passed = next((n for n in map(lookup, counts) if isinstance(n, int)), None)
    return None if passed is None else _shift(now.astimezone(UTC).date(), -passed)


def last_instant(deadline: Deadline, day: date | None) -> datetime | None:
    """Return the end of the last day, or None when there is no such day."""
    last = _shift(day, deadline.days) if day is not None else None
    return None if last is None else datetime.combine(last, time.max, UTC)


def fill_numbers(
    because: LocalizedText, deadline: Deadline | None, day: date | None, now: datetime
) -> LocalizedText:
    """Write the window and the days that have passed into a sentence."""
    numbers: dict[str, int] = {}
    if deadline is not None:
        numbers["{window}"] = deadline.days
    if day is not None:
        numbers["{days}"] = (now.astimezone(UTC).date() - day).days
    return {locale: _replace(text, numbers) for locale, text in because.items()}


def needs_day(because: LocalizedText) -> bool:
    """Whether a sentence cannot be said without knowing the day."""
    return any("{deadline}" in text or "{days}" in text for text in because.values())


def _replace(text: str, numbers: Mapping[str, int]) -> str:
    for slot, number in numbers.items():
        text = text.replace(slot, str(number))
    return text


def _shift(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None
