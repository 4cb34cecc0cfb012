"""Is a world refused with every fault, its place and a sentence?"""

import json
from pathlib import Path

import pytest

from tests.unit.tools.conftest import LoadWorld
from tools.connectors.embedded.world import load_world, world_schema
from tools.errors import BadInputError

GOOD = """\
sellers:
  - {id: clay, name: Clay, country: PT, handling_days: 3}
  - {id: oak, name: Oak, country: FR, handling_days: 4}
customers:
  - id: ida
    name: Ida
    email: ida@example.com
    locale: de
    address: {street: Kaiweg 1, city: Kiel, postcode: "24103", country: DE}
orders:
  - number: ND-1
    customer: ida
    placed_at: -9d 10:00
    shipping_price: 4.90 EUR
    lines:
      - {id: L1, seller: clay, title: Mug, sku: M1, category: ceramics, quantity: 2, unit_price: 20.00 EUR}
      - {id: L2, seller: oak, title: Top, sku: T1, category: toys, unit_price: 9.00 EUR}
    shipments:
      - id: S1
        seller: clay
        lines: [{line: L1, quantity: 2}]
        packed_at: -8d 09:00
        shipped_at: -7d 10:00
        delivered_at: -3d 10:00
        carrier: kestrel
        tracking_number: KE1
        scans: [{at: -3d 10:00, status: delivered}]
    payments:
      - {id: P1, amount: 53.90 EUR, captured_at: -9d 10:01}
    returns:
      - {id: RT1, lines: [L1], requested_at: -2d 10:00, received_at: -1d 10:00}
    refunds:
      - {id: RF1, amount: 20.00 EUR, lines: [L1], created_at: -1d 11:00, status: pending}
carrier_outages: [kestrel]
"""

SECOND_ORDER = """\
  - number: ND-1
    customer: ida
    placed_at: -1d 10:00
    shipping_price: 0.00 EUR
    lines:
      - {id: L1, seller: clay, title: Mug, sku: M1, category: ceramics, unit_price: 20.00 EUR}
    shipments:
      - {id: S1, seller: clay, lines: [{line: L1, quantity: 1}], carrier: kestrel, tracking_number: k e1}
carrier_outages"""


def faults_after(load: LoadWorld, old: str, new: str) -> list[tuple[str, str]]:
    """Return the faults of the good world after one edit: the text at their place, the sentence."""
    assert GOOD.count(old) == 1, f"{old!r} stands {GOOD.count(old)} times"
    text = GOOD.replace(old, new)
    with pytest.raises(BadInputError) as caught:
        load(text)
    lines = text.splitlines()
    return [(lines[x.line - 1][x.column - 1 :], x.sentence) for x in caught.value.faults]


def test_the_good_world_is_good(load: LoadWorld):
    assert load(GOOD).orders[0].number == "ND-1"


