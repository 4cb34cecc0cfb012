"""What is a tool call allowed to look at?"""

from dataclasses import dataclass

from tools.domain.party import Identity
from tools.domain.ticket import PhotoId
from tools.policy.calendar import Calendar
from tools.policy.facts import Fact
from tools.policy.rulebook import Rulebook
from tools.ports.readers import Carrier, Clock, PhotoRecords, Storefront


@dataclass(frozen=True)
class ToolScope:
    """The buyer of this conversation and the readers that a tool may use for them."""

    identity: Identity
    storefront: Storefront
    carrier: Carrier
    clock: Clock
    calendar: Calendar
    rulebook: Rulebook
    said: tuple[Fact, ...] = ()
    """What is known about the line item in question besides the records; the last word counts."""
    request: str | None = None
    """What the buyer wants."""
    photos: tuple[PhotoId, ...] = ()
    """Those that the buyer sent for this order."""
    photo_records: PhotoRecords | None = None
    """None where nobody remembers photos: whether one was sent before is then unknown."""
