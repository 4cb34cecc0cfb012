"""Which table holds what was promised and is not kept yet?"""

from sqlalchemy import Column, Index, Integer, String, Table

from agent.worker.tables import Instant, metadata

obligations = Table(
    "obligations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("order_number", String),
    Column("kind", String, nullable=False),
    Column("about", String, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("closed_by", String),
    sqlite_autoincrement=True,
)
Index("ix_obligations_open", obligations.c.closed_at, obligations.c.due_at)
Index("ix_obligations_conversation", obligations.c.conversation, obligations.c.closed_at)
Index("ix_obligations_about", obligations.c.about, obligations.c.closed_at)
