"""Are the recordings whole, in use, and free of what must not be shared?"""

import re
from pathlib import Path

import pytest
import yaml

from tests.llm.recording import forget_run, stale
from tests.llm.test_recorded_conversations import SAMPLES
from tests.llm.test_recorded_readings import CASES

CASSETTES = Path(__file__).parent / "cassettes"
END = "test_recorded_conversations/test_a_conversation_ends_the_same_way_with_a_chat_model"
USED = {f"test_recorded_readings/test_reads_a_message[{name}].yaml" for name in CASES} | {
    f"{END}[{name}].yaml" for name in SAMPLES
}
RECORDED = sorted(str(path.relative_to(CASSETTES)) for path in CASSETTES.rglob("*.yaml"))
SECRETS = re.compile(
    r"(?i)bearer |\bsk-[a-z0-9]|api[-_]key|authorization|set-cookie|organization"
    r"|x-request-id|x-stainless|user-agent|127\.0\.0\.1|/(home|root|tmp)/|cf-ray"
)
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")


def test_every_recording_is_replayed_by_a_test_and_every_replay_has_one():
    assert set(RECORDED) == USED


@pytest.mark.parametrize("name", RECORDED)
def test_a_recording_holds_no_secret_and_names_no_machine(name: str):
    assert SECRETS.findall((CASSETTES / name).read_text("utf-8")) == []


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_request_holds_nothing_that_identifies_a_buyer(name: str):
    recorded = yaml.safe_load((CASSETTES / name).read_text("utf-8"))
    for interaction in recorded["interactions"]:
        body = interaction["request"]["body"]
        assert E_MAIL.findall(body) == []
        assert re.findall(r"\bND-?\d+", body) == []


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_prompt_fits_a_small_server(name: str):
    recorded = yaml.safe_load((CASSETTES / name).read_text("utf-8"))
    answers = [
        interaction["response"]["body"]["string"] for interaction in recorded["interactions"]
    ]
    assert all(int(re.findall(r'"prompt_tokens": (\d+)', answer)[0]) < 3_000 for answer in answers)


def test_random_ids_are_numbered():
    calls = ", ".join(f'{{"id": "{letter * 12}", "type": "function"}}' for letter in "ab")
    body = f'{{"id": "chatcmpl-Xy7", "created": 17, "choices": [{calls}]}}'
    kept = forget_run({"headers": {"Set-Cookie": ["x"]}, "body": {"string": body}})
    assert kept["headers"] == {}
    assert "call-2" in str(kept["body"])
    assert "aaaa" not in str(kept["body"])
    assert "created" not in str(kept["body"])


def test_a_stale_recording_says_how_to_make_it_anew():
    sentence = stale("x", "tests/llm/test_x.py::x")
    assert "cassette x is stale: prompt or tools changed; record it again with" in sentence
    assert "pytest tests/llm/test_x.py::x --record-mode=rewrite" in sentence
