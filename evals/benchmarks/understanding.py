"""How well does the embedded reader read real messages, and how fast?

`python -m evals.benchmarks.understanding FILE.jsonl` prints one line a source. Rows have `text`,
`label_ours`, `accept` (further labels that a fair grader counts), `scope` (`in`, `edge`, `out`) and
`source`. Only English rows are counted unless `--all-languages` is given.

Labels that are not requests of ours are mapped so: what concerns no order (accounts, subscriptions,
promotions, products, the site, shops, placing orders, praise) is `out_of_scope`; a wish for contact
details is `human_agent`, a question about cancelling is `cancel_order`, and instructions for the
courier are `change_order`, as the catalogue says.

* strict: the likeliest request is the row's own label; lenient: it is one of the accepted ones.
  Both force an answer: the likeliest in-scope request counts, however unsure.
* at 80 %: the same over the four fifths of the rows that the reader is surest of.
* rejected: in-scope rows for which it neither takes a request nor offers two.
* offered: in-scope rows where it offers two; of these, how often an accepted one is among them.
* taken: rows of scope `out` for which it takes an in-scope request without asking.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from agent.requests import RequestCatalogue
from agent.settings import Settings
from agent.understanding.embedded import EmbeddedUnderstanding, load_embedded
from agent.understanding.reading import Hearing

_OUT_OF_SCOPE = frozenset(
    {
        "account_issue",
        "subscription",
        "promo_price",
        "product_question",
        "website_issue",
        "store_info",
        "place_order",
        "feedback_positive",
    }
)
_SAME_AS = {
    "contact_info": "human_agent",
    "cancellation_policy": "cancel_order",
    "delivery_instructions": "change_order",
}
_TALK = frozenset({"out_of_scope", "smalltalk"})
_COVERAGE = 0.8


class Row(BaseModel):
    """One labelled message."""

    model_config = ConfigDict(frozen=True)

    text: str
    label_ours: str
    accept: tuple[str, ...] = ()
    scope: str
    source: str
    lang: str = "en"

    def right(self) -> frozenset[str]:
        return frozenset(our_label(label) for label in (self.label_ours, *self.accept))


@dataclass(frozen=True)
class Outcome:
    """One message as it was read."""

    row: Row
    guess: str
    """The likeliest in-scope request, sure or not."""
    confidence: float
    taken: frozenset[str]
    """In-scope requests that the reader takes as said."""
    offered: frozenset[str]
    ms: float


def our_label(label: str) -> str:
    """Map a label of the measured data to a request of ours."""
    return "out_of_scope" if label in _OUT_OF_SCOPE else _SAME_AS.get(label, label)


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        return [Row.model_validate(json.loads(line)) for line in lines if line.strip()]


def measure(reader: EmbeddedUnderstanding, rows: Iterable[Row]) -> list[Outcome]:
    hearing = Hearing(today=date(2026, 1, 1))
    outcomes: list[Outcome] = []
    for row in rows:
        start = time.perf_counter()
        reading, _ = asyncio.run(reader.read(row.text, hearing))
        ms = (time.perf_counter() - start) * 1000
        guess, confidence = reader.ranking(row.text)[0]
        taken = frozenset(r.id for r in reading.requests) - _TALK
        if reading.requests and taken:
            surest = max(reading.requests, key=lambda request: request.confidence)
            guess, confidence = surest.id, surest.confidence
        outcomes.append(Outcome(row, guess, confidence, taken, frozenset(reading.candidates), ms))
    return outcomes


def share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")


def figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Everything that is said about one source."""
    inside = sorted((o for o in outcomes if o.row.scope == "in"), key=lambda o: -o.confidence)
    surest = inside[: round(len(inside) * _COVERAGE)]
    outside = [o for o in outcomes if o.row.scope == "out"]
    offered = [o for o in inside if o.offered]
    ms = sorted(o.ms for o in outcomes)
    return {
        "in": len(inside),
        "strict": share([o.guess == our_label(o.row.label_ours) for o in inside]),
        "lenient": share([o.guess in o.row.right() for o in inside]),
        "strict@80": share([o.guess == our_label(o.row.label_ours) for o in surest]),
        "lenient@80": share([o.guess in o.row.right() for o in surest]),
        "rejected": share([not o.taken and not o.offered for o in inside]),
        "offered": share([bool(o.offered) for o in inside]),
        "offer holds": share([bool(o.offered & o.row.right()) for o in offered]),
        "taken right": share([bool(o.taken & o.row.right()) for o in inside if o.taken]),
        "out": len(outside),
        "taken": share([bool(o.taken) for o in outside]),
        "p50 ms": statistics.median(ms) if ms else float("nan"),
        "p95 ms": ms[int(len(ms) * 0.95)] if ms else float("nan"),
    }


def report(outcomes: Sequence[Outcome]) -> str:
    """One line a source and one for all."""
    sources = sorted({o.row.source for o in outcomes})
    table = {s: figures([o for o in outcomes if o.row.source == s]) for s in sources}
    table["all"] = figures(outcomes)
    names = list(table["all"])
    lines = ["".join([f"{'source':<16}", *(f"{name:>12}" for name in names)])]
    for source, values in table.items():
        cells = [f"{v:>12.0f}" if n in ("in", "out") else f"{v:>12.3f}" for n, v in values.items()]
        lines.append("".join([f"{source:<16}", *cells]))
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    files = [Path(a) for a in arguments if not a.startswith("--")]
    if len(files) != 1:
        print("usage: python -m evals.benchmarks.understanding FILE.jsonl [--all-languages]")
        return 2
    settings = Settings()
    catalogue = RequestCatalogue.load(settings.prompts_dir)
    reader = load_embedded(catalogue, settings.prompts_dir, settings.cache_dir)
    rows = read_rows(files[0])
    if "--all-languages" not in arguments:
        rows = [row for row in rows if row.lang == "en"]
    print(report(measure(reader, rows)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
