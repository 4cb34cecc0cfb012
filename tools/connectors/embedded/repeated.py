"""Is something asked for a second time, or is it something else under the same key?"""

from collections.abc import Mapping
from typing import TypeVar

from tools.connectors.embedded.changes import Kept
from tools.domain.effect import OrderEffect
from tools.domain.model import Frozen
from tools.errors import RefusedError

Changed = TypeVar("Changed", bound=Frozen)


def same_again(vendor: str, known: Kept, effect: OrderEffect, kind: type[Changed]) -> Changed:
    """Return what was done the first time; `RefusedError` when something else was asked for."""
    if (
        known.request is None
        or _body(known.request) != _body(effect)
        or not isinstance(known.change, kind)
    ):
        raise RefusedError(vendor, effect.kind, "the key was used for something else")
    return known.change


def _body(effect: OrderEffect) -> Mapping[str, object]:
    """Return what is asked for, without what permits it."""
    body = effect.model_dump(exclude={"id", "permit"})
    return body | {"order": effect.permit.order, "lines": effect.permit.lines}
