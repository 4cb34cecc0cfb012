"""When does money stop moving without a person?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, Row, String, func, insert, select, type_coerce, update

from agent.worker.audit import append_event
from agent.worker.audit_entries import BreakerMoved
from agent.worker.database import Database
from agent.worker.refusals import Reason, Refused
from agent.worker.tables import breaker, ledger, reservations
from tools.policy.derive_money import start_of_day
from tools.ports.readers import Clock

_MONEY = "money"
_NEXT_DAY = timedelta(days=1)
_REASONS: dict[str, Reason] = {"failures": "breaker_failures", "sum": "breaker_sum"}


@dataclass(frozen=True)
class BreakerLimits:
    """What is out of the ordinary."""

    failures: int = 5
    """Refunds in a row that the provider did not carry out."""
    quiet: timedelta = timedelta(hours=1)
    """After which it is tried again; the next failure opens it at once."""
    times: int = 3
    """How many usual days one day may cost."""
    days: int = 28
    """Back from today: the days that are usual, as far as anything was paid on them."""


USUAL = BreakerLimits()


@dataclass(frozen=True)
class BreakerState:
    """How it stands."""

    failures: int = 0
    why: str | None = None
    quiet_until: datetime | None = None
    allowed_until: datetime | None = None
    """Until then a person has allowed whatever the caps allow."""

    def is_open(self, now: datetime) -> bool:
        """Whether money needs a person now."""
        return self.quiet_until is not None and now < self.quiet_until


class Breaker:
    """Durable, one for all processes; what takes a connection is part of its transaction."""

    def __init__(self, database: Database, clock: Clock, limits: BreakerLimits = USUAL) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits

    def state(self) -> BreakerState:
        """Return how it stands."""
        with self._database.reading("breaker") as connection:
            return _read(connection)

    def close(self, by: str) -> None:
        """Let money move again, and today up to the caps: a person's command."""
        now = self._clock.now()
        state = BreakerState(allowed_until=start_of_day(now) + _NEXT_DAY)
        with self._database.writing("close breaker") as connection:
            _write(connection, state)
            append_event(connection, now, "", BreakerMoved(now="closed", why=f"by {by}"))

    def check(self, connection: Connection, now: datetime) -> None:
        """Raise `Refused` while it is open."""
        state = _read(connection)
        if state.is_open(now):
            raise Refused(_REASONS[state.why or "failures"], f"until {state.quiet_until}")

    def check_sum(
        self, connection: Connection, currency: str, total: int, least: int, now: datetime
    ) -> None:
        """Open, and raise `Refused`, when a day's sum is far above the usual one.

        Up to `least` every day is usual.
        """
        allowed = _read(connection).allowed_until
        if allowed is not None and now < allowed:
            return
        usual = self._limits.times * self._median(connection, currency, now)
        if total <= max(least, usual):
            return
        self._open(connection, "sum", start_of_day(now) + _NEXT_DAY, now)
        raise Refused("breaker_sum", f"{total} {currency} in a day")

    def succeeded(self, connection: Connection, now: datetime) -> None:
        """Forget the failures: the provider has paid."""
        state = _read(connection)
        if state.failures and not state.is_open(now):
            _write(connection, BreakerState(allowed_until=state.allowed_until))

    def failed(self, connection: Connection, now: datetime) -> None:
        """Count a failure of the provider."""
        state = _read(connection)
        failures = state.failures + 1
        if state.is_open(now):
            return
        if failures >= self._limits.failures:
            self._open(connection, "failures", now + self._limits.quiet, now)
        else:
            _write(connection, BreakerState(failures, allowed_until=state.allowed_until))

    def _open(self, connection: Connection, why: str, until: datetime, now: datetime) -> None:
        # After the quiet time one more failure opens it again.
        failures = self._limits.failures - 1 if why == "failures" else 0
        _write(connection, BreakerState(failures, why, until))
        append_event(connection, now, "", BreakerMoved(now="open", why=why))

    def _median(self, connection: Connection, currency: str, now: datetime) -> int:
        day = start_of_day(now)
        date = func.substr(type_coerce(reservations.c.at, String), 1, 10)
        query = (
            select(func.sum(reservations.c.amount))
            .join_from(reservations, ledger, ledger.c.effect == reservations.c.effect)
            .where(
                reservations.c.currency == currency,
                reservations.c.by_person.is_(False),
                reservations.c.at < day,
                reservations.c.at >= day - timedelta(days=self._limits.days),
                ledger.c.status != "FAILED",
            )
            .group_by(date)
        )
        sums = connection.scalars(query).all()
        return int(median(sums)) if sums else 0


def _read(connection: Connection) -> BreakerState:
    query = select(breaker).where(breaker.c.name == _MONEY)
    row: Row[tuple[object, ...]] | None = connection.execute(query).one_or_none()
    if row is None:
        return BreakerState()
    return BreakerState(row.failures, row.why, row.quiet_until, row.allowed_until)


def _write(connection: Connection, state: BreakerState) -> None:
    values = {
        "failures": state.failures,
        "why": state.why,
        "quiet_until": state.quiet_until,
        "allowed_until": state.allowed_until,
    }
    known = update(breaker).where(breaker.c.name == _MONEY).values(values)
    if connection.execute(known).rowcount == 0:
        connection.execute(insert(breaker), {"name": _MONEY, **values})
