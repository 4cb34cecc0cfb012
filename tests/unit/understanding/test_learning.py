"""Is the model learnt only when it must be, kept whole, and loaded without a network?"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from agent.requests import Phrase, RequestCatalogue
from agent.settings import Settings
from agent.understanding.embedded import EmbeddedUnderstanding
from agent.understanding.features import Encoder
from agent.understanding.head import Head
from agent.understanding.signals import Signals
from agent.understanding.store import load_head
from tests.unit.understanding.conftest import PROMPTS

LOAD = """
import json, socket, sys, time
def refuse(*args, **kwargs):
    raise OSError("no network here")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
start = time.process_time()
import asyncio
from datetime import date
from pathlib import Path
from agent.requests import RequestCatalogue
from agent.understanding.embedded import load_embedded
from agent.understanding.reading import Hearing
prompts, cache = Path(sys.argv[1]), Path(sys.argv[2])
reader = load_embedded(RequestCatalogue.load(prompts), prompts, cache)
reading, _ = asyncio.run(reader.read("where is my order", Hearing(today=date(2026, 1, 1))))
print(json.dumps({
    "read": [request.id for request in reading.requests],
    "cpu": time.process_time() - start,
    "learners": sorted(m for m in sys.modules if m.partition(".")[0] in ("sklearn", "scipy")),
}))
"""


@pytest.fixture(scope="module")
def small(catalogue: RequestCatalogue) -> RequestCatalogue:
    """A catalogue that is learnt in a moment: the first phrases of each kind."""
    kinds: dict[tuple[str, str], list[Phrase]] = {}
    for phrase in catalogue.phrases:
        kinds.setdefault((phrase.request, phrase.topic), []).append(phrase)
    phrases = tuple(p for of_a_kind in kinds.values() for p in of_a_kind[:6])
    return RequestCatalogue(catalogue.kinds, phrases, "small")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture(scope="module")
def second_start(reader: EmbeddedUnderstanding) -> dict[str, object]:
    """What a new process does when the cache is warm, with the network refused."""
    assert reader.name == "embedded"
    arguments = [sys.executable, "-c", LOAD, str(PROMPTS), str(Settings().cache_dir)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_second_start_learns_nothing(second_start: dict[str, object]):
    assert second_start["learners"] == []


def test_reading_needs_no_network(second_start: dict[str, object]):
    assert second_start["read"] == ["order_status"]


def test_a_second_start_is_quick(second_start: dict[str, object]):
    assert isinstance(second_start["cpu"], float)
    assert second_start["cpu"] < 5  # 1.5 s on an idle machine; others may run beside


def test_what_was_learnt_is_kept_and_answers_the_same(
    small: RequestCatalogue, signals: Signals, encoder: Encoder, tmp_path: Path
):
    learnt = load_head(small, signals, encoder, tmp_path)
    (file,) = tmp_path.iterdir()
    kept = Head.load(file)
    assert kept is not None
    first, second = (h.score(encoder, ["where is it"])[0].shares for h in (learnt, kept))
    assert np.allclose(first, second)


def test_a_broken_cache_is_learnt_anew(
    small: RequestCatalogue, signals: Signals, encoder: Encoder, tmp_path: Path
):
    load_head(small, signals, encoder, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    load_head(small, signals, encoder, tmp_path)
    assert Head.load(file) is not None


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04rubbish"])
def test_a_file_that_is_no_model_is_none(content: bytes, tmp_path: Path):
    file = tmp_path / "model.npz"
    file.write_bytes(content)
    assert Head.load(file) is None


def test_a_file_of_another_shape_is_none(tmp_path: Path):
    file = tmp_path / "model.npz"
    np.savez(file, weights=np.zeros(3))
    assert Head.load(file) is None


def test_other_phrases_are_learnt_into_a_file_that_takes_the_place_of_the_old_one(
    small: RequestCatalogue, signals: Signals, encoder: Encoder, tmp_path: Path
):
    load_head(small, signals, encoder, tmp_path)
    (old,) = tmp_path.iterdir()
    fewer = RequestCatalogue(small.kinds, small.phrases[1:], "fewer")
    load_head(fewer, signals, encoder, tmp_path)
    (new,) = tmp_path.iterdir()
    assert new.name != old.name


def test_it_reads_also_when_nothing_can_be_kept(
    small: RequestCatalogue, signals: Signals, encoder: Encoder, tmp_path: Path
):
    blocked = tmp_path / "a-file"
    blocked.write_text("where a directory should be")
    assert load_head(small, signals, encoder, blocked).score(encoder, ["hello"])
