"""Which signals do the records give, and when do they give none?"""

from dataclasses import replace

import pytest

from tests.builders import NOW, a_shipment, an_address, an_order
from tests.unit.policy.records import NOTHING_ELSE
from tests.unit.policy.test_derive import report
from tools.domain.claims import door
from tools.domain.shipment import ParcelReport, ScanStatus, TrackingEvent
from tools.policy.derive_signals import signals
from tools.policy.facts import Value

NOT_THERE = replace(NOTHING_ELSE, missing=True)


def scanned(status: ScanStatus, name: str = "S1") -> ParcelReport:
    scan = TrackingEvent(at=NOW, status=status)
    return report(name).model_copy(update={"last_scan": scan})


def contradicts(*reports: ParcelReport, missing: bool = True) -> Value:
    order = an_order(shipments=[a_shipment()])
    around = NOT_THERE if missing else NOTHING_ELSE
    return signals(order, order.lines[0], reports, around)["carrier_contradicts"]


@pytest.mark.parametrize("status", ["delivered", "ready_for_pickup"])
def test_a_scan_that_it_was_handed_over_stands_against_nothing_came(status: ScanStatus):
    assert contradicts(scanned(status)) is True


@pytest.mark.parametrize("status", ["in_transit", "out_for_delivery", "lost", "unknown"])
def test_any_other_scan_does_not(status: ScanStatus):
    assert contradicts(scanned(status)) is False


def test_only_the_carrier_contradicts_and_not_the_shops_own_book():
    assert contradicts(report(delivered=1)) is False


def test_only_a_buyer_who_says_that_nothing_came_is_contradicted():
    assert contradicts(scanned("delivered"), missing=False) is False


def test_the_parcel_of_another_item_says_nothing():
    assert contradicts(scanned("delivered", "S2")) is False


@pytest.mark.parametrize("number", [None, 0, 3])
def test_claims_at_an_address_are_told_as_the_shop_tells_them(number: int | None):
    order = an_order()
    known = signals(order, order.lines[0], (), replace(NOTHING_ELSE, claims_at_address=number))
    assert known.get("address_claims_90_days") == number


def test_a_door_is_the_same_however_it_is_written_and_whoever_lives_there():
    here = an_address()
    written = here.model_copy(update={"street": f" {here.street.upper()}, ", "name": "Somebody"})
    assert door(written) == door(here)
    assert door(here.model_copy(update={"postcode": "99999"})) != door(here)
