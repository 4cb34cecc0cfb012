"""How does the embedded shop number what it does?"""

import base64
import hashlib

_LETTERS = 16
"""No two keys share the first 80 bits."""


def code_of(prefix: str, key: str) -> str:
    """Return a number that follows from an idempotency key."""
    return f"{prefix}-{_letters(key)}"


def label_of(key: str) -> str:
    """Return the code of a prepaid label, in groups as people read it out."""
    letters = _letters(f"label {key}")
    return "-".join(letters[at : at + 4] for at in range(0, _LETTERS, 4))


def digits_of(key: str) -> str:
    """Return a reference that a bank can find a refund by."""
    digest = hashlib.sha256(f"reference {key}".encode()).digest()
    return str(int.from_bytes(digest[:8], "big")).rjust(20, "0")


def _letters(key: str) -> str:
    digest = hashlib.sha256(key.encode()).digest()
    return base64.b32encode(digest).decode()[:_LETTERS]
