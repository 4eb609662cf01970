"""Report groups of accounts that name none."""

import pytest

from domain.ledger.account import AccountType, report_group_of


@pytest.mark.parametrize(
    ("kind", "category", "group"),
    [
        (AccountType.ASSET, "bank", "cash"),
        (AccountType.ASSET, None, "other_assets"),
        (AccountType.EXPENSE, "interest", "interest_expense"),
        (AccountType.REVENUE, "interest", "interest_income"),
        (AccountType.EXPENSE, "rent", "other_opex"),
        (AccountType.EQUITY, "share_capital", "equity"),
    ],
)
def test_group_follows_from_category_and_type(
    kind: AccountType, category: str | None, group: str
) -> None:
    """Nothing is read from the digits of a number."""
    assert report_group_of(kind, category) == group
