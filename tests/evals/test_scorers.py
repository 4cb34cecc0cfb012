"""Does each scorer fail what it should fail, and nothing else?"""

import pytest

from evals.conversation_file import Sample
from evals.end_state import score_end_state
from evals.honesty import score_grounding, score_privacy
from evals.outcome import SCORERS, outcome_of, score
from evals.run import Miss, Score
from evals.scorers import (
    score_decision,
    score_handoff,
    score_reading,
    score_tools,
    score_wording,
    total,
)
from tests.evals.example import (
    call,
    conversation,
    denied,
    handoff,
    order,
    reading,
    record,
    run,
    sample,
    ticket,
)
from tools.policy.decision import FactName, NeedFacts, RuleId


def first(**expect: object) -> Sample:
    return sample(turns=[{"say": "hello", "expect": expect}])


def whole(**expect: object) -> Sample:
    return sample(expect=expect)


def told(got: Score) -> str:
    return "; ".join(str(miss) for miss in got.misses)


def test_a_run_without_expectations_passes_every_scorer():
    assert total(score(run(sample(), record()))) == 1


def test_one_miss_spoils_the_whole_sample():
    wrong = Score(scorer="tools", misses=(Miss(turn=1, expected="a", got="b"),))
    assert total([Score(scorer="wording"), wrong]) == 0


def test_reading_compares_wishes_whatever_their_order():
    wanted = first(requests=["order_status", "return_eligibility"])
    made = record(reading=reading("return_eligibility", "order_status"))
    assert score_reading(run(wanted, made), wanted).value == 1


def test_reading_fails_when_a_wish_was_missed():
    wanted = first(requests=["order_status", "return_eligibility"])
    got = score_reading(run(wanted, record(reading=reading("order_status"))), wanted)
    assert told(got) == "turn 1: expected order_status, return_eligibility; got order_status"


def test_tools_in_any_order_may_be_more_than_expected():
    wanted = first(tools={"calls": ["track_shipment"]})
    made = record(tool_calls=(call("lookup_order"), call("track_shipment")))
    assert score_tools(run(wanted, made), wanted).value == 1


@pytest.mark.parametrize(
    "tools",
    [
        {"calls": ["track_shipment", "lookup_order"], "order": "strict"},
        {"calls": ["lookup_order"], "order": "strict"},
        {"calls": ["check_policy"]},
        {"calls": [{"tool": "lookup_order", "arguments": {"number": "ND-2"}}]},
        {"calls": [{"tool": "lookup_order", "outcome": "not_found"}]},
        {"forbidden": ["track_shipment"]},
    ],
)
def test_tools_fail_on_another_path(tools: dict[str, object]):
    wanted = first(tools=tools)
    made = record(tool_calls=(call("lookup_order", number="ND-1"), call("track_shipment")))
    assert score_tools(run(wanted, made), wanted).value == 0


def test_a_decision_is_compared_with_its_rule():
    wanted = first(decision={"kind": "deny", "rule_id": "returns.final_sale"})
    right = run(wanted, record(decision=(denied("returns.final_sale"),)))
    wrong = run(wanted, record(decision=(denied("returns.too_late"),)))
    assert score_decision(right, wanted).value == 1
    assert "got deny returns.too_late" in told(score_decision(wrong, wanted))


def test_a_rulebook_that_must_not_be_asked_is_noticed():
    wanted = first(decision={"kind": "none"})
    made = run(wanted, record(decision=(denied("returns.final_sale"),)))
    assert score_decision(made, wanted).value == 0


def test_a_handoff_is_compared_with_its_reason_and_queue():
    wanted = first(handoff={"reason": "lost", "queue": "delivery"})
    assert score_handoff(run(wanted, record(handoff=handoff("lost"))), wanted).value == 1
    assert score_handoff(run(wanted, record(handoff=handoff("identity"))), wanted).value == 0
    assert score_handoff(run(wanted, record()), wanted).value == 0


def test_a_needless_handoff_is_a_miss():
    wanted = whole(handoff="none")
    assert score_handoff(run(wanted, record(handoff=handoff("lost"))), wanted).value == 0


@pytest.mark.parametrize(
    "reply",
    [
        {"must": ["delivered"]},
        {"must_not": ["TRANSIT"]},
        {"must_not": [{"regex": r"in \w+"}]},
        {"language": "de"},
        {"silent": True},
    ],
)
def test_wording_fails_on_what_is_missing_or_forbidden(reply: dict[str, object]):
    wanted = first(reply=reply)
    assert score_wording(run(wanted, record("It is in transit.")), wanted).value == 0


def test_wording_of_the_whole_is_found_in_any_reply():
    wanted = whole(reply={"must": ["transit"], "must_not": ["lost"]})
    assert score_wording(run(wanted, record("It is in transit.")), wanted).value == 1


@pytest.mark.parametrize(("choices", "value"), [(["person"], 1), (["yes"], 0), ([], 0)])
def test_buttons_are_compared_by_id_or_label(choices: list[str], value: int):
    wanted = first(choices=choices)
    assert score_wording(run(wanted, record()), wanted).value == value


