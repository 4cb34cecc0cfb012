"""Is the embedded marketplace's file opened, refilled and refused as it should be?"""

from pathlib import Path

import pytest

from tests.builders import NOW
from tools.connectors.clocks import FixedClock
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.world import World
from tools.errors import UnavailableError


def test_opening_a_file_again_fills_it_with_the_world_given_then(demo: World, tmp_path: Path):
    file = tmp_path / "shop.sqlite"
    EmbeddedMarketplace(demo, FixedClock(NOW), file).close()
    smaller = demo.model_copy(update={"orders": demo.orders[:1]})
    market = EmbeddedMarketplace(smaller, FixedClock(NOW), file)
    assert market.order(demo.orders[0].number)
    assert market.order(demo.orders[1].number) is None


def test_a_file_that_is_no_database_is_said_to_be_unusable(demo: World, tmp_path: Path):
    file = tmp_path / "notes.txt"
    file.write_text("not a database " * 100)
    with pytest.raises(UnavailableError, match="not a database"):
        EmbeddedMarketplace(demo, FixedClock(NOW), file)
    assert file.read_text().startswith("not a database")


def test_a_folder_that_is_not_there_is_said_to_be_unusable(demo: World, tmp_path: Path):
    with pytest.raises(UnavailableError, match="unable to open"):
        EmbeddedMarketplace(demo, FixedClock(NOW), tmp_path / "none" / "shop.sqlite")


def test_a_world_that_breaks_off_leaves_the_old_one(demo: World, tmp_path: Path):
    file = tmp_path / "shop.sqlite"
    old = EmbeddedMarketplace(demo, FixedClock(NOW), file)
    twice = demo.model_copy(update={"sellers": demo.sellers * 2})
    with pytest.raises(UnavailableError, match="UNIQUE"):
        EmbeddedMarketplace(twice, FixedClock(NOW), file)
    assert old.order("ND-1001")
