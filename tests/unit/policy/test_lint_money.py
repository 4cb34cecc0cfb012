"""Is every way to pay back too much found before the rules are used?"""

import pytest

from tests.unit.policy.small_law import More, Tree, documents, fact, findings, rule
from tools.policy.caps import HARD_CAPS
from tools.policy.payback import NEEDED

FACTS = {
    **{str(name): fact("int", "record", money=True) for name in NEEDED},
    "currency": fact("word", "record"),
    "shot": fact("bool", "photo", "person"),
    "rec": fact("bool", "record"),
}
CAPS: Tree = {name: 1000 for name, _ in HARD_CAPS["EUR"]}
PAY: Tree = {"allow": {"refund": {"of": "item"}}}
ELSE = rule("otherwise", {"hand_off": {}})


def faults(*rules: Tree, facts: dict[str, Tree] = FACTS, **more: Tree) -> list[str]:
    law: More = {"caps": more.get("caps", {"EUR": CAPS})}
    law["approvals"] = more.get("approvals", {})
    law["seller_caps"] = {"ann": more.get("ann", {})}
    found = findings(documents([*rules, ELSE], facts, **law))
    return [f"{f.file} {'.'.join(map(str, f.path))}: {f.sentence}" for f in found]


def test_caps_and_refunds_in_order_have_no_finding():
    own: Tree = {"EUR": {"action": 500}}
    shown = rule("shown", {"allow": {"refund": {"of": "item", "cap": "photo"}}}, {"shot": True})
    amount: Tree = {"line_value": {"at_most": 900}, "currency": "EUR"}
    assert faults(shown, rule("pay", PAY, amount), ann=own) == []


@pytest.mark.parametrize("name", sorted(CAPS))
def test_no_file_lifts_a_hard_cap(name: str):
    hard: int = getattr(HARD_CAPS["EUR"], name)
    at: Tree = {"EUR": {**CAPS, name: hard}}
    over: Tree = {"EUR": {**CAPS, name: hard + 1}}
    sentence = f"`{name}` is {hard + 1}, and Nightdesk pays at most {hard} in EUR."
    assert faults(caps=at) == []
    assert faults(caps=over) == [f"marketplace.yaml caps.EUR.{name}: {sentence}"]


HARD = HARD_CAPS["EUR"].action


@pytest.mark.parametrize(
    ("approvals", "faults_of"),
    [
        ({"agent": {"EUR": 100}, "owner": {"EUR": HARD, "USD": 1}}, []),
        (
            {"owner": {"EUR": HARD + 1}},
            [
                (
                    f"marketplace.yaml approvals.owner.EUR: `owner` may approve {HARD + 1}, "
                    f"and Nightdesk pays at most {HARD} in EUR."
                )
            ],
        ),
        (
            {"lead": {"XQZ": 1}},
            [
                (
                    "marketplace.yaml approvals.lead.XQZ: `lead` may approve 1, "
                    "and Nightdesk pays nothing in XQZ."
                )
            ],
        ),
        (
            {"agent": {"EUR": 100}, "lead": {"EUR": 99}},
            ["marketplace.yaml approvals.lead.EUR: `lead` may approve less EUR than `agent`."],
        ),
    ],
    ids=["in_order", "above_the_hard_cap", "no_such_currency", "less_than_the_role_below"],
)
def test_no_role_may_approve_what_nobody_may_pay(approvals: Tree, faults_of: list[str]):
    assert faults(approvals=approvals) == faults_of


def test_no_seller_raises_a_cap():
    sentence = "`day` is 1001, and the marketplace has 1000 in EUR."
    assert faults(ann={"EUR": {"day": 1001}}) == [f"sellers/ann.yaml caps.EUR.day: {sentence}"]


@pytest.mark.parametrize(
    ("where", "caps", "sentence"),
    [
        ("caps", {"EUT": CAPS}, "There can be no caps in `EUT`. Did you mean `EUR`?"),
        ("caps", {"XQZ": CAPS}, "There can be no caps in `XQZ`. There are EUR, GBP,"),
        ("ann", {"USD": {"day": 1}}, "There can be no caps in `USD`. There are EUR."),
    ],
)
def test_a_currency_that_cannot_be_paid_has_no_caps(where: str, caps: Tree, sentence: str):
    found = faults(caps=caps) if where == "caps" else faults(ann=caps)
    assert any(sentence in fault for fault in found)


def test_a_refund_without_caps_is_found():
    fault = "small.yaml questions.may_try.rules.0.then: `pay` pays money back, but"
    assert [f.startswith(fault) for f in faults(rule("pay", PAY), caps={})] == [True]


@pytest.mark.parametrize("missing", ["currency", "order_refundable", "refunded_today"])
def test_a_refund_needs_its_facts(missing: str):
    left = {name: spec for name, spec in FACTS.items() if name != missing}
    sentence = f"`pay` pays money back, which needs the fact `{missing}`."
    assert f"facts.yaml facts: {sentence}" in faults(rule("pay", PAY), facts=left)


def test_a_photo_alone_pays_within_its_cap_only():
    found = faults(rule("shown", PAY, {"shot": True}))
    assert any("`shown` may rest on a photo alone (`shot`)" in fault for fault in found)
    assert faults(rule("shown", PAY, {"shot": True}, demand={"shot": ["person"]})) == []
    assert faults(rule("shown", "allow", {"shot": True})) == []


def test_an_amount_is_compared_in_one_currency():
    found = faults(rule("large", "deny", {"line_value": {"more_than": 900}}))
    assert any("`line_value` is an amount of money; test `currency`" in f for f in found)


def test_money_is_a_number():
    odd = {**FACTS, "price": fact("word", "record", money=True)}
    assert any("`price` is money, so it is an `int`" in fault for fault in faults(facts=odd))
