"""The server as an operator starts it: a process of its own, a port, a signal."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-c", "from agent.cli import main; main()", "serve")
PATIENCE_S = 120.0


def start(port: int, folder: Path) -> subprocess.Popen[str]:
    settings = {
        "PATH": "/usr/bin:/bin",
        "NIGHTDESK_DATABASE": str(folder / "nightdesk.sqlite"),
        "NIGHTDESK_PHOTOS_DIR": str(folder / "photos"),
        "NIGHTDESK_CACHE_DIR": str(ROOT / ".cache"),
    }
    return subprocess.Popen(
        [*COMMAND, "--port", str(port)],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def wait_for(url: str) -> httpx.Response:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return httpx.get(url)
        except httpx.ConnectError:
            assert time.monotonic() < until, "the server did not come up"
            time.sleep(0.2)


def test_it_serves_the_page_and_ends_by_a_signal(tmp_path: Path):
    port = a_free_port()
    process = start(port, tmp_path)
    try:
        healthy = wait_for(f"http://127.0.0.1:{port}/healthz")
        page = httpx.get(f"http://127.0.0.1:{port}/")
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)

    assert healthy.json() == {"status": "ok"}
    assert page.status_code == httpx.codes.OK
    assert f"http://127.0.0.1:{port}/" in said


def test_a_port_that_is_taken_is_said_so_before_anything_is_promised(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start(int(taken.getsockname()[1]), tmp_path)
        said, complaint = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 3
    assert "already in use" in complaint
    assert said == ""
