"""Reads what an intent is tied to: people, documents, bank transactions, other intents."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

_TIES = text("SELECT * FROM intent_ties(:intent)")


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
    """What an intent is tied to; `created_by` is a name, `names` are those of its accounts.

    `hashes` are those of the journal rows before its own, by number.
    """

    reversed_by: UUID | None
    created_by: str | None
    documents: list[LinkedDocument]
    bank_transactions: list[LinkedBankTransaction]
    settles: list[Link]
    settled_by: list[Link]
    names: dict[str, str]
    hashes: dict[int, str]


def ties(session: Session, intent_id: UUID) -> Ties:
    """All ties of an intent: bank transactions by day, settlements as they came."""
    found = session.execute(_TIES, {"intent": intent_id}).all()

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
        names={row.other: row.name for row in tied("account")},
        hashes={row.number: row.name for row in tied("before")},
    )
