"""Does anybody hear a no where the law says yes?"""

from evals.benchmarks.statutory import judge
from evals.benchmarks.statutory_cases import Claimants
from tests.oracle.comparing import rulebook

CASES = 1500


def test_nobody_who_changes_their_mind_in_time_is_refused():
    tally = judge(Claimants(rulebook(), seed=4).minds_changed(CASES), rulebook())
    assert tally.wrongful[:3] == []
    assert tally.kinds["allow"] > CASES / 3
    assert sum(tally.exempt.values()) == tally.kinds["deny"]


def test_nobody_with_faulty_goods_is_refused():
    tally = judge(Claimants(rulebook(), seed=5).faults_found(CASES), rulebook())
    assert tally.wrongful[:3] == []
    assert tally.kinds["deny"] == 0
