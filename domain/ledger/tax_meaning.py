"""What a tenant's own tax code means in the VAT return, which its accounts and rate do not say.

The wire has neither direction nor kind nor box. They follow from the accounts; the boxes are
those of the system code that a code stands for, `reports_as`.
"""

from dataclasses import dataclass, replace

from domain.errors import InvalidInput
from domain.ledger.account import AccountType
from domain.ledger.chart import Chart
from domain.tax.code import TaxCode, system_codes

_INPUT = frozenset({AccountType.ASSET, AccountType.EXPENSE})
# Where several system codes share accounts and rate, the ordinary case comes first.
_USUAL = ("domestic", "intra_community_acquisition", "reverse_charge")


@dataclass(frozen=True, slots=True)
class Meaning:
    """Direction and kind of a code; without `reports_as` it is in no box of the return."""

    direction: str
    kind: str
    deductible: bool
    reports_as: str | None = None


def meaning_of(code: TaxCode, vat_account_type: AccountType, chart: Chart) -> Meaning:
    """Derive what an own code means from its accounts and rate.

    A system code with the same accounts and rate says it all. Else the self-assessment account
    makes it a reverse charge, and the type of the VAT account says input or output; the boxes
    are those of the system code of that kind and rate, if there is one. Nothing is guessed at
    rate 0, where the reason for it decides.
    """
    plain = _plain(code, vat_account_type)
    if not code.rate:
        return plain
    known = [each for each in system_codes(chart) if each.rate == code.rate]
    twins = [each for each in known if _accounts(each) == _accounts(code)]
    alike = [each for each in known if _matches(each, plain)]
    found = min(twins or alike, key=_rank, default=None)
    return plain if found is None else _like(found)


def named_meaning(code: TaxCode, reports_as: str, chart: Chart) -> Meaning:
    """Take the meaning of the system code that somebody named."""
    found = next((each for each in system_codes(chart) if each.code == reports_as.upper()), None)
    if found is None:
        raise InvalidInput("/reports_as", "is no system code of the chart")
    if found.is_self_assessed != code.is_self_assessed:
        raise InvalidInput("/reports_as", "differs in who owes the tax")
    if found.rate is not None and found.rate != code.rate:
        raise InvalidInput("/reports_as", f"has the rate {found.rate:f}")
    return _like(found)


def with_meaning(code: TaxCode, meaning: Meaning) -> TaxCode:
    """The code with what it means."""
    return replace(
        code,
        direction=meaning.direction,
        kind=meaning.kind,
        deductible=meaning.deductible,
        reports_as=meaning.reports_as,
    )


def _plain(code: TaxCode, vat_account_type: AccountType) -> Meaning:
    deductible = vat_account_type is not AccountType.EXPENSE
    if code.is_self_assessed:
        return Meaning("input", "reverse_charge", deductible)
    if not deductible:
        return Meaning("input", "non_deductible", deductible=False)
    return Meaning("input" if vat_account_type in _INPUT else "output", "domestic", deductible)


def _like(found: TaxCode) -> Meaning:
    return Meaning(found.direction, found.kind, found.deductible, found.code)


def _matches(found: TaxCode, meaning: Meaning) -> bool:
    wanted = (meaning.direction, meaning.kind, meaning.deductible)
    return (found.direction, found.kind, found.deductible) == wanted


def _accounts(code: TaxCode) -> tuple[str | None, str | None]:
    return code.vat_account, code.self_assess_account


def _rank(code: TaxCode) -> tuple[int, int, str]:
    usual = _USUAL.index(code.kind) if code.kind in _USUAL else len(_USUAL)
    return usual, len(code.code), code.code
