"""Does every import go the way that the contracts in pyproject.toml allow?"""

import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT, product


def test_all_import_contracts_hold():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contracts_catch_an_import_that_is_not_allowed(tmp_path: Path):
    for name in ("agent", "tools", "evals"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "tools" / "bad.py").write_text("import agent\n")
    (tmp_path / ".importlinter").write_text(
        "[importlinter]\nroot_packages =\n    agent\n    tools\n    evals\n"
        "[importlinter:contract:1]\nname = one way\ntype = layers\n"
        "layers =\n    evals\n    agent\n    tools\n"
    )
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "tools.bad -> agent" in done.stdout


def test_rules_and_voice_hold_no_python():
    assert [*(ROOT / "policy").rglob("*.py"), *(ROOT / "prompts").rglob("*.py")] == []


def test_only_one_place_reads_the_environment_and_one_the_clock():
    readers = {
        file.name
        for file in product()
        if "os.environ" in file.text or "os.getenv" in file.text or "datetime.now(" in file.text
    }
    assert readers <= {"agent/settings.py", "tools/connectors/clocks.py"}
