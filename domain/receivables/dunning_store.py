"""Writes letters to debtors: proposed, drawn, released, withdrawn; and who is not dunned.

Whoever decides about a debtor holds its lock, so that proposals, releases and stops take turns.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session, col

from domain.access.rows import TenantRow
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.dates import local_day
from domain.errors import InvalidInput, NotFound, Stale
from domain.ids import derived_id
from domain.letters import store as letters
from domain.letters.letter import LetterKind, Note
from domain.receivables import customer_views
from domain.receivables import dunning_views as views
from domain.receivables.dunning import (
    NOTICE,
    DebtorState,
    NoticeNotDrawn,
    NoticeNotProposed,
    NoticeOutdated,
    NoticeState,
    Proposal,
    Stage,
    is_over,
    next_day,
    proposal,
)
from domain.receivables.dunning_policy import DunningPolicy, Language
from domain.receivables.rows import (
    CustomerRow,
    DunningNoticeItemRow,
    DunningNoticeRow,
    DunningPolicyRow,
    DunningStopRow,
)

_CLAIM = text("SELECT pg_advisory_xact_lock(hashtextextended('dunning' || :what, 0))")
_FRESH_DAYS = 3
"""A letter that nobody released for so long is made anew, with another day to pay until."""
_SOON, _A_DAY = timedelta(minutes=15), timedelta(days=1)
_MORNING = time(4, tzinfo=UTC)
_REASON_LENGTH = 500


class DunningPolicyChanged(Stale):
    """Somebody made another version of the policy meanwhile."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"The policy is version {version}; look at it and decide again.", version=version
        )


def change_policy(
    session: Session, policy: DunningPolicy, seen: int, at: datetime
) -> DunningPolicy:
    """Store the next version; `seen` is the one that its author looked at."""
    session.execute(_CLAIM, {"what": f"policy{tenant_of(session)}"})
    before = views.policy(session)
    if seen != before.version:
        raise DunningPolicyChanged(before.version)
    made = DunningPolicy.from_json(policy.to_json(), before.version + 1)
    session.execute(
        insert(DunningPolicyRow).values(
            tenant_id=tenant_of(session),
            version=made.version,
            body=made.to_json(),
            created_by=actor_of(session).user_id,
            created_at=at,
        )
    )
    audit.record(
        session,
        "dunning_policy.changed",
        "dunning_policy",
        made.version,
        before=before.to_json(),
        after=made.to_json(),
    )
    return made


def look(session: Session, customer_id: UUID, at: datetime) -> DebtorState:
    """Compare what is proposed with what is owed: withdraw what is outdated, propose what is due.

    Repeated, it changes nothing.
    """
    _claim(session, customer_id)
    today = _today(session, at)
    policy, items = views.policy(session), views.debtor_items(session, customer_id, today)
    stopped = views.stop_of(session, customer_id, today)
    is_dunned = policy.is_on and stopped is None
    wanted = proposal(items, policy, today) if is_dunned else None
    row = views.proposed(session, customer_id)
    if row is not None and not _is_right(session, row, wanted, today):
        _withdraw(session, row, "outdated" if is_dunned else "stopped", at)
        row = None
    if row is None and wanted is not None:
        row = _propose(session, customer_id, wanted, policy, at)
    if row is not None:
        return DebtorState(
            Stage.PROPOSED,
            row.id,
            row.level,
            is_drawn=row.document_id is not None,
            needs_release=policy.needs_release,
            look_at=at + _SOON,
        )
    if stopped is not None:
        return DebtorState(Stage.STOPPED, look_at=_morning_of(stopped.until))
    if not policy.is_on or is_over(items, today):
        return DebtorState(Stage.OVER)
    following = _morning_of(next_day(items, policy, today))
    return DebtorState(Stage.WAITING, look_at=min(following or at + _A_DAY, at + _A_DAY))


def drawn(session: Session, notice_id: UUID, document_id: UUID) -> None:
    """Keep the PDF of a letter; the first one stays."""
    session.execute(
        update(DunningNoticeRow)
        .where(
            col(DunningNoticeRow.tenant_id) == tenant_of(session),
            col(DunningNoticeRow.id) == notice_id,
            col(DunningNoticeRow.document_id).is_(None),
        )
        .values(document_id=document_id)
    )


def release(session: Session, notice_id: UUID, at: datetime) -> DebtorState:
    """Let a letter go out as it was drawn: by mail where the debtor has an address, else on paper.

    Raises NOT_FOUND, INVALID_STATE_TRANSITION, or NOTICE_OUTDATED where it says something that is
    not owed any more.
    """
    customer_id = views.notice(session, notice_id).notice.customer_id
    _claim(session, customer_id)
    row = views.notice(session, notice_id).notice
    if row.state != NoticeState.PROPOSED.value:
        raise NoticeNotProposed(NoticeState(row.state))
    if row.document_id is None:
        raise NoticeNotDrawn
    today = _today(session, at)
    policy, items = views.policy(session), views.debtor_items(session, customer_id, today)
    stopped = views.stop_of(session, customer_id, today)
    wanted = proposal(items, policy, today) if policy.is_on and stopped is None else None
    if not _is_right(session, row, wanted, today):
        raise NoticeOutdated
    mailed_to = customer_views.customer(session, customer_id).customer.email
    _decide(session, row, NoticeState.RELEASED, at, released_on=today, mailed_to=mailed_to)
    if mailed_to is not None:
        note = Note(LetterKind.DUNNING, NOTICE, notice_id)
        letters.write(session, note, [None], at, at)
    return look(session, customer_id, at)


