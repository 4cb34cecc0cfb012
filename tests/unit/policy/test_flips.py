"""Does the time machine list exactly the decisions that other rules would not repeat?"""

import random
from pathlib import Path

import pytest

from tests.unit.policy.examples import NOW, case, facts, shipped
from tests.unit.policy.past import WINDOW_20, edited, past
from tools.domain.money import Money
from tools.policy.decision import Allow, Deny, NeedApproval, NeedFacts, RuleId
from tools.policy.engine import decide
from tools.policy.facts import Value
from tools.policy.flips import Flip, PastDecision, count_flips, find_flips
from tools.policy.redecide import Redecider
from tools.policy.rulebook import Rulebook

WINDOW_40 = ("returns.yaml", "window_days: 30", "window_days: 40")
FINAL_SALE_TO_A_PERSON = (
    "returns.yaml",
    "when: {final_sale: true}\n        then: deny",
    "when: {final_sale: true}\n        then: {hand_off: {queue: returns}}",
)
FLIP_SEEDS = 300


def changed(decisions: list[PastDecision], rulebook: Rulebook) -> dict[str, str]:
    return {flip.past.line: flip.change for flip in find_flips(decisions, rulebook)}


def each_day(**changes: Value) -> list[PastDecision]:
    return [past(str(day), days_since_delivery=day, **changes) for day in range(45)]


def test_under_its_own_rules_nothing_flips():
    assert (
        find_flips([*each_day(), *each_day(gift=True), *each_day(final_sale=True)], shipped()) == ()
    )


def test_a_shorter_window_flips_the_days_between_and_shortens_the_others(tmp_path: Path):
    found = changed(each_day(), edited(tmp_path, WINDOW_20))

    assert found == {
        **{str(day): "other_terms" for day in range(21)},
        **{str(day): "no_longer_allowed" for day in range(21, 31)},
    }


def test_a_longer_window_allows_what_was_late(tmp_path: Path):
    found = changed(each_day(), edited(tmp_path, WINDOW_40))

    assert [day for day, change in found.items() if change == "newly_allowed"] == [
        str(day) for day in range(31, 41)
    ]


def test_a_seller_with_a_window_of_its_own_keeps_its_answers(tmp_path: Path):
    assert changed(each_day(seller="luma-jewelry"), edited(tmp_path, WINDOW_20)) == {}


def test_a_flipped_rule_flips_what_it_decided(tmp_path: Path):
    decisions = [past("sale", final_sale=True), past("late", days_since_delivery=40), past("yes")]

    assert changed(decisions, edited(tmp_path, FINAL_SALE_TO_A_PERSON)) == {"sale": "other_answer"}


def test_a_changed_seller_flips_only_that_seller(tmp_path: Path):
    edit = ("sellers/moonpress-books.yaml", "window_days: 45", "window_days: 15")
    decisions = [
        past("moonpress", seller="moonpress-books", days_since_delivery=20),
        past("other", days_since_delivery=20),
    ]

    assert changed(decisions, edited(tmp_path, edit)) == {"moonpress": "no_longer_allowed"}


def test_another_queue_is_another_term(tmp_path: Path):
    edit = (
        "returns.yaml",
        "then: {hand_off: {queue: payments}}",
        "then: {hand_off: {queue: safety}}",
    )

    assert changed([past(dispute_open=True)], edited(tmp_path, edit)) == {"1": "other_terms"}


def test_a_question_that_is_no_longer_asked_is_a_flip(tmp_path: Path):
    asked = past(return_reason="changed_mind")
    known = tuple(fact for fact in asked.facts if fact.name != "unused")
    decision = decide("may_return", {f.name: f for f in known}, shipped(), NOW)
    was_asked = asked.model_copy(update={"facts": known, "decision": decision})
    edits = (
        (
            "returns.yaml",
            "      - id: in_window\n        when:\n          final_sale: false\n          days_since_delivery: {at_most: $window_days}\n          unused: true\n",
            "      - id: in_window\n        when:\n          final_sale: false\n          days_since_delivery: {at_most: $window_days}\n",
        ),
    )

    assert isinstance(decision, NeedFacts)
    assert changed([was_asked], shipped()) == {}
    assert changed([was_asked], edited(tmp_path, *edits)) == {"1": "newly_allowed"}


@pytest.mark.parametrize(
    "edit",
    [
        ("returns.yaml", "questions:\n", "# A comment.\nquestions:\n"),
        (
            "returns.yaml",
            "window_days: 30\n      gift_window_days: 60",
            "gift_window_days: 60\n      window_days: 30",
        ),
        ("returns.yaml", "- id: final_sale", "- id: sold_as_final"),
        ("returns.yaml", "en: It was sold as final sale.", "en: It was a final sale."),
    ],
    ids=["comment", "order of keys", "name of a rule", "sentence"],
)
def test_an_edit_without_consequences_flips_nothing(tmp_path: Path, edit: tuple[str, str, str]):
    decisions = [*each_day(), past("sale", final_sale=True)]

    assert find_flips(decisions, edited(tmp_path, edit)) == ()


def test_a_question_that_the_rules_no_longer_have_goes_to_a_person():
    (flip,) = find_flips([past().model_copy(update={"question": "may_fly"})], shipped())

    assert (flip.change, flip.new.rule_id) == ("no_longer_allowed", "fallbacks.no_question")


