"""What does every carrier promise?"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.contract.small_world import small_world
from tools.connectors.clocks import FixedClock
from tools.connectors.embedded.carrier import EmbeddedCarrier
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.errors import UnavailableError
from tools.ports.readers import Carrier

Connect = Callable[[Path], tuple[Carrier, Carrier]]
"""Gives a carrier over the small world, and the same one while it is down."""


def embedded(folder: Path) -> tuple[Carrier, Carrier]:
    market = EmbeddedMarketplace(small_world(folder), FixedClock(NOW))
    return EmbeddedCarrier(market), EmbeddedCarrier(market, available=False)


CONNECTORS: list[Connect] = [embedded]


@pytest.fixture(params=CONNECTORS, ids=lambda connect: connect.__name__)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Carrier, Carrier]:
    connect: Connect = request.param
    return connect(tmp_path)


@pytest.fixture
def carrier(pair: tuple[Carrier, Carrier]) -> Carrier:
    return pair[0]


async def test_scans_come_oldest_first(carrier: Carrier):
    scans = await carrier.track("kestrel", "KE7")
    assert scans is not None
    assert [scan.status for scan in scans] == ["picked_up", "in_transit"]
    assert scans[1].at == NOW.replace(hour=9) - timedelta(days=2)
    assert (scans[1].place, scans[1].text) == ("Lyon", "Colis en transit")


@pytest.mark.parametrize("number", ["KE 7", "ke7", " KE7 "])
async def test_a_tracking_number_may_be_written_in_groups(carrier: Carrier, number: str):
    assert await carrier.track("kestrel", number)


async def test_a_parcel_that_is_announced_has_no_scans_yet(carrier: Carrier):
    assert await carrier.track("kestrel", "KE8") == ()


@pytest.mark.parametrize("number", ["KE9", "", "\ud800", "'", "9" * 10_000])
async def test_an_unknown_number_is_unknown(carrier: Carrier, number: str):
    assert await carrier.track("kestrel", number) is None


async def test_a_number_of_another_carrier_is_unknown(carrier: Carrier):
    assert await carrier.track("postino", "KE7") is None


async def test_one_carrier_can_be_down_alone(carrier: Carrier):
    with pytest.raises(UnavailableError) as caught:
        await carrier.track("nightowl", "NO9")
    assert (caught.value.vendor, caught.value.retryable) == ("nightowl", True)


async def test_a_carrier_that_is_down_says_so(pair: tuple[Carrier, Carrier]):
    with pytest.raises(UnavailableError, match="kestrel track"):
        await pair[1].track("kestrel", "KE7")