CASES: list[tuple[str, str, str, str]] = [
    ("{id: L2, seller: oak", "{id: L2, seller: elm", "elm,", "there is no seller `elm`."),
    ("customer: ida", "customer: ada", "ada", "there is no customer `ada`."),
    (
        "{id: L2,",
        "{id: L1,",
        "L1, seller: oak",
        "the id `L1` is used a second time; it must be unique.",
    ),
    (
        "{id: oak, ",
        "{id: clay, ",
        "clay, name: Oak",
        "the seller `clay` is used a second time; it must be unique.",
    ),
    (
        "lines: [{line: L1, quantity: 2}]",
        "lines: [{line: L9, quantity: 2}]",
        "L9,",
        "the order has no line `L9`; it has `L1`, `L2`.",
    ),
    (
        "lines: [{line: L1, quantity: 2}]",
        "lines: [{line: L2, quantity: 1}]",
        "L2, quantity: 1",
        "`L2` is sold by `oak`, not by `clay`.",
    ),
    (
        "lines: [{line: L1, quantity: 2}]",
        "lines: [{line: L1, quantity: 3}]",
        "2, unit_price",
        "3 of `L1` are in parcels, but only 2 are to be sent.",
    ),
    (
        "category: toys, ",
        "category: toys, cancelled_quantity: 2, ",
        "2, unit_price",
        "2 of 1 `L2` cannot be cancelled.",
    ),
    (
        "lines: [L1], requested_at",
        "lines: [L8], requested_at",
        "L8]",
        "the order has no line `L8`; it has `L1`, `L2`.",
    ),
    (
        "lines: [L1], created_at",
        "lines: [L8], created_at",
        "L8]",
        "the order has no line `L8`; it has `L1`, `L2`.",
    ),
    (
        "delivered_at: -3d 10:00",
        "delivered_at: -8d 10:00",
        "-8d 10:00",
        "`delivered_at` is before `shipped_at`.",
    ),
    (
        "        shipped_at: -7d 10:00\n",
        "",
        "-3d 10:00",
        "there is no `shipped_at` that comes before `delivered_at`.",
    ),
    ("packed_at: -8d", "packed_at: -10d", "-10d", "`packed_at` is before `placed_at`."),
    (
        "shipped_at: -7d",
        "shipped_at: -8d 08:00 #",
        "-8d 08:00",
        "`shipped_at` is before `packed_at`.",
    ),
    (
        "captured_at: -9d 10:01",
        "captured_at: -9d 09:59",
        "-9d 09:59",
        "`captured_at` is before `placed_at`.",
    ),
    (
        "received_at: -1d 10:00",
        "received_at: -4d 10:00",
        "-4d 10:00",
        "`received_at` is before `requested_at`.",
    ),
    (
        "created_at: -1d 11:00",
        "created_at: -20d",
        "-20d",
        "`created_at` is before `placed_at`.",
    ),
    (
        "received_at: -1d 10:00",
        "received_at: -50h",
        "-50h",
        "`received_at` is before `requested_at` at some times of day.",
    ),
    (
        "created_at: -1d 11:00",
        "created_at: +2h",
        "+2h",
        "`+2h` is in the future (for a conversation at midnight at the latest).",
    ),
    (
        "created_at: -1d 11:00",
        "created_at: 0d 11:00",
        "0d 11:00",
        "`0d 11:00` is in the future (for a conversation at midnight at the latest).",
    ),
    (
        "amount: 20.00 EUR, lines",
        "amount: 20.00 USD, lines",
        "20.00 USD",
        "is in USD, but `shipping_price` is in EUR.",
    ),
    (
        "unit_price: 9.00 EUR",
        "unit_price: 9.00 GBP",
        "9.00 GBP",
        "is in GBP, but `shipping_price` is in EUR.",
    ),
    (
        "amount: 53.90 EUR",
        "amount: 53.00 EUR",
        "- {id: P1",
        "the payments add up to 5300 and the order to 5390 (in minor units).",
    ),
    (
        "amount: 20.00 EUR, lines",
        "amount: 60.00 EUR, lines",
        "- {id: RF1",
        "6000 is paid back but only 5390 was paid (in minor units).",
    ),
    (
        "        carrier: kestrel\n",
        "        carrier: null\n",
        "KE1",
        "a tracking number needs a `carrier` to ask.",
    ),
    (
        "        tracking_number: KE1\n",
        "",
        "[{at",
        "scans need a `tracking_number` to be found by.",
    ),
    (
        "unit_price: 9.00 EUR}",
        "unit_price: 9.00 EUR, discount: 9.01 EUR}",
        "9.01 EUR",
        "is more than the 1 `L2` cost.",
    ),
    (
        "shipping_price: 4.90 EUR",
        "shipping_price: 4.90 EUR\n    discount: 54.00 EUR",
        "54.00 EUR",
        "is more than goods and delivery cost together (53.90 EUR).",
    ),
    (
        "unit_price: 9.00 EUR}",
        "unit_price: 9.00 EUR, tax: 1.00 GBP}",
        "1.00 GBP",
        "is in GBP, but `shipping_price` is in EUR.",
    ),
    (
        "lines: [L1], created_at",
        "payment: P2, lines: [L1], created_at",
        "P2, lines",
        "the order has no payment `P2`; it has `P1`.",
    ),
    ("outages: [kestrel]", "outages: [owl]", "owl", "no parcel goes with a carrier `owl`."),
]


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"), CASES, ids=[case[3] for case in CASES]
)
def test_records_that_contradict_each_other_are_refused(
    load: LoadWorld, old: str, new: str, place: str, sentence: str
):
    places = [at for at, found in faults_after(load, old, new) if found == sentence]
    assert [at for at in places if at.startswith(place)]


def test_two_orders_and_two_parcels_cannot_have_one_number(load: LoadWorld):
    assert faults_after(load, "carrier_outages", SECOND_ORDER) == [
        ("ND-1", "the order number `ND-1` is used a second time; it must be unique."),
        ("k e1}", "the tracking number `KE1` is used a second time; it must be unique."),
    ]


def test_two_orders_cannot_have_one_payment(load: LoadWorld):
    second = SECOND_ORDER.replace("number: ND-1\n", "number: ND-2\n").replace("k e1", "KE2")
    pay = "    payments: [{id: P1, amount: 20.00 EUR, captured_at: -1d 10:01}]\ncarrier_outages"
    ((_, sentence),) = faults_after(load, "carrier_outages", second.replace("carrier_outages", pay))
    assert sentence == "the payment `P1` is used a second time; it must be unique."


def test_two_customers_cannot_have_one_address(load: LoadWorld):
    twin = """  - id: ada
    name: Ada
    email: IDA@example.com
    locale: en
    address: {street: Kaiweg 2, city: Kiel, postcode: "24103", country: DE}
orders:"""
    assert faults_after(load, "orders:", twin) == [
        (
            "IDA@example.com",
            "the e-mail address `ida@example.com` is used a second time; it must be unique.",
        )
    ]


