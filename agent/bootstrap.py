"""Which parts make up a running Nightdesk? The only place that picks connectors."""

import secrets
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from agent.context import Context, Edition, OneEdition, Rulebooks
from agent.conversation import ConversationId
from agent.desk.approving import ApprovalDesk
from agent.desk.asking import AskingDesk
from agent.graph import build_graph
from agent.photos import PhotoStore
from agent.prompting import load_prompt
from agent.requests import RequestCatalogue, RequestId
from agent.settings import Settings
from agent.state import TurnRecord
from agent.turn import FaultHandler, TurnHandler
from agent.understanding.embedded import load_embedded
from agent.understanding.llm import LlmUnderstanding
from agent.understanding.plain import DEAF, PlainAnswers
from agent.understanding.reading import Understanding
from agent.understanding.signals import Signals
from agent.worker.alarms import RefundAlarm
from agent.worker.attempts import StoredAttempts
from agent.worker.authority import Authority
from agent.worker.cases import Readers
from agent.worker.chores import one_by_one
from agent.worker.effects import EffectGateway, Providers, ShopDoor
from agent.worker.loop import Worker
from agent.worker.people import People
from agent.worker.photo_book import PhotoBook
from agent.worker.promise_sweep import PromiseSweep
from agent.worker.reconcile import Reconciler
from agent.worker.rulebooks import Shelf
from agent.worker.rulebooks_in_force import Loaded, RulebooksInForce
from agent.worker.store import Store
from agent.worker.stored_approvals import StoredApprovals
from agent.writing.macros import Macros, load_macros
from tools.connectors.booked_payments import BookedPayments
from tools.connectors.calendars import HolidayCalendar
from tools.connectors.clocks import SystemClock
from tools.connectors.embedded.carrier import EmbeddedCarrier
from tools.connectors.embedded.changes import ShopChanges
from tools.connectors.embedded.elsewhere import EmbeddedElsewhere
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.storefront import EmbeddedStorefront
from tools.connectors.embedded.world import World, load_world
from tools.connectors.embedded_helpdesk import EmbeddedHelpdesk
from tools.connectors.embedded_order_desk import EmbeddedOrderDesk
from tools.connectors.embedded_payments import EmbeddedPayments
from tools.connectors.policy_files import (
    content_version,
    load_rulebook,
    read_documents,
    rulebook_of,
)
from tools.connectors.policy_texts import (
    PolicyTexts,
    Stamp,
    read_cases,
    read_texts,
    stamp_of,
    write_texts,
)
from tools.domain.order import Order
from tools.errors import BadInputError, Fault
from tools.policy.explain import Law
from tools.policy.rulebook import Rulebook
from tools.ports.readers import Clock
from tools.ports.writers import Payments

if TYPE_CHECKING:
    from tools.connectors.stripe_payments import StripePayments

MENU: tuple[RequestId, ...] = ("order_status", "return_eligibility", "not_received")
_SECRET_BYTES = 32


@dataclass(frozen=True)
class House:
    """What the owner and the operator have settled: read once, shared by every conversation."""

    settings: Settings
    rulebook: Rulebook
    macros: Macros
    catalogue: RequestCatalogue
    understanding: Understanding
    home: "PolicyHome | None" = None
    law: Loaded | None = None
    """How `rulebook` was read; rules that were put in by hand never change while they are asked."""
    plain: PlainAnswers = DEAF


@dataclass(frozen=True)
class PolicyHome:
    """Where the rules stand and what they must fit; `RuleSource`."""

    folder: Path
    prompts: Path

    def stamp(self) -> Stamp:
        """Return what changes whenever a file of the folder does."""
        return stamp_of(self.folder)

    def read_folder(self, today: date | None = None) -> Loaded:
        """Read and check what stands in the folder now."""
        stamp, texts = self.stamp(), read_texts(self.folder)
        return self._loaded(rulebook_of(texts, today), texts.texts, stamp)

    def read_stored(self, version: str, files: Mapping[str, str], key: object = None) -> Loaded:
        """Check files that were stored."""
        rulebook = rulebook_of(PolicyTexts(f"version {version}", files))
        return self._loaded(replace(rulebook, version=version), files, key)

    def read_draft(self, today: date) -> Loaded:
        """Read and check what is to be published, with the cases that lie beside it."""
        cases = read_cases(self.folder)
        loaded = self.read_folder(today)
        if cases.unreadable:
            raise BadInputError(*cases.unreadable)
        return replace(loaded, files={**loaded.files, **cases.texts})

    def texts(self) -> Mapping[str, str]:
        """Return what stands in the folder, checked or not, with its cases."""
        return {**_readable(read_texts(self.folder)), **self.cases()}

    def cases(self) -> Mapping[str, str]:
        """Return the cases that lie beside the rules."""
        return _readable(read_cases(self.folder))

    def version(self) -> str | None:
        """Return the version of the folder's contents; None when its files are not well-formed."""
        try:
            return content_version(read_texts(self.folder))
        except BadInputError:
            return None

    def write(self, files: Mapping[str, str]) -> None:
        """Write the files of a version; the folder must not be there yet."""
        write_texts(files, self.folder)

    def _loaded(self, rulebook: Rulebook, files: Mapping[str, str], key: object) -> Loaded:
        macros = load_macros(self.prompts, rulebook.marketplace.locales)
        return Loaded(Edition(rulebook, macros), files, key)


