"""Is money divided to the last cent, whatever the order?"""

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, a_line, an_order, euros
from tools.domain.order import Order
from tools.domain.paid_back import paid_back, per_line
from tools.domain.returns import Refund, RefundId
from tools.domain.sharing import share
from tools.domain.shipment import LineId

WEIGHTS = st.dictionaries(
    st.sampled_from(["L1", "L2", "L3", "L4", "L5"]), st.integers(0, 10**9), min_size=1
)
AMOUNTS = st.integers(0, 10**9)


@given(AMOUNTS, WEIGHTS)
def test_the_parts_add_up_exactly(total: int, weights: dict[str, int]):
    assert sum(share(total, weights).values()) == total


@given(AMOUNTS, WEIGHTS)
def test_the_order_of_the_weights_plays_no_part(total: int, weights: dict[str, int]):
    assert share(total, weights) == share(total, dict(reversed(weights.items())))


@given(AMOUNTS, WEIGHTS)
def test_nobody_is_off_by_a_whole_cent(total: int, weights: dict[str, int]):
    whole = sum(weights.values()) or len(weights)
    for key, part in share(total, weights).items():
        weight = weights[key] if any(weights.values()) else 1
        assert abs(part * whole - total * weight) < whole


@given(AMOUNTS, WEIGHTS)
def test_who_weighs_more_never_gets_less(total: int, weights: dict[str, int]):
    parts = share(total, weights)
    by_weight = sorted(parts, key=lambda key: (weights[key], parts[key]))
    assert [parts[key] for key in by_weight] == sorted(parts.values())


def test_without_any_weight_everybody_gets_the_same():
    assert share(5, {"b": 0, "a": 0}) == {"a": 3, "b": 2}


def refund(cents: int, *lines: str, status: str = "succeeded") -> Refund:
    raw = {"id": RefundId("F1"), "amount": euros(cents), "lines": lines, "created_at": NOW}
    return Refund.model_validate({**raw, "status": status})


def refunded(*refunds: Refund) -> Order:
    lines = (a_line("L1", quantity=2), a_line("L2", seller="loom"), a_line("L3"))
    return an_order(*lines).model_copy(update={"refunds": refunds})


def test_a_refund_of_several_lines_is_shared_by_what_they_cost():
    order = refunded()
    assert per_line(order, refund(900, "L1", "L2", "L1")) == {LineId("L1"): 600, LineId("L2"): 300}


def test_a_refund_that_names_no_line_of_the_order_is_for_none_of_them():
    assert per_line(refunded(), refund(900)) == {}
    assert per_line(refunded(), refund(900, "L9")) == {}


def test_a_refund_of_the_whole_order_counts_for_every_seller():
    made = [(one.seller, one.amount) for one in paid_back(refunded(refund(1000)))]
    assert made == [("clay", euros(750)), ("loom", euros(250))]


def test_a_refund_that_failed_was_not_paid_back():
    assert list(paid_back(refunded(refund(1000, status="failed")))) == []


@given(st.lists(st.tuples(AMOUNTS, st.sets(st.sampled_from(["L1", "L2", "L3", "L9"]))), max_size=5))
def test_what_sellers_paid_back_is_what_was_paid_back(made: list[tuple[int, set[str]]]):
    order = refunded(*(refund(cents, *lines) for cents, lines in made))
    assert sum(one.amount.amount for one in paid_back(order)) == sum(cents for cents, _ in made)
