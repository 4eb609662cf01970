"""What accounts moved under tax codes, and which codes a form of the VAT return states."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from domain.money import ZERO
from domain.tax.code import TaxCode, TaxPart
from domain.tax.vat_form import Form, Place, places_of, zm_type_of

OWED = (TaxPart.TAX, TaxPart.SELF)


@dataclass(frozen=True, slots=True)
class CodePlaces:
    """Where a code stands in the form; `places` is None where nobody can tell.

    `accounts` are those that its tax is booked on, by part.
    """

    places: tuple[Place, ...] | None
    zm_type: str | None = None
    accounts: Mapping[TaxPart, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, code: TaxCode, chart: str) -> "CodePlaces":
        """Where a code of a chart stands."""
        accounts = {TaxPart.TAX: code.vat_account, TaxPart.SELF: code.self_assess_account}
        return cls(places_of(code, chart), zm_type_of(code, chart), accounts)


Version = tuple[str, int | None]
"""A code as it was up to a journal number, or as it is now (None)."""

Stated = Mapping[Version, tuple[Place, ...]]


@dataclass(frozen=True, slots=True)
class Movement:
    """What one account moved in the range under one part of one code: debit minus credit.

    Of what bears no code only VAT accounts are told; `is_transfer` then says that the other
    side is a VAT account too, the account of the tax office, or the opening of the books.
    `late` is the part of `net` that belongs before the range: by the day of its supply, else of
    its document. Input tax that a supplier charged may be deducted when the invoice is there,
    too (§ 12 (1) no. 1 UStG; § 15 (1) no. 1 UStG of Germany): there the document alone decides.
    """

    account: str
    tax_code: str | None
    part: TaxPart | None
    net: Decimal
    entries: int
    version: int | None = None
    on_vat_account: bool = False
    is_transfer: bool = False
    late: Decimal = ZERO
    late_entries: int = 0

    @property
    def booked_by(self) -> Version:
        """The code that it was booked by, as it was then."""
        return self.tax_code or "", self.version


@dataclass(frozen=True, slots=True)
class CodeSums:
    """Base and tax of a code; both are positive for what is owed on supplies."""

    tax_code: str
    base: Decimal
    tax: Decimal
    entries: int


def stated_places(form: Form, codes: Mapping[Version, CodePlaces]) -> Stated:
    """Places of each code that the form has all boxes for; a code is stated as a whole."""
    known = {box.number for box in form.boxes}
    return {
        code: found.places
        for code, found in codes.items()
        if found.places is not None and all(place.box in known for place in found.places)
    }


def has_no_box(code: CodePlaces | None) -> bool:
    """Whether the form should state the code and does not: `()` is stated nowhere by law.

    >>> has_no_box(CodePlaces(())), has_no_box(CodePlaces(None))
    (False, True)
    """
    return code is None or code.places != ()


def by_code(found: Iterable[tuple[str, TaxPart | None, Decimal, int]]) -> Iterator[CodeSums]:
    """Sum what is told as code, part, debit minus credit, and entries."""
    bases: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    taxes: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    entries: defaultdict[str, int] = defaultdict(int)
    for code, part, net, count in found:
        (bases if part is TaxPart.BASE else taxes)[code] -= net
        entries[code] += count
    for code in sorted(entries):
        yield CodeSums(code, bases[code], taxes[code], entries[code])
