"""Where movements come from is held by the database, whoever writes."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from domain.banking import statement_store
from domain.banking.bank_transaction import BankTransaction
from domain.banking.statement_store import Delivery
from domain.database.session import write_session
from domain.money import ZERO
from tests.builders import Tenant, another_tenant
from tests.payables import DAY, a_bank_account
from tests.servers import Database

_ONE = BankTransaction(DAY, ZERO, "EUR")
_INSERT = text(
    "INSERT INTO bank_transaction (tenant_id, id, bank_account_id, batch_id, position, tx_date,"
    " amount, currency, content_hash, status, created_at)"
    " SELECT :tenant, id, :account, :batch, 1, '2026-03-01', 1, 'EUR',"
    " encode(sha256(uuid_send(id)), 'hex'), 'unreconciled', now()"
    " FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 3)) r"
)


def imported(database: Database, tenant: Tenant) -> tuple[UUID, UUID]:
    """An account and an import into it."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        account = a_bank_account(session)
        return account, statement_store.import_rows(
            session, Delivery(uuid4(), account, [_ONE])
        ).batch_id


def entered(connection: Connection, tenant: Tenant) -> Connection:
    """A connection in a transaction of a tenant."""
    named = {"tenant": str(tenant.id)}
    connection.execute(text("SELECT set_config('app.tenant_id', :tenant, true)"), named)
    return connection


def either(database: Database) -> tuple[Engine, Engine]:
    """Who may try: the application, and who owns the tables."""
    return database.engine, database.owner_engine


def test_a_movement_has_an_account_and_an_import_of_its_tenant(database: Database) -> None:
    """Unknown ones, and those of another tenant, are refused; none is no import."""
    tenant = another_tenant(database)
    account, batch = imported(database, tenant)
    others = imported(database, another_tenant(database))
    wrong = [(uuid4(), batch), (account, uuid4()), (others[0], batch), (account, others[1])]
    for engine in either(database):
        for named, brought in wrong:
            said: dict[str, object] = {"tenant": tenant.id, "account": named, "batch": brought}
            with engine.begin() as connection, pytest.raises(IntegrityError, match="is not there"):
                entered(connection, tenant).execute(_INSERT, said)
        for none_or_known in (batch, None):
            said = {"tenant": tenant.id, "account": account, "batch": none_or_known}
            with engine.begin() as connection:
                entered(connection, tenant).execute(_INSERT, said)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE bank_transaction SET bank_account_id = gen_random_uuid()",
        "UPDATE bank_transaction SET batch_id = NULL",
        "UPDATE bank_account SET id = gen_random_uuid()",
        "UPDATE bank_import SET id = gen_random_uuid()",
        "DELETE FROM bank_account",
        "DELETE FROM bank_import",
    ],
)
def test_where_a_movement_comes_from_stays(database: Database, change: str) -> None:
    """Neither a movement nor what it names goes away from the other."""
    tenant = another_tenant(database)
    imported(database, tenant)
    for engine in either(database):
        with engine.begin() as connection, pytest.raises(DBAPIError, match=r"refused|denied"):
            entered(connection, tenant).execute(text(change))
