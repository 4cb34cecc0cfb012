"""Who pays money back, and does that answer?"""

import asyncio

from agent.bootstrap import open_stripe
from agent.cli.finding import Finding
from agent.settings import Settings
from tools.errors import BadInputError, OutsideError, UnavailableError

_PART = "payments"
_WRITES = "Whether the key may also pay back shows with the first refund."


def payments(settings: Settings) -> Finding:
    """Read a little at the provider; nothing is paid."""
    if settings.stripe_key is None:
        return Finding(part=_PART, state="ok", says="the embedded marketplace's own till.")
    try:
        stripe = open_stripe(settings)
        if stripe is not None:
            asyncio.run(stripe.probe())
    except BadInputError as error:
        return Finding(part=_PART, state="fault", says=str(error.faults[0]))
    except OutsideError as error:
        return Finding(part=_PART, state="outside", says=str(error), advice=_advice(error))
    return _answering(settings, settings.stripe_key.get_secret_value())


def _answering(settings: Settings, key: str) -> Finding:
    mode = "test" if "_test_" in key else "live"
    right = "restricted" if key.startswith("rk_") else "full"
    says = f"Stripe answers ({mode} mode, {right} key). {_WRITES}"
    advice = _orders(settings.stripe_order_field)
    if mode == "live" and right == "full":
        wish = "A restricted key is enough: refunds write, charges and payment intents read."
        return Finding(part=_PART, state="attention", says=says, advice=f"{wish} {advice}".strip())
    return Finding(part=_PART, state="ok", says=says, advice=advice)


def _orders(field: str | None) -> str:
    if field is not None:
        return ""
    return "With NIGHTDESK_STRIPE_ORDER_FIELD, payments are also compared with their order number."


def _advice(error: OutsideError) -> str:
    if isinstance(error, UnavailableError):
        return "Until it answers, refunds wait; none is lost and none is made twice."
    return "Check NIGHTDESK_STRIPE_KEY: it must read refunds, charges and payment intents."
