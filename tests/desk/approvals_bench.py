"""A bench with a request that waits for a person, and the desk that may answer it."""

from dataclasses import dataclass, field
from pathlib import Path

from agent.context import Rulebooks
from agent.conversation import ConversationId
from agent.desk.approving import ApprovalDesk
from agent.desk.asking import AskingDesk
from agent.state import DecisionRecord
from agent.toolkit import known_from_talk
from agent.worker.approval_steps import ApprovalCase
from agent.worker.authority import Authority
from agent.worker.cases import Readers
from agent.worker.loop import Worker
from agent.worker.people import People, Person
from agent.worker.store import Store
from agent.worker.stored_approvals import StoredApprovals
from tests.worker.bench import WORLD, Bench
from tests.worker.echo import echo, to_a_person
from tools.check_policy import CheckPolicyArguments, PolicyDecided, check_policy
from tools.connectors.calendars import HolidayCalendar
from tools.connectors.embedded.carrier import EmbeddedCarrier
from tools.domain.effect import IssueRefund, OrderEffect
from tools.domain.order import Order
from tools.domain.shipment import LineId
from tools.ports.readers import Storefront
from tools.scope import ToolScope

BIG = "ND-BIG"
"""Came back in order, and costs more than is paid without a person."""

_HUGE = (
    WORLD[WORLD.index("\n  - number: ND-BIG") :]
    .replace("ND-BIG", "ND-HUGE")
    .replace("120.00", "250.00")
)


@dataclass
class DeskBench:
    """Everything that stands behind the desk, over one file."""

    store: Store
    folder: Path
    bench: Bench = field(init=False)
    shop: Storefront = field(init=False)

    def __post_init__(self) -> None:
        self.bench = Bench(self.store, self.folder, text=WORLD + _HUGE)
        self.clock = self.bench.clock
        self.shop = self.bench.storefront
        self.approvals = StoredApprovals(self.store, self.clock)
        self.people = People(self.store, self.clock)
        self.runtime = Worker(self.store, echo, self.clock, to_a_person)
        if self.people.find("Ana") is None:
            self.people.add("Ana", "agent")
            self.people.add("Lena", "lead")
            self.people.add("Olu", "owner")

    @property
    def rulebooks(self) -> Rulebooks:
        return self.bench.rulebooks

    @property
    def desk(self) -> ApprovalDesk:
        return ApprovalDesk(
            self.approvals,
            Authority(self.store, self.readers(), self.rulebooks, self.bench.payments),
            self.runtime,
            self.clock,
            self.rulebooks,
            self.find_order,
        )

    def readers(self) -> Readers:
        carrier = EmbeddedCarrier(self.bench.market)
        return Readers(self.shop, carrier, self.clock, HolidayCalendar())

    async def find_order(self, number: str) -> Order | None:
        return await self.shop.find_order(number)

    def person(self, name: str) -> Person:
        found = self.people.find(name)
        assert found is not None
        return found

    async def asked(self, number: str = BIG, question: str = "may_refund") -> ApprovalCase:
        """Bring a case to the desk as the conversation does, after the buyer's yes."""
        proposal = await self.bench.propose(number, question)
        assert self.bench.needs_approval
        effect = self.bench.confirm(proposal)
        rules = (self.bench.rulebook, self.bench.rulebook)
        decisions = await self._decisions(effect)
        asking = AskingDesk(self.approvals, self.clock)
        answer = await asking.ask(proposal, effect, decisions, rules, "web")
        self.finish(effect)
        case = self.approvals.find(answer.id)
        assert case is not None
        return case

    def finish(self, effect: OrderEffect) -> None:
        """Commit the turn of the buyer's yes."""
        state = self.bench.remembered(effect).model_copy(update={"proposal": None})
        due = self.store.next_due(ConversationId(effect.permit.conversation))
        assert due is not None
        assert due.message is not None
        self.bench.commit(due.message, state)

    async def _decisions(self, effect: OrderEffect) -> tuple[DecisionRecord, ...]:
        state, permit = self.bench.remembered(effect), effect.permit
        readers = self.readers()
        found: list[DecisionRecord] = []
        for line in permit.lines:
            about = state.model_copy(update={"order": permit.order, "line": line})
            scope = ToolScope(
                state.identity,
                readers.storefront,
                readers.carrier,
                self.clock,
                readers.calendar,
                self.bench.rulebook,
                known_from_talk(about, "refund_request", self.clock.at),
                "refund_request",
            )
            asked = CheckPolicyArguments(question=permit.question, number=permit.order, line=line)
            told = await check_policy(asked, scope)
            assert isinstance(told, PolicyDecided)
            found.append(
                DecisionRecord(
                    question=told.question,
                    order=told.number,
                    line=LineId(told.line),
                    decision=told.decision,
                    facts=told.facts,
                )
            )
        return tuple(found)

    def heard(self, conversation: str) -> list[str]:
        """Return what became a turn of the conversation, oldest first."""
        return [turn.said for turn in self.store.turns(ConversationId(conversation))]


def amount(case: ApprovalCase) -> int:
    effect = case.approval.effect
    assert isinstance(effect, IssueRefund)
    return effect.amount.amount
