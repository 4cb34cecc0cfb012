"""What is known about a case, and who says so?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from tools.domain.model import Frozen
from tools.policy.decision import FactName

Source = Literal["record", "buyer", "photo", "person"]


class Fact(Frozen):
    """One thing that is known; a fact that is not there is unknown."""

    name: FactName
    value: bool | int | str
    source: Source
    as_of: datetime


Facts = Mapping[FactName, Fact]
