"""Journal entries as records of a DATEV booking batch.

In key mode tax is folded: gross amount with a key, as the adviser's program expects it in
Germany. An intent that does not fold to the cent is written row by row, as everything is in
explicit mode (Austria): tax as rows of its own. Either way every account moves by what the
ledger says.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.formats.countries import vat_id_in_union
from domain.formats.datev_extf import (
    ACCOUNT_LENGTHS,
    LARGEST,
    DatevRefused,
    Foreign,
    Record,
    account_number,
)
from domain.money import ZERO, cents, exponent_of
from domain.tax.code import TaxCode, TaxPart

SWITCH_OFF = "40"
"""The key that keeps an automatic account from computing tax."""

DEBIT, CREDIT = True, False
_PARTNERS = range(10_000, 100_000)
_HUNDRED = Decimal(100)
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
class Partner:
    """A customer or vendor: its account, the collective account it stands behind, its VAT id."""

    number: int
    collective: str
    vat_id: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Account numbers as the adviser has them: ledger accounts, and those of partners.

    `collective` names, for each account that partners stand behind, the partner account of
    entries that name no partner; without one they stay on the collective account. `ledger`
    holds all other accounts as they are written.
    """

    length: int
    ledger: Mapping[str, str]
    collective: Mapping[str, int | None]
    partners: Mapping[UUID, Partner]

    @classmethod
    def of(
        cls,
        accounts: Iterable[str],
        collective: Mapping[str, int | None],
        partners: Mapping[UUID, Partner],
    ) -> "Numbers":
        """Numbers of a chart, as long as its longest; refuses what the format cannot tell apart."""
        listed = list(accounts)
        length = max(ACCOUNT_LENGTHS[0], *(len(number) for number in listed))
        written = {number: account_number(number, length) for number in listed}
        if len(set(written.values())) < len(written):
            raise DatevRefused("Two accounts have the same number when written with equal length.")
        if any(partner.number not in _PARTNERS for partner in partners.values()):
            raise DatevRefused("A partner's account number has more digits than DATEV knows.")
        ledger = {number: to for number, to in written.items() if number not in collective}
        return cls(length, ledger, collective, partners)

    def partner(self, number: int) -> str:
        """A partner's account: always one digit longer than those of the ledger."""
        return str(number).ljust(self.length + 1, "0")

    def of_collective(self, account: str, partner_id: UUID | None = None) -> str:
        """What stands for a collective account: the partner, or whoever stands for no partner.

        A vendor among the claims is none of their partners: its account counts with the debts.
        """
        partner = self.partner_on(account, partner_id)
        number = partner.number if partner else self.collective[account]
        return self.partner(number) if number is not None else self.written(account)

    def partner_on(self, account: str, partner_id: UUID | None) -> Partner | None:
        """The partner, if it stands behind this collective account."""
        partner = self.partners.get(partner_id) if partner_id else None
        return partner if partner and partner.collective == account else None

    def written(self, account: str) -> str:
        """A ledger account as the format has it."""
        return account_number(account, self.length)


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


def records(entries: Iterable[Booked | str], rules: Rules) -> Iterator[Sequence[Record | str]]:
    """The records of one intent after the other, never more than it has entries.

    The entries of one intent come one after the other, too; a text is a line of its own.
    """
    booked: list[Booked] = []
    for entry in entries:
        if isinstance(entry, str):
            if booked:
                yield _exported(booked, rules)
                booked = []
            yield [entry]
            continue
        if entry.head is not None and booked:
            yield _exported(booked, rules)
            booked = []
        booked.append(entry)
    if booked:
        yield _exported(booked, rules)


def _exported(booked: list[Booked], rules: Rules) -> list[Record]:
    first = booked[0]
    if len(booked) == 1 and _is_uncoded(first):
        return [_plain(first, first, rules)]
    if not rules.with_keys:
        return [_plain(one, first, rules) for one in booked]
    try:
        return list(_row_by_row(booked, rules))
    except _Keyless:
        return [_plain(one, first, rules) for one in booked]
    except _Unfoldable:
        pass
    try:
        pairs = _anew(booked, rules)
    except _Unfoldable:
        return [_plain(one, first, rules) for one in booked]
    return [_record(pair, first, rules) for pair in pairs]


def _is_uncoded(one: Booked) -> bool:
    return one.debit_code is None and one.credit_code is None


def _plain(one: Booked, first: Booked, rules: Rules) -> Record:
    """One record for one journal entry; automatic accounts are switched off."""
    debit, credit = one.debit_account, one.credit_account
    off = rules.with_keys and (debit in rules.automatic or credit in rules.automatic)
    if one.debit_partner is not None or one.credit_partner is not None or one.fx_amount is not None:
        pair = Pair(*_sides(one), one.amount, SWITCH_OFF if off else "", one.fx_amount)
        return _record(pair, first, rules)
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


