"""The desk's pages on a real line, over a real database."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from agent.context import Rulebooks
from agent.desk.approving import ApprovalDesk
from agent.desk.web.signing import COOKIE
from agent.desk.web.site import make_desk_site
from agent.photos import PhotoStore
from agent.settings import Settings
from agent.web import Site, create_app
from agent.worker.people import People
from agent.worker.runtime import Runtime
from agent.worker.store import Store
from tests.channels.serving import served
from tests.desk.approvals_bench import DeskBench
from tests.worker.echo import SetClock
from tools.domain.order import Order
from tools.ports.desk import TicketBoard

PAGES = Settings().prompts_dir / "pages"
SECRET = "a secret of the tests"


@dataclass
class Running:
    """What the pages and the commands see of a bench."""

    bench: DeskBench
    photos: PhotoStore

    @property
    def runtime(self) -> Runtime:
        return self.bench.runtime

    @property
    def store(self) -> Store:
        return self.bench.store

    @property
    def helpdesk(self) -> TicketBoard:
        return self.bench.bench.helpdesk

    @property
    def clock(self) -> SetClock:
        return self.bench.clock

    @property
    def people(self) -> People:
        return self.bench.people

    @property
    def approvals(self) -> ApprovalDesk:
        return self.bench.desk

    @property
    def rulebooks(self) -> Rulebooks:
        return self.bench.rulebooks

    async def find_order(self, number: str) -> Order | None:
        return await self.bench.find_order(number)

    def close(self) -> None:
        self.store.close()


@dataclass
class Browsing:
    """Somebody at the desk, with a program that keeps cookies."""

    bench: DeskBench
    address: str
    client: httpx.AsyncClient
    photos: PhotoStore
    form_key: str = field(default="")

    async def sign_in(self, name: str = "Lena") -> None:
        person = self.bench.person(name)
        token = self.bench.people.add(person.name, person.role, person.email)
        done = await self.client.post("/desk/sign-in", data={"token": token})
        assert done.status_code == httpx.codes.SEE_OTHER
        page = (await self.client.get("/desk")).text
        self.form_key = page.split('name="form_key" value="')[1].split('"')[0]

    async def post(self, path: str, **form: str) -> httpx.Response:
        return await self.client.post(path, data={"form_key": self.form_key, **form})

    @property
    def cookie(self) -> str:
        return self.client.cookies[COOKIE]


def running(tmp_path: Path) -> Running:
    bench = DeskBench(Store.open(tmp_path / "nightdesk.sqlite"), tmp_path)
    return Running(bench, PhotoStore(tmp_path / "photos"))


@asynccontextmanager
async def browsing(tmp_path: Path) -> AsyncGenerator[Browsing]:
    """Serve the desk, with nobody signed in."""
    parts = running(tmp_path)
    app = create_app(
        parts.runtime,
        clock=parts.clock,
        photos=parts.photos,
        site=Site(SECRET, PAGES),
        desk=make_desk_site(parts, SECRET, PAGES),
    )
    async with served(app) as address, httpx.AsyncClient(base_url=address) as client:
        yield Browsing(parts.bench, address, client, parts.photos)
