"""What do the runs look like that the scorers are tried on?"""

from datetime import UTC, datetime

from agent.conversation import Choice, ConversationId, Reply
from agent.requests import Request
from agent.state import Conversation, DecisionRecord, Handoff, ToolCallRecord, TurnRecord
from agent.understanding.reading import Reading
from evals.conversation_file import Sample
from evals.run import Run, Step
from tools.domain.money import Money
from tools.domain.order import LineItem, Order, Payment, PaymentId
from tools.domain.party import Address, CustomerId, Identity, SellerId
from tools.domain.shipment import LineId, Shipment, ShipmentId, ShippedLine
from tools.domain.ticket import HandoffPacket, Ticket, TicketDraft
from tools.policy.decision import Deny, RuleId

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
PLACED = datetime(2026, 3, 1, 8, tzinfo=UTC)


def sample(**fields: object) -> Sample:
    return Sample.model_validate(
        {"id": "one", "clock": "2026-03-10T09:00:00Z", "turns": [{"say": "hello"}], **fields}
    )


def order(number: str = "ND-1", title: str = "Blue mug", email: str = "ada@example.com") -> Order:
    price = Money(amount=2450, currency="EUR")
    line = LineItem(
        id=LineId("l1"),
        seller=SellerId("clay"),
        title=title,
        sku="M-1",
        category="ceramics",
        quantity=1,
        unit_price=price,
    )
    parcel = Shipment(
        id=ShipmentId("s1"),
        seller=SellerId("clay"),
        lines=(ShippedLine(line=line.id, quantity=1),),
        shipped_at=datetime(2026, 3, 4, 8, tzinfo=UTC),
        carrier="fastpost",
        tracking_number=f"TR{number}77",
    )
    return Order(
        number=number,
        customer=CustomerId("c1"),
        email=email,
        placed_at=PLACED,
        ship_to=Address(
            name="Ada Stone", street="Elm Row 5", city="Ghent", postcode="9000", country="BE"
        ),
        lines=(line,),
        shipments=(parcel,),
        payments=(Payment(id=PaymentId("p1"), amount=price, captured_at=PLACED),),
        shipping_price=Money(amount=0, currency="EUR"),
    )


def conversation(*verified: str, owner: str = "assistant") -> Conversation:
    return Conversation.model_validate(
        {
            "id": "one",
            "channel": "web_chat",
            "started_at": NOW,
            "owner": owner,
            "identity": Identity(orders=frozenset(verified), how="order_and_email"),
        }
    )


def record(text: str = "Hello.", **fields: object) -> TurnRecord:
    reply = Reply(text=text, choices=(Choice(id="person", label="Talk to a person"),))
    return TurnRecord.model_validate(
        {"conversation": ConversationId("one"), "turn": 1, "said": "hello", "reply": reply} | fields
    )


def run(of: Sample, *records: TurnRecord, after: Conversation | None = None, **more: object) -> Run:
    after = after or conversation()
    steps = tuple(
        Step(number=n, turn=turn, at=NOW, record=made, after=after)
        for n, (turn, made) in enumerate(zip(of.turns, records, strict=True), start=1)
    )
    return Run.model_validate(
        {"sample": of, "steps": steps, "ticket": None, "orders": (order(),)} | more
    )


def reading(*requests: str) -> Reading:
    return Reading(requests=tuple(Request.model_validate({"id": name}) for name in requests))


def call(tool: str = "lookup_order", outcome: str = "found", **arguments: str) -> ToolCallRecord:
    return ToolCallRecord(id="c", tool=tool, arguments=arguments, outcome=outcome)


def denied(rule_id: str) -> DecisionRecord:
    decision = Deny(rule_id=RuleId(rule_id), because={"en": "No."}, version="v")
    return DecisionRecord(
        question="may_return", order="ND-1", line=LineId("l1"), decision=decision, facts=()
    )


def handoff(reason: str) -> Handoff:
    return Handoff(reason=reason, queue="delivery", ticket="T-000001")


def ticket(reason: str = "lost") -> Ticket:
    packet = HandoffPacket(
        conversation="one",
        channel="web_chat",
        customer="ada@example.com",
        verified_how="order_and_email",
        requests=("not_received",),
        orders=("ND-1 Blue mug",),
        wish="Where is it?",
        summary="A parcel is lost.",
        summary_buyer="A parcel is lost.",
        language="en",
    )
    draft = TicketDraft(queue="delivery", reason=reason, packet=packet, opened_at=NOW, due_at=NOW)
    return Ticket(id="T-000001", status="open", draft=draft)
