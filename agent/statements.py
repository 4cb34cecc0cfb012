"""When does a buyer take a purchase back, which goods do they mean, and what are they told?"""

import re
from itertools import chain

from agent.conversation import InboundMessage, Tap, said
from agent.requests import Request, RequestId
from agent.state import Conversation, Statement
from agent.understanding.reading import Reading
from agent.writing.parts import Moment, Part, say
from tools.domain.order import LineItem, Order
from tools.domain.withdrawal import Withdrawal
from tools.policy.floor import EU_AND_UK

STATED: tuple[RequestId, ...] = ("start_return", "cancel_order")
"""Wishes that say it, unless they only ask."""
_SAID_BESIDE: tuple[RequestId, ...] = (*STATED, "refund_request", "exchange")
"""Wishes that already lead a statement to a person."""
_OTHER_RIGHTS: tuple[RequestId, ...] = (
    "damaged_item",
    "wrong_item",
    "missing_item",
    "not_received",
    "warranty_repair",
    "exchange",
    "refund_status",
)
"""Who says these wants something else, mostly with better rights; beside it only the law's own
words take a purchase back."""
_SURE = 0.6
"""A doubtful reading must not cost anybody a right."""
_CONSUMER_KINDS = ("consumer", "bundle")
_MAX_WORDS = 2_000
_WORD = re.compile(r"[^\W\d_]{3,}")
_HOME_ZONES = dict(
    chain.from_iterable(
        ((country, zone) for country in countries.split())
        for zone, countries in {
            "Europe/Lisbon": "PT",
            "Europe/London": "GB",
            "Europe/Dublin": "IE",
            "Europe/Athens": "GR",
            "Europe/Bucharest": "RO",
            "Europe/Sofia": "BG",
            "Europe/Helsinki": "FI",
            "Europe/Tallinn": "EE",
            "Europe/Riga": "LV",
            "Europe/Vilnius": "LT",
            "Asia/Nicosia": "CY",
        }.items()
    )
)
_MIDDLE = "Europe/Brussels"
"""All other countries of the EU have its time."""


def take_statement(
    before: Conversation, after: Conversation, reading: Reading, message: InboundMessage
) -> Conversation:
    """Return the conversation with the statement that a message makes, if it makes one."""
    if not _is_statement(before, after, reading):
        dropped = "never_mind" in reading.moves and not reading.requests
        return after.model_copy(update={"statement": None}) if dropped else after
    understood = "button" if isinstance(message.event, Tap) else "request"
    if reading.takes_back is not None:
        understood = "words"
    words = said(message)[:_MAX_WORDS]
    made = Statement(message=message.id, words=words, at=message.at, understood=understood)
    after = after.model_copy(update={"statement": after.statement or made, "misunderstood": 0})
    if any(request.id in _SAID_BESIDE for request in after.agenda):
        return after
    others = [r for r in after.agenda if r.id not in ("return_eligibility", "smalltalk")]
    wish = Request(id="start_return", words=words)
    return after.model_copy(update={"agenda": (wish, *others), "question": None})


def _is_statement(before: Conversation, after: Conversation, reading: Reading) -> bool:
    tier = reading.takes_back
    other = any(_wants_otherwise(request) for request in (*reading.requests, *after.agenda))
    if tier == "named" or (tier == "plain" and not other):
        return True
    if tier in ("mind", "mind_and_asks") and not other and not _is_a_reason(before, reading):
        return True
    had = {request.id for request in before.agenda}
    new = [r for r in after.agenda if r.id in STATED and r.id not in had]
    return bool(new) and not other and tier in (None, "mind")


def _wants_otherwise(request: Request) -> bool:
    return request.id in _OTHER_RIGHTS and request.confidence >= _SURE


def _is_a_reason(before: Conversation, reading: Reading) -> bool:
    """Whether `I changed my mind` only explains a question, the buyer's or Nightdesk's."""
    if before.question is not None and before.question.about == "fact":
        return True
    asks = any(request.id == "return_eligibility" for request in reading.requests)
    return reading.takes_back == "mind_and_asks" and asks


def asks_for_receipt(conversation: Conversation, reading: Reading) -> bool:
    """Whether the buyer wants to see again what was recorded."""
    return bool(conversation.withdrawals) and reading.takes_back == "receipt"


def is_statutory(order: Order) -> bool:
    """Whether the law gives this buyer the right to take an order back by a statement."""
    return order.ship_to.country in EU_AND_UK and order.kind in _CONSUMER_KINDS


def lines_meant(statement: Statement, conversation: Conversation, order: Order) -> list[LineItem]:
    """Return the items that are named, else the one that is talked of, else all that are left."""
    left = [line for line in order.lines if line.cancelled_quantity < line.quantity]
    spoken = _words(statement.words)
    named = [line for line in left if spoken & _own_words(line, order)]
    if named:
        return named
    return [line for line in left if line.id == conversation.line] or left or [*order.lines]


def find_same(conversation: Conversation, order: Order, lines: list[LineItem]) -> Withdrawal | None:
    """Return the record of a statement that already covers these goods."""
    meant = {line.id for line in lines}
    for kept in conversation.withdrawals:
        if kept.statement.order == order.number and meant <= {*kept.statement.lines}:
            return kept
    return None


def takes_back(conversation: Conversation) -> bool:
    """Whether the item that the talk is about was taken back, for which no reason is needed."""
    if conversation.statement is not None:
        return True
    about = (conversation.order, conversation.line)
    return any(
        (kept.statement.order, line) == about
        for kept in conversation.withdrawals
        for line in kept.statement.lines
    )


def receipt_part(kept: Withdrawal) -> Part:
    """Return the receipt in words: what, when, its number, for which items, what comes next."""
    stated = kept.statement
    return say(
        "withdrawal_recorded",
        receipt=kept.number,
        moment=Moment(at=stated.at, zone=stated.zone),
        order=stated.order,
        items=stated.items,
    )


def home_zone(country: str) -> str:
    """Return the time zone that most buyers of a country of the EU or the UK live in."""
    return _HOME_ZONES.get(country, _MIDDLE)


def _own_words(line: LineItem, order: Order) -> set[str]:
    """Return the words that only this line's title has."""
    others = [_words(other.title) for other in order.lines if other.id != line.id]
    return _words(line.title).difference(*others)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
