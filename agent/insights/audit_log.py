"""Which entries does the log of what happened have, about what, and in plain words?"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import Select, select

from agent.worker.audit_subjects import digest
from agent.worker.database import Database
from agent.worker.tables import events, verdicts
from tools.domain.model import Frozen

_PAGE = 1_000
_WORDS: Mapping[str, str] = {
    "TurnCommitted": "turn {turn} was kept",
    "BuyerVerified": "the buyer was verified ({how})",
    "BuyerNotVerified": "order number and contact did not match (attempt {attempt})",
    "SecondFactorGiven": "the buyer gave the code that went to the contact on file",
    "Decided": "{question}: {outcome}, by {rule} of rules {version}",
    "SummaryShown": "{kind} {effect} was summed up to the buyer",
    "SummaryAnswered": "the summary of {effect} was {outcome}",
    "ReplyMade": "the buyer was answered by the {author}",
    "HandedOver": "a person took over ({reason}), ticket {ticket}",
    "PromiseMade": "promise {promise} was made: {kind}, about {about}",
    "PromiseClosed": "promise {promise} was closed: {kind}, by {by}",
    "EffectBegun": "{kind} {effect} was written down",
    "EffectJudged": "{kind} {effect}: the gateway said {outcome}",
    "EffectSettled": "{kind} {effect} is {status}",
    "MoneyReserved": "{amount} {currency} (minor units) were set aside for {effect}",
    "OutsideRefundFound": "somebody else paid back {amount} {currency} (minor units)",
    "RefundFailedLater": "the refund of {effect} failed later: {why}",
    "BreakerMoved": "money without a person: the breaker is {now} ({why})",
    "ApprovalMoved": "approval {approval} of {effect}: {step}, by {by} ({role})",
    "WithdrawalRecorded": "a withdrawal was recorded",
    "TurnFaulted": "a turn failed on our side: {why}",
    "StateSetAside": "a damaged conversation was set aside for repair",
    "RulebookStored": "rules {version} were seen for the first time",
    "RulebookLoaded": "rules {version} were loaded",
    "RulebookPublished": "publication {n} put rules {version} in force",
}


class LoggedEntry(Frozen):
    """One entry of the log."""

    seq: int
    at: datetime
    conversation: str
    kind: str
    payload: dict[str, str | int | bool | list[str] | None]
    chain: str

    @property
    def words(self) -> str:
        """Return the entry in a sentence for people."""
        shown = {name: "-" if value is None else value for name, value in self.payload.items()}
        return _WORDS[self.kind].format_map(shown) if self.kind in _WORDS else self.kind

    @property
    def effect(self) -> str | None:
        """Return the id of the effect that it is about."""
        found = self.payload.get("effect")
        return found if isinstance(found, str) else None


class AuditLog:
    """Reads the log; errors are those of `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def everything(self, after: int = 0) -> Iterator[LoggedEntry]:
        """Walk through the entries after a number."""
        yield from self._read(select(events).where(events.c.seq > after))

    def of_conversation(self, conversation: str) -> tuple[LoggedEntry, ...]:
        """Return the entries of one conversation."""
        return tuple(self._read(select(events).where(events.c.conversation == conversation)))

    def of_effect(self, effect: str) -> tuple[LoggedEntry, ...]:
        """Return the entries about one effect."""
        named = select(events).where(events.c.payload.contains(effect, autoescape=True))
        return tuple(one for one in self._read(named) if effect in one.payload.values())

    def of_order(self, order: str) -> tuple[LoggedEntry, ...]:
        """Return the entries about an order; the log itself only has a hash of its number."""
        query = select(verdicts.c.effect).where(verdicts.c.order_number == order)
        with self._database.reading("effects of an order") as connection:
            wanted = {digest(order), *connection.scalars(query).all()}
        return tuple(
            one
            for one in self.everything()
            if wanted & {value for value in one.payload.values() if isinstance(value, str)}
        )

    def _read(self, query: Select[tuple[object, ...]]) -> Iterator[LoggedEntry]:
        with self._database.reading("log") as connection:
            paged = connection.execution_options(yield_per=_PAGE)
            for row in paged.execute(query.order_by(events.c.seq)):
                payload = cast(
                    "dict[str, str | int | bool | list[str] | None]", _loaded(row.payload)
                )
                yield LoggedEntry(
                    seq=row.seq,
                    at=row.at,
                    conversation=row.conversation,
                    kind=row.kind,
                    payload=payload,
                    chain=row.chain,
                )


def _loaded(payload: str) -> object:
    try:
        return json.loads(payload)
    except ValueError:  # somebody has changed it; `verify` says so
        return {}