def test_a_decision_without_facts_can_be_made_again():
    bare = past().model_copy(update={"facts": ()})

    (flip,) = find_flips([bare], shipped())

    assert (flip.seller, flip.value, flip.currency) == ("", None, "")


def test_a_flip_knows_its_seller_and_its_money(tmp_path: Path):
    (flip,) = find_flips([past(days_since_delivery=25)], edited(tmp_path, WINDOW_20))

    assert (flip.seller, flip.value, flip.currency) == ("northwind-prints", 2500, "EUR")
    assert (flip.past.decision.rule_id, flip.new.rule_id) == ("returns.in_window", "returns.late")
    assert flip.new.trace == ()


def lost(*decisions: PastDecision, folder: Path) -> tuple[Flip, ...]:
    found = find_flips(decisions, edited(folder, WINDOW_20))
    return tuple(flip for flip in found if flip.change == "no_longer_allowed")


def test_money_is_summed_for_each_seller_and_for_all(tmp_path: Path):
    flips = lost(
        past("a", days_since_delivery=25),
        past("b", days_since_delivery=25, seller="salt-soap", line_value=100),
        past("c", days_since_delivery=25, seller="salt-soap", line_value=7, currency="GBP"),
        folder=tmp_path,
    )

    sums = [(one.seller, one.currency, one.value) for one in count_flips(flips)]

    assert sums == [
        ("northwind-prints", "EUR", 2500),
        ("salt-soap", "EUR", 100),
        ("salt-soap", "GBP", 7),
        (None, "EUR", 2600),
        (None, "GBP", 7),
    ]


def test_a_line_that_was_asked_about_twice_counts_once(tmp_path: Path):
    total = count_flips(
        lost(past(days_since_delivery=25), past(days_since_delivery=26), folder=tmp_path)
    )[0]

    assert (total.flips, total.lines, total.value) == (2, 1, 2500)


CHOICES: dict[str, tuple[Value, ...]] = {
    "seller": ("northwind-prints", "wooly-fox", "clay-and-ember", "sugar-lantern", "luma-jewelry"),
    "days_since_delivery": tuple(range(70)),
    "category": ("prints", "soap", "food"),
    "return_reason": ("changed_mind", "damaged", "other"),
    "order_kind": ("consumer", "bulk", "bundle"),
    **dict.fromkeys(
        ("gift", "final_sale", "custom_made", "ship_to_eu_uk", "unused", "washed", "delivered"),
        (True, False),
    ),
    **dict.fromkeys(("original_packaging", "seal_broken"), (True, False)),
}


def test_what_is_remembered_is_what_would_be_decided():
    dice, rules = random.Random(7), Redecider(shipped())
    for _ in range(FLIP_SEEDS):
        changes = {name: dice.choice(values) for name, values in CHOICES.items()}
        known = case(**changes)
        told = {name: fact for name, fact in known.items() if dice.random() < 0.8}
        fresh, again = (
            decide("may_return", told, shipped(), NOW),
            rules.decide("may_return", told, NOW),
        )
        assert (again.kind, again.rule_id, again.because) == (
            fresh.kind,
            fresh.rule_id,
            fresh.because,
        )
        if isinstance(fresh, NeedFacts):
            assert isinstance(again, NeedFacts)
            assert set(again.facts) == set(fresh.facts)


def test_cases_that_hang_on_the_same_thing_are_worked_out_once():
    rules = Redecider(shipped())
    first = rules.decide("may_return", case(category="prints"), NOW)

    second = rules.decide("may_return", {**case(), **facts(category="candles")}, NOW)

    assert first is second


def paying(line: str, answer: Allow | NeedApproval | Deny) -> PastDecision:
    """A decision about money as it might have been made, under rules that now ask a person."""
    return past(line).model_copy(update={"question": "may_fly", "decision": answer})


def euros(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


def test_what_is_no_longer_paid_back_is_summed_to_the_cent():
    rule, because = RuleId("x"), {"en": "x"}
    allow = Allow(rule_id=rule, because=because, version="v", refund=euros(1999))
    ask = NeedApproval(rule_id=rule, because=because, version="v", refund=euros(9001))
    deny = Deny(rule_id=rule, because=because, version="v")
    made = [paying("a", allow), paying("b", ask), paying("c", deny)]
    flips = find_flips(made, shipped())

    whole = count_flips(flips)[-1]
    assert [(flip.refund, flip.unseen) for flip in flips] == [
        (-1999, -1999),
        (-9001, 0),
        (None, None),
    ]
    assert (whole.seller, whole.change, whole.lines) == (None, None, 3)
    assert (whole.refund, whole.unseen) == (-11000, -1999)


@pytest.mark.parametrize(
    "change",
    [
        {"refund": Money(amount=1, currency="EUR")},
        {"over": ("day",)},
        {"until": NOW},
        {"terms": {"a": 1}},
    ],
    ids=["refund", "over", "until", "terms"],
)
def test_another_amount_cap_end_or_term_of_a_yes_is_a_flip(change: dict[str, object]):
    washed = past(seller="clay-and-ember", original_packaging=False)
    assert isinstance(washed.decision, NeedApproval)
    other = washed.model_copy(update={"decision": washed.decision.model_copy(update=change)})

    assert find_flips([washed], shipped()) == ()
    assert [flip.change for flip in find_flips([other], shipped())] == ["other_terms"]
