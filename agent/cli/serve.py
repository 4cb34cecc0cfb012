"""How is Nightdesk served to browsers?"""

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import typer
import uvicorn
from starlette.applications import Starlette

from agent.bootstrap import load_house, open_desk, session_secret
from agent.channels.web_chat.sessions import ShopTokens
from agent.cli.policy_versions import rules_in_words
from agent.desk.approving import ApprovalDesk
from agent.desk.web.site import make_desk_site
from agent.settings import Settings
from agent.web import Site, create_app
from agent.worker.rulebooks import Shelf
from tools.errors import OutsideError, UnavailableError

_log = logging.getLogger(__name__)
_EXPIRING_SECONDS = 60.0


def serve(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(8000, help="Port to listen on."),
    world: Path | None = typer.Option(None, help="Another marketplace than the demo."),
    model: str | None = typer.Option(None, help="`embedded`, or a chat model's name."),
) -> None:
    """Serve the web chat at / and the desk at /desk."""
    settings = Settings()
    desk = open_desk(load_house(settings, model=model, published=True), world=world)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        await desk.start()
        expiring = asyncio.create_task(let_expire(desk.approvals), name="expiring approvals")
        yield
        expiring.cancel()
        await desk.stop()

    secret = session_secret(settings)
    site = Site(
        secret=secret,
        pages=settings.prompts_dir / "pages",
        verify_session_token=ShopTokens(secret, desk.clock).verify,
    )
    app = create_app(
        desk.runtime,
        clock=desk.clock,
        photos=desk.photos,
        site=site,
        desk=make_desk_site(desk, secret, site.pages),
        lifespan=lifespan,
    )
    with listen(host, port) as listening:
        typer.echo(rules_in_words(settings, Shelf(desk.store.database)))
        typer.echo(f"Nightdesk is open at http://{host}:{port}/ (Ctrl+C closes it)")
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


async def let_expire(approvals: ApprovalDesk) -> None:
    """Let requests fall away in time, also while nobody looks at the desk."""
    while True:
        try:
            await approvals.let_expire()
        except OutsideError as error:
            _log.warning("Requests could not fall away: %s", error)
        await asyncio.sleep(_EXPIRING_SECONDS)


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything is promised; `UnavailableError` when it is taken."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        detail = f"{error.strerror}; choose another port with --port"
        raise UnavailableError("this machine", f"listening on {host}:{port}", detail) from error
