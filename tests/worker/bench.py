"""A shop, its till and the gateway before it, with everything that an honest effect needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path

from sqlalchemy import update as sql_update

from agent.bootstrap import PolicyHome
from agent.context import Edition, OneEdition, Rulebooks
from agent.conversation import (
    ConversationId,
    Event,
    InboundMessage,
    MessageId,
    Say,
    Tap,
)
from agent.requests import RequestId
from agent.settings import Settings
from agent.state import BuyerFact, Conversation, Proposal
from agent.toolkit import known_from_talk
from agent.turn import TurnResult
from agent.worker.approvals import Approvals
from agent.worker.cases import Readers
from agent.worker.commit import Due
from agent.worker.effects import EffectGateway, Providers, ShopDoor
from agent.worker.store import Store
from agent.worker.tables import conversations, ledger, reservations
from tests.worker.echo import SetClock, turn_of
from tools.check_policy import CheckPolicyArguments, PolicyDecided, check_policy
from tools.connectors.calendars import HolidayCalendar
from tools.connectors.embedded.carrier import EmbeddedCarrier
from tools.connectors.embedded.changes import ShopChanges
from tools.connectors.embedded.elsewhere import EmbeddedElsewhere
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.storefront import EmbeddedStorefront
from tools.connectors.embedded.world import World, load_world
from tools.connectors.embedded_helpdesk import EmbeddedHelpdesk
from tools.connectors.embedded_order_desk import EmbeddedOrderDesk
from tools.connectors.embedded_payments import EmbeddedPayments
from tools.domain.effect import CancelItems, OrderEffect
from tools.domain.order import Order
from tools.domain.party import Address, Identity
from tools.domain.shipment import LineId
from tools.policy.decision import Decision, FactName, NeedApproval
from tools.policy.facts import Fact
from tools.policy.rulebook import Rulebook
from tools.ports.writers import OrderDesk, Payments
from tools.propose import Wish, propose, propose_repayment
from tools.scope import ToolScope

IDA = Identity(email="ida@example.com", how="signed", second_factor=True)
KIEL = Address(name="Ida Sommer", street="Neuer Weg 4", city="Kiel", postcode="24105", country="DE")


@cache
def shipped_rules() -> Edition:
    settings = Settings()
    return PolicyHome(settings.policy_dir, settings.prompts_dir).read_folder().edition


@cache
def _world(text: str, folder: Path) -> World:
    file = folder / "bench.yaml"
    file.write_text(text, encoding="utf-8")
    return load_world(file)


async def no_pause(_seconds: float) -> None:
    return


@dataclass
class Bench:
    """One database and one shop; conversations are made up to the turn that performs."""

    store: Store
    folder: Path
    clock: SetClock = field(default_factory=SetClock)
    rulebooks: Rulebooks = field(default_factory=lambda: OneEdition(shipped_rules()))
    text: str = ""
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        anchor = SetClock()
        world = _world(self.text or WORLD, self.folder)
        self.market = EmbeddedMarketplace(world, anchor)
        changes = ShopChanges(self.store.engine, world.name)
        self.storefront = EmbeddedStorefront(self.market, changes)
        self.payments: Payments = EmbeddedPayments(self.market, changes, self.clock)
        self.desk: OrderDesk = EmbeddedOrderDesk(self.market, changes, self.clock)
        self.elsewhere = EmbeddedElsewhere(self.market, changes, self.clock)
        self.helpdesk = EmbeddedHelpdesk(self.store.engine)

    @property
    def rulebook(self) -> Rulebook:
        return self.rulebooks.latest.rulebook

    def gateway(
        self,
        payments: Payments | None = None,
        approvals: Approvals | None = None,
        desk: OrderDesk | None = None,
    ) -> EffectGateway:
        calendar, carrier = HolidayCalendar(), EmbeddedCarrier(self.market)
        readers = Readers(self.storefront, carrier, self.clock, calendar)
        providers = Providers(payments or self.payments, desk or self.desk)
        door = ShopDoor(providers, readers, self.rulebooks, approvals)
        return EffectGateway(self.store, self.helpdesk, self.clock, no_pause, shop=door)

    async def order(self, number: str) -> Order:
        found = await self.storefront.find_order(number)
        assert found is not None
        return found

    async def decide(
        self, number: str, question: str, line: LineId, state: Conversation, request: RequestId
    ) -> Decision:
        return (await self.ask(number, question, line, state, request)).decision

    async def ask(
        self,
        number: str,
        question: str,
        line: LineId,
        state: Conversation,
        request: RequestId = "refund_request",
    ) -> PolicyDecided:
        """Ask the rulebook as the conversation does."""
        calendar, carrier = HolidayCalendar(), EmbeddedCarrier(self.market)
        about = state.model_copy(update={"order": number, "line": line})
        said = known_from_talk(about, request, self.clock.at)
        scope = ToolScope(
            state.identity,
            self.storefront,
            carrier,
            self.clock,
            calendar,
            self.rulebook,
            said,
            request,
        )
        asked = CheckPolicyArguments(question=question, number=number, line=line)
        told = await check_policy(asked, scope)
        assert isinstance(told, PolicyDecided)
        return told

    async def propose(
        self,
        number: str,
        question: str,
        *,
        to: str = "c1",
        request: RequestId = "refund_request",
        lines: Sequence[str] = ("L1",),
        address: Address | None = None,
    ) -> Proposal:
        """Let a buyer wish for something and be shown what it comes to."""
        asked = self.hear(Say(text="Please"), to=to)
        state = self.state(asked).model_copy(
            update={
                "identity": IDA,
                "order": number,
                "rules": self.rulebook.version,
                "buyer_facts": self._said(number, question),
            }
        )
        order = await self.order(number)
        names = tuple(LineId(line) for line in lines)
        decisions = {
            line: await self.decide(number, question, line, state, request) for line in names
        }
        wish = Wish(to, asked.id, question, names, address=address)
        effect = propose(wish, order, decisions)
        assert effect is not None, decisions
        then = (
            propose_repayment(wish, order, decisions) if isinstance(effect, CancelItems) else None
        )
        proposal = Proposal(
            effect=effect,
            request=request,
            then=then,
            answered=asked.id,
            shown_at=self.clock.at,
            expires_at=self.clock.at + timedelta(minutes=15),
        )
        self.commit(asked, state.model_copy(update={"proposal": proposal}))
        self.needs_approval = any(isinstance(one, NeedApproval) for one in decisions.values())
        return proposal

    def _said(self, number: str, question: str) -> tuple[BuyerFact, ...]:
        if question == "may_refund":
            return ()
        told = {"return_reason": "changed_mind", "unused": True, "used": False}
        return tuple(
            BuyerFact(
                order=number,
                line=LineId("L1"),
                fact=Fact(name=FactName(name), value=value, source="buyer", as_of=self.clock.at),
            )
            for name, value in told.items()
            if FactName(name) in self.rulebook.catalogue
        )

    def confirm(self, proposal: Proposal, event: Event | None = None) -> OrderEffect:
        """Let the buyer say yes; the turn that acts on it is running."""
        to = proposal.effect.permit.conversation
        word = self.hear(event or Tap(choice=proposal.yes, label="Yes"), to=to)
        return confirmed(proposal.effect, word.id)

    async def agreed(self, number: str = "ND-BACK", question: str = "may_refund") -> OrderEffect:
        """Return an honest effect, just before it is performed."""
        proposal = await self.propose(number, question, to=f"c-{next(self.numbers)}")
        return self.confirm(proposal, Say(text="Yes, please"))

    def paid_before(self, days: Mapping[int, int]) -> None:
        """Let refunds have been made so many days ago, without their orders."""
        with self.store.database.writing("past") as connection:
            for ago, amount in days.items():
                name, at = f"eff_past{ago}", self.clock.at - timedelta(days=ago)
                row = {"effect": name, "kind": "issue_refund", "payload": "", "status": "CONFIRMED"}
                connection.execute(ledger.insert(), row | {"created_at": at, "updated_at": at})
                money = {"effect": name, "order_number": "-", "payment": "-", "buyer": "-"}
                more = {"currency": "EUR", "amount": amount, "at": at, "by_person": False}
                connection.execute(reservations.insert(), money | more)

    def shut(self) -> EmbeddedStorefront:
        """Return the shop while it does not answer."""
        return EmbeddedStorefront(self.market, available=False)

    def hear(self, event: Event, *, to: str, email: str | None = None) -> InboundMessage:
        message = InboundMessage(
            id=MessageId(f"m{next(self.numbers)}"),
            conversation=ConversationId(to),
            channel="web",
            at=self.clock.at,
            event=event,
            signed_email=email,
        )
        assert self.store.accept(message, self.clock.at)
        return message

    def state(self, message: InboundMessage) -> Conversation:
        known = self.store.conversation(message.conversation)
        return known or Conversation(
            id=message.conversation, channel=message.channel, started_at=message.at
        )

    def commit(self, message: InboundMessage, state: Conversation) -> None:
        """Finish the turn of a message with this state."""
        due = self._due(message)
        made = turn_of(message, state, due.turn, reply=None)
        result = TurnResult(
            conversation=state.model_copy(update={"last_reply": None}),
            outbound=made.outbound,
            record=made.record,
        )
        self.store.commit(due, result, self.clock.at)

    def settle(self, effect: OrderEffect) -> None:
        """Finish the turn that performed an effect."""
        due = self.store.next_due(ConversationId(effect.permit.conversation))
        assert due is not None
        assert due.message is not None
        state = self.remembered(effect)
        self.commit(due.message, state.model_copy(update={"proposal": None}))

    def remembered(self, effect: OrderEffect) -> Conversation:
        """Return the committed state of the conversation of an effect."""
        state = self.store.conversation(ConversationId(effect.permit.conversation))
        assert state is not None
        return state

    def rewrite(self, effect: OrderEffect, **update: object) -> None:
        """Let a graph that is not to be trusted have remembered something else."""
        state = self.remembered(effect).model_copy(update=update)
        row = sql_update(conversations).where(conversations.c.id == state.id)
        with self.store.database.writing("rewrite") as connection:
            connection.execute(row.values(state=state.model_dump_json(), owner=state.owner))

    def shown(self, effect: OrderEffect) -> OrderEffect:
        """Let that graph have shown and remembered another effect than the rules allow."""
        proposal = self.remembered(effect).proposal
        assert proposal is not None
        permit = effect.permit.model_copy(update={"confirmed_by": None})
        bare = effect.model_copy(update={"permit": permit})
        self.rewrite(effect, proposal=proposal.model_copy(update={"effect": bare}))
        return effect

    def _due(self, message: InboundMessage) -> Due:
        due = self.store.next_due(message.conversation)
        assert due is not None
        assert due.message == message
        return due


def confirmed(effect: OrderEffect, word: str, approval: str | None = None) -> OrderEffect:
    permit = effect.permit.model_copy(update={"confirmed_by": word, "approval": approval})
    return effect.model_copy(update={"permit": permit})


def back(number: str, price: str, **more: str) -> str:
    """An order that came back and was found in order, so that it is paid back."""
    extra = "".join(f"\n    {name}: {value}" for name, value in more.items())
    return f"""
  - number: {number}
    customer: ida
    placed_at: -9d 10:00
    shipping_price: 4.90 EUR{extra}
    lines:
      - {{id: L1, seller: kiln, title: Mug, sku: M-1, category: ceramics, unit_price: {price} EUR}}
      - {{id: L2, seller: loom, title: Rug, sku: R-1, category: textiles, unit_price: 10.00 EUR}}
    shipments:
      - {{id: S1-{number}, seller: kiln, lines: [{{line: L1, quantity: 1}}], shipped_at: -8d, delivered_at: -6d}}
      - {{id: S2-{number}, seller: loom, lines: [{{line: L2, quantity: 1}}], shipped_at: -8d, delivered_at: -6d}}
    returns:
      - {{id: RT-{number}, lines: [L1, L2], requested_at: -4d, received_at: -1d, inspection: passed}}"""


WORLD = (
    """
