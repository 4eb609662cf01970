"""The VAT return (UVA, UStVA): its boxes, and how they agree with the VAT accounts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from domain.money import CENT, ZERO, cents
from domain.tax.code import TaxPart
from domain.tax.vat_form import Box, Content, Form, Place

_EURO = Decimal(1)
_OWED = (TaxPart.TAX, TaxPart.SELF)


@dataclass(frozen=True, slots=True)
class CodePlaces:
    """Where a code stands in the form; `places` is None where nobody can tell."""

    places: tuple[Place, ...] | None
    zm_type: str | None = None


Version = tuple[str, int | None]
"""A code as it was up to a journal number, or as it is now (None)."""

Stated = Mapping[Version, tuple[Place, ...]]


@dataclass(frozen=True, slots=True)
class Movement:
    """What one account moved in the range under one part of one code: debit minus credit.

    Of what bears no code only VAT accounts are told; `is_transfer` then says that the other
    side is a VAT account too, the account of the tax office, or the opening of the books.
    `late` is the part of `net` whose document is older than the range.
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
class BoxAmount:
    """A box as the form takes it, beside what was booked for it.

    `tax` is what the box adds to the result, before its effect.
    """

    box: Box
    amount: Decimal
    booked: Decimal
    tax: Decimal
    entries: int


class Reason(StrEnum):
    """Why the movement of a VAT account is not the tax that the return states."""

    NONE = "none"
    ROUNDING = "rounding"
    TRANSFER = "transfer"
    OUTSIDE = "outside_the_return"
    NO_TAX_CODE = "no_tax_code"
    UNASSIGNED = "tax_code_without_box"
    BASE = "base_on_a_vat_account"
    RATE = "tax_is_not_base_times_rate"


