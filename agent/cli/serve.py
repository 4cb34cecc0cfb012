"""How is Nightdesk served to browsers?"""

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
from agent.settings import Settings
from agent.web import Site, create_app
from agent.worker.rulebooks import Shelf
from tools.errors import UnavailableError


def serve(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(8000, help="Port to listen on."),
    world: Path | None = typer.Option(None, help="Another marketplace than the demo."),
    model: str | None = typer.Option(None, help="`embedded`, or a chat model's name."),
) -> None:
    """Serve the web chat at /."""
    settings = Settings()
    desk = open_desk(load_house(settings, model=model, published=True), world=world)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        await desk.start()
        yield
        await desk.stop()

    secret = session_secret(settings)
    site = Site(
        secret=secret,
        pages=settings.prompts_dir / "pages",
        verify_session_token=ShopTokens(secret, desk.clock).verify,
    )
    app = create_app(
        desk.runtime, clock=desk.clock, photos=desk.photos, site=site, lifespan=lifespan
    )
    with listen(host, port) as listening:
        typer.echo(rules_in_words(settings, Shelf(desk.store.database)))
        typer.echo(f"Nightdesk is open at http://{host}:{port}/ (Ctrl+C closes it)")
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything is promised; `UnavailableError` when it is taken."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        detail = f"{error.strerror}; choose another port with --port"
        raise UnavailableError("this machine", f"listening on {host}:{port}", detail) from error
