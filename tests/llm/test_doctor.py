"""Does `nightdesk doctor` say what is wrong, to whom, and with the right exit code?"""

import asyncio
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli.app import app
from agent.cli.doctor import Finding, _chat_model, _database, _space
from agent.settings import Settings
from tests.llm.model_server import serving
from tests.llm.scripted import PROMPTS, ReadAlready

CALL = {"type": "function", "id": "c1", "function": {"name": "order_status", "arguments": "{}"}}
QUIET = {"OPENAI_BASE_URL": None, "OPENAI_API_KEY": None, "NIGHTDESK_MODEL": None}


def doctor(tmp_path: Path, *options: str, **env: str) -> Result:
    database = str(tmp_path / "nightdesk.sqlite")
    given = {**QUIET, "NIGHTDESK_DATABASE": database, **env}
    return CliRunner().invoke(app, ["doctor", *options], env=given)


def answering(message: Mapping[str, object]) -> bytes:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
    return json.dumps({"choices": [choice], "model": "m", "object": "chat.completion"}).encode()


async def looked_at(address: str | None, model: str = "some-model") -> Finding:
    given = {"OPENAI_BASE_URL": address, "OPENAI_API_KEY": None, "model": model}
    return await asyncio.to_thread(_chat_model, Settings.model_validate(given), ReadAlready())


def test_finds_nothing_wrong_without_a_key_and_leaves_nothing_behind(tmp_path: Path):
    result = doctor(tmp_path, "--json")
    findings = [Finding.model_validate_json(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert {finding.state for finding in findings} == {"ok"}
    assert list(tmp_path.iterdir()) == []


def test_faults_in_what_the_owner_wrote_are_told_in_words_and_end_with_1(tmp_path: Path):
    shutil.copytree(PROMPTS, tmp_path / "prompts")
    (tmp_path / "prompts" / "understand.md").write_text("hello")
    (tmp_path / "prompts" / "requests.yaml").write_text("order_status: 5")
    result = doctor(tmp_path, NIGHTDESK_PROMPTS_DIR=str(tmp_path / "prompts"))
    assert result.exit_code == 1
    assert "✓ Python: 3." in result.stdout
    assert "✗ prompts: prompts/understand.md:1:1: does not begin" in result.stdout
    assert "✗ requests: prompts/requests.yaml:1:" in result.stdout
    assert f"Correct it in {tmp_path / 'prompts'}." in result.stdout


def test_a_model_server_that_is_down_ends_with_3(tmp_path: Path):
    env = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "NIGHTDESK_MODEL": "some-model"}
    result = doctor(tmp_path, **env)
    assert result.exit_code == 3
    assert "cannot be reached" in result.stdout
    assert "Is the server at 127.0.0.1 running?" in result.stdout


def test_a_database_that_is_none_is_said_to_be_broken(tmp_path: Path):
    broken = tmp_path / "broken.sqlite"
    broken.write_text("this is no database, whatever its name says" * 50)
    finding = _database(Settings(database=broken))
    assert finding.state == "outside"
    assert "cannot be written" in finding.says


def test_a_database_that_is_there_is_measured(tmp_path: Path):
    (tmp_path / "small.sqlite").touch()
    assert _database(Settings(database=tmp_path / "small.sqlite")).state == "ok"


def test_space_is_looked_at_where_the_database_will_be(tmp_path: Path):
    assert "MB free" in _space(Settings(database=tmp_path / "not" / "yet" / "there.sqlite")).says


async def test_a_model_without_server_and_key_is_a_fault():
    finding = await looked_at(None)
    assert finding.state == "fault"
    assert "OPENAI_BASE_URL" in finding.says


async def test_a_server_that_nobody_uses_is_no_fault():
    finding = await looked_at("http://127.0.0.1:9/v1", model="embedded")
    assert finding.state == "ok"
    assert "NIGHTDESK_MODEL" in finding.advice


@pytest.mark.parametrize(
    ("message", "state"),
    [
        ({"content": "", "tool_calls": [CALL]}, "ok"),
        ({"content": "It is on its way."}, "attention"),
    ],
)
async def test_a_model_must_call_tools(message: Mapping[str, object], state: str):
    async with serving(200, answering(message)) as address:
        assert (await looked_at(address)).state == state


async def test_a_server_that_refuses_is_outside():
    async with serving(401) as address:
        finding = await looked_at(address)
    assert finding.state == "outside"
    assert "answered 401" in finding.says
    assert "Check the model's name" in finding.advice
