"""What files call the bank accounts: proposed by imports, kept once a person says so."""

from collections import defaultdict
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.banking import bank_views as views
from domain.banking.account_names import NamedAccount, checked_alias
from domain.banking.rows import BankAccountAliasRow, BankAccountRow
from domain.database import audit
from domain.database.session import tenant_of
from domain.errors import Conflict, NotFound


class AliasTaken(Conflict):
    """Another bank account has this name."""

    def __init__(self, name: str, existing_id: UUID) -> None:
        super().__init__("Another bank account is called so.", name=name, existing_id=existing_id)


def named_accounts(session: Session) -> list[NamedAccount]:
    """All bank accounts with what they are called by."""
    names: dict[UUID, list[str]] = defaultdict(list)
    aliases = select(BankAccountAliasRow).where(
        BankAccountAliasRow.tenant_id == tenant_of(session), BankAccountAliasRow.is_confirmed
    )
    for alias in session.exec(aliases):
        names[alias.bank_account_id].append(alias.name)
    accounts = select(BankAccountRow.id, BankAccountRow.iban).where(
        BankAccountRow.tenant_id == tenant_of(session)
    )
    return [
        NamedAccount(account_id, iban, tuple(names[account_id]))
        for account_id, iban in session.exec(accounts)
    ]


def propose(session: Session, bank_account_id: UUID, name: str) -> None:
    """Note what a file calls an account, for a person to confirm."""
    session.execute(
        insert(BankAccountAliasRow)
        .values(
            tenant_id=tenant_of(session),
            bank_account_id=bank_account_id,
            name=name,
            is_confirmed=False,
            created_at=datetime.now(UTC),
        )
        .on_conflict_do_nothing()
    )


def keep(session: Session, bank_account_id: UUID, name: str) -> str:
    """Call an account by a name from now on. Raises NotFound, InvalidInput, AliasTaken."""
    views.account(session, bank_account_id)
    plain = checked_alias(name)
    for each in named_accounts(session):
        if each.id != bank_account_id and plain in {each.iban, *each.names}:
            raise AliasTaken(plain, each.id)
    session.execute(
        insert(BankAccountAliasRow)
        .values(
            tenant_id=tenant_of(session),
            bank_account_id=bank_account_id,
            name=plain,
            is_confirmed=True,
            created_at=datetime.now(UTC),
        )
        .on_conflict_do_update(
            index_elements=["tenant_id", "bank_account_id", "name"], set_={"is_confirmed": True}
        )
    )
    _record(session, "named", bank_account_id, plain)
    return plain


def drop(session: Session, bank_account_id: UUID, name: str) -> str:
    """Call an account no longer by a name, proposed or kept. Raises NotFound."""
    plain = checked_alias(name)
    gone = session.execute(
        delete(BankAccountAliasRow)
        .where(
            col(BankAccountAliasRow.tenant_id) == tenant_of(session),
            col(BankAccountAliasRow.bank_account_id) == bank_account_id,
            col(BankAccountAliasRow.name) == plain,
        )
        .returning(col(BankAccountAliasRow.name))
    )
    if gone.first() is None:
        raise NotFound("The bank account is not called so.", name=plain)
    _record(session, "name_dropped", bank_account_id, plain)
    return plain


def aliases(session: Session, bank_account_id: UUID) -> list[BankAccountAliasRow]:
    """What an account is called, proposals among them, by name."""
    query = select(BankAccountAliasRow).where(
        BankAccountAliasRow.tenant_id == tenant_of(session),
        BankAccountAliasRow.bank_account_id == bank_account_id,
    )
    return list(session.exec(query.order_by(col(BankAccountAliasRow.name))))


def _record(session: Session, action: str, bank_account_id: UUID, name: str) -> None:
    audit.record(
        session,
        f"bank_account.{action}",
        "bank_account",
        bank_account_id,
        after={"name": name},
    )
