"""Is every field that could hold any text sorted, and does nothing hang on what others write?

The long lane is `python -m evals.benchmarks.non_interference`.
"""

import random

from agent.settings import Settings
from tests.hostile.free_text import BOUND, FREE, rewritten, text_fields
from tests.hostile.non_interference import run_chunk
from tools.connectors.embedded.world import load_world

SEED = 7


def test_a_new_field_that_could_hold_any_text_has_to_be_sorted():
    assert text_fields() == FREE | BOUND
    assert not FREE & BOUND


def test_only_free_text_is_rewritten():
    world = load_world(Settings().world)
    other = rewritten(world, random.Random(SEED))
    told, said = world.model_dump_json(), other.model_dump_json()
    assert told != said
    first, second = world.orders[0].lines[0], other.orders[0].lines[0]
    assert first.title != second.title
    assert first.model_copy(update={"title": second.title}) == second


def test_words_of_third_parties_change_no_decision_effect_or_amount():
    pairs = run_chunk((SEED, 1_500))
    assert pairs.compared >= 1_500
    assert pairs.differences == []
