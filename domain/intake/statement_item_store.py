"""Statements that came by mail: shown in the inbox until their import is settled.

Whoever knows the address of the inbox can write what looks like a statement, and a statement is
the bank's word: it pays invoices and completes runs. So a person lets it in.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from domain.banking import import_store
from domain.banking.import_store import FileOrder
from domain.banking.rows import BankImportRow
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import Conflict
from domain.ids import derived_id
from domain.intake.inbox import InboxStatus, confirmed, rejected
from domain.intake.rows import InboxItemRow

WAITS = "It came by mail. Nothing of it is imported before a person confirms that it is the bank's."

# What of an import nobody needs to look at.
_PLAIN = {"OVERLAP", "ANNOUNCED_ONLY", "DETAILS_ADDED", "STATUS_REPORT"}


class IsStatement(Conflict):
    """A statement is imported, and no document that could be read."""

    def __init__(self, batch_id: UUID) -> None:
        super().__init__("This is a bank statement; its import says more.", batch_id=batch_id)


def announced(session: Session, sha256: str, *, is_held: bool) -> dict[str, object]:
    """Announce the import of a statement; what its inbox item has instead of a reading."""
    batch_id = derived_id("mail-statement", tenant_of(session), sha256)
    import_store.announce(session, FileOrder(batch_id, sha256, None), is_held=is_held)
    return {
        "statement_batch_id": batch_id,
        "status": InboxStatus.PENDING.value,
        "notice": WAITS if is_held else None,
    }


def to_be_imported(session: Session, mail_id: UUID) -> Iterator[tuple[UUID, str]]:
    """Imports of the statements of a mail that are not over, each with its bytes."""
    query = (
        select(BankImportRow.id, BankImportRow.sha256)
        .join(
            InboxItemRow,
            (col(InboxItemRow.tenant_id) == BankImportRow.tenant_id)
            & (col(InboxItemRow.statement_batch_id) == BankImportRow.id),
        )
        .where(
            InboxItemRow.tenant_id == tenant_of(session),
            InboxItemRow.mail_id == mail_id,
            BankImportRow.state == "importing",
        )
        .order_by(col(BankImportRow.id))
    )
    yield from ((batch_id, sha256) for batch_id, sha256 in session.exec(query) if sha256)


def settle(session: Session, batch_id: UUID) -> None:
    """Close the inbox item of an import that is over, if it has one.

    What was imported without a question is confirmed; what was refused, or needs people to look,
    waits and says why.
    """
    item = session.exec(_of_import(session, batch_id)).first()
    row = session.get(BankImportRow, (tenant_of(session), batch_id))
    if item is None or row is None or InboxStatus(item.status).is_final:
        return
    if row.state in {"importing", import_store.HELD}:
        return
    open_ones = list(_open_questions(row))
    item.notice = "; ".join(open_ones) or None
    if not open_ones:
        _decide(session, item, InboxStatus.CONFIRMED, None)
    session.flush()


def decide(
    session: Session, inbox_id: UUID, status: InboxStatus, reason: str | None
) -> tuple[UUID, str] | None:
    """Confirm or reject a statement that waits. Raises ALREADY_PROCESSED.

    What was held is imported once it is confirmed: its import and its bytes are returned, and the
    item is confirmed by it. Rejected it is never imported. It takes nothing back that was imported.
    """
    item = session.get_one(InboxItemRow, (tenant_of(session), inbox_id), with_for_update=True)
    now = InboxStatus(item.status)
    after = confirmed(now) if status is InboxStatus.CONFIRMED else rejected(now)
    key = (tenant_of(session), item.statement_batch_id)
    row = session.get_one(BankImportRow, key, with_for_update=True)
    if row.state == import_store.HELD:
        if after is InboxStatus.CONFIRMED:
            import_store.release(session, row)
            item.notice = None
            session.flush()
            return row.id, row.sha256 or ""
        row.state, row.finished_at = "refused", datetime.now(UTC)
        row.problem = {"code": "REJECTED", "message": reason or "A person rejected the file."}
    _decide(session, item, after, reason)
    session.flush()
    return None


def _of_import(session: Session, batch_id: UUID) -> Any:
    return (
        select(InboxItemRow)
        .where(
            InboxItemRow.tenant_id == tenant_of(session),
            InboxItemRow.statement_batch_id == batch_id,
        )
        .with_for_update()
    )


def _open_questions(row: BankImportRow) -> Iterator[str]:
    if row.state == "refused":
        yield str((row.problem or {}).get("message", "The file was refused."))
    if row.errors:
        yield f"{len(row.errors)} rows could not be read"
    if row.undecided:
        yield f"{row.undecided} rows wait for an answer"
    for finding in row.findings:
        if finding.get("code") not in _PLAIN:
            yield str(finding.get("message"))


def _decide(session: Session, item: InboxItemRow, status: InboxStatus, reason: str | None) -> None:
    before = item.status
    item.status, item.rejection_reason = status.value, reason
    item.decided_at, item.decided_by = datetime.now(UTC), actor_of(session).user_id
    audit.record(
        session,
        f"inbox_item.{status.value}",
        "inbox_item",
        item.id,
        before={"status": before},
        after={"status": status.value, "reason": reason},
    )
