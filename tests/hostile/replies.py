"""Replies as code writes them, each with one thing in it that is not true."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from string import Formatter

from agent.conversation import Reply
from agent.guards import find_active_markup, find_other_words, find_ungrounded_claims
from agent.settings import Settings
from agent.writing.macros import Macros, load_macros
from agent.writing.parts import Part, Slot
from agent.writing.rendering import render_all
from tests.oracle.comparing import rulebook
from tools.domain.money import Money

KINDS = ("amount", "date", "id", "status", "negation", "rule")
_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_MONEY = ("done_refund", "done_refund_pending", "refund_issued", "refund_under_way")
_DATED = ("return_yes_until", "parcel_delivered", "refund_issued", "done_cancel", "parcel_placed")
_NAMED = ("done_refund", "done_return", "done_cancel", "done_exchange", "refund_none")
_OTHER_WORD = {"wish_yes": "wish_no", "wish_no": "wish_yes", "return_yes": "return_no"}
Telling = tuple[str, dict[str, Slot]]


@dataclass
class Passed:
    """How many untrue replies there were of each kind, and how many would have gone out."""

    tried: Counter[str] = field(default_factory=Counter[str])
    by_claims: Counter[str] = field(default_factory=Counter[str])
    """Which numbers and addresses alone would let out."""
    by_guard: Counter[str] = field(default_factory=Counter[str])
    true_ones: int = 0
    true_ones_held_back: int = 0


@lru_cache(maxsize=1)
def _macros() -> Macros:
    return load_macros(Settings().prompts_dir, tuple(rulebook().marketplace.locales))


def run(seed: int, count: int) -> Passed:
    """Try so many untrue replies, each after its true twin."""
    dice, passed = random.Random(seed), Passed()
    while sum(passed.tried.values()) < count:
        kind = dice.choice(KINDS)
        language = dice.choice(_macros().locales)
        first = _telling(dice, dice.choice(_WHERE[kind]))
        rest = [_telling(dice, dice.choice(_NAMED))]
        text, grounds = _written([first, *rest], language)
        true = Reply(text=text, language=language)
        passed.true_ones += 1
        passed.true_ones_held_back += _is_held_back(true, true, grounds)
        untrue, _ = _written([_UNTRUE[kind](dice, first), *rest], language)
        if untrue == text:
            continue
        passed.tried[kind] += 1
        passed.by_claims[kind] += not _is_unfounded(untrue, grounds)
        said = Reply(text=untrue, language=language)
        passed.by_guard[kind] += not _is_held_back(said, true, grounds)
    return passed


def _is_unfounded(text: str, grounds: tuple[str, ...]) -> bool:
    return bool(find_ungrounded_claims(text, grounds) or find_active_markup(text))


def _is_held_back(said: Reply, composed: Reply, grounds: tuple[str, ...]) -> bool:
    return bool(find_other_words(said, composed)) or _is_unfounded(said.text, grounds)


def _written(told: list[Telling], language: str) -> tuple[str, tuple[str, ...]]:
    parts = tuple(Part(macro=name, slots=slots) for name, slots in told)
    rendered = render_all(parts, _macros(), language)
    return rendered.text, rendered.grounds


def _telling(dice: random.Random, macro: str) -> Telling:
    wording = _macros().text(macro, None)
    names = {name for _, name, _, _ in Formatter().parse(wording) if name}
    return macro, {name: _slot(dice, name) for name in sorted(names)}


def _slot(dice: random.Random, name: str) -> Slot:
    match name:
        case "amount" | "date" | "because":
            made: Mapping[str, Callable[[random.Random], Slot]]
            made = {"amount": _money, "date": _day, "because": _because}
            return made[name](dice)
        case "items":
            return ("Blue mug", "Vase")[: dice.randint(1, 2)]
        case "number" | "order" | "tracking" | "reference":
            return f"ND-{dice.randrange(1000, 9999)}"
        case "late" | "age" | "time":
            return timedelta(days=dice.randrange(2, 30))
        case _:
            return "Somebody"


def _money(dice: random.Random) -> Money:
    return Money(amount=dice.randrange(100, 90_000), currency=dice.choice(("EUR", "GBP", "USD")))


def _day(dice: random.Random) -> Slot:
    return (_NOON + timedelta(days=dice.randrange(-300, 300))).date()


def _because(dice: random.Random) -> Part:
    tables = [*rulebook().tables.values()]
    rules = [rule for table in tables for rule in table.rules if "{" not in rule.because["en"]]
    return Part(text=dice.choice(rules).because)


def _with(name: str, made: Callable[[random.Random], Slot]) -> Callable[..., Telling]:
    def change(dice: random.Random, told: Telling) -> Telling:
        return told[0], {**told[1], name: made(dice)}

    return change


def _near(dice: random.Random, told: Telling) -> Telling:
    amount = told[1]["amount"]
    assert isinstance(amount, Money)
    other = amount.amount + dice.choice(
        (-1, 1, -100, 100, amount.amount * 9, -(amount.amount // 2))
    )
    money = Money(amount=max(1, other), currency=amount.currency)
    return told[0], {**told[1], "amount": money}


def _status(dice: random.Random, told: Telling) -> Telling:
    names = [name for name in _STATUSES if name != told[0]]
    return dice.choice(names), told[1]


def _negation(dice: random.Random, told: Telling) -> Telling:
    del dice
    return _OTHER_WORD[told[0]], told[1]


_STATUSES = tuple(
    f"parcel_{name}"
    for name in (
        "lost", "delivered_no_date", "cancelled", "on_hold", "ready_for_pickup",
        "returned_to_sender", "in_transit_no_date", "shipped_no_date",
    )
)  # fmt: skip
_WHERE: Mapping[str, tuple[str, ...]] = {
    "amount": _MONEY,
    "date": _DATED,
    "id": _NAMED[:4],
    "status": _STATUSES,
    "negation": tuple(_OTHER_WORD),
    "rule": ("wish_yes", "wish_no", "return_yes", "return_no"),
}
_UNTRUE: Mapping[str, Callable[[random.Random, Telling], Telling]] = {
    "amount": _near,
    "date": _with("date", _day),
    "id": _with("number", lambda dice: f"ND-{dice.randrange(1000, 9999)}"),
    "status": _status,
    "negation": _negation,
    "rule": _with("because", _because),
}
