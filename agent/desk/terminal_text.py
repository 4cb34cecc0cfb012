"""What may be printed of a text that anybody wrote?"""

import re
import unicodedata

_ESCAPE_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]).*?(?:\x07|\x1b\\|\x9c|$)"  # titles, links, devices
    r"|\x9b[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]",
    re.DOTALL,
)
_JOINERS = "\u200c\u200d"
"""Invisible, but emoji and several scripts are wrong without them."""
_DROPPED = frozenset({"Cc", "Cf", "Cs"})


def printable(text: str) -> str:
    """Return the text without anything that steers a terminal or turns the reading direction."""
    plain = _ESCAPE_SEQUENCE.sub("", text.replace("\r\n", "\n").replace("\t", " "))
    return "".join(c for c in plain if c == "\n" or _is_shown(c))


def first_line(text: str, width: int) -> str:
    """Return how a text begins, on one line."""
    words = " ".join(printable(text).split())
    return words if len(words) <= width else f"{words[: width - 1]}…"


def _is_shown(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in _DROPPED
