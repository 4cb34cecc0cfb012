"""Is everything that buyers were promised kept in time?"""

from contextlib import closing

from agent.bootstrap import SystemClock
from agent.cli.finding import Finding
from agent.settings import Settings
from agent.worker.obligations import Obligations
from agent.worker.store import Store
from tools.errors import BadInputError, OutsideError

_PART = "promises"


def kept_promises(settings: Settings) -> Finding:
    """Return how many promises are open, and how many are late."""
    if not settings.database.exists():
        return Finding(part=_PART, state="ok", says="none was made yet.")
    try:
        with closing(Store.open(settings.database)) as store:
            owed, now = Obligations(store.database).open(), SystemClock().now()
    except (BadInputError, OutsideError) as error:
        return Finding(part=_PART, state="outside", says=str(error))
    late = sum(one.is_overdue(now) for one in owed)
    says = f"{len(owed)} open, {late} overdue."
    advice = "See who waits: nightdesk desk promises --overdue" if late else ""
    return Finding(part=_PART, state="attention" if late else "ok", says=says, advice=advice)
