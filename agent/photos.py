"""How does a photo from a stranger become a file that is safe to keep and to show?"""

import asyncio
import hashlib
import os
import re
import sys
from pathlib import Path
from typing import Literal, Protocol

from tools.domain.ticket import PhotoId
from tools.errors import NightdeskError, UnavailableError

MAX_PHOTO_BYTES = 10_000_000

PhotoFault = Literal["too_large", "too_many_pixels", "not_a_photo", "animated", "broken"]
_FAULT_BY_EXIT: dict[int, PhotoFault] = {
    20: "not_a_photo",
    21: "too_many_pixels",
    22: "animated",
    23: "broken",
}
_REENCODER = Path(__file__).with_name("photo_reencoder.py")
_PATIENCE_SECONDS = 20.0
_AT_ONCE = 2
_PHOTO_ID = re.compile(r"photo_[0-9a-f]{32}")


class PhotoRefusedError(NightdeskError):
    """The buyer's file was not kept."""

    def __init__(self, fault: PhotoFault) -> None:
        super().__init__(f"The photo was refused: {fault}.")
        self.fault: PhotoFault = fault


class Memory(Protocol):
    """Whoever knows photos again."""

    async def learn(self, photo: PhotoId, original: bytes, jpeg: bytes) -> None:
        """Remember what was sent and what was kept of it; raises `UnavailableError`."""
        ...


class PhotoStore:
    """Photos under one directory, named by what is in them."""

    def __init__(self, directory: Path, memory: Memory | None = None) -> None:
        self._directory = directory
        self._memory = memory
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def keep(self, data: bytes) -> PhotoId:
        """Check and re-encode a file and store the result; the same picture gives the same id.

        Raises `PhotoRefusedError` for the buyer and `UnavailableError` when it cannot be stored.
        """
        if len(data) > MAX_PHOTO_BYTES:
            raise PhotoRefusedError("too_large")
        async with self._slots:
            jpeg = await _reencode(data)
        photo = PhotoId(f"photo_{hashlib.sha256(jpeg).hexdigest()[:32]}")
        try:
            await asyncio.to_thread(_write_once, self._directory, self._file(photo), jpeg)
        except OSError as error:
            raise UnavailableError("photos", "store", error.strerror or str(error)) from error
        if self._memory is not None:
            await self._memory.learn(photo, data, jpeg)
        return photo

    def find(self, photo: str) -> Path | None:
        """Return the file of a photo, or None. Takes any string."""
        if not _PHOTO_ID.fullmatch(photo):
            return None
        file = self._file(PhotoId(photo))
        return file if file.is_file() else None

    def _file(self, photo: PhotoId) -> Path:
        return self._directory / f"{photo}.jpg"


async def _reencode(data: bytes) -> bytes:
    """Decode in a child process: a decoder that is attacked or runs wild dies there, alone."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(_REENCODER),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            jpeg, _ = await child.communicate(data)
    except TimeoutError as error:
        raise PhotoRefusedError("broken") from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode == 0:
        return jpeg
    raise PhotoRefusedError(_FAULT_BY_EXIT.get(child.returncode or 0, "broken"))


def _write_once(directory: Path, file: Path, jpeg: bytes) -> None:
    """Never leave half a file under a photo's name, whenever the power goes."""
    directory.mkdir(parents=True, exist_ok=True)
    if file.exists():
        return
    # One name per writer: two uploads of the same picture may meet here.
    unfinished = file.with_suffix(f".{os.urandom(8).hex()}.part")
    try:
        with unfinished.open("wb") as out:
            out.write(jpeg)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
