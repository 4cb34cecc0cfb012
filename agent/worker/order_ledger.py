"""What is written of an effect on an order or on money, before and after the call?"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.exc import IntegrityError

from agent.worker.approvals import Approval, Approvals
from agent.worker.audit import append_events, digest
from agent.worker.audit_entries import EffectSettled
from agent.worker.breaker import Breaker
from agent.worker.budgets import Budgets, Till
from agent.worker.database import Database
from agent.worker.entries import ENTRIES, OPEN, RECEIPT, Entry, find_entry, read_entries
from agent.worker.obligations import close_by_outcome
from agent.worker.order_rows import (
    HELD,
    Begin,
    append_judged,
    check_alone,
    insert_effect,
    take_turns,
)
from agent.worker.refusals import Refusal, Refused
from agent.worker.tables import ledger, reservations, verdicts
from tools.domain.changes import ProviderRefund
from tools.domain.effect import (
    Done,
    EffectId,
    Failed,
    IssueRefund,
    Open,
    OrderEffect,
    Receipt,
)
from tools.errors import OutsideError

_log = logging.getLogger(__name__)
Outcome = Literal["CONFIRMED", "FAILED", "UNKNOWN"]
_OUTCOMES: Mapping[str, Outcome] = {"done": "CONFIRMED", "failed": "FAILED", "open": "UNKNOWN"}


class OrderLedger:
    """One transaction for each step; an outcome that is final is never written over."""

    def __init__(
        self,
        database: Database,
        budgets: Budgets,
        breaker: Breaker,
        approvals: Approvals | None = None,
    ) -> None:
        self._database = database
        self._budgets = budgets
        self._breaker = breaker
        self._approvals = approvals

    def find(self, effect: EffectId) -> Entry | None:
        """Return what is known of an effect."""
        with self._database.reading("order effect") as connection:
            return find_entry(connection, effect)

    def open_entries(self, untouched_since: datetime | None = None) -> list[Entry]:
        """Return the effects whose outcome is not known, oldest first."""
        query = ENTRIES.where(ledger.c.status.in_(OPEN)).order_by(ledger.c.created_at)
        if untouched_since is not None:
            query = query.where(ledger.c.updated_at <= untouched_since)
        with self._database.reading("open effects") as connection:
            return read_entries(connection, query)

    def confirmed_refunds(self, since: datetime) -> list[Entry]:
        """Return the refunds that were made from an instant on and have not failed later."""
        query = (
            ENTRIES.join(reservations, reservations.c.effect == ledger.c.effect)
            .where(ledger.c.status == "CONFIRMED", reservations.c.failed_later.is_(None))
            .where(ledger.c.created_at >= since)
            .order_by(ledger.c.created_at)
        )
        with self._database.reading("confirmed refunds") as connection:
            return read_entries(connection, query)

    def owed(self, since: datetime) -> list[tuple[Entry, IssueRefund]]:
        """Return what was done, with the refund that has to follow and is not made or under way."""
        followed = ledger.alias()
        begun = select(followed.c.effect).where(
            followed.c.effect == verdicts.c.leads_to, followed.c.status != "FAILED"
        )
        query = ENTRIES.where(
            verdicts.c.leads_to.is_not(None),
            ledger.c.status == "CONFIRMED",
            ledger.c.updated_at >= since,
            ~begun.exists(),
        )
        with self._database.reading("owed refunds") as connection:
            done = read_entries(connection, query)
        return [(one, one.verdict.then) for one in done if one.verdict.then is not None]

    def begin(self, begin: Begin) -> Entry | Refusal:
        """Write an effect down, with its verdict and its money; or say why not.

        Processes take turns here, so that no two of them see the same room under a cap.
        """
        approval = self._approval(begin)
        try:
            with self._database.writing("begin order effect") as connection:
                take_turns(connection)
                known = find_entry(connection, begin.effect.id)
                if known is not None:
                    return known
                return self._begin(connection, begin, approval)
        except IntegrityError as error:
            return Refusal("effect_open", str(error.orig))

    def _approval(self, begin: Begin) -> Approval | None:
        """Return the word of a person that an effect takes up; what follows from one shares it."""
        wanted = begin.verdict.approval
        if wanted is None or begin.verdict.follows is not None or self._approvals is None:
            return None
        found = self._approvals.accepted_for(begin.effect.id, begin.now)
        return found if found is not None and found.id == wanted else None

    def _begin(
        self, connection: Connection, begin: Begin, approval: Approval | None
    ) -> Entry | Refusal:
        try:
            self._check(connection, begin, approval)
        except Refused as refused:
            append_judged(connection, begin.now, begin.effect, refused.refusal)
            return refused.refusal
        insert_effect(connection, begin)
        if begin.till is not None:
            self._budgets.set_aside(connection, begin.till)
        append_judged(connection, begin.now, begin.effect, begin.verdict)
        return Entry(begin.effect, "PENDING", None, begin.verdict, begin.now, begin.holder)

    def _check(self, connection: Connection, begin: Begin, approval: Approval | None) -> None:
        verdict = begin.verdict
        check_alone(connection, begin.effect, verdict)
        if begin.till is not None:
            self._check_money(connection, begin.till)
        if verdict.approval is None or verdict.follows is not None:
            return
        if approval is None or self._approvals is None:
            raise Refused("approval_used", verdict.approval)
        if not self._approvals.use(connection, approval):
            raise Refused("approval_used", verdict.approval)

    def _check_money(self, connection: Connection, till: Till) -> None:
        by_person = till.verdict.approval is not None
        if not by_person:
            self._breaker.check(connection, till.now)
        self._budgets.check(connection, till)
        if not by_person:
            today = self._budgets.automatic_today(connection, till.currency, till.now)
            total, caps = today + till.effect.amount.amount, till.rulebook.caps()
            least = caps[till.currency].day // 2 if till.currency in caps else 0
            self._breaker.check_sum(connection, till.currency, total, least, till.now)

    def hold(self, effect: EffectId, holder: str, now: datetime) -> bool:
        """Take the only right to attempt an effect; False while somebody else has it."""
        free = or_(
            verdicts.c.holder.is_(None),
            verdicts.c.held_until < now,
        )
        mine = update(verdicts).where(verdicts.c.effect == effect, free)
        with self._database.writing("hold effect") as connection:
            taken = connection.execute(mine.values(holder=holder, held_until=now + HELD))
        return taken.rowcount == 1

    def settle(self, effect: OrderEffect, receipt: Done | Open | Failed, now: datetime) -> Receipt:
        """Write the outcome and return the one that counts: a final one is never written over."""
        outcome = _OUTCOMES[receipt.kind]
        try:
            with self._database.writing("settle order effect") as connection:
                return self._settle(connection, effect, receipt, outcome, now)
        except IntegrityError as error:
            _log.error("Effect %s: the provider told of one refund twice: %s", effect.id, error)
            return Open(effect=effect.id, why="the provider answered with another's refund")
        except OutsideError as error:
            _log.error("Effect %s is %s, but not in the ledger: %s", effect.id, outcome, error)
            return receipt

    def _settle(
        self,
        connection: Connection,
        effect: OrderEffect,
        receipt: Receipt,
        outcome: Outcome,
        now: datetime,
    ) -> Receipt:
        text = receipt.model_dump_json()
        values = {"status": outcome, "receipt": text, "updated_at": now}
        still_open = (ledger.c.effect == effect.id, ledger.c.status.in_(OPEN))
        if connection.execute(update(ledger).where(*still_open).values(values)).rowcount != 1:
            final = connection.scalar(select(ledger.c.receipt).where(ledger.c.effect == effect.id))
            return receipt if final is None else RECEIPT.validate_json(final)
        free = update(verdicts).where(verdicts.c.effect == effect.id)
        connection.execute(free.values(holder=None, held_until=None))
        if isinstance(effect, IssueRefund):
            self._settle_money(connection, effect, receipt, outcome, now)
        entry = EffectSettled(
            effect=effect.id, kind=effect.kind, status=outcome, receipt_sha256=digest(text)
        )
        kept = close_by_outcome(connection, effect.id, now) if outcome != "UNKNOWN" else []
        append_events(connection, now, effect.permit.conversation, (entry, *kept))
        return receipt

    def _settle_money(
        self,
        connection: Connection,
        effect: IssueRefund,
        receipt: Receipt,
        outcome: Outcome,
        now: datetime,
    ) -> None:
        if outcome == "CONFIRMED":
            self._breaker.succeeded(connection, now)
        else:
            self._breaker.failed(connection, now)
        if isinstance(receipt, Done) and isinstance(receipt.change, ProviderRefund):
            made = update(reservations).where(reservations.c.effect == effect.id)
            connection.execute(made.values(refund=receipt.change.id))

    def note_refusal(self, effect: OrderEffect, refusal: Refusal, now: datetime) -> None:
        """Keep that an effect was refused; it stays refused even if that cannot be written."""
        try:
            with self._database.writing("refuse effect") as connection:
                append_judged(connection, now, effect, refusal)
        except OutsideError as error:
            _log.error("Effect %s was refused (%s): %s", effect.id, refusal.reason, error)
