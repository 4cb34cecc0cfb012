"""What may stand in the files of `policy/`, before anything is checked against anything else?"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints

from tools.domain.model import Frozen
from tools.domain.money import Currency
from tools.policy.caps import SellerCaps
from tools.policy.decision import FactName, LocalizedText
from tools.policy.facts import FactSpec, Source
from tools.policy.marketplace import MarketplacePolicy

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Sentence = Annotated[str, StringConstraints(min_length=1)]
Path_ = tuple[str | int, ...]
Queue = Literal["general", "delivery", "returns", "payments", "safety"]


@dataclass(frozen=True)
class Finding:
    """One fault: the file, the way through its data to the place, and a sentence."""

    file: str
    path: Path_
    sentence: str


class FrontMatter(Frozen):
    """Who answers for a file, until when it holds, and what changed last."""

    owner: Sentence
    review_by: date
    note: Sentence


class CatalogueFile(FrontMatter):
    """`facts.yaml`."""

    facts: dict[Name, FactSpec]


class MarketplaceFile(MarketplacePolicy):
    """`marketplace.yaml`."""

    review_by: date
    note: Sentence


class Fallbacks(Frozen):
    """What the buyer hears when no rule speaks for itself."""

    no_question: LocalizedText
    """The rulebook has no table for the question."""
    no_rule: LocalizedText
    """No rule of the table fits."""
    nobody_knows: LocalizedText
    """It hangs on a fact that is missing and that the buyer cannot supply."""
    need_facts: LocalizedText
    """It hangs on something that the buyer is asked next."""
    below_floor: LocalizedText
    """The rules say less than the law grants, so a person looks at it."""
    nothing_left: LocalizedText
    """The rules would pay it back, but everything was paid back already."""
    over_cap: LocalizedText
    """The rules pay it back, but it is more than goes without a person."""
    over_hard_cap: LocalizedText
    """It is more than may ever be paid back here."""


class FallbackFile(FrontMatter):
    """`fallbacks.yaml`."""

    sentences: Fallbacks


class RuleDraft(Frozen):
    """One row of a table, as the owner writes it."""

    id: Name
    when: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    """Fact to value or test; all must hold. Without entries the rule always applies."""
    then: JsonValue
    because: LocalizedText
    basis: Sentence
    demand: dict[FactName, tuple[Source, ...]] = Field(
        default_factory=dict[FactName, tuple[Source, ...]]
    )
    """Sources that this rule believes, where it is stricter than the catalogue."""
    before: Name | None = None
    """Only in a seller's file: the rule of the marketplace that a new rule stands in front of."""
    locked: bool = False
    """Only in the marketplace's files: no seller may replace it or put a rule in front of it."""


class Limit(Frozen):
    """What a seller may choose for a parameter; the marketplace's own value lies within."""

    at_least: int | None = None
    at_most: int | None = None
    one_of: tuple[str | int | bool, ...] | None = Field(default=None, alias="in", min_length=1)

    def admits(self, value: JsonValue) -> bool:
        """Whether a seller may set this."""
        if self.one_of is not None:
            return any(type(one) is type(value) and one == value for one in self.one_of)
        if isinstance(value, bool) or not isinstance(value, int):
            return False
        low, high = self.at_least, self.at_most
        return (low is None or value >= low) and (high is None or value <= high)

    def __str__(self) -> str:
        if self.one_of is not None:
            return "one of " + ", ".join(str(one) for one in self.one_of)
        ends = [f"at least {self.at_least}"] if self.at_least is not None else []
        ends += [f"at most {self.at_most}"] if self.at_most is not None else []
        return " and ".join(ends)


class QuestionDraft(Frozen):
    """One table, or what a seller changes in it."""

    parameters: dict[Name, JsonValue] = Field(default_factory=dict[str, JsonValue])
    """Values that rules name as `$parameter` and a seller may set."""
    limits: dict[Name, Limit] = Field(default_factory=dict[str, Limit])
    """Only in the marketplace's files: what a seller may choose. A parameter without a limit is
    the seller's to set as they like."""
    queue: Queue | None = None
    """Who decides what the rules cannot."""
    rules: tuple[RuleDraft, ...] = ()


class TableFile(FrontMatter):
    """Any other file of `policy/`."""

    questions: dict[Name, QuestionDraft]


class SellerFile(TableFile):
    """Each file of `policy/sellers/`: only what differs."""

    questions: dict[Name, QuestionDraft] = Field(default_factory=dict[str, QuestionDraft])
    caps: dict[Currency, SellerCaps] = Field(default_factory=dict[str, SellerCaps])
    """Lower caps than the marketplace's on what is paid back without a person."""


class Documents(Frozen):
    """The whole folder, each file read and of the right shape."""

    marketplace: MarketplaceFile
    catalogue: CatalogueFile
    fallbacks: FallbackFile
    tables: dict[str, TableFile]
    """By file stem, for instance `returns`."""
    sellers: dict[str, SellerFile]
    """By seller."""


class Deadline(Frozen):
    """The end of a day, so many days after an instant; the day of the instant is day 0.

    Days are those of the place that the parcel goes to.
    """

    after: FactName
    days: int = Field(ge=0, le=3660)


class DeadlineAt(Frozen):
    """An instant that the records know, for instance when the right to withdraw ends."""

    at: FactName


class RefundThen(Frozen):
    """How much a yes pays back at most.

    What was paid back for the line item already is taken off, and no more is paid back than is
    left of what the order cost.
    """

    of: Literal["item", "item_and_shipping"]
    """`item_and_shipping` adds the item's share of what was paid for delivery."""
    percent: int = Field(default=100, ge=1, le=100)
    cap: Literal["photo"] | None = None
    """`photo`: the evidence is a photo alone, so that its own cap counts as well."""


class AllowThen(Frozen):
    """Yes, until a deadline and on these terms."""

    kind: Literal["allow"]
    until: Deadline | DeadlineAt | None = None
    terms: dict[str, str | int | bool] = Field(default_factory=dict[str, str | int | bool])
    refund: RefundThen | None = None


class DenyThen(Frozen):
    """No, since a deadline has passed or from the start."""

    kind: Literal["deny"]
    since: Deadline | DeadlineAt | None = None


class ApprovalThen(Frozen):
    """Yes, once a person agrees."""

    kind: Literal["need_approval"]
    until: Deadline | DeadlineAt | None = None
    terms: dict[str, str | int | bool] = Field(default_factory=dict[str, str | int | bool])
    refund: RefundThen | None = None


class HandOffThen(Frozen):
    """A person decides."""

    kind: Literal["hand_off"]
    queue: Queue = "general"


Then = Annotated[
    AllowThen | DenyThen | ApprovalThen | HandOffThen,
    Field(discriminator="kind"),
]


def deadline_of(then: Then) -> Deadline | DeadlineAt | None:
    """Return when the answer changes, or changed."""
    if isinstance(then, AllowThen | ApprovalThen):
        return then.until
    return then.since if isinstance(then, DenyThen) else None
