"""Which accounts a tax code may be booked on, by the `tax_relevance` of the charts."""

from domain.ledger.account import Account, AccountType
from domain.ledger.chart import Chart, tax_relevances
from domain.tax.code import TaxCode

_OF_TAX = frozenset({"open_items", "vat_input", "vat_output", "vat_self_assess", "vat_settlement"})
_OF_SUPPLIES = frozenset({"output_vat_base", "output_vat_correction", "own_use"})
_NEVER = frozenset({"cash", "receivables", "liabilities", "input_vat", "output_vat"})
"""Report groups of money, of what is owed, and of tax itself."""
_PREPAYMENTS = "advances_received"


def carries(account: Account, code: TaxCode, chart: Chart) -> bool:
    """Whether a line with this code may stand on this account.

    Input tax lies in assets and expenses, output tax in revenue, in what corrects it and in
    prepayments received; never in money, in what is owed, or in accounts of tax. A code without
    a rate takes its amounts as the document has them, also on its own accounts; where it is the
    tax itself, on those alone.
    """
    if account.number in code.accounts:
        return code.rate is None
    if is_tax_itself(code):
        return False
    relevance = _relevance(account, chart)
    if account.is_open_item or account.report_group in _NEVER or relevance in _OF_TAX:
        return relevance == "output_vat_base" and code.direction == "output"
    if code.direction == "input":
        return account.type in _BOUGHT and relevance not in _OF_SUPPLIES
    return account.type is AccountType.REVENUE or relevance in _OF_SUPPLIES


def is_tax_itself(code: TaxCode) -> bool:
    """Whether what bears the code is deductible tax and never its base: import VAT as assessed.

    On a cost it would be a base that no box of a return takes (AT 061 and 083, DE 62 take tax).
    """
    return code.rate is None and code.direction == "input" and code.vat_account is not None


def misfit(account: Account, code: TaxCode) -> str:
    """Why an account does not carry a code, for a refusal."""
    reason = f"cannot be booked on {account.number}"
    return (
        f"{reason}: it is tax and stands on {code.vat_account}" if is_tax_itself(code) else reason
    )


def takes_purchases(account: Account) -> bool:
    """Whether what is bought may stand on this account: expenses and assets, but for claims."""
    return account.type in _BOUGHT and not account.is_open_item


_BOUGHT = frozenset({AccountType.ASSET, AccountType.EXPENSE})


def _relevance(account: Account, chart: Chart) -> str:
    """What the chart says of its own account; prepayments of the tenant's own are alike."""
    if account.is_system:
        return tax_relevances(chart).get(account.number, "none")
    return "output_vat_base" if account.category == _PREPAYMENTS else "none"
