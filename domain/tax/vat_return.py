"""The VAT return (UVA, UStVA): its boxes, its result, and what does not agree with it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from domain.money import CENT, ZERO, cents
from domain.tax.code import TaxPart
from domain.tax.vat_form import Box, Content, Form, Place
from domain.tax.vat_movement import (
    OWED,
    CodePlaces,
    CodeSums,
    Movement,
    Stated,
    Version,
    by_code,
    has_no_box,
    stated_places,
)
from domain.tax.vat_reconciliation import EXPLAINED, Agreement, Reason, agreements

_EURO = Decimal(1)


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


@dataclass(frozen=True, slots=True)
class VatReturn:
    """The boxes in the order of the form, and the reconciliation with the VAT accounts.

    `unassigned` are codes with postings that no box of the form takes; `late` is what the
    return states of supplies, and as input tax of documents, older than the range.
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
        """Whether each movement of each VAT account is explained, not only their sum.

        What was booked and taken back again needs no explanation.
        """
        lost = any(code.base or code.tax for code in self.unassigned)
        return not lost and all(a.reason in EXPLAINED or not a.difference for a in self.agreements)

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
        tuple(agreements(form, codes, stated, movements)),
        tuple(_unassigned(codes, stated, movements)),
        tuple(_late(movements)),
        _zm(codes, movements),
    )


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
    booked[form.result] = _tax_booked(form, stated, movements)
    for box in form.boxes:
        number, amount = box.number, amounts[box.number]
        yield BoxAmount(box, amount, booked[number], _tax(box, amount), entries[number])


def _tax_booked(form: Form, stated: Stated, movements: Iterable[Movement]) -> Decimal:
    """What was booked of the tax that makes up the result."""
    effects = {box.number: box.effect for box in form.boxes}
    counted = {
        (code, place.stands_for or place.part)
        for code, places in stated.items()
        for place in places
        if effects[place.box]
    }
    found = (m.net for m in movements if m.part in OWED and (m.booked_by, m.part) in counted)
    return -sum(found, ZERO)


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
    """Show nothing in a box below zero: totals go without it, its tax goes to a correction.

    A total below zero lowers the other total of the same supplies, 000 and 001: both together
    are the sum of the boxes behind them.
    """
    amount = shown[box.number]
    correction = form.input_correction if box.effect < 0 else form.other_correction
    if correction:
        shown[correction] += box.effect * _tax(box, amount)
    for (number, total), part in within.items():
        if number == box.number:
            shown[total] -= part
    for other in _beside(box.number, within):
        shown[other] += amount
    shown[box.number] = ZERO


def _beside(total: str, within: Mapping[tuple[str, str], Decimal]) -> list[str]:
    """The total that shares boxes with a total, if there is one."""
    shared = {number for number, each in within if each == total}
    others = {each for number, each in within if number in shared and each != total}
    return sorted(others)[:1]


def _truncated(base: Decimal) -> Decimal:
    return base.quantize(_EURO, ROUND_DOWN).quantize(CENT) + 0


def _tax(box: Box, amount: Decimal) -> Decimal:
    """Tax of a box: what is in it, or what follows from the base in it.

    The result and bases without a rate have none.
    """
    if box.content is Content.TAX:
        return amount
    return cents(amount * box.rate / 100) if box.rate is not None else ZERO


def _unassigned(
    codes: Mapping[Version, CodePlaces], stated: Stated, movements: Iterable[Movement]
) -> Iterator[CodeSums]:
    missing = [
        (m.tax_code, m.part, m.net, m.entries)
        for m in movements
        if m.tax_code and m.booked_by not in stated and has_no_box(codes.get(m.booked_by))
    ]
    return by_code(missing)


def _late(movements: Iterable[Movement]) -> Iterator[CodeSums]:
    return by_code(
        (m.tax_code, m.part, m.late, m.late_entries)
        for m in movements
        if m.tax_code and m.late_entries
    )


def _zm(codes: Mapping[Version, CodePlaces], movements: Iterable[Movement]) -> dict[str, Decimal]:
    """Bases of supplies to other member states, by the kind that the statement asks for."""
    sums: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for movement in movements:
        known = codes.get(movement.booked_by)
        if known and known.zm_type and movement.part is TaxPart.BASE:
            sums[known.zm_type] -= movement.net
    return dict(sums)
