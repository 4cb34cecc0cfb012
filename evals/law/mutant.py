"""What is a law with one thing in it changed?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tools.policy.documents import Documents

Aim = Literal["table", "seller_limits", "caps", "freshness"]


@dataclass(frozen=True)
class Mutant:
    """One change, and what it makes of the owner's files."""

    name: str
    """Where and what, for instance `returns.late: removed`; unique, and the same in every run."""
    aim: Aim
    apply: Callable[[Documents], Documents]
    question: str = ""
    """The only table that it can change, or empty."""
    rule: str = ""
    """The rule that is changed, or empty."""
    fact: str = ""
    """The fact that is believed for longer or shorter, or empty."""
