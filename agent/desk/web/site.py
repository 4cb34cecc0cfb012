"""How are the desk's pages put together over a running Nightdesk?"""

from pathlib import Path
from typing import Protocol

from agent.context import Rulebooks
from agent.desk.approving import ApprovalDesk
from agent.desk.tickets import TicketDesk
from agent.desk.web.cases import CaseBook
from agent.desk.web.routes import DeskSite
from agent.desk.web.signing import DeskSessions
from agent.desk.web.templating import Templates
from agent.desk.wording import DeskWording, load_desk_wording
from agent.photos import PhotoStore
from agent.worker.people import People
from agent.worker.runtime import Runtime
from agent.worker.store import Store
from tools.domain.order import Order
from tools.ports.desk import TicketBoard
from tools.ports.readers import Clock


class RunningDesk(Protocol):
    """What the pages need of a running Nightdesk."""

    @property
    def runtime(self) -> Runtime: ...
    @property
    def store(self) -> Store: ...
    @property
    def helpdesk(self) -> TicketBoard: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def photos(self) -> PhotoStore: ...
    @property
    def people(self) -> People: ...
    @property
    def approvals(self) -> ApprovalDesk: ...
    @property
    def rulebooks(self) -> Rulebooks: ...
    async def find_order(self, number: str) -> Order | None:
        """Return an order as the shop has it now."""
        ...


def make_desk_site(desk: RunningDesk, secret: str, pages: Path) -> DeskSite:
    """Return the pages; raise `BadInputError` when their wording is not complete."""
    words = load_desk_wording(pages)
    return DeskSite(
        approvals=desk.approvals,
        tickets=TicketDesk(desk.helpdesk, desk.runtime, desk.clock),
        cases=make_case_book(desk, words),
        sessions=DeskSessions(secret, desk.people, desk.clock),
        photos=desk.photos,
        words=words,
        templates=Templates(words, desk.clock),
        clock=desk.clock,
    )


def make_case_book(desk: RunningDesk, words: DeskWording) -> CaseBook:
    """Return what puts a case together, for the pages and the terminal."""
    return CaseBook(
        TicketDesk(desk.helpdesk, desk.runtime, desk.clock),
        desk.approvals,
        desk.runtime,
        desk.clock,
        law=(desk.rulebooks, words),
        find=(desk.find_order, desk.store.conversation),
    )
