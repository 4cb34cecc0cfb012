"""How are calls to a model server recorded, replayed, and noticed when they no longer fit?"""

from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Protocol

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_openai import ChatOpenAI

from agent.models import chat_model
from agent.settings import Settings
from tests.llm.recording import (
    MODEL,
    SERVER,
    STALE,
    Asked,
    forget_caller,
    forget_run,
    same_body,
    stale,
)


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
    """Notice a call that was not recorded, also where the graph makes the best of it."""
    if vcr is None or record_mode != "none":
        yield
        return
    sentence = stale(request.node.name, request.node.nodeid)
    can_play = vcr.can_play_response_for

    def can_play_or_is_stale(asked: Asked) -> bool:
        playable = can_play(asked)
        if not playable:
            request.node.stash[STALE] = sentence
        return playable

    vcr.can_play_response_for = can_play_or_is_stale
    yield
    if STALE in request.node.stash or not vcr.all_played:
        pytest.fail(sentence, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a failure that a stale cassette caused say just that."""
    report = yield
    if report.failed and (sentence := item.stash.get(STALE, None)):
        report.longrepr = sentence
    return report


@pytest.fixture
async def model(record_mode: str) -> AsyncIterator[BaseChatModel]:
    """The real client: at the server that is set up while recording, else at no server."""
    recorded_at = Settings().openai_base_url if record_mode != "none" else SERVER
    settings = Settings.model_validate({"OPENAI_BASE_URL": recorded_at, "OPENAI_API_KEY": None})
    chat = chat_model(settings, MODEL)
    yield chat
    assert isinstance(chat, ChatOpenAI)
    await chat.root_async_client.close()
