"""Which tools are there? The complete list."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from tools.check_policy import CheckPolicyArguments, check_policy
from tools.domain.model import Frozen
from tools.lookup_order import LookupOrderArguments, lookup_order
from tools.scope import ToolScope
from tools.track_shipment import TrackShipmentArguments, track_shipment

Arguments = TypeVar("Arguments", bound=Frozen)
Call = Callable[[Frozen, ToolScope], Awaitable[Frozen]]


@dataclass(frozen=True)
class ToolSpec:
    """A tool as a playbook or a model sees it."""

    name: str
    description: str
    """For a model: what the tool does."""
    arguments: type[Frozen]
    run: Call
    """Takes these arguments and no others; every end, good or bad, is a kind of result."""
    effect: Literal["read"] = "read"


def _read(
    arguments: type[Arguments], run: Callable[[Arguments, ToolScope], Awaitable[Frozen]]
) -> ToolSpec:
    async def call(given: Frozen, scope: ToolScope) -> Frozen:
        assert isinstance(given, arguments), f"{run.__name__} takes {arguments.__name__}"
        return await run(given, scope)

    return ToolSpec(run.__name__, inspect.getdoc(run) or "", arguments, call)


TOOLS: tuple[ToolSpec, ...] = (
    _read(LookupOrderArguments, lookup_order),
    _read(TrackShipmentArguments, track_shipment),
    _read(CheckPolicyArguments, check_policy),
)
