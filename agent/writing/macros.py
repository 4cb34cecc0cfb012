"""Which fixed wordings does the owner keep, and are they complete in every language?"""

import re
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from tools.errors import BadInputError, Fault
from tools.yaml_source import YamlSource, read_yaml

_SLOT = re.compile(r"[a-z_]+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Macros:
    """Every wording in every locale; the fallback locale has them all, and so has each other."""

    fallback: str
    texts: dict[str, dict[str, str]]

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages Nightdesk answers in, fallback first."""
        return tuple(self.texts)

    def locale(self, language: str | None) -> str:
        """Return the language itself if it can be answered in, else the fallback."""
        return language if language in self.texts else self.fallback

    def text(self, key: str, language: str | None) -> str:
        """Return a wording with its slots unfilled; `KeyError` if there is none of that name."""
        return self.texts[self.locale(language)][key]


def load_macros(prompts_dir: Path, locales: tuple[str, ...]) -> Macros:
    """Read `macros/<locale>.yaml` for each locale, fallback first.

    Raises `BadInputError` with every missing key, unknown slot and digit: a number in a reply
    must come from a slot, so that it can be traced to a fact.
    """
    sources = {
        locale: read_yaml(prompts_dir / "macros" / f"{locale}.yaml", f"macros/{locale}.yaml")
        for locale in locales
    }
    found: list[Fault] = []
    texts = {locale: _texts(source, found) for locale, source in sources.items()}
    fallback = locales[0]
    for locale, source in sources.items():
        found.extend(_differences(source, texts[fallback], texts[locale]))
    if found:
        raise BadInputError(*found)
    return Macros(fallback, texts)


def _texts(source: YamlSource, found: list[Fault]) -> dict[str, str]:
    if not isinstance(source.data, dict):
        raise BadInputError(source.fault((), "is not a list of `name: wording`."))
    texts: dict[str, str] = {}
    for key, value in source.data.items():
        if not isinstance(value, str) or not value.strip():
            found.append(source.fault((key,), f"`{key}` has no wording."))
            continue
        texts[key] = value.strip()
        if _DIGIT.search(value):
            sentence = f"`{key}` has a digit; numbers come from slots, so write `{{slot}}` instead."
            found.append(source.fault((key,), sentence))
        if _slots(value) is None:
            found.append(source.fault((key,), f"`{key}` has a brace that is not a `{{slot}}`."))
    return texts


def _differences(source: YamlSource, wanted: dict[str, str], has: dict[str, str]) -> list[Fault]:
    missing = [
        source.fault((), f"`{key}` is missing; {wanted[key]!r} waits for a translation.")
        for key in wanted.keys() - has.keys()
    ]
    extra = [
        source.fault((key,), f"`{key}` is not a wording of the fallback language.")
        for key in has.keys() - wanted.keys()
    ]
    slots = [
        source.fault((key,), f"`{key}` must have the slots {sorted(_slots(wanted[key]) or ())}.")
        for key in wanted.keys() & has.keys()
        if _slots(wanted[key]) != _slots(has[key])
    ]
    return missing + extra + slots


def _slots(text: str) -> frozenset[str] | None:
    """Return the slot names, or None when a brace does not hold a plain name."""
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        return None
    return frozenset(names) if all(_SLOT.fullmatch(name) for name in names) else None
