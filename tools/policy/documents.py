"""What may stand in the files of `policy/`, before anything is checked against anything else?"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints

from tools.domain.model import Frozen
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


class QuestionDraft(Frozen):
    """One table, or what a seller changes in it."""

    parameters: dict[Name, JsonValue] = Field(default_factory=dict[str, JsonValue])
    """Values that rules name as `$parameter` and a seller may set."""
    queue: Queue | None = None
    """Who decides what the rules cannot."""
    rules: tuple[RuleDraft, ...] = ()


class TableFile(FrontMatter):
    """Any other file of `policy/`, and each file of `policy/sellers/`."""

    questions: dict[Name, QuestionDraft]


class Documents(Frozen):
    """The whole folder, each file read and of the right shape."""

    marketplace: MarketplaceFile
    catalogue: CatalogueFile
    fallbacks: FallbackFile
    tables: dict[str, TableFile]
    """By file stem, for instance `returns`."""
    sellers: dict[str, TableFile]
    """By seller."""


class Deadline(Frozen):
    """The end of a day, in UTC, so many days after an instant; the day of the instant is day 0."""

    after: FactName
    days: int = Field(ge=0, le=3660)


class AllowThen(Frozen):
    """Yes, until a deadline and on these terms."""

    kind: Literal["allow"]
    until: Deadline | None = None
    terms: dict[str, str | int | bool] = Field(default_factory=dict[str, str | int | bool])


class DenyThen(Frozen):
    """No, since a deadline has passed or from the start."""

    kind: Literal["deny"]
    since: Deadline | None = None


class ApprovalThen(Frozen):
    """Yes, once a person agrees."""

    kind: Literal["need_approval"]


class HandOffThen(Frozen):
    """A person decides."""

    kind: Literal["hand_off"]
    queue: Queue = "general"


Then = Annotated[
    AllowThen | DenyThen | ApprovalThen | HandOffThen,
    Field(discriminator="kind"),
]


def deadline_of(then: Then) -> Deadline | None:
    """Return when the answer changes, or changed."""
    if isinstance(then, AllowThen):
        return then.until
    return then.since if isinstance(then, DenyThen) else None
