"""Reads what the database and the object store of a house hold of one company."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text
from sqlmodel import Session

from domain.database.blobs import Blobs
from domain.database.session import read_session
from domain.errors import DomainError
from domain.ids import sha256_hex
from tests.chaos.acknowledged import Acknowledged, Found
from tests.invariants import check_books

_INTENTS = "SELECT replace(intent_id::text, '-', '') FROM intent"
_MAILS = "SELECT DISTINCT message_id FROM ingestion_log WHERE message_id IS NOT NULL"
_ATTACHMENTS = """
SELECT message_id || ' ' || coalesce(original_name, '-'), count(*) FROM ingestion_log
WHERE outcome = 'accepted' AND message_id IS NOT NULL GROUP BY message_id, original_name
"""
_CORRECTIONS = "SELECT id::text, normalized_invoice->>'reference_text' FROM review_case"
_RUNS = "SELECT id::text, status FROM payment_run"
_SEALS = "SELECT period, closing_hash FROM closing"
_MOVEMENTS = """
SELECT id::text, intent_id::text FROM bank_transaction WHERE status = 'reconciled'
"""
_TRANSFERS = """
SELECT i.invoice_id::text, count(*) FROM payment_run_item i
JOIN payment_run r ON r.tenant_id = i.tenant_id AND r.id = i.run_id
WHERE r.status IN ('exported', 'completed') AND i.released_at IS NULL GROUP BY 1
"""
_BANK = """
SELECT b.account_number,
    coalesce((SELECT sum(a.opening_debit + a.debit - a.opening_credit - a.credit)
              FROM account_balance a
              WHERE a.tenant_id = b.tenant_id AND a.account = b.account_number), 0),
    coalesce((SELECT sum(t.amount) FROM bank_transaction t
              WHERE t.tenant_id = b.tenant_id AND t.bank_account_id = b.id
                AND t.status = 'reconciled'), 0)
FROM bank_account b
"""
_SAID_TWICE = """
SELECT end_to_end_id FROM bank_transaction WHERE end_to_end_id IS NOT NULL
GROUP BY 1 HAVING count(*) > 1
"""
_BLOBS = "SELECT sha256 FROM document UNION SELECT sha256 FROM arrival"
_OPEN = """
SELECT 'mail ' || sha256 || ' is not split' FROM arrival WHERE split_at IS NULL
UNION ALL SELECT 'document ' || id || ' is in processing' FROM inbox_item
    WHERE status = 'processing'
"""


def waiting(engine: Engine, tenant_id: UUID) -> tuple[str, ...]:
    """What a machine, and no person, is to go on with."""
    with read_session(engine, tenant_id) as session:
        return tuple(session.scalars(text(_OPEN)))


def found(engine: Engine, blobs: Blobs, tenant_id: UUID, told: Acknowledged) -> Found:
    """All that can be held against what a company was told."""
    with read_session(engine, tenant_id) as session:
        corrections = _pairs(session, _CORRECTIONS)
        return Found(
            intents=tuple(session.scalars(text(_INTENTS))),
            mails=tuple(session.scalars(text(_MAILS))),
            attachments=_pairs(session, _ATTACHMENTS),
            corrections={name: str(corrections[name]) for name in told.corrections},
            runs=_pairs(session, _RUNS),
            seals=_pairs(session, _SEALS),
            movements=_pairs(session, _MOVEMENTS),
            transfers=_pairs(session, _TRANSFERS),
            bank={
                account: (Decimal(books), Decimal(tied))
                for account, books, tied in session.execute(text(_BANK))
            },
            broken=(
                *_broken_books(engine, tenant_id),
                *_broken_blobs(blobs, tenant_id, list(session.scalars(text(_BLOBS)))),
                *(f"{each} moved twice" for each in session.scalars(text(_SAID_TWICE))),
            ),
            open=waiting(engine, tenant_id),
        )


def _pairs(session: Session, query: str) -> dict[str, Any]:
    return dict(session.execute(text(query)).tuples().all())


def _broken_books(engine: Engine, tenant_id: UUID) -> tuple[str, ...]:
    """Chain, roll-ups, open items, control accounts, seals, audit events."""
    try:
        check_books(engine, tenant_id)
    except AssertionError as error:
        return (f"books of {tenant_id}: {error}"[:1000],)
    return ()


def _broken_blobs(blobs: Blobs, tenant_id: UUID, names: list[str]) -> list[str]:
    """Bytes that are gone, or are others than their name says."""
    broken = []
    for name in names:
        try:
            is_whole = sha256_hex(blobs.get(tenant_id, name)) == name
        except DomainError as error:
            broken.append(f"blob {name}: {error.code}")
        else:
            broken += [] if is_whole else [f"blob {name} has other bytes"]
    return broken
