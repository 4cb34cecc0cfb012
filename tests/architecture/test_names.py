"""Can a reader guess where a node and a tool stand, and what they do?"""

import ast
import inspect
from importlib import import_module
from types import FunctionType
from typing import get_args

import pytest

from tests.architecture.source import Source, sources
from tools.toolbox import TOOLS, ToolSpec

NODES = [file for file in sources("agent/nodes") if not file.name.endswith("__init__.py")]
READS = ("lookup_", "track_", "check_")
WRITES = ("request_",)


@pytest.mark.parametrize("file", NODES, ids=lambda file: file.name)
def test_a_node_is_a_function_with_the_name_of_its_file(file: Source):
    functions = {node.name for node in file.functions()}
    assert file.name.rsplit("/", 1)[-1].removesuffix(".py") in functions


def test_the_graph_has_exactly_these_nodes():
    (graph,) = (file for file in sources("agent") if file.name == "agent/graph.py")
    added = {
        ast.unparse(node.args[0])
        for node in ast.walk(graph.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".add_node")
    }
    assert added == {file.name.rsplit("/", 1)[-1].removesuffix(".py") for file in NODES}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_tool_says_whether_it_reads_or_asks_for_a_write(tool: ToolSpec):
    assert tool.name.startswith(READS + WRITES)
    assert tool.description.strip()


def function_of(tool: ToolSpec) -> FunctionType:
    """Return the tool's function from the file that bears its name."""
    found = getattr(import_module(f"tools.{tool.name}"), tool.name)
    assert isinstance(found, FunctionType)
    return found


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_tool_takes_typed_arguments_and_refuses_others(tool: ToolSpec):
    hints = inspect.get_annotations(function_of(tool), eval_str=True)
    assert hints["arguments"] is tool.arguments
    assert tool.arguments.model_config.get("extra") == "forbid"


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_the_results_of_a_tool_are_a_closed_union(tool: ToolSpec):
    returned = inspect.get_annotations(function_of(tool), eval_str=True)["return"]
    kinds = get_args(get_args(returned)[0])
    assert len(kinds) > 1
    assert len({kind.model_fields["kind"].default for kind in kinds}) == len(kinds)
