"""Are guesses at order numbers counted, across conversations and restarts?"""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from agent.worker.attempts import StoredAttempts
from agent.worker.store import Store
from agent.worker.tables import verification_attempts
from tests.worker.echo import SetClock


async def test_a_key_may_fail_up_to_the_limit(store: Store, clock: SetClock):
    attempts = StoredAttempts(store, clock, limit=3)
    for _ in range(3):
        assert await attempts.allowed("ada@example.com")
        await attempts.failed("ada@example.com")
    assert not await attempts.allowed("ada@example.com")
    assert await attempts.allowed("ben@example.com")


async def test_one_used_up_key_is_enough_to_refuse(store: Store, clock: SetClock):
    attempts = StoredAttempts(store, clock, limit=1)
    await attempts.failed("ND-1042")
    assert not await attempts.allowed("ben@example.com", "ND-1042")


async def test_guesses_are_forgotten_after_the_window(store: Store, clock: SetClock):
    attempts = StoredAttempts(store, clock, limit=1, window=timedelta(minutes=10))
    await attempts.failed("ND-1042")
    clock.move(minutes=9)
    assert not await attempts.allowed("ND-1042")
    clock.move(minutes=1)
    assert await attempts.allowed("ND-1042")


async def test_old_guesses_do_not_pile_up(store: Store, clock: SetClock):
    attempts = StoredAttempts(store, clock)
    for _ in range(50):
        await attempts.failed("ND-1042", "ben@example.com")
        clock.move(hours=1)
    with store.engine.begin() as connection:
        stored = connection.scalar(select(func.count()).select_from(verification_attempts))
    assert stored == 2


async def test_a_restart_forgets_nothing_and_the_file_names_nobody(path: Path, clock: SetClock):
    first = Store.open(path)
    await StoredAttempts(first, clock, limit=1).failed("ada@example.com")
    first.close()
    again = Store.open(path)
    assert not await StoredAttempts(again, clock, limit=1).allowed("ada@example.com")
    again.close()
    assert b"ada@example" not in path.read_bytes()


async def test_two_databases_hash_the_same_key_differently(tmp_path: Path, clock: SetClock):
    hashes: set[str] = set()
    for name in ("one", "two"):
        store = Store.open(tmp_path / name)
        await StoredAttempts(store, clock).failed("ada@example.com")
        with store.engine.begin() as connection:
            hashes.update(connection.scalars(select(verification_attempts.c.key)))
        store.close()
    assert len(hashes) == 2


async def test_any_text_can_be_a_key(store: Store, clock: SetClock):
    attempts = StoredAttempts(store, clock, limit=1)
    await attempts.failed("", "\ud800", "a" * 100_000)
    assert not await attempts.allowed("\ud800")
    await attempts.failed()
    assert await attempts.allowed()
