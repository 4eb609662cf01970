"""Reads what the bank said of collections: its messages, and what moved on the account."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from domain.banking.file_ids import transfer_of
from domain.database.among import among
from domain.database.session import tenant_of
from domain.payments.answer_views import movement_of, movements_of
from domain.payments.bank_answer import Answer, Evidence, Outcome, outcomes_of
from domain.payments.rows import CollectionAnswerRow, CollectionItemRow, CollectionRow

_COMES_IN = -1
"""A debit brings money and takes it back: the signs of a transfer, turned."""


def collection_of(session: Session, original_message_id: str) -> CollectionRow | None:
    """The collection whose file has this message id."""
    return session.exec(
        select(CollectionRow).where(
            CollectionRow.tenant_id == tenant_of(session),
            CollectionRow.message_id == original_message_id,
        )
    ).first()


def outcomes(
    session: Session, collection: CollectionRow, items: Iterable[CollectionItemRow]
) -> dict[int, Outcome]:
    """Where each debit of a collection stands, by its position."""
    sums: Mapping[int, Decimal] = {item.position: item.amount for item in items}
    return outcomes_of(sums, _evidence(session, collection))


def free_items(session: Session, collection_ids: Iterable[UUID]) -> set[tuple[UUID, int]]:
    """Debits of these collections that were refused or sent back, so that others may follow."""
    found = set()
    query = select(CollectionRow).where(
        CollectionRow.tenant_id == tenant_of(session),
        among(col(CollectionRow.id), collection_ids),
    )
    for row in session.exec(query):
        items = select(CollectionItemRow).where(
            CollectionItemRow.tenant_id == row.tenant_id,
            CollectionItemRow.collection_id == row.id,
        )
        told = outcomes(session, row, session.exec(items))
        found |= {(row.id, position) for position, each in told.items() if each.is_free}
    return found


def _evidence(session: Session, collection: CollectionRow) -> Evidence:
    found = Evidence()
    query = select(CollectionAnswerRow).where(
        CollectionAnswerRow.tenant_id == collection.tenant_id,
        CollectionAnswerRow.collection_id == collection.id,
    )
    for row in session.exec(query):
        found.answers[row.debit].append(
            Answer(row.status, row.told_at, row.depth, row.message_id, row.reason, row.reason_text)
        )
    for row in session.exec(movements_of(collection)):
        moved = movement_of(row, _COMES_IN)
        number = transfer_of(row.end_to_end_id, collection.id)
        if number is None:
            found.collected.append(moved)
        else:
            found.movements[number].append(moved)
    return found
