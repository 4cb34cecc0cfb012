"""Does a parcel's report say what the records say, at every boundary?"""

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, PATIENCE, a_line, a_scan, a_seller, a_shipment, ago, an_order
from tools.domain.shipment import ParcelCondition, ParcelReport, ScanStatus, Shipment, TrackingEvent
from tools.parcel_report import Parcel, Scans, add_working_days, derive_report
from tools.policy.marketplace import Patience

TODAY = NOW.date()


def report(
    shipment: Shipment | None = None,
    scans: Scans = (),
    *,
    cancelled: float | None = None,
    patience: Patience | None = PATIENCE,
) -> ParcelReport:
    parcel = shipment or a_shipment()
    order = an_order(shipments=[parcel], placed=30, cancelled=cancelled)
    return derive_report(Parcel(order, parcel, a_seller(), scans, patience), NOW)


def on_the_way(promised_by: date | None, *, seen: float = 0.5) -> ParcelReport:
    shipment = a_shipment(promised_by=promised_by, shipped=10)
    return report(shipment, (a_scan("in_transit", days=seen),))


EXPECTED: list[tuple[ParcelCondition, Shipment, Scans]] = [
    ("on_time", a_shipment(), (a_scan("in_transit"),)),
    ("delayed", a_shipment(promised_by=TODAY - timedelta(days=1)), (a_scan("in_transit"),)),
    ("delayed", a_shipment(), (a_scan("delivery_delayed"),)),
    ("delayed", a_shipment(shipped=None), "unknown"),
    ("stalled", a_shipment(shipped=9), (a_scan("in_transit", days=6),)),
    ("lost", a_shipment(), (a_scan("in_transit", days=2), a_scan("lost"))),
    ("returned_to_sender", a_shipment(), (a_scan("return_to_sender"),)),
    ("delivery_failed", a_shipment(), (a_scan("delivery_failed"),)),
    ("ready_for_pickup", a_shipment(), (a_scan("ready_for_pickup"),)),
    ("on_hold", a_shipment(), (a_scan("on_hold"),)),
    ("no_scan_yet", a_shipment(), ()),
    ("no_scan_yet", a_shipment(), (a_scan("pending"),)),
    ("unknown_to_carrier", a_shipment(), "unknown"),
    ("unknown_to_carrier", a_shipment(), (a_scan("cancelled"),)),
    ("no_tracking_number", a_shipment(tracked=False), "not_asked"),
    ("carrier_unavailable", a_shipment(), "unavailable"),
]


@pytest.mark.parametrize(("condition", "shipment", "scans"), EXPECTED)
def test_each_condition_follows_from_records(
    condition: ParcelCondition, shipment: Shipment, scans: Scans
):
    assert report(shipment, scans).condition == condition


def test_an_unsent_parcel_of_a_cancelled_order_is_cancelled():
    cancelled = report(a_shipment(shipped=None), "unknown", cancelled=1)
    assert (cancelled.condition, cancelled.days_late) == ("cancelled", 0)


def test_a_parcel_that_left_before_the_order_was_cancelled_is_still_on_its_way():
    assert report(scans=(a_scan("in_transit"),), cancelled=1).condition == "on_time"


def test_every_condition_is_covered_above():
    covered = {condition for condition, _, _ in EXPECTED} | {"cancelled"}
    assert covered == set(get_args(ParcelCondition))


@pytest.mark.parametrize(
    ("promised", "days_late", "condition", "past_threshold"),
    [
        (1, 0, "on_time", False),
        (0, 0, "on_time", False),
        (-1, 1, "delayed", False),
        (-2, 2, "delayed", False),
        (-3, 3, "delayed", False),
        (-4, 4, "delayed", True),
    ],
    ids=["due tomorrow", "due today", "one", "before", "on the threshold day", "after"],
)
def test_late_is_counted_in_days_and_past_the_threshold_from_the_day_after_it(
    promised: int, days_late: int, condition: ParcelCondition, *, past_threshold: bool
):
    late = on_the_way(TODAY + timedelta(days=promised))
    assert (late.days_late, late.condition) == (days_late, condition)
    assert late.past_threshold == past_threshold


@pytest.mark.parametrize(
    ("hours", "condition"), [(119, "on_time"), (120, "on_time"), (121, "stalled")]
)
def test_a_parcel_stalls_after_more_than_the_silent_days(hours: int, condition: ParcelCondition):
    silent = on_the_way(TODAY, seen=hours / 24)
    assert (silent.condition, silent.past_threshold) == (condition, condition == "stalled")


@pytest.mark.parametrize(("shipped", "past"), [(5, False), (5.1, True)])
@pytest.mark.parametrize("scans", [(), "unknown", "not_asked"])
def test_silence_since_the_parcel_left_counts_too(shipped: float, scans: Scans, *, past: bool):
    shipment = a_shipment(shipped=shipped, promised_by=TODAY)
    assert report(shipment, scans).past_threshold == past


def test_a_carrier_that_does_not_answer_is_not_a_silent_parcel():
    shipment = a_shipment(shipped=9, promised_by=TODAY)
    assert not report(shipment, "unavailable").past_threshold


def test_lateness_is_known_without_the_carrier():
    shipment = a_shipment(shipped=12, promised_by=TODAY - timedelta(days=4))
    late = report(shipment, "unavailable")
    assert (late.condition, late.days_late, late.past_threshold) == ("carrier_unavailable", 4, True)


