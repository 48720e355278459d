"""An amount shared out by weight, to the last minor unit."""

from collections.abc import Sequence


def shares(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Whole parts that sum to the total, in proportion to weights of 0 and more (largest remainder; of equals the first).

    Where all weights are nothing, the first part is the whole. Raises ValueError for no weights.
    """
    if not weights:
        raise ValueError("there is nobody to share with")
    whole = sum(weights)
    if whole == 0:
        return [total_minor, *(0 for _ in weights[1:])]
    parts = [total_minor * weight // whole for weight in weights]
    left = total_minor - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda n: (-(total_minor * weights[n] % whole), n))
    for n in by_remainder[:left]:
        parts[n] += 1
    return parts
