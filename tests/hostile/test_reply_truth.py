"""Does a reply in which one thing is not true stay in, and its true twin go out?

The long lane is `python -m evals.benchmarks.reply_truth`.
"""

from tests.hostile.replies import KINDS, run


def test_a_reply_with_one_untruth_does_not_go_out():
    passed = run(seed=5, count=600)
    assert set(passed.tried) == set(KINDS)
    assert sum(passed.by_guard.values()) == 0


def test_true_replies_go_out():
    passed = run(seed=6, count=300)
    assert passed.true_ones > 0
    assert passed.true_ones_held_back == 0
