"""Tax folded into the gross: an amount with the key by which the adviser's program computes it.

What does not fold to the cent is refused, so that every account moves by what the ledger says.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from domain.formats.datev_extf import LARGEST, Record
from domain.money import ZERO, cents, exponent_of
from domain.reports.datev_record import (
    SWITCH_OFF,
    Booked,
    Leg,
    Pair,
    Rules,
    is_uncoded,
    plain,
    record,
    sides,
)
from domain.tax.code import TaxCode, TaxPart

_HUNDRED = Decimal(100)


class Unfoldable(Exception):
    """The intent has no form with keys in which every account moves as in the ledger."""


class _Keyless(Unfoldable):
    """A base has no key, so that no other order of its rows would help."""


def folded(booked: list[Booked], rules: Rules) -> list[Record]:
    """Records of an intent with keys: row by row, else put together anew; raises Unfoldable."""
    try:
        return list(_row_by_row(booked, rules))
    except _Keyless:
        raise
    except Unfoldable:
        return [record(pair, booked[0], rules) for pair in _anew(booked, rules)]


def _row_by_row(booked: list[Booked], rules: Rules) -> Iterator[Record]:
    """Each base with the tax in the row after it, where both have the same contra account."""
    rows = zip(booked, [*booked[1:], None], strict=True)
    for one, after in rows:
        if is_uncoded(one):
            yield plain(one, booked[0], rules)
            continue
        base, other, code = _base_and_other(one, rules)
        has_tax = after and _computes(base) and _is_tax_row(after, base, other, code)
        tax = after if has_tax else None
        if tax is not None:
            next(rows)
        yield record(_gross_pair(base, other, one, tax, code), booked[0], rules)


def _base_and_other(one: Booked, rules: Rules) -> tuple[Leg, Leg, TaxCode]:
    """The side that bears a code, with its key, and the one that must bear none."""
    debit, credit = sides(one)
    base, other = (debit, credit) if debit.code else (credit, debit)
    code = rules.tax_codes.get(base.code or "")
    if code is None or code.is_self_assessed:
        raise Unfoldable
    if other.code or other.account in rules.automatic:
        raise Unfoldable
    return _with_key(base, rules), other, code


def _is_tax_row(row: Booked, base: Leg, other: Leg, code: TaxCode) -> bool:
    """Whether a row has the tax of a base, on the same side and against the same account."""
    debit = (row.debit_account, row.debit_code, row.debit_part, row.debit_partner)
    credit = (row.credit_account, row.credit_code, row.credit_part, row.credit_partner)
    tax, against = (debit, credit) if base.is_debit else (credit, debit)
    return tax[:3] == (code.vat_account, base.code, TaxPart.TAX) and against == other.identity


def _gross_pair(base: Leg, other: Leg, one: Booked, tax: Booked | None, code: TaxCode) -> Pair:
    """The base with its tax as one record, if the key computes just this tax again."""
    booked_tax = tax.amount if tax else ZERO
    amount = one.amount + booked_tax
    if amount > LARGEST or (_computes(base) and _tax(amount, code) != booked_tax):
        raise Unfoldable
    fx_amount = one.fx_amount
    if tax is not None and fx_amount is not None:
        fx_amount += tax.fx_amount or ZERO
    return Pair(base, other, amount, base.key or "", fx_amount)


def _anew(booked: list[Booked], rules: Rules) -> list[Pair]:
    """Gross legs of the whole intent, paired in their order, else with but one key in each pair."""
    debits, credits_ = _without_tax(*_legs(booked), rules)
    try:
        pairs = [_keyed(*pair) for pair in _paired(debits, credits_)]
    except Unfoldable:
        pairs = [_keyed(*pair) for pair in _paired(*_through_one(debits, credits_))]
    _check_rounding(pairs, rules)
    if len(pairs) > len(booked):  # a batch is planned by its entries
        raise Unfoldable
    return _with_shares(pairs, booked) if booked[0].currency else pairs


def _legs(booked: list[Booked]) -> tuple[list[Leg], list[Leg]]:
    """Postings of an intent, put together again from the pairs they were split into."""
    debits: list[Leg] = []
    credits_: list[Leg] = []
    for one in booked:
        for leg, legs in zip(sides(one), (debits, credits_), strict=True):
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
        raise Unfoldable
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


def _no_key(leg: Leg) -> Unfoldable:
    return _Keyless() if leg.part == TaxPart.BASE else Unfoldable()


def _computes(leg: Leg) -> bool:
    """Whether the adviser's program computes a tax on this leg."""
    return leg.key is not None and leg.key != SWITCH_OFF


def _paired(debits: list[Leg], credits_: list[Leg]) -> Iterator[tuple[Leg, Leg, Decimal]]:
    """Debits against credits in their order, by the smaller amount that is left."""
    left = [leg.amount for leg in debits], [leg.amount for leg in credits_]
    if sum(left[0]) != sum(left[1]) or max(map(max, left)) > LARGEST:
        raise Unfoldable
    d = c = 0
    while d < len(debits):
        step = min(left[0][d], left[1][c])
        yield debits[d], credits_[c], step
        left[0][d] -= step
        left[1][c] -= step
        d, c = d + (not left[0][d]), c + (not left[1][c])


def _through_one(debits: list[Leg], credits_: list[Leg]) -> tuple[list[Leg], list[Leg]]:
    """The legs in an order in which none with a key meets another one with a key.

    Where keys stand on both sides, as in a final invoice with its prepayments, what one side has
    too much goes through a leg without a key: it moves by the same in the end.
    """
    own_debits, own_credits = _owned(debits), _owned(credits_)
    plain_debits = [leg for leg in debits if leg not in own_debits]
    plain_credits = [leg for leg in credits_ if leg not in own_credits]
    extra = _sum(own_credits) - _sum(plain_debits)
    if extra > ZERO:
        if not plain_debits and not plain_credits:
            raise Unfoldable
        plain = max(plain_debits + plain_credits, key=lambda leg: (bool(leg.partner), leg.amount))
        plain_debits = _raised(plain_debits, plain, extra, is_debit=True)
        plain_credits = _raised(plain_credits, plain, extra, is_debit=False)
    return own_debits + plain_debits, plain_credits + own_credits


def _owned(legs: list[Leg]) -> list[Leg]:
    return [leg for leg in legs if leg.key is not None]


def _sum(legs: list[Leg]) -> Decimal:
    return sum((leg.amount for leg in legs), ZERO)


def _raised(legs: list[Leg], one: Leg, extra: Decimal, *, is_debit: bool) -> list[Leg]:
    """The legs of one side with so much more on the account of a leg."""
    if one in legs:
        return [leg._replace(amount=leg.amount + extra) if leg == one else leg for leg in legs]
    return [*legs, one._replace(amount=extra, is_debit=is_debit)]


def _keyed(debit: Leg, credit: Leg, amount: Decimal) -> Pair:
    """A record seen from the side on which tax is computed; there is but one key."""
    if debit.identity == credit.identity:
        raise Unfoldable
    computing = [leg for leg in (debit, credit) if _computes(leg)]
    off = SWITCH_OFF in (debit.key, credit.key)
    if len(computing) + off > 1:
        raise Unfoldable
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
        raise Unfoldable


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
