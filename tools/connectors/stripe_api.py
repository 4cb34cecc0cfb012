"""How is Stripe asked, and what do its errors mean to us? The only file that names its client."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar
from urllib.parse import urlsplit

import stripe
from pydantic import SecretStr, TypeAdapter, ValidationError

from tools.connectors.stripe_answers import Charge, Intent, MadeRefund
from tools.errors import BadInputError, Fault, OutsideError, RefusedError, UnavailableError

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams, RefundListParams

VENDOR = "stripe"
VERSION = "2026-10-28.endive"
"""Of the interface, whatever the installed client would ask for."""
_PAGE = 100
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_A_NO = frozenset({400, 401, 402, 403, 404})
"""Everything else may have happened."""
_SECRET = re.compile(r"[rs]k_\w+", re.ASCII)
_A_KEY = re.compile(r"[prs]k_(live|test)_\S+")
_REFUNDS = TypeAdapter(tuple[MadeRefund, ...])
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class StripeAccess:
    """Where Stripe is, and who asks; `BadInputError` for what cannot be, or could be overheard."""

    key: SecretStr
    address: str | None = None
    """Another one than Stripe's own, for tests."""
    timeout: float = 20.0
    """Seconds, for connecting and for each piece of an answer."""

    def __post_init__(self) -> None:
        if not _SECRET.fullmatch(self.key.get_secret_value()):
            sentence = "is no secret key of Stripe: they begin with sk_ or, restricted, with rk_."
            raise BadInputError(Fault("NIGHTDESK_STRIPE_KEY", 0, 0, sentence))
        parts = urlsplit(self.address or "https://")
        if parts.scheme != "https" and parts.hostname not in _HERE:
            sentence = "must begin with https:// (or be on this machine)."
            raise BadInputError(Fault("NIGHTDESK_STRIPE_ADDRESS", 0, 0, sentence))


@dataclass(frozen=True)
class Reference:
    """A payment at Stripe: `pi_...` or `ch_...`, on a seller's account `acct_.../pi_...`."""

    account: str | None
    id: str

    @classmethod
    def of(cls, payment: str) -> "Reference":
        account, _, id_ = payment.rpartition("/")
        return cls(account or None, id_)

    @property
    def kind(self) -> Literal["payment_intent", "charge"]:
        return "payment_intent" if self.id.startswith("pi_") else "charge"


@dataclass(frozen=True)
class RefundAsked:
    """What is to be paid back, in Stripe's words."""

    amount: int
    metadata: dict[str, str]
    reverse_transfer: bool = False
    """The seller's account pays its part."""
    refund_application_fee: bool = False
    """The marketplace gives back its part of the fee."""


class StripeApi:
    """The official client, in threads, with typed answers and our errors.

    It never asks again by itself: that is counted where it is decided, and with the same key.
    """

    def __init__(self, access: StripeAccess) -> None:
        self._client = stripe.StripeClient(
            access.key.get_secret_value(),
            stripe_version=VERSION,
            base_addresses={"api": access.address} if access.address else None,
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=access.timeout),
        )

    async def payment(self, payment: Reference) -> Charge | Intent | None:
        """Return a payment; None when there is none of this name."""

        def ask() -> Charge | Intent | None:
            account = _account(payment)
            try:
                if payment.kind == "charge":
                    charge = self._client.v1.charges.retrieve(payment.id, options=account)
                    return Charge.model_validate(charge.to_dict())
                intent = self._client.v1.payment_intents.retrieve(
                    payment.id, {"expand": ["latest_charge"]}, account
                )
                return Intent.model_validate(intent.to_dict())
            except stripe.InvalidRequestError as error:
                if error.code == "resource_missing":
                    return None
                raise

        return await _asked("read payment", ask)

    async def refunds(self, payment: Reference) -> tuple[MadeRefund, ...]:
        """Return every refund of a payment, newest first."""

        def ask() -> tuple[MadeRefund, ...]:
            page: RefundListParams = {"limit": _PAGE}
            page[payment.kind] = payment.id
            first = self._client.v1.refunds.list(page, _account(payment))
            return _REFUNDS.validate_python([one.to_dict() for one in first.auto_paging_iter()])

        return await _asked("list refunds", ask)

    async def refund(self, of: Reference, asked: RefundAsked, key: str) -> MadeRefund:
        """Pay back; the same key with the same words gives the first answer for a day."""
        params: RefundCreateParams = {
            "amount": asked.amount,
            # Never `fraudulent`: that puts the buyer's card and address on a block list.
            "reason": "requested_by_customer",
            "metadata": asked.metadata,
        }
        params[of.kind] = of.id
        if asked.reverse_transfer:
            params["reverse_transfer"] = True
        if asked.refund_application_fee:
            params["refund_application_fee"] = True

        def ask() -> MadeRefund:
            made = self._client.v1.refunds.create(params, {**_account(of), "idempotency_key": key})
            return MadeRefund.model_validate(made.to_dict())

        return await _asked("refund", ask)

    async def answers(self) -> None:
        """Read as little as there is to read, to see whether that works."""

        def ask() -> None:
            self._client.v1.refunds.list({"limit": 1})
            self._client.v1.charges.list({"limit": 1})

        await _asked("read", ask)


def _account(payment: Reference) -> stripe.RequestOptions:
    return {"stripe_account": payment.account} if payment.account else {}


async def _asked(operation: str, ask: Callable[[], Answer]) -> Answer:
    try:
        return await asyncio.to_thread(ask)
    except stripe.StripeError as error:
        # Without its cause: that holds the whole answer, which may name the key.
        raise outside(operation, error) from None
    except ValidationError as error:
        places = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
        raise UnavailableError(
            VENDOR, operation, f"the answer is not as it should be: {places}"
        ) from None


def outside(operation: str, error: stripe.StripeError) -> OutsideError:
    """Return our error: a plain no, or that the outcome is not known."""
    said_no = error.http_status in _A_NO and error.error is not None
    said_no = said_no and not isinstance(error, stripe.RateLimitError)
    kind = RefusedError if said_no else UnavailableError
    return kind(VENDOR, operation, _in_words(error), error.request_id or "-")


def _in_words(error: stripe.StripeError) -> str:
    if error.http_status is None:
        return "no answer" if isinstance(error, stripe.APIConnectionError) else type(error).__name__
    told = error.error
    if told is None:
        return f"{error.http_status}: not an answer of Stripe"
    said = _A_KEY.sub("<key>", told.message or "")
    return f"{error.http_status} {told.code or told.type}: {said}"
