"""Which tables know a photo again, wherever it was sent before?"""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from agent.worker.tables import Instant, metadata

photos = Table(
    "photos",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("photo", String, nullable=False, unique=True),
    Column("original", String, nullable=False),
    Column("picture", String, nullable=False),
    Column("poses", LargeBinary, nullable=False),
    Column("windows", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_photos_original", photos.c.original)
Index("ix_photos_picture", photos.c.picture)
Index("ix_photos_at", photos.c.at)

photo_uses = Table(
    "photo_uses",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("photo", String, nullable=False),
    Column("order_number", String, nullable=False),
    Column("conversation", String, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("photo", "order_number", "conversation"),
    sqlite_autoincrement=True,
)
