"""Can a model and a playbook rely on the list of tools?"""

import pytest

from tests.builders import a_scope, verified
from tools.connectors.embedded.world import World
from tools.lookup_order import LookupOrderArguments, OrderFound
from tools.toolbox import TOOLS, ToolSpec
from tools.track_shipment import TrackShipmentArguments

tool = pytest.mark.parametrize("tool", TOOLS, ids=lambda spec: spec.name)


def test_names_are_unique():
    assert len({spec.name for spec in TOOLS}) == len(TOOLS)


@tool
def test_a_tool_says_what_it_does_and_only_reads(tool: ToolSpec):
    assert tool.name.split("_")[0] in {"lookup", "track", "check"}
    assert tool.description.endswith(".")
    assert tool.effect == "read"


@tool
def test_a_tool_refuses_arguments_it_does_not_know(tool: ToolSpec):
    assert tool.arguments.model_json_schema()["additionalProperties"] is False


async def test_a_tool_runs_with_its_own_arguments(demo: World):
    (lookup,) = [spec for spec in TOOLS if spec.name == "lookup_order"]
    scope = a_scope(demo, verified("ND-1006"))
    found = await lookup.run(LookupOrderArguments(number="1006"), scope)
    assert isinstance(found, OrderFound)


async def test_a_tool_refuses_the_arguments_of_another(demo: World):
    (lookup,) = [spec for spec in TOOLS if spec.name == "lookup_order"]
    with pytest.raises(AssertionError, match="LookupOrderArguments"):
        await lookup.run(TrackShipmentArguments(number="1006"), a_scope(demo))
