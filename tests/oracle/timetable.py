"""At which instants does an answer change, for parcels to zones that set their clocks in every way?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.independent.days import day_is_over, day_there
from tests.oracle.independent.sheets import Value
from tests.oracle.independent.survey import Case, Told

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Atlantic/Azores",
    "Atlantic/Canary",
    "Europe/Helsinki",
    "Europe/Athens",
    "Europe/Chisinau",
    "Europe/Istanbul",
    "Atlantic/Reykjavik",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "America/Asuncion",
    "America/Sao_Paulo",
    "America/Caracas",
    "America/Nuuk",
    "America/Scoresbysund",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Pacific/Easter",
    "Pacific/Marquesas",
    "Pacific/Kiritimati",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Auckland",
    "Pacific/Norfolk",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Amman",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
)
"""Among them some where midnight does not exist once a year (Havana, Santiago, Beirut, Cairo, the
Azores), some where it comes twice, and one that once left out a whole day (Apia)."""
_TICK, _SECOND = timedelta(microseconds=1), timedelta(seconds=1)
AROUND = (-_SECOND, timedelta(), _TICK, _SECOND)
"""The last instant of a term is 0: what comes after it is late."""
DAYS_OFF = frozenset({date(2026, 4, 6), date(2026, 5, 1), date(2026, 10, 26), date(2027, 3, 29)})
"""Of a country of our own, in addition to weekends."""
FORTNIGHT = 14


@dataclass(frozen=True)
class Parcel:
    """One thing from one seller, delivered somewhere and asked about later."""

    zone: str
    delivered: datetime
    now: datetime
    country: str = "US"
    seller: str = "northwind-prints"
    gift: bool = False
    final_sale: bool = False
    unused: bool | None = True
    reason: str = "changed_mind"

    @property
    def placed(self) -> datetime:
        return self.delivered - timedelta(days=9, hours=7)

    @property
    def withdrawal_ends(self) -> datetime:
        """Step over the fortnight and every day off after it."""
        zone = ZoneInfo(self.zone)
        day = day_there(self.delivered, zone)
        for _ in range(FORTNIGHT):
            day += timedelta(days=1)
        while is_day_off(day):
            day += timedelta(days=1)
        return day_is_over(day, zone)

    def case(self) -> Case:
        """Say by hand what the records say of it."""
        zone = ZoneInfo(self.zone)
        in_europe = self.country == "DE"
        values: dict[str, Value] = {
            "seller": self.seller,
            "order_kind": "consumer",
            "gift": self.gift,
            "ship_to_country": self.country,
            "ship_to_eu_uk": in_europe,
            "time_zone": self.zone,
            "category": "prints",
            "custom_made": False,
            "final_sale": self.final_sale,
            "delivered": True,
            "delivered_at": self.delivered.isoformat(),
            "days_since_delivery": midnights(self.delivered, self.now, zone),
            "parcel_condition": "on_time",
            "cancelled": False,
            "already_returned": False,
            "refund_pending_inspection": False,
            "already_refunded": False,
            "partly_refunded": False,
            "dispute_open": False,
            "in_withdrawal_period": in_europe and self.now <= self.withdrawal_ends,
        }
        if in_europe:
            values["withdrawal_ends"] = self.withdrawal_ends.isoformat()
        told = {name: Told(value, "record", self.now) for name, value in values.items()}
        told["return_reason"] = Told(self.reason, "buyer", self.now)
        if self.unused is not None:
            told["unused"] = Told(self.unused, "buyer", self.now)
        return told


def is_day_off(day: date) -> bool:
    return day.isoweekday() in {6, 7} or day in DAYS_OFF


def midnights(start: datetime, end: datetime, zone: ZoneInfo) -> int:
    """Count how often the date changes between two instants, one day after another."""
    day, last, count = day_there(start, zone), day_there(end, zone), 0
    while day < last:
        day += timedelta(days=1)
        count += 1
    return count


def clock_changes(zone: ZoneInfo, first: int, last: int) -> Iterator[datetime]:
    """Find the seconds in which a zone sets its clocks."""
    at, step = datetime(first, 1, 1, tzinfo=UTC), timedelta(hours=12)
    while at.year <= last:
        if _offset(at, zone) != _offset(at + step, zone):
            low, high = at, at + step
            while high - low > _SECOND:
                middle = low + (high - low) // 2
                same = _offset(middle, zone) == _offset(low, zone)
                low, high = (middle, high) if same else (low, middle)
            yield high.replace(microsecond=0)
        at += step


def _offset(at: datetime, zone: ZoneInfo) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


def parcels(first: int, last: int, windows: dict[str, int]) -> Iterator[Parcel]:
    """Yield parcels whose terms begin or end around the days on which clocks are set.

    The windows are the sellers' own. Each parcel is asked about at both sides of its last instant.
    """
    for name in ZONES:
        zone = ZoneInfo(name)
        plain_day = datetime(last, 9, 16, 13, 5, tzinfo=UTC)
        for change in (*clock_changes(zone, first, last), plain_day):
            for seller, window in windows.items():
                for shift in (-1, 0, 1):
                    ends_on = day_there(change, zone) + timedelta(days=shift)
                    yield from _ending(name, ends_on, seller, window)
                yield from _beginning(name, change, seller, window)


def _ending(name: str, ends_on: date, seller: str, window: int) -> Iterator[Parcel]:
    """Deliver on the first and last second of the day whose term ends on this day."""
    zone = ZoneInfo(name)
    day = ends_on - timedelta(days=window)
    starts = day_is_over(day - timedelta(days=1), zone) + _TICK
    for delivered in (starts, day_is_over(day, zone)):
        yield from _asked(Parcel(name, delivered, delivered, seller=seller), window)


def _beginning(name: str, change: datetime, seller: str, window: int) -> Iterator[Parcel]:
    for delivered in (change - _SECOND, change, change + _SECOND):
        yield from _asked(Parcel(name, delivered, delivered, seller=seller), window)


def _asked(parcel: Parcel, window: int) -> Iterator[Parcel]:
    zone = ZoneInfo(parcel.zone)
    last_day = day_there(parcel.delivered, zone) + timedelta(days=window)
    for step in AROUND:
        yield replace(parcel, now=day_is_over(last_day, zone) + step)
        home = replace(parcel, country="DE", final_sale=True, unused=False)
        yield replace(home, now=home.withdrawal_ends + step)
