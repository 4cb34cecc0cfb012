"""What is the law in force: the tables of rules, each seller's version of them, and their words?"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from tools.policy.caps import CapsByCurrency
from tools.policy.conditions import Condition
from tools.policy.decision import FactName, Layer, LocalizedText, RuleId, Setting
from tools.policy.documents import Fallbacks, Path_, Queue, Then
from tools.policy.facts import Catalogue, Source
from tools.policy.marketplace import MarketplacePolicy


@dataclass(frozen=True)
class Rule:
    """One row, ready to be asked."""

    id: RuleId
    when: Condition
    then: Then
    because: LocalizedText
    basis: str
    demand: Mapping[FactName, tuple[Source, ...]]
    file: str
    path: Path_
    """Where the row stands in its file."""
    layer: Layer = "marketplace"
    """Who wrote it; `limit` when no seller may change it."""
    settings: tuple[Setting, ...] = ()
    """The parameters that it uses."""


@dataclass(frozen=True)
class Table:
    """The rules for one question; the first that applies wins."""

    question: str
    rules: tuple[Rule, ...]
    queue: Queue
    """Who decides what the rules cannot."""
    file: str
    path: Path_


Tables = Mapping[str, Table]
"""By question."""


@dataclass(frozen=True)
class Rulebook:
    """Everything the owner has settled, checked as a whole."""

    version: str
    """Changes with any value in any file, and with nothing else."""
    marketplace: MarketplacePolicy
    catalogue: Catalogue
    fallbacks: Fallbacks
    tables: Tables
    sellers: Mapping[str, Tables] = field(default_factory=dict[str, Tables])
    """Whole tables of the sellers that differ from the marketplace."""
    seller_caps: Mapping[str, CapsByCurrency] = field(default_factory=dict[str, CapsByCurrency])
    """The caps of the sellers that lowered some."""

    def table(self, question: str, seller: str | None = None) -> Table | None:
        """Return the rules for a question, as this seller has them."""
        own = self.sellers.get(seller, self.tables) if seller is not None else self.tables
        return own.get(question) or self.tables.get(question)

    def caps(self, seller: str | None = None) -> CapsByCurrency:
        """Return how much is paid back without a person for goods of this seller."""
        marketplace = self.marketplace.caps
        return self.seller_caps.get(seller, marketplace) if seller is not None else marketplace

    def for_seller(self, seller: str) -> "Rulebook":
        """Return the rulebook as if this seller were the whole marketplace."""
        own = self.sellers.get(seller, self.tables)
        caps = {"caps": dict(self.caps(seller))}
        return replace(
            self,
            marketplace=self.marketplace.model_copy(update=caps),
            tables={**self.tables, **own},
            sellers={},
            seller_caps={},
        )

    def all_tables(self) -> Iterator[tuple[str | None, Table]]:
        """Walk through the marketplace's tables, then through those of each seller."""
        for table in self.tables.values():
            yield None, table
        for seller, tables in self.sellers.items():
            for table in tables.values():
                yield seller, table


def version_of(files: Mapping[str, JsonValue]) -> str:
    """Return a content hash; comments, spaces and the order of keys do not count."""
    canonical = json.dumps(files, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