def stop(
    session: Session, customer_id: UUID, reason: str, until: date | None, at: datetime
) -> None:
    """Dun a customer no more, or not before a day; what is proposed is withdrawn."""
    if not customer_views.exists(session, customer_id):
        raise NotFound("There is no such customer.")
    if not 0 < len(reason.strip()) <= _REASON_LENGTH:
        raise InvalidInput("/reason", f"needs 1 to {_REASON_LENGTH} characters")
    if until is not None and until <= _today(session, at):
        raise InvalidInput("/until", "is no day to come")
    _claim(session, customer_id)
    said = {
        "until": until,
        "reason": reason.strip(),
        "stopped_by": actor_of(session).user_id,
        "stopped_at": at,
    }
    key = {"tenant_id": tenant_of(session), "customer_id": customer_id}
    session.execute(
        upsert(DunningStopRow)
        .values(**key, **said)
        .on_conflict_do_update(index_elements=list(key), set_=said)
    )
    after: dict[str, object] = {"until": until, "reason": reason.strip()}
    audit.record(session, "customer.dunning_stopped", "customer", customer_id, after=after)
    row = views.proposed(session, customer_id)
    if row is not None:
        _withdraw(session, row, "stopped", at)


def resume(session: Session, customer_id: UUID) -> None:
    """Dun a customer again; where it is not stopped, nothing changes."""
    if not customer_views.exists(session, customer_id):
        raise NotFound("There is no such customer.")
    _claim(session, customer_id)
    gone = session.execute(
        delete(DunningStopRow)
        .where(
            col(DunningStopRow.tenant_id) == tenant_of(session),
            col(DunningStopRow.customer_id) == customer_id,
        )
        .returning(col(DunningStopRow.reason))
    ).first()
    if gone is not None:
        before: dict[str, object] = {"reason": gone.reason}
        audit.record(session, "customer.dunning_resumed", "customer", customer_id, before=before)


def _claim(session: Session, customer_id: UUID) -> None:
    session.execute(_CLAIM, {"what": str(customer_id)})


def _today(session: Session, at: datetime) -> date:
    return local_day(at, session.get_one(TenantRow, tenant_of(session)).country)


def _morning_of(day: date | None) -> datetime | None:
    return datetime.combine(day, _MORNING) if day else None


def _is_right(
    session: Session, row: DunningNoticeRow, wanted: Proposal | None, today: date
) -> bool:
    """Whether a proposed letter says what would be said today, and is not too old to be sent."""
    if wanted is None or row.day < today - timedelta(days=_FRESH_DAYS):
        return False
    said = {(x.open_item_id, x.level, x.remaining_amount) for x in views.lines(session, row.id)}
    right = {(x.open_item_id, x.level, x.remaining_amount) for x in wanted.items}
    return (row.level, row.fee, said) == (wanted.level, wanted.fee, right)


def _propose(
    session: Session, customer_id: UUID, wanted: Proposal, policy: DunningPolicy, at: datetime
) -> DunningNoticeRow:
    today = _today(session, at)
    customer = session.get_one(CustomerRow, (tenant_of(session), customer_id))
    _, before = views.notices(
        session, views.NoticeFilter(customer_id=customer_id), limit=1, offset=0
    )
    notice_id = derived_id("dunning", tenant_of(session), customer_id, before)
    row = DunningNoticeRow(
        tenant_id=tenant_of(session),
        id=notice_id,
        customer_id=customer_id,
        state=NoticeState.PROPOSED.value,
        level=wanted.level,
        language=Language.of(customer.country).value,
        day=today,
        pay_until=today + timedelta(days=policy.levels[wanted.level - 1].pay_days),
        fee=wanted.fee,
        total=wanted.total,
        policy_version=policy.version,
        created_at=at,
    )
    session.add(row)
    session.flush()
    owner = {"tenant_id": tenant_of(session), "notice_id": notice_id}
    columns = ("open_item_id", "level", "document_number", "document_date", "due_date")
    lines = [
        {**owner, "remaining_amount": item.remaining_amount}
        | {name: getattr(item, name) for name in columns}
        for item in wanted.items
    ]
    session.execute(insert(DunningNoticeItemRow), lines)
    after: dict[str, object] = {"customer_id": customer_id, "level": row.level, "total": row.total}
    audit.record(session, "dunning_notice.proposed", "dunning_notice", notice_id, after=after)
    return row


def _withdraw(session: Session, row: DunningNoticeRow, reason: str, at: datetime) -> None:
    _decide(session, row, NoticeState.WITHDRAWN, at, reason=reason)


def _decide(
    session: Session, row: DunningNoticeRow, state: NoticeState, at: datetime, **facts: Any
) -> None:
    session.execute(
        update(DunningNoticeRow)
        .where(
            col(DunningNoticeRow.tenant_id) == tenant_of(session),
            col(DunningNoticeRow.id) == row.id,
        )
        .values(state=state.value, decided_at=at, decided_by=actor_of(session).user_id, **facts)
        .execution_options(synchronize_session=False)
    )
    audit.record(
        session,
        f"dunning_notice.{state}",
        "dunning_notice",
        row.id,
        before={"state": row.state},
        after={"state": state.value, "level": row.level, **facts},
    )
