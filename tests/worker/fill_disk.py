"""Accept messages while files may not grow, lift the limit and go on: run by a test."""

import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from agent.worker.store import Store
from tests.worker.echo import NOON, message
from tools.errors import UnavailableError

LONG = "a long story " * 300


def main(path: Path) -> None:
    store = Store.open(path)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
    accepted, sentence = 0, ""
    while not sentence:
        try:
            store.accept(message(accepted, LONG), NOON)
            accepted += 1
        except UnavailableError as error:
            sentence = str(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert store.accept(message(accepted, LONG), NOON)
    store.close()
    print(f"{accepted + 1}\n{sentence}")  # noqa: T201 - the test reads it


main(Path(sys.argv[1]))
