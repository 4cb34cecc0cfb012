"""What was recorded, said, shown and agreed to, in plain data that is none of the product's?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from pydantic import BaseModel, JsonValue

_WORD_FREE = ("confirmed_by", "approval")


class Part(BaseModel):
    line: str
    quantity: int


class Share(BaseModel):
    of: str
    amount: int


class Amount(BaseModel):
    amount: int
    currency: str


class PermitText(BaseModel):
    conversation: str
    question: str
    order: str
    lines: list[str]
    confirmed_by: str | None
    approval: str | None


class Recorded(BaseModel):
    """A request as the shop wrote it down, read without any of the product's types."""

    kind: str
    id: str
    permit: PermitText
    payment: str = ""
    amount: Amount | None = None
    shares: list[Share] = []
    pieces: list[Part] = []
    for_sku: str = ""
    paper: str = ""
    address: dict[str, str] = {}


@dataclass
class Word:
    """A message as it was really sent."""

    by: str
    place: int
    """In the order in which messages were sent, over all conversations."""
    at: datetime
    conversation: str
    agrees_to: str | None = None
    """The effect whose button it is; None for plain words of agreement."""
    is_yes: bool = False


@dataclass
class Shown:
    """A summary as the buyer really saw it."""

    what: JsonValue
    after: int
    at: datetime


@dataclass
class Talk:
    """One conversation as it really was."""

    email: str
    second_factor: bool = False
    shown: list[Shown] = field(default_factory=list[Shown])


@dataclass
class Accepted:
    """A person's yes as it was really given."""

    what: JsonValue
    until: datetime
    used: bool = False


def essence(request: Mapping[str, JsonValue]) -> JsonValue:
    """Return a request without who agreed to it, as comparable data."""
    permit = cast("dict[str, JsonValue]", request["permit"])
    bare = {name: value for name, value in permit.items() if name not in _WORD_FREE}
    return json.loads(json.dumps({**request, "permit": bare}, sort_keys=True))
