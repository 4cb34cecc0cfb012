"""Which conversations are stored, and what do their endings come to?"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import select

from agent.conversation import ConversationId
from agent.insights.outcomes import OUTCOMES, Ending, OutcomeName, StoredTurn, Story, ending_of
from agent.state import Conversation, TurnRecord
from agent.worker.obligations import Obligation, Obligations
from agent.worker.store import Store
from agent.worker.tables import conversations, turns
from tools.domain.model import Frozen
from tools.policy.marketplace import QuietTimes

NO_REQUEST = "(none)"


class Share(Frozen):
    """How the conversations of one group ended."""

    group: str
    conversations: int
    counts: dict[OutcomeName, int]

    def share(self, outcome: OutcomeName) -> float:
        """Return the part that ended like this, from 0 to 1."""
        return self.counts[outcome] / self.conversations if self.conversations else 0.0


class Outcomes(Frozen):
    """How the conversations of a time ended."""

    at: datetime
    since: datetime | None
    quiet: QuietTimes
    unreadable: int
    """Turns that cannot be read; their conversations count as pending."""
    total: Share
    requests: tuple[Share, ...]
    """By what the buyer wanted first, most often first."""
    weeks: tuple[Share, ...]
    """By the ISO week in which they began, oldest first."""


def count_outcomes(
    store: Store, now: datetime, quiet: QuietTimes, since: datetime | None = None
) -> Outcomes:
    """Return the endings of the conversations that began at an instant or later."""
    stories, unreadable = read_stories(store)
    endings = [
        ending
        for story in stories
        if (ending := ending_of(story, now, quiet)) is not None
        and (since is None or ending.began_at >= since)
    ]
    by_request = _grouped(endings, lambda one: one.request or NO_REQUEST)
    by_week = _grouped(endings, lambda one: "{}-W{:02}".format(*one.began_at.isocalendar()[:2]))
    return Outcomes(
        at=now,
        since=since,
        quiet=quiet,
        unreadable=unreadable,
        total=_share("all", endings),
        requests=tuple(sorted(by_request, key=lambda one: (-one.conversations, one.group))),
        weeks=tuple(sorted(by_week, key=lambda one: one.group)),
    )


def read_stories(store: Store) -> tuple[tuple[Story, ...], int]:
    """Return every conversation that has a turn, and how many turns are unreadable."""
    told: dict[str, list[StoredTurn]] = {}
    damaged: Counter[str] = Counter()
    query = select(turns.c.conversation, turns.c.at, turns.c.record)
    with store.database.reading("stories") as connection:
        paged = connection.execution_options(yield_per=200)
        for row in paged.execute(query.order_by(turns.c.conversation, turns.c.turn)):
            mine = told.setdefault(row.conversation, [])
            try:
                record = TurnRecord.model_validate_json(row.record)
                mine.append(StoredTurn(at=row.at, record=record))
            except ValidationError:
                damaged[row.conversation] += 1
    states, owed = _states(store), _owed(store)
    waiting = set(store.due_conversations())
    waiting |= {ConversationId(one.conversation) for one in store.failed_messages()}
    stories = tuple(
        Story(
            id=ConversationId(name),
            state=None if damaged[name] else states.get(name),
            turns=tuple(mine),
            promises=tuple(owed.get(name, ())),
            waiting=name in waiting,
        )
        for name, mine in told.items()
    )
    return stories, damaged.total()


def _states(store: Store) -> dict[str, Conversation]:
    found: dict[str, Conversation] = {}
    with store.database.reading("states") as connection:
        rows = connection.execute(select(conversations.c.id, conversations.c.state)).all()
    for row in rows:
        try:
            found[row.id] = Conversation.model_validate_json(row.state)
        except ValidationError:
            continue
    return found


def _owed(store: Store) -> dict[str, list[Obligation]]:
    found: dict[str, list[Obligation]] = {}
    for one in Obligations(store.database).all():
        found.setdefault(one.conversation, []).append(one)
    return found


def _grouped(endings: Iterable[Ending], name: Callable[[Ending], str]) -> list[Share]:
    groups: dict[str, list[Ending]] = {}
    for ending in endings:
        groups.setdefault(name(ending), []).append(ending)
    return [_share(group, mine) for group, mine in groups.items()]


def _share(group: str, endings: list[Ending]) -> Share:
    counted = Counter(ending.outcome for ending in endings)
    counts: dict[OutcomeName, int] = {outcome: counted[outcome] for outcome in OUTCOMES}
    return Share(group=group, conversations=len(endings), counts=counts)
