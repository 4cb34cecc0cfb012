"""Who has guessed too often at order numbers?"""

import hashlib
from datetime import timedelta

from sqlalchemy import delete, func, insert, select

from agent.worker.store import Store
from agent.worker.tables import verification_attempts
from tools.ports.readers import Clock


class StoredAttempts:
    """Counts wrong guesses per key over a sliding window, across conversations and restarts.

    Keys (addresses, order numbers) are stored only as hashes that no other database shares.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        limit: int = 5,
        window: timedelta = timedelta(hours=1),
    ) -> None:
        self._database = store.database
        self._clock = clock
        self._limit = limit
        self._window = window

    async def allowed(self, *keys: str) -> bool:
        """Whether none of these keys has used up its guesses for now."""
        since = self._clock.now() - self._window
        hashed = [self._hash(key) for key in keys]
        used = (
            select(verification_attempts.c.key)
            .where(verification_attempts.c.key.in_(hashed), verification_attempts.c.at > since)
            .group_by(verification_attempts.c.key)
            .having(func.count() >= self._limit)
            .limit(1)
        )
        with self._database.reading("attempts") as connection:
            return connection.scalar(used) is None

    async def failed(self, *keys: str) -> None:
        """Count one wrong guess against each key, and forget those that no longer matter."""
        if not keys:
            return
        now = self._clock.now()
        rows = [{"key": self._hash(key), "at": now} for key in dict.fromkeys(keys)]
        outdated = verification_attempts.c.at <= now - self._window
        with self._database.writing("failed attempt") as connection:
            connection.execute(delete(verification_attempts).where(outdated))
            connection.execute(insert(verification_attempts), rows)

    def _hash(self, key: str) -> str:
        words = key.encode(errors="backslashreplace")
        return hashlib.blake2b(words, key=self._database.salt, digest_size=16).hexdigest()
