"""Who works at the desk, in which role, and how do they sign in?"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from agent.worker.desk_tables import people
from agent.worker.store import Store
from tools.domain.model import Frozen
from tools.policy.marketplace import Role
from tools.ports.readers import Clock

_TOKEN_BYTES = 32
LINK_LIFE = timedelta(hours=24)


class Person(Frozen):
    """A colleague at the desk."""

    name: str
    role: Role
    email: str | None = None
    """With which they might buy something: nobody decides their own case."""
    epoch: int
    """Grows with every new sign-in link: what was signed before counts no longer."""
    added_at: datetime


class People:
    """The colleagues; errors are those of `Database`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._database = store.database
        self._clock = clock

    def add(self, name: str, role: Role, email: str | None = None) -> str:
        """Add somebody, or give them a new role; return the token of a sign-in link.

        Wherever they were signed in, they no longer are.
        """
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock.now()
        values = {
            "role": role,
            "email": email,
            "token_sha256": _sha256(token),
            "token_until": now + LINK_LIFE,
        }
        with self._database.writing("add person") as connection:
            again = update(people).where(people.c.name == name)
            known = connection.execute(again.values(epoch=people.c.epoch + 1, **values))
            if known.rowcount == 0:
                epoch = secrets.randbelow(2**30)  # who is added anew is not who was removed
                row = {"name": name, "epoch": epoch, "added_at": now, **values}
                connection.execute(insert(people), row)
        return token

    def remove(self, name: str) -> bool:
        """Remove somebody; False when there is nobody of that name."""
        with self._database.writing("remove person") as connection:
            return connection.execute(delete(people).where(people.c.name == name)).rowcount == 1

    def everybody(self) -> tuple[Person, ...]:
        """Return the colleagues by name."""
        with self._database.reading("people") as connection:
            rows = connection.execute(select(people).order_by(people.c.name)).mappings().all()
        return tuple(Person.model_validate({key: row[key] for key in _FIELDS}) for row in rows)

    def find(self, name: str) -> Person | None:
        """Return a colleague; None when there is nobody of that name."""
        return next((person for person in self.everybody() if person.name == name), None)

    def redeem(self, token: str) -> Person | None:
        """Exchange a token for whom it was made, once; None when it counts no longer."""
        with self._database.writing("sign in") as connection:
            name = connection.scalar(
                update(people)
                .where(
                    people.c.token_sha256 == _sha256(token),
                    people.c.token_until >= self._clock.now(),
                )
                .values(token_sha256=None, token_until=None)
                .returning(people.c.name)
            )
        return self.find(name) if name is not None else None


_FIELDS = tuple(Person.model_fields)


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode(errors="backslashreplace")).hexdigest()
