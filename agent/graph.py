"""Which nodes make up a turn, and in which order? Wiring, nothing else."""

# pyright: reportUnknownMemberType=false
# LangGraph's own signatures leave type arguments open.

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TypeVar

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.context import Context
from agent.nodes.act import act
from agent.nodes.check import check
from agent.nodes.decide import decide
from agent.nodes.gather import gather
from agent.nodes.hand_off import hand_off
from agent.nodes.identify import identify
from agent.nodes.plan import plan
from agent.nodes.propose import propose
from agent.nodes.record import record
from agent.nodes.settle import settle
from agent.nodes.understand import understand
from agent.nodes.write import write
from agent.routes import (
    route_after_check,
    route_after_identify,
    route_after_plan,
    route_after_record,
    route_after_settle,
    route_start,
)
from agent.state import TurnState

TurnGraph = CompiledStateGraph[TurnState, Context, TurnState, TurnState]


RouteT = TypeVar("RouteT", bound=str)


def at_once(route: Callable[[TurnState], RouteT]) -> Callable[[TurnState], Awaitable[RouteT]]:
    """Return a route that LangGraph awaits in place; a plain function costs it a thread each."""

    @wraps(route)
    async def awaited(state: TurnState) -> RouteT:
        return route(state)

    return awaited


def build_graph() -> TurnGraph:
    """Return the compiled graph; it keeps nothing between turns."""
    graph = StateGraph(TurnState, context_schema=Context)
    graph.add_node(understand)
    graph.add_node(plan)
    graph.add_node(settle)
    graph.add_node(identify)
    graph.add_node(gather)
    graph.add_node(decide)
    graph.add_node(propose)
    graph.add_node(act)
    graph.add_node(record)
    graph.add_node(hand_off)
    graph.add_node(write)
    graph.add_node(check)
    begins = ["understand", "plan", "settle", END]
    graph.add_conditional_edges(START, at_once(route_start), begins)
    graph.add_edge("understand", "plan")
    goes_on = ["identify", "settle", "write", END]
    graph.add_conditional_edges("plan", at_once(route_after_plan), goes_on)
    graph.add_conditional_edges("settle", at_once(route_after_settle), ["hand_off", "write", END])
    graph.add_conditional_edges("identify", at_once(route_after_identify), ["gather", "write"])
    graph.add_edge("gather", "decide")
    graph.add_edge("decide", "propose")
    graph.add_edge("propose", "act")
    graph.add_edge("act", "record")
    graph.add_conditional_edges("record", at_once(route_after_record), ["hand_off", "write"])
    graph.add_edge("hand_off", "write")
    graph.add_edge("write", "check")
    graph.add_conditional_edges("check", at_once(route_after_check), ["hand_off", "write", END])
    return graph.compile()
