"""What the two ledgers of open items differ in."""

from domain.ledger.account import AccountType
from domain.ledger.intent import Side
from domain.payables.sub_ledger import SubLedger


def test_one_mirrors_the_other() -> None:
    """What we owe is a credit of liabilities, what we are owed a debit of assets."""
    facts = {each: (each.side, each.account_type, each.partner_field) for each in SubLedger}
    assert facts == {
        SubLedger.PAYABLE: (Side.CREDIT, AccountType.LIABILITY, "vendor_id"),
        SubLedger.RECEIVABLE: (Side.DEBIT, AccountType.ASSET, "customer_id"),
    }


def test_the_type_of_its_account_says_where_an_item_lies() -> None:
    """Every account with items is of the one or of the other."""
    for each in SubLedger:
        assert SubLedger.of(each.account_type) is each
