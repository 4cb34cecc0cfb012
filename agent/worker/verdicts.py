"""What did an effect rest on when the gateway let it happen?"""

from agent.requests import RequestId
from agent.state import DecisionRecord
from tools.domain.effect import EffectId, IssueRefund
from tools.domain.model import Frozen


class Verdict(Frozen):
    """A yes of the gateway, with everything needed to reach it again."""

    effect: EffectId
    answered: str
    """The message in answer to which it was summed up to the buyer."""
    request: RequestId | None = None
    decisions: tuple[DecisionRecord, ...]
    """One for each line."""
    facts_sha256: str
    version: str
    approval: str | None = None
    edited: bool = False
    """Whether a person made something smaller of it."""
    photo_only: bool = False
    """Whether some of the money rests on a photo alone."""
    then: IssueRefund | None = None
    """What has to follow once it is done, already confirmed."""
    follows: EffectId | None = None
    """What was done first, where this is only what follows from it."""
