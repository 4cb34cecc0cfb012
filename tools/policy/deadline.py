"""When does an answer change, and which numbers belong into its sentence?

A day is a calendar day where the parcel goes to (the fact `time_zone`), or in UTC while that is
unknown. The day an instant falls on is day 0, so that a window of 30 days after a delivery on
1 May ends with the last microsecond of 31 May.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from tools.policy.calendar import end_of_day, local_day, zone_named
from tools.policy.decision import FactName, LocalizedText
from tools.policy.documents import Deadline, DeadlineAt
from tools.policy.facts import Catalogue, Facts, instant
from tools.policy.walk import known_to

_TIME_ZONE = FactName("time_zone")


@dataclass(frozen=True)
class Counting:
    """What days are counted with."""

    catalogue: Catalogue
    now: datetime


def zone_of(facts: Facts, catalogue: Catalogue) -> tzinfo:
    """Return the zone that days are counted in."""
    name = known_to(None, facts, catalogue)(_TIME_ZONE)
    return zone_named(name) if isinstance(name, str) else UTC


def first_day(after: FactName, facts: Facts, case: Counting) -> date | None:
    """Return the day an instant fell on, if need be from the days that have passed since."""
    lookup, zone = known_to(None, facts, case.catalogue), zone_of(facts, case.catalogue)
    value = lookup(after)
    at = instant(value) if value is not None else None
    if at is not None:
        return local_day(at, zone)
    counts = (name for name, spec in case.catalogue.items() if spec.counts_from == after)
    passed = next((n for n in map(lookup, counts) if isinstance(n, int)), None)
    return None if passed is None else _shift(local_day(case.now, zone), -passed)


def last_instant(deadline: Deadline | DeadlineAt, facts: Facts, case: Counting) -> datetime | None:
    """Return the last instant of a term, or None when the records do not tell it."""
    if isinstance(deadline, DeadlineAt):
        value = known_to(None, facts, case.catalogue)(deadline.at)
        return instant(value) if value is not None else None
    day = first_day(deadline.after, facts, case)
    last = _shift(day, deadline.days) if day is not None else None
    try:
        return None if last is None else end_of_day(last, zone_of(facts, case.catalogue))
    except OverflowError:
        return None


def fill_numbers(
    because: LocalizedText, deadline: Deadline | DeadlineAt | None, facts: Facts, case: Counting
) -> LocalizedText:
    """Write the window and the days that have passed into a sentence."""
    numbers: dict[str, int] = {}
    if isinstance(deadline, Deadline):
        numbers["{window}"] = deadline.days
        day = first_day(deadline.after, facts, case)
        if day is not None:
            today = local_day(case.now, zone_of(facts, case.catalogue))
            numbers["{days}"] = (today - day).days
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
