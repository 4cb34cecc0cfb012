"""Does a buyer find their own orders and nobody else's?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_scope, signed, verified
from tools.connectors.embedded.world import World
from tools.domain.party import Identity
from tools.lookup_order import (
    LookupOrderArguments,
    LookupOrderResult,
    OrderFound,
    OrdersFound,
    lookup_order,
    normalise_number,
)
from tools.results import NotFound, NotYours, Unavailable

ANNAS, EMAIL, POSTCODE = "ND-1006", "anna.berger@example.com", "24103"


async def look_up(
    demo: World,
    number: str | None = ANNAS,
    contact: str | None = None,
    identity: Identity | None = None,
) -> LookupOrderResult:
    arguments = LookupOrderArguments(number=number, contact=contact)
    return await lookup_order(arguments, a_scope(demo, identity))


@pytest.mark.parametrize(
    ("contact", "how"),
    [
        (EMAIL, "order_and_email"),
        ("  Anna.Berger@Example.COM ", "order_and_email"),
        (POSTCODE, "order_and_postcode"),
        (" 24 103", "order_and_postcode"),
        ("２４１０３", "order_and_postcode"),
    ],
    ids=["e-mail", "in other letters", "postcode", "with a gap", "in wide digits"],
)
async def test_an_order_is_found_with_its_contact(demo: World, contact: str, how: str):
    found = await look_up(demo, contact=contact)
    assert isinstance(found, OrderFound)
    assert (found.order.number, found.how) == (ANNAS, how)


@pytest.mark.parametrize("written", ["ec 1a 1bb", "EC1A1BB", "ec1a-1bb"])
async def test_a_british_postcode_may_be_written_freely(demo: World, written: str):
    orders = [order for order in demo.orders if order.number == "ND-1001"]
    (emma,) = [c for c in demo.customers if c.id == orders[0].customer]
    address = emma.address.model_copy(update={"postcode": "EC1A 1BB"})
    world = demo.model_copy(
        update={
            "orders": tuple(orders),
            "customers": (emma.model_copy(update={"address": address}),),
        }
    )
    assert isinstance(await look_up(world, "ND-1001", written), OrderFound)


@pytest.mark.parametrize(
    "contact",
    ["", " ", "-", None, "24104", "2410", "241033", "anna", "emma.whitlock@example.com", "\ud800"],
)
async def test_a_wrong_contact_finds_nothing(demo: World, contact: str | None):
    assert await look_up(demo, contact=contact) == NotYours()


@pytest.mark.parametrize(
    "number", ["ND-9999", "nonsense", "'; drop table shop_order; --", "\ud800"]
)
async def test_an_unknown_number_finds_nothing(demo: World, number: str):
    assert await look_up(demo, number, EMAIL) == NotFound()


async def test_an_empty_postcode_on_file_matches_no_empty_contact(demo: World):
    customers = tuple(
        c.model_copy(update={"address": c.address.model_copy(update={"postcode": ""})})
        for c in demo.customers
    )
    world = demo.model_copy(update={"customers": customers})
    for contact in ("", " ", "--", None):
        assert await look_up(world, contact=contact) == NotYours()


@given(st.text(max_size=40), st.one_of(st.none(), st.text(max_size=60)))
async def test_whatever_is_guessed_shows_no_order(demo: World, number: str, contact: str | None):
    scope = a_scope(demo.model_copy(update={"orders": demo.orders[:3]}))
    guess = LookupOrderArguments(number=number, contact=contact)
    found = await lookup_order(guess, scope)
    assert isinstance(found, NotFound | NotYours)


async def test_an_order_verified_before_needs_no_contact(demo: World):
    found = await look_up(demo, identity=verified(ANNAS))
    assert isinstance(found, OrderFound)
    assert found.how == "order_and_email"


async def test_being_verified_for_one_order_opens_no_other(demo: World):
    assert await look_up(demo, "ND-1010", identity=verified(ANNAS)) == NotYours()


async def test_a_signed_buyer_sees_their_own_order(demo: World):
    found = await look_up(demo, identity=signed("ANNA.Berger@example.com"))
    assert isinstance(found, OrderFound)
    assert found.how == "signed"


async def test_a_signed_buyer_sees_nobody_elses_order(demo: World):
    assert await look_up(demo, "ND-1001", identity=signed(EMAIL)) == NotYours()


async def test_an_identity_that_nobody_has_shown_opens_nothing(demo: World):
    claimed = Identity(email=EMAIL, orders=frozenset({ANNAS}), how="none")
    assert await look_up(demo, identity=claimed) == NotYours()
    assert await look_up(demo, None, identity=claimed) == NotFound()


@pytest.mark.parametrize("number", [None, "", "  "])
async def test_without_a_number_a_signed_buyer_gets_their_orders_newest_first(
    demo: World, number: str | None
):
    found = await look_up(demo, number, identity=signed(EMAIL))
    assert isinstance(found, OrdersFound)
    assert [order.number for order in found.orders] == ["ND-1006", "ND-1023", "ND-1010"]


async def test_without_a_number_a_verified_buyer_gets_the_verified_orders(demo: World):
    found = await look_up(demo, None, identity=verified("ND-1010", "ND-1006"))
    assert isinstance(found, OrdersFound)
    assert [order.number for order in found.orders] == ["ND-1006", "ND-1010"]


async def test_without_a_number_a_contact_proves_nothing(demo: World):
    assert await look_up(demo, None, EMAIL) == NotFound()


async def test_a_signed_buyer_without_orders_is_told_so(demo: World):
    found = await look_up(demo, None, identity=signed("nobody@example.com"))
    assert found == OrdersFound(orders=())


@pytest.mark.parametrize("number", [ANNAS, None])
async def test_a_shop_that_is_down_is_said_to_be_down(demo: World, number: str | None):
    scope = a_scope(demo, signed(EMAIL), shop_answers=False)
    found = await lookup_order(LookupOrderArguments(number=number), scope)
    assert found == Unavailable(vendor="embedded")


@pytest.mark.parametrize(
    "written",
    [
        "ND-1042",
        "nd-1042",
        "nd1042",
        "1042",
        "#1042",
        "#nd 1042",
        " ND 1042.",
        "ＮＤ－１０４２",
        "nd_1042",
        "ND–1042",
    ],
)
def test_an_order_number_may_be_written_freely(written: str):
    assert normalise_number(written) == "ND-1042"


def test_another_prefix_stays():
    assert normalise_number("xy 77") == "XY-77"


@pytest.mark.parametrize("written", ["", "mug", "ND-", "10-42", "ND-1042-A"])
def test_what_is_no_order_number_stays_what_it_is(written: str):
    assert normalise_number(written) == written.upper()


@given(st.from_regex(r" ?#?[A-Za-z]{0,4}[ -]?[0-9]{1,9}\.?", fullmatch=True))
def test_normalising_twice_changes_nothing_more(text: str):
    once = normalise_number(text)
    assert normalise_number(once) == once
