"""How can a grounded look-up end, besides with what was looked for?"""

from typing import Literal

from tools.domain.model import Frozen


class NotFound(Frozen):
    """There is no such record."""

    kind: Literal["not_found"] = "not_found"


class NotYours(Frozen):
    """There is a record, but this buyer has not been shown to be its owner.

    A buyer must not be able to tell it from `NotFound`.
    """

    kind: Literal["not_yours"] = "not_yours"


class Unavailable(Frozen):
    """A system that would know did not answer."""

    kind: Literal["unavailable"] = "unavailable"
    vendor: str
