"""What is needed for Stripe to pay back, and what does the doctor say about it?"""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.bootstrap import _open_shop, load_house, open_desk, open_stripe
from agent.cli.payments_check import payments
from agent.settings import Settings
from agent.worker.store import Store
from tests.contract.stripe_till import StripeTill, stripe_by_charge
from tests.contract.tills import NOON, till_world
from tools.connectors.embedded_payments import EmbeddedPayments
from tools.errors import BadInputError


@pytest.fixture
def till(tmp_path: Path) -> Iterator[StripeTill]:
    with stripe_by_charge(tmp_path) as opened:
        yield opened


def settings(till: StripeTill, key: str | None = None, **others: str) -> Settings:
    given = {"stripe_key": key or till.key, "stripe_address": till.server.address, **others}
    return Settings.model_validate(given)


def test_without_a_key_the_shop_pays_back_by_itself(tmp_path: Path):
    assert open_stripe(Settings()) is None
    with closing(Store.open(":memory:")) as store:
        shop = _open_shop(till_world(tmp_path), store, NOON, NOON, None)
        assert isinstance(shop.providers.payments, EmbeddedPayments)
    assert payments(Settings()).says == "the embedded marketplace's own till."


async def test_with_a_key_stripe_pays_back(till: StripeTill, tmp_path: Path):
    paid = await till.paid()
    with closing(Store.open(":memory:")) as store:
        stripe = open_stripe(settings(till))
        shop = _open_shop(till_world(tmp_path), store, NOON, NOON, stripe)
        state = await shop.providers.payments.state_of(paid.payment)
    assert state is not None
    assert state.captured == paid.amount


def test_a_rehearsal_never_asks_stripe(tmp_path: Path):
    world = tmp_path / "till.yaml"
    till_world(tmp_path)
    nowhere = {"stripe_key": "sk_test_1", "stripe_address": "http://stripe.example", "world": world}
    house = load_house(Settings.model_validate(nowhere))
    with closing(open_desk(house, database=":memory:", clock=NOON)):
        pass
    with pytest.raises(BadInputError, match="NIGHTDESK_STRIPE_ADDRESS"):
        open_desk(house, database=tmp_path / "nightdesk.sqlite", clock=NOON)


def test_the_doctor_reads_and_says_what_it_cannot_know(till: StripeTill):
    finding = payments(settings(till))
    assert finding.state == "ok"
    assert finding.says.startswith("Stripe answers (test mode, full key).")
    assert "first refund" in finding.says
    assert "NIGHTDESK_STRIPE_ORDER_FIELD" in finding.advice
    assert payments(settings(till, stripe_order_field="order")).advice == ""


def test_a_key_that_is_refused_is_told_without_the_key(till: StripeTill):
    finding = payments(settings(till, "rk_live_0123456789abcdef"))
    assert finding.state == "outside"
    assert "401" in finding.says
    assert "0123" not in finding.says
    assert "cdef" not in finding.says
    assert "NIGHTDESK_STRIPE_KEY" in finding.advice


def test_a_server_that_is_down_makes_refunds_wait(till: StripeTill):
    finding = payments(settings(till, stripe_address="http://127.0.0.1:9"))
    assert finding.state == "outside"
    assert "refunds wait" in finding.advice


@pytest.mark.parametrize("key", ["", "pk_test_1", "sk_test_1\n", "sk_test_ü", "my key"])
def test_what_is_no_key_is_a_fault(key: str):
    finding = payments(Settings.model_validate({"stripe_key": key}))
    assert finding.state == "fault"
    assert "NIGHTDESK_STRIPE_KEY" in finding.says


@pytest.mark.parametrize("address", ["http://stripe.example", "stripe.example", "ftp://127.0.0.2"])
def test_a_key_is_never_sent_where_others_can_read_it(address: str):
    given = {"stripe_key": "sk_test_1", "stripe_address": address}
    with pytest.raises(BadInputError, match="NIGHTDESK_STRIPE_ADDRESS"):
        open_stripe(Settings.model_validate(given))


def test_a_missing_client_is_told_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch):
    for name in ("stripe_api", "stripe_payments"):
        monkeypatch.delitem(sys.modules, f"tools.connectors.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "stripe", None)
    with pytest.raises(BadInputError, match=r"\[stripe\]"):
        open_stripe(Settings.model_validate({"stripe_key": "sk_test_1"}))


def test_the_key_shows_in_no_settings():
    assert "sk_test_1" not in repr(Settings.model_validate({"stripe_key": "sk_test_1"}))
