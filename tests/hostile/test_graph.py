"""Does a lying reader, with an approver who accepts everything, move nothing that is not due?

The long lane is `python -m evals.benchmarks.hostile`.
"""

import pytest

from tests.hostile.graph_run import greedy_day, run_chunk
from tests.hostile.readers import MODES, Mode
from tests.oracle.comparing import judge

SEED = 4


@pytest.mark.parametrize("mode", MODES)
def test_a_lying_reader_moves_nothing_that_is_not_due(mode: Mode):
    haul = run_chunk((SEED, mode, 36))
    assert haul.turns >= 36
    assert haul.wrongful == []
    assert haul.faults == 0


def test_a_greedy_reader_loses_no_more_in_a_day_than_the_owner_has_settled():
    haul = greedy_day(SEED)
    cap = judge().binder.caps["EUR"]["day"]
    assert haul.wrongful == []
    assert cap // 3 < haul.without_a_person <= cap
