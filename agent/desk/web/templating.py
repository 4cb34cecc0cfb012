"""How does a page of the desk become HTML in which no word of anybody is markup?"""

from datetime import datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from agent.desk.pages import in_words
from agent.desk.terminal_text import printable
from agent.desk.wording import DeskWording
from tools.ports.readers import Clock

_HERE = Path(__file__).parent


class Templates:
    """Fills the files of `templates/`; whatever is filled in is escaped."""

    def __init__(self, words: DeskWording, clock: Clock) -> None:
        self._words = words
        self._clock = clock
        self._pages = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters.update(due=self._due, age=self._age, when=_when)

    def page(self, name: str, status: int = 200, **fields: object) -> HTMLResponse:
        """Return a page."""
        words = self._words
        text = self._pages.get_template(name).render(
            words=words, t=words.texts, say=words.say, **fields
        )
        return HTMLResponse(text.encode("utf-8", "replace").decode(), status)

    def _due(self, at: datetime) -> str:
        left = at - self._clock.now()
        name = "in_time" if left >= timedelta(0) else "ago"
        return self._words.say(name, span=in_words(abs(left)))

    def _age(self, since: datetime | timedelta) -> str:
        span = self._clock.now() - since if isinstance(since, datetime) else since
        return in_words(span)


def _finalize(value: object) -> object:
    """Leave out what has no shape, or turns the reading direction."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
