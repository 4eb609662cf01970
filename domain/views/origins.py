"""Reads what an intent is tied to: people, documents, bank transactions, other intents."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.tables.bound import tenant_of

# One question, because an answer takes the database less time than the way there and back.
_TIES = text("""
    WITH it AS MATERIALIZED (
        SELECT created_by, document_id FROM intent
        WHERE tenant_id = :tenant AND intent_id = :intent)
    SELECT 'reversed_by' AS tie, intent_id AS id, NULL AS name, NULL AS other,
        CAST(NULL AS numeric) AS amount, CAST(NULL AS date) AS day,
        CAST(NULL AS timestamptz) AS at
    FROM intent WHERE tenant_id = :tenant AND reverses_intent_id = :intent
    UNION ALL
    SELECT 'created_by', u.id, u.name, NULL, NULL, NULL, NULL
    FROM it JOIN app_user u ON u.tenant_id = :tenant AND u.id = it.created_by
    UNION ALL
    SELECT 'document', d.id, d.original_name, d.mime_type, NULL, NULL, NULL
    FROM it JOIN document d ON d.tenant_id = :tenant AND d.id = it.document_id
    UNION ALL
    SELECT 'bank_transaction', id, NULL, NULL, amount, tx_date, NULL
    FROM bank_transaction WHERE tenant_id = :tenant AND intent_id = :intent
    UNION ALL
    SELECT 'settles', o.intent_id, o.account, NULL, s.amount, NULL, s.created_at
    FROM settlement s
    JOIN open_item o ON o.tenant_id = s.tenant_id AND o.open_item_id = s.open_item_id
    WHERE s.tenant_id = :tenant AND s.intent_id = :intent
    UNION ALL
    SELECT 'settled_by', s.intent_id, o.account, NULL, s.amount, NULL, s.created_at
    FROM open_item o
    JOIN settlement s ON s.tenant_id = o.tenant_id AND s.open_item_id = o.open_item_id
    WHERE o.tenant_id = :tenant AND o.intent_id = :intent
    ORDER BY at, day, id
""")


@dataclass(frozen=True, slots=True)
class Link:
    """Another intent that settles, or is settled, and by how much."""

    intent_id: UUID
    open_item_account: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """A document that an intent was booked from."""

    id: UUID
    original_name: str
    mime_type: str


@dataclass(frozen=True, slots=True)
class LinkedBankTransaction:
    """A bank transaction that an intent was booked from or settled with."""

    id: UUID
    tx_date: date
    amount: Decimal
    match_group_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Ties:
    """What an intent is tied to; `created_by` is a name."""

    reversed_by: UUID | None
    created_by: str | None
    documents: list[LinkedDocument]
    bank_transactions: list[LinkedBankTransaction]
    settles: list[Link]
    settled_by: list[Link]


def ties(session: Session, intent_id: UUID) -> Ties:
    """All ties of an intent: bank transactions by day, settlements as they came."""
    found = session.execute(_TIES, {"tenant": tenant_of(session), "intent": intent_id}).all()

    def tied(tie: str) -> list[Any]:
        return [row for row in found if row.tie == tie]

    return Ties(
        reversed_by=next((row.id for row in tied("reversed_by")), None),
        created_by=next((row.name for row in tied("created_by")), None),
        documents=[LinkedDocument(row.id, row.name, row.other) for row in tied("document")],
        bank_transactions=[
            LinkedBankTransaction(row.id, row.day, row.amount) for row in tied("bank_transaction")
        ],
        settles=[Link(row.id, row.name, row.amount) for row in tied("settles")],
        settled_by=[Link(row.id, row.name, row.amount) for row in tied("settled_by")],
    )
