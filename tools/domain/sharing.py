"""How is an amount divided so that not a cent is lost?"""

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=str)


def share(total: int, weights: Mapping[Key, int]) -> dict[Key, int]:
    """Divide an amount by weight; the parts add up to it exactly.

    What rounding down leaves over goes, one unit each, to the largest remainders, and among equal
    ones to the first by name, so that the order of the weights plays no part. Without any weight
    everybody gets the same.
    """
    whole = sum(weights.values())
    if whole == 0:
        weights, whole = dict.fromkeys(weights, 1), len(weights)
    parts = {key: total * weight // whole for key, weight in weights.items()}
    nearest = sorted(weights, key=lambda key: (-(total * weights[key] % whole), key))
    for key in nearest[: total - sum(parts.values())]:
        parts[key] += 1
    return parts
