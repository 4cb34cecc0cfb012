"""What can stand in the log of what happened? Ids and hashes only, never what a buyer is or wrote."""

from typing import Literal, get_args

from tools.domain.model import Frozen


class TurnCommitted(Frozen):
    """One message became one turn."""

    turn: int
    message: str
    message_sha256: str
    record_sha256: str
    state_sha256: str
    """Of the conversation as the turn left it."""


class EffectSettled(Frozen):
    """The ledger learnt what became of an effect."""

    effect: str
    kind: str
    status: str
    receipt_sha256: str


class EffectJudged(Frozen):
    """The gateway said whether an effect on an order or on money may happen."""

    effect: str
    kind: str
    outcome: str
    """`permitted`, or the reason why not."""
    rule_ids: tuple[str, ...]
    version: str
    facts_sha256: str | None = None
    approval: str | None = None
    verdict_sha256: str | None = None
    """With `permitted`: of everything it was permitted on."""


class MoneyReserved(Frozen):
    """An amount was set aside for a refund, within every cap."""

    effect: str
    currency: str
    amount: int


class OutsideRefundFound(Frozen):
    """The provider paid back what Nightdesk did not ask for."""

    refund_sha256: str
    currency: str
    amount: int


class RefundFailedLater(Frozen):
    """A refund that was confirmed did not arrive after all."""

    effect: str
    why: str


class BreakerMoved(Frozen):
    """Money stopped moving without a person, or moves again."""

    now: str
    """`open` or `closed`."""
    why: str


class ApprovalMoved(Frozen):
    """A request for a person's word was made, answered, or fell away."""

    approval: str
    version: int
    effect: str
    step: str
    by: str | None = None
    """A colleague; never the buyer."""
    role: str | None = None
    facts_sha256: str
    step_sha256: str
    record_sha256: str
    """Of the request as the step left it."""


class WithdrawalRecorded(Frozen):
    """A consumer's statement was kept."""

    number_sha256: str
    statement_sha256: str


class TurnFaulted(Frozen):
    """A turn could not be handled as usual; why is in the operator's log."""

    message: str
    why: str


class StateSetAside(Frozen):
    """A stored conversation could not be read; its text was kept for repair by hand."""

    state_sha256: str


class RulebookStored(Frozen):
    """A version of the rules was seen for the first time."""

    version: str
    files_sha256: str


class RulebookLoaded(Frozen):
    """A process began to ask this version of the rules."""

    version: str
    published: bool
    """Else it came from the folder, since nothing was ever published."""


class RulebookPublished(Frozen):
    """From here on a version of the rules was in force."""

    n: int
    version: str
    record_sha256: str


class BuyerVerified(Frozen):
    """The buyer showed that they may hear about an order, or about all of an account."""

    message: str
    how: str
    order_sha256: str | None = None


class BuyerNotVerified(Frozen):
    """Order number and contact did not belong together."""

    message: str
    attempt: int
    """In this conversation."""


class SecondFactorGiven(Frozen):
    """The buyer gave the code that went to the contact on file."""

    message: str
    order_sha256: str


class Decided(Frozen):
    """The rulebook answered a question."""

    turn: int
    question: str
    order_sha256: str | None = None
    line: str | None = None
    outcome: str
    rule: str
    version: str
    record_sha256: str
    """Of the answer with its facts."""


class SummaryShown(Frozen):
    """An effect was summed up to the buyer, who was asked."""

    message: str
    """What it was shown in answer to."""
    effect: str
    kind: str
    proposal_sha256: str


class SummaryAnswered(Frozen):
    """A summary was confirmed, or fell away without."""

    message: str
    effect: str
    outcome: Literal["confirmed", "dropped", "replaced"]


class ReplyMade(Frozen):
    """The buyer was answered."""

    message: str
    author: str
    reply_sha256: str


class HandedOver(Frozen):
    """The conversation went to a person, or nobody could be reached."""

    message: str
    ticket: str | None
    reason: str


class EffectBegun(Frozen):
    """An effect was written down, before anybody was asked to carry it out."""

    effect: str
    kind: str
    effect_sha256: str


class PromiseMade(Frozen):
    """The buyer was told that something will happen."""

    promise: int
    kind: str
    about: str


class PromiseClosed(Frozen):
    """What was promised has happened, or cannot any more."""

    promise: int
    kind: str
    about: str
    by: str


Entry = (
    TurnCommitted
    | EffectSettled
    | EffectJudged
    | MoneyReserved
    | OutsideRefundFound
    | RefundFailedLater
    | BreakerMoved
    | ApprovalMoved
    | WithdrawalRecorded
    | TurnFaulted
    | StateSetAside
    | RulebookStored
    | RulebookLoaded
    | RulebookPublished
    | BuyerVerified
    | BuyerNotVerified
    | SecondFactorGiven
    | Decided
    | SummaryShown
    | SummaryAnswered
    | ReplyMade
    | HandedOver
    | EffectBegun
    | PromiseMade
    | PromiseClosed
)

KINDS = frozenset(kind.__name__ for kind in get_args(Entry))
"""What an entry is called in the log."""
