"""Lists of transactions, however they are looked up, are those of a plain walk."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from domain.banking import statement_store
from domain.banking.account import BankAccount
from domain.database.session import read_session, write_session
from domain.transactions import store as transactions
from domain.transactions import views
from domain.transactions.transaction import Transaction, TransactionType
from domain.transactions.views import TransactionFilter
from tests.builders import Tenant, another_tenant
from tests.servers import Database

FIRST = date(2026, 3, 1)
IBANS = {"2800": "AT611904300234573201", "2810": "AT021100000012345678"}
AMOUNTS = ("0.01", "0.30", "19.99", "20.00", "20.01", "120.00", "999999999.99")
BOUNDS = st.one_of(
    st.none(),
    st.sampled_from(AMOUNTS).map(Decimal),
    st.decimals(-(10**20), 10**20, places=4),
    st.decimals(0, 130, places=3),
)
FILTERS = st.builds(
    TransactionFilter,
    type=st.sampled_from((None, TransactionType.INCOME, TransactionType.TRANSFER)),
    category=st.sampled_from((None, "office", "revenue")),
    account_id=st.sampled_from((None, "2800", "2810")),
    first=st.one_of(st.none(), st.dates(FIRST, FIRST + timedelta(days=12))),
    last=st.one_of(st.none(), st.dates(FIRST, FIRST + timedelta(days=12))),
    least=BOUNDS,
    most=BOUNDS,
    reconciled=st.sampled_from((None, False)),
)


@pytest.fixture(scope="module")
def books(database: Database) -> tuple[Tenant, dict[str, UUID]]:
    """A tenant with 60 transactions of ten days, some of them reversed."""
    tenant, ids = another_tenant(database), {number: uuid4() for number in IBANS}
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        for number, iban in IBANS.items():
            statement_store.open_account(session, ids[number], BankAccount(number, iban, number))
    for each in _happened(ids):
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            stored = transactions.book(session, each, source="api")
            if each.amount == Decimal("20.00"):
                transactions.reverse(session, stored, reason="Falsch", today=FIRST)
    return tenant, ids


def _happened(ids: dict[str, UUID]) -> Iterator[Transaction]:
    for at in range(60):
        facts: dict[str, Any] = {"account_id": ids[("2800", "2810")[at % 2]]}
        kind = TransactionType.INCOME if at < 30 else TransactionType.EXPENSE
        if at % 9 == 8:
            kind = TransactionType.TRANSFER
            facts = {"from_account_id": ids["2800"], "to_account_id": ids["2810"]}
        elif at % 3:
            facts["category"] = "revenue" if at < 30 else "office"
        yield Transaction(
            transaction_id=uuid4(),
            type=kind,
            amount=Decimal("0.01" if kind is TransactionType.TRANSFER else AMOUNTS[at % 6]),
            description="Beleg",
            booking_date=FIRST + timedelta(days=at * 7 % 10),
            **facts,
        )


@settings(deadline=None, max_examples=60)
@given(FILTERS, st.integers(0, 70), st.integers(1, 20))
@example(TransactionFilter(), 59, 20)
@example(TransactionFilter(), 100, 20)
@example(TransactionFilter(least=Decimal("19.991"), most=Decimal("20.009")), 0, 20)
@example(TransactionFilter(least=Decimal(10) ** 30), 0, 20)
def test_a_page_is_that_of_a_plain_walk(
    database: Database,
    books: tuple[Tenant, dict[str, UUID]],
    wanted: TransactionFilter,
    offset: int,
    limit: int,
) -> None:
    """With every filter, at any depth, and with the number of them all."""
    tenant, ids = books
    account = ids[str(wanted.account_id)] if wanted.account_id else None
    asked: dict[str, Any] = {
        name: getattr(wanted, name) for name in TransactionFilter.__slots__
    } | {"account_id": account}
    with read_session(database.engine, tenant.id) as session:
        plain = [tuple(row) for row in session.execute(text(_PLAIN), _arguments(asked))]
        for far in (0, 1000):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(views, "_FAR", far)
                found, total = views.transactions(
                    session, TransactionFilter(**asked), limit=limit, offset=offset
                )
            assert [(view.row.id,) for view in found] == plain[offset : offset + limit]
            assert total == len(plain)


_PLAIN = """
SELECT id FROM transaction
WHERE (CAST(:type AS text) IS NULL OR type = :type)
  AND (CAST(:category AS text) IS NULL OR category = :category)
  AND (CAST(:account_id AS uuid) IS NULL OR :account_id IN (bank_account_id, to_bank_account_id))
  AND (CAST(:first AS date) IS NULL OR booking_date >= :first)
  AND (CAST(:last AS date) IS NULL OR booking_date <= :last)
  AND (CAST(:least AS numeric) IS NULL OR amount >= :least)
  AND (CAST(:most AS numeric) IS NULL OR amount <= :most)
  AND (CAST(:reconciled AS boolean) IS NULL OR reconciled = :reconciled)
ORDER BY booking_date DESC, created_at DESC, id
"""


def _arguments(asked: dict[str, Any]) -> dict[str, Any]:
    kind = asked["type"]
    return asked | {"type": kind and kind.value}


def test_an_amount_is_looked_up(database: Database, books: tuple[Tenant, dict[str, UUID]]) -> None:
    """Row security does not keep the bounds from the index."""
    tenant, _ = books
    plan = text(
        "EXPLAIN SELECT id FROM transaction WHERE tenant_id = :tenant AND cents BETWEEN 1 AND 2"
    )
    with read_session(database.engine, tenant.id) as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        told = "\n".join(session.execute(plan, {"tenant": tenant.id}).scalars())
    assert "Index Cond" in told
    assert "cents >= 1" in told.partition("Index Cond")[2].partition("\n")[0]
