"""Does the benchmark of the time machine measure decisions that are made again?"""

from agent.bootstrap import load_rulebook
from agent.settings import Settings
from evals.benchmarks.policy_replay import make_decisions, time_replay


def test_its_cases_have_all_kinds_of_answers_and_none_flips_under_its_own_rules():
    rulebook = load_rulebook(Settings().policy_dir)
    decisions = make_decisions(rulebook, 300)

    flips, seconds = time_replay(decisions, rulebook)

    answers = {one.decision.kind for one in decisions}
    assert answers >= {"allow", "deny", "need_facts", "hand_off"}
    assert flips == ()
    assert seconds > 0
