"""What does a buyer answer to a summary? Pure: only a message that says nothing but yes is one."""

from datetime import datetime
from typing import Literal

from agent.conversation import Event, Say, Tap
from agent.dialogue import is_a_digression
from agent.playbooks import PLAYBOOKS
from agent.requests import Request
from agent.state import Conversation, Proposal, Question
from agent.statements import STATED
from agent.understanding.plain import PlainAnswers
from agent.understanding.reading import AnswerKind, OfferedChoice, Reading
from tools.domain.changes import Pieces
from tools.domain.shipment import LineId

Verdict = Literal["yes", "no", "fewer", "change", "unclear"]
FEWER = "confirm:fewer"
_DROPPED = {"no", "never_mind", "goodbye"}
_TAKES_BACK = ("named", "plain", "mind")
_FEW_WORDS = 8
_OF_ANOTHER: tuple[AnswerKind, ...] = ("order_number", "item", "email", "postcode")


def yes_to(proposal: Proposal) -> str:
    """Return the id of the button that agrees to this summary and to no other."""
    return f"yes:{proposal.effect.id}"


def no_to(proposal: Proposal) -> str:
    return f"no:{proposal.effect.id}"


def waiting(conversation: Conversation) -> Proposal | None:
    """Return the summary that the buyer was asked about last."""
    question = conversation.question
    is_asked = question is not None and question.about == "confirm"
    return conversation.proposal if is_asked else None


def judge(event: Event, reading: Reading, asked: Conversation, plain: PlainAnswers) -> Verdict:
    """Return what a message says to the summary that waits."""
    proposal = asked.proposal
    assert proposal is not None, "only a summary is answered"
    match event:
        case Tap(choice=choice):
            taps: dict[str, Verdict] = {
                yes_to(proposal): "yes",
                no_to(proposal): "no",
                FEWER: "fewer",
            }
            return taps.get(choice) or _judge_reading(reading, proposal)
        case Say(text=text):
            said = plain.said(text)
            if said is None and _could_be_fewer(asked) and _is_short(text):
                said = "fewer" if plain.number(text) is not None else None
            return said or _judge_reading(reading, proposal)
        case _:
            return "unclear"


def _judge_reading(reading: Reading, proposal: Proposal) -> Verdict:
    """Return whether words ask for something else; a yes among them confirms nothing."""
    if reading.answer("choice") == FEWER:
        return "fewer"
    asks = any(_is_another(request, proposal) for request in reading.requests)
    names = any(reading.answer(kind) for kind in _OF_ANOTHER)
    takes_back = reading.takes_back in _TAKES_BACK and proposal.request not in STATED
    if reading.risks or takes_back or asks or names or "correction" in reading.moves:
        return "change"
    return "no" if reading.moves & _DROPPED else "unclear"


def _is_another(request: Request, proposal: Proposal) -> bool:
    """Whether a wish is surely not the one that is summed up."""
    if request.id == proposal.request or request.id in ("smalltalk", "out_of_scope"):
        return request.order is not None
    return is_a_digression(request, answered=False)


def _is_short(text: str) -> bool:
    return len(text.split()) <= _FEW_WORDS


def _could_be_fewer(asked: Conversation) -> bool:
    return asked.question is not None and any(c.id == FEWER for c in asked.question.choices)


def is_over(proposal: Proposal, at: datetime) -> bool:
    return at >= proposal.expires_at


def wish_behind(proposal: Proposal) -> Request:
    """Return the wish that a summary was for."""
    return Request(id=proposal.request or "human_agent")


def drop(conversation: Conversation) -> Conversation:
    """Return the conversation without the summary and what was chosen for it."""
    gone = {"proposal": None, "question": None, "pieces": (), "new_address": None}
    return conversation.model_copy(update=gone)


def let_go(conversation: Conversation) -> Conversation:
    """Return the conversation without the summary; what was chosen for it stays."""
    return conversation.model_copy(update={"proposal": None, "question": None})


def take_up_again(conversation: Conversation, proposal: Proposal) -> Conversation:
    """Return the conversation with the wish on its agenda, so that it is summed up anew."""
    update = {"proposal": None, "question": None, "agenda": (wish_behind(proposal),)}
    return conversation.model_copy(update=update)


def come_back_to(conversation: Conversation, proposal: Proposal) -> Conversation:
    """Return the conversation with the wish behind what was asked meanwhile.

    Another wish for money or goods takes its place. What a person has agreed to is shown again as
    it was.
    """
    agenda = conversation.agenda
    replaced = any(
        PLAYBOOKS[request.id].answer in ("effect", "person") or request.id == "human_agent"
        for request in agenda
    )
    moved = conversation.order != proposal.effect.permit.order or conversation.claimed_number
    if replaced or moved or proposal.request is None:
        return conversation.model_copy(update={"pieces": (), "new_address": None, "later": ()})
    if proposal.effect.permit.approval is not None:
        conversation = conversation.model_copy(update={"proposal": proposal})
    if any(request.id == proposal.request for request in agenda):
        return conversation
    return conversation.model_copy(update={"agenda": (*agenda, wish_behind(proposal))})


def take_fewer(conversation: Conversation, proposal: Proposal, number: int | None) -> Conversation:
    """Take the number that was said; ask for which item if there are several, or for how many."""
    lines, wish = proposal.effect.permit.lines, proposal.request
    if len(lines) == 1 and number:
        chosen = {"pieces": (Pieces(line=lines[0], quantity=number),)}
        return take_up_again(conversation.model_copy(update=chosen), proposal)
    question = ask_quantity(lines[0])
    if len(lines) > 1:
        question = ask_which(conversation, lines)
    asked = question.model_copy(update={"request": wish})
    return conversation.model_copy(update={"proposal": None, "question": asked})


def ask_which(conversation: Conversation, lines: tuple[LineId, ...]) -> Question:
    items = [item for item in conversation.items if item.id in lines]
    choices = tuple(OfferedChoice(id=f"line:{i.id}", label=i.label) for i in items)
    return Question(about="line", expecting="item", choices=choices)


def ask_quantity(line: LineId) -> Question:
    return Question(about="quantity", expecting="number", line=line)
