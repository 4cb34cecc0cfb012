"""What would somebody propose who wants money or goods that are not due?"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue, TypeAdapter, ValidationError

from tests.hostile.situations import Situation
from tools.domain.changes import Pieces
from tools.domain.effect import OrderEffect
from tools.domain.money import Money
from tools.domain.order import Order
from tools.domain.party import Address
from tools.domain.shipment import LineId
from tools.policy.decision import Allow, RuleId
from tools.propose import Wish, propose

QUESTIONS = (
    "may_refund", "may_refund", "may_refund", "may_return", "may_exchange", "may_cancel",
    "may_change_address", "may_send_papers",
)  # fmt: skip
ELSEWHERE = Address(name="Me", street="My Way 1", city="Town", postcode="24105", country="DE")
_EFFECT: TypeAdapter[OrderEffect] = TypeAdapter(OrderEffect)
_HUGE = 10**15
_RULES = ("refunds.returned_by_law", "refunds.lost", "returns.in_window", "x.y")


@dataclass
class Loot:
    """What a hostile caller knows: everything."""

    others: Sequence[Situation]
    words: list[str | None] = field(default_factory=lambda: [None, "m-none", ""])
    approvals: list[str | None] = field(default_factory=lambda: [None, "A-FORGED", ""])
    conversations: list[str] = field(default_factory=lambda: ["c-none"])
    effects: list[OrderEffect] = field(default_factory=list[OrderEffect])


def well_made(
    dice: random.Random, order: Order, to: str, version: str, asked: str
) -> OrderEffect | None:
    """Build an effect as production would if the rules granted whatever the caller likes.

    So its id, shares and payment fit each other, and only the law speaks against it.
    """
    question = dice.choice(QUESTIONS)
    lines = tuple(line.id for line in order.lines)
    if dice.random() < 0.7:
        lines = (dice.choice(lines),)
    granted = {line: _grant(dice, order, line, version) for line in lines}
    few = tuple(Pieces(line=line, quantity=dice.choice((1, 1, 2))) for line in lines)
    wish = Wish(
        to,
        asked,
        question,
        lines,
        pieces=few if dice.random() < 0.3 else (),
        for_sku=dice.choice((None, None, "SKU-2", "SKU-GOLD")),
        address=ELSEWHERE.model_copy(update={"country": order.ship_to.country}),
        paper=dice.choice(("receipt", "gift_receipt")),
        again=dice.random() < 0.3,
    )
    return propose(wish, order, granted)


def _grant(dice: random.Random, order: Order, line: LineId, version: str) -> Allow:
    worth = order.line(line).unit_price
    paid = worth.amount * order.line(line).quantity
    most = max(
        1, dice.choice((paid, paid + 1, paid - 1, paid * 10, paid + order.shipping_price.amount, 1))
    )
    return Allow(
        rule_id=RuleId(dice.choice(_RULES)),
        version=version,
        layer="marketplace",
        because={"en": "Yes."},
        refund=Money(amount=most, currency=worth.currency),
        terms={"return_shipping_paid_by": dice.choice(("seller", "buyer"))},
    )


Change = Callable[[random.Random, Loot, JsonValue], JsonValue]


def _amount(dice: random.Random, loot: Loot, value: JsonValue) -> JsonValue:
    del loot
    number = value if isinstance(value, int) else 1
    return dice.choice((number + 1, number - 1, number * 10, number * 2, -number, 0, 1, _HUGE))


def _quantity(dice: random.Random, loot: Loot, value: JsonValue) -> JsonValue:
    del loot
    number = value if isinstance(value, int) else 1
    return dice.choice((number + 1, number - 1, number * 10, 1, 0))


def _pick(*values: JsonValue) -> Change:
    return lambda dice, _loot, _value: dice.choice(values)


def _from_others(what: Callable[[Situation], str]) -> Change:
    return lambda dice, loot, _value: what(dice.choice(loot.others))


CHANGES: Mapping[str, Change] = {
    "kind": _pick("issue_refund", "open_return", "cancel_items", "send_again", "exchange_item"),
    "id": lambda dice, loot, _: dice.choice(
        ["eff_0", f"eff_{dice.randrange(16**24):024x}", *(one.id for one in loot.effects[-5:])]
    ),
    "conversation": lambda dice, loot, _: dice.choice(loot.conversations),
    "question": _pick(*QUESTIONS, "may_dance"),
    "order": _from_others(lambda one: one.number),
    "lines": _pick(["L1"], ["L2"], ["L1", "L2"], ["L1", "L1"], ["L9"]),
    "rule_ids": _pick(["refunds.returned_by_law"], ["refunds.lost"], [], ["floor.withdrawal"]),
    "version": _pick("another", ""),
    "confirmed_by": lambda dice, loot, _: dice.choice(loot.words),
    "approval": lambda dice, loot, _: dice.choice(loot.approvals),
    "payment": _from_others(lambda one: one.payment),
    "amount": _amount,
    "currency": _pick("EUR", "GBP", "USD", "JPY", "XXX"),
    "of": _pick("L1", "L2", "L9", "shipping"),
    "already_refunded": _amount,
    "line": _pick("L1", "L2", "L9"),
    "quantity": _quantity,
    "shipping_paid_by": _pick("seller", "buyer"),
    "send_by": _pick(None, "2030-01-01T00:00:00Z"),
    "for_sku": _pick("SKU-1", "SKU-2", "SKU-GOLD", "SKU-9"),
    "name": _pick("Somebody Else"),
    "street": _pick("Other Street 9"),
    "city": _pick("Elsewhere"),
    "postcode": _pick("99999"),
    "country": _pick("DE", "US", "GB", "FR"),
    "paper": _pick("receipt", "gift_receipt"),
    "shares": _pick([], [{"of": "L1", "amount": 1}], [{"of": "shipping", "amount": 490}]),
    "pieces": _pick([], [{"line": "L1", "quantity": 1}], [{"line": "L1", "quantity": 99}]),
}
"""How each field may be forged, by its name; a test sees to it that none is forgotten."""


Way = tuple[str | int, ...]


def leaves(value: JsonValue, path: Way = ()) -> list[Way]:
    """Return the way to every field that holds no other fields, and to every list."""
    if isinstance(value, dict):
        below: list[tuple[Way, JsonValue]] = [((*path, name), x) for name, x in value.items()]
    elif isinstance(value, list):
        below = [((*path, place), inner) for place, inner in enumerate(value)]
    else:
        return []
    own = [way for way, inner in below if isinstance(way[-1], str) and not isinstance(inner, dict)]
    return [*own, *(found for way, inner in below for found in leaves(inner, way))]


def forged(dice: random.Random, loot: Loot, effect: OrderEffect, count: int) -> OrderEffect | None:
    """Return an effect with some fields changed; None when it is no effect any more."""
    raw: JsonValue = effect.model_dump(mode="json")
    for _ in range(count):
        way = dice.choice(leaves(raw))
        _change(dice, loot, raw, way)
    try:
        return _EFFECT.validate_json(json.dumps(raw))
    except ValidationError:
        return None


def _change(dice: random.Random, loot: Loot, raw: JsonValue, way: Way) -> None:
    *above, last = way
    place = raw
    for step in above:
        if isinstance(place, dict):
            place = place[str(step)]
        elif isinstance(place, list):
            place = place[int(step)]
    assert isinstance(place, dict)
    name = str(last)
    place[name] = CHANGES[name](dice, loot, place[name])


def with_permit(effect: OrderEffect, **update: object) -> OrderEffect:
    return effect.model_copy(update={"permit": effect.permit.model_copy(update=update)})
