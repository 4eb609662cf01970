"""The two ledgers of open items: what we owe, and what we are owed."""

from enum import StrEnum

from domain.ledger.account import AccountType
from domain.ledger.intent import Side


class SubLedger(StrEnum):
    """Where an item lies: what we owe, or what we are owed."""

    PAYABLE = "payable"
    RECEIVABLE = "receivable"

    @property
    def side(self) -> Side:
        """Side of an invoice; a credit note stands on the other."""
        return Side.CREDIT if self is SubLedger.PAYABLE else Side.DEBIT

    @property
    def account_type(self) -> AccountType:
        """Type of the accounts on which its items lie."""
        return AccountType.LIABILITY if self is SubLedger.PAYABLE else AccountType.ASSET

    @property
    def partner_field(self) -> str:
        """What the partner of an invoice is called on the wire."""
        return "vendor_id" if self is SubLedger.PAYABLE else "customer_id"

    @classmethod
    def of(cls, account_type: AccountType) -> "SubLedger":
        """Ledger of an item on an account of this type."""
        return cls.RECEIVABLE if account_type is AccountType.ASSET else cls.PAYABLE
