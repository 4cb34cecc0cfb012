"""Is every broken world refused in words, and every accepted one usable?"""

import json
from pathlib import Path
from typing import TypeAlias, cast

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import a_scope
from tests.unit.tools.test_world import GOOD
from tools.connectors.embedded.world import load_world
from tools.errors import BadInputError
from tools.track_shipment import report_parcels

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

PLAUSIBLE = ["clay", "L1", "-3d 10:00", "+9d", "0.00 EUR", "9999-12-31T00:00:00Z", "DE", "lost", ""]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 10**20),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(PLAUSIBLE),
    st.lists(st.sampled_from(PLAUSIBLE), max_size=2),
    st.dictionaries(st.sampled_from(["id", "line", "at"]), st.sampled_from(PLAUSIBLE), max_size=2),
)


def paths(data: Json, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = list(data.items()) if isinstance(data, dict) else []
    rows = list(enumerate(data)) if isinstance(data, list) else []
    return [p for key, value in [*items, *rows] for p in ((*at, key), *paths(value, (*at, key)))]


def parsed() -> Json:
    return cast("Json", yaml.load(GOOD, Loader=yaml.BaseLoader))


def replaced(data: Json, path: tuple[str | int, ...], value: Json) -> Json:
    if not path:
        return value
    key, rest = path[0], path[1:]
    if isinstance(data, dict):
        return {k: replaced(v, rest, value) if k == key else v for k, v in data.items()}
    assert isinstance(data, list)
    return [replaced(v, rest, value) if i == key else v for i, v in enumerate(data)]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("worlds") / "world.yaml"


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(path=st.sampled_from(paths(parsed())), value=VALUES)
async def test_one_changed_value_is_refused_with_its_place_or_can_be_used(
    file: Path, path: tuple[str | int, ...], value: Json
):
    file.write_text(json.dumps(replaced(parsed(), path, value)), encoding="utf-8")
    try:
        world = load_world(file)
    except BadInputError as error:
        refused = error.faults
        assert {fault.line for fault in refused} == {1}
        return
    scope = a_scope(world)
    for number in [order.number for order in world.orders]:
        order = await scope.storefront.find_order(number)
        assert order is not None
        assert len(await report_parcels(order, scope)) >= 1
