"""Which addresses does the desk have, and what happens there?"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from agent.conversation import Rejection
from agent.desk.amounts import read_amount
from agent.desk.approving import Answered, ApprovalDesk, NotCounted
from agent.desk.card import Card
from agent.desk.terminal_text import printable
from agent.desk.tickets import TicketDesk
from agent.desk.web.cases import CaseBook
from agent.desk.web.forms import read_form
from agent.desk.web.signing import COOKIE, DeskSessions, SignedIn, is_meant
from agent.desk.web.templating import Templates
from agent.desk.web.views import CasePage, QueueItem
from agent.desk.wording import DeskWording
from agent.photos import PhotoStore
from agent.worker.approval_steps import ApprovalCase, Stale
from agent.worker.people import Person
from tools.ports.readers import Clock

_HERE = Path(__file__).parent
_SEE_OTHER, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _CONFLICT = 303, 401, 403, 404, 409
_REJECTIONS: Mapping[str, Rejection] = {name: name for name in get_args(Rejection)}
_NO_VERSION = -1

Form = Mapping[str, str]
Shown = Callable[[Request, SignedIn], Awaitable[Response]]
Done = Callable[[Request, SignedIn, Form], Awaitable[Response]]


@dataclass(frozen=True)
class DeskSite:
    """The pages of the desk and what they need."""

    approvals: ApprovalDesk
    tickets: TicketDesk
    cases: CaseBook
    sessions: DeskSessions
    photos: PhotoStore
    words: DeskWording
    templates: Templates
    clock: Clock

    def routes(self) -> list[BaseRoute]:
        """Return every address of the desk."""
        return [
            Route("/desk", self._shown(self.queue)),
            Route("/desk/sign-in", self.sign_in_page),
            Route("/desk/sign-in", self.sign_in, methods=["POST"]),
            Route("/desk/sign-out", self._done(self.sign_out), methods=["POST"]),
            Route("/desk/tickets/{number}", self._shown(self.ticket)),
            Route("/desk/tickets/{number}/answer", self._done(self.answer), methods=["POST"]),
            Route("/desk/tickets/{number}/close", self._done(self.close), methods=["POST"]),
            Route("/desk/approvals/{number}", self._shown(self.approval)),
            Route("/desk/approvals/{number}/{verb}", self._done(self.decide), methods=["POST"]),
            Route("/desk/photos/{photo}", self._shown(self.photo)),
            Mount("/static/desk", StaticFiles(directory=_HERE / "static")),
        ]

    def _shown(self, page: Shown) -> Callable[[Request], Awaitable[Response]]:
        async def shown(request: Request) -> Response:
            signed_in = self.sessions.read(request)
            return self._nobody() if signed_in is None else await page(request, signed_in)

        return shown

    def _done(self, step: Done) -> Callable[[Request], Awaitable[Response]]:
        async def done(request: Request) -> Response:
            signed_in = self.sessions.read(request)
            if signed_in is None:
                return self._nobody()
            form = await read_form(request)
            if form is None or not is_meant(signed_in, form.get("form_key", "")):
                return self._note("wrong_form", signed_in, _FORBIDDEN)
            return await step(request, signed_in, form)

        return done

    def _nobody(self, *, token: str = "", bad: bool = False) -> Response:
        status = 200 if token else _UNAUTHORIZED
        return self.templates.page("sign_in.html", status, token=token, bad=bad, signed_in=None)

    def _note(self, name: str, signed_in: SignedIn, status: int) -> Response:
        text = self.words.notes[name]
        return self.templates.page("note.html", status, text=text, signed_in=signed_in)

    def _missing(self, signed_in: SignedIn) -> Response:
        return self.templates.page("missing.html", _NOT_FOUND, signed_in=signed_in)

    async def sign_in_page(self, request: Request) -> Response:
        """Show a button; a link that is only looked at, by whatever program, is not used up."""
        return self._nobody(token=request.query_params.get("token", "")[:200])

    async def sign_in(self, request: Request) -> Response:
        """Exchange the token of a link for a cookie."""
        form = await read_form(request) or {}
        response = RedirectResponse("/desk", _SEE_OTHER)
        if self.sessions.sign_in(request, response, form.get("token", "")):
            return response
        return self._nobody(bad=True)

    async def sign_out(self, request: Request, signed_in: SignedIn, form: Form) -> Response:
        """Forget the cookie."""
        del request, signed_in, form
        response = RedirectResponse("/desk", _SEE_OTHER)
        response.delete_cookie(COOKIE, path="/desk", httponly=True, samesite="strict")
        return response

    async def queue(self, request: Request, signed_in: SignedIn) -> Response:
        """Show who is waiting, the first to be due first."""
        now = self.clock.now()
        items = [QueueItem.of_ticket(one, now) for one in await self.tickets.waiting()]
        items += [QueueItem.of_case(c, self.words, now) for c in await self.approvals.waiting()]
        items.sort(key=lambda item: (item.due_at, item.name))
        wanted = request.query_params.get("queue", "")
        counts = {name: sum(i.queue == name for i in items) for name in self.words.queues}
        shown = [i for i in items if i.queue == wanted or wanted not in counts]
        return self.templates.page(
            "queue.html",
            items=shown,
            counts=counts,
            total=len(items),
            overdue=sum(item.overdue for item in items),
            wanted=wanted if wanted in counts else "",
            signed_in=signed_in,
        )

    async def ticket(self, request: Request, signed_in: SignedIn) -> Response:
        """Show a conversation that was handed over."""
        page = await self.cases.of_ticket(request.path_params["number"])
        return self._missing(signed_in) if page is None else self._case(page, signed_in)

    async def approval(self, request: Request, signed_in: SignedIn) -> Response:
        """Show a request with its card."""
        page = await self.cases.of_approval(request.path_params["number"])
        return self._missing(signed_in) if page is None else self._case(page, signed_in)

    def _case(
        self, page: CasePage, signed_in: SignedIn, problem: str = "", status: int = 200
    ) -> Response:
        return self.templates.page(
            "case.html", status, page=page, problem=problem, signed_in=signed_in
        )

    async def answer(self, request: Request, signed_in: SignedIn, form: Form) -> Response:
        """Send a colleague's words to the buyer."""
        number, text = request.path_params["number"], printable(form.get("text", "")).strip()
        page = await self.cases.of_ticket(number)
        if page is None or page.ticket is None:
            return self._missing(signed_in)
        if not text:
            return self._case(page, signed_in, self.words.problems["no_words"], _CONFLICT)
        sent = await self.tickets.answer(page.ticket.id, text, person=signed_in.person.name)
        if not sent:
            return self._case(page, signed_in, self.words.notes["gone"], _CONFLICT)
        return RedirectResponse(f"/desk/tickets/{page.ticket.id}", _SEE_OTHER)

    async def close(self, request: Request, signed_in: SignedIn, form: Form) -> Response:
        """Give the conversation back to Nightdesk."""
        page = await self.cases.of_ticket(request.path_params["number"])
        if page is None or page.ticket is None:
            return self._missing(signed_in)
        note = f"{signed_in.person.name}: {printable(form.get('note', '')).strip()}"
        if not await self.tickets.close(page.ticket.id, note):
            return self._case(page, signed_in, self.words.notes["gone"], _CONFLICT)
        return RedirectResponse("/desk", _SEE_OTHER)

    async def decide(self, request: Request, signed_in: SignedIn, form: Form) -> Response:
        """Take a colleague's answer to a request."""
        number: str = request.path_params["number"]
        page = await self.cases.of_approval(number)
        if page is None or page.card is None:
            return self._missing(signed_in)
        said = await self._answer(request.path_params["verb"], page, signed_in.person, form)
        if said is None:
            return self._missing(signed_in)
        if isinstance(said, ApprovalCase):
            return RedirectResponse(f"/desk/approvals/{page.card.id}", _SEE_OTHER)
        now = await self.cases.of_approval(number) or page
        return self._case(now, signed_in, self._problem(said), _CONFLICT)

    async def _answer(
        self, verb: str, page: CasePage, person: Person, form: Form
    ) -> Answered | str | None:
        """Return what became of an answer, a note where it could not be read, None for no verb."""
        assert page.card is not None, "asked for by `decide`"
        number, version = page.card.id, _version(form.get("version", ""))
        match verb:
            case "accept":
                return await self.approvals.accept(number, version, person)
            case "ask":
                return await self.approvals.ask(number, version, person, form.get("text", ""))
            case "reject":
                return await self._reject(number, version, person, form)
            case "edit":
                return await self._edit(page.card, version, person, form)
            case _:
                return None

    async def _reject(
        self, number: str, version: int, person: Person, form: Form
    ) -> Answered | str:
        reason = _REJECTIONS.get(form.get("reason", ""))
        if reason is None:
            return self.words.notes["no_reason"]
        note = form.get("note", "")
        return await self.approvals.reject(number, version, person, reason, note)

    async def _edit(self, card: Card, version: int, person: Person, form: Form) -> Answered | str:
        currency = card.amount.currency if card.amount is not None else ""
        amount = read_amount(form.get("amount", ""), currency)
        if amount is None:
            return self.words.notes["no_amount"]
        return await self.approvals.edit(card.id, version, person, amount.amount)

    def _problem(self, said: Stale | NotCounted | str) -> str:
        if isinstance(said, str):
            return said
        if isinstance(said, NotCounted):
            return self.words.problems[said.why]
        return self.words.say("too_late", what=self.cases.last_step(said.case))

    async def photo(self, request: Request, signed_in: SignedIn) -> Response:
        """Give a photo, re-encoded by us, to who is signed in."""
        file = self.photos.find(request.path_params["photo"])
        if file is None:
            return self._missing(signed_in)
        return FileResponse(file, media_type="image/jpeg")


def _version(text: str) -> int:
    return (
        int(text)
        if text.isascii() and text.isdecimal() and len(text) < len("9" * 9)
        else _NO_VERSION
    )
