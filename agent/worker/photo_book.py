"""Was this picture sent before, for another order?"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, insert, select

from agent.photo_looks import Looks, first_alike, looks_of
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
        with self._database.reading("look for copies") as connection:
            earlier = _looks_since(connection, now - LOOKED_BACK, 0)
        # Many pictures take a while to compare, and nobody else shall wait for it.
        copied = await asyncio.to_thread(_first_copied, looks, earlier)
        row = {
            "photo": photo,
            "original": sent,
            "poses": looks.poses,
            "windows": looks.windows,
            "at": now,
        }
        with self._database.writing("learn photo") as connection:
            known = select(photos.c.seq).where(photos.c.photo == photo)
            if connection.scalar(known) is not None:
                return
            exact = select(photos.c.picture).where(photos.c.original == sent)
            unchanged = connection.scalar(exact.order_by(photos.c.seq).limit(1))
            last = earlier[-1].seq if earlier else 0
            meanwhile = _looks_since(connection, now - LOOKED_BACK, last)
            picture = unchanged or copied or _first_copied(looks, meanwhile) or photo
            connection.execute(insert(photos), {**row, "picture": picture})

    async def sent_before(self, sent: tuple[PhotoId, ...], order: str) -> bool:
        """Whether one of these pictures was sent for another order before it was for this one."""
        for photo in sent:
            with self._database.reading("look for photo") as connection:
                if _sent_before(connection, photo, order):
                    return True
        return False


@dataclass(frozen=True)
class _Earlier:
    seq: int
    picture: str
    windows: bytes


def _looks_since(connection: Connection, since: datetime, after: int) -> list[_Earlier]:
    """Return what the pictures look like that may have been copied, oldest first."""
    kept = select(photos.c.seq, photos.c.picture, photos.c.windows)
    meant = kept.where(photos.c.at >= since, photos.c.seq > after).order_by(photos.c.seq)
    return [_Earlier(seq, name, windows) for seq, name, windows in connection.execute(meant)]


def _first_copied(looks: Looks, earlier: list[_Earlier]) -> str | None:
    """Return the name of the first picture that this is a copy of."""
    shown = [one for one in earlier if one.windows]
    place = first_alike(looks.poses, [one.windows for one in shown]) if looks.poses else None
    return None if place is None else shown[place].picture


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
