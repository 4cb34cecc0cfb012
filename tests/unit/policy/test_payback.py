"""Is no more paid back than the rules, the records and the caps allow?"""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.unit.policy.examples import NOW
from tests.unit.policy.small_law import Tree, fact, rule, rulebook
from tools.domain.money import Money
from tools.policy.caps import HARD_CAPS, SUMS, Caps, SellerCaps, lowered
from tools.policy.decision import Allow, Decision, FactName, HandOff, NeedApproval
from tools.policy.engine import decide
from tools.policy.facts import Fact, Value

RECORDS: dict[str, Value] = {
    "currency": "EUR",
    "line_value": 2800,
    "line_shipping": 490,
    "line_refunded": 0,
    "order_refundable": 9000,
    "refunded_order": 0,
    "refunded_buyer_30_days": 0,
    "refunded_seller_today": 0,
    "refunded_today": 0,
}
FACTS = {
    **{name: fact("int", "record", money=True) for name in RECORDS if name != "currency"},
    "currency": fact("word", "record"),
    "seller": fact("word", "record"),
}
OWN = Caps(action=5000, order=6000, buyer_30_days=7000, seller_day=8000, day=9000, photo=3000)
CAPS: Tree = OWN.model_dump()
PAYS: Tree = {"allow": {"refund": {"of": "item"}}}


def ask(records: Mapping[str, Value | None], then: Tree | None = None) -> Decision:
    """Decide about a rule that always pays; a record that is None is unknown."""
    book = rulebook(
        [rule("pay", then or PAYS)],
        FACTS,
        caps={"EUR": CAPS},
        seller_caps={"ann": {"EUR": {"action": 1000}}},
    )
    known = {
        FactName(name): Fact(name=FactName(name), value=value, source="record", as_of=NOW)
        for name, value in {**RECORDS, **records}.items()
        if value is not None
    }
    return decide("may_try", known, book, NOW)


def allowing(**refund: JsonValue) -> Tree:
    return {"allow": {"refund": {"of": "item", **refund}}}


def amount(decision: Decision) -> int:
    assert isinstance(decision, Allow), decision
    assert decision.refund is not None
    assert decision.refund.currency == "EUR"
    return decision.refund.amount


@pytest.mark.parametrize(
    ("refund", "records", "cents"),
    [
        ({"of": "item"}, {}, 2800),
        ({"of": "item_and_shipping"}, {}, 3290),
        ({"of": "item", "percent": 50}, {}, 1400),
        ({"of": "item", "percent": 33}, {"line_value": 100}, 33),
        ({"of": "item", "percent": 33}, {"line_value": 101}, 33),
        ({"of": "item"}, {"line_refunded": 300}, 2500),
        ({"of": "item"}, {"order_refundable": 1999}, 1999),
        ({"of": "item", "cap": "photo"}, {}, 2800),
        ({"of": "item"}, {"line_value": 5000}, 5000),
    ],
)
def test_a_yes_says_how_much_at_most(refund: Tree, records: dict[str, Value], cents: int):
    assert amount(ask(records, {"allow": {"refund": refund}})) == cents


@pytest.mark.parametrize("missing", sorted(RECORDS))
def test_without_a_record_nothing_is_paid(missing: str):
    decision = ask({missing: None})
    assert isinstance(decision, HandOff)
    assert decision.rule_id == "fallbacks.nobody_knows"


@pytest.mark.parametrize("nonsense", ["", "eur", "EURO", "€"])
def test_in_no_currency_nothing_is_paid(nonsense: str):
    decision = ask({"currency": nonsense})
    assert isinstance(decision, HandOff)
    assert decision.rule_id == "fallbacks.nobody_knows"


def test_where_nothing_is_left_no_cap_counts():
    decision = ask({"order_refundable": 0, "refunded_order": 5 * HARD_CAPS["EUR"].order})
    assert decision.rule_id == "fallbacks.nothing_left"


