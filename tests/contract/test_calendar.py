"""Does the calendar know the zones and the days off of every country whose law is applied?"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tools.connectors.calendars import HolidayCalendar
from tools.policy.calendar import withdrawal_end
from tools.policy.floor import EU_AND_UK, LAW_OF_EU_OR_UK

CALENDAR = HolidayCalendar()
LAWFUL = sorted(LAW_OF_EU_OR_UK)
MEMBERS = sorted(EU_AND_UK)


@pytest.mark.parametrize("country", LAWFUL)
def test_every_country_has_a_zone_of_its_own_clocks(country: str):
    zones = CALENDAR.zones(country)
    assert CALENDAR.zone(country) == zones[0]
    assert all("/" in zone.key for zone in zones)


@pytest.mark.parametrize(
    ("country", "zones"),
    [
        ("DE", ["Europe/Berlin"]),
        ("ES", ["Atlantic/Canary", "Africa/Ceuta"]),
        ("PT", ["Atlantic/Azores", "Atlantic/Madeira"]),
        ("GB", ["Europe/London"]),
        ("RE", ["Indian/Reunion"]),
        ("JP", ["Asia/Tokyo"]),
    ],
)
def test_the_zone_whose_days_end_last_comes_first(country: str, zones: list[str]):
    assert [zone.key for zone in CALENDAR.zones(country)] == zones


@pytest.mark.parametrize(
    ("country", "zone"),
    [("US", "Pacific/Honolulu"), ("CA", "America/Vancouver"), ("AU", "Australia/Perth")],
)
def test_a_wide_country_counts_where_its_days_end_last(country: str, zone: str):
    assert CALENDAR.zone(country) == ZoneInfo(zone)


@pytest.mark.parametrize("country", ["XX", "ZZ"])
def test_a_country_that_nobody_knows_has_utc_and_weekends(country: str):
    assert [zone.key for zone in CALENDAR.zones(country)] == ["UTC"]
    assert not CALENDAR.is_day_off(date(2026, 12, 25), country)
    assert CALENDAR.is_day_off(date(2026, 12, 26), country)


@pytest.mark.parametrize("country", LAWFUL)
def test_weekends_new_year_and_christmas_are_days_off_everywhere(country: str):
    monday = date(2026, 3, 9)
    off = [CALENDAR.is_day_off(monday + timedelta(days=n), country) for n in range(7)]
    assert off[-2:] == [True, True]
    assert CALENDAR.is_day_off(date(2026, 1, 1), country)
    assert CALENDAR.is_day_off(date(2026, 12, 25), country)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("DE", date(2025, 10, 3)),
        ("FR", date(2026, 7, 14)),
        ("DE", date(2026, 4, 6)),
        ("GB", date(2026, 4, 6)),
        ("IE", date(2026, 3, 17)),
        ("PL", date(2026, 11, 11)),
        ("AT", date(2026, 10, 26)),
        ("IT", date(2026, 6, 2)),
        ("NL", date(2026, 4, 27)),
        ("GB", date(2027, 12, 28)),
        ("RE", date(2027, 12, 20)),
    ],
)
def test_a_public_holiday_is_a_day_off(country: str, day: date):
    assert CALENDAR.is_day_off(day, country)


@pytest.mark.parametrize(
    ("country", "day"),
    [("DE", date(2027, 1, 6)), ("GB", date(2026, 7, 13)), ("ES", date(2026, 4, 23))],
    ids=["Epiphany in the south", "the Twelfth in Northern Ireland", "Saint George in Aragon"],
)
def test_a_holiday_of_one_region_counts_for_the_whole_country(country: str, day: date):
    assert CALENDAR.is_day_off(day, country)


@pytest.mark.parametrize("country", MEMBERS)
def test_not_every_day_is_off(country: str):
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(not CALENDAR.is_day_off(day, country) for day in days) > 160


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


HAND_WORKED = [
    # delivered on a Monday: the fourteenth day is a Monday
    ("DE", "2026-03-02T10:00:00+01:00", "2026-03-16T23:59:59.999999+01:00"),
    # delivered on a Saturday: ends on a Saturday, so on Monday
    ("DE", "2026-03-07T10:00:00+01:00", "2026-03-23T23:59:59.999999+01:00"),
    # ends on Good Friday, then Saturday, Sunday and Easter Monday
    ("DE", "2026-03-20T10:00:00+01:00", "2026-04-07T23:59:59.999999+02:00"),
    # Good Friday is no public holiday in Ireland, but it is in Great Britain
    ("IE", "2026-03-20T10:00:00+00:00", "2026-04-03T23:59:59.999999+01:00"),
    ("GB", "2026-03-20T10:00:00+00:00", "2026-04-07T23:59:59.999999+01:00"),
    # Saint Patrick's Day, a Tuesday
    ("IE", "2026-03-03T09:00:00+00:00", "2026-03-18T23:59:59.999999+00:00"),
    # Bastille Day, a Tuesday
    ("FR", "2026-06-30T18:00:00+02:00", "2026-07-15T23:59:59.999999+02:00"),
    # Independence Day, a Wednesday
    ("PL", "2026-10-28T12:00:00+01:00", "2026-11-12T23:59:59.999999+01:00"),
    # Christmas on a Friday, then the weekend, and a substitute day in Great Britain
    ("GB", "2026-12-11T12:00:00+00:00", "2026-12-29T23:59:59.999999+00:00"),
    ("PL", "2026-12-11T12:00:00+01:00", "2026-12-28T23:59:59.999999+01:00"),
    # just before and just after midnight, where the parcel is
    ("DE", "2026-03-02T23:59:59+01:00", "2026-03-16T23:59:59.999999+01:00"),
    ("DE", "2026-03-03T00:00:00+01:00", "2026-03-17T23:59:59.999999+01:00"),
    # evening in the Canary Islands is the next day in Madrid: the later end holds
    ("ES", "2026-03-02T23:30:00+00:00", "2026-03-17T23:59:59.999999+01:00"),
    ("ES", "2026-03-02T12:00:00+00:00", "2026-03-16T23:59:59.999999+00:00"),
]


@pytest.mark.parametrize(("country", "delivered", "ends"), HAND_WORKED)
def test_the_right_to_withdraw_ends_on_a_working_day(country: str, delivered: str, ends: str):
    assert withdrawal_end(at(delivered), country, CALENDAR) == at(ends)


@pytest.mark.parametrize("country", MEMBERS)
def test_the_right_to_withdraw_is_never_stretched_beyond_three_weeks(country: str):
    for day in range(365):
        delivered = at("2026-01-01T12:00:00+00:00") + timedelta(days=day)
        lasts = withdrawal_end(delivered, country, CALENDAR) - delivered
        assert timedelta(days=14) < lasts < timedelta(days=22)