EXPLAINED = frozenset({Reason.NONE, Reason.ROUNDING, Reason.TRANSFER, Reason.OUTSIDE})


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a VAT account moved under a code, and what the return states of it.

    Both count what is owed: credit minus debit.
    """

    account: str
    tax_code: str | None
    ledger: Decimal
    reported: Decimal
    reason: Reason

    @property
    def difference(self) -> Decimal:
        """What the ledger has beyond the return."""
        return self.ledger - self.reported


@dataclass(frozen=True, slots=True)
class CodeSums:
    """Base and tax of a code; both are positive for what is owed on supplies."""

    tax_code: str
    base: Decimal
    tax: Decimal
    entries: int


@dataclass(frozen=True, slots=True)
class VatReturn:
    """The boxes in the order of the form, and the reconciliation with the VAT accounts.

    `unassigned` are codes with postings that no box of the form takes; `late` is what the
    return states of documents older than the range.
    """

    form: Form
    boxes: tuple[BoxAmount, ...]
    agreements: tuple[Agreement, ...]
    unassigned: tuple[CodeSums, ...]
    late: tuple[CodeSums, ...]
    zm: Mapping[str, Decimal]

    @property
    def result(self) -> Decimal:
        """What is to be paid; negative is claimed back."""
        return sum((b.tax * b.box.effect for b in self.boxes), ZERO)

    @property
    def ledger(self) -> Decimal:
        """What the VAT accounts moved, as owed."""
        return sum((a.ledger for a in self.agreements), ZERO)

    @property
    def rounding(self) -> Decimal:
        """Cents by which the form differs from what was booked document by document."""
        reported = sum((a.reported for a in self.agreements), ZERO)
        return reported - self.result + self.differing(Reason.ROUNDING)

    @property
    def difference(self) -> Decimal:
        """What the VAT accounts moved and the return does not explain."""
        return sum((a.difference for a in self.agreements if a.reason not in EXPLAINED), ZERO)

    @property
    def is_reconciled(self) -> bool:
        """Whether each movement of each VAT account is explained, not only their sum."""
        return not self.unassigned and all(a.reason in EXPLAINED for a in self.agreements)

    def differing(self, reason: Reason) -> Decimal:
        """Sum of the differences of one reason."""
        return sum((a.difference for a in self.agreements if a.reason is reason), ZERO)


def vat_return(
    form: Form, codes: Mapping[Version, CodePlaces], movements: Sequence[Movement]
) -> VatReturn:
    """Fill a form from the movements of a range, by the codes they bear."""
    stated = stated_places(form, codes)
    return VatReturn(
        form,
        tuple(_boxes(form, stated, movements)),
        tuple(_agreements(form, codes, stated, movements)),
        tuple(_unassigned(codes, stated, movements)),
        tuple(_late(movements)),
        _zm(codes, movements),
    )


def stated_places(form: Form, codes: Mapping[Version, CodePlaces]) -> Stated:
    """Places of each code that the form has all boxes for; a code is stated as a whole."""
    known = {box.number for box in form.boxes}
    return {
        code: found.places
        for code, found in codes.items()
        if found.places is not None and all(place.box in known for place in found.places)
    }


_Key = tuple[str, str | None, Reason]


def _boxes(form: Form, stated: Stated, movements: Iterable[Movement]) -> Iterator[BoxAmount]:
    booked: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    within: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    entries: defaultdict[str, int] = defaultdict(int)
    for place, movement in _placed(stated, movements):
        amount = place.sign * movement.net
        booked[place.box] += amount
        entries[place.box] += movement.entries
        if place.total:
            within[place.box, place.total] += amount
    amounts = _shown(form, booked, within)
    for box in form.boxes:
        number, amount = box.number, amounts[box.number]
        yield BoxAmount(box, amount, booked[number], _tax(box, amount), entries[number])


def _placed(stated: Stated, movements: Iterable[Movement]) -> Iterator[tuple[Place, Movement]]:
    for movement in movements:
        for place in stated.get(movement.booked_by, ()):
            if place.part is movement.part:
                yield place, movement


def _shown(
    form: Form, booked: Mapping[str, Decimal], within: Mapping[tuple[str, str], Decimal]
) -> dict[str, Decimal]:
    """Amounts as the form takes them: full euros, or nothing below zero; and the result."""
    shown = {
        box.number: _truncated(booked[box.number])
        if form.full_euros and box.content is Content.BASE
        else booked[box.number]
        for box in form.boxes
    }
    totals = {total for _, total in within}
    for box in sorted(form.boxes, key=lambda box: box.number in totals):
        if shown[box.number] < 0 and not box.signed:
            _lift(form, box, shown, within)
    shown[form.result] = sum(
        (box.effect * _tax(box, shown[box.number]) for box in form.boxes), ZERO
    )
    return shown


def _lift(
    form: Form,
    box: Box,
    shown: dict[str, Decimal],
    within: Mapping[tuple[str, str], Decimal],
) -> None:
    """Show nothing in a box below zero: totals go without it, its tax goes to a correction."""
    amount = shown[box.number]
    correction = form.input_correction if box.effect < 0 else form.other_correction
    if correction:
        shown[correction] += box.effect * _tax(box, amount)
    for (number, total), part in within.items():
        if number == box.number and part < 0:
            shown[total] -= amount
    shown[box.number] = ZERO


def _truncated(base: Decimal) -> Decimal:
    return base.quantize(_EURO, ROUND_DOWN).quantize(CENT) + 0


def _tax(box: Box, amount: Decimal) -> Decimal:
    """Tax of a box: what is in it, or what follows from the base in it.

    The result and bases without a rate have none.
    """
    if box.content is Content.TAX:
        return amount
    return cents(amount * box.rate / 100) if box.rate is not None else ZERO


def _agreements(
    form: Form,
    codes: Mapping[Version, CodePlaces],
    stated: Stated,
    movements: Sequence[Movement],
) -> Iterator[Agreement]:
    """What each VAT account moved, by code and by why the return differs from it."""
    found: defaultdict[_Key, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for movement in movements:
        if movement.on_vat_account or movement.part in _OWED:
            reason = _reason(codes, stated, movement)
            sums = found[movement.account, movement.tax_code, reason]
            sums[0] -= movement.net
            sums[1] -= movement.net if reason is Reason.NONE else ZERO
    for beyond in _beyond_rate(form, stated, movements):
        _explain(found, beyond)
    for (account, code, reason), (ledger, reported) in sorted(found.items(), key=_by_account):
        yield Agreement(account, code, ledger, reported, reason)


def _has_no_box(code: CodePlaces | None) -> bool:
    """Whether the form should state the code and does not: `()` is stated nowhere by law."""
    return code is None or code.places != ()


def _reason(codes: Mapping[Version, CodePlaces], stated: Stated, movement: Movement) -> Reason:
    if movement.tax_code is None:
        return Reason.TRANSFER if movement.is_transfer else Reason.NO_TAX_CODE
    if movement.part not in _OWED:
        return Reason.BASE
    if movement.booked_by not in stated:
        known = codes.get(movement.booked_by)
        return Reason.UNASSIGNED if _has_no_box(known) else Reason.OUTSIDE
    places = stated[movement.booked_by]
    is_stated = any(movement.part in (place.part, place.stands_for) for place in places)
    return Reason.NONE if is_stated else Reason.OUTSIDE


@dataclass(frozen=True, slots=True)
class _BeyondRate:
    """Tax that a code was booked with beyond its base at the rate of its box."""

    account: str
    tax_code: str
    amount: Decimal
    reason: Reason


def _beyond_rate(
    form: Form, stated: Stated, movements: Sequence[Movement]
) -> Iterator[_BeyondRate]:
    """Compare base and tax of each code whose tax follows from its base."""
    rates = {box.number: box.rate for box in form.boxes}
    for code, places in stated.items():
        for place in places:
            rate = rates[place.box]
            mine = [m for m in movements if m.booked_by == code]
            if place.stands_for is None or rate is None or not mine:
                continue
            bases = [m for m in mine if m.part is TaxPart.BASE]
            taxes = [m for m in mine if m.part is place.stands_for]
            implied = cents(place.sign * sum((m.net for m in bases), ZERO) * rate / 100)
            beyond = -sum((m.net for m in taxes), ZERO) - implied
            if beyond:
                largest = max(taxes or bases, key=lambda m: abs(m.net))
                is_small = abs(beyond) <= CENT * sum(m.entries for m in bases)
                reason = Reason.ROUNDING if is_small else Reason.RATE
                yield _BeyondRate(largest.account, code[0], beyond, reason)


def _explain(found: defaultdict[_Key, list[Decimal]], beyond: _BeyondRate) -> None:
    """Move what is beyond the rate out of what agrees, into a line of its own reason."""
    agreeing = found[beyond.account, beyond.tax_code, Reason.NONE]
    agreeing[0] -= beyond.amount
    agreeing[1] -= beyond.amount
    found[beyond.account, beyond.tax_code, beyond.reason][0] += beyond.amount


def _by_account(item: tuple[_Key, list[Decimal]]) -> tuple[str, str, Reason]:
    (account, code, reason), _ = item
    return account, code or "", reason


def _unassigned(
    codes: Mapping[Version, CodePlaces], stated: Stated, movements: Iterable[Movement]
) -> Iterator[CodeSums]:
    missing = [
        (m.tax_code, m.part, m.net, m.entries)
        for m in movements
        if m.tax_code and m.booked_by not in stated and _has_no_box(codes.get(m.booked_by))
    ]
    return _by_code(missing)


def _late(movements: Iterable[Movement]) -> Iterator[CodeSums]:
    return _by_code(
        (m.tax_code, m.part, m.late, m.late_entries)
        for m in movements
        if m.tax_code and m.late_entries
    )


def _by_code(
    found: Iterable[tuple[str, TaxPart | None, Decimal, int]],
) -> Iterator[CodeSums]:
    bases: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    taxes: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    entries: defaultdict[str, int] = defaultdict(int)
    for code, part, net, count in found:
        (bases if part is TaxPart.BASE else taxes)[code] -= net
        entries[code] += count
    for code in sorted(entries):
        yield CodeSums(code, bases[code], taxes[code], entries[code])


def _zm(codes: Mapping[Version, CodePlaces], movements: Iterable[Movement]) -> dict[str, Decimal]:
    """Bases of supplies to other member states, by the kind that the statement asks for."""
    sums: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for movement in movements:
        known = codes.get(movement.booked_by)
        if known and known.zm_type and movement.part is TaxPart.BASE:
            sums[known.zm_type] -= movement.net
    return dict(sums)
