"""One intent with all its ties is what a question for each tie would find."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import read_session, write_session
from domain.errors import NotFound
from domain.ledger import journal_views
from domain.ledger.booking import Line
from domain.ledger.intent import OpenItemTerms, Settling, Side
from domain.ledger.reversal import AlreadyReversed, HasSettlements
from domain.ledger.tie_views import Link, LinkedBankTransaction, LinkedDocument
from domain.posting.outcome import SettlementExceedsOpenAmount
from tests.books import Books
from tests.builders import another_tenant
from tests.payables import a_bank_account, acting
from tests.servers import Database

DAY = date(2026, 3, 2)
REFUSED = (AlreadyReversed, HasSettlements, SettlementExceedsOpenAmount)
STEPS = st.lists(
    st.tuples(st.sampled_from(("owe", "pay", "pay", "reverse", "tie")), st.integers(0, 20)),
    min_size=1,
    max_size=12,
)


def _live(books: Books, steps: list[tuple[str, int]]) -> list[UUID]:
    """Let it happen, and return every intent that was stored."""
    owed = [_owe(books, 0)]
    stored = [*owed]
    for at, (what, pick) in enumerate(steps, 1):
        target = stored[pick % len(stored)]
        if what == "tie":
            _tie(books, target, day=pick)
        elif what == "owe":
            stored.append(_owe(books, at))
            owed.append(stored[-1])
        else:
            with suppress(*REFUSED):
                made = books.reverse(target, DAY) if what == "reverse" else None
                stored.append(made or _pay(books, owed[pick % len(owed)]))
    return stored


def _owe(books: Books, at: int) -> UUID:
    lines = (
        Line("6815", Side.DEBIT, Decimal("120.00"), "VST20"),
        Line("3300", Side.CREDIT, Decimal("120.00")),
    )
    document = _document(books) if at % 2 else None
    terms = OpenItemTerms(f"RE-{at}", None)
    return books.book(
        DAY, *lines, terms=terms, external_reference=f"RE-{at}-{uuid4()}", document_id=document
    )


def _document(books: Books) -> UUID:
    """A document that came by mail."""
    document_id = uuid4()
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        session.execute(
            text(
                "INSERT INTO document (tenant_id, id, sha256, mime_type, original_name,"
                " size_bytes, source, created_at) VALUES"
                " (:tenant, :id, :sha, 'application/pdf', 'Rechnung.pdf', 1, 'mail', now())"
            ),
            {"tenant": books.tenant.id, "id": document_id, "sha": document_id.hex * 2},
        )
    return document_id


def _pay(books: Books, intent_id: UUID) -> UUID:
    amount = Decimal("10.00")
    with read_session(books.database.engine, books.tenant.id) as session:
        item = session.execute(
            text("SELECT open_item_id FROM open_item WHERE intent_id = :intent"),
            {"intent": intent_id},
        ).scalar_one()
    lines = (Line("3300", Side.DEBIT, amount), Line("2800", Side.CREDIT, amount))
    reference = str(uuid4())
    return books.book(DAY, *lines, settles=(Settling(item, amount),), external_reference=reference)


def _tie(books: Books, intent_id: UUID, *, day: int) -> None:
    """A movement of the bank account that is tied to an intent."""
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        known = "SELECT id FROM bank_account LIMIT 1"
        account = session.execute(text(known)).scalar() or a_bank_account(session)
        session.execute(
            text(
                "INSERT INTO bank_transaction (tenant_id, id, bank_account_id, position, tx_date,"
                " amount, currency, content_hash, status, mode, intent_id, created_at)"
                " VALUES (:tenant, :id, :account, 1, :day, -10, 'EUR', :hash, 'reconciled',"
                " 'linked', :intent, now())"
            ),
            {
                "tenant": books.tenant.id,
                "id": uuid4(),
                "account": account,
                "day": date(2026, 4, 30 - day),
                "hash": uuid4().hex * 2,
                "intent": intent_id,
            },
        )


def _plainly(session: Session, intent_id: UUID) -> dict[str, Any]:
    """The ties of an intent by one plain question for each kind."""

    def ask(query: str) -> list[Any]:
        return list(session.execute(text(query), {"intent": intent_id}))

    return {
        "reversed_by": ask("SELECT intent_id FROM intent WHERE reverses_intent_id = :intent"),
        "documents": [
            LinkedDocument(*row)
            for row in ask(
                "SELECT id, original_name, mime_type FROM document"
                " WHERE id = (SELECT document_id FROM intent WHERE intent_id = :intent)"
            )
        ],
        "bank_transactions": [
            LinkedBankTransaction(*row)
            for row in ask(
                "SELECT id, tx_date, amount FROM bank_transaction WHERE intent_id = :intent"
                " ORDER BY tx_date, id"
            )
        ],
        "settles": [
            Link(*row)
            for row in ask(
                "SELECT o.intent_id, o.account, s.amount"
                " FROM settlement s JOIN open_item o USING (tenant_id, open_item_id)"
                " WHERE s.intent_id = :intent"
            )
        ],
        "settled_by": [
            Link(*row)
            for row in ask(
                "SELECT s.intent_id, o.account, s.amount"
                " FROM settlement s JOIN open_item o USING (tenant_id, open_item_id)"
                " WHERE o.intent_id = :intent ORDER BY s.created_at"
            )
        ],
        "names": dict(
            ask(
                "SELECT DISTINCT a.number, a.name FROM journal_entry e JOIN account a"
                " ON a.number IN (e.debit_account, e.credit_account) WHERE e.intent_id = :intent"
            )
        ),
        "numbers": ask(
            "SELECT journal_number FROM journal_entry WHERE intent_id = :intent ORDER BY 1"
        ),
    }


@settings(deadline=None, max_examples=15)
@given(STEPS)
def test_an_intent_knows_all_its_ties(database: Database, steps: list[tuple[str, int]]) -> None:
    """Reversals, settlements both ways, documents and bank movements, in order."""
    books = Books(database, another_tenant(database))
    stored = _live(books, steps)

    with read_session(database.engine, books.tenant.id) as session:
        for intent_id in stored:
            found = journal_views.intent(session, intent_id)
            plain = _plainly(session, intent_id)
            ties = found.ties
            assert [(each.journal_number,) for each in found.entries] == plain.pop("numbers")
            assert [(ties.reversed_by,)] * bool(ties.reversed_by) == plain.pop("reversed_by")
            assert sorted(ties.settles, key=repr) == sorted(plain.pop("settles"), key=repr)
            for name, expected in plain.items():
                assert getattr(ties, name) == expected, name
            assert found.chain_valid


def test_whoever_booked_an_intent_is_named(database: Database) -> None:
    """By the name of the person; a machine has none."""
    tenant = another_tenant(database)
    bookkeeper = acting(tenant, "bookkeeper")
    by_person = replace(tenant, actor=bookkeeper)

    told = [_told(Books(database, each)) for each in (by_person, tenant)]

    assert told == [tenant.people["bookkeeper"].name, None]


def _told(books: Books) -> str | None:
    intent_id = _owe(books, 0)
    with read_session(books.database.engine, books.tenant.id) as session:
        return journal_views.intent(session, intent_id).ties.created_by


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal_entry SET amount = amount + 1 WHERE journal_number = 2",
        "UPDATE journal_entry SET debit_account = '2800' WHERE journal_number = 2",
        "UPDATE journal_entry SET audit_hash = repeat('0', 64) WHERE journal_number = 2",
    ],
)
def test_an_altered_row_is_told(database: Database, change: str) -> None:
    """By itself, and where its hash was altered too, by the row behind it."""
    books = Books(database, another_tenant(database))
    first, second = _owe(books, 0), _owe(books, 2)
    _tamper(books, change)

    with read_session(database.engine, books.tenant.id) as session:
        assert not journal_views.intent(session, first).chain_valid
        is_altered_behind = "audit_hash" in change
        assert journal_views.intent(session, second).chain_valid is not is_altered_behind


def test_an_intent_without_its_rows_is_told(database: Database) -> None:
    """What is left of it is shown, and its chain does not hold."""
    books = Books(database, another_tenant(database))
    intent_id = _owe(books, 0)
    for left in (1, 0):
        _tamper(
            books,
            "DELETE FROM journal_entry"
            " WHERE journal_number = (SELECT max(journal_number) FROM journal_entry)",
        )

        with read_session(database.engine, books.tenant.id) as session:
            found = journal_views.intent(session, intent_id)
        assert (len(found.entries), found.chain_valid) == (left, False)


def _tamper(books: Books, change: str) -> None:
    """Do to the books of a tenant what only their owner can."""
    with books.database.owner_engine.begin() as owner:
        tenant = {"tenant": str(books.tenant.id)}
        owner.execute(text("SELECT set_config('app.tenant_id', :tenant, true)"), tenant)
        owner.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER USER"))
        owner.execute(text(change))
        owner.execute(text("ALTER TABLE journal_entry ENABLE TRIGGER USER"))


def test_an_unknown_intent_is_not_found(database: Database) -> None:
    """Neither one that nobody booked, nor that of another tenant."""
    books, others = (Books(database, another_tenant(database)) for _ in range(2))
    with read_session(database.engine, books.tenant.id) as session:
        for unknown in (uuid4(), _owe(others, 0)):
            with pytest.raises(NotFound):
                journal_views.intent(session, unknown)
