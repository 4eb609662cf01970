"""Puts aside what is missing between the statements of an account, with a reason."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session, col

from domain.banking import bank_views, statement_views
from domain.banking.deferral_views import kept
from domain.banking.rows import StatementDeferralRow
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import Conflict, InvalidInput

REASON_LENGTH = 500


class NothingMissing(Conflict):
    """The statements of the account follow one another."""

    code = "NOTHING_MISSING"

    def __init__(self) -> None:
        super().__init__("Nothing is missing between the statements of the account.")


def defer(
    session: Session, account_id: UUID, reason: str, until: date | None, now: tuple[date, datetime]
) -> None:
    """Remind nobody of the gaps there are, for good or until a day; of a later one, all the same.

    `now` is the day it is where the tenant is, and the moment. Raises NOT_FOUND, INVALID_INPUT or
    NOTHING_MISSING.
    """
    bank_views.account(session, account_id)
    today, at = now
    if not 0 < len(reason.strip()) <= REASON_LENGTH:
        raise InvalidInput("/reason", f"needs 1 to {REASON_LENGTH} characters")
    if until is not None and until <= today:
        raise InvalidInput("/until", "is no day to come")
    gaps = statement_views.gaps_of(session, account_id)
    if not gaps:
        raise NothingMissing
    said = {
        "gaps": [kept(each) for each in gaps],
        "until": until,
        "reason": reason.strip(),
        "deferred_by": actor_of(session).user_id,
        "deferred_at": at,
    }
    key = {"tenant_id": tenant_of(session), "bank_account_id": account_id}
    session.execute(
        upsert(StatementDeferralRow)
        .values(**key, **said)
        .on_conflict_do_update(index_elements=list(key), set_=said)
    )
    after: dict[str, object] = {name: said[name] for name in ("gaps", "until", "reason")}
    audit.record(session, "bank_account.gaps_deferred", "bank_account", account_id, after=after)


def resume(session: Session, account_id: UUID) -> None:
    """Remind of the gaps again; where nothing was put aside, nothing changes. Raises NOT_FOUND."""
    bank_views.account(session, account_id)
    gone = session.execute(
        delete(StatementDeferralRow)
        .where(
            col(StatementDeferralRow.tenant_id) == tenant_of(session),
            col(StatementDeferralRow.bank_account_id) == account_id,
        )
        .returning(col(StatementDeferralRow.reason))
    ).first()
    if gone is not None:
        before: dict[str, object] = {"reason": gone.reason}
        audit.record(session, "bank_account.gaps_told", "bank_account", account_id, before=before)
