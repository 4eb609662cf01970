"""A discount on what was sold under a margin scheme (§ 24 UStG AT, § 25a UStG DE).

Such a sale stands in two parts: the margin with its code, and what was paid for the thing without
tax. What is taken off lowers the sale price and so the margin alone; what was paid for the thing
stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from domain.money import ZERO
from domain.payables.clearing import TaxShare
from domain.tax.code import TaxCode

_MARGIN, _PRICE = "margin", "not_taxable"


def margin_codes(shares: Sequence[TaxShare], codes: Mapping[str, TaxCode]) -> frozenset[str]:
    """Codes of margins among the shares of an invoice."""
    return frozenset(
        each.tax_code
        for each in shares
        if each.tax_code is not None and _kind(each, codes) == _MARGIN
    )


def with_margins(
    shares: Sequence[TaxShare],
    codes: Mapping[str, TaxCode],
    used: Mapping[str, Decimal] | None = None,
) -> Sequence[TaxShare]:
    """The shares of an invoice with the sale under a margin scheme as one of them.

    `used` is what earlier discounts have lowered of a margin, by its code. Nothing where margins of
    several codes share what was paid: whose it is nobody has said.
    """
    margins = [each for each in shares if _kind(each, codes) == _MARGIN]
    prices = [each for each in shares if _kind(each, codes) in (None, _PRICE)]
    if not margins:
        return shares
    if len({each.tax_code for each in margins}) > 1 and prices:
        return ()
    if not prices:
        return shares
    others = [each for each in shares if each not in margins and each not in prices]
    margin, code = _sum(margins), margins[0].tax_code
    left = margin - (used or {}).get(code or "", ZERO)
    sale = replace(margins[0], amount=margin + _sum(prices), taxed=max(left, ZERO))
    return [*others, sale]


def _sum(shares: Sequence[TaxShare]) -> Decimal:
    return sum((each.amount for each in shares), ZERO)


def _kind(share: TaxShare, codes: Mapping[str, TaxCode]) -> str | None:
    code = codes.get(share.tax_code or "")
    return code.kind if code is not None else None
