"""Does a model server's trouble reach us as ours, and do requests fit compatible servers?"""

from operator import attrgetter

import openai
import pytest
from langchain_openai import ChatOpenAI

from agent.models import chat_model, mapped_errors
from agent.settings import Settings
from tests.llm.model_server import client, serving
from tools.errors import BadInputError, OutsideError, RefusedError, UnavailableError

UNREADABLE = {
    "a page": b"<html>proxy</html>",
    "an empty object": b"{}",
    "no choices": b'{"choices": null}',
    "an empty list of choices": b'{"choices": []}',
    "a choice without message": b'{"choices": [{}]}',
    "a word": b'"hello"',
    "an error inside a success": b'{"error": {"message": "overloaded", "code": 502}}',
    "nothing": b"",
}
OPENAI_ERRORS = [
    kind
    for name in dir(openai)
    if name.endswith("Error") and issubclass(kind := getattr(openai, name), openai.OpenAIError)
]


async def trouble(status: int, body: bytes = b"{}") -> OutsideError:
    async with serving(status, body) as address, client(address) as chat:
        with pytest.raises(OutsideError) as caught:
            await chat.ainvoke("hello")
    return caught.value


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503])
async def test_trouble_that_may_pass_is_worth_another_try(status: int):
    assert isinstance(await trouble(status), UnavailableError)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
async def test_a_refusal_is_not_worth_another_try(status: int):
    assert isinstance(await trouble(status), RefusedError)


async def test_the_servers_request_id_is_kept():
    assert (await trouble(503)).request_id == "req-7"


@pytest.mark.parametrize("name", UNREADABLE)
async def test_an_unreadable_answer_is_a_refusal(name: str):
    assert isinstance(await trouble(200, UNREADABLE[name]), RefusedError)


async def test_a_server_that_is_not_there_is_unavailable():
    async with serving(200) as address:
        pass
    async with client(address) as chat:
        with pytest.raises(UnavailableError, match="cannot be reached"):
            await chat.ainvoke("hello")


async def test_a_server_that_hangs_is_unavailable():
    async with serving(200, silent=True) as address, client(address) as chat:
        with pytest.raises(UnavailableError, match="did not answer in time"):
            await chat.ainvoke("hello", timeout=0.1)


@pytest.mark.parametrize("kind", OPENAI_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_of_the_library_becomes_ours(kind: type[openai.OpenAIError]):
    with pytest.raises(OutsideError), mapped_errors("some-model"):
        raise kind.__new__(kind)


def test_our_own_server_is_asked_the_way_that_all_servers_know():
    asked = payload("http://model.test/v1", None)
    assert asked["max_tokens"] == 256
    assert "max_completion_tokens" not in asked
    assert asked["temperature"] == 0
    assert not asked.get("stream")


def test_the_vendors_server_is_asked_in_its_newer_way():
    asked = payload(None, "sk-none")
    assert asked["max_completion_tokens"] == 256
    assert "max_tokens" not in asked


def test_a_call_is_made_once_and_waited_for_with_a_limit():
    chat = build("http://model.test/v1", None)
    assert chat.max_retries == 0
    assert chat.request_timeout


def test_no_key_and_no_server_is_a_fault_of_the_settings():
    with pytest.raises(BadInputError, match="OPENAI_BASE_URL"):
        build(None, None)


def build(address: str | None, key: str | None) -> ChatOpenAI:
    given = {"OPENAI_BASE_URL": address, "OPENAI_API_KEY": key}
    chat = chat_model(Settings.model_validate(given), "some-model")
    assert isinstance(chat, ChatOpenAI)
    return chat


def payload(address: str | None, key: str | None) -> dict[str, object]:
    asked: dict[str, object] = attrgetter("_get_request_payload")(build(address, key))("hello")
    return asked
