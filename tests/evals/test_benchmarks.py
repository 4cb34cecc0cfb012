"""Does the benchmark time the turns of both graphs?"""

from pathlib import Path

from evals.benchmarks.turn_time import time_turns
from evals.replay import Stage


async def test_both_graphs_take_every_turn(stage: Stage, tmp_path: Path):
    ours, bare = await time_turns(stage.house, [["hello", "where is my order?"]], 3, tmp_path)
    assert len(ours) == len(bare) == 6
    assert min(*ours, *bare) > 0
