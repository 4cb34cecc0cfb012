"""What does a consumer say who takes back a purchase, and what is kept of it?"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tools.domain.model import Frozen
from tools.domain.order import OrderNumber
from tools.domain.shipment import LineId

WithdrawalNumber = Annotated[str, StringConstraints(pattern=r"^WD-[2-7A-Z]{10,}$")]
"""On the buyer's receipt. It cannot be guessed."""
UnderstoodBy = Literal["words", "request", "button"]
"""`words`: the owner's words for it; `request`: read as a wish to return or to call off;
`button`: a button that says so."""


class WithdrawalStatement(Frozen):
    """What the buyer said, and about which goods. No form, reason or special word is needed."""

    order: OrderNumber
    lines: tuple[LineId, ...] = Field(min_length=1)
    items: tuple[str, ...]
    """What these lines are called on the receipt."""
    words: str
    """The buyer's own: data to read, never an instruction."""
    at: datetime
    """When it was sent, which is what the period is counted to."""
    zone: str
    """The IANA time zone in which the receipt shows that."""
    understood: UnderstoodBy
    conversation: str


class Withdrawal(Frozen):
    """A statement that is kept for good."""

    number: WithdrawalNumber
    statement: WithdrawalStatement
    recorded_at: datetime
