"""Was this picture sent before, for another order?"""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, insert, select

from agent.photo_looks import Looks, are_alike, looks_of
from agent.worker.photo_tables import photo_uses, photos
from agent.worker.store import Store
from tools.domain.ticket import PhotoId
from tools.ports.readers import Clock

LOOKED_BACK = timedelta(days=400)
"""How long a picture is known again after it was changed; unchanged it is known for ever."""
_NO_LOOKS = Looks(poses=b"", windows=b"")


class PhotoBook:
    """What the photos of all conversations look like, and for which orders they were sent.

    Pictures that are alike share a name: the id of the one that came first.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._database, self._clock = store.database, clock

    async def learn(self, photo: PhotoId, original: bytes, jpeg: bytes) -> None:
        """Remember a photo that was kept; learning it again changes nothing."""
        looks = await asyncio.to_thread(looks_of, jpeg) or _NO_LOOKS
        now, sent = self._clock.now(), hashlib.sha256(original).hexdigest()
        with self._database.writing("learn photo") as connection:
            known = select(photos.c.seq).where(photos.c.photo == photo)
            if connection.scalar(known) is not None:
                return
            first = _same_picture(connection, sent, looks, now - LOOKED_BACK)
            row = {
                "photo": photo,
                "original": sent,
                "picture": first or photo,
                "poses": looks.poses,
                "windows": looks.windows,
                "at": now,
            }
            connection.execute(insert(photos), row)

    async def sent_before(self, sent: tuple[PhotoId, ...], order: str) -> bool:
        """Whether one of these pictures was sent for another order before it was for this one."""
        for photo in sent:
            with self._database.reading("look for photo") as connection:
                if _sent_before(connection, photo, order):
                    return True
        return False


def _same_picture(
    connection: Connection, original: str, looks: Looks, since: datetime
) -> str | None:
    """Return the name of the first picture that this is a copy of."""
    exact = select(photos.c.picture).where(photos.c.original == original).order_by(photos.c.seq)
    if (name := connection.scalar(exact.limit(1))) is not None or not looks.poses:
        return name
    earlier = (
        select(photos.c.picture, photos.c.windows)
        .where(photos.c.at >= since)
        .order_by(photos.c.seq)
    )
    rows: Iterable[tuple[str, bytes]] = connection.execute(earlier).tuples()
    return next((name for name, one in rows if one and are_alike(looks.poses, one)), None)


def _sent_before(connection: Connection, photo: PhotoId, order: str) -> bool:
    """Compare who was first; a photo that nobody learnt is only known by its id."""
    name = select(photos.c.picture).where(photos.c.photo == photo).scalar_subquery()
    copies = select(photos.c.photo).where(photos.c.picture == name)
    alike = (photo_uses.c.photo == photo) | photo_uses.c.photo.in_(copies)
    is_here = photo_uses.c.order_number == order
    first = select(
        func.min(case((is_here, photo_uses.c.seq))), func.min(case((~is_here, photo_uses.c.seq)))
    ).where(alike)
    here, elsewhere = connection.execute(first).one()
    return elsewhere is not None and (here is None or elsewhere < here)
