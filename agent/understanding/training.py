"""How is the head learnt from the owner's phrases? Needed only after they change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np

from agent.requests import REQUEST_IDS, Language, Phrase
from agent.understanding.features import Encoder, Floats, Ints, Vocabulary
from agent.understanding.head import NGRAM_WEIGHT, OUT, Head, gate_features, nearness, to_shares
from agent.understanding.text import fold

Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
_FOLDS = 2
_FRAMED_SHARE = 3
"""Every so many phrases, one is also learnt inside a neutral frame."""
_SHORT_VECTOR = 128
_FRAMED_WORDS = 14
"""Longer phrases are stories already."""


class _Linear(Protocol):
    coef_: Floats
    intercept_: Floats
    classes_: Ints

    def fit(self, x: object, y: object) -> object: ...
    def decision_function(self, x: object) -> Floats: ...


class _Table(Protocol):
    def tocsr(self) -> "_Matrix": ...


class _Matrix(Protocol):
    def __getitem__(self, rows: Ints) -> "_Matrix": ...


@dataclass(frozen=True)
class _Sample:
    text: str
    label: str
    request: int
    phrase: int
    """Which phrase it is, framed or not: a phrase and its framed copy stay in one fold."""


def train(
    phrases: Sequence[Phrase], frames: Mapping[Language, Sequence[str]], encoder: Encoder
) -> Head:
    samples = list(_samples(phrases, frames))
    plain = np.array([s.phrase < len(phrases) and i < len(phrases) for i, s in enumerate(samples)])
    folded = [fold(s.text) for s in samples]
    vocabulary = Vocabulary.learn(folded)
    vectors = encoder.encode([s.text for s in samples])
    matrix = _matrix(vectors, vocabulary, folded)
    labels = sorted({s.label for s in samples})
    y = np.array([labels.index(s.label) for s in samples])
    requests = np.array([s.request for s in samples])
    request_of = np.array([requests[np.argmax(y == k)] for k in range(len(labels))])

    group = np.array([s.phrase % _FOLDS for s in samples])
    basis = _basis(vectors[plain])
    short = vectors @ basis
    logits, difference = _out_of_fold(matrix, short, y, requests == OUT, group)
    temperature = _fit_temperature(logits, request_of, requests)
    shares = to_shares(logits / temperature, request_of)
    gate = _fit_gate(gate_features(shares, difference), requests != OUT)

    model = _linear(y, matrix)
    return Head(
        vocabulary=vocabulary,
        request_of=request_of,
        weights=np.ascontiguousarray(model.coef_.T, np.float32),
        bias=model.intercept_.astype(np.float32),
        temperature=temperature,
        gate=gate,
        basis=basis,
        anchors=np.ascontiguousarray(short[plain]),
        anchor_is_out=requests[plain] == OUT,
    )


def _samples(
    phrases: Sequence[Phrase], frames: Mapping[Language, Sequence[str]]
) -> Iterator[_Sample]:
    """All phrases as they stand, then some inside neutral frames."""
    for framed in (False, True):
        for i, phrase in enumerate(phrases):
            text = phrase.text.lower()
            if framed:
                fitting = frames.get(phrase.language, ())
                talk = phrase.request == "smalltalk"
                if not fitting or talk or i % _FRAMED_SHARE or len(text.split()) > _FRAMED_WORDS:
                    continue
                text = fitting[(i // _FRAMED_SHARE) % len(fitting)].replace("{}", text)
            label = f"{phrase.request}.{phrase.topic}"
            yield _Sample(text, label, REQUEST_IDS.index(phrase.request), i)


def _matrix(vectors: Floats, vocabulary: Vocabulary, folded: Sequence[str]) -> _Matrix:
    from scipy import sparse  # noqa: PLC0415

    rows = [vocabulary.vector(text) for text in folded]
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = NGRAM_WEIGHT * np.concatenate([values for _, values in rows])
    ngrams = sparse.csr_matrix((values, columns, ends), shape=(len(rows), len(vocabulary.grams)))
    stack = cast("Callable[[Sequence[object]], _Table]", sparse.hstack)  # pyright: ignore[reportUnknownMemberType]
    return stack([sparse.csr_matrix(vectors), ngrams]).tocsr()


def _basis(vectors: Floats) -> Floats:
    """Return the directions in which the phrases differ most."""
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    return np.ascontiguousarray(directions[:, ::-1][:, :_SHORT_VECTOR], np.float32)


def _linear(y: Ints, x: object, strength: float = 10) -> _Linear:
    # Answering needs no scikit-learn, and it takes a second to import.
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    model = cast(
        "_Linear", LogisticRegression(C=strength, class_weight="balanced", max_iter=40, tol=1e-3)
    )
    model.fit(x, y)
    return model


def _out_of_fold(
    matrix: _Matrix, short: Floats, y: Ints, is_out: Flags, group: Ints
) -> tuple[Floats, Floats]:
    """Score every sample with a model that has not seen it."""
    logits = np.zeros((len(y), int(y.max()) + 1), np.float32)
    difference = np.zeros(len(y), np.float32)
    for fold_ in range(_FOLDS):
        seen, unseen = np.flatnonzero(group != fold_), np.flatnonzero(group == fold_)
        model = _linear(y[seen], matrix[seen])
        logits[np.ix_(unseen, model.classes_)] = model.decision_function(matrix[unseen])
        difference[unseen] = nearness(short[unseen], short[seen], is_out[seen])
    return logits, difference


def _fit_temperature(logits: Floats, request_of: Ints, requests: Ints) -> float:
    """Choose the one that makes the likelihoods honest on unseen phrases."""
    rows = np.arange(len(requests))

    def loss(temperature: float) -> float:
        shares = to_shares(logits / temperature, request_of)
        return float(-np.log(np.maximum(shares[rows, requests], 1e-9)).mean())

    return min((float(t) for t in np.geomspace(0.2, 3, 40)), key=loss)


def _fit_gate(features: Floats, inside: Flags) -> Floats:
    model = _linear(inside.astype(np.int64), features, 1)
    return np.append(model.coef_[0], model.intercept_[0]).astype(np.float32)