returns_to: {name: Harbour Market, street: Quay 9, city: Bremen, postcode: "28195", country: DE}
sellers:
  - id: kiln
    name: Kiln & Co
    country: PT
    handling_days: 3
    returns_to: {street: Rua da Olaria 2, city: Porto, postcode: 4000-001, country: PT}
  - {id: loom, name: Loom, country: GB, handling_days: 1}
customers:
  - id: ida
    name: Ida Sommer
    email: ida@example.com
    locale: de
    address: {street: Kaiweg 1, city: Kiel, postcode: "24103", country: DE}
  - id: jo
    name: Jo Park
    email: jo@example.org
    locale: en
    address: {street: 2 Mill Row, city: Leith, postcode: EH6 7AB, country: GB}
stock:
  - {seller: kiln, sku: M-1, pieces: 20}
orders:
  - number: ND-NEW
    customer: ida
    placed_at: -5h
    shipping_price: 4.90 EUR
    lines:
      - {id: L1, seller: kiln, title: Mug, sku: M-1, category: ceramics, quantity: 2, unit_price: 10.00 EUR}
  - number: ND-DONE
    customer: ida
    placed_at: -9d 10:00
    shipping_price: 4.90 EUR
    lines:
      - {id: L1, seller: kiln, title: Jug, sku: M-1, category: ceramics, unit_price: 24.00 EUR}
    shipments:
      - {id: S1, seller: kiln, lines: [{line: L1, quantity: 1}], shipped_at: -8d, delivered_at: -3d}"""
    + back("ND-JO", "24.00").replace("customer: ida", "customer: jo")
    + back("ND-BACK", "24.00")
    + back("ND-BACK2", "24.00")
    + back("ND-BIG", "120.00")
)
