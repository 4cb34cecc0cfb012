"""How are calls to a model server recorded, replayed, and noticed when they no longer fit?"""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Protocol

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_openai import ChatOpenAI

from agent.models import chat_model
from agent.settings import Settings
from tests.llm.recording import MODEL, SERVER, Asked, forget_caller, forget_run, same_body, stale


class Tape(Protocol):
    """The open cassette."""

    all_played: bool

    can_play_response_for: Callable[[Asked], bool]


class Recorder(Protocol):
    """The part of the recorder that the tests set up."""

    def register_matcher(self, name: str, matcher: object) -> None: ...


def pytest_recording_configure(vcr: Recorder) -> None:
    vcr.register_matcher("json", same_body)


@pytest.fixture
def vcr_config() -> dict[str, object]:
    return {
        "match_on": ["method", "path", "json"],
        "before_record_request": forget_caller,
        "before_record_response": forget_run,
        "decode_compressed_response": True,
    }


@pytest.fixture(autouse=True)
def stale_cassettes_are_named(
    request: pytest.FixtureRequest, vcr: Tape | None, record_mode: str
) -> Iterator[None]:
    """Say so at once: the client would take a missing recording for a server that is down."""
    if vcr is None or record_mode != "none":
        yield
        return
    sentence = stale(request.node.name, request.node.nodeid)
    can_play = vcr.can_play_response_for

    def can_play_or_is_stale(asked: Asked) -> bool:
        return can_play(asked) or pytest.fail(sentence, pytrace=False)

    vcr.can_play_response_for = can_play_or_is_stale
    yield
    if not vcr.all_played:
        pytest.fail(sentence, pytrace=False)


@pytest.fixture
async def model(record_mode: str) -> AsyncIterator[BaseChatModel]:
    """The real client: at the server that is set up while recording, else at no server."""
    recorded_at = Settings().openai_base_url if record_mode != "none" else SERVER
    settings = Settings.model_validate({"OPENAI_BASE_URL": recorded_at, "OPENAI_API_KEY": None})
    chat = chat_model(settings, MODEL)
    yield chat
    assert isinstance(chat, ChatOpenAI)
    await chat.root_async_client.close()
