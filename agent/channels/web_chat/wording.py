"""Which words does the chat page use in which language?"""

import string
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from agent.channels.web_chat.problems import ProblemCode
from tools.domain.model import Frozen
from tools.domain.shipment import Milestone
from tools.errors import BadInputError, Fault
from tools.yaml_source import read_yaml

_FALLBACK = "en"


class PageWording(Frozen):
    """Everything that the page itself says; what the assistant says comes from the conversation."""

    language: str
    """The language's name for itself."""
    title: str
    heading: str
    placeholder: str
    send: str
    attach: str
    remove_photo: str
    photo: str
    photo_hint: str
    conversation: str
    message_field: str
    choose_language: str
    choices: str
    you: str
    assistant: str
    person: str
    with_assistant: str
    with_person: str
    talk_to_person: str
    person_message: str
    """What the button writes in the buyer's name."""
    typing: str
    still_checking: str
    taking_long: str
    offline: str
    sending_again: str
    back_online: str
    no_script: str
    order: str
    """With `{number}`."""
    placed_on: str
    """With `{date}`."""
    from_seller: str
    """With `{seller}`."""
    expected_by: str
    """With `{date}`."""
    tracking_number: str
    """With `{number}`."""
    progress: str
    milestones: dict[Milestone, str]
    step_done: str
    step_current: str
    step_ahead: str
    problems: dict[ProblemCode, str] = Field(min_length=1)


Pages = Mapping[str, PageWording]
"""Wording by locale, `en` always among them."""


def load_pages(directory: Path) -> Pages:
    """Read every `chat.<locale>.yaml`; raise `BadInputError` with every fault in them."""
    faults: list[Fault] = []
    pages: dict[str, PageWording] = {}
    for file in sorted(directory.glob("chat.*.yaml")):
        source = read_yaml(file)
        try:
            page = PageWording.model_validate(source.data)
        except ValidationError as error:
            faults += source.faults(error)
        else:
            faults += [source.fault((name,), text) for name, text in _gaps(page).items()]
            pages[file.name.split(".")[1]] = page
    if not faults and _FALLBACK not in pages:
        faults.append(Fault(str(directory / f"chat.{_FALLBACK}.yaml"), 0, 0, "is missing."))
    if faults:
        raise BadInputError(*faults)
    return pages


def choose_locale(accept_language: str, pages: Pages) -> str:
    """Return the best locale there is for an `Accept-Language` header. Takes any string."""
    wishes: list[tuple[float, str]] = []
    for part in accept_language[:500].split(","):
        tag, _, quality = part.strip().partition(";q=")
        language = tag.split("-")[0].casefold()
        if language in pages:
            wishes.append((_number(quality), language))
    # `max` keeps the first of equals, which is the browser's own order.
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else _FALLBACK


def _number(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0


_SLOTS = {
    "order": "number",
    "placed_on": "date",
    "from_seller": "seller",
    "expected_by": "date",
    "tracking_number": "number",
    "photo_hint": "megabytes",
}


def _gaps(page: PageWording) -> dict[str, str]:
    """Find sentences without the slot that the page fills, and enumerations with holes."""
    gaps = {
        name: f"must contain {{{slot}}}."
        for name, slot in _SLOTS.items()
        if slot not in _fields(getattr(page, name))
    }
    milestones = set(Milestone.__args__) - set(page.milestones)
    problems = set(ProblemCode.__args__) - set(page.problems)
    if milestones:
        gaps["milestones"] = f"lacks {', '.join(sorted(milestones))}."
    if problems:
        gaps["problems"] = f"lacks {', '.join(sorted(problems))}."
    return gaps


def _fields(text: str) -> set[str | None]:
    return {field for _, field, _, _ in string.Formatter().parse(text)}
