"""Writes the evidence of bank transactions: one record each, replaced as a whole."""

import json
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from domain.banking import bank_views
from domain.banking.evidence import Evidence, EvidenceType
from domain.banking.rows import BankEvidenceRow, BankTransactionRow
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.documents.rows import DocumentRow
from domain.errors import NotFound
from domain.ids import derived_id


def attach(session: Session, bank_transaction_id: UUID, evidence: Evidence) -> None:
    """Attach or replace the evidence of a movement. Raises NOT_FOUND."""
    before = _replaced_evidence(session, bank_transaction_id)
    _check_document(session, evidence.document_id)
    now = datetime.now(UTC)
    table = BankEvidenceRow.__table__  # type: ignore[attr-defined]
    facts: dict[str, object] = {
        "evidence_type": evidence.kind.value,
        "title": evidence.title,
        "note": evidence.note,
        "document_id": evidence.document_id,
        "metadata": evidence.metadata,
    }
    row = insert(table).values(
        tenant_id=tenant_of(session),
        bank_transaction_id=bank_transaction_id,
        id=derived_id("bank-evidence", tenant_of(session), bank_transaction_id),
        created_by=actor_of(session).user_id,
        created_at=now,
        updated_at=now,
        **facts,
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["tenant_id", "bank_transaction_id"], set_=facts | {"updated_at": now}
        )
    )
    audit.record(
        session,
        "bank_transaction.evidenced",
        "bank_transaction",
        bank_transaction_id,
        before=before,
        after=_audit_facts(evidence),
    )


def _replaced_evidence(session: Session, bank_transaction_id: UUID) -> dict[str, object] | None:
    """What is to be replaced; a voucher of one's own stands nowhere else but in the audit log."""
    session.exec(
        select(BankTransactionRow.id)
        .where(
            BankTransactionRow.tenant_id == tenant_of(session),
            BankTransactionRow.id == bank_transaction_id,
        )
        .with_for_update()
    ).first()
    row = bank_views.evidence(session, bank_transaction_id)
    if row is None:
        return None
    kind = EvidenceType(row.evidence_type)
    return _audit_facts(Evidence(kind, row.title, row.note, row.document_id, row.facts))


def _audit_facts(evidence: Evidence) -> dict[str, object]:
    """Evidence as the audit log keeps it; metadata as text, for its keys are anybody's."""
    metadata = evidence.metadata
    return {
        "evidence_type": evidence.kind.value,
        "title": evidence.title,
        "note": evidence.note,
        "document_id": evidence.document_id,
        "metadata": metadata and json.dumps(metadata, ensure_ascii=False, sort_keys=True),
    }


def _check_document(session: Session, document_id: UUID | None) -> None:
    if document_id is None:
        return
    found = session.exec(
        select(DocumentRow.id).where(
            DocumentRow.tenant_id == tenant_of(session), DocumentRow.id == document_id
        )
    ).first()
    if found is None:
        raise NotFound("There is no such document.", document_id=document_id)
