"""What is there to say about a case or a conversation that came out otherwise?"""

from tools.domain.model import Frozen


class Failure(Frozen):
    """One case or conversation that did not come out as expected."""

    name: str
    place: str
    """The file and line of a case; the dataset of a conversation."""
    sentences: tuple[str, ...]
    """What differs, in words."""
