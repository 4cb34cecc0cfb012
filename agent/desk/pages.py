"""How do the queue and a ticket look in a terminal?"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from agent.desk.terminal_text import first_line, printable
from agent.desk.tickets import WholeTicket
from agent.worker.runtime import TranscriptEntry
from agent.worker.store import FailedMessage
from agent.writing.rendering import format_money
from tools.domain.ticket import HandoffPacket, Ruling, Ticket

_WISH_WIDTH = 48
_TICKET_WIDTH = 8
"""A ticket's number is what one types next, so that a narrow terminal never cuts it."""
_HOUR, _DAY = 3_600, 86_400


def queue_page(tickets: tuple[Ticket, ...], now: datetime) -> RenderableType:
    """Return the queue, the earliest due first."""
    if not tickets:
        return Text("Nobody is waiting.")
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("ticket", no_wrap=True, min_width=_TICKET_WIDTH)
    for column in ("queue", "reason", "waiting", "due", "status", "buyer", "wish"):
        table.add_column(column, overflow="fold")
    for ticket in tickets:
        packet = ticket.draft.packet
        table.add_row(
            Text(ticket.id, style="bold"),
            Text(ticket.draft.queue),
            Text(printable(ticket.draft.reason)),
            Text(in_words(now - ticket.draft.opened_at)),
            due_in_words(ticket, now),
            Text(ticket.status),
            Text(printable(packet.customer or "not verified")),
            Text(first_line(packet.wish, _WISH_WIDTH)),
        )
    return table


def failed_page(failed: Iterable[FailedMessage]) -> RenderableType:
    """Return the messages that could not be handled at all."""
    lines = [
        Text(f"{one.seq}  {one.conversation}  attempts: {one.attempts}  {printable(one.error)}")
        for one in failed
    ]
    hint = Text("These messages failed; `nightdesk desk retry NUMBER` tries one again.", "bold red")
    return Group(hint, *lines) if lines else Text("")


def ticket_page(whole: WholeTicket, now: datetime) -> RenderableType:
    """Return everything that is needed to decide, the decisive things first."""
    ticket = whole.ticket
    packet = ticket.draft.packet
    head = Text.assemble(
        (ticket.id, "bold"),
        f"  {ticket.draft.queue}  {printable(ticket.draft.reason)}  {ticket.status}"
        f"{f' by {printable(ticket.assignee)}' if ticket.assignee else ''}"
        f"  waiting {in_words(now - ticket.draft.opened_at)}, due ",
        due_in_words(ticket, now),
    )
    body = Table.grid(padding=(0, 2, 0, 0))
    body.add_column(style="bold cyan", no_wrap=True)
    body.add_column(overflow="fold")
    for label, text in _rows(packet):
        if text:
            body.add_row(label, Text(printable(text)))
    return Group(head, Rule(style="dim"), body, Rule(style="dim"), _talk(whole))


def _rows(packet: HandoffPacket) -> Iterable[tuple[str, str]]:
    yield "buyer", f"{packet.customer or 'not verified'} ({packet.verified_how})"
    yield "mood", f"{packet.mood}, writes {packet.language}, on {packet.channel}"
    yield "wish", packet.wish
    yield "summary", packet.summary
    if packet.summary_buyer != packet.summary:
        yield f"summary ({printable(packet.language)})", packet.summary_buyer
    yield "requests", ", ".join(packet.requests)
    yield "withdrawals", "\n".join(packet.withdrawals)
    yield "orders", "\n".join(packet.orders)
    told = "\n".join(map(_ruling, packet.rulings))
    yield "decision", told or packet.decision or "The rules were not asked."
    yield "rule", f"{packet.rule_id} (rules {packet.policy_version})" if packet.rule_id else ""
    yield "facts", "\n".join(f"{f.name} = {f.value}  [{f.source}]" for f in packet.facts)
    yield "done", "\n".join(packet.done)
    yield "photos", "\n".join(packet.photos)


def _ruling(ruling: Ruling) -> str:
    """Return the answer first, then whose word it is and what would settle it."""
    refund = f", at most {format_money(ruling.refund, 'en')} back" if ruling.refund else ""
    over = f"; over the caps: {', '.join(ruling.over)}" if ruling.over else ""
    lines = [
        (
            f"{ruling.line} {ruling.item}: {ruling.question}: {ruling.answer}{refund}{over}"
            f" ({ruling.rule_id}). {ruling.because}"
        )
    ]
    if ruling.whose == "seller":
        lines.append(f"  this depends on the seller: {ruling.seller}")
    elif ruling.whose != "marketplace":
        lines.append(f"  this is the word of the {ruling.whose}")
    lines += [f"  still unknown: {one.fact}: {one.ask}" for one in ruling.missing]
    return "\n".join(lines)


def _talk(whole: WholeTicket) -> RenderableType:
    """Return the conversation as it stands, or as it stood when the ticket was opened."""
    if whole.transcript:
        return Group(*(_line(entry) for entry in whole.transcript))
    return Text(printable("\n".join(whole.ticket.draft.packet.transcript)))


def _line(entry: TranscriptEntry) -> Text:
    return Text.assemble(
        (f"{entry.at:%Y-%m-%d %H:%M} ", "dim"),
        (f"{entry.author} › ", "bold"),
        printable(entry.text),
    )


def due_in_words(ticket: Ticket, now: datetime) -> Text:
    """Return how much time is left; a closed ticket has none to lose."""
    left = ticket.draft.due_at - now
    if ticket.status == "closed":
        return Text("-")
    if left < timedelta(0):
        return Text(f"{in_words(-left)} ago", style="bold red")
    return Text(f"in {in_words(left)}")


def in_words(span: timedelta) -> str:
    """Return a length of time in the two units that matter."""
    seconds = max(0, int(span.total_seconds()))
    if seconds >= _DAY:
        return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"
    if seconds >= _HOUR:
        return f"{seconds // _HOUR} h {seconds % _HOUR // 60} min"
    return f"{seconds // 60} min"
