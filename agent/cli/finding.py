"""What does the doctor say about one part?"""

from typing import Literal

from tools.domain.model import Frozen

State = Literal["ok", "attention", "fault", "outside"]


class Finding(Frozen):
    """One thing that was looked at."""

    part: str
    state: State
    says: str
    advice: str = ""
