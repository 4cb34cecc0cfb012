"""Which tables hold the truth about conversations, and about the rules they were held under?

Everything here works on SQLite and on PostgreSQL. Records stand as JSON text that pydantic wrote
and reads back: no stored byte can become anything but the model that is asked for.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

SCHEMA_VERSION = 4
"""Grows when a table is added; an older database then gets it when it is opened."""

metadata = MetaData()


def instant_text(value: datetime) -> str:
    """Write an instant as the tables do; `ValueError` without a time zone."""
    if value.tzinfo is None:
        raise ValueError("A datetime without a time zone cannot be stored.")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


class Instant(TypeDecorator[datetime]):
    """An aware datetime as text of one fixed form, so that text order is time order."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else datetime.fromisoformat(value)


meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("channel", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("conversation", String, nullable=False),
    Column("payload", Text, nullable=False),
    Column("accepted_at", Instant, nullable=False),
    Column("status", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    UniqueConstraint("channel", "message_id"),
    sqlite_autoincrement=True,
)
Index("ix_inbox_due", inbox.c.status, inbox.c.conversation, inbox.c.seq)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner", String, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

damaged_states = Table(
    "damaged_states",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("conversation", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    sqlite_autoincrement=True,
)

turns = Table(
    "turns",
    metadata,
    Column("conversation", String, ForeignKey("conversations.id"), primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("channel", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("record", Text, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("channel", "message_id"),
)

transcript = Table(
    "transcript",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("conversation", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("author", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("message_id", String, nullable=False),
    Column("reply", Text),
    sqlite_autoincrement=True,
)
Index("ix_transcript_conversation", transcript.c.conversation, transcript.c.seq)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("conversation", String, ForeignKey("conversations.id"), nullable=False),
    Column("channel", String, nullable=False),
    Column("payload", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("channel", "id"),
    sqlite_autoincrement=True,
)
Index("ix_outbox_due", outbox.c.status, outbox.c.seq)

ledger = Table(
    "ledger",
    metadata,
    Column("effect", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("payload", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("receipt", Text),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
Index("ix_ledger_status", ledger.c.status)

verdicts = Table(
    "verdicts",
    metadata,
    Column("effect", String, ForeignKey("ledger.effect"), primary_key=True),
    Column("conversation", String, nullable=False),
    Column("confirmed_by", String, nullable=False),
    Column("order_number", String, nullable=False, index=True),
    Column("leads_to", String, unique=True),
    Column("verdict", Text, nullable=False),
    Column("holder", String),
    Column("held_until", Instant),
    UniqueConstraint("conversation", "confirmed_by"),
)

reservations = Table(
    "reservations",
    metadata,
    Column("effect", String, ForeignKey("ledger.effect"), primary_key=True),
    Column("order_number", String, nullable=False),
    Column("payment", String, nullable=False),
    Column("buyer", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by_person", Boolean, nullable=False),
    Column("refund", String, unique=True),
    Column("failed_later", String),
)
Index("ix_reservations_at", reservations.c.currency, reservations.c.at)
Index("ix_reservations_order", reservations.c.order_number)

reserved_shares = Table(
    "reserved_shares",
    metadata,
    Column("effect", String, ForeignKey("reservations.effect"), primary_key=True),
    Column("seller", String, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)

outside_refunds = Table(
    "outside_refunds",
    metadata,
    Column("refund", String, primary_key=True),
    Column("payment", String, primary_key=True),
    Column("order_number", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("found_at", Instant, nullable=False),
)

breaker = Table(
    "breaker",
    metadata,
    Column("name", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("why", String),
    Column("quiet_until", Instant),
    Column("allowed_until", Instant),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("number", String, primary_key=True),
    Column("idempotency_key", String, nullable=False, unique=True),
    Column("conversation", String, nullable=False, index=True),
    Column("order_number", String, nullable=False, index=True),
    Column("said_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("statement", Text, nullable=False),
)

verification_attempts = Table(
    "verification_attempts",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_verification_attempts_key", verification_attempts.c.key, verification_attempts.c.at)

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("conversation", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("payload", Text, nullable=False),
    Column("previous", String, nullable=False, unique=True),
    Column("chain", String, nullable=False),
    sqlite_autoincrement=True,
)

rulebook_version = Table(
    "rulebook_version",
    metadata,
    Column("version", String, primary_key=True),
    Column("files", Text, nullable=False),
    Column("first_seen", Instant, nullable=False),
)

rulebook_publication = Table(
    "rulebook_publication",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("version", String, ForeignKey("rulebook_version.version"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("record", Text, nullable=False),
)
