"""How are the toolbox's tools called from the graph, and how do calls look in the thread?"""

from collections.abc import Iterator
from datetime import datetime

from langchain_core.messages import AIMessage, AnyMessage, ToolCall, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel

from agent.context import Context
from agent.requests import RequestId
from agent.state import BuyerFact, Conversation, ToolCallRecord
from agent.statements import STATED, takes_back
from tools.domain.model import Frozen
from tools.policy.decision import FactName
from tools.policy.facts import Fact
from tools.scope import ToolScope
from tools.toolbox import TOOLS, ToolSpec

_REASONS: dict[RequestId | None, str] = {
    "damaged_item": "damaged",
    "wrong_item": "wrong_item",
    "missing_item": "missing",
    "not_received": "not_received",
}
"""A wish that says by itself why; a reason that the catalogue does not know counts as unknown."""


class Called(Frozen):
    """One tool call with its typed result."""

    result: BaseModel
    record: ToolCallRecord
    messages: tuple[AnyMessage, ...]
    """The call and its result, in the thread's common form."""


def tool_scope(
    context: Context, conversation: Conversation, request: RequestId | None = None
) -> ToolScope:
    """Return what tools may see in this conversation: the verified buyer's own data."""
    return ToolScope(
        identity=conversation.identity,
        storefront=context.storefront,
        carrier=context.carrier,
        clock=context.clock,
        calendar=context.calendar,
        rulebook=context.rulebook,
        said=known_from_talk(conversation, request, context.clock.now()),
        request=request,
        photos=conversation.photos,
        photo_records=context.photo_records,
    )


def known_from_talk(
    conversation: Conversation, request: RequestId | None, now: datetime
) -> tuple[Fact, ...]:
    """Return what is known besides the records about the line item that the talk is about."""
    return (*_from_the_talk(conversation, request, now), *said_of(conversation))


def said_of(conversation: Conversation) -> Iterator[Fact]:
    """Return what the buyer said about the line item that the talk is about."""
    yield from (said.fact for said in conversation.buyer_facts if _is_about(said, conversation))


def _from_the_talk(
    conversation: Conversation, request: RequestId | None, now: datetime
) -> Iterator[Fact]:
    """Return what follows from a wish, until the buyer says it in so many words."""
    reason = _REASONS.get(request)
    if reason is None and request in STATED and takes_back(conversation):
        reason = "changed_mind"
    if reason is not None:
        name = FactName("return_reason")
        yield Fact(name=name, value=reason, source="buyer", as_of=now)


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
