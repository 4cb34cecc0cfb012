"""Which tables hold what people at the desk are asked, and who they are?"""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from agent.worker.tables import Instant, metadata

approvals = Table(
    "approvals",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation", String, nullable=False),
    Column("effect", String, nullable=False),
    Column("status", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("record", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
Index("ix_approvals_status", approvals.c.status, approvals.c.expires_at)
Index("ix_approvals_effect", approvals.c.effect, approvals.c.status)
Index("ix_approvals_conversation", approvals.c.conversation, approvals.c.status)

approval_steps = Table(
    "approval_steps",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("approval", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("step", Text, nullable=False),
    UniqueConstraint("approval", "version"),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("email", String),
    Column("token_sha256", String, unique=True),
    Column("token_until", Instant),
    Column("epoch", Integer, nullable=False),
    Column("added_at", Instant, nullable=False),
)
