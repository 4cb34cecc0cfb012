"""Which conversation does a browser belong to, and whom does the shop say it is?"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from itsdangerous import BadSignature, TimestampSigner, URLSafeSerializer
from pydantic import ValidationError

from agent.conversation import ConversationId
from tools.domain.model import Frozen
from tools.ports.readers import Clock

COOKIE = "nightdesk_session"
SESSION_LIFE = timedelta(days=30)
_EMAIL_LIFE = timedelta(hours=12)
_TOKEN_LIFE = timedelta(minutes=10)

VerifySessionToken = Callable[[str], str | None]
"""Takes any string; returns the e-mail address that the shop vouches for, or None."""


class Session(Frozen):
    """What the signed cookie holds."""

    conversation: ConversationId
    started_at: datetime
    email: str | None = None
    email_until: datetime | None = None


class Sessions:
    """Makes and checks the cookies of the chat page."""

    def __init__(self, secret: str, clock: Clock, verify: VerifySessionToken | None) -> None:
        self._clock = clock
        self._verify = verify
        self._seal = URLSafeSerializer(
            secret, salt="nightdesk.web_chat.session", signer_kwargs=_DIGEST
        )

    def read(self, cookie: str) -> Session | None:
        """Return the session of a cookie that we made and that has not run out."""
        try:
            session = Session.model_validate(self._seal.loads(cookie))
        except (BadSignature, ValidationError):
            return None
        now = self._clock.now()
        if now - session.started_at > SESSION_LIFE:
            return None
        if session.email_until is not None and now > session.email_until:
            return session.model_copy(update={"email": None, "email_until": None})
        return session

    def write(self, session: Session) -> str:
        """Return the cookie of a session."""
        return self._seal.dumps(session.model_dump(mode="json"))

    def resume_or_start(self, session: Session | None, token: str | None) -> Session:
        """Go on with a conversation, or begin one.

        Who signs in at the shop never gets the conversation of another one who was signed in.
        """
        email = self._verify(token) if token and self._verify else None
        now = self._clock.now()
        if session is None or (email and session.email not in (None, email)):
            session = Session(
                conversation=ConversationId(secrets.token_urlsafe(24)), started_at=now
            )
        if email is None:
            return session
        return session.model_copy(update={"email": email, "email_until": now + _EMAIL_LIFE})


class ShopTokens:
    """Short-lived tokens with which a shop's own page says who its signed-in customer is."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._signer = _ClockSigner(secret, clock)

    def sign(self, email: str) -> str:
        """Return a token for the `token` parameter of the chat page's address."""
        return self._signer.sign(email).decode()

    def verify(self, token: str) -> str | None:
        """Return the e-mail address of a token that we made in the last minutes."""
        try:
            signed = self._signer.unsign(token, max_age=int(_TOKEN_LIFE.total_seconds()))
            return signed.decode()
        except (BadSignature, UnicodeError):
            return None


_DIGEST = {"digest_method": hashlib.sha256}


class _ClockSigner(TimestampSigner):
    def __init__(self, secret: str, clock: Clock) -> None:
        super().__init__(secret, salt="nightdesk.shop_token", digest_method=hashlib.sha256)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock.now().timestamp())