def _readable(texts: PolicyTexts) -> Mapping[str, str]:
    if texts.unreadable:
        raise BadInputError(*texts.unreadable)
    return texts.texts


@dataclass(frozen=True)
class Desk:
    """A running Nightdesk over one marketplace and one database."""

    runtime: Worker
    store: Store
    helpdesk: EmbeddedHelpdesk
    effects: EffectGateway
    context: Context
    photos: PhotoStore
    clock: Clock
    elsewhere: EmbeddedElsewhere
    """For drills: what happens at the shop without Nightdesk."""
    reconciler: Reconciler
    people: People
    """Who works at the desk."""
    approvals: ApprovalDesk
    rulebooks: Rulebooks

    async def find_order(self, number: str) -> Order | None:
        """Return an order as the shop has it now."""
        return await self.context.storefront.find_order(number)

    def turns(self, conversation: ConversationId) -> tuple[TurnRecord, ...]:
        """Return the committed turns of a conversation, oldest first."""
        return self.store.turns(conversation)

    async def start(self) -> None:
        """Take up what an earlier process left: unfinished messages, effects of unknown outcome."""
        await self.effects.resolve_unknown()
        await self.runtime.start()

    async def stop(self) -> None:
        """Finish the turns that are running."""
        await self.runtime.stop()
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def load_house(
    settings: Settings,
    *,
    model: str | None = None,
    policy: Path | None = None,
    published: bool = False,
) -> House:
    """Read prompts and policy and load the reader; `BadInputError` lists every fault of a file.

    With `published`, the last publication in the settings' database goes before the folder.
    """
    home = PolicyHome(policy or settings.policy_dir, settings.prompts_dir)
    law = (read_published(settings, home) if published else None) or home.read_folder()
    rulebook, macros = law.edition.rulebook, law.edition.macros
    catalogue = RequestCatalogue.load(settings.prompts_dir)
    understanding = load_understanding(settings, catalogue, model or settings.model)
    plain = PlainAnswers(Signals.load(settings.prompts_dir))
    return House(settings, rulebook, macros, catalogue, understanding, home, law, plain)


def read_published(settings: Settings, home: PolicyHome) -> Loaded | None:
    """Return the last publication; None when there never was one."""
    if not settings.database.exists():
        return None
    with closing(Store.open(settings.database)) as store:
        shelf = Shelf(store.database)
        last = shelf.in_force()
        files = shelf.files(last.version) if last is not None else None
    return home.read_stored(last.version, files, last) if last and files is not None else None


def load_law(policy: Path) -> Law:
    """Return the rules as they are written and as they are asked; raises as `load_house` does."""
    rulebook = load_rulebook(policy)
    return Law(read_documents(policy), rulebook)


def load_understanding(
    settings: Settings, catalogue: RequestCatalogue, model: str
) -> Understanding:
    """Return the embedded reader, or a chat model with the embedded reader behind it."""
    embedded = load_embedded(catalogue, settings.prompts_dir, settings.cache_dir)
    if model == "embedded":
        return embedded
    # Importing the vendor's client takes a second that the embedded reader does not need.
    from agent.models import chat_model  # noqa: PLC0415 - see above

    prompt = load_prompt(settings.prompts_dir / "understand.md")
    return LlmUnderstanding(chat_model(settings, model), catalogue, prompt, embedded)


