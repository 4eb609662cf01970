"""Rows of accounts: what begins anew, what runs on, and that all of it makes zero."""

from decimal import Decimal

from domain.reports.account_rows import (
    Balance,
    balance_sheet,
    profit_loss,
    trial_balance,
)


def account(number: str, kind: str, **figures: str) -> Balance:
    """An account with some figures."""
    amounts = {name: Decimal(amount) for name, amount in figures.items()}
    return Balance(number, number, kind, None, None, None, **amounts)


BANK = account(
    "1800", "asset", earlier_credit="70.00", before_debit="30.00", opening_debit="5.00",
    debit="9.00", credit="4.00",
)  # fmt: skip
CAPITAL = account("2900", "equity", opening_credit="5.00")
SALES = account("4400", "revenue", before_credit="30.00", credit="9.00")
OFFICE = account("6815", "expense", earlier_debit="70.00", debit="4.00")
BALANCES = [BANK, CAPITAL, SALES, OFFICE]


def test_accounts_of_the_result_begin_each_year_at_nothing() -> None:
    """What earlier years left is a row of its own; the bank runs on."""
    rows = {row.number: row for row in trial_balance(BALANCES)}

    assert [rows[number].opening_balance for number in ("1800", "4400", "6815", None)] == [
        Decimal("-35.00"),
        Decimal("-30.00"),
        Decimal(0),
        Decimal("70.00"),
    ]
    assert rows[None].name == "Ergebnisvortrag"
    assert sum(row.opening_balance for row in rows.values()) == 0
    assert sum(row.balance for row in rows.values()) == 0
    assert all(row.closing_balance == row.opening_balance + row.balance for row in rows.values())


def test_profit_and_loss_is_what_moved() -> None:
    """Neither what came before nor what the company owns."""
    assert [(row.number, row.balance) for row in profit_loss(BALANCES)] == [
        ("4400", Decimal("-9.00")),
        ("6815", Decimal("4.00")),
    ]


def test_the_balance_sheet_is_everything_up_to_now() -> None:
    """Opening entries included; the results stand in rows without a number."""
    rows = list(balance_sheet(BALANCES))

    assert [(row.number, row.name, row.debit_total, row.credit_total) for row in rows] == [
        ("1800", "1800", Decimal("44.00"), Decimal("74.00")),
        ("2900", "2900", Decimal(0), Decimal("5.00")),
        (None, "Ergebnisvortrag", Decimal("40.00"), Decimal(0)),
        (None, "Periodenergebnis", Decimal(0), Decimal("5.00")),
    ]
    assert sum(row.balance for row in rows) == 0


def test_accounts_on_which_nothing_moved_are_left_out() -> None:
    """Neither movement nor balance; a balance alone is shown."""
    still = [account("1000", "asset"), account("1200", "asset", before_debit="1.00")]
    back = [account("1300", "asset", before_debit="2.00", before_credit="2.00")]

    assert [row.number for row in trial_balance(still + back)] == ["1200"]
    assert [row.number for row in balance_sheet(still + back)] == ["1200", "1300"]
