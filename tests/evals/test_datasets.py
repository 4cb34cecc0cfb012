"""Do the written conversations cover what buyers write about?"""

from agent.requests import REQUEST_IDS, RequestCatalogue
from agent.settings import Settings
from evals.baseline import read_baseline
from evals.conversation_file import Sample, Turn
from evals.suites import read_suites
from evals.truth import read_world

SUITES = read_suites()
SAMPLES = [sample for samples in SUITES.values() for sample in samples]


def expectations(sample: Sample) -> bool:
    return sample.expect is not None or any(turn.expect is not None for turn in sample.turns)


def test_there_are_many_and_each_expects_something():
    assert len(SAMPLES) >= 60
    assert [sample.id for sample in SAMPLES if not expectations(sample)] == []


def test_an_id_begins_with_its_file_and_a_note_says_what_it_is_about():
    strays = [
        sample.id
        for name, samples in SUITES.items()
        for sample in samples
        if not sample.id.startswith(f"{name}.") or not sample.note
    ]
    assert strays == []


def test_every_request_is_expected_somewhere():
    turns: list[Turn] = [turn for sample in SAMPLES for turn in sample.turns]
    wanted = {r for turn in turns if turn.expect for r in turn.expect.requests or ()}
    reasons = {turn.expect.handoff.reason for turn in turns if turn.expect and turn.expect.handoff}
    by_risk = {"chargeback_fraud", "smalltalk"}
    assert set(REQUEST_IDS) - wanted - by_risk == set()
    not_live = set(REQUEST_IDS) - RequestCatalogue.load(Settings().prompts_dir).live - by_risk
    assert not_live - reasons == set()


def test_every_order_that_is_named_is_in_the_demo_marketplace():
    world = read_world(Settings().world)
    numbers = {order.number for order in world.orders}
    verified = {
        number
        for sample in SAMPLES
        if sample.expect and sample.expect.end
        for number in sample.expect.end.verified_orders or ()
    }
    assert verified <= numbers


def test_a_waiting_conversation_and_every_kind_of_turn_are_there():
    kinds = {str(turn).split(":")[0] for sample in SAMPLES for turn in sample.turns}
    assert {"[tap", "[attach", "[event"} <= kinds


def test_the_baseline_knows_every_sample_and_no_other():
    assert sorted(read_baseline().samples) == sorted(sample.id for sample in SAMPLES)
