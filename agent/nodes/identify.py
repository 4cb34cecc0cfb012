"""Verify that the buyer may hear about an order; before that, nothing about it is read out."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.conversation import said
from agent.dialogue import mentioned
from agent.playbooks import PLAYBOOKS
from agent.state import Asking, Conversation, HandingOff, Question, TurnState, TurnUpdate
from agent.toolkit import Called, call_tool, tool_scope
from agent.triage import person_for_conversation
from agent.understanding.reading import AnswerKind, OfferedChoice
from agent.writing.parts import say
from tools.domain.order import Order
from tools.lookup_order import OrderFound, OrdersFound
from tools.results import Unavailable

MAX_OFFERED_ORDERS = 5
_DETAILS: tuple[AnswerKind, ...] = ("order_number", "email", "postcode")


async def identify(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Look up the order that was named, if this buyer may see it; else ask for what is missing."""
    conversation, context = state["conversation"], runtime.context
    handing_off = state.get("handing_off") is not None
    if conversation.order is not None or not (conversation.agenda or handing_off):
        return {}
    number, contact = conversation.claimed_number, conversation.claimed_contact
    known = conversation.identity.email is not None or number in conversation.identity.orders
    if known or (number is not None and contact is not None):
        return await _look_up(state, conversation, context)
    if handing_off or not _is_order_wanted(state):
        return {}
    about = "ask_contact" if number else "ask_number" if contact else "ask_identity"
    slots = {"number": number} if number else {}
    expecting = "postcode" if number else "order_number"
    return _ask(conversation, Question(about="identity", expecting=expecting), about, **slots)


def _is_order_wanted(state: TurnState) -> bool:
    """A request that can only go to a person waits for an order number once.

    It waits on while the buyer is giving the details.
    """
    conversation, reading = state["conversation"], state.get("reading")
    wanted = {PLAYBOOKS[request.id].order for request in conversation.agenda}
    gives = reading is not None and any(reading.answer(kind) for kind in _DETAILS)
    return "needed" in wanted or ("wanted" in wanted and (gives or not conversation.asked_identity))


async def _look_up(state: TurnState, conversation: Conversation, context: Context) -> TurnUpdate:
    number, contact = conversation.claimed_number, conversation.claimed_contact
    keys = (f"conversation:{conversation.id}", *((f"order:{number}",) if number else ()))
    if not await context.attempts.allowed(*keys):
        handing_off = state.get("handing_off") is not None
        return {} if handing_off else _refuse(state, conversation, context)
    given = {"number": number, "contact": contact}
    arguments = {name: value for name, value in given.items() if value is not None}
    call_id = f"{state['message'].id}:identify"
    scope = tool_scope(context, conversation)
    called = await call_tool("lookup_order", arguments, call_id=call_id, scope=scope)
    after = await _take_result(state, conversation, called, context)
    if not isinstance(called.result, OrderFound | OrdersFound | Unavailable):
        await context.attempts.failed(*keys)
    calls = (*state.get("tool_calls", ()), called.record)
    return {**after, "messages": [*called.messages], "tool_calls": calls}


async def _take_result(
    state: TurnState, conversation: Conversation, called: Called, context: Context
) -> TurnUpdate:
    match called.result:
        case OrderFound(order=order, how=how):
            return _verified(state, order, how)
        case _ if state.get("handing_off") is not None:
            return {}  # a person takes over in any case; nothing more is asked
        case OrdersFound(orders=(order,)):
            return _verified(state, order, "signed")
        case OrdersFound(orders=orders):
            return _ask_which(conversation, orders)
        case Unavailable():
            request = conversation.agenda[0]
            person = HandingOff(request=request, reason="unavailable", queue="general")
            return {"handing_off": person, "parts": (*state.get("parts", ()), say("unavailable"))}
        case _:
            return _refuse(state, conversation, context)


def _verified(state: TurnState, order: Order, how: str) -> TurnUpdate:
    conversation = state["conversation"]
    identity = conversation.identity
    if how != "signed":
        orders = identity.orders | {order.number}
        identity = identity.model_copy(update={"orders": orders, "how": how})
    items = tuple(OfferedChoice(id=line.id, label=line.title) for line in order.lines)
    words = " ".join((said(state["message"]), *(r.words for r in conversation.agenda)))
    update = {
        "identity": identity,
        "order": order.number,
        "items": items,
        "line": order.lines[0].id if len(order.lines) == 1 else mentioned(words, items),
        "claimed_number": None,
        "question": None,
    }
    return {"conversation": conversation.model_copy(update=update), "order": order}


def _refuse(state: TurnState, conversation: Conversation, context: Context) -> TurnUpdate:
    """Answer a wrong pair; an order that does not exist gets exactly the same."""
    update = {
        "claimed_number": None,
        "claimed_contact": None,
        "failed_attempts": conversation.failed_attempts + 1,
    }
    conversation = conversation.model_copy(update=update)
    reading = state.get("reading")
    assert reading is not None, "only a message of the buyer leads here"
    person, looked = person_for_conversation(conversation, reading, context, state["message"].at)
    if person is not None:
        return {"conversation": conversation, "handing_off": person, "triage": (looked,)}
    question = Question(about="identity", expecting="order_number")
    return {**_ask(conversation, question, "not_verified"), "triage": (looked,)}


def _ask(conversation: Conversation, question: Question, macro: str, **slots: str) -> TurnUpdate:
    words = say(macro, **slots)
    asking = Asking(request=conversation.agenda[0], question=question, words=words)
    update = {"question": question, "asked_identity": True}
    return {
        "conversation": conversation.model_copy(update=update),
        "outcomes": (asking,),
    }


def _ask_which(conversation: Conversation, orders: tuple[Order, ...]) -> TurnUpdate:
    """Offer the newest orders of an account; one without orders may have another address."""
    if not orders:
        question = Question(about="identity", expecting="order_number")
        return _ask(conversation, question, "no_orders")
    choices = tuple(_offer(order) for order in orders[:MAX_OFFERED_ORDERS])
    question = Question(about="order", expecting="choice", choices=choices)
    return _ask(conversation, question, "ask_which_order")


def _offer(order: Order) -> OfferedChoice:
    titles = ", ".join(line.title for line in order.lines)
    return OfferedChoice(id=f"order:{order.number}", label=f"{order.number} · {titles}"[:60])