def test_money_that_nobody_paid_cannot_be_paid_back(load: LoadWorld):
    paid = "    payments:\n      - {id: P1, amount: 53.90 EUR, captured_at: -9d 10:01}\n"
    ((_, sentence),) = faults_after(load, paid, "    payments: []\n")
    assert sentence == "2000 is paid back but only 0 was paid (in minor units)."


def test_a_failed_refund_pays_nothing_back(load: LoadWorld):
    world = GOOD.replace("20.00 EUR, lines: [L1]", "99.00 EUR, lines: [L1]")
    assert load(world.replace("status: pending", "status: failed")).orders


def test_without_payments_an_order_was_paid_when_it_was_placed(load: LoadWorld):
    paid = "    payments:\n      - {id: P1, amount: 53.90 EUR, captured_at: -9d 10:01}\n"
    assert load(GOOD.replace(paid, "")).orders[0].payments is None


def test_discounts_and_tax_belong_to_what_was_paid(load: LoadWorld):
    text = GOOD.replace(
        "unit_price: 9.00 EUR}", "unit_price: 9.00 EUR, discount: 1.00 EUR, tax: 2.00 EUR}"
    )
    text = text.replace(
        "shipping_price: 4.90 EUR", "shipping_price: 4.90 EUR\n    discount: 10.00 EUR"
    )
    assert load(text.replace("amount: 53.90 EUR", "amount: 42.90 EUR")).orders
    on_top = text.replace(
        "    discount: 10.00 EUR", "    discount: 10.00 EUR\n    prices_include_tax: false"
    )
    assert load(on_top.replace("amount: 53.90 EUR", "amount: 44.90 EUR")).orders


def test_scans_may_contradict_everything(load: LoadWorld):
    scans = "scans: [{at: +3d, status: lost}, {at: -90d, status: delivered}]"
    assert load(GOOD.replace("scans: [{at: -3d 10:00, status: delivered}]", scans)).orders


def test_absolute_instants_are_compared_with_each_other_only(load: LoadWorld):
    world = GOOD.replace("placed_at: -9d 10:00", "placed_at: 2026-01-05T10:00:00Z")
    assert load(world).orders


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("quantity: 2, unit", "quantity: none, unit", "`orders.0.lines.0.quantity`: input should"),
        ("price: 9.00 EUR", "price: 9 EUR", "`orders.0.lines.1.unit_price`: write an amount as"),
        ("price: 9.00 EUR", "price: 9.00 JPY", "`orders.0.lines.1.unit_price`: write an amount as"),
        ("price: 9.00 EUR", "price: 9.00", "`orders.0.lines.1.unit_price`: input should be"),
        ("-9d 10:00\n", "-9d 25:00\n", "`orders.0.placed_at`: write an instant as"),
        ("-9d 10:00\n", "2026-01-05 10:00\n", "`orders.0.placed_at`: write an instant as"),
        ("status: delivered", "status: arrived", "`orders.0.shipments.0.scans.0.status`: input"),
        ("country: PT", "country: Portugal", "`sellers.0.country`: string should match"),
        ("locale: de", "language: de", "`customers.0.locale`: field required"),
        (
            "carrier: kestrel\n",
            "carrier: kestrel\n        promised_by: soon\n",
            "`orders.0.shipments.0.promised_by`: write a date as",
        ),
    ],
)
def test_a_value_that_is_no_such_thing_is_refused(
    load: LoadWorld, old: str, new: str, sentence: str
):
    found = [fault for fault in faults_after(load, old, new) if fault[1].startswith(sentence)]
    assert len(found) == 1


def test_every_fault_is_reported_at_once_and_in_reading_order(load: LoadWorld):
    broken = (
        GOOD.replace("country: PT", "country: Portugal")
        .replace("customer: ida", "customer: ada")
        .replace("seller: oak", "seller: elm")
        .replace("delivered_at: -3d", "delivered_at: -30d")
    )
    with pytest.raises(BadInputError) as caught:
        load(broken)
    assert [fault.line for fault in caught.value.faults] == [2, 12, 17, 24]


def test_a_broken_record_is_not_called_unknown_elsewhere(load: LoadWorld):
    ((_, sentence),) = faults_after(load, "{id: oak, name: Oak,", "{id: oak,")
    assert sentence == "`sellers.1.name`: field required."


@pytest.mark.parametrize("text", ["", "[]", "just words", "sellers: {}", "sellers: 3\norders: x"])
def test_what_is_no_world_is_refused(load: LoadWorld, text: str):
    with pytest.raises(BadInputError):
        load(text)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path):
    with pytest.raises(BadInputError, match="cannot be read"):
        load_world(tmp_path / "none.yaml")


def test_the_schema_is_plain_json_and_knows_every_section():
    schema = json.loads(json.dumps(world_schema()))
    assert set(schema["properties"]) == {
        "name",
        "returns_to",
        "sellers",
        "customers",
        "orders",
        "stock",
        "carrier_outages",
    }
    assert schema["additionalProperties"] is False
