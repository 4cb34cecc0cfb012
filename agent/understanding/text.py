"""What does any text become before it is read?"""

import html
import re
import unicodedata

from agent.conversation import MAX_TEXT

_TAG = re.compile(r"<(?:!--.{0,400}?--|/?[a-zA-Z][^<>]{0,400})>", re.DOTALL)
_CONTROL = re.compile(r"[^\S\n]+|[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]")
_SPACES = re.compile(r" {2,}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+|(?<=[!?])(?=\w)|\s+[-–—]\s+")
_ELISION = re.compile(r"(?<=\w)['’`´](?=(?:t|s|m|re|ll|ve|d)\b)")
_NO_WORD = re.compile(r"[^\w]+|_+")

EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<!\w)@\w+|\[[A-Za-z ]{2,20}\]")
_HASHTAG = re.compile(r"#(?=[A-Za-z])")
_MONEY = re.compile(r"[$€£]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:[$€£]|(?:usd|eur|gbp)\b)", re.IGNORECASE)


def clean(text: str) -> str:
    """Return readable text of at most `MAX_TEXT` characters, whatever bytes stood behind it."""
    text = text[:MAX_TEXT].encode("utf-8", "ignore").decode("utf-8")
    text = unicodedata.normalize("NFKC", html.unescape(_TAG.sub(" ", text)))
    text = text.encode("utf-8", "ignore").decode("utf-8").replace("\r", "\n")
    return _SPACES.sub(" ", _CONTROL.sub(" ", text))[:MAX_TEXT].strip()


def fold(text: str) -> str:
    """Return only what is compared: small letters and digits, no accents, single spaces."""
    text = _ELISION.sub("", text.casefold())
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in plain if not unicodedata.combining(c))
    return _NO_WORD.sub(" ", text).strip()


def sentences(text: str) -> list[str]:
    """Split at ends of sentences and lines."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]


def mask(text: str) -> str:
    """Take out what names a thing and says no wish: addresses, links, sums."""
    text = EMAIL.sub(" ", text)
    text = _LINK.sub(" ", text)
    text = _MENTION.sub(" ", text)
    text = _HASHTAG.sub(" ", text)
    text = _MONEY.sub(" ", text)
    return " ".join(text.split())
