"""Keeps what the bank said of payment runs, and moves runs by it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.banking.file_ids import transfer_of
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import NotFound
from domain.formats.pain002 import StatusReport, ToldStatus
from domain.ids import derived_id
from domain.money import ZERO
from domain.payables import payee_check_store
from domain.payables.payee_check import PayeeCheck, result_of
from domain.payments import collection_answer_store, collection_answer_views
from domain.payments.answer_views import evidence, run_of_message
from domain.payments.bank_answer import OVER, Evidence, Outcome, Standing, outcomes_of
from domain.payments.rows import PaymentAnswerRow, PaymentRunItemRow, PaymentRunRow
from domain.payments.run import RunStatus

_PIECE = 1000
_ANSWERED = {RunStatus.EXPORTED, RunStatus.COMPLETED, RunStatus.CANCELLED}


class PaymentFileUnknown(NotFound):
    """The message is about a payment file that did not leave this house."""

    code = "NOT_FOUND"

    def __init__(self, original_message_id: str) -> None:
        super().__init__(
            "The status report is about an unknown payment file.",
            original_message_id=original_message_id,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """What a message left: how many statuses it has, how many are new, ids nobody knows.

    It is about a payment run or about a collection.
    """

    statuses: int
    new: int
    unknown: tuple[str, ...]
    run_id: UUID | None = None
    collection_id: UUID | None = None


def keep(session: Session, report: StatusReport) -> Kept:
    """Store what a message says; the same message again says nothing new. Raises NOT_FOUND.

    That another person brings it, too, is kept.
    """
    run_id = run_of_message(session, report.original_message_id)
    if run_id is not None:
        return _keep_of_run(session, run_id, report)
    collection = collection_answer_views.collection_of(session, report.original_message_id)
    if collection is None:
        raise PaymentFileUnknown(report.original_message_id)
    left = collection_answer_store.keep(session, collection, report)
    return Kept(len(report.told), left.new, left.unknown, collection_id=collection.id)


def _keep_of_run(session: Session, run_id: UUID, report: StatusReport) -> Kept:
    known = _transfers(session, run_id)
    rows, unknown = [], []
    for each in report.told:
        number = transfer_of(each.end_to_end_id, run_id)
        if each.end_to_end_id is not None and number not in known:
            unknown.append(each.end_to_end_id)
        else:
            rows.append(_row(session, run_id, report, each, number))
    stored = [_insert(session, piece) for piece in _pieces(rows)]
    new, seconded = (sum(each[at] for each in stored) for at in (0, 1))
    if new:
        _record_checks(session, run_id, report)
    if new or seconded:
        after: dict[str, object] = {"message_id": report.message_id, "statuses": new}
        audit.record(session, "payment_run.bank_answered", "payment_run", run_id, after=after)
    return Kept(len(report.told), new, tuple(unknown), run_id=run_id)


def apply(session: Session, row: PaymentRunRow, at: datetime) -> RunStatus:
    """Move a locked run by all that is known of it; the same again changes nothing.

    Refused and returned items are free, unless they may have been executed; the run is over when
    nothing more is waited for.
    """
    status = RunStatus(row.status)
    if status not in _ANSWERED:
        return status
    known = evidence(session, row)
    if known.count == row.evidence:
        return status
    items = _items(session, row.id)
    outcomes = _outcomes(items, known)
    changed = [each for each in items if _is_changed(each, outcomes[each.transfer])]
    for each in changed:
        _store(session, each, outcomes[each.transfer], at)
    _update(session, row.id, evidence=known.count)
    if changed:
        _record(session, row.id, [outcomes[each.transfer] for each in changed])
    return _after(status, outcomes.values())


def _record_checks(session: Session, run_id: UUID, report: StatusReport) -> None:
    """Keep what the bank says of names and accounts with the vendors that were to be paid."""
    results = {
        transfer_of(each.end_to_end_id, run_id): result
        for each in report.told
        if (result := result_of(each.status)) is not None
    }
    for item in _items(session, run_id) if results else ():
        result = results.get(item.transfer)
        if result is not None and item.amount > ZERO:
            payee_check_store.record(
                session,
                PayeeCheck(
                    item.vendor_id, item.vendor_name, item.vendor_iban, result, report.created_at
                ),
            )


def _pieces(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    yield from (rows[at : at + _PIECE] for at in range(0, len(rows), _PIECE))


def _insert(session: Session, rows: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Store statuses, and who else brings the known ones; how many are new, and how many those."""
    new = _stored(session, rows)
    ids = [row["id"] for row in rows if row["id"] not in new]
    answer = PaymentAnswerRow
    query = select(answer.id, answer.created_by).where(
        answer.tenant_id == tenant_of(session), col(answer.id).in_(ids)
    )
    first = {row[0]: row[1] for row in session.exec(query)} if ids else {}
    again = [
        row | {"id": derived_id("payment-answer-again", row["id"], row["created_by"])}
        for row in rows
        if row["id"] in first and first[row["id"]] != row["created_by"]
    ]
    seconded = len(_stored(session, again)) if again else 0
    return len(new), seconded


