"""What do the rules say, for people who do not read YAML?"""

from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from agent.bootstrap import load_law
from agent.cli.policy_words import load_words, page_frame
from agent.cli.printing import as_html, as_markdown, as_text
from agent.settings import Settings
from tools.policy.explain import explain
from tools.policy.parse import did_you_mean


class ExplainFormat(StrEnum):
    """On what the rules are written; the decision table is too wide for a terminal."""

    text = "text"
    markdown = "markdown"
    html = "html"


PolicyDirectory = Annotated[
    Path | None,
    typer.Option("--policy", help="Another folder of rules.", exists=True, file_okay=False),
]


def explain_rules(
    *,
    policy: PolicyDirectory = None,
    seller: Annotated[str | None, typer.Option(help="As this seller has it.")] = None,
    question: Annotated[str | None, typer.Option(help="Only this one.")] = None,
    form: Annotated[ExplainFormat, typer.Option("--format")] = ExplainFormat.text,
) -> None:
    """Tell the law in plain words, made from the rules themselves."""
    settings = Settings()
    law = load_law(policy or settings.policy_dir)
    _require_known("question", question, law.rulebook.tables)
    _require_known("seller", seller, law.rulebook.marketplace.sellers)
    words = load_words(settings.prompts_dir).explain
    page = explain(law, words, question=question, seller=seller)
    if form is ExplainFormat.html:
        typer.echo(as_html(page, page_frame(settings.prompts_dir)))
    else:
        typer.echo(as_markdown(page) if form is ExplainFormat.markdown else as_text(page))


def _require_known(what: str, name: str | None, known: Collection[str]) -> None:
    if name is not None and name not in known:
        hint = did_you_mean(name, known)
        raise typer.BadParameter(f"no {what} `{name}`.{hint} There are: {', '.join(known)}.")
