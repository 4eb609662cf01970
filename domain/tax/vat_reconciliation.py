"""How the VAT accounts agree with the return: by account, by code, and why not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.money import CENT, ZERO, cents
from domain.tax.code import TaxPart
from domain.tax.vat_form import Form, Place
from domain.tax.vat_movement import OWED, CodePlaces, Movement, Stated, Version, has_no_box


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


_Key = tuple[str, str | None, Reason]

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


def agreements(
    form: Form,
    codes: Mapping[Version, CodePlaces],
    stated: Stated,
    movements: Sequence[Movement],
) -> Iterator[Agreement]:
    """What each VAT account moved, by code and by why the return differs from it."""
    found: defaultdict[_Key, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for movement in movements:
        if movement.on_vat_account or movement.part in OWED:
            reason = _reason(codes, stated, movement)
            sums = found[movement.account, movement.tax_code, reason]
            sums[0] -= movement.net
            sums[1] -= movement.net if reason is Reason.NONE else ZERO
    for beyond in _beyond_rate(form, codes, stated, movements):
        _explain(found, beyond)
    for (account, code, reason), (ledger, reported) in sorted(found.items(), key=_by_account):
        yield Agreement(account, code, ledger, reported, reason)


def _reason(codes: Mapping[Version, CodePlaces], stated: Stated, movement: Movement) -> Reason:
    if movement.tax_code is None:
        return Reason.TRANSFER if movement.is_transfer else Reason.NO_TAX_CODE
    if movement.part not in OWED:
        return Reason.BASE
    if movement.booked_by not in stated:
        known = codes.get(movement.booked_by)
        return Reason.UNASSIGNED if has_no_box(known) else Reason.OUTSIDE
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
    form: Form,
    codes: Mapping[Version, CodePlaces],
    stated: Stated,
    movements: Sequence[Movement],
) -> Iterator[_BeyondRate]:
    """Compare base and tax of each code whose tax follows from its base."""
    booked: defaultdict[Version, list[Movement]] = defaultdict(list)
    for movement in movements:
        booked[movement.booked_by].append(movement)
    for code, places in stated.items():
        for place, rate in _computed(form, places):
            beyond = _tax_beyond(place, rate, booked[code])
            if beyond:
                account = _account_of(place, booked[code], codes[code])
                yield _BeyondRate(account, code[0], beyond, _why(beyond, booked[code]))


def _computed(form: Form, places: Iterable[Place]) -> Iterator[tuple[Place, Decimal]]:
    """Places of a code whose box computes the tax from the base, each with its rate."""
    rates = {box.number: box.rate for box in form.boxes}
    for place in places:
        rate = rates[place.box]
        if place.stands_for is not None and rate is not None:
            yield place, rate


def _tax_beyond(place: Place, rate: Decimal, booked: Iterable[Movement]) -> Decimal:
    """Tax as it was booked less the tax that the box computes; what is owed is positive."""
    nets = {TaxPart.BASE: ZERO, place.stands_for: ZERO}
    for movement in booked:
        if movement.part in nets:
            nets[movement.part] += movement.net
    return -nets[place.stands_for] - cents(place.sign * nets[TaxPart.BASE] * rate / 100)


def _account_of(place: Place, booked: Sequence[Movement], code: CodePlaces) -> str:
    """The account that most of the tax was booked on or, where there is none, would have been."""
    taxes = [each for each in booked if each.part is place.stands_for]
    if taxes:
        return max(taxes, key=lambda each: abs(each.net)).account
    expected = code.accounts.get(place.stands_for) if place.stands_for else None
    return expected or next(each.account for each in booked if each.part is TaxPart.BASE)


def _why(beyond: Decimal, booked: Iterable[Movement]) -> Reason:
    """A cent for each entry is rounding; more is another rate."""
    entries = sum(each.entries for each in booked if each.part is TaxPart.BASE)
    return Reason.ROUNDING if abs(beyond) <= CENT * entries else Reason.RATE


def _explain(found: defaultdict[_Key, list[Decimal]], beyond: _BeyondRate) -> None:
    """Move what is beyond the rate out of what agrees, into a line of its own reason."""
    agreeing = found[beyond.account, beyond.tax_code, Reason.NONE]
    agreeing[0] -= beyond.amount
    agreeing[1] -= beyond.amount
    found[beyond.account, beyond.tax_code, beyond.reason][0] += beyond.amount


def _by_account(item: tuple[_Key, list[Decimal]]) -> tuple[str, str, Reason]:
    (account, code, reason), _ = item
    return account, code or "", reason