@pytest.mark.parametrize(("field", "value"), [("line_refunded", 2800), ("order_refundable", 0)])
def test_what_is_paid_back_already_goes_to_a_person(field: str, value: int):
    decision = ask({field: value})
    assert isinstance(decision, HandOff)
    assert (decision.rule_id, decision.queue) == ("fallbacks.nothing_left", "payments")


@pytest.mark.parametrize(
    ("cap", "at_cap"),
    [
        ("action", {"line_value": 5000}),
        ("order", {"refunded_order": 3200}),
        ("buyer_30_days", {"refunded_buyer_30_days": 4200}),
        ("seller_day", {"refunded_seller_today": 5200}),
        ("day", {"refunded_today": 6200}),
    ],
)
def test_a_cent_above_a_cap_needs_a_person(cap: str, at_cap: dict[str, Value]):
    assert isinstance(ask(at_cap), Allow)
    (name,) = at_cap
    decision = ask({**at_cap, name: int(at_cap[name]) + 1})
    assert isinstance(decision, NeedApproval)
    assert (decision.rule_id, decision.layer, decision.over) == (f"caps.{cap}", "limit", (cap,))
    assert decision.trace[-1].rule_id == f"caps.{cap}"
    assert decision.refund is not None


def test_a_photo_has_a_cap_of_its_own():
    assert amount(ask({"line_value": 3000}, allowing(cap="photo"))) == 3000
    decision = ask({"line_value": 3001}, allowing(cap="photo"))
    assert isinstance(decision, NeedApproval)
    assert decision.over == ("photo",)
    assert amount(ask({"line_value": 3001})) == 3001


def test_a_seller_may_lower_a_cap():
    assert isinstance(ask({"seller": "bob"}), Allow)
    decision = ask({"seller": "ann"})
    assert isinstance(decision, NeedApproval)
    assert decision.over == ("action",)


def test_a_person_is_told_which_caps_an_approval_exceeds():
    decision = ask({"line_value": 5500}, {"need_approval": PAYS["allow"]})
    assert isinstance(decision, NeedApproval)
    assert (decision.rule_id, decision.over) == ("small.pay", ("action",))
    assert decision.refund == Money(amount=5500, currency="EUR")


@pytest.mark.parametrize("outcome", ["allow", "need_approval"])
def test_above_a_hard_cap_nobody_approves(outcome: str):
    hard = HARD_CAPS["EUR"].action
    then: Tree = {outcome: PAYS["allow"]}
    over = ask({"line_value": hard + 1, "order_refundable": hard + 1}, then)
    assert isinstance(over, HandOff)
    assert (over.rule_id, over.layer, over.queue) == ("floor.hard_cap", "law", "payments")
    at_hard = ask({"line_value": hard, "order_refundable": hard}, then)
    assert isinstance(at_hard, NeedApproval)


@pytest.mark.parametrize(("currency", "kind"), [("USD", NeedApproval), ("XXX", HandOff)])
def test_a_currency_without_caps_is_not_paid_by_itself(currency: str, kind: type):
    assert isinstance(ask({"currency": currency}), kind)


MONEY = st.integers(-(10**6), 10**6)


@given(
    records=st.fixed_dictionaries({name: MONEY for name in RECORDS if name != "currency"}),
    percent=st.integers(1, 100),
    of=st.sampled_from(["item", "item_and_shipping"]),
)
def test_no_records_whatever_pay_above_a_cap(records: dict[str, Value], percent: int, of: str):
    decision = ask(records, {"allow": {"refund": {"of": of, "percent": percent}}})
    if isinstance(decision, Allow):
        paid = amount(decision)
        assert 0 < paid <= OWN.action
        assert paid <= int(records["order_refundable"])
        for name, fact_name in SUMS.items():
            before = max(0, int(records[fact_name])) if fact_name is not None else 0
            assert before + paid <= getattr(OWN, name)


def test_a_seller_cannot_raise_a_cap():
    assert lowered(OWN, by=SellerCaps(action=9999)) == OWN
    assert lowered(OWN, by=SellerCaps(day=1)).day == 1
