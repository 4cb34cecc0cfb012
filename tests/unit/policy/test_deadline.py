"""Are deadlines told in the days of the place that the parcel goes to?"""

from datetime import UTC, datetime

import pytest

from tests.unit.policy.examples import said
from tests.unit.policy.small_law import fact
from tools.policy.deadline import Counting, fill_numbers, first_day, last_instant, zone_of
from tools.policy.decision import FactName
from tools.policy.documents import Deadline, DeadlineAt
from tools.policy.facts import Facts, FactSpec, Value

CAME, ENDS = FactName("came"), FactName("ends")
SPECS = {
    "came": fact("instant", "record"),
    "ends": fact("instant", "record"),
    "days": fact("int", "record", counts_from="came"),
    "time_zone": fact("word", "record"),
}
CATALOGUE = {FactName(name): FactSpec.model_validate(raw) for name, raw in SPECS.items()}
NOW = datetime(2026, 5, 20, 3, tzinfo=UTC)
CASE = Counting(CATALOGUE, NOW)
TEN = Deadline(after=CAME, days=10)


def known(**values: Value) -> Facts:
    return {FactName(name): said(value, name) for name, value in values.items()}


def in_zone(name: str, **values: Value) -> Facts:
    return known(time_zone=name, **values)


def test_without_a_zone_days_are_those_of_utc():
    facts = known(came="2026-05-01T23:30:00+00:00")
    assert last_instant(TEN, facts, CASE) == datetime(2026, 5, 11, 23, 59, 59, 999999, UTC)


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("Europe/Berlin", datetime(2026, 5, 12, 21, 59, 59, 999999, UTC)),
        ("Pacific/Honolulu", datetime(2026, 5, 12, 9, 59, 59, 999999, UTC)),
    ],
)
def test_a_deadline_ends_with_the_day_there(zone: str, ends: datetime):
    facts = in_zone(zone, came="2026-05-01T23:30:00+00:00")
    assert last_instant(TEN, facts, CASE) == ends


def test_days_that_have_passed_are_counted_back_from_today_there():
    facts = in_zone("Pacific/Honolulu", days=4)
    assert str(first_day(CAME, facts, CASE)) == "2026-05-15"
    assert fill_numbers({"en": "{days} of {window}"}, TEN, facts, CASE) == {"en": "4 of 10"}


def test_a_sentence_counts_the_days_there():
    came = "2026-05-18T12:00:00+00:00"
    told = {
        zone: fill_numbers({"en": "{days}"}, TEN, in_zone(zone, came=came), CASE)["en"]
        for zone in ("Europe/Berlin", "Pacific/Honolulu")
    }
    assert told == {"Europe/Berlin": "2", "Pacific/Honolulu": "1"}


def test_an_instant_of_the_records_is_a_deadline_as_it_is():
    facts = known(ends="2026-05-18T12:00:00+02:00")
    assert last_instant(DeadlineAt(at=ENDS), facts, CASE) == datetime(2026, 5, 18, 10, tzinfo=UTC)
    assert last_instant(DeadlineAt(at=ENDS), {}, CASE) is None
    assert fill_numbers({"en": "{days}"}, DeadlineAt(at=ENDS), facts, CASE) == {"en": "{days}"}


@pytest.mark.parametrize(
    "name", ["", "Nowhere/Land", "America", "../etc", "\x00", "\ud800", "x" * 999]
)
def test_a_zone_that_does_not_exist_counts_as_utc(name: str):
    assert zone_of(in_zone(name), CATALOGUE) is UTC


@pytest.mark.parametrize("came", ["9999-12-21T00:00:00+00:00", "9999-12-31T23:00:00+00:00"])
def test_a_deadline_beyond_the_calendar_is_none(came: str):
    assert last_instant(TEN, known(came=came), CASE) is None


def test_a_deadline_that_nothing_is_known_of_is_none():
    assert last_instant(TEN, {}, CASE) is None
