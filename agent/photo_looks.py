"""What does a photo look like, so that the same picture is known again after it was changed?

The signs of the lowest frequencies of a small grey copy (a perceptual hash). Mirroring or turning a
picture only changes signs and places of these numbers, so all its eight poses come from one look.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

SAME_UP_TO = 16
"""Bits in which two looks of one picture may differ; measured in `tests/unit/photos`."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the picture."""
Bits = npt.NDArray[np.uint8]
_Numbers = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]

_THUMB = 256
_SIDE = 64
_FREQUENCIES = 16
_HIGHEST = 14
_CUT = (0.05, 0.10)
WINDOWS = 1 + 9 * len(_CUT)
_WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
_FLAT = 4.0
"""A spread of grey below which there is nothing to know a picture by."""
_EDGE = 14
"""How far a frame's grey may be from its usual grey."""
_MOSTLY = 0.5
_SMALLEST = 0.2

_U, _V = np.meshgrid(np.arange(_FREQUENCIES), np.arange(_FREQUENCIES), indexing="ij")
_KEPT: _Flags = (_U + _V <= _HIGHEST) & (_U + _V > 0)
_COSINES: _Numbers = np.cos(
    np.pi * np.outer(np.arange(_FREQUENCIES), 2 * np.arange(_SIDE) + 1) / (2 * _SIDE)
)
LOOK_BYTES = (int(_KEPT.sum()) + 7) // 8


@dataclass(frozen=True)
class Looks:
    """How a picture looks; nothing of what it shows can be made out again."""

    poses: bytes
    """Turned and mirrored in every way, whole and without a frame around it."""
    windows: bytes
    """Whole, and cut at its sides."""


def looks_of(jpeg: bytes) -> Looks | None:
    """Return the looks of a picture that was re-encoded; None when it is all of one colour."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        picture.draft("L", (_THUMB, _THUMB))
        grey = picture.convert("L").resize((_THUMB, _THUMB), Image.Resampling.BOX)
    shades = np.asarray(grey, dtype=np.float64)
    if shades.std() < _FLAT:
        return None
    whole = _frequencies(grey, _WHOLE)
    inner = _without_frame(shades)
    seen = (whole,) if inner == _WHOLE else (whole, _frequencies(grey, inner))
    poses = (_bits(pose) for one in seen for pose in _turned(one))
    windows = (_bits(_frequencies(grey, window)) for window in _windows())
    return Looks(poses=b"".join(poses), windows=b"".join(windows))


def first_alike(poses: bytes, earlier: Sequence[bytes]) -> int | None:
    """Return the place of the first picture, given by its windows, that this one is a copy of."""
    if not earlier:
        return None
    alike = np.flatnonzero(_nearest(_rows(poses), _rows(b"".join(earlier))) <= SAME_UP_TO)
    return int(alike[0]) // WINDOWS if alike.size else None


def distance(poses: bytes, windows: bytes) -> int:
    """Return the number of bits in which two pictures differ at least."""
    return int(_nearest(_rows(poses), _rows(windows)).min())


def _nearest(poses: Bits, windows: Bits) -> npt.NDArray[np.int64]:
    """Return for each window how far the nearest pose is; one pose at a time, to stay small."""
    apart = np.full(len(windows), LOOK_BYTES * 8, dtype=np.int64)
    for pose in poses:
        bits = np.bitwise_count(windows ^ pose).sum(axis=1, dtype=np.int64)
        apart = np.minimum(apart, bits)
    return apart


def _rows(looks: bytes) -> Bits:
    return np.frombuffer(looks, dtype=np.uint8).reshape(-1, LOOK_BYTES)


def _frequencies(grey: Image.Image, window: Box) -> _Numbers:
    left, top, right, bottom = (share * _THUMB for share in window)
    small = grey.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, (left, top, right, bottom))
    return _COSINES @ np.asarray(small, dtype=np.float64) @ _COSINES.T


def _bits(frequencies: _Numbers) -> bytes:
    return np.packbits(frequencies[_KEPT] > 0).tobytes()


def _turned(frequencies: _Numbers) -> Iterator[_Numbers]:
    """Yield the picture as it is, mirrored either way, and all of it on its side."""
    upside_down, mirrored = (-1.0) ** _U, (-1.0) ** _V
    for pose in (frequencies, frequencies.T):
        yield pose
        yield pose * upside_down
        yield pose * mirrored
        yield pose * upside_down * mirrored


def _windows() -> Iterator[Box]:
    yield _WHOLE
    for cut in _CUT:
        for left in (0.0, cut / 2, cut):
            for top in (0.0, cut / 2, cut):
                yield (left, top, 1 - cut + left, 1 - cut + top)


def _without_frame(shades: _Numbers) -> Box:
    """Return where the picture is within plain bars, as on a phone's screen."""
    border = np.concatenate([shades[0], shades[-1], shades[:, 0], shades[:, -1]])
    plain = np.abs(shades - np.median(border)) <= _EDGE
    top, bottom = _longest(plain.mean(axis=1) < _MOSTLY)
    left, right = _longest(plain[top:bottom].mean(axis=0) < _MOSTLY)
    if min(bottom - top, right - left) < _SMALLEST * _THUMB:
        return _WHOLE
    return (left / _THUMB, top / _THUMB, right / _THUMB, bottom / _THUMB)


def _longest(busy: _Flags) -> tuple[int, int]:
    """Return the longest run of rows or columns that belong to the picture."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], busy, [False])).astype(np.int8)))
    runs = [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return max(runs, key=lambda run: run[1] - run[0], default=(0, len(busy)))