def _record(pair: Pair, first: Booked, rules: Rules) -> Record:
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


def _sides(one: Booked) -> tuple[Leg, Leg]:
    amount = one.amount
    return (
        Leg(one.debit_account, DEBIT, amount, one.debit_code, one.debit_part, one.debit_partner),
        Leg(
            one.credit_account, CREDIT, amount, one.credit_code, one.credit_part, one.credit_partner
        ),
    )


class _Unfoldable(Exception):
    """The intent has no form with keys in which every account moves as in the ledger."""


class _Keyless(_Unfoldable):
    """A base has no key, so that no other order of its rows would help."""


def _row_by_row(booked: list[Booked], rules: Rules) -> Iterator[Record]:
    """Each base with the tax in the row after it, where both have the same contra account."""
    rows = zip(booked, [*booked[1:], None], strict=True)
    for one, after in rows:
        if _is_uncoded(one):
            yield _plain(one, booked[0], rules)
            continue
        debit, credit = _sides(one)
        base, other = (debit, credit) if debit.code else (credit, debit)
        code = rules.tax_codes.get(base.code or "")
        if code is None or code.is_self_assessed:
            raise _Unfoldable
        if other.code or other.account in rules.automatic:
            raise _Unfoldable
        keyed = _with_key(base, rules)
        tax = (
            after if after and _computes(keyed) and _is_tax_row(after, keyed, other, code) else None
        )
        if tax is not None:
            next(rows)
        yield _record(_gross_pair(keyed, other, one, tax, code), booked[0], rules)


def _is_tax_row(row: Booked, base: Leg, other: Leg, code: TaxCode) -> bool:
    """Whether a row has the tax of a base, on the same side and against the same account."""
    debit = (row.debit_account, row.debit_code, row.debit_part, row.debit_partner)
    credit = (row.credit_account, row.credit_code, row.credit_part, row.credit_partner)
    tax, against = (debit, credit) if base.is_debit else (credit, debit)
    return tax[:3] == (code.vat_account, base.code, TaxPart.TAX) and against == other.identity


def _gross_pair(base: Leg, other: Leg, one: Booked, tax: Booked | None, code: TaxCode) -> Pair:
    booked_tax = tax.amount if tax else ZERO
    amount = one.amount + booked_tax
    if amount > LARGEST or (_computes(base) and _tax(amount, code) != booked_tax):
        raise _Unfoldable
    fx_amount = one.fx_amount
    if tax is not None and fx_amount is not None:
        fx_amount += tax.fx_amount or ZERO
    return Pair(base, other, amount, base.key or "", fx_amount)


def _anew(booked: list[Booked], rules: Rules) -> list[Pair]:
    """Gross legs of the whole intent, paired in their order."""
    debits, credits_ = _without_tax(*_legs(booked), rules)
    pairs = [_keyed(*pair) for pair in _paired(debits, credits_)]
    _check_rounding(pairs, rules)
    if len(pairs) > len(booked):  # a batch is planned by its entries
        raise _Unfoldable
    return _with_shares(pairs, booked) if booked[0].currency else pairs


def _legs(booked: list[Booked]) -> tuple[list[Leg], list[Leg]]:
    """Postings of an intent, put together again from the pairs they were split into."""
    debits: list[Leg] = []
    credits_: list[Leg] = []
    for one in booked:
        for leg, legs in zip(_sides(one), (debits, credits_), strict=True):
            if legs and legs[-1].identity == leg.identity:
                legs[-1] = legs[-1]._replace(amount=legs[-1].amount + leg.amount)
            else:
                legs.append(leg)
    return debits, credits_


def _without_tax(
    debits: list[Leg], credits_: list[Leg], rules: Rules
) -> tuple[list[Leg], list[Leg]]:
    """The legs with tax put back into its base; what is self-assessed must add up to nothing."""
    owed: defaultdict[str | None, Decimal] = defaultdict(Decimal)
    gross = [list(_gross(legs, rules, owed)) for legs in (debits, credits_)]
    if any(owed.values()) or not all(gross):
        raise _Unfoldable
    return gross[0], gross[1]


