"""How does a request for a person's word look in a terminal?"""

from collections.abc import Iterable
from datetime import datetime

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from agent.desk.card import Card, CardFact
from agent.desk.limits import money_of
from agent.desk.pages import in_words
from agent.desk.terminal_text import printable
from agent.desk.web.views import CasePage
from agent.desk.wording import DeskWording
from agent.worker.approval_steps import ApprovalCase


def approvals_page(
    cases: tuple[ApprovalCase, ...], words: DeskWording, now: datetime
) -> RenderableType:
    """Return what waits for a person's word, the first to fall away first."""
    if not cases:
        return Text(words.texts["nobody"])
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(words.texts["approval"].lower(), no_wrap=True)
    for name in ("order", "amount", "waiting", "due"):
        table.add_column(words.texts[name].lower(), overflow="fold")
    for case in cases:
        amount = money_of(case.approval)
        table.add_row(
            Text(case.approval.id, style="bold"),
            Text(case.approval.effect.permit.order),
            Text("-" if amount is None else str(amount)),
            Text(in_words(now - case.opened_at)),
            _due(case.due_at, words, now),
        )
    return table


def card_page(page: CasePage, card: Card, words: DeskWording, now: datetime) -> RenderableType:
    """Return the card, and the buyer's words apart from it."""
    t = words.texts
    body = Table.grid(padding=(0, 2, 0, 0))
    body.add_column(style="bold cyan", no_wrap=True)
    body.add_column(overflow="fold")
    for label, text in _rows(card, words, now):
        if text:
            body.add_row(label, Text(printable(text)))
    steps = "\n".join(page.steps)
    return Group(
        Text.assemble((card.id, "bold"), f"  {words.statuses[card.status]}  ", t["exactly"], ": "),
        Text(printable(card.effect), style="bold"),
        body,
        Rule(style="dim"),
        Text(f"{t['steps']}\n{printable(steps)}"),
        Rule(style="dim"),
        Text(t["data_note"], style="dim"),
        Text(printable(page.words_of_buyer)),
    )


def _rows(card: Card, words: DeskWording, now: datetime) -> Iterable[tuple[str, str]]:
    t = words.texts
    yield t["also"], card.also or ""
    yield t["amount"], "" if card.amount is None else str(card.amount)
    yield t["to_whom"], card.to_whom
    yield t["destination"], card.destination
    if card.address is not None:
        yield "", words.say("address_as_given", address=card.address)
    yield t["order"], card.order
    yield t["goods"], "\n".join(f"{one.pieces}  {one.title}" for one in card.goods)
    yield t["why"], "\n".join(card.why)
    roles = ", ".join(words.roles[role] for role in card.who_may)
    yield "", words.say("who_may", roles=roles) if roles else t["nobody_may"]
    for rule in card.rules:
        yield t["rules"], f"{rule.said}. {rule.because}"
        trace = (f"{s.rule_id}: {s.outcome}. {s.why}" for s in rule.trace if s.outcome == "matched")
        yield "", "\n".join(trace)
    yield t["history"], "\n".join(_fact(one) for one in card.history)
    yield t["facts"], "\n".join(_fact(one) for one in card.facts)
    yield t["deadline"], f"{_due(card.due_at, words, now).plain}. {t['if_nobody']}"


def _fact(fact: CardFact) -> str:
    return f"{fact.line}.{fact.name} = {fact.value}  [{fact.source}, {in_words(fact.age)}]"


def _due(at: datetime, words: DeskWording, now: datetime) -> Text:
    if at < now:
        return Text(words.say("ago", span=in_words(now - at)), style="bold red")
    return Text(words.say("in_time", span=in_words(at - now)))
