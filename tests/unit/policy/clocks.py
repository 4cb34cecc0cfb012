"""Around which instants are periods tried, and how does one count without knowing how?"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
"""Clocks are changed, and days begin, at whole quarters of an hour in UTC."""
ZONES = (
    *("Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Atlantic/Azores"),
    *("Atlantic/Canary", "Atlantic/Madeira", "Europe/Helsinki", "Europe/Athens", "Asia/Nicosia"),
    *("Europe/Warsaw", "Europe/Bucharest", "Europe/Chisinau", "Europe/Kyiv", "Indian/Reunion"),
    *("America/Cayenne", "America/Nuuk", "America/Scoresbysund", "America/St_Johns"),
    *("America/Halifax", "America/New_York", "America/Chicago", "America/Denver"),
    *("America/Phoenix", "America/Los_Angeles", "America/Adak", "Pacific/Honolulu"),
    *("America/Havana", "America/Santiago", "America/Asuncion", "America/Sao_Paulo"),
    *("Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Gaza", "Asia/Jerusalem"),
    *("Asia/Kathmandu", "Asia/Kolkata", "Asia/Tokyo", "Australia/Lord_Howe"),
    *("Australia/Sydney", "Australia/Eucla", "Pacific/Auckland", "Pacific/Chatham"),
    *("Pacific/Easter", "Pacific/Norfolk", "Pacific/Kiritimati", "Pacific/Niue"),
)


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """Return the instants at which the clocks are changed, or the first one if they never are."""
    known = ZoneInfo(zone)
    days = range((LAST - FIRST).days)
    changed = [
        day
        for day in (FIRST + timedelta(days=n) for n in days)
        if day.astimezone(known).utcoffset()
        != (day + timedelta(days=1)).astimezone(known).utcoffset()
    ]
    return tuple(changed) or (FIRST,)


def quarters(start: datetime) -> Iterator[datetime]:
    """Step through the quarters of an hour after an instant."""
    at = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0)
    while True:
        at += QUARTER
        yield at


def first_after(
    start: datetime, days: int, zone: tzinfo, is_off: Callable[[date], bool]
) -> datetime:
    """Return the instant at which a period is over, by watching a clock on the wall.

    One new date after the other is ticked off; the period ends when the next one shows up after
    enough of them have been seen and the last is no day off.
    """
    shown, seen = start.astimezone(zone).date(), 0
    for at in quarters(start):
        today = at.astimezone(zone).date()
        if today <= shown:
            continue
        if seen >= days and not is_off(shown):
            return at
        shown, seen = today, seen + 1
    raise AssertionError(shown)
