"""Is what happened to a line item and around it told as the records have it?"""

from dataclasses import replace

import pytest

from tests.builders import NOW, a_line, a_seller, a_shipment, ago, an_address, an_order
from tests.unit.policy.records import (
    NOTHING_ELSE,
    THREE,
    changed,
    refund,
    refunded,
    returned,
)
from tests.unit.policy.test_derive import report
from tools.domain.order import Order
from tools.domain.party import SellerId
from tools.domain.returns import Return
from tools.domain.shipment import LineId, ParcelReport
from tools.policy.around import Around
from tools.policy.derive_history import history_around, history_of_order
from tools.policy.facts import Value


def told(order: Order, *reports: ParcelReport, line: str = "L1") -> dict[str, Value]:
    return history_of_order(order, order.line(LineId(line)), reports, NOW)


def around(order: Order, records: Around = NOTHING_ELSE) -> dict[str, Value]:
    return history_around(order, order.lines[0], records, NOW)


def with_others(*others: Order) -> Around:
    return replace(NOTHING_ELSE, orders=others)


def late(seen: ParcelReport, days: int) -> ParcelReport:
    return seen.model_copy(update={"days_late": days})


def test_a_line_without_a_parcel_is_placed():
    assert told(an_order())["milestone"] == "placed"


def test_the_furthest_parcel_of_a_line_counts():
    parcels = [a_shipment(), a_shipment(name="S2"), a_shipment("L2", name="S3")]
    order = an_order(*THREE, shipments=parcels)
    seen = (report("S1"), report("S2", milestone="out_for_delivery"), report("S3", delivered=1))
    assert told(order, *seen)["milestone"] == "out_for_delivery"
    assert told(order, *seen, line="L2")["milestone"] == "delivered"


def test_the_latest_of_its_parcels_and_of_what_is_unsent_counts():
    order = an_order(*THREE, shipments=[a_shipment(), a_shipment("L2", name="S2")])
    unsent = late(report(), 6).model_copy(update={"shipment": None})
    elsewhere = unsent.model_copy(update={"days_late": 9, "seller": SellerId("loom")})
    other_goods = unsent.model_copy(update={"days_late": 9, "lines": (LineId("L3"),)})
    seen = (late(report("S1"), 2), late(report("S2"), 8), unsent, elsewhere, other_goods)
    assert told(order, *seen)["days_late"] == 6
    assert told(order)["days_late"] == 0


@pytest.mark.parametrize(("days", "hours"), [(0, 0), (-1, 0), (1, 24), (1.99, 47)])
def test_hours_since_the_order_are_whole_and_never_below_nothing(days: float, hours: int):
    assert told(an_order(placed=days))["hours_since_order"] == hours


@pytest.mark.parametrize(
    ("returns", "received", "inspection"),
    [
        ([], False, "none"),
        ([returned("L1")], False, "none"),
        ([returned("L2", received=1, inspection="passed")], False, "none"),
        ([returned("L1", received=1)], True, "pending"),
        ([returned("L1", received=1, inspection="passed")], True, "passed"),
        (
            [
                returned("L1", received=3, inspection="passed"),
                returned("L1", received=2),
                returned("L1"),
            ],
            True,
            "pending",
        ),
        (
            [returned("L1", received=3, inspection="failed"), returned("L1", received=2)],
            True,
            "failed",
        ),
    ],
)
def test_a_return_counts_once_it_has_come_in(
    returns: list[Return], received: bool, inspection: str
):
    known = told(changed(an_order(*THREE), returns=tuple(returns)))
    assert (known["return_received"], known["return_inspection"]) == (received, inspection)


@pytest.mark.parametrize(("country", "international"), [("DE", False), ("PT", True)])
def test_an_order_is_international_when_it_leaves_the_sellers_country(
    country: str, international: bool
):
    known = around(an_order(), replace(NOTHING_ELSE, seller=a_seller(country=country)))
    assert (known["seller_country"], known["international"]) == (country, international)


@pytest.mark.parametrize(("pieces", "in_stock"), [(2, True), (1, False), (0, False)])
def test_there_is_stock_when_all_pieces_could_be_sent_again(pieces: int, in_stock: bool):
    order = an_order(a_line(quantity=3, cancelled=1))
    assert around(order, replace(NOTHING_ELSE, stock=pieces))["in_stock"] is in_stock


def test_what_nobody_told_is_unknown_and_not_nothing():
    assert around(an_order(), Around()) == {"second_factor": False}


def test_a_second_factor_is_told():
    assert around(an_order(), Around(second_factor=True))["second_factor"] is True


FIRST = an_order(*THREE, number="ND-1", placed=1.5)
SECOND = an_order(*reversed(THREE), number="ND-2", placed=1)


def test_the_later_of_two_equal_orders_is_the_duplicate():
    assert around(SECOND, with_others(FIRST, SECOND))["duplicate_order"] is True
    assert around(FIRST, with_others(FIRST, SECOND))["duplicate_order"] is False


def test_of_two_orders_at_one_instant_the_higher_number_is_the_duplicate():
    twin = changed(FIRST, number="ND-2")
    assert around(twin, with_others(FIRST))["duplicate_order"] is True
    assert around(FIRST, with_others(twin))["duplicate_order"] is False


def test_an_address_is_the_same_however_it_is_spaced():
    home = an_address(postcode=" 241 03")
    assert around(changed(SECOND, ship_to=home), with_others(FIRST))["duplicate_order"] is True


@pytest.mark.parametrize(
    "other",
    [
        changed(FIRST, placed_at=ago(days=2, hours=0.01)),
        changed(FIRST, ship_to=an_address(postcode="24104")),
        changed(FIRST, lines=THREE[:2]),
        changed(FIRST, lines=(a_line("L1", quantity=3), *THREE[1:])),
        changed(FIRST, cancelled_at=ago(days=1)),
        changed(FIRST, lines=(a_line("L1", quantity=2, cancelled=1), *THREE[1:])),
    ],
    ids=["a day before", "elsewhere", "less", "more pieces", "cancelled", "cancelled in part"],
)
def test_another_order_is_no_duplicate(other: Order):
    assert around(SECOND, with_others(other))["duplicate_order"] is False


def test_a_duplicate_that_was_cancelled_is_none_any_more():
    gone = changed(SECOND, cancelled_at=ago(hours=1))
    assert around(gone, with_others(FIRST))["duplicate_order"] is False


def test_claims_count_by_order_for_ninety_days():
    both = changed(
        refunded(refund(100, days=3, reason="damaged"), number="ND-3"),
        returns=(returned("L1", reason="damaged"),),
    )
    missing = refunded(refund(100, days=90, reason="missing"), number="ND-4", placed=99)
    too_old = refunded(refund(100, days=90.01, reason="missing"), number="ND-5", placed=99)
    no_claim = refunded(refund(100, days=1, reason="changed_mind"), number="ND-6")
    unsaid = refunded(refund(100, days=1), number="ND-7")
    known = around(SECOND, with_others(both, missing, too_old, no_claim, unsaid))
    assert known["claims_90_days"] == 2


def test_the_claim_that_is_put_in_counts_once():
    claiming = replace(NOTHING_ELSE, claiming=True)
    assert around(SECOND, claiming)["claims_90_days"] == 1
    again = changed(SECOND, refunds=(refund(5, reason="faulty"),))
    assert around(again, claiming)["claims_90_days"] == 1
