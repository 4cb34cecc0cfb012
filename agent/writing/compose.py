"""Which sentences answer a turn?"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

from agent.conversation import Choice, OrderCard, PersonSaid, Reply
from agent.refunds_made import refund_parts
from agent.requests import RequestId
from agent.state import (
    Answered,
    Asking,
    DecisionRecord,
    HandingOff,
    Handoff,
    Outcome,
    Proposed,
    TurnState,
)
from agent.writing.macros import Macros
from agent.writing.parcels import order_card, parcel_parts, shop_name
from agent.writing.parts import Part, Slot, say
from agent.writing.rendering import render_all
from agent.writing.summaries import sum_up
from tools.domain.order import Order
from tools.domain.shipment import ParcelReport
from tools.policy.calendar import local_day, zone_named
from tools.policy.decision import Allow, Deny
from tools.policy.rulebook import Rulebook

PERSON = "request:human_agent"
STATUS_REQUESTS = ("order_status", "tracking_problem", "delivery_delay", "not_received")


def write_reply(
    state: TurnState, macros: Macros, rulebook: Rulebook
) -> tuple[Reply, tuple[str, ...]]:
    """Return the reply and the facts that it shows; a person's own words pass as they are."""
    language = macros.locale(state["conversation"].language)
    event = state["message"].event
    if isinstance(event, PersonSaid):
        return Reply(text=event.text, author="person", language=language), (event.text,)
    rendered = render_all(compose(state, rulebook), macros, language)
    drawn = cards(state, macros)
    brief = render_all(compose(state, rulebook, with_plain_parcels=not drawn), macros, language)
    reply = Reply(
        text=rendered.text,
        brief=brief.text if drawn else None,
        choices=choices(state, macros),
        cards=drawn,
        language=language,
    )
    return reply, rendered.grounds


def compose(
    state: TurnState, rulebook: Rulebook, *, with_plain_parcels: bool = True
) -> tuple[Part, ...]:
    """Return the sentences of a turn, in the order in which they are said.

    A card shows all there is to say about a parcel that is on its way; others need words.
    """
    parts: list[Part] = []
    conversation, message = state["conversation"], state["message"]
    opened = message.event.kind == "opened"
    if not conversation.greeted and not opened:
        parts.append(say("disclosure", marketplace=rulebook.marketplace.name))
    parts.extend(state.get("parts", ()))
    parts.extend(_waiting_statement(state))
    shown = False
    for outcome in state.get("outcomes", ()):
        if outcome.request.id in STATUS_REQUESTS and not shown:
            parts.extend(_status(state, with_plain=with_plain_parcels))
            shown = True
        parts.extend(_outcome(outcome, state))
    person, handoff = state.get("handing_off"), state.get("handoff")
    if handoff is not None and person is not None:
        told = (Part(text=person.because), *_whose_word(person, state)) if person.because else ()
        parts.append(Part(sentences=(*told, _handed_off(handoff, rulebook))))
    return tuple(parts)


def choices(state: TurnState, macros: Macros) -> tuple[Choice, ...]:
    """Return the buttons under the reply; a person is always one of them."""
    if state.get("handoff") is not None:
        return ()
    conversation = state["conversation"]
    language = conversation.language
    question = conversation.question
    shown = [Choice(id=c.id, label=c.label) for c in question.choices] if question else []
    if question is not None and question.expecting == "yes_no" and not shown:
        shown = [
            Choice(id=word, label=macros.text(f"choice_{word}", language)) for word in ("yes", "no")
        ]
    if all(choice.id != PERSON for choice in shown):
        shown.append(Choice(id=PERSON, label=macros.text("choice_person", language)))
    return tuple(shown)


def cards(state: TurnState, macros: Macros) -> tuple[OrderCard, ...]:
    """Return the order as a card when its parcels were asked about."""
    order, reports = state.get("order"), state.get("reports", ())
    if order is None or not reports or not _shows_status(state):
        return ()
    return (order_card(order, reports, macros, macros.locale(state["conversation"].language)),)


def _shows_status(state: TurnState) -> bool:
    outcomes = state.get("outcomes", ())
    return any(outcome.request.id in STATUS_REQUESTS for outcome in outcomes)


def _status(state: TurnState, *, with_plain: bool) -> list[Part]:
    order, reports = state.get("order"), state.get("reports", ())
    if order is None or not reports:
        return []
    told = [report for report in reports if with_plain or not _is_on_the_card(report)]
    parcels = [Part(sentences=parcel_parts(report)) for report in told]
    return [say("order_intro", number=order.number), *parcels]


