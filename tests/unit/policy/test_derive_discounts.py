"""Does a refund hang on what was paid, not on the price that stood there before discounts and tax?"""

from tests.builders import NOW, a_line, an_order, euros
from tests.unit.policy.records import changed, refund
from tools.connectors.calendars import HolidayCalendar
from tools.domain.money import Money
from tools.domain.order import LineItem, Order
from tools.domain.returns import RefundShare
from tools.domain.shipment import LineId
from tools.policy.derive import derive_facts
from tools.policy.derive_money import money_of_order
from tools.policy.facts import Value


def told(order: Order, at: int = 0) -> dict[str, Value]:
    line = order.lines[at]
    facts = derive_facts(order, line, (), NOW, HolidayCalendar())
    return {
        **{str(name): fact.value for name, fact in facts.items()},
        **money_of_order(order, line),
    }


def priced(line: LineItem, **amounts: Money) -> LineItem:
    return line.model_copy(update=amounts)


def test_a_discounted_line_is_worth_what_was_paid_for_it():
    order = an_order(priced(a_line(quantity=2), discount=euros(800)), a_line("L2"))
    assert told(order)["line_value"] == 4000
    assert told(order, 1)["line_value"] == 2400
    assert told(order)["order_value"] == 4000 + 2400 + 490


def test_a_voucher_lowers_every_line_by_its_share():
    order = changed(an_order(a_line(), a_line("L2")), discount=euros(1200))
    assert [told(order, at)["line_value"] for at in (0, 1)] == [1800, 1800]
    assert [told(order, at)["line_shipping"] for at in (0, 1)] == [245, 245]
    assert told(order)["order_value"] == 3600 + 490


def test_tax_on_top_comes_back_with_its_line():
    line = priced(a_line(quantity=3, cancelled=1), tax=euros(100))
    order = changed(an_order(line), prices_include_tax=False)
    assert told(order)["line_value"] == 7300 - 2434


def test_cancelled_pieces_and_the_rest_come_to_the_whole_line():
    line = priced(a_line(quantity=3, cancelled=1), discount=euros(100))
    back = refund(2367 + 4733, "L1")
    order = changed(an_order(line), refunds=(back,))
    assert told(order)["line_value"] == told(order)["line_refunded"] == 4733


def test_a_discounted_line_is_paid_back_when_what_was_paid_is():
    line = priced(a_line(), discount=euros(400))
    order = changed(an_order(line, a_line("L2")), refunds=(refund(2000, "L1"),))
    assert told(order)["already_refunded"] is True
    assert told(order, 1)["already_refunded"] is False


def test_delivery_that_was_paid_back_does_not_count_as_goods():
    shares = (RefundShare(of=LineId("L1"), amount=1910), RefundShare(of="shipping", amount=490))
    back = refund(2400, "L1").model_copy(update={"shares": shares})
    order = changed(an_order(a_line(), a_line("L2")), refunds=(back,))
    assert told(order)["already_refunded"] is False
    assert told(order)["partly_refunded"] is True


def test_with_a_voucher_and_two_currencies_nothing_is_worth_anything_certain():
    pounds = priced(a_line("L2"), unit_price=Money(amount=2400, currency="GBP"))
    order = an_order(a_line()).model_copy(update={"lines": (a_line(), pounds)})
    assert told(order)["line_value"] == 2400
    assert "order_value" not in told(order)
    assert "line_value" not in told(changed(order, discount=euros(100)))
    assert "line_shipping" not in told(changed(order, discount=euros(100)))


def test_a_line_with_a_discount_in_another_currency_has_no_value():
    line = priced(a_line(), discount=Money(amount=1, currency="JPY"))
    order = an_order(a_line()).model_copy(update={"lines": (line,)})
    assert "line_value" not in told(order)
