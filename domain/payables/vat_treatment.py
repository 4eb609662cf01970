"""How a vendor is usually treated in VAT: what its documents have said, or a person decided."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.errors import Conflict, InvalidInput, NoChanges, Stale
from domain.tax.treatment import UNKNOWN, kinds

CATEGORIES = frozenset({"S", "Z", "E", "AE", "K", "G", "O", "L", "M"})
"""Categories of EN 16931 (UNCL5305)."""
_COUNTRY = re.compile(r"[A-Z]{2}")
_MIXED = "mixed"
_HUNDRED = Decimal(100)
_FINEST = Decimal("0.001")


class TreatmentSource(StrEnum):
    """Who says so."""

    DOCUMENT = "document"
    PERSON = "person"


class TreatmentChanged(Stale):
    """The treatment is not what the caller has seen: it was changed meanwhile."""

    def __init__(self, expected: int, version: int) -> None:
        super().__init__(
            f"The VAT treatment has changed: it is at version {version}, not {expected}.",
            expected=expected,
            version=version,
        )


class NothingToUndo(Conflict):
    """Nothing was ever said of this vendor's VAT treatment, or all of it is undone."""

    code = "INVALID_STATE_TRANSITION"

    def __init__(self) -> None:
        super().__init__("There is no VAT treatment to undo.")


@dataclass(frozen=True, slots=True, kw_only=True)
class VatTreatment:
    """Usual treatment of a vendor; what is not known is None.

    `country` is where it has its seat, `category` that of EN 16931, `tax_code` the code that it
    was booked with, `supply_kind` a kind of the rules of VAT, `supply_rate` the domestic rate, in
    percent, of what is acquired from it. As a small business it shows no tax, to the last day
    `small_business_until`. `varies` names what its documents say in different ways.
    """

    country: str | None = None
    category: str | None = None
    tax_code: str | None = None
    supply_kind: str | None = None
    supply_rate: Decimal | None = None
    is_small_business: bool | None = None
    small_business_until: date | None = None
    varies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no vendor can be."""
        for name, reason in self._faults():
            raise InvalidInput(f"/{name}", reason)

    def is_small_on(self, day: date) -> bool | None:
        """Whether it is a small business on a day; None where nobody has said it."""
        if not self.is_small_business or self.small_business_until is None:
            return self.is_small_business
        return day <= self.small_business_until

    def changed(self, changes: dict[str, object]) -> "VatTreatment":
        """The treatment as a person leaves it: what they name is settled, None clears.

        Raises NoChanges where they name nothing.
        """
        if not changes:
            raise NoChanges
        varies = tuple(name for name in self.varies if name not in changes)
        return replace(self, **{"varies": varies, **changes})  # type: ignore[arg-type]

    def _faults(self) -> Iterator[tuple[str, str]]:
        if self.country is not None and not _COUNTRY.fullmatch(self.country):
            yield "country", "is no country code of two letters"
        if self.category is not None and self.category not in CATEGORIES:
            yield "category", f"is none of {', '.join(sorted(CATEGORIES))}"
        if self.supply_kind is not None and self.supply_kind not in kinds() - {UNKNOWN, _MIXED}:
            yield "supply_kind", "is no kind of supply that the rules of VAT know"
        if self.supply_rate is not None and not 0 <= self.supply_rate <= _HUNDRED:
            yield "supply_rate", "is a rate in percent, from 0 to 100"
        if self.supply_rate is not None and self.supply_rate % _FINEST:
            yield "supply_rate", "has at most three decimals"
        if self.small_business_until is not None and not self.is_small_business:
            yield "small_business_until", "is for a small business only"


NOTHING = VatTreatment()
"""A vendor of whom nothing is known."""
_LEARNED = tuple(f.name for f in fields(VatTreatment) if f.name != "varies")


def learned(before: VatTreatment, seen: VatTreatment) -> VatTreatment:
    """What is usual once one more document was booked: what two of them contradict is not.

    >>> once = learned(NOTHING, VatTreatment(category="AE", supply_kind="service"))
    >>> learned(once, VatTreatment(category="K")).varies
    ('category',)
    """
    varies = set(before.varies) | set(seen.varies)
    values: dict[str, object] = {}
    for name in _LEARNED:
        known, said = getattr(before, name), getattr(seen, name)
        if known is not None and said is not None and known != said:
            varies.add(name)
        values[name] = known if known is not None else said
    values |= dict.fromkeys(varies)
    if not values["is_small_business"]:
        values["small_business_until"] = None
    return replace(NOTHING, **values, varies=tuple(sorted(varies)))  # type: ignore[arg-type]


def differing(usual: VatTreatment, seen: VatTreatment) -> list[str]:
    """In what a document differs from what is usual, of country, category and code."""
    return [
        name
        for name in ("country", "category", "tax_code")
        if None not in (getattr(usual, name), getattr(seen, name))
        and getattr(usual, name) != getattr(seen, name)
    ]
