"""An address as the lines of an envelope, in the order that the post of its country expects."""

from collections.abc import Sequence

from aggregates.address import Address

_PREFERRED = ("billing", "postal", "work", "registered", "home", "other")
_REGION_THEN_CODE = frozenset({"US", "CA", "AU"})
_CODE_LAST = frozenset({"GB", "IE", "GG", "IM", "JE"})
_HOME = {"USD": "US", "GBP": "GB", "CAD": "CA", "AUD": "AU"}


def preferred(addresses: Sequence[Address]) -> Address:
    """Of one or more addresses, that for bills, else that for post."""
    return min(addresses, key=lambda address: _PREFERRED.index(address.kind))


def envelope(addresses: Sequence[Address], currency: str) -> list[str]:
    """The lines below the name: of the address for bills, else of that for post. Empty where none is known.

    The country stands last by its code, unless it is the country of the firm's currency.
    """
    if not addresses:
        return []
    one = preferred(addresses)
    city, region, code, country = (
        str(part) if part is not None else "" for part in (one.city, one.region, one.postal_code, one.country)
    )
    if country in _REGION_THEN_CODE:
        place = [", ".join(part for part in (city, " ".join(part for part in (region, code) if part)) if part)]
    elif country in _CODE_LAST:
        place = [city, region, code]
    else:
        place = [" ".join(part for part in (code, city) if part), region]
    lines = [*(str(line) for line in one.lines), *place, country if country != _HOME.get(currency) else ""]
    return [line for line in lines if line]
