"""Which addresses does the chat page call, and what happens there?"""

import asyncio
import html
import string
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from agent.channels.web_chat.bodies import SentText, read_hello, read_message, read_photo
from agent.channels.web_chat.pace import Pace
from agent.channels.web_chat.problems import STATUS, ProblemCode, ProblemError
from agent.channels.web_chat.sessions import COOKIE, SESSION_LIFE, Session, Sessions
from agent.channels.web_chat.views import (
    ConversationView,
    entry_view,
    is_shown,
    message_id,
    opened_message_id,
    photo_message_id,
)
from agent.channels.web_chat.wording import Pages, choose_locale
from agent.conversation import (
    Attach,
    ConversationId,
    Event,
    InboundMessage,
    MessageId,
    Opened,
    Say,
    Tap,
)
from agent.photos import PhotoFault, PhotoRefusedError, PhotoStore
from agent.worker.runtime import Runtime
from tools.errors import UnavailableError
from tools.ports.readers import Clock

CHANNEL = "web"
_HERE = Path(__file__).parent
_PATIENCE_SECONDS = 2.0
_PHOTO_PROBLEM: dict[PhotoFault, ProblemCode] = {
    "too_large": "photo_too_large",
    "too_many_pixels": "photo_too_many_pixels",
    "not_a_photo": "photo_not_a_photo",
    "animated": "photo_animated",
    "broken": "photo_broken",
}


@dataclass(frozen=True)
class WebChat:
    """The chat page and what it needs."""

    runtime: Runtime
    clock: Clock
    photos: PhotoStore
    sessions: Sessions
    pages: Pages
    messages_pace: Pace
    sessions_pace: Pace

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.page),
            Route("/chat/wording", self.wording),
            Route("/chat/session", self.open_session, methods=["POST"]),
            Route("/chat/messages", self.accept_message, methods=["POST"]),
            Route("/chat/messages", self.read_messages),
            Route("/chat/photos", self.accept_photo, methods=["POST"]),
            Route("/chat/photos/{photo}", self.show_photo),
            Mount("/static/chat", StaticFiles(directory=_HERE / "static")),
        ]

    async def page(self, request: Request) -> Response:
        locale = self._locale(request)
        words = self.pages[locale]
        template = string.Template((_HERE / "templates" / "chat.html").read_text("utf-8"))
        shown = {"title": words.title, "no_script": words.no_script, "lang": locale}
        return HTMLResponse(template.substitute({k: html.escape(v) for k, v in shown.items()}))

    async def wording(self, request: Request) -> Response:
        locale = self._locale(request)
        return JSONResponse(
            {
                "locale": locale,
                "languages": {name: page.language for name, page in self.pages.items()},
                "words": self.pages[locale].model_dump(mode="json"),
            }
        )

    async def open_session(self, request: Request) -> Response:
        _same_site(request)
        _hold(self.sessions_pace, request.client.host if request.client else "-")
        hello = await read_hello(request)
        cookie = request.cookies.get(COOKIE, "")
        session = self.sessions.resume_or_start(self.sessions.read(cookie), hello.token)
        opened = Opened(language=self._locale(request))
        await self._accept(session, opened_message_id(session.conversation), opened)
        response = JSONResponse({"signed_in": session.email is not None})
        response.set_cookie(
            COOKIE,
            self.sessions.write(session),
            max_age=int(SESSION_LIFE.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    async def accept_message(self, request: Request) -> Response:
        session = self._sender(request)
        sent = await read_message(request)
        event = (
            Say(text=sent.text)
            if isinstance(sent, SentText)
            else Tap(choice=sent.choice, label=sent.label)
        )
        return await self._accept(session, message_id(session.conversation, sent.id), event)

    async def accept_photo(self, request: Request) -> Response:
        session = self._sender(request)
        sent = await read_photo(request)
        try:
            photo = await self.photos.keep(sent.data)
        except PhotoRefusedError as error:
            raise ProblemError(_PHOTO_PROBLEM[error.fault]) from error
        except UnavailableError as error:
            raise ProblemError("try_later") from error
        message = photo_message_id(session.conversation, sent.id)
        return await self._accept(session, message, Attach(photo=photo))

    async def read_messages(self, request: Request) -> Response:
        session = self._session(request)
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 19):  # noqa: PLR2004 - 64 bits
            raise ProblemError("not_readable")
        settled = await self._settled_soon(session.conversation)
        entries = await self.runtime.transcript(session.conversation, int(after))
        owner = await self.runtime.owner(session.conversation)
        view = ConversationView(
            entries=tuple(shown for shown in map(entry_view, entries) if is_shown(shown)),
            typing=not settled and owner == "assistant",
            owner=owner,
        )
        return JSONResponse(view.model_dump(mode="json"))

    async def show_photo(self, request: Request) -> Response:
        """Give a photo to the conversation that sent it, and to nobody else."""
        session = self._session(request)
        photo: str = request.path_params["photo"]
        entries = map(entry_view, await self.runtime.transcript(session.conversation))
        file = self.photos.find(photo)
        if file is None or not any(entry.photo and entry.text == photo for entry in entries):
            raise ProblemError("not_found")
        return FileResponse(file, media_type="image/jpeg")

    async def problem(self, request: Request, error: Exception) -> Response:
        """Answer with the sentence for the buyer, in the buyer's language."""
        assert isinstance(error, ProblemError)
        headers = {} if error.retry_after is None else {"Retry-After": f"{error.retry_after:.0f}"}
        return self.problem_response(request, error.code, headers)

    def problem_response(
        self, request: Request, code: ProblemCode, headers: dict[str, str]
    ) -> Response:
        sentence = self.pages[self._locale(request)].problems[code]
        return JSONResponse(
            {"problem": code, "sentence": sentence}, status_code=STATUS[code], headers=headers
        )

    async def _accept(self, session: Session, message: MessageId, event: Event) -> Response:
        accepted = await self.runtime.accept(
            InboundMessage(
                id=message,
                conversation=session.conversation,
                channel=CHANNEL,
                at=self.clock.now(),
                event=event,
                signed_email=session.email,
            )
        )
        return JSONResponse({"new": accepted}, status_code=202)

    async def _settled_soon(self, conversation: ConversationId) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self.runtime.settled(conversation)
        except TimeoutError:
            return False
        return True

    def _sender(self, request: Request) -> Session:
        _same_site(request)
        session = self._session(request)
        _hold(self.messages_pace, session.conversation)
        return session

    def _session(self, request: Request) -> Session:
        session = self.sessions.read(request.cookies.get(COOKIE, ""))
        if session is None:
            raise ProblemError("no_session")
        return session

    def _locale(self, request: Request) -> str:
        return choose_locale(request.headers.get("accept-language", ""), self.pages)


def _same_site(request: Request) -> None:
    """Another site must not write in a buyer's name; browsers say where a request comes from."""
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise ProblemError("from_another_site")


def _hold(pace: Pace, sender: str) -> None:
    if wait := pace.wait(sender):
        raise ProblemError("slow_down", retry_after=max(1.0, wait))
