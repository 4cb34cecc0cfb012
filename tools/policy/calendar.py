"""When does a day end where the buyer lives, and when does the right to withdraw?

A period is counted as Regulation (EEC, Euratom) 1182/71 has it: the day of the event is day 0, and
a last day that is a Saturday, a Sunday or a public holiday runs on to the end of the next working
day (Art. 3(1) and (4)). British law leaves the last day where it falls; here it runs on there as
well, which is never worse for the buyer and spares a second way of counting.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from tools.domain.party import Country

WITHDRAWAL_DAYS = 14
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


class Calendar(Protocol):
    """What is known of the days in a country."""

    def zone(self, country: Country) -> ZoneInfo:
        """Return the zone that days are counted in; of several, the one whose days end last."""
        ...

    def zones(self, country: Country) -> tuple[ZoneInfo, ...]:
        """Return every zone that a parcel to this country may arrive in; never none."""
        ...

    def is_day_off(self, day: date, country: Country) -> bool:
        """Whether it is a Saturday, a Sunday or a public holiday."""
        ...


@lru_cache(maxsize=1024)
def zone_named(name: str) -> tzinfo:
    """Return the zone of this IANA name, or UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, malformed, or the name of a folder
        return UTC


def local_day(at: datetime, zone: tzinfo) -> date:
    """Return the day that an instant falls on; at the ends of the calendar, the one in UTC."""
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        return at.astimezone(UTC).date()


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the last instant, in UTC, before a day is over for good; `OverflowError` in 9999.

    Where clocks jump over midnight, the day ends at the jump. Where midnight comes twice, the
    first one ends the day if the second is an hour into the next, and the second one if the first
    was only a glimpse of it.
    """
    midnight = datetime.combine(day + _DAY, time.min, zone)
    readings = [midnight.replace(fold=fold).astimezone(UTC) - _TICK for fold in (0, 1)]
    return max(end for end in readings if end.astimezone(zone).date() <= day)


def days_between(start: datetime, end: datetime, zone: tzinfo) -> int:
    """Count the midnights from one instant to another; never fewer than none."""
    return max(0, (local_day(end, zone) - local_day(start, zone)).days)


def withdrawal_end(delivered_at: datetime, country: Country, calendar: Calendar) -> datetime:
    """Return the last instant at which a consumer may withdraw, in UTC.

    Nobody records in which zone of a country the parcel was handed over, so the period is counted
    in each of them and the latest end holds.
    """
    return max(
        end_of_day(_last_day(local_day(delivered_at, zone), country, calendar), zone)
        for zone in calendar.zones(country)
    )


def _last_day(delivered: date, country: Country, calendar: Calendar) -> date:
    last = delivered + timedelta(days=WITHDRAWAL_DAYS)
    while calendar.is_day_off(last, country):
        last += _DAY
    return last
