"""Keeps what people's corrections teach of vendors; each of it can be taken back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.payables import learned_value_views as views
from domain.payables import vendor_views
from domain.payables.learned_value import LearnedValueChanged, NothingLearned
from domain.payables.rows import VendorLearnedValueRow
from domain.payables.vat_treatment_store import Because

# Two that teach something of one vendor at once wait for each other.
_CLAIM = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('learned-value' || CAST(:vendor AS text), 0))"
)


def learn(
    session: Session,
    vendor_id: UUID,
    taught: Mapping[str, Mapping[str, Any] | None],
    because: Because,
) -> list[VendorLearnedValueRow]:
    """Keep what a booked document teaches, by subject; None takes back. What is known stays."""
    if not taught:
        return []
    _claim(session, vendor_id)
    before = views.latest(session, vendor_id)
    kept = []
    for subject, value in sorted(taught.items()):
        known = before.get(subject)
        if value != (known.value if known else None):
            kept.append(_stored(session, vendor_id, subject, known, value, because))
    return kept


def undo(
    session: Session, vendor_id: UUID, subject: str, version: int, because: Because
) -> VendorLearnedValueRow:
    """Take back a learned value: it is proposed no more until it is taught again.

    Raises NotFound, INVALID_STATE_TRANSITION where it is not in force, and LEARNED_VALUE_CHANGED
    where `version` is not the latest.
    """
    vendor_views.known(session, vendor_id)
    _claim(session, vendor_id)
    known = views.latest(session, vendor_id).get(subject)
    if known is None or (known.value is None and known.version == version):
        raise NothingLearned(subject)
    if known.version != version:
        raise LearnedValueChanged(version, known.version)
    return _stored(session, vendor_id, subject, known, None, because)


def _claim(session: Session, vendor_id: UUID) -> None:
    session.execute(_CLAIM, {"vendor": f"{tenant_of(session)}/{vendor_id}"})


def _stored(
    session: Session,
    vendor_id: UUID,
    subject: str,
    known: VendorLearnedValueRow | None,
    value: Mapping[str, Any] | None,
    because: Because,
) -> VendorLearnedValueRow:
    row = VendorLearnedValueRow(
        tenant_id=tenant_of(session),
        vendor_id=vendor_id,
        subject=subject,
        version=known.version + 1 if known else 1,
        value=None if value is None else dict(value),
        document_id=because.document_id,
        reason=because.reason,
        decided_by=actor_of(session).user_id,
        decided_at=because.at,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        f"vendor.learned_value_{'kept' if value is not None else 'undone'}",
        "vendor",
        vendor_id,
        before={"subject": subject, "value": known.value if known else None},
        after={"subject": subject, "value": row.value, "version": row.version},
        reason=because.reason,
    )
    return row
