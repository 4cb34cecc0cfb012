"""Which zones do countries lie in, and which of their days are days off?

* A country with several zones counts in the one whose days end last, taken from where people get
  parcels: Honolulu for the United States, the Canary Islands for Spain, the Azores for Portugal.
* A country that nobody knows counts in UTC and has weekends only.
* A holiday in one region is a day off in the whole country. An address is not enough to tell the
  region everywhere, and the buyer loses nothing by a longer period.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from holidays import country_holidays

from tools.domain.party import Country

_SATURDAY = 5
_NOWHERE = ("ZZ", "AQ")
"""Codes of no country, and of a continent where nobody receives parcels."""
_WINTER, _SUMMER = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


class HolidayCalendar:
    """Zones of the common locale data and public holidays of the `holidays` library."""

    def zone(self, country: Country) -> ZoneInfo:
        """Return the zone whose days end last."""
        return _zones(country)[0]

    def zones(self, country: Country) -> tuple[ZoneInfo, ...]:
        """Return one zone for each way of setting the clocks, the one that is behind first."""
        return _zones(country)

    def is_day_off(self, day: date, country: Country) -> bool:
        """Whether it is a weekend, or a public holiday anywhere in the country."""
        return day.weekday() >= _SATURDAY or day in _holidays(country, day.year)


@lru_cache(maxsize=512)
def _zones(country: Country) -> tuple[ZoneInfo, ...]:
    territories: Mapping[str, str] = get_global("zone_territories")
    names = sorted(name for name, territory in territories.items() if territory == country)
    clocks: dict[tuple[timedelta, timedelta], ZoneInfo] = {}
    for zone in map(ZoneInfo, names if country not in _NOWHERE else ()):
        clocks.setdefault((_offset(zone, _WINTER), _offset(zone, _SUMMER)), zone)
    ordered = sorted(clocks.items(), key=lambda item: sum(item[0], timedelta()))
    return tuple(zone for _, zone in ordered) or (ZoneInfo("UTC"),)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


@lru_cache(maxsize=1024)
def _holidays(country: Country, year: int) -> frozenset[date]:
    try:
        nationwide = country_holidays(country, years=year)
    except NotImplementedError:
        return frozenset()
    regional = (
        country_holidays(country, subdiv=region, years=year) for region in nationwide.subdivisions
    )
    return frozenset(day for known in (nationwide, *regional) for day in known)