def _is_on_the_card(report: ParcelReport) -> bool:
    """Whether a card says it all; it has no place for the day of delivery."""
    return report.condition == "on_time" and report.milestone != "delivered"


def _outcome(outcome: Outcome, state: TurnState) -> list[Part]:
    order, reports = state.get("order"), state.get("reports", ())
    match outcome:
        case Asking(words=words):
            return [words]
        case Proposed(proposal=proposal, decisions=decisions) if order is not None:
            told = [_decided(made, order, reports) for made in decisions if _is_no(made)]
            zone = _zone(decisions[0]) if decisions else UTC
            return [*told, sum_up(proposal, order, zone)]
        case Answered(decisions=decisions) if decisions and order is not None:
            return [_decided(record, order, reports) for record in decisions]
        case HandingOff(decisions=decisions) if order is not None and _tells_first(outcome):
            return [_decided(record, order, reports) for record in decisions]
        case Answered(request=request):
            return _from_records(request.id, order, reports)
        case _:
            return []


def _from_records(
    request: RequestId, order: Order | None, reports: tuple[ParcelReport, ...]
) -> list[Part]:
    if request == "refund_status" and order is not None:
        return refund_parts(order)
    is_late = any(report.past_threshold for report in reports)
    return [say("offer_person")] if is_late else []


def _waiting_statement(state: TurnState) -> list[Part]:
    """Say that its own time counts when a withdrawal is not recorded in the turn that says it."""
    waiting = state["conversation"].statement
    if waiting is None:
        return []
    is_new = waiting.message == state["message"].id
    return [say("withdrawal_kept")] if is_new or state.get("handoff") is not None else []


def _tells_first(outcome: HandingOff) -> bool:
    """Whether a buyer hears the answer to `may it go back?` before a person starts the return."""
    settled = all(isinstance(record.decision, Allow | Deny) for record in outcome.decisions)
    return outcome.request.id == "start_return" and settled


def _decided(record: DecisionRecord, order: Order, reports: tuple[ParcelReport, ...]) -> Part:
    decision = record.decision
    whose = _whose(record, order, reports)
    slots: dict[str, Slot] = {"item": order.line(record.line).title}
    because = Part(text=decision.because)
    if record.question != "may_return":
        told = say("wish_no" if _is_no(record) else "wish_yes", **slots, because=because)
        offer = (say("return_offer_person"),) if _is_no(record) else ()
        return Part(sentences=(told, *whose, *offer))
    match decision:
        case Allow(until=until, terms=terms):
            told = (
                say("return_yes", **slots, because=because)
                if until is None
                else say(
                    "return_yes_until", **slots, because=because, date=_day_there(until, record)
                )
            )
            return Part(sentences=(told, *whose, *_terms(terms)))
        case Deny():
            told = say("return_no", **slots, because=because)
            return Part(sentences=(told, *whose, say("return_offer_person")))
        case _:
            raise AssertionError(decision)


def _is_no(record: DecisionRecord) -> bool:
    return isinstance(record.decision, Deny)


def _zone(record: DecisionRecord) -> tzinfo:
    """Return the time of the place that the parcel goes to."""
    zone = next((fact.value for fact in record.facts if fact.name == "time_zone"), "UTC")
    return zone_named(str(zone))


def _whose(
    record: DecisionRecord, order: Order, reports: tuple[ParcelReport, ...]
) -> tuple[Part, ...]:
    """Say so when a shop's own rules gave the answer."""
    if record.decision.layer != "seller":
        return ()
    return (say("depends_on_seller", seller=shop_name(order.line(record.line), reports)),)


def _whose_word(person: HandingOff, state: TurnState) -> tuple[Part, ...]:
    """Say so when the sentence that sends the buyer to a person is a shop's own."""
    order = state.get("order")
    said = [one for one in person.decisions if one.decision.because == person.because]
    return _whose(said[0], order, state.get("reports", ())) if said and order is not None else ()


def _day_there(at: datetime, record: DecisionRecord) -> date:
    """Return the day on which it happens where the parcel goes."""
    return local_day(at, _zone(record))


def _terms(terms: Mapping[str, str | int | bool]) -> tuple[Part, ...]:
    payer = terms.get("return_shipping_paid_by")
    return (say(f"return_terms_{payer}"),) if payer in ("buyer", "seller") else ()


def _handed_off(handoff: Handoff, rulebook: Rulebook) -> Part:
    if handoff.ticket is None:
        return say("handed_off_failed")
    time = timedelta(hours=rulebook.marketplace.reply_hours)
    return say("handed_off", ticket=handoff.ticket, time=time)
