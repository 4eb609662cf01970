"""Takes accounts out of use and back; what is booked on them stays as it was booked."""

from sqlalchemy import func, text, update
from sqlmodel import Session, col, select

from domain.database import audit
from domain.database.session import tenant_of
from domain.errors import Conflict, NotFound
from domain.ledger import books_store
from domain.ledger.account import AccountRole, AccountType
from domain.ledger.chart import role
from domain.ledger.rows import AccountBalanceRow, AccountRow
from domain.money import ZERO

_CARRIED = {AccountType.ASSET, AccountType.LIABILITY, AccountType.EQUITY}
# The bank stands above the ledger: its table is asked, none of its code.
_OF_BANK = text("SELECT 1 FROM bank_account WHERE tenant_id = :tenant AND account_number = :number")


class AccountInUse(Conflict):
    """The service itself books on the account, or there is still a balance on it."""

    def __init__(self, number: str, reason: str) -> None:
        super().__init__(
            f"Account {number} is in use: {reason}.", account_number=number, reason=reason
        )


def deactivate(session: Session, number: str) -> AccountRow:
    """Let nothing be booked on an account any more. Raises NotFound, AccountInUse.

    Income and expense may have moved: their balance ends with the year.
    """
    row = _row(session, number)
    if not row.active:
        return row
    # From here on nobody posts until the commit, so that the balance is still what it is then.
    books_store.changed(session, row.tenant_id)
    _check_unused(session, row)
    return _set(session, row, is_active=False)


def activate(session: Session, number: str) -> AccountRow:
    """Let an account be booked on again. Raises NotFound."""
    row = _row(session, number)
    if row.active:
        return row
    books_store.changed(session, row.tenant_id)
    return _set(session, row, is_active=True)


def _row(session: Session, number: str) -> AccountRow:
    query = select(AccountRow).where(
        AccountRow.tenant_id == tenant_of(session), AccountRow.number == number
    )
    row = session.exec(query.with_for_update().execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound(f"There is no account {number}.")
    return row


def _set(session: Session, row: AccountRow, *, is_active: bool) -> AccountRow:
    session.execute(
        update(AccountRow)
        .where(col(AccountRow.tenant_id) == row.tenant_id, col(AccountRow.number) == row.number)
        .values(active=is_active)
        .execution_options(synchronize_session=False)
    )
    happened = "account.activated" if is_active else "account.deactivated"
    audit.record(session, happened, "account", row.number)
    session.refresh(row)
    return row


def _check_unused(session: Session, row: AccountRow) -> None:
    books = books_store.books(session, row.tenant_id)
    if row.number in {role(books.chart, each) for each in AccountRole}:
        raise AccountInUse(row.number, "entries that follow from others are booked on it")
    if row.number in books.tax_accounts:
        raise AccountInUse(row.number, "a tax code books on it")
    whose = {"tenant": row.tenant_id, "number": row.number}
    if session.execute(_OF_BANK, whose).first() is not None:
        raise AccountInUse(row.number, "it is a bank account")
    if AccountType(row.type) in _CARRIED and _balance(session, row):
        raise AccountInUse(row.number, "it has a balance")


def _balance(session: Session, row: AccountRow) -> bool:
    """Whether debit and credit of all periods differ."""
    each = AccountBalanceRow
    moved = col(each.debit) + col(each.opening_debit) - col(each.credit) - col(each.opening_credit)
    query = select(func.coalesce(func.sum(moved), ZERO)).where(
        each.tenant_id == row.tenant_id, each.account == row.number
    )
    return bool(session.exec(query).one())
