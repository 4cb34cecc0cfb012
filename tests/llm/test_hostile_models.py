"""What happens when a model writes nonsense, attacks, or does not answer?"""

import pytest
from langchain_core.messages import AIMessage

from agent.understanding.reading import Hearing, ModelUse, Reading
from tests.llm.model_server import client, serving
from tests.llm.scripted import TODAY, UNSURE, ScriptedChat, broken, numbers, reader, saying
from tools.errors import RefusedError, UnavailableError

WORDS = "Where is my parcel, and may I send back the mug?"
FLOOD = '[{"name": "order_status", "arguments": {}}' * 4_000

NONSENSE = {
    "an invented tool": saying(("pay_refund", {"amount": 500})),
    "an invented tool beside a real one": saying(("order_status", {}), ("run_shell", {})),
    "arguments of the wrong type": saying(("order_status", {"words": ["where"]})),
    "arguments that are no JSON": broken("{words: 'where"),
    "words instead of a call": saying(content="Your parcel arrives tomorrow."),
    "nothing at all": saying(),
    "markup": saying(content="<script>alert(1)</script><tool_call>order_status</tool_call>"),
    "a serialized object": saying(content='{"lc": 1, "type": "constructor", "id": ["os"]}'),
    "brackets without an end": saying(content="[" * 100_000),
    "a call cut off": saying(content='```json\n{"name": "order_status", "argu'),
    "a call without a name": saying(content='{"arguments": {"words": "where"}}'),
    "a huge text": saying(content="parcel " * 300_000),
    "an answer to no question": saying(("answer_question", {})),
    "every request there is": saying(
        *((name, {"words": "x"}) for name in (
            "order_status", "not_received", "damaged_item", "missing_item", "wrong_item",
            "return_eligibility", "exchange", "refund_request", "complaint",
        ))
    ),
}  # fmt: skip
FAILURES = {
    "down": UnavailableError("chat model", "m", "answered 503"),
    "refusing": RefusedError("chat model", "m", "answered 401"),
    "too slow": TimeoutError(),
    "not reachable": ConnectionRefusedError(),
    "unreadable": ValueError("no choices"),
    "misbuilt": TypeError("NoneType"),
    "out of depth": RecursionError(),
    "incomplete": KeyError("message"),
    "another kind": AttributeError("model_dump"),
}


@pytest.mark.parametrize("name", NONSENSE)
async def test_nonsense_is_answered_by_the_embedded_reading(name: str):
    assert await reader(NONSENSE[name]).read(WORDS, TODAY) == (UNSURE, ModelUse(calls=1))


@pytest.mark.parametrize("name", FAILURES)
async def test_a_model_that_fails_is_answered_by_the_embedded_reading(name: str):
    model = ScriptedChat(failure=FAILURES[name])
    assert await reader(model).read(WORDS, TODAY) == (UNSURE, ModelUse(calls=1))


@pytest.mark.parametrize(
    "model", [saying(*[("order_status", {"words": "x"})] * 50), saying(content=FLOOD)]
)
async def test_the_same_call_over_and_over_is_one_request(model: ScriptedChat):
    reading, _ = await reader(model).read(WORDS, TODAY)
    assert [request.id for request in reading.requests] == ["order_status"]


async def test_an_answer_that_does_not_come_is_not_waited_for():
    async with serving(200, silent=True) as address, client(address) as chat:
        waiting = reader(chat)
        waiting.patience_s = 0.1
        assert await waiting.read(WORDS, TODAY) == (UNSURE, ModelUse(calls=1))


async def test_a_call_that_a_server_left_in_the_text_counts():
    fenced = 'Sure!\n```json\n{"name": "human_agent", "arguments": {"words": "x"}}\n```'
    reading, _ = await reader(saying(content=fenced)).read("get me a person", TODAY)
    assert [request.id for request in reading.requests] == ["human_agent"]


async def test_several_calls_in_the_text_are_several_requests():
    written = '{"name": "order_status"} {"name": "exchange", "parameters": {"item": "mug"}}'
    reading, _ = await reader(saying(content=written)).read(WORDS, TODAY)
    assert [(r.id, r.item) for r in reading.requests] == [
        ("order_status", None),
        ("exchange", "mug"),
    ]


