"""One record of a DATEV booking batch: two accounts, an amount, and what stands beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.formats.countries import vat_id_in_union
from domain.formats.datev_extf import Foreign, Record
from domain.money import ZERO
from domain.reports.datev_numbers import Numbers
from domain.tax.code import TaxCode

SWITCH_OFF = "40"
"""The key that keeps an automatic account from computing tax."""

_ABROAD = frozenset(
    {"intra_community_supply", "intra_community_acquisition", "reverse_charge", "triangular"}
)


class Booked(NamedTuple):
    """One journal entry; the first of an intent also has what its records share, as written.

    `is_general_reversal` is false for what reverses a reversal: it says again what was said
    first.
    """

    head: str | None
    tail: str | None
    is_general_reversal: bool
    currency: str | None
    rate: Decimal | None
    debit_account: str
    credit_account: str
    amount: Decimal
    debit_code: str | None = None
    debit_part: str | None = None
    credit_code: str | None = None
    credit_part: str | None = None
    debit_partner: UUID | None = None
    credit_partner: UUID | None = None
    fx_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How a tenant exports: keys or rows, tax codes, accounts that compute tax themselves."""

    with_keys: bool
    country: str
    tax_codes: Mapping[str, TaxCode]
    automatic: Mapping[str, str | None]
    numbers: Numbers

    def plain_accounts(self) -> Iterator[tuple[str, str, bool]]:
        """Each account as entries without tax and partner have it: number, and whether key 40."""
        for account, written in self.numbers.ledger.items():
            yield account, written, self.with_keys and account in self.automatic
        for account in self.numbers.collective:
            yield account, self.numbers.of_collective(account), False


class Leg(NamedTuple):
    """One side of an intent: an account, what it moves by, and the tax that is in it."""

    account: str
    is_debit: bool
    amount: Decimal
    code: str | None = None
    part: str | None = None
    partner: UUID | None = None
    tax: Decimal = ZERO
    key: str | None = None

    @property
    def identity(self) -> tuple[object, ...]:
        """What pieces of one posting have in common."""
        return (self.account, self.code, self.part, self.partner)


class Pair(NamedTuple):
    """A record before it is written: seen from `own`, against `other`."""

    own: Leg
    other: Leg
    amount: Decimal
    key: str = ""
    fx_amount: Decimal | None = None


def is_uncoded(one: Booked) -> bool:
    """Whether an entry bears no tax code on either side."""
    return one.debit_code is None and one.credit_code is None


def sides(one: Booked) -> tuple[Leg, Leg]:
    """Debit and credit of an entry."""
    debit = (one.debit_account, True, one.amount)
    credit = (one.credit_account, False, one.amount)
    return (
        Leg(*debit, one.debit_code, one.debit_part, one.debit_partner),
        Leg(*credit, one.credit_code, one.credit_part, one.credit_partner),
    )


def plain(one: Booked, first: Booked, rules: Rules) -> Record:
    """One record for one journal entry; automatic accounts are switched off."""
    debit, credit = one.debit_account, one.credit_account
    off = rules.with_keys and (debit in rules.automatic or credit in rules.automatic)
    if one.debit_partner is not None or one.credit_partner is not None or one.fx_amount is not None:
        pair = Pair(*sides(one), one.amount, SWITCH_OFF if off else "", one.fx_amount)
        return record(pair, first, rules)
    numbers = rules.numbers
    return Record(
        first.head or "",
        first.tail or "",
        one.amount,
        not first.is_general_reversal,
        numbers.ledger.get(debit) or numbers.of_collective(debit),
        numbers.ledger.get(credit) or numbers.of_collective(credit),
        SWITCH_OFF if off else "",
    )


def record(pair: Pair, first: Booked, rules: Rules) -> Record:
    """A record; a general reversal keeps the side of what it reverses and bears the flag."""
    own, other, amount, key, fx_amount = pair
    numbers = rules.numbers
    foreign = None
    if fx_amount is not None and first.currency is not None:
        foreign = Foreign(first.currency, fx_amount, first.rate)
    return Record(
        first.head or "",
        first.tail or "",
        amount,
        own.is_debit != first.is_general_reversal,
        numbers.ledger.get(own.account) or numbers.of_collective(own.account, own.partner),
        numbers.ledger.get(other.account) or numbers.of_collective(other.account, other.partner),
        key,
        _vat_id(own, other, rules),
        foreign,
    )


def _vat_id(own: Leg, other: Leg, rules: Rules) -> str:
    """The VAT id of a partner in the Union on what crosses its borders, as statements need it."""
    code = rules.tax_codes.get(own.code or other.code or "")
    partner_id = own.partner or other.partner
    partner = rules.numbers.partners.get(partner_id) if partner_id else None
    if code is None or partner is None or code.kind not in _ABROAD:
        return ""
    country, number = vat_id_in_union(partner.vat_id)
    return "" if country == rules.country else country + number
