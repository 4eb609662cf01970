"""An inbox item and its review case, held by one transaction at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.errors import Conflict, NotFound
from domain.intake.inbox import InboxStatus
from domain.intake.review import ReviewState
from domain.invoicing.normalized import NormalizedInvoice
from domain.store import audit
from domain.tables.bound import actor_of, tenant_of
from domain.tables.intake import CaseInputRow, InboxItemRow, ReviewCaseRow


class NotReadYet(Conflict):
    """The document is still being read; there is no case to decide."""

    code = "INVALID_STATE_TRANSITION"

    def __init__(self) -> None:
        super().__init__("The document is still being read.")


@dataclass(frozen=True, slots=True)
class Held:
    """An item and its case, if there is one; both locked when claimed."""

    item: InboxItemRow
    case: ReviewCaseRow | None

    @property
    def opened(self) -> ReviewCaseRow:
        """The case. Raises NotReadYet."""
        if self.case is None:
            raise NotReadYet
        return self.case

    @property
    def status(self) -> InboxStatus:
        """Where the item stands."""
        return InboxStatus(self.item.status)


def held(session: Session, inbox_id: UUID, *, claim: bool = True) -> Held:
    """Find an item and its case; `claim` makes others wait. Raises NotFound."""
    items = select(InboxItemRow).where(
        InboxItemRow.tenant_id == tenant_of(session), InboxItemRow.id == inbox_id
    )
    found = select(ReviewCaseRow).where(
        ReviewCaseRow.tenant_id == tenant_of(session), ReviewCaseRow.inbox_id == inbox_id
    )
    if claim:
        items, found = items.with_for_update(), found.with_for_update()
    fresh = {"populate_existing": True}
    item = session.exec(items.execution_options(**fresh)).one_or_none()
    if item is None:
        raise NotFound("There is no such document in the inbox.")
    return Held(item, session.exec(found.execution_options(**fresh)).one_or_none())


def invoice_of(case: ReviewCaseRow) -> NormalizedInvoice:
    """What the case proposes."""
    return NormalizedInvoice.from_json(dict(case.normalized_invoice))


def state_of(case: ReviewCaseRow) -> ReviewState:
    """The queue the case waits in, or how it ended."""
    return ReviewState(case.queue_state)


def change_item(session: Session, item: InboxItemRow, values: Mapping[str, Any]) -> None:
    """Store new values of an item."""
    session.execute(
        update(InboxItemRow)
        .where(col(InboxItemRow.tenant_id) == item.tenant_id, col(InboxItemRow.id) == item.id)
        .values(**values)
    )


def change_case(
    session: Session, case: ReviewCaseRow, values: Mapping[str, Any], at: datetime
) -> None:
    """Store new values of a case."""
    session.execute(
        update(ReviewCaseRow)
        .where(col(ReviewCaseRow.tenant_id) == case.tenant_id, col(ReviewCaseRow.id) == case.id)
        .values(updated_at=at, **values)
    )


def close(
    session: Session, held_: Held, status: InboxStatus, at: datetime, reason: str | None = None
) -> None:
    """Decide an item for good."""
    decided = {"decided_by": actor_of(session).user_id, "decided_at": at}
    change_item(
        session, held_.item, {"status": status.value, "rejection_reason": reason, **decided}
    )
    audit.record(
        session,
        f"inbox_item.{status}",
        "inbox_item",
        held_.item.id,
        before={"status": held_.item.status},
        after={"status": status},
        reason=reason,
    )


def keep_input(
    session: Session, input_id: UUID, inbox_id: UUID, body: Mapping[str, Any], at: datetime
) -> UUID:
    """Keep what a person says in an order, so that Temporal carries its id alone."""
    values = {
        "tenant_id": tenant_of(session),
        "id": input_id,
        "inbox_id": inbox_id,
        "body": dict(body),
        "created_by": actor_of(session).user_id,
        "created_at": at,
    }
    session.execute(insert(CaseInputRow).values(values).on_conflict_do_nothing())
    return input_id


def input_of(session: Session, input_id: UUID | None, inbox_id: UUID) -> dict[str, Any]:
    """What a person said; nothing when they said nothing."""
    if input_id is None:
        return {}
    row = session.get(CaseInputRow, (tenant_of(session), input_id))
    if row is None or row.inbox_id != inbox_id:
        raise NotFound("There is no such order.")
    return dict(row.body)
