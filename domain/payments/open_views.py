"""Reads which payment runs are under way, and where one stands."""

from uuid import UUID

from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.payments.rows import PaymentRunRow
from domain.payments.run import RunState, RunStatus

_FINAL = (RunStatus.COMPLETED.value, RunStatus.CANCELLED.value)


def open_runs(session: Session) -> list[UUID]:
    """Runs that are neither completed nor cancelled."""
    query = select(PaymentRunRow.id).where(
        PaymentRunRow.tenant_id == tenant_of(session), col(PaymentRunRow.status).not_in(_FINAL)
    )
    return list(session.exec(query))


def run_state(session: Session, run_id: UUID) -> RunState | None:
    """Where a run stands; None when there is none."""
    row = session.get(PaymentRunRow, (tenant_of(session), run_id))
    if row is None:
        return None
    return RunState(
        tenant_id=row.tenant_id,
        run_id=row.id,
        execution_date=row.execution_date,
        status=RunStatus(row.status),
        reminded=row.reminded_at is not None,
    )
