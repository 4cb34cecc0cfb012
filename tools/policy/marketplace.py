"""What does the owner settle for the whole marketplace, besides the rules?"""

from typing import Annotated, Literal

from pydantic import Field

from tools.domain.model import Frozen
from tools.domain.money import Currency
from tools.domain.shipment import ShippingClass
from tools.policy.caps import Caps

Role = Literal["agent", "lead", "owner"]
"""What a colleague at the desk is; each may do what the one before may."""
ROLES: tuple[Role, ...] = ("agent", "lead", "owner")


_QUARTER = 91
"""Days; what is longer was hardly meant."""


class Patience(Frozen):
    """How long a buyer waits before Nightdesk itself offers a person."""

    transit_days: int = Field(ge=0)
    """Calendar days from carrier pick-up to the door, when no date was promised."""
    late_days: int = Field(ge=0)
    """Days past the expected date."""
    silent_days: int = Field(ge=1)
    """Days without a scan on the way; after them the parcel counts as stalled."""


class PromiseTimes(Frozen):
    """Within what time something that the buyer was told has to have happened, else it is overdue."""

    outcome_hours: int = Field(default=24, ge=1, le=_QUARTER * 24)
    """Until it is known what became of an effect that a provider did not answer."""
    refund_days: int = Field(default=14, ge=1, le=_QUARTER)
    """Until a refund that the provider still works on is made."""
    return_days: int = Field(default=21, ge=1, le=_QUARTER)
    """Until goods arrive, from the day by which they should be on their way."""


class QuietTimes(Frozen):
    """After how long a silent buyer counts as what."""

    assumed_resolved_hours: int = Field(default=72, ge=1, le=_QUARTER * 24)
    """Answered, and nothing more was said."""
    abandoned_hours: int = Field(default=24, ge=1, le=_QUARTER * 24)
    """Asked something, and nothing was answered."""


class MarketplacePolicy(Frozen):
    """`policy/marketplace.yaml`."""

    name: str
    owner: str
    """Who answers for these rules: a role or an address, for people inside."""
    locales: tuple[str, ...]
    """Languages that every buyer-facing sentence must have; the first is the fallback."""
    desk_language: str
    reply_hours: int = Field(ge=1)
    """Within how many hours a person answers a handed-over conversation."""
    identity_attempts: int = Field(ge=1, le=10)
    """Wrong pairs of order number and contact before a person takes over."""
    patience: dict[ShippingClass, Patience]
    caps: dict[Currency, Caps] = Field(default_factory=dict[str, Caps])
    """What is paid back without a person; in a currency that is missing, nothing."""
    approvals: dict[Role, dict[Currency, Annotated[int, Field(ge=0)]]] = Field(
        default_factory=dict[Role, dict[Currency, int]]
    )
    """The largest refund that each role may agree to; in a currency that is missing, none."""
    promises: PromiseTimes = PromiseTimes()
    quiet: QuietTimes = QuietTimes()
    sellers: tuple[str, ...] = ()
    """Shops that may have rules of their own in `policy/sellers/`."""
