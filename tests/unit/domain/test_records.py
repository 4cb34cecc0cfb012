"""Do orders, identities and effects answer for themselves?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.builders import a_line, a_shipment, an_order, signed, verified
from tools.domain.effect import effect_id
from tools.domain.order import LineItem
from tools.domain.party import Identity
from tools.domain.shipment import LineId


def test_a_line_is_found_by_its_id():
    order = an_order(a_line("L1"), a_line("L2", title="Bowl"))
    assert order.line(LineId("L2")).title == "Bowl"
    with pytest.raises(KeyError, match="L3"):
        order.line(LineId("L3"))


def test_the_parcels_of_a_line_are_those_that_hold_pieces_of_it():
    parcels = [a_shipment("L1", name="S1"), a_shipment("L1", "L2", name="S2")]
    order = an_order(a_line("L1", quantity=2), a_line("L2"), shipments=parcels)
    assert [parcel.id for parcel in order.shipments_of(LineId("L1"))] == ["S1", "S2"]
    assert [parcel.id for parcel in order.shipments_of(LineId("L2"))] == ["S2"]
    assert order.shipments_of(LineId("L3")) == ()


@pytest.mark.parametrize("field", ["title", "quantity", "seller"])
def test_records_cannot_be_changed(field: str):
    with pytest.raises(ValidationError, match="frozen"):
        setattr(a_line(), field, "other")


def test_records_refuse_what_they_do_not_know():
    with pytest.raises(ValidationError, match="colour"):
        LineItem.model_validate(a_line().model_dump() | {"colour": 5})


@pytest.mark.parametrize("number", ["ND-1042", "#1001", "100"])
def test_an_order_number_is_short_and_plain(number: str):
    assert an_order(number=number).number == number


@pytest.mark.parametrize("number", ["", "ND", "nd-1042", "ND 1042", "N" * 33])
def test_anything_else_is_no_order_number(number: str):
    with pytest.raises(ValidationError):
        an_order(number=number)


def test_nobody_sees_nothing():
    assert not Identity().may_see("ND-1", "ida@example.com")


def test_a_signed_buyer_sees_every_order_with_their_address_and_no_other():
    ida = signed("Ida@example.com")
    assert ida.may_see("ND-1", "ida@EXAMPLE.com")
    assert not ida.may_see("ND-1", "jo@example.com")


def test_a_verified_buyer_sees_the_verified_order_and_no_other():
    ida = verified("ND-1")
    assert ida.may_see("ND-1", "ida@example.com")
    assert not ida.may_see("ND-2", "ida@example.com")


@given(st.lists(st.text(alphabet="abc-", max_size=4), min_size=1, max_size=4))
def test_the_same_parts_give_the_same_effect_id(parts: list[str]):
    assert effect_id(*parts) == effect_id(*parts)
    assert effect_id(*parts) != effect_id(*parts, "again")


def test_parts_cannot_run_into_each_other():
    assert effect_id("ab", "c") != effect_id("a", "bc")
