"""How are several chores done one after the other, whichever of them fails?"""

from collections.abc import Awaitable, Callable

from tools.errors import OutsideError

Chore = Callable[[], Awaitable[object]]


def one_by_one(*chores: Chore) -> Chore:
    """Return a chore that does them all, and then raises what the first that failed raised."""

    async def run() -> None:
        failures: list[OutsideError] = []
        for chore in chores:
            try:
                await chore()
            except OutsideError as error:
                failures.append(error)
        if failures:
            raise failures[0]

    return run
