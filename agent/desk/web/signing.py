"""Who is signed in at the desk's pages, and did they mean to send this form?"""

import hashlib
import secrets
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from agent.worker.people import People, Person
from tools.domain.model import Frozen
from tools.ports.readers import Clock

COOKIE = "nightdesk_desk"
SESSION_LIFE = timedelta(hours=12)
_KEY_BYTES = 24


class DeskSession(Frozen):
    """What the signed cookie holds."""

    name: str
    epoch: int
    started_at: datetime
    form_key: str
    """Stands in every form of this session, and nowhere that another site could read it."""


class SignedIn(Frozen):
    """A colleague, and the key that their forms carry."""

    person: Person
    form_key: str


class DeskSessions:
    """Makes and checks the cookies of the desk's pages."""

    def __init__(self, secret: str, people: People, clock: Clock) -> None:
        self._people = people
        self._clock = clock
        self._seal = URLSafeSerializer(
            secret, salt="nightdesk.desk.session", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def read(self, request: Request) -> SignedIn | None:
        """Return who is signed in; None when nobody is, or no longer."""
        try:
            session = DeskSession.model_validate(self._seal.loads(request.cookies.get(COOKIE, "")))
        except (BadSignature, ValidationError):
            return None
        person = self._people.find(session.name)
        late = self._clock.now() - session.started_at > SESSION_LIFE
        if person is None or person.epoch != session.epoch or late:
            return None
        return SignedIn(person=person, form_key=session.form_key)

    def sign_in(self, request: Request, response: Response, token: str) -> bool:
        """Exchange a token of a sign-in link for a cookie; False when it counts no longer."""
        person = self._people.redeem(token)
        if person is None:
            return False
        session = DeskSession(
            name=person.name,
            epoch=person.epoch,
            started_at=self._clock.now(),
            form_key=secrets.token_urlsafe(_KEY_BYTES),
        )
        response.set_cookie(
            COOKIE,
            str(self._seal.dumps(session.model_dump(mode="json"))),
            max_age=int(SESSION_LIFE.total_seconds()),
            path="/desk",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return True


def is_meant(signed_in: SignedIn, form_key: str) -> bool:
    """Whether a form came from a page of this session."""
    return secrets.compare_digest(signed_in.form_key.encode(), form_key.encode("utf-8", "replace"))
