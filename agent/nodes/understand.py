"""Turn words into a `Reading`; the only node that looks at text."""

from langchain_core.messages import HumanMessage
from langgraph.runtime import Runtime

from agent.context import Context
from agent.conversation import MAX_TEXT, Say, Tap
from agent.guards import keep_what_was_said
from agent.requests import REQUEST_IDS, Request
from agent.state import Conversation, Question, TurnState, TurnUpdate
from agent.understanding.reading import Answer, Hearing, ModelUse, OfferedChoice, Reading


async def understand(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Read what the buyer wrote; a pressed button is read without a model."""
    conversation = state["conversation"]
    match state["message"].event:
        case Say(text=text):
            hearing = hear(conversation, runtime.context)
            words = text[:MAX_TEXT]
            reading, use = await runtime.context.understanding.read(words, hearing)
            return {
                "reading": press_named_button(keep_what_was_said(reading, words)),
                "model_use": use,
                "messages": [HumanMessage(content=words)],
            }
        case Tap(choice=choice, label=label):
            reading = read_tap(choice, conversation)
            return {
                "reading": reading,
                "model_use": ModelUse(),
                "messages": [HumanMessage(content=label or choice)],
            }
        case _:
            return {"reading": None, "model_use": ModelUse()}


def hear(conversation: Conversation, context: Context) -> Hearing:
    """Return what the reader may know of the talk so far."""
    question = conversation.question
    return Hearing(
        today=context.clock.now().date(),
        language=conversation.language,
        expecting=question.expecting if question else None,
        # A bare number is the answer, not the place of a button.
        choices=() if expects_number(question) else offered(conversation, question),
        items=conversation.items,
        last_request=conversation.last_requests[-1] if conversation.last_requests else None,
        recent=conversation.recent,
    )


def expects_number(question: Question | None) -> bool:
    return question is not None and question.about == "quantity"


def offered(conversation: Conversation, question: Question | None) -> tuple[OfferedChoice, ...]:
    """Return the buttons that the buyer sees, with the choices of the open question."""
    shown = conversation.last_reply.choices if conversation.last_reply else ()
    buttons = {choice.id: OfferedChoice(id=choice.id, label=choice.label) for choice in shown}
    asked = {choice.id: choice for choice in question.choices} if question else {}
    return tuple({**buttons, **asked}.values())


def press_named_button(reading: Reading) -> Reading:
    """Take the words on a wish's button for a press of it, whatever was asked."""
    kind, _, value = (reading.answer("choice") or "").partition(":")
    if reading.requests or kind != "request" or value not in REQUEST_IDS:
        return reading
    return reading.model_copy(update={"requests": (Request(id=value),)})


def read_tap(choice: str, conversation: Conversation) -> Reading:
    """Read a pressed button; one that was not offered says nothing."""
    language = conversation.language or "en"
    known = {c.id for c in offered(conversation, conversation.question)}
    if choice not in known:
        return Reading(language=language)
    kind, _, value = choice.partition(":")
    if kind == "request" and value in REQUEST_IDS:
        return Reading(requests=(Request(id=value),), language=language)
    if kind in ("yes", "no"):
        return Reading(moves=frozenset({kind}), language=language)
    return Reading(answers=(Answer(kind="choice", value=choice),), language=language)