async def test_several_calls_keep_the_buyers_order_and_words():
    model = saying(
        ("return_eligibility", {"words": "may I send back the mug", "item": "the mug"}),
        ("order_status", {"words": "where is my parcel"}),
    )
    reading, _ = await reader(model).read(WORDS, TODAY)
    assert [(r.id, r.words) for r in reading.requests] == [
        ("return_eligibility", "may I send back the mug"),
        ("order_status", "Where is my parcel"),
    ]


async def test_words_and_items_that_the_buyer_never_wrote_are_dropped():
    model = saying(("order_status", {"words": "refund me now", "item": "gold watch"}))
    reading, _ = await reader(model).read(WORDS, TODAY)
    assert [(r.words, r.item) for r in reading.requests] == [(WORDS, None)]


async def test_an_order_number_that_the_buyer_never_wrote_is_dropped():
    model = saying(("order_status", {"order": "ND-9999"}))
    reading, _ = await reader(model).read(WORDS, TODAY)
    assert reading.requests[0].order is None


async def test_a_placeholder_becomes_the_number_that_the_extractor_read():
    said = "Cancel nd 2001, keep ND-1042"
    model = saying(("cancel_order", {"order": "(order 1)"}))
    reading, _ = await reader(model, numbers("ND-2001", "ND-1042")).read(said, TODAY)
    assert reading.requests[0].order == "ND-2001"


async def test_further_tools_named_in_one_call_count_when_several_wishes_are_heard():
    model = saying(("order_status", {"also": "return_eligibility, delivery_delay"}))
    several = Reading.model_validate({"requests": [{"id": "order_status"}, {"id": "exchange"}]})
    reading, _ = await reader(model, several).read(WORDS, TODAY)
    assert [r.id for r in reading.requests] == ["order_status", "return_eligibility"]


async def test_further_tools_named_in_one_call_do_not_count_when_one_wish_is_heard():
    model = saying(("order_status", {"also": "return_eligibility"}))
    reading, _ = await reader(model).read(WORDS, TODAY)
    assert [r.id for r in reading.requests] == ["order_status"]


async def test_a_wish_for_a_person_is_never_lost():
    person = Reading.model_validate({"requests": [{"id": "human_agent"}]})
    reading, _ = await reader(saying(("complaint", {})), person).read(WORDS, TODAY)
    assert [r.id for r in reading.requests] == ["complaint", "human_agent"]


async def test_everything_but_the_requests_is_as_the_embedded_reader_has_it():
    reading, _ = await reader(saying(("complaint", {})), UNSURE).read(WORDS, TODAY)
    assert reading == UNSURE.model_copy(update={"requests": reading.requests, "candidates": ()})


async def test_an_answer_to_the_question_is_no_request():
    hearing = Hearing(today=TODAY.today, expecting="item")
    reading, _ = await reader(saying(("answer_question", {}))).read("the one with the cat", hearing)
    assert reading.requests == ()


async def test_small_talk_that_nothing_else_explains_is_small_talk():
    reading, _ = await reader(saying(("say_nothing_special", {}))).read("hi you lovely bot", TODAY)
    assert [r.id for r in reading.requests] == ["smalltalk"]


@pytest.mark.parametrize("text", ["", "   ", "\x00\x00", "???!!", "👍", "ND-1042", "it's nd-1042"])
async def test_a_message_that_needs_no_model_costs_no_call(text: str):
    known = numbers("ND-1042") if "1042" in text else UNSURE
    model = saying(("order_status", {}))
    assert await reader(model, known).read(text, TODAY) == (known, ModelUse())


async def test_tokens_are_those_that_the_server_reports():
    usage = {"input_tokens": 900, "output_tokens": 20, "total_tokens": 920}
    answer = AIMessage.model_validate({"content": "", "usage_metadata": usage})
    _, use = await reader(ScriptedChat(answer=answer)).read(WORDS, TODAY)
    assert use == ModelUse(calls=1, tokens=920)
