"""How likely is each request, given a sentence? Answered with numpy alone."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np

from agent.requests import REQUEST_IDS, RequestId
from agent.understanding.features import DIMENSIONS, Encoder, Floats, Ints, Vocabulary
from agent.understanding.text import fold

NGRAM_WEIGHT = 0.7
"""Beside the sentence vector, which has length 1."""
OUT = REQUEST_IDS.index("out_of_scope")
_TALK = frozenset({"out_of_scope", "smalltalk"})
WISHES = tuple(i for i, id_ in enumerate(REQUEST_IDS) if id_ not in _TALK)
_TINY = 1e-6
_BROKEN = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True)
class Scored:
    """What the model makes of one sentence."""

    shares: Floats
    """How likely each of `REQUEST_IDS` is; they sum to 1."""
    in_scope: float
    """How likely it is that this is about an order at all."""

    def best(self) -> tuple[RequestId, float]:
        top = int(self.shares.argmax())
        return REQUEST_IDS[top], float(self.shares[top])

    def wish(self) -> tuple[RequestId, float]:
        """Return the likeliest of them and how sure it is that the buyer wishes it."""
        id_, share = self.wishes(1)[0]
        return id_, min(1.0, share * self.in_scope)

    def wishes(self, most: int) -> tuple[tuple[RequestId, float], ...]:
        """Return the likeliest requests that are about an order or a person."""
        ranked = sorted(WISHES, key=lambda i: -self.shares[i])[:most]
        return tuple((REQUEST_IDS[i], float(self.shares[i])) for i in ranked)


@dataclass(frozen=True)
class Head:
    """One linear layer over [sentence vector | n-grams], its temperature and its gate."""

    vocabulary: Vocabulary
    request_of: Ints
    """For each class of the layer (a request or a topic of one): its place in REQUEST_IDS."""
    weights: Floats
    """Features x classes."""
    bias: Floats
    temperature: float
    gate: Floats
    """Weights of `gate_features`, then the bias."""
    basis: Floats
    """Turns a sentence vector into a shorter one: comparing with all phrases is the dear part."""
    anchors: Floats
    """The short vectors of all phrases."""
    anchor_is_out: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def score(self, encoder: Encoder, texts: Sequence[str]) -> list[Scored]:
        vectors = encoder.encode(texts)
        shares = self._shares(vectors, texts)
        difference = nearness(vectors @ self.basis, self.anchors, self.anchor_is_out)
        features = gate_features(shares, difference)
        opened = 1 / (1 + np.exp(-(features @ self.gate[:-1] + self.gate[-1])))
        return [Scored(row, float(p)) for row, p in zip(shares, opened, strict=True)]

    def _shares(self, vectors: Floats, texts: Sequence[str]) -> Floats:
        logits = vectors @ self.weights[:DIMENSIONS] + self.bias
        for i, text in enumerate(texts):
            columns, values = self.vocabulary.vector(fold(text))
            logits[i] += (NGRAM_WEIGHT * values) @ self.weights[DIMENSIONS + columns]
        return to_shares(logits / self.temperature, self.request_of)

    def save(self, path: Path) -> None:
        """Write the file whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{uuid4().hex}.part")
        with part.open("wb") as file:
            np.savez(
                file,
                grams=np.frombuffer("\n".join(self.vocabulary.grams).encode(), np.uint8),
                gram_weights=self.vocabulary.weights,
                request_of=self.request_of,
                weights=self.weights,
                bias=self.bias,
                temperature=np.array(self.temperature),
                gate=self.gate,
                basis=self.basis,
                anchors=self.anchors,
                anchor_is_out=self.anchor_is_out,
            )
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Head | None":
        """Return None when there is no such file or it is broken."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
                grams = data["grams"].tobytes().decode().split("\n")
                head = cls(
                    vocabulary=Vocabulary(grams, data["gram_weights"]),
                    request_of=data["request_of"],
                    weights=data["weights"],
                    bias=data["bias"],
                    temperature=float(data["temperature"]),
                    gate=data["gate"],
                    basis=data["basis"],
                    anchors=data["anchors"],
                    anchor_is_out=data["anchor_is_out"],
                )
        except _BROKEN:
            return None
        fits = head.weights.shape == (DIMENSIONS + len(grams), len(head.bias))
        return head if fits else None


def to_shares(logits: Floats, request_of: Ints) -> Floats:
    """Turn scores of classes into likelihoods of requests."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = np.zeros((len(logits), len(REQUEST_IDS)), np.float32)
    np.add.at(shares.T, request_of, raised.T)
    return shares / shares.sum(axis=1, keepdims=True)


def nearness(
    vectors: Floats, anchors: Floats, is_out: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Floats:
    """How much nearer the nearest phrase about an order is than the nearest other one."""
    likeness = vectors @ anchors.T
    return likeness[:, ~is_out].max(axis=1) - likeness[:, is_out].max(axis=1)


def gate_features(shares: Floats, difference: Floats) -> Floats:
    """What tells messages about orders from all others."""
    inside = np.log(np.maximum(np.delete(shares, OUT, axis=1).max(axis=1), _TINY))
    outside = np.log(np.maximum(shares[:, OUT], _TINY))
    return np.stack([inside, outside, difference], axis=1).astype(np.float32)
