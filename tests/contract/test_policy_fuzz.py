"""Whatever an owner writes: is it a rulebook or a list of faults, and never anything else?"""

import random
import shutil
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tools.connectors.policy_files import load_rulebook
from tools.errors import BadInputError, Fault
from tools.policy.decision import FactName
from tools.policy.engine import decide
from tools.policy.facts import Fact
from tools.policy.rulebook import Rulebook

SHIPPED = Path(__file__).parents[2] / "policy"
NONSENSE: list[object] = [
    *(None, True, -1, 0, 3.5, 10**30, float("nan"), "", "x", "$window_days", "$nothing"),
    *(
        "2029-02-30",
        "{window",
        "}",
        "\u202eabc",
        ["x"],
        {"x": 1},
        [["x"]],
        {"in": [0]},
        {"at_most": -5},
    ),
    *(
        {"allow": {"terms": 1}},
        {"allow": {"refund": {"of": "all"}}},
        {"any": ["x"]},
        {"not": {"not": 1}},
    ),
    *({"allow": {"until": {"at": "seller"}}}, {"hand_off": {"queue": "nowhere"}}, "deny", "EUR"),
]
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
SELLER = FactName("seller")
Node = dict[str, Any] | list[Any]


def places(node: object) -> list[tuple[Node, str | int]]:
    """Return every place of a tree that something else could stand in."""
    if isinstance(node, dict):
        items = list(cast("dict[str, object]", node).items())
    elif isinstance(node, list):
        items = list(enumerate(cast("list[object]", node)))
    else:
        return []
    own: list[tuple[Node, str | int]] = [(cast("Node", node), key) for key, _ in items]
    return [*own, *(place for _, value in items for place in places(value))]


def spoil(tree: object, chance: random.Random) -> None:
    """Replace, remove or double one thing, as an owner's slip or a broken editor would."""
    node, key = chance.choice(places(tree))
    match chance.choice(["replace", "replace", "remove", "double"]):
        case "replace":
            cast("dict[Any, object]", node)[key] = deepcopy(chance.choice(NONSENSE))
        case "remove":
            del cast("dict[Any, object]", node)[key]
        case _ if isinstance(node, list):
            node.append(node[cast("int", key)])
        case _:
            cast("dict[Any, object]", node)[f"{key}_2"] = cast("dict[Any, object]", node)[key]


def load(folder: Path) -> Rulebook | tuple[Fault, ...]:
    try:
        return load_rulebook(folder)
    except BadInputError as error:
        return error.faults


@pytest.mark.parametrize("seed", range(24))
def test_a_spoilt_file_is_refused_or_still_decides(tmp_path: Path, seed: int):
    chance = random.Random(seed)
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "policy"))
    file = chance.choice(sorted(folder.rglob("*.yaml")))
    tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    for _ in range(chance.choice([1, 1, 2, 5])):
        spoil(tree, chance)
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    found = load(folder)
    if not isinstance(found, Rulebook):
        assert found
        assert all(fault.sentence.endswith((".", "?")) for fault in found)
        return
    known = {SELLER: Fact(name=SELLER, value="x", source="record", as_of=NOW)}
    for question in found.tables:
        assert decide(question, known, found, NOW).version == found.version
