"""Does the graph come to the same end whether a chat model reads the buyer or the embedded one?

Recorded from Qwen2.5-Coder-1.5B-Instruct behind llama.cpp's OpenAI-compatible server.
"""

import re
from dataclasses import replace

import pytest
from langchain_core.language_models import BaseChatModel

from agent.bootstrap import load_house
from agent.prompting import load_prompt
from agent.settings import Settings
from agent.understanding.llm import LlmUnderstanding
from agent.understanding.reading import Reading
from evals.conversation_file import read_conversations
from evals.outcome import score
from evals.replay import Stage, play
from evals.run import Run
from tests.llm.scripted import HERE, PROMPTS, catalogue

SAMPLES = {sample.id: sample for sample in read_conversations(HERE / "conversations.yaml")}
CASE_NUMBER = re.compile(r"T-\w+")


@pytest.fixture(scope="module")
def embedded() -> Stage:
    settings = Settings()
    house = load_house(settings, model="embedded")
    return Stage(house=house, world=settings.world, policy=settings.policy_dir)


@pytest.fixture
def chatting(embedded: Stage, model: BaseChatModel) -> Stage:
    prompt = load_prompt(PROMPTS / "understand.md")
    reader = LlmUnderstanding(model, catalogue(), prompt, embedded.house.understanding)
    return replace(embedded, house=replace(embedded.house, understanding=reader))


@pytest.mark.vcr
@pytest.mark.parametrize("name", SAMPLES)
async def test_a_conversation_ends_the_same_way_with_a_chat_model(
    name: str, chatting: Stage, embedded: Stage
):
    with_model = await play(SAMPLES[name], chatting)
    without = await play(SAMPLES[name], embedded)
    assert [miss for one in score(with_model) for miss in one.misses] == []
    assert end(with_model) == end(without)
    assert {type(record.reading) for record in with_model.records} <= {Reading, type(None)}
    assert sum(record.model_calls for record in with_model.records) > 0
    assert sum(record.model_calls for record in without.records) == 0


async def test_without_a_recording_nothing_is_reached_and_the_buyer_is_answered(
    chatting: Stage, embedded: Stage
):
    sample = SAMPLES["tracking_problem"]
    assert end(await play(sample, chatting)) == end(await play(sample, embedded))


def end(run: Run) -> list[object]:
    """Return everything that buyers, people and records can see of a run."""
    final = run.final
    assert final is not None
    said = [
        step.record.reply.text if step.record and step.record.reply else None for step in run.steps
    ]
    return [
        [CASE_NUMBER.sub("T-", text) if text else text for text in said],
        [(call.tool, call.arguments, call.outcome) for r in run.records for call in r.tool_calls],
        [(d.question, d.decision) for r in run.records for d in r.decision],
        [r.handoff.reason for r in run.records if r.handoff],
        (final.owner, final.order, final.line, final.identity, final.question),
        run.ticket is None,
    ]
