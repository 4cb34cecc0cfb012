"""A shop with its gateway, and a test that writes down what really was said, shown and agreed to."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text as sql

from agent.conversation import (
    ConversationId,
    Event,
    HandBack,
    InboundMessage,
    PersonSaid,
    Say,
    Tap,
)
from agent.desk.approving import ApprovalDesk
from agent.desk.asking import AskingDesk
from agent.requests import RequestId
from agent.state import BuyerFact, Conversation, DecisionRecord, Proposal
from agent.toolkit import known_from_talk
from agent.worker.authority import Authority
from agent.worker.cases import Readers
from agent.worker.effects import EffectGateway
from agent.worker.loop import Worker
from agent.worker.people import People, Person
from agent.worker.store import Store
from agent.worker.stored_approvals import StoredApprovals
from tests.hostile.law import BUYER_SAID, Court
from tests.hostile.situations import Situation, world_text
from tests.hostile.testimony import Accepted, Shown, Talk, Word, essence
from tests.oracle.comparing import judge
from tests.worker.bench import Bench
from tests.worker.echo import SetClock, echo, to_a_person
from tools.check_policy import CheckPolicyArguments, PolicyDecided, check_policy
from tools.connectors.calendars import HolidayCalendar
from tools.connectors.embedded.carrier import EmbeddedCarrier
from tools.connectors.embedded.changes import ShopChanges
from tools.connectors.embedded.elsewhere import EmbeddedElsewhere
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.storefront import EmbeddedStorefront
from tools.connectors.embedded.world import load_world
from tools.connectors.embedded_helpdesk import EmbeddedHelpdesk
from tools.connectors.embedded_order_desk import EmbeddedOrderDesk
from tools.connectors.embedded_payments import EmbeddedPayments
from tools.domain.effect import OrderEffect
from tools.domain.order import Order
from tools.domain.party import Identity
from tools.domain.shipment import LineId
from tools.policy.decision import FactName
from tools.policy.facts import Fact
from tools.scope import ToolScope

AUTHORS = {"say": "buyer", "tap": "buyer", "person_said": "person", "hand_back": "person"}


@dataclass
class Stand(Bench):
    """Everything happens in one database; the court judges what the shop wrote down."""

    situations: Sequence[Situation] = field(default_factory=list[Situation])

    def __post_init__(self) -> None:
        file = self.folder / "world.yaml"
        file.write_text(world_text([*self.situations]), encoding="utf-8")
        world = load_world(file)
        self.market = EmbeddedMarketplace(world, SetClock())
        changes = ShopChanges(self.store.engine, world.name)
        self.storefront = EmbeddedStorefront(self.market, changes)
        self.payments = EmbeddedPayments(self.market, changes, self.clock)
        self.desk = EmbeddedOrderDesk(self.market, changes, self.clock)
        self.elsewhere = EmbeddedElsewhere(self.market, changes, self.clock)
        self.helpdesk = EmbeddedHelpdesk(self.store.engine)
        self.approvals = StoredApprovals(self.store, self.clock)
        self.asking = AskingDesk(self.approvals, self.clock)
        self.court = Court(judge(), self.situations)
        self.doors: EffectGateway = self.gateway(approvals=self.approvals)
        self.approving = self._approving()
        self.owner = self._owner()
        self._judged = 0

    def _approving(self) -> ApprovalDesk:
        authority = Authority(self.store, self._readers(), self.rulebooks, self.payments)
        worker = Worker(self.store, echo, self.clock, to_a_person)

        async def find(number: str) -> Order | None:
            return await self.storefront.find_order(number)

        return ApprovalDesk(self.approvals, authority, worker, self.clock, self.rulebooks, find)

    def _owner(self) -> Person:
        people = People(self.store, self.clock)
        people.add("Olu", "owner")
        found = people.find("Olu")
        assert found is not None
        return found

    def _readers(self) -> Readers:
        carrier = EmbeddedCarrier(self.market)
        return Readers(self.storefront, carrier, self.clock, HolidayCalendar())

    def send(self, event: Event, *, to: str, yes: bool = False) -> InboundMessage:
        """Let a message be accepted, and write down what it really is."""
        message = self.hear(event, to=to)
        self.court.words[message.id] = Word(
            by=AUTHORS.get(event.kind, "nobody"),
            place=len(self.court.words),
            at=self.clock.at,
            conversation=to,
            agrees_to=event.choice.partition(":")[2] if isinstance(event, Tap) else None,
            is_yes=yes,
        )
        return message

    def open_talk(self, about: Situation, to: str, *, proven: bool = True) -> Conversation:
        """Begin a conversation with the buyer of an order."""
        self.court.talks[to] = Talk(about.email, second_factor=proven)
        asked = self.send(Say(text="Please"), to=to)
        state = self.state(asked).model_copy(
            update={
                "identity": Identity(email=about.email, how="signed", second_factor=proven),
                "order": about.number,
                "rules": self.rulebook.version,
                "buyer_facts": tuple(self._buyer_facts(about)),
            }
        )
        self.commit(asked, state)
        return state

    def _buyer_facts(self, about: Situation) -> Iterator[BuyerFact]:
        for line in about.goods:
            for name, value in BUYER_SAID.items():
                if FactName(name) in self.rulebook.catalogue:
                    told = Fact(
                        name=FactName(name), value=value, source="buyer", as_of=self.clock.at
                    )
                    yield BuyerFact(order=about.number, line=LineId(line.id), fact=told)

    def sum_up(
        self,
        effect: OrderEffect,
        to: str,
        request: RequestId,
        then: OrderEffect | None = None,
    ) -> Proposal:
        """Let the buyer wish again and be shown what an effect comes to, permitted or not."""
        asked = self.send(Say(text="Please"), to=to)
        proposal = Proposal.model_validate(
            {
                "effect": effect,
                "request": request,
                "then": then,
                "answered": asked.id,
                "shown_at": self.clock.at,
                "expires_at": self.clock.at + timedelta(minutes=15),
            }
        )
        self.commit(asked, self.state(asked).model_copy(update={"proposal": proposal}))
        place = self.court.words[asked.id].place
        shown = Shown(essence(effect.model_dump(mode="json")), place, self.clock.at)
        self.court.talks[to].shown.append(shown)
        return proposal

    def say_yes(self, proposal: Proposal, *, tapped: bool) -> InboundMessage:
        event = Tap(choice=proposal.yes, label="Yes") if tapped else Say(text="Yes, please")
        return self.send(event, to=proposal.effect.permit.conversation, yes=True)

    def end_turn(self, to: str) -> None:
        """Finish every turn that is due, leaving the state as it is."""
        while (due := self.store.next_due(_conversation(to))) is not None:
            assert due.message is not None
            self.commit(due.message, self.state(due.message))

    def chatter(self, to: str) -> list[str]:
        """Let all kinds of messages arrive that confirm nothing."""
        events = (PersonSaid(text="yes"), HandBack(), Tap(choice="no"), Tap(choice="yes:eff_other"))
        names = [self.send(event, to=to).id for event in events]
        self.end_turn(to)
        return [str(name) for name in names]

    async def look(
        self, about: Situation, question: str, line: str, to: str, request: RequestId
    ) -> DecisionRecord:
        """Return what the product decides now."""
        state = self.store.conversation(_conversation(to))
        assert state is not None
        told_of = state.model_copy(update={"order": about.number, "line": LineId(line)})
        readers = self._readers()
        scope = ToolScope(
            state.identity,
            readers.storefront,
            readers.carrier,
            self.clock,
            readers.calendar,
            self.rulebook,
            known_from_talk(told_of, request, self.clock.at),
            request,
        )
        asked = CheckPolicyArguments(question=question, number=about.number, line=line)
        told = await check_policy(asked, scope)
        assert isinstance(told, PolicyDecided), told
        return DecisionRecord(
            question=question,
            order=told.number,
            line=LineId(line),
            decision=told.decision,
            facts=told.facts,
        )

    async def person_agrees(
        self, proposal: Proposal, effect: OrderEffect, decisions: Sequence[DecisionRecord]
    ) -> OrderEffect | None:
        """Let the owner accept; None when that does not count."""
        rules = (self.rulebook, self.rulebook)
        answer = await self.asking.ask(proposal, effect, tuple(decisions), rules, "web")
        case = self.approvals.find(answer.id)
        assert case is not None
        await self.approving.accept(answer.id, case.version, self.owner)
        settled = self.approvals.find(answer.id)
        if settled is None or settled.approval.status != "accepted":
            return None
        agreed = settled.approval
        what = essence(agreed.effect.model_dump(mode="json"))
        self.court.accepted[agreed.id] = Accepted(what, agreed.expires_at)
        return agreed.effect

    def judge_records(self) -> list[str]:
        """Return what is wrong with each new record of the shop."""
        query = sql("select record from shop_changes where number > :last order by number")
        numbers = sql("select coalesce(max(number), 0) from shop_changes")
        with self.store.database.reading("records") as connection:
            rows = [*connection.scalars(query, {"last": self._judged})]
            self._judged = connection.scalar(numbers) or 0
        requests = [json.loads(row)["request"] for row in rows]
        found = [(one, self.court.objection(one, self.clock.at)) for one in requests if one]
        self.recorded = len(found)
        return [f"{why}: {json.dumps(one)}" for one, why in found if why is not None]


def _conversation(name: str) -> ConversationId:

    return ConversationId(name)


def open_stand(folder: Path, situations: Sequence[Situation]) -> Stand:
    return Stand(Store.open(":memory:"), folder, situations=situations)
