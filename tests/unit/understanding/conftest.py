"""The real reader, learnt from the real phrases once and kept where the product keeps it."""

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Protocol, Unpack

import pytest
from typing_extensions import TypedDict

from agent.requests import LANGUAGES, REQUEST_IDS, RequestCatalogue, RequestId
from agent.settings import Settings
from agent.understanding.embedded import EmbeddedUnderstanding, load_embedded
from agent.understanding.reading import AnswerKind, Hearing, OfferedChoice, Reading
from agent.understanding.signals import Signals

TODAY = date(2026, 11, 23)
PROMPTS = Settings().prompts_dir
LINES = (
    OfferedChoice(id="L1", label="Oak picture frame, 30x40"),
    OfferedChoice(id="L2", label="Blue stoneware mug"),
    OfferedChoice(id="L3", label="Linen apron"),
)


class Talk(TypedDict, total=False):
    language: str
    expecting: AnswerKind
    choices: tuple[OfferedChoice, ...]
    items: tuple[OfferedChoice, ...]
    last_request: RequestId


class Hear(Protocol):
    def __call__(self, text: str, **talk: Unpack[Talk]) -> Reading: ...


@pytest.fixture(scope="session")
def catalogue() -> RequestCatalogue:
    return RequestCatalogue.load(PROMPTS)


@pytest.fixture(scope="session")
def signals() -> Signals:
    return Signals.load(PROMPTS)


@pytest.fixture(scope="session")
def reader(catalogue: RequestCatalogue) -> EmbeddedUnderstanding:
    return load_embedded(catalogue, PROMPTS, Settings().cache_dir)


@pytest.fixture(scope="session")
def hear(reader: EmbeddedUnderstanding) -> Hear:
    def read(text: str, **talk: Unpack[Talk]) -> Reading:
        reading, use = asyncio.run(reader.read(text, Hearing(today=TODAY, **talk)))
        assert use.calls == 0
        return reading

    return read


@pytest.fixture
def owner_files(tmp_path: Path) -> Callable[..., Path]:
    """Write a prompts directory of an owner with a few phrases; keywords replace whole files."""

    def write(**replaced: str) -> Path:
        (tmp_path / "phrases").mkdir(exist_ok=True)
        files = {
            "requests": (PROMPTS / "requests.yaml").read_text("utf-8"),
            "signals": (PROMPTS / "signals.yaml").read_text("utf-8"),
            "en": "".join(f"{id_}: |\n  {id_} one\n  {id_} two\n" for id_ in REQUEST_IDS),
        } | replaced
        for name, text in files.items():
            folder = tmp_path / "phrases" if name in LANGUAGES else tmp_path
            (folder / f"{name}.yaml").write_text(text, "utf-8")
        return tmp_path

    return write