def _gross(legs: list[Leg], rules: Rules, owed: defaultdict[str | None, Decimal]) -> Iterator[Leg]:
    """Legs of one side: a base waits for the tax that follows it."""
    base: Leg | None = None
    for leg in legs:
        if leg.part == TaxPart.SELF:
            owed[leg.code] -= leg.amount
        elif base is not None and _is_tax_of(base, leg, rules.tax_codes[base.code or ""]):
            self_assessed = rules.tax_codes[base.code or ""].is_self_assessed
            owed[base.code] += leg.amount if self_assessed else ZERO
            total = base.amount if self_assessed else base.amount + leg.amount
            yield base._replace(amount=total, tax=leg.amount)
            base = None
        else:
            if base is not None:
                yield base
            keyed = _with_key(leg, rules)
            base = keyed if _computes(keyed) else None
            if base is None:
                yield keyed
    if base is not None:
        yield base


def _is_tax_of(base: Leg, leg: Leg, code: TaxCode) -> bool:
    """Whether a leg is the tax of the base before it; what cannot be deducted is a cost."""
    if leg.part == TaxPart.TAX:
        return leg.code == base.code and leg.account == code.vat_account
    if leg.code is not None or leg.account != base.account or code.vat_account is not None:
        return False
    return code.is_self_assessed and leg.amount == _tax(base.amount, code)


def _with_key(leg: Leg, rules: Rules) -> Leg:
    """The leg with the key that computes its tax: none on accounts that do it themselves."""
    code = rules.tax_codes.get(leg.code) if leg.code else None
    if leg.code and code is None:
        raise _no_key(leg)
    if leg.account in rules.automatic:
        if code is None:
            return leg._replace(key=SWITCH_OFF)
        if rules.automatic[leg.account] != code.code:
            raise _no_key(leg)
        return Leg(*leg[:-1], "")
    if code is None or code.rate is None:
        return leg
    if code.datev_bu_key is None and code.rate and code.accounts:
        raise _no_key(leg)
    return Leg(*leg[:-1], code.datev_bu_key)


def _no_key(leg: Leg) -> _Unfoldable:
    return _Keyless() if leg.part == TaxPart.BASE else _Unfoldable()


def _computes(leg: Leg) -> bool:
    """Whether the adviser's program computes a tax on this leg."""
    return leg.key is not None and leg.key != SWITCH_OFF


def _paired(debits: list[Leg], credits_: list[Leg]) -> Iterator[tuple[Leg, Leg, Decimal]]:
    """Debits against credits in their order, by the smaller amount that is left."""
    left = [leg.amount for leg in debits], [leg.amount for leg in credits_]
    if sum(left[0]) != sum(left[1]) or max(map(max, left)) > LARGEST:
        raise _Unfoldable
    d = c = 0
    while d < len(debits):
        step = min(left[0][d], left[1][c])
        yield debits[d], credits_[c], step
        left[0][d] -= step
        left[1][c] -= step
        d, c = d + (not left[0][d]), c + (not left[1][c])


def _keyed(debit: Leg, credit: Leg, amount: Decimal) -> Pair:
    """A record seen from the side on which tax is computed; there is but one key."""
    computing = [leg for leg in (debit, credit) if _computes(leg)]
    off = SWITCH_OFF in (debit.key, credit.key)
    if len(computing) + off > 1:
        raise _Unfoldable
    if not computing:
        return Pair(debit, credit, amount, SWITCH_OFF if off else "")
    own = computing[0]
    return Pair(own, credit if own is debit else debit, amount, own.key or "")


def _check_rounding(pairs: list[Pair], rules: Rules) -> None:
    """The tax that is computed again from each record is the tax that was booked."""
    found: defaultdict[int, Decimal] = defaultdict(Decimal)
    legs = {id(pair.own): pair.own for pair in pairs if _computes(pair.own)}
    for pair in pairs:
        if id(pair.own) in legs:
            code = rules.tax_codes[pair.own.code or ""]
            found[id(pair.own)] += _tax(pair.amount, code)
    if any(found[each] != leg.tax for each, leg in legs.items()):
        raise _Unfoldable


def _tax(amount: Decimal, code: TaxCode) -> Decimal:
    """Tax as the adviser's program computes it: out of the gross, or on top where it is owed."""
    if not code.rate or not code.accounts:
        return ZERO
    whole = _HUNDRED if code.is_self_assessed else _HUNDRED + code.rate
    return cents(amount * code.rate / whole)


def _with_shares(pairs: list[Pair], booked: list[Booked]) -> list[Pair]:
    """Give each record its share of the foreign amount; the last takes the rounding rest."""
    rest = sum((one.fx_amount or ZERO for one in booked), ZERO)
    whole, total = rest, sum((pair.amount for pair in pairs), ZERO)
    unit = Decimal(1).scaleb(-min(exponent_of(booked[0].currency or ""), 2))
    shared = []
    for pair in pairs[:-1]:
        share = (whole * pair.amount / total).quantize(unit)
        shared.append(pair._replace(fx_amount=share))
        rest -= share
    return [*shared, pairs[-1]._replace(fx_amount=rest)]
