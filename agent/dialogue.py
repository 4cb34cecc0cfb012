"""How does what was read change what the talk is about? Pure: a conversation in, one out."""

import re
from datetime import datetime

from agent.photo_asking import take_no_photo
from agent.requests import Request, RequestId
from agent.state import BuyerFact, Conversation, Question
from agent.understanding.reading import OfferedChoice, Reading
from tools.domain.changes import Pieces
from tools.domain.shipment import LineId
from tools.policy.facts import Fact

MAX_AGENDA = 5
"""More wishes than this in one message are a person's work."""
SURE, LIKELY = 0.9, 0.5
"""While a question about an item is open, `it broke` is an answer unless it is surely a new wish;
what has nothing to do with the item only has to be likely."""
_ABOUT_AN_ITEM: tuple[RequestId, ...] = (
    "damaged_item",
    "missing_item",
    "wrong_item",
    "return_eligibility",
    "start_return",
    "exchange",
    "refund_request",
    "cancel_order",
    "warranty_repair",
    "complaint",
    "smalltalk",
    "out_of_scope",
)
_NO_ORDER: dict[str, object] = {
    "order": None,
    "line": None,
    "items": (),
    "pieces": (),
    "new_address": None,
    "proposal": None,
    "later": (),
    "photo_asked": 0,
}
"""What is forgotten as soon as the talk is about another order."""
_PAIR = 2
_WORD = re.compile(r"[^\W\d_]{3,}")
_ASKS = re.compile(r"[?？¿]")
_SMALL_WORDS = {"the", "and", "for", "with", "from"}


def follow(conversation: Conversation, reading: Reading, at: datetime) -> Conversation:
    """Return the conversation after a message: agenda, answers, corrections, what was claimed."""
    conversation = conversation.model_copy(update={"language": reading.language})
    if reading.moves & {"never_mind", "goodbye"} and not reading.requests:
        return _settle(conversation, agenda=(), question=None, misunderstood=0)
    before = conversation
    conversation = _take_answers(conversation, reading, at)
    conversation = _take_corrections(conversation, reading)
    conversation = _take_requests(conversation, reading, before.question)
    if _was_understood(before, conversation, reading):
        return _settle(conversation, misunderstood=0)
    return _settle(conversation, misunderstood=conversation.misunderstood + 1)


def _settle(conversation: Conversation, **update: object) -> Conversation:
    return conversation.model_copy(update=update)


def _was_understood(before: Conversation, after: Conversation, reading: Reading) -> bool:
    """Whether the message moved the talk; an open question that stays open was not answered."""
    if after.model_copy(update={"language": before.language}) != before:
        return True
    if before.question is not None:
        return bool(reading.moves - {"yes", "no"})
    return bool(reading.moves or reading.requests or reading.candidates)


def _take_answers(conversation: Conversation, reading: Reading, at: datetime) -> Conversation:
    conversation = _take_claims(conversation, reading)
    question = conversation.question
    if question is None:
        return conversation
    match question.about:
        case "fact":
            return _take_fact(conversation, question, reading, at)
        case "line":
            return _take_line(conversation, reading)
        case "request" | "person":
            return _take_request_choice(conversation, question, reading)
        case "quantity":
            return _take_quantity(conversation, question, reading)
        case "photo" | "order" | "identity" | "confirm" | "address" | "code":
            return take_no_photo(conversation, reading)


def _take_claims(conversation: Conversation, reading: Reading) -> Conversation:
    number = reading.answer("order_number") or _chosen_order(conversation, reading)
    named = next((r.order for r in reading.requests if r.order), None)
    contact = reading.answer("email") or reading.answer("postcode")
    number = number or named
    if number is not None and number != conversation.order:
        # A photo that comes before any order is for the one that is named next.
        photos = conversation.photos if conversation.order is None else ()
        forgotten = {**_NO_ORDER, "photos": photos}
        conversation = _settle(conversation, claimed_number=number, **forgotten)
    if contact is not None:
        conversation = _settle(conversation, claimed_contact=contact)
    about = conversation.question.about if conversation.question else None
    if about in ("identity", "order") and (number or contact):
        conversation = _settle(conversation, question=None)
    if number and not conversation.agenda and not reading.requests:
        again = conversation.last_requests[-1:] or ("order_status",)
        agenda = tuple(Request(id=name) for name in again)
        conversation = _settle(conversation, agenda=agenda, question=None)
    return conversation


def _chosen_order(conversation: Conversation, reading: Reading) -> str | None:
    question = conversation.question
    if question is None or question.about != "order":
        return None
    return _chosen(reading, "order:")


def _take_fact(
    conversation: Conversation, question: Question, reading: Reading, at: datetime
) -> Conversation:
    value = _fact_value(question, reading)
    if value is None or conversation.order is None:
        return conversation
    assert question.fact is not None, "a question about a fact names the fact"
    assert question.line is not None, "and the line item"
    fact = Fact(name=question.fact, value=value, source="buyer", as_of=at)
    said = BuyerFact(order=conversation.order, line=question.line, fact=fact)
    kept = tuple(f for f in conversation.buyer_facts if not _same_fact(f, said))
    return _settle(conversation, buyer_facts=(*kept, said), question=None)