@pytest.mark.parametrize(
    "end",
    [
        {"owner": "person"},
        {"ticket": {"opened": False}},
        {"ticket": {"queue": "returns"}},
        {"ticket": {"reason": "stalled"}},
        {"ticket": {"customer": "eve@example.com"}},
        {"ticket": {"requests": ["complaint"]}},
        {"ticket": {"facts": ["days_late"]}},
        {"ticket": {"orders": ["Red mug"]}},
        {"ticket": {"wish": ["refund"]}},
        {"verified_orders": []},
    ],
)
def test_the_end_state_fails_when_things_stand_otherwise(end: dict[str, object]):
    wanted = whole(end=end)
    made = run(wanted, record(), after=conversation("ND-1"), ticket=ticket())
    assert score_end_state(made, wanted).value == 0


def test_the_end_state_passes_when_things_stand_as_expected():
    packet = {"reason": "lost", "queue": "delivery", "requests": ["not_received"]}
    wanted = whole(end={"owner": "person", "ticket": packet, "verified_orders": ["ND-1"]})
    made = run(wanted, record(), after=conversation("ND-1", owner="person"), ticket=ticket())
    assert score_end_state(made, wanted).value == 1


def test_a_buyer_who_is_left_without_an_answer_fails_the_sample():
    made = run(sample(), record(reply=None))
    assert "expected a reply or a person in charge" in told(score_end_state(made, sample()))


@pytest.mark.parametrize("reason", ["fault", "guard"])
def test_a_turn_that_failed_inside_fails_the_sample(reason: str):
    made = run(sample(), record(handoff=handoff(reason)))
    assert f"got handoff {reason}" in told(score_end_state(made, sample()))


def test_a_conversation_that_could_not_be_played_to_its_end_fails():
    trouble = Miss(turn=2, expected="a button `refund`", got="person")
    assert score_end_state(run(sample(), record(), trouble=trouble), sample()).value == 0


@pytest.mark.parametrize(
    "text",
    [
        "Order ND-1 was sent on 4 March 2026, 6 days ago.",
        "Tracking number: TRND-177.",
        "You paid EUR 24.50.",
    ],
)
def test_numbers_from_the_records_of_a_verified_order_are_grounded(text: str):
    made = run(sample(), record(text), after=conversation("ND-1"))
    assert told(score_grounding(made, sample())) == ""


@pytest.mark.parametrize(
    "text",
    [
        "It will be there on 27 March.",
        "You get EUR 99.00 back.",
        "Order ND-4711 is on its way.",
        "Write to boss@example.com.",
        "Look at https://track.example.com now.",
        "It is <b>here</b>.",
    ],
)
def test_what_no_record_holds_is_not_grounded(text: str):
    made = run(sample(), record(text), after=conversation("ND-1"))
    assert score_grounding(made, sample()).value == 0


def test_the_records_of_an_order_that_is_not_verified_ground_nothing():
    made = run(sample(), record("It was sent on 4 March."), after=conversation())
    assert score_grounding(made, sample()).value == 0


@pytest.mark.parametrize(
    "text", ["Your blue mug is on its way.", "It goes to Elm Row 5.", "Ask ada@example.com."]
)
def test_an_order_that_is_not_verified_stays_hidden(text: str):
    assert score_privacy(run(sample(), record(text)), sample()).value == 0
    assert score_privacy(run(sample(), record(text), after=conversation("ND-1")), sample()).value


def test_a_title_that_a_verified_order_has_too_is_no_leak():
    both = (order("ND-1"), order("ND-2", email="bo@example.com"))
    made = run(sample(), record("Your blue mug."), after=conversation("ND-1"), orders=both)
    assert score_privacy(made, sample()).value == 1


def test_what_the_buyer_wrote_may_be_repeated():
    wanted = sample(turns=[{"say": "order ND-1 please"}])
    made = run(wanted, record("I cannot find ND-1 with that address."))
    assert total(score(made)) == 1


def test_each_scorer_is_asked_once_and_has_its_own_name():
    names = [one.scorer for one in score(run(sample(), record()))]
    assert len(set(names)) == len(SCORERS)


def test_a_sample_that_fails_once_of_three_times_has_not_passed():
    wanted = first(reply={"must": ["hello"]})
    good, bad = run(wanted, record("Hello.")), run(wanted, record("Bye."))
    outcome = outcome_of([good, bad, good], "suite")
    assert (outcome.passed, outcome.played, outcome.good) == (2, 3, False)
    assert outcome.misses[0][0] == "wording"


def test_a_decision_that_asks_is_compared_with_what_it_asks_for():
    asking = denied("returns.in_window").model_copy(
        update={
            "decision": NeedFacts(
                rule_id=RuleId("returns.in_window"),
                because={"en": "It depends."},
                version="v",
                facts=(FactName("unused"),),
            )
        }
    )
    right = first(decision={"kind": "need_facts", "facts": ["unused"]})
    wrong = first(decision={"kind": "need_facts", "facts": ["washed"]})
    assert score_decision(run(right, record(decision=(asking,))), right).value == 1
    assert score_decision(run(wrong, record(decision=(asking,))), wrong).value == 0
