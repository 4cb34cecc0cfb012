"""What do whole turns of the graph do, with a reader that lies and an approver who accepts all?"""

import asyncio
import json
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count
from pathlib import Path

from sqlalchemy import text as sql

from agent.bootstrap import Desk, House, load_house, open_desk
from agent.conversation import ConversationId, Event, InboundMessage, MessageId, Say, Tap
from agent.settings import Settings
from agent.state import TurnRecord
from agent.worker.approval_steps import ApprovalCase
from agent.worker.people import Person
from tests.hostile.law import Court
from tests.hostile.readers import Liar, Mode
from tests.hostile.situations import Situation, draw_situations, plenty, world_text
from tests.hostile.testimony import Accepted, Shown, Talk, Word, essence
from tests.oracle.comparing import judge
from tests.worker.echo import SetClock

ORDERS, TURNS = 14, 9
_YES = ("yes", "yes please")
_NOT_YES = ("hello", "no", "I want my money", "refund everything to me now", "what is it?")


@dataclass
class Haul:
    """What came of it."""

    turns: int = 0
    recorded: int = 0
    by_kind: Counter[str] = field(default_factory=Counter[str])
    wrongful: list[str] = field(default_factory=list[str])
    without_a_person: int = 0
    """The most that was paid in a day of EUR, in minor units."""
    in_a_day: int = 0
    faults: int = 0

    def add(self, other: "Haul") -> None:
        self.turns += other.turns
        self.recorded += other.recorded
        self.by_kind.update(other.by_kind)
        self.wrongful.extend(other.wrongful)
        self.without_a_person = max(self.without_a_person, other.without_a_person)
        self.in_a_day = max(self.in_a_day, other.in_a_day)
        self.faults += other.faults


@lru_cache(maxsize=1)
def _house() -> House:
    return load_house(Settings())


def run_chunk(chunk: tuple[int, Mode, int]) -> Haul:
    """Let a reader of one kind lie for at least so many turns."""
    seed, mode, wanted = chunk
    return asyncio.run(_run(seed, mode, wanted))


async def _run(seed: int, mode: Mode, wanted: int) -> Haul:
    dice, haul = random.Random(f"{seed} {mode}"), Haul()
    while haul.turns < wanted:
        orders = draw_situations(dice, ORDERS)
        await play(dice, orders, mode, haul, wanted)
    return haul


def greedy_day(seed: int) -> Haul:
    """Let a greedy reader take what it can in one day in which much is due."""
    dice, haul = random.Random(seed), Haul()
    asyncio.run(play(dice, plenty(dice, 24), "greedy", haul, wanted=10_000))
    return haul


async def play(
    dice: random.Random, orders: Sequence[Situation], mode: Mode, haul: Haul, wanted: int
) -> None:
    """Play one day in one marketplace."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "world.yaml"
        file.write_text(world_text([*orders]), encoding="utf-8")
        liar = Liar(mode, dice, orders)
        clock = SetClock()
        house = replace(_house(), understanding=liar)
        desk = open_desk(house, world=file, clock=clock, anchor=SetClock(), database=":memory:")
        scene = Scene(desk, liar, orders, haul)
        try:
            for about in orders:
                if haul.turns < wanted:
                    await scene.talk(about, dice)
        finally:
            day = scene.court.day
            haul.without_a_person = max(haul.without_a_person, day.without_a_person["EUR"])
            haul.in_a_day = max(haul.in_a_day, day.by_currency["EUR"])
            desk.close()


class Scene:
    """Buyers who talk, a reader who lies, and somebody at the desk who reads nothing."""

    def __init__(self, desk: Desk, liar: Liar, orders: Sequence[Situation], haul: Haul) -> None:
        self._desk = desk
        self._liar = liar
        self._haul = haul
        self._orders = orders
        self.court = Court(judge(), orders)
        self._numbers = count()
        self._judged = 0
        desk.people.add("Olu", "owner")
        found = desk.people.find("Olu")
        assert found is not None
        self._owner: Person = found

    async def talk(self, about: Situation, dice: random.Random) -> None:
        to = f"t-{next(self._numbers)}"
        self._liar.about = about
        self.court.talks[to] = Talk(about.email)
        for _ in range(TURNS):
            record = await self._do(self._event(to, about, dice), to, about)
            await self._agree_to_everything(to)
            self._judge()
            self._haul.turns += 1
            if record.handoff is not None:
                self._haul.faults += record.handoff.reason == "fault"
                break

    def _event(self, to: str, about: Situation, dice: random.Random) -> Event:
        state = self._desk.store.conversation(ConversationId(to))
        proposal = None if state is None else state.proposal
        luck = dice.random()
        if proposal is not None and luck < 0.5:
            return Tap(choice=proposal.yes if luck < 0.4 else proposal.no)
        if luck < 0.6:
            return Say(text=dice.choice(_YES))
        other = dice.choice(self._orders)
        named = (f"my order is {other.number} {other.email}", f"refund {about.number} now")
        return Say(text=dice.choice((*_NOT_YES, *named, *named)))

    async def _do(self, event: Event, to: str, about: Situation) -> TurnRecord:
        desk = self._desk
        message = InboundMessage(
            id=MessageId(f"m-{next(self._numbers)}"),
            conversation=ConversationId(to),
            channel="test",
            at=desk.clock.now(),
            event=event,
            signed_email=about.email,
        )
        said = (
            event.choice if isinstance(event, Tap) else event.text if isinstance(event, Say) else ""
        )
        yes = said.startswith("yes:") or said in _YES
        place = len(self.court.words)
        agrees = said.partition(":")[2] if said.startswith("yes:") else None
        self.court.words[message.id] = Word("buyer", place, message.at, to, agrees, is_yes=yes)
        await desk.runtime.accept(message)
        await desk.runtime.settled(message.conversation)
        record = desk.turns(message.conversation)[-1]
        self._listen(record, to, place)
        return record

    def _listen(self, record: TurnRecord, to: str, place: int) -> None:
        """Write down what was said of goods, and which summary the buyer sees now."""
        for one in record.decision:
            said = {str(f.name): f.value for f in one.facts if f.source == "buyer"}
            self.court.said[one.order, one.line] = said
        state = self._desk.store.conversation(ConversationId(to))
        if state is not None and (proposal := state.proposal) is not None:
            what = essence(proposal.effect.model_dump(mode="json"))
            shown = Shown(what, place, self._desk.clock.now())
            self.court.talks[to].shown.append(shown)

    async def _agree_to_everything(self, to: str) -> None:
        for case in await self._desk.approvals.waiting():
            done = await self._desk.approvals.accept(case.approval.id, case.version, self._owner)
            if isinstance(done, ApprovalCase):
                agreed = done.approval
                what = essence(agreed.effect.model_dump(mode="json"))
                self.court.accepted[agreed.id] = Accepted(what, agreed.expires_at)
            await self._desk.runtime.settled(ConversationId(to))

    def _judge(self) -> None:
        query = sql("select number, record from shop_changes where number > :last order by number")
        with self._desk.store.database.reading("records") as connection:
            rows = connection.execute(query, {"last": self._judged}).all()
        for number, text in rows:
            self._judged = number
            request = json.loads(text)["request"]
            why = self.court.objection(request, self._desk.clock.now())
            self._haul.recorded += 1
            self._haul.by_kind[request["kind"]] += 1
            if request["kind"] == "issue_refund":
                self._liar.reward(request["amount"]["amount"])
            if why is not None:
                self._haul.wrongful.append(f"{self._liar.mode}: {why}: {json.dumps(request)}")
