"""What does the person who takes over get to read? Records and rules first, words last."""

from agent.context import Context
from agent.conversation import said
from agent.requests import RequestId
from agent.rulings import facts_looked_at, make_rulings
from agent.state import Conversation, DecisionRecord, HandingOff, TurnState
from agent.writing.parts import Part, Slot, say
from agent.writing.rendering import format_money, inert, render
from tools.domain.order import Order
from tools.domain.shipment import ParcelReport
from tools.domain.ticket import HandoffPacket, PacketFact

_MAX_WISH = 2_000
_MINUTE = "%Y-%m-%d %H:%M"


def make_packet(state: TurnState, context: Context) -> HandoffPacket:
    """Return the whole case of a conversation."""
    conversation, order = state["conversation"], state.get("order")
    reading, person = state.get("reading"), state.get("handing_off")
    assert person is not None, "a packet is made for a reason"
    decisions = person.decisions
    desk = context.rulebook.marketplace.desk_language
    language = context.macros.locale(conversation.language)
    told = summary(state, decisions)
    return HandoffPacket(
        conversation=conversation.id,
        channel=conversation.channel,
        customer=order.email if order else conversation.identity.email,
        verified_how=conversation.identity.how,
        requests=wishes(conversation, person),
        orders=describe_order(order) if order else (),
        decision=_in_words(decisions, desk),
        rule_id=decisions[0].decision.rule_id if decisions else None,
        policy_version=context.rulebook.version,
        rulings=make_rulings(decisions, order, state.get("reports", ()), context),
        facts=(*_parcel_facts(state.get("reports", ())), *facts_looked_at(decisions, context)),
        done=tuple(text for who, text in conversation.recent if who == "assistant"),
        photos=conversation.photos,
        withdrawals=describe_withdrawals(conversation),
        wish=_wish(state)[:_MAX_WISH],
        mood=reading.mood if reading else "calm",
        summary=render(told, context.macros, desk).text,
        summary_buyer=render(told, context.macros, language).text,
        language=language,
        transcript=(
            *(f"{who}: {text}" for who, text in conversation.recent),
            f"buyer: {said(state['message'])[:_MAX_WISH]}",
        ),
    )


def _wish(state: TurnState) -> str:
    """Return the buyer's own words; behind a button or a photo stand those before it."""
    message, recent = state["message"], state["conversation"].recent
    if message.event.kind == "say":
        return said(message)
    return next((text for who, text in reversed(recent) if who == "buyer"), said(message))


def wishes(conversation: Conversation, person: HandingOff) -> tuple[RequestId, ...]:
    """Return what the buyer wants; a wish for a person is about what was talked of before."""
    asked: list[RequestId] = [request.id for request in conversation.agenda]
    if not asked:
        asked.append(person.request.id)
    if asked == ["human_agent"]:
        asked.extend(conversation.last_requests)
    return tuple(dict.fromkeys(asked))


def summary(state: TurnState, decisions: tuple[DecisionRecord, ...]) -> Part:
    """Return the case in one paragraph, in macros, so that every language can show it."""
    order, person = state.get("order"), state.get("handing_off")
    assert person is not None, "a summary is made for a reason"
    slots: dict[str, Slot] = {
        "who": say("summary_verified" if order else "summary_unverified"),
        "wish": say(f"request_{person.request.id}"),
        "orders": _order_part(order),
        "decision": say("summary_no_decision"),
    }
    if decisions:
        because = Part(text=decisions[0].decision.because)
        slots["decision"] = say("summary_decision", because=because)
    return say("summary", **slots)


def _order_part(order: Order | None) -> Part:
    if order is None:
        return say("summary_no_order")
    titles = tuple(line.title for line in order.lines)
    return say("summary_order", number=order.number, items=titles)


def describe_order(order: Order) -> tuple[str, ...]:
    """Return one plain line for an order and one for each line item, for the desk."""
    lines = [
        f"{line.quantity} × {inert(line.title)} ({line.sku}, {line.seller}) "
        f"{format_money(line.unit_price, 'en')}"
        + (" custom-made" if line.custom_made else "")
        + (" final sale" if line.final_sale else "")
        for line in order.lines
    ]
    head = (
        f"{order.number} placed {order.placed_at:%Y-%m-%d} to {order.ship_to.country}, {order.kind}"
    )
    return (head, *lines)


def describe_withdrawals(conversation: Conversation) -> tuple[str, ...]:
    """Return one plain line for each statement, for the desk; the buyer's words stand last."""
    lines = [
        f"{kept.number} recorded {kept.recorded_at:{_MINUTE}} UTC: {kept.statement.order} "
        f"({inert(', '.join(kept.statement.items))}), "
        f"said {kept.statement.at:{_MINUTE}} UTC: {inert(kept.statement.words)}"
        for kept in conversation.withdrawals
    ]
    if waiting := conversation.statement:
        said_at = f"{waiting.at:{_MINUTE}} UTC"
        lines.append(f"NOT RECORDED YET (no order), said {said_at}: {inert(waiting.words)}")
    return tuple(lines)


def _in_words(decisions: tuple[DecisionRecord, ...], language: str) -> str | None:
    if not decisions:
        return None
    return "; ".join(
        f"{r.line}: {r.decision.kind} ({r.decision.rule_id}) "
        + r.decision.because.get(language, r.decision.because["en"])
        for r in decisions
    )


def _parcel_facts(reports: tuple[ParcelReport, ...]) -> tuple[PacketFact, ...]:
    return tuple(
        PacketFact(
            name=f"parcel {report.shipment or 'not made yet'}",
            value=f"{report.milestone}, {report.condition}, {report.days_late} days late",
            source="record",
        )
        for report in reports
    )
