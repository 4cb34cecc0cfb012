"""Does a sample fail when a withdrawal is not kept, not receipted, or refused in the same breath?"""

import pytest

from evals.conversation_file import Sample
from evals.end_state import score_end_state
from evals.run import Run
from tests.evals.example import NOW, denied, record, run, sample
from tests.unit.domain.test_effects import EFFECT, STATEMENT
from tools.domain.withdrawal import Withdrawal

KEPT = Withdrawal(number="WD-ABCDEFGHIJ", statement=STATEMENT, recorded_at=NOW)


def expecting(recorded: object) -> Sample:
    return sample(expect={"end": {"recorded": recorded}})


def played(recorded: object, text: str = "WD-ABCDEFGHIJ", **more: object) -> Run:
    return run(expecting(recorded), record(text, **more), withdrawals=(KEPT,))


def value(of: Run) -> float:
    return score_end_state(of, of.sample).value


@pytest.mark.parametrize("recorded", [True, {"items": ["Blue mug"]}])
def test_what_was_kept_as_expected_passes(recorded: object):
    assert value(played(recorded)) == 1


@pytest.mark.parametrize("recorded", [False, {"items": ["Red mug"]}, {"said_in": 1}])
def test_what_was_kept_otherwise_fails(recorded: object):
    assert value(played(recorded)) == 0


def test_nothing_kept_fails_where_something_was_expected():
    wanted = expecting(recorded=True)
    assert value(run(wanted, record("Hello."))) == 0


def test_a_record_that_the_buyer_never_hears_of_fails():
    assert value(played(recorded=True, text="All right.")) == 0


def test_a_refusal_beside_a_record_fails():
    refused = {"effects": (EFFECT,), "decision": (denied("returns.late"),)}
    assert value(played(True, "WD-ABCDEFGHIJ. No.", **refused)) == 0
    assert value(played(True, "WD-ABCDEFGHIJ.", **refused)) == 1