def test_a_parcel_on_hold_for_long_is_past_the_threshold():
    held = report(a_shipment(shipped=9, promised_by=TODAY), (a_scan("on_hold", days=7),))
    assert (held.condition, held.past_threshold) == ("on_hold", True)


@pytest.mark.parametrize("status", ["delivered", "ready_for_pickup"])
def test_a_parcel_that_waits_for_nobody_but_the_buyer_is_not_late(status: ScanStatus):
    shipment = a_shipment(shipped=20, promised_by=TODAY - timedelta(days=15))
    arrived = report(shipment, (a_scan(status, days=9),))
    assert (arrived.days_late, arrived.past_threshold) == (0, False)


def test_a_delivery_is_reported_with_its_instant():
    arrived = report(scans=(a_scan("in_transit", days=2), a_scan("delivered", days=1)))
    assert (arrived.milestone, arrived.condition) == ("delivered", "on_time")
    assert arrived.delivered_at == ago(days=1)


def test_without_a_promise_the_date_follows_from_pick_up_and_transit():
    assert report(a_shipment(shipped=3)).expected_by == TODAY + timedelta(days=2)


def test_the_carriers_first_scan_stands_in_for_a_missing_shop_record():
    sent = report(a_shipment(shipped=None), (a_scan("picked_up", days=2),))
    assert (sent.milestone, sent.ship_by) == ("shipped", None)
    assert sent.expected_by == TODAY + timedelta(days=3)


def test_before_it_leaves_the_date_follows_from_handling_and_transit():
    order = an_order(shipments=[a_shipment(shipped=None)], placed=1)
    parcel = Parcel(order, order.shipments[0], a_seller(handling_days=3), "unknown", PATIENCE)
    waiting = derive_report(parcel, NOW)
    assert (waiting.milestone, waiting.condition) == ("placed", "on_time")
    assert waiting.ship_by == date(2026, 3, 13)
    assert waiting.expected_by == date(2026, 3, 18)


def test_a_packed_parcel_is_packed():
    packed = a_shipment(shipped=None).model_copy(update={"packed_at": ago(hours=3)})
    assert report(packed, ()).milestone == "packed"


def test_records_from_the_future_have_not_happened():
    planned = report(a_shipment(shipped=-1), (a_scan("picked_up", days=-1),))
    assert (planned.milestone, planned.last_scan) == ("placed", None)


def test_without_a_settled_patience_nothing_is_guessed():
    unknown = report(a_shipment(shipped=40), (a_scan("in_transit", days=30),), patience=None)
    assert (unknown.expected_by, unknown.days_late) == (None, 0)
    assert (unknown.condition, unknown.past_threshold) == ("on_time", False)


def test_an_unknown_seller_is_named_by_id_and_has_no_handling_time():
    order = an_order(shipments=[a_shipment(shipped=None)], placed=30)
    waiting = derive_report(Parcel(order, order.shipments[0], None, "unknown", PATIENCE), NOW)
    assert (waiting.seller_name, waiting.ship_by, waiting.expected_by) == ("clay", None, None)
    assert waiting.condition == "on_time"


def test_the_last_scan_comes_with_its_age():
    seen = report(scans=(a_scan("picked_up", days=2), a_scan("in_transit", days=0.5, text="Kiel")))
    assert seen.last_scan == a_scan("in_transit", days=0.5, text="Kiel")
    assert seen.last_scan_age == timedelta(hours=12)


def test_only_the_lines_in_the_parcel_are_named():
    order = an_order(a_line("L1", title="Mug"), a_line("L2", title="Bowl"))
    parcel = Parcel(order, a_shipment("L2"), a_seller(), (), PATIENCE)
    assert derive_report(parcel, NOW).titles == ("Bowl",)


@given(
    st.lists(
        st.builds(
            a_scan,
            st.sampled_from(get_args(ScanStatus)),
            days=st.integers(-2, 12).map(float),
        ),
        max_size=6,
    ),
    st.permutations(range(6)),
)
def test_scans_in_any_order_give_the_same_sound_report(
    scans: list[TrackingEvent], order: list[int]
):
    shuffled = [scans[i] for i in order if i < len(scans)]
    found = report(scans=tuple(scans))
    assert report(scans=tuple(shuffled)) == found
    assert (found.milestone == "delivered") == (found.delivered_at is not None)
    assert (found.condition in {"delayed", "stalled"}) <= (found.milestone != "delivered")
    assert found.last_scan_age is None or found.last_scan_age >= timedelta(0)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-03-11", 0, "2026-03-11"),
        ("2026-03-11", 2, "2026-03-13"),
        ("2026-03-13", 1, "2026-03-16"),
        ("2026-03-14", 1, "2026-03-16"),
        ("2026-03-11", 10, "2026-03-25"),
    ],
    ids=["none", "in the week", "over a weekend", "from a Saturday", "two weeks"],
)
def test_working_days_leave_out_the_weekend(day: str, count: int, expected: str):
    found = add_working_days(date.fromisoformat(day), count)
    assert found == date.fromisoformat(expected)


def test_the_reference_instant_is_a_wednesday():
    assert datetime(2026, 3, 11, tzinfo=UTC).weekday() == 2
