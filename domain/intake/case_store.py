"""An inbox item and its review case, held by one transaction at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

import sqlalchemy
from sqlalchemy import Uuid, and_, bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.database import audit
from domain.database.plain import TENANT, rows_of
from domain.database.session import actor_of, tenant_of
from domain.errors import Conflict, NotFound
from domain.intake.case_finding import CaseFinding
from domain.intake.inbox import InboxStatus
from domain.intake.review import ReviewState
from domain.intake.rows import CaseInputRow, InboxItemRow, ReviewCaseRow
from domain.letters import store as letters
from domain.payables.normalized import NormalizedInvoice


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
    named = {"tenant": tenant_of(session), "item": inbox_id}
    both, items, cases = _held_queries(claim=claim)
    found = session.execute(both, named).one_or_none()
    if found is not None:
        return Held(*found)
    # There is no case, or it is being opened by whoever holds the item: then it is seen after.
    item = session.scalars(items, named).one_or_none()
    if item is None:
        raise NotFound("There is no such document in the inbox.")
    return Held(item, session.scalars(cases, named).one_or_none())


@cache
def _held_queries(*, claim: bool) -> tuple[Any, Any, Any]:
    """Item and case, the item, the case. Built once: that takes longer than to ask."""
    tenant: Any = bindparam("tenant")
    item: Any = bindparam("item")
    its_case = and_(
        col(ReviewCaseRow.tenant_id) == col(InboxItemRow.tenant_id),
        col(ReviewCaseRow.inbox_id) == col(InboxItemRow.id),
    )
    queries: list[Any] = [
        select(InboxItemRow, ReviewCaseRow)
        .join(ReviewCaseRow, its_case)
        .where(col(InboxItemRow.tenant_id) == tenant, col(InboxItemRow.id) == item),
        select(InboxItemRow).where(
            col(InboxItemRow.tenant_id) == tenant, col(InboxItemRow.id) == item
        ),
        select(ReviewCaseRow).where(
            col(ReviewCaseRow.tenant_id) == tenant, col(ReviewCaseRow.inbox_id) == item
        ),
    ]
    if claim:
        queries = [each.with_for_update() for each in queries]
    both, items, cases = (each.execution_options(populate_existing=True) for each in queries)
    return both, items, cases


def invoice_of(case: ReviewCaseRow) -> NormalizedInvoice:
    """What the case proposes."""
    return NormalizedInvoice.from_json(dict(case.normalized_invoice))


def name_of(case: ReviewCaseRow) -> str:
    """What a letter calls the document: vendor and number, as far as they are known."""
    invoice = invoice_of(case)
    named = [invoice.vendor.name or "", invoice.invoice_number or ""]
    return " ".join(filter(None, named)) or "ohne Namen und Nummer"


def findings_of(case: ReviewCaseRow) -> list[CaseFinding]:
    """What was found at the last look, with what people answered."""
    return [CaseFinding.from_json(cast(dict[str, Any], each)) for each in case.findings]


def state_of(case: ReviewCaseRow) -> ReviewState:
    """The queue the case waits in, or how it ended."""
    return ReviewState(case.queue_state)


def change_item(session: Session, item: InboxItemRow, values: Mapping[str, Any]) -> None:
    """Store new values of an item, and have them in the row that is held."""
    _change(session, item, values)


def change_case(
    session: Session, case: ReviewCaseRow, values: Mapping[str, Any], at: datetime
) -> None:
    """Store what a reviewer sees otherwise now: a new version of the case."""
    remember(session, case, {**values, "version": case.version + 1, "updated_at": at})


def remember(session: Session, case: ReviewCaseRow, values: Mapping[str, Any]) -> None:
    """Store what a reviewer does not see, reminders for one: the version stays."""
    _change(session, case, values)


def close(
    session: Session, held_: Held, status: InboxStatus, at: datetime, reason: str | None = None
) -> None:
    """Decide an item for good."""
    decided = {"decided_by": actor_of(session).user_id, "decided_at": at}
    if held_.case is not None:
        letters.withdraw(session, "review_case", held_.case.id, at)
    audit.record(
        session,
        f"inbox_item.{status}",
        "inbox_item",
        held_.item.id,
        before={"status": held_.item.status},
        after={"status": status},
        reason=reason,
    )
    change_item(
        session, held_.item, {"status": status.value, "rejection_reason": reason, **decided}
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
    session.connection().execute(_keep_input(), values)
    return input_id


@cache
def _keep_input() -> Any:
    """Built once; what was said before under the id stays."""
    table = CaseInputRow.__table__  # type: ignore[attr-defined]
    return insert(table).on_conflict_do_nothing()


def input_of(session: Session, input_id: UUID | None, inbox_id: UUID) -> dict[str, Any]:
    """What a person said; nothing when they said nothing."""
    if input_id is None:
        return {}
    rows = rows_of(session, _input_query(), input=input_id, inbox=inbox_id)
    if not rows:
        raise NotFound("There is no such order.")
    return dict(rows[0].body)


@cache
def _input_query() -> Any:
    row = CaseInputRow
    return sqlalchemy.select(col(row.body)).where(
        col(row.tenant_id) == TENANT,
        col(row.id) == bindparam("input", type_=Uuid()),
        col(row.inbox_id) == bindparam("inbox", type_=Uuid()),
    )


def _change(session: Session, row: InboxItemRow | ReviewCaseRow, values: Mapping[str, Any]) -> None:
    """One UPDATE of what differs; the row that is held is as it is stored."""
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
