"""Does the tool decide on a buyer's own line item, and on nobody else's?"""

from dataclasses import replace

import pytest

from tests.builders import a_scope, signed, verified
from tests.unit.policy.examples import POLICY, said, shipped
from tools.check_policy import CheckPolicyArguments, PolicyDecided, check_policy
from tools.connectors.embedded.world import World, load_world
from tools.domain.party import Identity
from tools.policy.decision import Allow, FactName, NeedFacts
from tools.policy.facts import Fact
from tools.results import NotFound, NotYours, Unavailable
from tools.scope import ToolScope

QUESTION = "may_return"


@pytest.fixture(scope="module")
def demo() -> World:
    return load_world(POLICY.parent / "evals" / "worlds" / "demo.yaml")


def scope(world: World, identity: Identity, *facts: Fact, shop_answers: bool = True) -> ToolScope:
    plain = a_scope(world, identity, shop_answers=shop_answers)
    return replace(plain, rulebook=shipped(), said=facts)


def about(number: str, line: str = "L1") -> CheckPolicyArguments:
    return CheckPolicyArguments(question=QUESTION, number=number, line=line)


async def test_every_line_of_the_demo_world_gets_a_decision(demo: World):
    kinds: set[str] = set()
    for order in demo.orders:
        for line in order.lines:
            own = scope(demo, verified(order.number))
            told = await check_policy(about(order.number, line.id), own)
            assert isinstance(told, PolicyDecided)
            assert {"quantity", "seller", "cancelled"} <= {fact.name for fact in told.facts}
            kinds.add(told.decision.kind)
    assert {"allow", "deny", "need_facts", "hand_off"} <= kinds


async def test_an_order_of_somebody_else_is_not_decided(demo: World):
    order = demo.orders[0]
    told = await check_policy(about(order.number), scope(demo, Identity()))
    assert told == NotYours()


@pytest.mark.parametrize("number", ["ND-9999", "", "nonsense"])
async def test_an_unknown_order_is_not_found(demo: World, number: str):
    whoever = scope(demo, signed("nobody@example.com"))
    assert await check_policy(about(number), whoever) == NotFound()


async def test_an_unknown_line_is_not_found(demo: World):
    order = demo.orders[0]
    told = await check_policy(about(order.number, "L99"), scope(demo, verified(order.number)))
    assert told == NotFound()


async def test_a_shop_that_is_down_is_said_to_be_so(demo: World):
    number = demo.orders[0].number
    told = await check_policy(about(number), scope(demo, verified(number), shop_answers=False))
    assert isinstance(told, Unavailable)


async def first_asked(demo: World) -> tuple[str, str]:
    for order in demo.orders:
        for line in order.lines:
            told = await check_policy(
                about(order.number, line.id), scope(demo, verified(order.number))
            )
            if isinstance(told, PolicyDecided) and isinstance(told.decision, NeedFacts):
                return order.number, line.id
    raise AssertionError("the demo world has a line that hangs on the buyer")


async def test_what_the_buyer_says_counts(demo: World):
    number, line = await first_asked(demo)
    words = (said("changed_mind", "return_reason", "buyer"), said(True, "unused", "buyer"))
    told = await check_policy(about(number, line), scope(demo, verified(number), *words))
    assert isinstance(told, PolicyDecided)
    assert "return_reason" not in getattr(told.decision, "facts", ())
    assert {fact.source for fact in told.facts} == {"record", "buyer"}


async def test_what_the_buyer_says_does_not_replace_a_record(demo: World):
    order = next(o for o in demo.orders for line in o.lines if line.custom_made)
    line = next(line for line in order.lines if line.custom_made)
    lies = (said(False, "custom_made", "buyer"), said(False, "custom_made", "record"))
    told = await check_policy(
        about(order.number, line.id), scope(demo, verified(order.number), *lies)
    )
    assert isinstance(told, PolicyDecided)
    known = {fact.name: fact for fact in told.facts}[FactName("custom_made")]
    assert (known.value, known.source) == (True, "record")
    assert not isinstance(told.decision, Allow)
