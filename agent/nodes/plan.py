"""Put on the agenda what this message asks for, and say what needs no records."""

from datetime import datetime

from langgraph.runtime import Runtime

from agent.awaiting import forget, take_back
from agent.confirming import (
    come_back_to,
    drop,
    is_over,
    judge,
    let_go,
    take_fewer,
    take_up_again,
    waiting,
    wish_behind,
)
from agent.context import Context
from agent.conversation import MAX_TEXT, Attach, Event, HandBack, Opened, PersonSaid, Say
from agent.dialogue import follow
from agent.offers import offer
from agent.state import Conversation, HandingOff, Proposal, TurnState, TurnUpdate
from agent.statements import STATED, asks_for_receipt, receipt_part, take_statement, takes_back
from agent.triage import person_for_conversation
from agent.understanding.reading import Reading
from agent.writing.parts import Part, say

TALK_ONLY = {"smalltalk", "out_of_scope"}
_SMALL_TALK = {"goodbye": "goodbye", "thanks": "thanks", "greeting": "hello_again"}


async def plan(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Decide what this turn is about, without looking at any record."""
    conversation, context = state["conversation"], runtime.context
    message = state["message"]
    match message.event:
        case HandBack():
            back = {"owner": "assistant", "ticket": None, "misunderstood": 0, "failed_attempts": 0}
            return {
                "conversation": conversation.model_copy(update=back),
                "parts": (say("handed_back"),),
            }
        case Opened(language=language):
            return {} if conversation.greeted else greet(conversation, language, context)
        case Attach(photo=photo):
            kept = {"photos": (*conversation.photos, photo)}
            return {
                "conversation": conversation.model_copy(update=kept),
                "parts": (say("photo_stored"),),
            }
        case PersonSaid():
            return {}
        case _:
            reading = state.get("reading")
            assert reading is not None, "`understand` reads every message of the buyer"
            update = hear(state, reading, context)
            await take_back(conversation, update.get("conversation", conversation), context)
            return update


def hear(state: TurnState, reading: Reading, context: Context) -> TurnUpdate:
    """Take over what the buyer's message says."""
    conversation, message = state["conversation"], state["message"]
    agreed = waiting(conversation)
    if agreed is not None:
        answered = answer_summary(state, agreed, reading, context)
        if answered is not None:
            return answered
        conversation = let_go(conversation)
    after = follow(conversation, reading, message.at)
    after = take_statement(conversation, after, reading, message)
    after = after if agreed is None else come_back_to(after, agreed)
    if asks_for_receipt(after, reading):
        return show_receipts(after)
    person, looked = person_for_conversation(after, reading, context, message.at)
    if person is not None:
        return {"conversation": after, "handing_off": person, "triage": (looked,)}
    parts = small_talk(after, reading)
    if after.awaiting and [part.macro for part in parts] == ["never_mind"]:
        after = after.model_copy(update={"awaiting": (), "question": None})
        parts = (say("approval_withdrawn"),)
    return {
        "triage": (looked,),
        "conversation": ask_about(after, reading, context, parts),
        "parts": (*shortened(message.event), *parts),
    }


def answer_summary(
    state: TurnState, proposal: Proposal, reading: Reading, context: Context
) -> TurnUpdate | None:
    """Take a yes, a no or a smaller number; None for a message that says something else."""
    conversation, message = state["conversation"], state["message"]
    conversation = conversation.model_copy(update={"language": reading.language})
    match judge(message.event, reading, conversation, context.plain):
        case "yes" if is_over(proposal, message.at):
            again = take_up_again(conversation, proposal)
            return {"conversation": again, "parts": (say("confirm_expired"),)}
        case "yes":
            return _agreed(conversation, proposal)
        case "no":
            return _declined(conversation, proposal, context)
        case "fewer":
            return _fewer(conversation, proposal, message.event, context)
        case "unclear":
            return _repeat(conversation, reading, context, message.at)
        case "change":
            return None


def _agreed(conversation: Conversation, proposal: Proposal) -> TurnUpdate:
    """Let the rules be asked again; what a person has agreed to is for the gateway to ask."""
    if proposal.effect.permit.approval is not None:
        return {"conversation": drop(conversation), "confirmed": proposal}
    return {"conversation": take_up_again(conversation, proposal), "confirmed": proposal}


def _fewer(
    conversation: Conversation, proposal: Proposal, event: Event, context: Context
) -> TurnUpdate:
    """Sum up fewer pieces, or ask how many, or of which item."""
    number = context.plain.number(event.text) if isinstance(event, Say) else None
    after = take_fewer(conversation, proposal, number)
    if after.question is None:
        return {"conversation": after}
    is_number = after.question.about == "quantity"
    words = say("ask_quantity" if is_number else "ask_which_item")
    return {"conversation": after, "parts": (words,)}


def _declined(conversation: Conversation, proposal: Proposal, context: Context) -> TurnUpdate:
    """Drop what was summed up, and offer what was wished for beside it.

    What was taken back stays so; a person then sees to it.
    """
    conversation = forget(drop(conversation), proposal.effect.permit.approval)
    if proposal.request in STATED and takes_back(conversation):
        wish = wish_behind(proposal)
        person = HandingOff(request=wish, reason="withdrawal", queue="returns")
        return {"conversation": conversation, "handing_off": person}
    settled = conversation.model_copy(update={"agenda": (), "misunderstood": 0})
    parts = [say("proposal_dropped")]
    if settled.later:
        question = offer((settled.later[0].id,), settled, context)
        settled = settled.model_copy(update={"question": question, "later": settled.later[1:]})
        parts.append(say("next_wish"))
    return {"conversation": settled, "parts": tuple(parts)}


def _repeat(
    conversation: Conversation, reading: Reading, context: Context, at: datetime
) -> TurnUpdate:
    """Ask again for a plain answer; who is not understood twice gets a person."""
    missed = {"misunderstood": conversation.misunderstood + 1}
    conversation = conversation.model_copy(update=missed)
    person, looked = person_for_conversation(conversation, reading, context, at)
    if person is not None:
        return {"conversation": drop(conversation), "handing_off": person, "triage": (looked,)}
    return {
        "conversation": conversation,
        "triage": (looked,),
        "parts": (say("confirm_again"),),
    }


def show_receipts(conversation: Conversation) -> TurnUpdate:
    """Say again what was recorded, and nothing else."""
    settled = {"agenda": (), "question": None, "misunderstood": 0}
    parts = tuple(receipt_part(kept) for kept in conversation.withdrawals)
    return {"conversation": conversation.model_copy(update=settled), "parts": parts}


def greet(conversation: Conversation, language: str | None, context: Context) -> TurnUpdate:
    """Say what Nightdesk is, in the language of the page, with what buyers ask most as buttons."""
    conversation = conversation.model_copy(update={"language": language})
    question = offer(context.menu, conversation, context)
    hello = say("greeting", marketplace=context.rulebook.marketplace.name)
    return {
        "conversation": conversation.model_copy(update={"question": question}),
        "parts": (hello,),
    }


def shortened(event: Event) -> tuple[Part, ...]:
    """Own up to reading only the beginning of a very long message."""
    is_long = isinstance(event, Say) and len(event.text) > MAX_TEXT
    return (say("too_long"),) if is_long else ()


def small_talk(conversation: Conversation, reading: Reading) -> tuple[Part, ...]:
    """Return what to say to a message that asks for nothing on record."""
    named = {request.id for request in conversation.agenda}
    if named - TALK_ONLY:
        return ()
    if "never_mind" in reading.moves and not named:
        return (say("never_mind"),)
    if "out_of_scope" in named:
        return (say("out_of_scope"),)
    macros = [macro for move, macro in _SMALL_TALK.items() if move in reading.moves]
    if macros or named:
        return (say(macros[0] if macros else "hello_again"),)
    if "no" in reading.moves:
        return (say("never_mind"),)
    return (say("unsure" if reading.candidates else "not_understood"),)


def ask_about(
    conversation: Conversation, reading: Reading, context: Context, parts: tuple[Part, ...]
) -> Conversation:
    """Remember what the buttons under a repair question mean, and clear what was only talk."""
    said = {part.macro for part in parts}
    question = conversation.question
    if said & {"unsure", "not_understood"}:
        question = offer(reading.candidates or context.menu, conversation, context)
    elif "out_of_scope" in said:
        question = offer(("human_agent",), conversation, context)
    agenda = tuple(r for r in conversation.agenda if r.id not in TALK_ONLY)
    return conversation.model_copy(update={"agenda": agenda, "question": question})
