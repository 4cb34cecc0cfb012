"""How does a person answer requests in a terminal?"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from agent.bootstrap import load_house, open_desk
from agent.conversation import Rejection
from agent.desk.amounts import read_amount
from agent.desk.approving import Answered, NotCounted
from agent.desk.card_page import approvals_page, card_page
from agent.desk.limits import money_of
from agent.desk.web.cases import CaseBook
from agent.desk.web.site import RunningDesk, make_case_book
from agent.desk.wording import DeskWording, load_desk_wording
from agent.settings import Settings
from agent.worker.approval_steps import ApprovalCase, Stale
from agent.worker.people import Person

Number = Annotated[str, typer.Argument(help="The request, for instance A-ABCDEFGHIJ.")]
Who = Annotated[str, typer.Option("--as", help="Your name at the desk.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Terminal:
    """A running desk with its words."""

    desk: RunningDesk
    words: DeskWording
    cases: CaseBook

    def find(self, number: str) -> ApprovalCase:
        """Return a request as people type its number."""
        case = run(self.desk.approvals.find(number.strip().upper()))
        if case is None:
            raise typer.BadParameter(self.words.problems["unknown"])
        return case

    def person(self, name: str) -> Person:
        """Return a colleague."""
        found = self.desk.people.find(name)
        if found is None:
            sentence = f"Nobody at the desk is called {name}; see `nightdesk desk people list`."
            raise typer.BadParameter(sentence)
        return found

    def end(self, done: Answered, *, as_json: bool) -> None:
        """Say what became of an answer."""
        if isinstance(done, NotCounted):
            raise typer.BadParameter(f"{self.words.problems[done.why]} {done.detail}".strip())
        if isinstance(done, Stale):
            told = self.cases.last_step(done.case)
            raise typer.BadParameter(self.words.say("too_late", what=told))
        if as_json:
            _print(done)
        else:
            typer.echo(f"{done.approval.id}: {self.cases.last_step(done)}")


def list_approvals(
    ctx: typer.Context,
    number: Annotated[str | None, typer.Argument(help="Show this one.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what waits for a person's word, or one request with everything."""
    with opened(ctx) as at:
        now = at.desk.clock.now()
        if number is not None:
            case = at.find(number)
            page = run(at.cases.of_approval(case.approval.id))
            if as_json or page is None or page.card is None:
                _print(case)
            else:
                Console().print(card_page(page, page.card, at.words, now))
            return
        cases = run(at.desk.approvals.waiting())
        if as_json:
            _print(*cases)
        else:
            Console().print(approvals_page(cases, at.words, now))


def approve(ctx: typer.Context, number: Number, who: Who, *, as_json: AsJson = False) -> None:
    """Agree to exactly what was asked about."""
    with opened(ctx) as at:
        case, person = at.find(number), at.person(who)
        done = run(at.desk.approvals.accept(case.approval.id, case.version, person))
        at.end(done, as_json=as_json)


def edit(
    ctx: typer.Context,
    number: Number,
    who: Who,
    amount: Annotated[str, typer.Option(help="The smaller amount, for instance 12.50.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Agree to a smaller refund; the buyer is asked whether that is fine."""
    with opened(ctx) as at:
        case, person = at.find(number), at.person(who)
        money = money_of(case.approval)
        wanted = None if money is None else read_amount(amount, money.currency)
        if wanted is None:
            raise typer.BadParameter(at.words.notes["no_amount"])
        name, version = case.approval.id, case.version
        done = run(at.desk.approvals.edit(name, version, person, wanted.amount))
        at.end(done, as_json=as_json)


def reject(
    ctx: typer.Context,
    number: Number,
    who: Who,
    reason: Annotated[Rejection, typer.Option(help="What the buyer hears.")],
    *,
    note: Annotated[str, typer.Option(help="For colleagues.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say no; the buyer hears the reason."""
    with opened(ctx) as at:
        case, person = at.find(number), at.person(who)
        name, version = case.approval.id, case.version
        done = run(at.desk.approvals.reject(name, version, person, reason, note))
        at.end(done, as_json=as_json)


def ask(
    ctx: typer.Context,
    number: Number,
    text: Annotated[str, typer.Argument(help="What the buyer will read.")],
    who: Who,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask the buyer something; the request stays open."""
    with opened(ctx) as at:
        case, person = at.find(number), at.person(who)
        done = run(at.desk.approvals.ask(case.approval.id, case.version, person, text))
        at.end(done, as_json=as_json)


@contextmanager
def opened(ctx: typer.Context) -> Generator[Terminal]:
    """Open what the settings name, or what stands in the context's `obj`."""
    opening: Callable[[], RunningDesk] = ctx.obj or _open
    desk = opening()
    words = load_desk_wording(Settings().prompts_dir / "pages")
    try:
        yield Terminal(desk, words, make_case_book(desk, words))
    finally:
        desk.store.close()


def run(step: Coroutine[object, object, ResultT]) -> ResultT:
    """Wait for one step."""
    return asyncio.run(step)


def _open() -> RunningDesk:
    return open_desk(load_house(Settings(), published=True))


def _print(*cases: ApprovalCase) -> None:
    """Print plain ASCII, so that nothing in a record can steer the terminal."""
    for case in cases:
        typer.echo(json.dumps({"kind": "approval", **case.model_dump(mode="json")}))
