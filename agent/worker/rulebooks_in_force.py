"""Which rulebook does this turn ask, and how does a new one take the place of the old?"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from agent.context import Edition
from agent.worker.rulebooks import Files, Published, Shelf
from tools.errors import BadInputError, Fault
from tools.ports.readers import Clock

Faults = tuple[Fault, ...]

_log = logging.getLogger(__name__)
_LOOK_AGAIN = timedelta(seconds=1)
_MAX_EARLIER = 16
"""Earlier versions that are kept ready for the conversations that began under them."""


@dataclass(frozen=True)
class Loaded:
    """A rulebook that was read and checked as a whole."""

    edition: Edition
    files: Files
    key: object
    """What to look at to see whether it is still the one: a publication, or the folder's stamp."""

    @property
    def version(self) -> str:
        """Return the version of its contents."""
        return self.edition.rulebook.version


class RuleSource(Protocol):
    """Reads and checks rules; both raise `BadInputError` with every fault."""

    def stamp(self) -> object:
        """Return what changes whenever a file of the folder does."""
        ...

    def read_folder(self) -> Loaded:
        """Read what stands in the folder now."""
        ...

    def read_stored(self, version: str, files: Files, key: object = None) -> Loaded:
        """Read files that were stored; they keep their version's name."""
        ...


class RulebooksInForce:
    """The last publication, or the folder as long as nothing was published.

    A rulebook is read whole, outside the event loop, before it takes the place of the old one;
    one with a fault never does.
    """

    def __init__(self, shelf: Shelf, source: RuleSource, clock: Clock, first: Loaded) -> None:
        self._shelf = shelf
        self._source = source
        self._clock = clock
        self._loaded = first
        self._seen: object = None
        """The key that was tried last, loadable or not; None before the first turn."""
        self._stamp: tuple[datetime, object] | None = None
        self._earlier: dict[str, Edition | None] = {}
        self._withdrawn: frozenset[str] = frozenset()
        self._changing = asyncio.Lock()

    @property
    def latest(self) -> Edition:
        """The rulebook that was found good last, without a look at what may be new."""
        return self._loaded.edition

    async def in_force(self) -> Edition:
        """Return the rulebook in force, after a cheap look whether it is a new one."""
        key = self._look()
        if key != self._seen:
            async with self._changing:
                if key != self._seen:
                    await self._change(key)
        return self._loaded.edition

    async def earlier(self, version: str) -> Edition | None:
        """Return a version that was in force before; None when it cannot or may not be asked."""
        if version in self._withdrawn:
            return None
        if version not in self._earlier:
            result = await self._load_stored(version)
            if not isinstance(result, Loaded):
                _log.error("Rules %s cannot be asked any more: %s", version, _in_short(result))
            if len(self._earlier) >= _MAX_EARLIER:
                del self._earlier[next(iter(self._earlier))]
            self._earlier[version] = result.edition if isinstance(result, Loaded) else None
        return self._earlier[version]

    def _look(self) -> object:
        published = self._shelf.in_force()
        if published is not None:
            return published
        now = self._clock.now()
        if self._stamp is None or abs(now - self._stamp[0]) >= _LOOK_AGAIN:
            self._stamp = (now, self._source.stamp())
        return self._stamp[1]

    async def _change(self, key: object) -> None:
        result = self._loaded if self._is_loaded(key) else await self._load(key)
        if isinstance(result, Loaded):
            self._take(result, published=isinstance(key, Published))
        else:
            _log.error("Rules %s stay in force: %s", self._loaded.version, _in_short(result))
        self._seen = key

    def _is_loaded(self, key: object) -> bool:
        same = isinstance(key, Published) and key.version == self._loaded.version
        return same or key == self._loaded.key

    def _take(self, loaded: Loaded, *, published: bool) -> None:
        first, before = self._seen is None, self._loaded.version
        if first or loaded.version != before:
            now = self._clock.now()
            self._shelf.record_load(loaded.version, loaded.files, now, published=published)
        if not first and loaded.version != before:
            _log.warning("Rules %s are in force now, %s before.", loaded.version, before)
        self._withdrawn = self._shelf.withdrawn()
        self._loaded = loaded

    async def _load(self, key: object) -> Loaded | Faults:
        if isinstance(key, Published):
            return await self._load_stored(key.version, key)
        return await _attempt(self._source.read_folder)

    async def _load_stored(self, version: str, key: object = None) -> Loaded | Faults:
        files = self._shelf.files(version)
        if files is None:
            return (Fault(f"version {version}", 0, 0, "is not in the database."),)
        return await _attempt(partial(self._source.read_stored, version, files, key))


async def _attempt(read: Callable[[], Loaded]) -> Loaded | Faults:
    try:
        return await asyncio.to_thread(read)
    except BadInputError as error:
        return error.faults


def _in_short(faults: Faults) -> str:
    first, *others = faults
    return f"{first} (and {len(others)} more)" if others else str(first)
