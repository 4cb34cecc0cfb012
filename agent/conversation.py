"""What goes in and out of a channel, whatever its wire format?"""

from datetime import date, datetime
from typing import Annotated, Literal, NewType

from pydantic import Field

from tools.domain.model import Frozen
from tools.domain.shipment import Milestone, ParcelCondition
from tools.domain.ticket import PhotoId

ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
"""Unique per channel; the channel's own id where it has one."""

MAX_TEXT = 8_000
"""Characters of a buyer's message that are read; the rest is kept out and said so."""


class Say(Frozen):
    """The buyer wrote."""

    kind: Literal["say"] = "say"
    text: str


class Tap(Frozen):
    """The buyer pressed a button."""

    kind: Literal["tap"] = "tap"
    choice: str
    """The id of a choice that was offered."""
    label: str = ""


class Attach(Frozen):
    """The buyer sent a photo, already checked and stored."""

    kind: Literal["attach"] = "attach"
    photo: PhotoId


class HandBack(Frozen):
    """A person gave the conversation back to Nightdesk (or closed the ticket)."""

    kind: Literal["hand_back"] = "hand_back"


class PersonSaid(Frozen):
    """A person answered the buyer; Nightdesk passes it on and stays silent itself."""

    kind: Literal["person_said"] = "person_said"
    text: str


class Opened(Frozen):
    """The buyer opened the channel and has not written yet."""

    kind: Literal["opened"] = "opened"
    language: str | None = None
    """What the buyer's browser asks for, as an ISO 639-1 code; for the greeting."""


Rejection = Literal["not_covered", "goods_back_first", "not_shown", "other_way", "done_already"]
"""Why a person said no to an effect; each has a macro `rejected_<reason>`."""


class ApprovalSettled(Frozen):
    """A person answered a request for approval, or nobody may any more.

    It only says where to look: what was agreed to stands in the approvals.
    """

    kind: Literal["approval_settled"] = "approval_settled"
    approval: str
    verdict: Literal["accepted", "edited", "rejected", "expired", "void"]
    reason: Rejection | None = None
    """With `rejected`."""


Event = Annotated[
    Say | Tap | Attach | HandBack | PersonSaid | ApprovalSettled | Opened,
    Field(discriminator="kind"),
]


class InboundMessage(Frozen):
    """One event of one conversation."""

    id: MessageId
    conversation: ConversationId
    channel: str
    at: datetime
    event: Event
    signed_email: str | None = None
    """The e-mail address that the shop vouches for; never taken from text."""


class Choice(Frozen):
    """A button under a reply; typing its label works too."""

    id: str
    label: str


class ParcelCard(Frozen):
    """One parcel, for a channel that can draw it."""

    seller: str
    items: tuple[str, ...]
    milestone: Milestone
    condition: ParcelCondition
    headline: str
    """The state in the buyer's language."""
    expected_by: date | None = None
    last_scan: str | None = None
    tracking_number: str | None = None


class OrderCard(Frozen):
    """One order, for a channel that can draw it."""

    number: str
    placed_on: date
    parcels: tuple[ParcelCard, ...]


class Reply(Frozen):
    """What the buyer gets for one turn. `text` alone says everything."""

    text: str
    brief: str | None = None
    """The same without what the cards show, for a channel that draws them."""
    choices: tuple[Choice, ...] = ()
    cards: tuple[OrderCard, ...] = ()
    author: Literal["assistant", "person"] = "assistant"
    language: str = "en"


class OutboundMessage(Frozen):
    """A reply on its way to a channel."""

    id: str
    conversation: ConversationId
    channel: str
    in_reply_to: MessageId
    reply: Reply


def said(message: InboundMessage) -> str:
    """Return what the buyer did, as one line of text."""
    match message.event:
        case Say(text=text):
            return text
        case Tap(label=label, choice=choice):
            return label or choice
        case event:
            return f"[{event.kind}]"
