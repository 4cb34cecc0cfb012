"""Read the records that the agenda needs, through the tools."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.playbooks import PLAYBOOKS
from agent.state import HandingOff, TurnState, TurnUpdate
from agent.toolkit import Called, call_tool, tool_scope
from agent.writing.parts import say
from tools.lookup_order import OrderFound
from tools.track_shipment import Tracked


async def gather(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Fetch the verified order and where its parcels are."""
    conversation = state["conversation"]
    if conversation.order is None:
        return {}
    scope = tool_scope(runtime.context, conversation)
    called: list[Called] = []
    order = state.get("order")
    if order is None:
        call_id = f"{state['message'].id}:order"
        found = await call_tool(
            "lookup_order", {"number": conversation.order}, call_id=call_id, scope=scope
        )
        called.append(found)
        order = found.result.order if isinstance(found.result, OrderFound) else None
    reports = ()
    person = state.get("handing_off")
    if person is not None or any(PLAYBOOKS[r.id].track for r in conversation.agenda):
        call_id = f"{state['message'].id}:track"
        tracked = await call_tool(
            "track_shipment", {"number": conversation.order}, call_id=call_id, scope=scope
        )
        called.append(tracked)
        reports = tracked.result.reports if isinstance(tracked.result, Tracked) else ()
    update: TurnUpdate = {
        "order": order,
        "reports": reports,
        "messages": [message for call in called for message in call.messages],
        "tool_calls": (*state.get("tool_calls", ()), *(call.record for call in called)),
    }
    if order is None and person is None:
        request = conversation.agenda[0]
        update["handing_off"] = HandingOff(request=request, reason="unavailable", queue="general")
        update["parts"] = (*state.get("parts", ()), say("unavailable"))
    return update