def open_desk(
    house: House,
    *,
    world: Path | None = None,
    clock: Clock | None = None,
    anchor: Clock | None = None,
    database: Path | Literal[":memory:"] | None = None,
) -> Desk:
    """Open a marketplace and a database and put the parts together.

    The world's relative dates count from `anchor`; without one they follow the clock, so that
    the demo never ages.
    """
    settings = house.settings
    clock = clock or SystemClock()
    # A ledger that is forgotten is a rehearsal, and no money may hang on it.
    stripe = None if database == ":memory:" else open_stripe(settings)
    store = Store.open(database or settings.database)
    shop = _open_shop(read_world(world or settings.world), store, clock, anchor or clock, stripe)
    market, helpdesk = shop.market, EmbeddedHelpdesk(store.engine)
    rulebooks = _rulebooks(house, store, clock)
    book, carrier = PhotoBook(store, clock), EmbeddedCarrier(market)
    readers = Readers(shop.storefront, carrier, clock, HolidayCalendar(), book)
    approvals = StoredApprovals(store, clock)
    door = ShopDoor(shop.providers, readers, rulebooks, approvals)
    effects = EffectGateway(store, helpdesk, clock, shop=door)
    attempts, persons = StoredAttempts(store, clock), AskingDesk(approvals, clock)
    context = _context(house, readers, effects, attempts, persons)
    handle = TurnHandler(build_graph(), context, rulebooks)
    reconciler = effects.reconciler(RefundAlarm(store, shop.storefront, rulebooks, clock))
    on_fault = FaultHandler(context, rulebooks)
    sweep = PromiseSweep(store, shop.storefront, clock)
    runtime = Worker(store, handle, clock, on_fault, chores=one_by_one(reconciler.run, sweep.run))
    photos = PhotoStore(settings.photos_dir, book)
    authority = Authority(store, readers, rulebooks, shop.providers.payments)
    find_order = shop.storefront.find_order
    return Desk(
        runtime=runtime,
        store=store,
        helpdesk=helpdesk,
        effects=effects,
        context=context,
        photos=photos,
        clock=clock,
        elsewhere=shop.elsewhere,
        reconciler=reconciler,
        people=People(store, clock),
        approvals=ApprovalDesk(approvals, authority, runtime, clock, rulebooks, find_order),
        rulebooks=rulebooks,
    )


def _context(
    house: House,
    readers: Readers,
    effects: EffectGateway,
    attempts: StoredAttempts,
    persons: AskingDesk,
) -> Context:
    return Context(
        storefront=readers.storefront,
        carrier=readers.carrier,
        clock=readers.clock,
        calendar=readers.calendar,
        rulebook=house.rulebook,
        understanding=house.understanding,
        macros=house.macros,
        effects=effects,
        attempts=attempts,
        persons=persons,
        photo_records=readers.photo_records,
        plain=house.plain,
        live=house.catalogue.live,
        menu=MENU,
    )


@dataclass(frozen=True)
class _Shop:
    market: EmbeddedMarketplace
    storefront: EmbeddedStorefront
    providers: Providers
    elsewhere: EmbeddedElsewhere


def _open_shop(
    world: World, store: Store, clock: Clock, anchor: Clock, stripe: Payments | None
) -> _Shop:
    """Open the embedded marketplace with what was done at it since, which the store keeps."""
    market = EmbeddedMarketplace(world, anchor)
    changes = ShopChanges(store.engine, world.name)
    own = EmbeddedPayments(market, changes, clock)
    providers = Providers(
        payments=own if stripe is None else BookedPayments(stripe, market, changes, clock),
        orders=EmbeddedOrderDesk(market, changes, clock),
    )
    elsewhere = EmbeddedElsewhere(market, changes, clock)
    return _Shop(market, EmbeddedStorefront(market, changes), providers, elsewhere)


def _rulebooks(house: House, store: Store, clock: Clock) -> Rulebooks:
    home, law = house.home, house.law
    if home is None or law is None or law.edition.rulebook is not house.rulebook:
        return OneEdition(Edition(house.rulebook, house.macros))
    return RulebooksInForce(Shelf(store.database), home, clock, law)


def open_stripe(settings: Settings) -> "StripePayments | None":
    """Return Stripe, which then pays back everything; None without a key."""
    if settings.stripe_key is None:
        return None
    try:
        # Its client is an extra that most shops do not install.
        from tools.connectors.stripe_api import StripeAccess, StripeApi  # noqa: PLC0415 - see above
        from tools.connectors.stripe_payments import (  # noqa: PLC0415 - see above
            StripeHabits,
            StripePayments,
        )
    except ModuleNotFoundError as error:
        sentence = "is set, but Stripe's client is missing: .venv/bin/uv pip install '.[stripe]'"
        raise BadInputError(Fault("NIGHTDESK_STRIPE_KEY", 0, 0, sentence)) from error
    habits = StripeHabits(settings.stripe_order_field, settings.stripe_sellers_share)
    access = StripeAccess(settings.stripe_key, settings.stripe_address)
    return StripePayments(StripeApi(access), habits)


def read_world(file: Path) -> World:
    """Return a world; a file that has not changed is not read again."""
    return _read_world(file, file.stat().st_mtime_ns if file.exists() else 0)


@lru_cache(maxsize=8)
def _read_world(file: Path, changed: int) -> World:
    del changed
    return load_world(file)


def session_secret(settings: Settings) -> str:
    """Return the key that signs web sessions; made once and kept beside the database."""
    if settings.session_secret is not None:
        return settings.session_secret.get_secret_value()
    file = settings.database.with_suffix(".secret")
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(_SECRET_BYTES))
    return file.read_text()