def _stored(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Store rows; the ids of those that were not there."""
    made = insert(PaymentAnswerRow).values(rows).on_conflict_do_nothing()
    return set(session.scalars(made.returning(col(PaymentAnswerRow.id))))


def _outcomes(items: Iterable[PaymentRunItemRow], known: Evidence) -> dict[int, Outcome]:
    sums: dict[int, Decimal] = {}
    for item in items:
        sums[item.transfer] = sums.get(item.transfer, ZERO) + item.amount
    return outcomes_of(sums, known)


def _after(status: RunStatus, outcomes: Iterable[Outcome]) -> RunStatus:
    """A run that is exported is over when each of its transfers is."""
    standings = {each.standing for each in outcomes}
    if status is not RunStatus.EXPORTED or not standings <= OVER:
        return status
    return RunStatus.CANCELLED if standings == {Standing.REFUSED} else RunStatus.COMPLETED


def _is_changed(item: PaymentRunItemRow, outcome: Outcome) -> bool:
    return (item.standing, item.reason, item.reason_text) != (
        outcome.standing.value,
        outcome.reason,
        outcome.reason_text,
    )


def _store(session: Session, item: PaymentRunItemRow, outcome: Outcome, at: datetime) -> None:
    """Note where an item stands. What was executed after all is promised again."""
    is_executed = outcome.standing in {Standing.EXECUTED, Standing.HELD, Standing.RETURNED}
    values: dict[str, object] = {
        "standing": outcome.standing.value,
        "reason": outcome.reason,
        "reason_text": outcome.reason_text,
        "executed_at": (item.executed_at or at) if is_executed else None,
        "released_at": (item.released_at or at) if outcome.is_free else None,
    }
    if outcome.is_free:
        values["is_active"] = False
    session.execute(
        update(PaymentRunItemRow)
        .where(
            col(PaymentRunItemRow.tenant_id) == item.tenant_id, col(PaymentRunItemRow.id) == item.id
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _record(session: Session, run_id: UUID, outcomes: Iterable[Outcome]) -> None:
    counted = Counter((outcome.standing.value, outcome.reason) for outcome in outcomes)
    told = [
        {"standing": standing, "reason": reason, "items": count}
        for (standing, reason), count in sorted(counted.items(), key=str)
    ]
    counts: dict[str, object] = {"answers": told}
    audit.record(session, "payment_run.answered", "payment_run", run_id, after=counts)


def _items(session: Session, run_id: UUID) -> list[PaymentRunItemRow]:
    query = (
        select(PaymentRunItemRow)
        .where(
            PaymentRunItemRow.tenant_id == tenant_of(session), PaymentRunItemRow.run_id == run_id
        )
        .order_by(col(PaymentRunItemRow.position))
        .execution_options(populate_existing=True)
    )
    return list(session.exec(query))


def _transfers(session: Session, run_id: UUID) -> set[int]:
    query = select(PaymentRunItemRow.transfer).where(
        PaymentRunItemRow.tenant_id == tenant_of(session), PaymentRunItemRow.run_id == run_id
    )
    return set(session.exec(query))


def _row(
    session: Session, run_id: UUID, report: StatusReport, told: ToldStatus, number: int | None
) -> dict[str, object]:
    tenant_id = tenant_of(session)
    said = (report.message_id, number, told.depth, told.status, told.reason)
    return {
        "tenant_id": tenant_id,
        "id": derived_id("payment-answer", tenant_id, run_id, *said),
        "run_id": run_id,
        "transfer": number,
        "depth": told.depth,
        "message_id": report.message_id,
        "status": told.status,
        "reason": told.reason,
        "reason_text": told.reason_text,
        "told_at": report.created_at,
        "created_by": actor_of(session).user_id,
        "created_at": datetime.now(UTC),
    }


def _update(session: Session, run_id: UUID, **values: object) -> None:
    session.execute(
        update(PaymentRunRow)
        .where(col(PaymentRunRow.tenant_id) == tenant_of(session), col(PaymentRunRow.id) == run_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
