"""Do things stand as they should after the last turn?"""

from collections.abc import Iterator

from evals.conversation_file import Sample
from evals.end_effects import done_differences, unagreed
from evals.expectation import EndState, RecordedExpectation, TicketExpectation
from evals.run import Miss, Run, Score
from tools.domain.ticket import HandoffPacket, Ticket
from tools.policy.decision import Deny

_INSIDE = frozenset({"fault", "guard"})
"""Reasons of a handoff that only Nightdesk itself is to blame for."""


def score_end_state(run: Run, sample: Sample) -> Score:
    """Compare who owns the conversation, the stored ticket and what was verified."""
    misses: list[Miss] = [run.trouble] if run.trouble else []
    misses += [*_unanswered(run), *_broken(run), *_receipts(run), *_denials(run)]
    misses += unagreed(run)
    end = sample.expect.end if sample.expect else None
    misses += [_miss(*one) for one in done_differences(run, end or EndState()) if one[1] != one[2]]
    if end is not None:
        misses += [_miss(*one) for one in _differences(run, end) if one[1] != one[2]]
    return Score(scorer="end_state", misses=tuple(misses))


def _unanswered(run: Run) -> Iterator[Miss]:
    """Nobody may be left without an answer: a turn ends in a reply or with a person in charge."""
    for step in run.steps:
        silent = step.record is not None and step.record.reply is None
        if silent and step.after is not None and step.after.owner == "assistant":
            if step.turn.event == "hand_back":
                continue
            yield Miss(turn=step.number, expected="a reply or a person in charge", got="neither")


def _broken(run: Run) -> Iterator[Miss]:
    """A turn that failed inside goes to a person too; no sample may count that as good."""
    for step in run.steps:
        handoff = step.record.handoff if step.record else None
        if handoff is not None and handoff.reason in _INSIDE:
            wanted = "a turn that does not fail inside"
            yield Miss(turn=step.number, expected=wanted, got=f"handoff {handoff.reason}")


def _receipts(run: Run) -> Iterator[Miss]:
    """Whoever takes a purchase back gets the number of the record in the chat."""
    told = "\n".join(step.text for step in run.steps)
    for kept in run.withdrawals:
        if kept.number not in told:
            yield Miss(turn=0, expected=f"the buyer to read {kept.number}", got=told)


def _denials(run: Run) -> Iterator[Miss]:
    """Nobody is refused in the turn that records what they said."""
    for step in run.steps:
        record = step.record
        if record is None or all(effect.kind != "record_withdrawal" for effect in record.effects):
            continue
        refused = [made.decision for made in record.decision if isinstance(made.decision, Deny)]
        reasons = {text for decision in refused for text in decision.because.values()}
        if any(reason in step.text for reason in reasons):
            yield Miss(turn=step.number, expected="a withdrawal without refusal", got=step.text)


def _differences(run: Run, end: EndState) -> Iterator[tuple[str, object, object]]:
    final = run.final
    if end.owner is not None:
        yield "owner", end.owner, final.owner if final else None
    if end.verified_orders is not None:
        seen = sorted(order.number for order in run.orders if _verified(run, order.number))
        yield "verified orders", sorted(end.verified_orders), seen
    if end.recorded is not None:
        yield from _recorded_differences(end.recorded, run)
    if end.ticket is not None:
        yield from _ticket_differences(end.ticket, run.ticket)


def _recorded_differences(
    wanted: RecordedExpectation, run: Run
) -> Iterator[tuple[str, object, object]]:
    kept = run.withdrawals
    yield "withdrawal recorded", wanted.stated, bool(kept)
    if wanted.items is not None:
        items = sorted(item for one in kept for item in one.statement.items)
        yield "withdrawn items", sorted(wanted.items), items
    if wanted.said_in is not None:
        said_at = {one.statement.at for one in kept}
        times = [step.number for step in run.steps if step.at in said_at]
        yield "withdrawal said in turn", [wanted.said_in], times


def _verified(run: Run, number: str) -> bool:
    final = run.final
    return final is not None and number in final.identity.orders


def _ticket_differences(
    wanted: TicketExpectation, ticket: Ticket | None
) -> Iterator[tuple[str, object, object]]:
    yield "ticket opened", wanted.opened, ticket is not None
    if ticket is None or not wanted.opened:
        return
    draft, packet = ticket.draft, ticket.draft.packet
    for name, want, got in (
        ("ticket queue", wanted.queue, draft.queue),
        ("ticket reason", wanted.reason, draft.reason),
        ("ticket customer", wanted.customer, packet.customer),
        ("ticket verified_how", wanted.verified_how, packet.verified_how),
        ("ticket rule_id", wanted.rule_id, packet.rule_id),
        ("ticket mood", wanted.mood, packet.mood),
        ("ticket language", wanted.language, packet.language),
    ):
        if want is not None:
            yield name, want, got
    if wanted.requests is not None:
        yield "ticket requests", sorted(wanted.requests), sorted(packet.requests)
    yield from _packet_differences(wanted, packet)


def _packet_differences(
    wanted: TicketExpectation, packet: HandoffPacket
) -> Iterator[tuple[str, object, object]]:
    names = [fact.name for fact in packet.facts]
    for name in wanted.facts:
        yield f"ticket fact {name}", name, name if name in names else _shown(names)
    for field, wordings, text in (
        ("orders", wanted.orders, "\n".join(packet.orders)),
        ("wish", wanted.wish, packet.wish),
        ("withdrawals", wanted.withdrawals, "\n".join(packet.withdrawals)),
        ("summary", wanted.summary, packet.summary),
    ):
        for wording in wordings:
            want = f"with {wording}"
            yield f"ticket {field}", want, want if wording.found_in(text) else text


def _miss(name: str, wanted: object, got: object) -> Miss:
    return Miss(turn=0, expected=f"{name} {_shown(wanted)}", got=_shown(got))


def _shown(value: object) -> str:
    return str(value) if value not in ("", []) else "nothing"
