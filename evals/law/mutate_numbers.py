"""Which laws differ from this one by a cent, or by a minute of belief?"""

from collections.abc import Callable, Iterator

from evals.law.mutant import Mutant
from evals.law.mutate_values import shifted
from tools.policy.documents import Documents


def mutants_of_numbers(documents: Documents) -> Iterator[Mutant]:
    """Shift each cap by a cent and each span of belief by its smallest unit."""
    yield from _of_caps(documents)
    yield from _of_freshness(documents)


def _of_caps(documents: Documents) -> Iterator[Mutant]:
    market = documents.marketplace
    for currency, caps in market.caps.items():
        for name, value in caps:
            for what, new in shifted(value, {}):
                lifted = caps.model_copy(update={name: new})
                changed = market.model_copy(update={"caps": {**market.caps, currency: lifted}})
                title = f"caps: {currency} {name} {what}"
                yield Mutant(title, "caps", _with(marketplace=changed))
    for seller, file in documents.sellers.items():
        for currency, lowered in file.caps.items():
            for name, value in lowered:
                for what, new in shifted(value, {}) if value is not None else ():
                    own = {**file.caps, currency: lowered.model_copy(update={name: new})}
                    changed = file.model_copy(update={"caps": own})
                    sellers = {**documents.sellers, seller: changed}
                    title = f"{seller}/caps: {currency} {name} {what}"
                    yield Mutant(title, "caps", _with(sellers=sellers))


def _of_freshness(documents: Documents) -> Iterator[Mutant]:
    catalogue = documents.catalogue
    for name, spec in catalogue.facts.items():
        unit = next((u for u in ("minutes", "hours", "days") if getattr(spec.fresh_for, u)), None)
        if unit is None:
            continue
        for what, new in shifted(getattr(spec.fresh_for, unit), {}):
            fresh = spec.fresh_for.model_copy(update={unit: new})
            facts = {**catalogue.facts, name: spec.model_copy(update={"fresh_for": fresh})}
            changed = catalogue.model_copy(update={"facts": facts})
            title = f"facts.{name}: {unit} {what}"
            yield Mutant(title, "freshness", _with(catalogue=changed), fact=name)


def _with(**update: object) -> Callable[[Documents], Documents]:
    return lambda documents: documents.model_copy(update=update)
