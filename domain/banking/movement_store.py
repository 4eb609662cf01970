"""Holds movements while they are tied to the books or untied, and tells what became of them."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text, update
from sqlmodel import Session, col, select

from domain.banking.bank_transaction import BankStatus, BankTransaction
from domain.banking.rows import BankTransactionRow, BankUntieRow
from domain.database import audit
from domain.database.among import among, array
from domain.database.session import tenant_of
from domain.errors import NotFound

# One after the other in the order of the array: two who claim the same never wait crosswise.
_CLAIM_INTENTS = text(
    "SELECT count(pg_advisory_xact_lock(hashtextextended('tie' || CAST(intent AS text), 0)))"
    " FROM unnest(CAST(:intents AS uuid[])) AS intent"
)
_TIE = text("""
    UPDATE bank_transaction t
    SET status = 'reconciled', mode = x.mode, intent_id = x.intent_id, match_group_id = NULL,
        match_count = t.match_count + 1
    FROM unnest(CAST(:ids AS uuid[]), CAST(:modes AS text[]), CAST(:intents AS uuid[]))
        AS x (id, mode, intent_id)
    WHERE t.tenant_id = :tenant AND t.id = x.id
""")
_OWN = ("id", "bank_account_id", "status", "intent_id", "match_count")
_SAID = tuple(each.name for each in fields(BankTransaction))
_ACTIONS = {
    BankStatus.RECONCILED: "reconciled",
    BankStatus.UNRECONCILED: "unmatched",
    BankStatus.EXCLUDED: "dismissed",
}


def claim(session: Session, intent_ids: Sequence[UUID]) -> None:
    """Let nobody else tie or reverse these intents until the transaction ends."""
    session.execute(_CLAIM_INTENTS, {"intents": array(sorted(set(intent_ids)))})


class Held(NamedTuple):
    """A movement that is held, as it is tied with many others: no row of the session."""

    id: UUID
    bank_account_id: UUID
    status: str
    intent_id: UUID | None
    match_count: int
    movement: BankTransaction


def held(session: Session, bank_transaction_ids: Sequence[UUID]) -> list[BankTransactionRow]:
    """Rows in the order of their ids, held until the transaction ends; NOT_FOUND if one is not."""
    wanted = set(bank_transaction_ids)
    query = _held(session, select(BankTransactionRow), wanted)
    rows = list(session.exec(query.execution_options(populate_existing=True)))
    if len(rows) < len(wanted):
        raise unknown()
    return rows


def known(session: Session, bank_transaction_ids: Iterable[UUID]) -> dict[UUID, Held]:
    """Those that there are by their ids, held until the transaction ends."""
    columns: Any = [getattr(BankTransactionRow, name) for name in (*_OWN, *_SAID)]
    query = _held(session, select(*columns), bank_transaction_ids)
    rows = ((*row[: len(_OWN)], BankTransaction(*row[len(_OWN) :])) for row in session.exec(query))
    return {row[0]: Held._make(row) for row in rows}


def _held(session: Session, query: Any, bank_transaction_ids: Iterable[UUID]) -> Any:
    """In the order of the ids, so that two who hold the same never wait crosswise."""
    return (
        query.where(
            BankTransactionRow.tenant_id == tenant_of(session),
            among(col(BankTransactionRow.id), bank_transaction_ids),
        )
        .order_by(col(BankTransactionRow.id))
        .with_for_update()
    )


def unknown() -> NotFound:
    """What is said of a movement that there is not."""
    return NotFound("There is no such bank transaction.")


def held_of_intent(session: Session, intent_id: UUID) -> list[BankTransactionRow]:
    """Rows that are tied to an intent, held until the transaction ends."""
    return list(
        session.exec(
            select(BankTransactionRow)
            .where(
                BankTransactionRow.tenant_id == tenant_of(session),
                BankTransactionRow.intent_id == intent_id,
            )
            .order_by(col(BankTransactionRow.id))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def change(
    session: Session,
    row: BankTransactionRow,
    status: BankStatus,
    facts: dict[str, object],
    **values: object,
) -> None:
    """Give a movement a status and what it is tied to, and tell it."""
    session.execute(
        update(BankTransactionRow)
        .where(
            col(BankTransactionRow.tenant_id) == row.tenant_id,
            col(BankTransactionRow.id) == row.id,
        )
        .values(status=status.value, **values)
        .execution_options(synchronize_session=False)
    )
    _tell(session, row, status, facts)


def tie(session: Session, tied: Sequence[tuple[Held, str, UUID]]) -> None:
    """Say of movements by which mode and to which intent they are in the books, each alone."""
    named = {
        "tenant": tenant_of(session),
        "ids": array(row.id for row, _, _ in tied),
        "modes": [mode for _, mode, _ in tied],
        "intents": array(intent_id for _, _, intent_id in tied),
    }
    session.execute(_TIE, named)
    for row, mode, intent_id in tied:
        _tell(session, row, BankStatus.RECONCILED, {"mode": mode, "intent_id": intent_id})


def _tell(
    session: Session, row: BankTransactionRow | Held, status: BankStatus, facts: dict[str, object]
) -> None:
    audit.record(
        session,
        f"bank_transaction.{_ACTIONS[status]}",
        "bank_transaction",
        row.id,
        before={"status": row.status, "intent_id": row.intent_id},
        after={"status": status.value, **facts},
    )


def untied_from(session: Session, intent_id: UUID) -> list[BankUntieRow]:
    """Movements that the reversal of an intent opened, in the order of their ids."""
    query = select(BankUntieRow).where(
        BankUntieRow.tenant_id == tenant_of(session), BankUntieRow.intent_id == intent_id
    )
    return list(session.exec(query.order_by(col(BankUntieRow.bank_transaction_id))))


def untie(session: Session, row: BankTransactionRow, facts: dict[str, object]) -> None:
    """Open a movement whose intent was reversed; should that be taken back, it is tied again."""
    if row.intent_id is None or row.mode is None:
        raise ValueError("The movement is tied to nothing.")
    session.merge(
        BankUntieRow(
            tenant_id=row.tenant_id,
            intent_id=row.intent_id,
            bank_transaction_id=row.id,
            mode=row.mode,
            match_group_id=row.match_group_id,
        )
    )
    session.flush()
    reopen(session, row, facts)


def reopen(session: Session, row: BankTransactionRow, facts: dict[str, object]) -> None:
    """Open a movement again."""
    change(
        session,
        row,
        BankStatus.UNRECONCILED,
        facts,
        mode=None,
        intent_id=None,
        match_group_id=None,
    )
