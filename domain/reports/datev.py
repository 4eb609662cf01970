"""Journal entries as records of a DATEV booking batch.

In key mode tax is folded: gross amount with a key, as the adviser's program expects it in
Germany. An intent that does not fold to the cent is written row by row, as everything is in
explicit mode (Austria): tax as rows of its own. Either way every account moves by what the
ledger says; `moved` reads the records back to prove it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from domain.formats.datev_extf import Foreign, Record
from domain.ledger.intent import Entry, Posting, Side, pair
from domain.money import ZERO, cents
from domain.tax.code import TaxCode, TaxPart

SWITCH_OFF = "40"
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Booked:
    """One journal entry with what its intent says; accounts of partners are in place already."""

    intent_id: UUID
    journal_number: int
    booking_date: date
    entry: Entry
    description: str
    reference: str
    is_reversal: bool = False
    due_date: date | None = None
    foreign: Foreign | None = None
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """How a tenant exports: keys or rows, the tax codes, accounts that compute tax themselves."""

    with_keys: bool
    tax_codes: Mapping[str, TaxCode]
    automatic: Mapping[str, str | None]


def records(entries: Iterable[Booked], rules: Rules) -> Iterator[Record]:
    """Records of all entries; the entries of one intent stand together."""
    for _, group in groupby(entries, key=lambda booked: booked.intent_id):
        booked = list(group)
        folded = _folded(booked, rules) if rules.with_keys else None
        yield from folded if folded is not None else _explicit(booked, rules)


def moved(found: Iterable[Record], rules: Rules) -> dict[str, Decimal]:
    """Debit minus credit of each account, as the adviser's program will post the records."""
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    keys = {code.datev_bu_key: code for code in rules.tax_codes.values() if code.datev_bu_key}
    for record in found:
        sign = 1 if record.is_debit != record.general_reversal else -1
        code = _code_of(record, rules, keys)
        tax = _tax_in(record.amount, code) if code else ZERO
        balances[record.contra_account] -= sign * record.amount
        if code is None or code.rate is None:
            balances[record.account] += sign * record.amount
        elif code.is_self_assessed:
            owed = cents(record.amount * code.rate / _HUNDRED)
            balances[record.account] += sign * record.amount
            balances[code.vat_account or record.account] += sign * owed
            balances[code.self_assess_account or record.account] -= sign * owed
        else:
            balances[record.account] += sign * (record.amount - tax)
            balances[code.vat_account or record.account] += sign * tax
    return {account: value for account, value in balances.items() if value}


def _explicit(booked: list[Booked], rules: Rules) -> Iterator[Record]:
    """One record for each journal entry, tax included; automatic accounts are switched off."""
    for one in booked:
        accounts = (one.entry.debit.account, one.entry.credit.account)
        off = rules.with_keys and any(account in rules.automatic for account in accounts)
        yield _record(one, one.entry, SWITCH_OFF if off else "")


def _folded(booked: list[Booked], rules: Rules) -> list[Record] | None:
    """Records with keys, or None where the intent does not fold to the cent."""
    first = booked[0]
    if first.foreign is not None:
        return None
    gross = _gross(booked, rules)
    if gross is None:
        return None
    found = []
    for entry in pair(gross):
        record = _keyed(first, entry, rules)
        if record is None:
            return None
        found.append(record)
    return found if moved(found, rules) == _ledger(booked) else None


def _gross(booked: list[Booked], rules: Rules) -> list[Posting] | None:
    """Postings of an intent with the tax put back into its base."""
    postings: dict[tuple[str, Side, str | None, TaxPart | None], Decimal] = {}
    for one in booked:
        for posting in (one.entry.debit, one.entry.credit):
            key = (posting.account, posting.side, posting.tax_code, posting.tax_part)
            postings[key] = postings.get(key, ZERO) + one.entry.amount
    gross = []
    for (account, side, code, part), amount in postings.items():
        if part in {TaxPart.TAX, TaxPart.SELF}:
            continue
        known = rules.tax_codes.get(code or "")
        if code is not None and not _has_key(known, account, rules):
            return None
        total = amount
        if known is not None and known.rate and known.vat_account and not known.is_self_assessed:
            total += cents(amount * known.rate / _HUNDRED)
        gross.append(Posting(account, side, total, code, part))
    debit = sum((posting.signed for posting in gross), ZERO)
    sides = {posting.side for posting in gross}
    return gross if not debit and len(sides) == len(Side) else None


def _has_key(code: TaxCode | None, account: str, rules: Rules) -> bool:
    """Whether DATEV computes this code's tax: by its key, or because the account does."""
    if code is None:
        return False
    if account in rules.automatic:
        return rules.automatic[account] == code.code
    return code.datev_bu_key is not None


def _keyed(first: Booked, entry: Entry, rules: Rules) -> Record | None:
    """A record seen from the side that carries the tax code."""
    sides = (entry.debit, entry.credit)
    coded = [posting for posting in sides if posting.tax_code]
    if len(coded) > 1:
        return None
    plain = [posting for posting in sides if not posting.tax_code]
    if any(posting.account in rules.automatic for posting in plain):
        return _record(first, entry, SWITCH_OFF) if not coded else None
    if not coded:
        return _record(first, entry, "")
    known = rules.tax_codes[coded[0].tax_code or ""]
    by_account = coded[0].account in rules.automatic
    key = "" if by_account else known.datev_bu_key or ""
    return _record(first, entry, key, seen_from=coded[0].side)


def _record(booked: Booked, entry: Entry, key: str, *, seen_from: Side = Side.DEBIT) -> Record:
    """A record; a reversal keeps the sides of what it reverses and bears the reversal flag."""
    own, other = entry.debit, entry.credit
    if seen_from is Side.CREDIT:
        own, other = other, own
    return Record(
        amount=entry.amount,
        is_debit=(own.side is Side.DEBIT) != booked.is_reversal,
        account=own.account,
        contra_account=other.account,
        booking_date=booked.booking_date,
        reference=booked.reference,
        description=booked.description,
        journal_id=str(booked.journal_number),
        tax_key=key,
        due_date=booked.due_date,
        locked=booked.locked,
        general_reversal=booked.is_reversal,
        foreign=booked.foreign,
    )


def _ledger(booked: Iterable[Booked]) -> dict[str, Decimal]:
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in booked:
        balances[one.entry.debit.account] += one.entry.amount
        balances[one.entry.credit.account] -= one.entry.amount
    return {account: value for account, value in balances.items() if value}


def _code_of(record: Record, rules: Rules, keys: Mapping[str, TaxCode]) -> TaxCode | None:
    """Tax code that the adviser's program applies to a record."""
    if record.tax_key == SWITCH_OFF:
        return None
    if record.tax_key:
        return keys.get(record.tax_key)
    automatic = rules.automatic.get(record.account) if rules.with_keys else None
    return rules.tax_codes.get(automatic or "")


def _tax_in(gross: Decimal, code: TaxCode) -> Decimal:
    """Tax that DATEV computes from a gross amount, rounded half up."""
    if code.rate is None or code.vat_account is None or code.is_self_assessed:
        return ZERO
    return cents(gross * code.rate / (_HUNDRED + code.rate))


def with_partner(entry: Entry, debit: str | None, credit: str | None) -> Entry:
    """The entry with collective accounts replaced by partner accounts, where there are any."""
    return replace(
        entry,
        debit=replace(entry.debit, account=debit or entry.debit.account),
        credit=replace(entry.credit, account=credit or entry.credit.account),
    )
