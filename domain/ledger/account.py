"""Accounts, what a chart uses them for, and how reports group them."""

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Conflict, InvalidInput

NUMBER = re.compile(r"[0-9]{1,8}")


class DuplicateAccount(Conflict):
    """The chart already has an account with this number."""

    def __init__(self, number: str) -> None:
        super().__init__(f"Account {number} exists already.", number=number)


class AccountType(StrEnum):
    """Side of the statements an account belongs to."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    REVENUE = "revenue"
    EXPENSE = "expense"


class AccountRole(StrEnum):
    """What automatic postings use an account for."""

    BANK = "bank"
    RECEIVABLES = "receivables"
    PAYABLES = "payables"
    INPUT_VAT = "input_vat"
    OUTPUT_VAT = "output_vat"
    FX_GAIN = "fx_gain"
    FX_LOSS = "fx_loss"
    OPENING_BALANCE = "opening_balance"


# Categories of the charts whose report group bears another name.
_GROUPS = {
    "receivables": "receivables",
    "other_receivables": "other_assets",
    "tax_receivables": "other_assets",
    "allowances": "receivables",
    "bank": "cash",
    "bank_clearing": "cash",
    "cash": "cash",
    "inventories": "inventory",
    "fixed_assets": "fixed_assets",
    "accumulated_depreciation": "fixed_assets",
    "financial_assets": "fixed_assets",
    "prepaid": "prepaid_expenses",
    "deferred_income": "deferred_income",
    "input_vat": "input_vat",
    "output_vat": "output_vat",
    "payables": "liabilities",
    "provisions": "provisions",
    "statistical": "statistical",
    "revenue": "revenue",
    "sales_deductions": "revenue",
    "material": "material_expense",
    "consumables": "material_expense",
    "purchased_services": "material_expense",
    "purchase_deductions": "material_expense",
    "personnel": "personnel_expense",
    "depreciation": "depreciation",
    "income_tax": "taxes",
    "other_taxes": "taxes",
    "financial_expense": "interest_expense",
    "financial_income": "interest_income",
}

_GROUP_OF_TYPE = {
    AccountType.ASSET: "other_assets",
    AccountType.LIABILITY: "other_liabilities",
    AccountType.EQUITY: "equity",
    AccountType.REVENUE: "other_income",
    AccountType.EXPENSE: "other_opex",
}


def report_group_of(kind: AccountType, category: str | None) -> str:
    """Report group of an account that names none.

    >>> report_group_of(AccountType.LIABILITY, "payables")
    'liabilities'
    """
    if category == "interest":
        return "interest_income" if kind is AccountType.REVENUE else "interest_expense"
    return _GROUPS.get(category or "", _GROUP_OF_TYPE[kind])


def has_group(category: str | None) -> bool:
    """Whether a category is one of the charts' that says its report group."""
    return category == "interest" or category in _GROUPS


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a tenant's chart; `statement_group` is its leaf in the legal layout."""

    number: str
    name: str
    type: AccountType
    category: str | None = None
    report_group: str | None = None
    statement_group: str | None = None
    default_tax_code: str | None = None
    is_system: bool = False
    is_open_item: bool = False
    active: bool = True

    def __post_init__(self) -> None:
        """Refuse a number that is not one to eight digits."""
        if not NUMBER.fullmatch(self.number):
            raise InvalidInput("/number", "must be 1 to 8 digits")