def _same_fact(one: BuyerFact, other: BuyerFact) -> bool:
    return (one.order, one.line, one.fact.name) == (other.order, other.line, other.fact.name)


def _fact_value(question: Question, reading: Reading) -> bool | int | str | None:
    chosen = _chosen(reading, "fact:")
    match question.expecting:
        case "yes_no":
            word = (
                chosen
                or reading.answer("yes_no")
                or next(iter(reading.moves & {"yes", "no"}), None)
            )
            return None if word is None else word == "yes"
        case "number":
            number = reading.answer("number")
            return int(number) if number and number.isdecimal() else None
        case _:
            offered = {choice.id.removeprefix("fact:") for choice in question.choices}
            return chosen if chosen in offered else None


def _take_line(conversation: Conversation, reading: Reading) -> Conversation:
    line = _chosen(reading, "line:") or reading.answer("item")
    if line not in {item.id for item in conversation.items}:
        return conversation
    return _settle(_with_wish(conversation), line=LineId(line), question=None)


def _with_wish(conversation: Conversation) -> Conversation:
    """Take up the wish that a question was asked for, when nothing else is on the agenda."""
    wish = conversation.question.request if conversation.question else None
    if wish is None or conversation.agenda:
        return conversation
    return _settle(conversation, agenda=(Request(id=wish),))


def _take_quantity(
    conversation: Conversation, question: Question, reading: Reading
) -> Conversation:
    number = reading.answer("number")
    if question.line is None or not number or not number.isdecimal() or int(number) < 1:
        return conversation
    chosen = Pieces(line=question.line, quantity=int(number))
    others = tuple(one for one in conversation.pieces if one.line != question.line)
    return _settle(_with_wish(conversation), pieces=(*others, chosen), question=None)


def _take_request_choice(
    conversation: Conversation, question: Question, reading: Reading
) -> Conversation:
    offered = [choice.id.removeprefix("request:") for choice in question.choices]
    chosen = _chosen(reading, "request:")
    word = reading.answer("yes_no") or next(iter(reading.moves & {"yes", "no"}), None)
    if word == "no":
        return _settle(conversation, question=None)
    if word == "yes" and len(offered) == 1:
        chosen = offered[0]
    if chosen is None or chosen not in offered:
        return conversation
    wish = Request.model_validate({"id": chosen})
    return _settle(conversation, agenda=(wish, *conversation.agenda), question=None)


def _take_corrections(conversation: Conversation, reading: Reading) -> Conversation:
    """Read `no, the other one`, and an item that is named after its order was talked about."""
    named = reading.answer("item") or next((r.item for r in reading.requests if r.item), None)
    known = {item.id for item in conversation.items}
    if named in known and named != conversation.line:
        return _again(_settle(conversation, line=LineId(named)), reading)
    if "correction" not in reading.moves or reading.answers or reading.requests:
        return conversation
    others = [item for item in conversation.items if item.id != conversation.line]
    if conversation.line is not None and len(conversation.items) == _PAIR:
        return _again(_settle(conversation, line=LineId(others[0].id)), reading)
    return _again(_settle(conversation, line=None, question=None), reading)


def _again(conversation: Conversation, reading: Reading) -> Conversation:
    """Take up the last request again, unless something is on the agenda already."""
    if conversation.agenda or reading.requests:
        return conversation
    again = tuple(Request(id=name) for name in conversation.last_requests[-1:])
    return _settle(conversation, agenda=again)


def _take_requests(
    conversation: Conversation, reading: Reading, asked: Question | None
) -> Conversation:
    """Put new wishes first: a digression is answered, then the open question is asked again."""
    known = {request.id for request in conversation.agenda}
    new = [r for r in reading.requests if r.id not in known]
    if asked is not None and asked.about in ("fact", "line", "quantity"):
        answered = conversation.question is None
        new = [r for r in new if is_a_digression(r, answered=answered)]
    if not new:
        return conversation
    talk_only = {"smalltalk", "out_of_scope"}
    real = [r for r in new if r.id not in talk_only] or ([] if conversation.agenda else new[:1])
    return _settle(conversation, agenda=(*real, *conversation.agenda)[:MAX_AGENDA])


def _chosen(reading: Reading, prefix: str) -> str | None:
    choice = reading.answer("choice")
    return choice.removeprefix(prefix) if choice and choice.startswith(prefix) else None


def is_a_digression(request: Request, *, answered: bool) -> bool:
    """Tell a new wish from an answer with a story around it (`no, I framed it already`)."""
    only_told = answered and not _ASKS.search(request.words)
    sure = only_told or request.id in _ABOUT_AN_ITEM
    return request.confidence >= (SURE if sure else LIKELY)


def mentioned(words: str, items: tuple[OfferedChoice, ...]) -> LineId | None:
    """Return the line item whose title shares most words with a message; None when in doubt.

    For messages that were written before the order, and so its items, were known.
    """
    said = _words(words)
    scores = sorted(((len(said & _words(item.label)), item.id) for item in items), reverse=True)
    best = scores[0] if scores else (0, "")
    runner_up = scores[1][0] if len(scores) > 1 else 0
    return LineId(best[1]) if best[0] > runner_up else None


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold())) - _SMALL_WORDS
