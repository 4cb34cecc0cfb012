"""Do words of third parties ever change a decision, an effect or an amount?"""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from agent.settings import Settings
from tests.hostile.free_text import rewritten
from tests.oracle.comparing import rulebook
from tools.check_policy import CheckPolicyArguments, PolicyDecided, check_policy
from tools.connectors.calendars import HolidayCalendar
from tools.connectors.clocks import FixedClock
from tools.connectors.embedded.carrier import EmbeddedCarrier
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.storefront import EmbeddedStorefront
from tools.connectors.embedded.world import World, load_world
from tools.domain.effect import OrderEffect
from tools.domain.order import LineItem, Order
from tools.domain.party import Identity
from tools.policy.decision import Decision, FactName
from tools.policy.engine import decide
from tools.policy.facts import Fact
from tools.propose import Wish, propose
from tools.read_once import StorefrontReadOnce
from tools.scope import ToolScope

_ANCHOR = datetime(2026, 11, 23, 12, tzinfo=UTC)
Answers = dict[str, tuple[Decision, OrderEffect | None]]
_SAID: tuple[Mapping[str, str | bool], ...] = (
    {},
    {"return_reason": "changed_mind", "unused": True, "seal_broken": False},
    {"return_reason": "damaged"},
    {"return_reason": "faulty", "unused": False},
    {"unused": True, "original_packaging": True, "washed": False, "seal_broken": False},
)
_TELLINGS = 6
_HOURS = (-24 * 20, -72, -5, 0, 1, 24, 24 * 9, 24 * 16, 24 * 40)


@dataclass
class Pairs:
    """What was compared."""

    compared: int = 0
    worlds: int = 0
    differences: list[str] = field(default_factory=list[str])

    def add(self, other: "Pairs") -> None:
        self.compared += other.compared
        self.worlds += other.worlds
        self.differences.extend(other.differences)


@lru_cache(maxsize=1)
def _world() -> World:
    return load_world(Settings().world)


def run_chunk(chunk: tuple[int, int]) -> Pairs:
    """Compare at least so many pairs of answers."""
    seed, wanted = chunk
    return asyncio.run(_run(seed, wanted))


async def _run(seed: int, wanted: int) -> Pairs:
    dice, pairs = random.Random(seed), Pairs()
    while pairs.compared < wanted:
        now = _ANCHOR + timedelta(hours=dice.choice(_HOURS))
        said = dice.choice(_SAID)
        plain = _Shop(_world(), now, said)
        numbers = [one.number for one in _world().orders]
        dice.shuffle(numbers)
        for _ in range(_TELLINGS):
            other = _Shop(rewritten(_world(), dice), now, said)
            pairs.worlds += 1
            for number in numbers:
                if pairs.compared < wanted:
                    await _compare(number, plain, other, pairs)
    return pairs


async def _compare(number: str, plain: "_Shop", other: "_Shop", pairs: Pairs) -> None:
    before, after = await plain.order(number), await other.order(number)
    for line, same in zip(before.lines, after.lines, strict=True):
        ours, theirs = await plain.answers(before, line), await other.answers(after, same)
        pairs.compared += len(ours)
        for question, answer in ours.items():
            if answer != theirs[question]:
                text = (
                    f"{number} {line.id} {question} at {plain.now}: {answer} / {theirs[question]}"
                )
                pairs.differences.append(text)


class _Shop:
    """One telling of the world, at an instant."""

    def __init__(self, world: World, now: datetime, said: Mapping[str, str | bool]) -> None:
        self._market = EmbeddedMarketplace(world, FixedClock(_ANCHOR))
        self._storefront = StorefrontReadOnce(EmbeddedStorefront(self._market))
        self._known: dict[tuple[str, str], Answers] = {}
        self._said = tuple(
            Fact(name=FactName(name), value=value, source="buyer", as_of=now)
            for name, value in said.items()
        )
        self.now = now

    async def order(self, number: str) -> Order:
        found = await self._storefront.find_order(number)
        assert found is not None
        return found

    async def answers(self, order: Order, line: LineItem) -> Answers:
        """Return the decision and the effect for every question of the rulebook."""
        place = (order.number, line.id)
        if place not in self._known:
            self._known[place] = await self._answers(order, line)
        return self._known[place]

    async def _answers(self, order: Order, line: LineItem) -> Answers:
        rules = rulebook()
        scope = ToolScope(
            identity=Identity(email=order.email, how="signed", second_factor=True),
            storefront=self._storefront,
            carrier=EmbeddedCarrier(self._market),
            clock=FixedClock(self.now),
            calendar=HolidayCalendar(),
            rulebook=rules,
            said=self._said,
            request="refund_request",
        )
        asked = CheckPolicyArguments(question="may_refund", number=order.number, line=line.id)
        told = await check_policy(asked, scope)
        assert isinstance(told, PolicyDecided), told
        facts = {fact.name: fact for fact in told.facts}
        found: Answers = {}
        for question in rules.tables:
            decision = decide(question, facts, rules, self.now)
            wish = Wish("c", "m", question, (line.id,), paper="receipt", address=order.ship_to)
            effect = propose(wish, order, {line.id: decision})
            found[question] = (decision, effect)
        return found
