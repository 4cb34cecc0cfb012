"""How are the toolbox's tools called from the graph, and how do calls look in the thread?"""

from langchain_core.messages import AIMessage, AnyMessage, ToolCall, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel

from agent.context import Context
from agent.state import BuyerFact, Conversation, ToolCallRecord
from tools.domain.model import Frozen
from tools.scope import ToolScope
from tools.toolbox import TOOLS, ToolSpec


class Called(Frozen):
    """One tool call with its typed result."""

    result: BaseModel
    record: ToolCallRecord
    messages: tuple[AnyMessage, ...]
    """The call and its result, in the thread's common form."""


def tool_scope(context: Context, conversation: Conversation) -> ToolScope:
    """Return what tools may see in this conversation: the verified buyer's own data."""
    return ToolScope(
        identity=conversation.identity,
        storefront=context.storefront,
        carrier=context.carrier,
        clock=context.clock,
        calendar=context.calendar,
        rulebook=context.rulebook,
        said=tuple(said.fact for said in conversation.buyer_facts if _is_about(said, conversation)),
    )


async def call_tool(
    name: str, arguments: dict[str, str], *, call_id: str, scope: ToolScope
) -> Called:
    """Run one tool; what goes wrong outside comes back as a typed result, not as an error."""
    call = ToolCall(name=name, args=arguments, id=call_id, type="tool_call")
    spec = next(spec for spec in TOOLS if spec.name == name)
    message: ToolMessage = await _as_tool(spec, scope).ainvoke(call)
    result = message.artifact
    assert isinstance(result, BaseModel), "every tool returns a typed result"
    outcome = str(getattr(result, "kind", "done"))
    return Called(
        result=result,
        record=ToolCallRecord(id=call_id, tool=name, arguments=arguments, outcome=outcome),
        messages=(
            AIMessage(content="", tool_calls=[call]),
            message.model_copy(update={"artifact": None}),
        ),
    )


def _as_tool(spec: ToolSpec, scope: ToolScope) -> BaseTool:
    async def run(**arguments: str | None) -> tuple[str, BaseModel]:
        result = await spec.run(spec.arguments.model_validate(arguments), scope)
        return result.model_dump_json(), result

    return StructuredTool(
        coroutine=run,
        name=spec.name,
        description=spec.description,
        args_schema=spec.arguments,
        response_format="content_and_artifact",
    )


def _is_about(said: BuyerFact, conversation: Conversation) -> bool:
    return said.order == conversation.order and said.line == conversation.line
