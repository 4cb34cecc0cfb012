"""How does one message become one turn, ready to be committed?"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import cast

from agent.context import Context, Edition, OneEdition, Rulebooks
from agent.conversation import InboundMessage, OutboundMessage, Reply, said
from agent.graph import TurnGraph
from agent.handoff import open_ticket
from agent.requests import Request
from agent.state import Conversation, HandingOff, TurnRecord, TurnState
from agent.writing.compose import write_reply
from agent.writing.parts import say
from agent.writing.promising import promised
from tools.domain.model import Frozen
from tools.domain.party import Identity
from tools.read_once import CarrierReadOnce, StorefrontReadOnce

MAX_RECENT = 8
_MAX_REMEMBERED = 600


class TurnResult(Frozen):
    """Everything that one message changed; the worker commits it in one transaction."""

    conversation: Conversation
    outbound: tuple[OutboundMessage, ...]
    record: TurnRecord


HandleTurn = Callable[[InboundMessage, Conversation | None, int], Awaitable[TurnResult]]
"""`(message, conversation so far or None, number of the turn from 1) -> TurnResult`."""


class TurnHandler:
    """Runs the graph once for each message; the same message and state give the same turn."""

    def __init__(
        self, graph: TurnGraph, context: Context, rulebooks: Rulebooks | None = None
    ) -> None:
        self._graph = graph
        self._context = context
        self._rulebooks = rulebooks or OneEdition(Edition(context.rulebook, context.macros))

    async def __call__(
        self, message: InboundMessage, so_far: Conversation | None, turn: int
    ) -> TurnResult:
        """Handle one message; `HandleTurn`."""
        started = time.perf_counter()
        before = so_far or begin(message)
        conversation, context = await self._settle_rules(vouch(before, message.signed_email))
        first = TurnState(message=message, conversation=conversation, messages=[])
        ended = self._graph.ainvoke(first, context=context)  # pyright: ignore[reportUnknownMemberType] - LangGraph leaves a type argument open
        final = cast("TurnState", await ended)
        return make_result(final, turn, started)

    async def _settle_rules(self, conversation: Conversation) -> tuple[Conversation, Context]:
        """Let a conversation keep the rules it began with, as long as they can be asked.

        Within a turn every record is read once.
        """
        newest = own = await self._rulebooks.in_force()
        began = conversation.rules
        if began is not None and began != newest.rulebook.version:
            own = await self._rulebooks.earlier(began) or newest
        context = replace(
            self._context,
            rulebook=own.rulebook,
            macros=own.macros,
            newest=newest.rulebook if own is not newest else None,
            storefront=StorefrontReadOnce(self._context.storefront),
            carrier=CarrierReadOnce(self._context.carrier),
        )
        return conversation.model_copy(update={"rules": own.rulebook.version}), context


class FaultHandler:
    """Answers a message whose turn failed on our side: a person takes over, and is told why."""

    def __init__(self, context: Context, rulebooks: Rulebooks | None = None) -> None:
        self._context = context
        self._rulebooks = rulebooks or OneEdition(Edition(context.rulebook, context.macros))

    async def __call__(
        self, message: InboundMessage, so_far: Conversation | None, turn: int
    ) -> TurnResult:
        """Make the turn without the graph; `HandleTurn`."""
        started, latest = time.perf_counter(), self._rulebooks.latest
        context = replace(self._context, rulebook=latest.rulebook, macros=latest.macros)
        person = HandingOff(request=Request(id="human_agent"), reason="fault", queue="general")
        conversation = vouch(so_far or begin(message), message.signed_email)
        state = TurnState(
            message=message,
            conversation=conversation,
            messages=[],
            handing_off=person,
            parts=(say("fault"),),
        )
        state.update(cast("TurnState", await open_ticket(state, context)))
        reply, _ = write_reply(state, context.macros, context.rulebook)
        state["reply"] = reply
        state["promises"] = promised(state, context.rulebook, context.clock.now())
        return make_result(state, turn, started)


def make_result(final: TurnState, turn: int, started: float) -> TurnResult:
    """Return what is committed; `started` is the performance counter at the first step."""
    record = make_record(final, turn)
    spent = round((time.perf_counter() - started) * 1000, 3)
    return TurnResult(
        conversation=remember(final, record.reply),
        outbound=outbound(final["message"], record.reply),
        record=record.model_copy(update={"ms": spent}),
    )


def begin(message: InboundMessage) -> Conversation:
    """Return a conversation at its first message."""
    return Conversation(id=message.conversation, channel=message.channel, started_at=message.at)


def vouch(conversation: Conversation, email: str | None) -> Conversation:
    """Take over the identity that the shop signed; it is never taken from text."""
    if email is None or conversation.identity.email == email:
        return conversation
    signed = Identity(email=email, orders=conversation.identity.orders, how="signed")
    return conversation.model_copy(update={"identity": signed})


def remember(final: TurnState, reply: Reply | None) -> Conversation:
    """Return what is kept: the state, the last few lines, the buttons that are shown."""
    conversation = final["conversation"]
    lines = [*conversation.recent]
    if final["message"].event.kind in ("say", "tap"):
        lines.append(("buyer", said(final["message"])[:_MAX_REMEMBERED]))
    if reply is None:
        return conversation.model_copy(update={"recent": tuple(lines[-MAX_RECENT:])})
    lines.append(("assistant", reply.text[:_MAX_REMEMBERED]))
    update = {"recent": tuple(lines[-MAX_RECENT:]), "greeted": True, "last_reply": reply}
    return conversation.model_copy(update=update)


def make_record(final: TurnState, turn: int) -> TurnRecord:
    """Return the turn as it is kept and as `replay` prints it."""
    decisions = final.get("decisions", ())
    use = final.get("model_use")
    return TurnRecord(
        conversation=final["message"].conversation,
        turn=turn,
        said=said(final["message"]),
        reading=final.get("reading"),
        tool_calls=final.get("tool_calls", ()),
        facts=tuple(fact for record in decisions for fact in record.facts),
        decision=decisions,
        triage=final.get("triage", ()),
        effects=final.get("effects", ()),
        receipts=final.get("receipts", ()),
        promises=final.get("promises", ()),
        reply=final.get("reply"),
        handoff=final.get("handoff"),
        model_calls=use.calls if use else 0,
        tokens=use.tokens if use else 0,
    )


def outbound(message: InboundMessage, reply: Reply | None) -> tuple[OutboundMessage, ...]:
    """Return what goes out; its id follows from the message, so that a repeat is the same."""
    if reply is None:
        return ()
    return (
        OutboundMessage(
            id=f"{message.id}:reply",
            conversation=message.conversation,
            channel=message.channel,
            in_reply_to=message.id,
            reply=reply,
        ),
    )
