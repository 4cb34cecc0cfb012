"""What does the web server serve, and how does it stay up?"""

import logging
import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.channels.web_chat.pace import Pace
from agent.channels.web_chat.problems import ProblemError
from agent.channels.web_chat.routes import WebChat
from agent.channels.web_chat.sessions import Sessions, VerifySessionToken
from agent.channels.web_chat.wording import load_pages
from agent.desk.web.routes import DeskSite
from agent.photos import PhotoStore
from agent.worker.runtime import Runtime
from tools.ports.readers import Clock

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]

_log = logging.getLogger(__name__)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_DESK_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The desk runs no script at all, and sends its forms to itself."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True)
class Site:
    """What an operator decides about the web pages."""

    secret: str
    """Signs sessions; whoever knows it can be any buyer."""
    pages: Path
    """The directory with the page wording, `prompts/pages`."""
    verify_session_token: VerifySessionToken | None = None
    """Lets a shop page pass on who is signed in there; see `sessions.ShopTokens`."""
    messages_per_minute: int = 30
    sessions_per_minute: int = 60
    """New and resumed ones together, by network address."""


def create_app(
    runtime: Runtime,
    *,
    clock: Clock,
    photos: PhotoStore,
    site: Site,
    desk: DeskSite | None = None,
    lifespan: Lifespan | None = None,
) -> Starlette:
    """Return the app; raise `BadInputError` when the page wording is not complete.

    Whatever has to run beside it (the worker) starts and stops in `lifespan`.
    """
    chat = WebChat(
        runtime=runtime,
        clock=clock,
        photos=photos,
        sessions=Sessions(site.secret, clock, site.verify_session_token),
        pages=load_pages(site.pages),
        messages_pace=_pace(clock, site.messages_per_minute),
        sessions_pace=_pace(clock, site.sessions_per_minute),
    )

    async def not_found(request: Request, error: Exception) -> Response:
        del error
        return chat.problem_response(request, "not_found", {})

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            *(() if desk is None else desk.routes()),
            *chat.routes(),
        ],
        middleware=[Middleware(StayUp, chat=chat)],
        exception_handlers={ProblemError: chat.problem, 404: not_found},
        lifespan=lifespan,
    )


async def healthz(request: Request) -> Response:
    del request
    return JSONResponse({"status": "ok"})


class StayUp:
    """Gives every response its safety headers and turns every surprise into a logged answer."""

    def __init__(self, app: ASGIApp, chat: WebChat) -> None:
        self._app = app
        self._chat = chat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        started = False

        async def send_safely(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(message, scope["path"], request_id)
            await send(message)

        try:
            await self._app(scope, receive, send_safely)
        except Exception:  # noqa: BLE001 - one bad request must not end the others
            _log.exception("request %s failed: %s %s", request_id, scope["method"], scope["path"])
            if not started:
                request = Request(scope)
                response = self._chat.problem_response(request, "unexpected", {})
                await response(scope, receive, send_safely)


def _add_headers(message: Message, path: str, request_id: str) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in _HEADERS.items():
        headers[name] = value
    at_desk = path == "/desk" or path.startswith("/desk/")
    headers["Content-Security-Policy"] = _DESK_POLICY if at_desk else _POLICY
    headers["X-Request-ID"] = request_id
    # Our own files are checked for changes; what is about a buyer is never kept.
    headers["Cache-Control"] = "no-cache" if path.startswith("/static/") else "no-store"


def _pace(clock: Clock, per_minute: int) -> Pace:
    return Pace(clock, burst=max(1, per_minute // 2), per_minute=per_minute)
