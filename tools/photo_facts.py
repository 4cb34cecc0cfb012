"""What is known about the photos that a buyer has sent for an order?

That one was sent is on record. What it shows nobody knows until a person has judged it.
"""

from datetime import datetime

from tools.domain.order import Order
from tools.errors import OutsideError
from tools.policy.decision import FactName
from tools.policy.facts import Fact, Value
from tools.scope import ToolScope

_EVIDENCE = FactName("photo_evidence")


async def photo_facts(order: Order, scope: ToolScope, now: datetime) -> dict[FactName, Fact]:
    """Return what the records say; what somebody saw in a photo is left to them."""
    known: dict[str, Value] = {}
    if not any(fact.name == _EVIDENCE and fact.source != "record" for fact in scope.said):
        known["photo_evidence"] = "unclear" if scope.photos else "none"
    reused = await _is_reused(order, scope)
    if reused is not None:
        known["photo_reused"] = reused
    return {
        FactName(name): Fact(name=FactName(name), value=value, source="record", as_of=now)
        for name, value in known.items()
    }


async def _is_reused(order: Order, scope: ToolScope) -> bool | None:
    if not scope.photos:
        return False
    if scope.photo_records is None:
        return None
    try:
        return await scope.photo_records.sent_before(scope.photos, order.number)
    except OutsideError:
        return None
