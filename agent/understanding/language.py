"""Which of our languages is a message in?"""

from typing import cast

from agent.requests import LANGUAGES, Language

_ENOUGH_LETTERS = 12
_SURE = 0.9


class LanguageReader:
    """Tells the six languages apart; a short message keeps the language of the talk."""

    def __init__(self) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - slow to load

        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages(list(LANGUAGES))

    def read(self, text: str, spoken: str | None) -> str:
        letters = sum(c.isalpha() for c in text)
        if spoken and letters < _ENOUGH_LETTERS:
            return spoken
        if not letters:
            return spoken or LANGUAGES[0]
        found, sure = self._identifier.classify(text[:600].lower())
        if spoken and sure < _SURE:
            return spoken
        return cast("Language", found)
