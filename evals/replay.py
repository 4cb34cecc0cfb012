"""How is a written conversation played against the same runtime that serves buyers?"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from agent.bootstrap import Desk, House, open_desk
from agent.conversation import (
    Attach,
    ConversationId,
    Event,
    HandBack,
    InboundMessage,
    MessageId,
    Opened,
    PersonSaid,
    Reply,
    Say,
    Tap,
)
from agent.worker.people import Person
from agent.worker.withdrawals import StoredWithdrawals
from evals.conversation_file import AtTheDesk, Elsewhere, PersonSpoke, Sample, Turn, Verdict, Wait
from evals.run import Miss, Run, Step
from evals.truth import disputed, orders_at, owner_words, parcels_at, read_world
from tools.connectors.clocks import FixedClock
from tools.domain.effect import OpenTicket, RecordWithdrawal
from tools.domain.order import Order
from tools.domain.ticket import PhotoId, Ticket
from tools.domain.withdrawal import Withdrawal

_BETWEEN_TURNS = timedelta(minutes=1)


@dataclass(frozen=True)
class Stage:
    """What all conversations are played with."""

    house: House
    world: Path
    policy: Path


class NotOfferedError(Exception):
    """The file taps a button that is not there."""

    def __init__(self, wanted: str, reply: Reply | None) -> None:
        offered = reply.choices if reply is not None else ()
        super().__init__(wanted)
        self.wanted = wanted
        self.offered = ", ".join(f"{c.id} ({c.label})" for c in offered) or "no buttons"


class NothingAskedError(Exception):
    """The file answers a request that was never made."""


async def play(sample: Sample, stage: Stage) -> Run:
    """Play one conversation in a world and a store of its own."""
    world = Path(sample.world) if sample.world is not None else stage.world
    truth = read_world(world)
    clock = FixedClock(sample.starts_at)
    anchor = FixedClock(sample.starts_at)
    desk = open_desk(stage.house, world=world, clock=clock, anchor=anchor, database=":memory:")
    player = Player(desk, clock, sample)
    steps: list[Step] = []
    trouble: Miss | None = None
    try:
        async for step in player.steps():
            steps.append(step)  # noqa: PERF401 - what came before a fault is kept
    except NotOfferedError as error:
        expected = f"the button `{error.wanted}`"
        trouble = Miss(turn=len(steps) + 1, expected=expected, got=error.offered)
    except NothingAskedError:
        trouble = Miss(turn=len(steps) + 1, expected="a request at the desk", got="none")
    finally:
        ticket, withdrawals = await player.ticket(), player.withdrawals()
        changed = await player.changed()
        desk.close()
    return Run(
        sample=sample,
        steps=tuple(steps),
        ticket=ticket,
        withdrawals=withdrawals,
        changed=changed,
        orders=orders_at(truth, sample.starts_at),
        parcels=parcels_at(truth, sample.starts_at),
        sellers=tuple(seller.to_seller() for seller in truth.sellers),
        owner_words=owner_words(stage.policy),
        trouble=trouble,
    )


class Player:
    """Does what the file says, turn by turn, and looks at what came of it."""

    def __init__(self, desk: Desk, clock: FixedClock, sample: Sample) -> None:
        self._desk = desk
        self._clock = clock
        self._sample = sample
        self._id = ConversationId(sample.id)
        self._reply: Reply | None = None
        self._touched = set[str]()
        self._seen = 0

    async def steps(self) -> AsyncIterator[Step]:
        """Play to the end; `NotOfferedError` when a button is not there."""
        for number, turn in enumerate(self._sample.turns, start=1):
            if isinstance(turn.event, Wait):
                self._clock.advance(turn.event.span)
                await self._desk.approvals.let_expire()
                yield self._step(number, turn)
                continue
            if isinstance(turn.event, AtTheDesk):
                await self._answer(turn.event)
                yield self._step(number, turn)
                continue
            if isinstance(turn.event, Elsewhere):
                await self._happen(turn.event)
                yield self._step(number, turn)
                continue
            if number > 1:
                self._clock.advance(_BETWEEN_TURNS)
            await self._desk.runtime.accept(self._message(number, self._event(turn)))
            await self._desk.runtime.settled(self._id)
            yield self._step(number, turn)

    async def ticket(self) -> Ticket | None:
        """Return the last ticket, as it is stored."""
        handoffs = [r.handoff for r in self._desk.turns(self._id) if r.handoff is not None]
        number = handoffs[-1].ticket if handoffs else None
        return await self._desk.helpdesk.find_ticket(number) if number is not None else None

    async def changed(self) -> tuple[Order, ...]:
        """Return the orders that something was done to, as the shop has them now."""
        done = [e for record in self._desk.turns(self._id) for e in record.effects]
        numbers = {e.permit.order for e in done if not isinstance(e, OpenTicket | RecordWithdrawal)}
        found = [await self._find(number) for number in sorted(numbers | self._touched)]
        return tuple(order for order in found if order is not None)

    async def _find(self, number: str) -> Order | None:
        return await self._desk.context.storefront.find_order(number)

    async def _happen(self, what: Elsewhere) -> None:
        order = await self._find(what.order)
        assert order is not None, f"the world has no order {what.order}"
        self._touched.add(order.number)
        shop, paid = self._desk.elsewhere, order.payments[0]
        match what.happens:
            case "packed":
                shop.pack(order.number)
            case "disputed":
                shop.dispute(disputed(paid))
            case "refunded":
                shop.refund(paid.id, paid.amount, self._id)

    async def _answer(self, said: AtTheDesk) -> None:
        """Answer the newest request of the conversation, as it stands now."""
        desk, cases = self._desk.approvals, self._desk.approvals.of_conversation(self._id)
        if not cases:
            raise NothingAskedError
        name, version = cases[0].approval.id, cases[0].version
        if (told := said.approve) is not None:
            await desk.accept(name, version, self._person(told))
        if (told := said.edit) is not None:
            await desk.edit(name, version, self._person(told), told.amount or 0)
        if (told := said.reject) is not None:
            reason = told.reason or "not_covered"
            await desk.reject(name, version, self._person(told), reason)
        if (told := said.ask) is not None:
            await desk.ask(name, version, self._person(told), told.words)

    def _person(self, told: Verdict) -> Person:
        """Return somebody with the role; who is not there yet begins now."""
        people, name = self._desk.people, f"Some {told.role}"
        if people.find(name) is None:
            people.add(name, told.role)
        found = people.find(name)
        assert found is not None, "they have just begun"
        return found

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """Return the statements that were kept, oldest first."""
        stored = StoredWithdrawals(self._desk.store.database, self._clock)
        return stored.of_conversation(self._id)

    def _step(self, number: int, turn: Turn) -> Step:
        """Return the step; what led to no turn of the conversation has no record."""
        records = self._desk.turns(self._id)
        record = records[-1] if len(records) > self._seen else None
        self._seen = len(records)
        if record is not None and record.reply is not None:
            self._reply = record.reply
        after = self._desk.store.conversation(self._id)
        return Step(number=number, turn=turn, at=self._clock.now(), record=record, after=after)

    def _message(self, number: int, event: Event) -> InboundMessage:
        customer = self._sample.customer
        return InboundMessage(
            id=MessageId(f"{self._id}:{number}"),
            conversation=self._id,
            channel=self._sample.channel,
            at=self._clock.now(),
            event=event,
            signed_email=customer.email if customer.verified else None,
        )

    def _event(self, turn: Turn) -> Event:
        if turn.say is not None:
            return Say(text=turn.say)
        if turn.tap is not None:
            return self._tap(turn.tap)
        if turn.attach is not None:
            return Attach(photo=PhotoId(turn.attach))
        match turn.event:
            case PersonSpoke(person_said=text):
                return PersonSaid(text=text)
            case "hand_back":
                return HandBack()
            case _:
                return Opened()

    def _tap(self, wanted: str) -> Tap:
        for choice in self._reply.choices if self._reply is not None else ():
            if wanted.casefold() in {choice.id.casefold(), choice.label.casefold()}:
                return Tap(choice=choice.id, label=choice.label)
        raise NotOfferedError(wanted, self._reply)
