"""Writes mandates and files of direct debits, each in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session, col, select

from domain.access.rows import TenantRow
from domain.banking.file_ids import end_to_end_id, message_id
from domain.banking.rows import BankAccountRow
from domain.database import audit
from domain.database.among import among
from domain.database.session import actor_of, tenant_of
from domain.errors import Conflict, InvalidInput, NotFound
from domain.iban import is_iban
from domain.ids import sha256_hex
from domain.money import BASE_CURRENCY
from domain.payments import collection_views as views
from domain.payments.collecting import (
    MOST_DEBITS,
    Collectable,
    CreditorIdMissing,
    InvoiceBeingCollected,
    NotCollectable,
    check_day,
    check_notice,
)
from domain.payments.mandate import (
    Mandate,
    MandateExists,
    MandateNotUsable,
    Scheme,
    is_creditor_id,
)
from domain.payments.pain001 import Party, Version
from domain.payments.pain008 import Collection, Debit, DebitVersion, write
from domain.payments.rows import CollectionItemRow, CollectionRow, MandateRow
from domain.payments.run import BankAccountNotFound, InvoiceNotFound
from domain.receivables import customer_views
from domain.receivables.rows import OutgoingInvoiceRow

REASON_LENGTH = 500


class CollectionWithdrawn(Conflict):
    """The file was withdrawn before."""

    code = "INVALID_STATE_TRANSITION"

    def __init__(self) -> None:
        super().__init__("The collection is withdrawn.")


@dataclass(frozen=True, slots=True)
class NewCollection:
    """A file as it is asked for: invoices, and on which day their customers were told of it."""

    collection_id: UUID
    bank_account_id: UUID
    collection_date: date
    scheme: Scheme
    told_on: Mapping[UUID, date]


def add_mandate(session: Session, mandate: Mandate) -> UUID:
    """Keep what a customer has signed. Raises NOT_FOUND or MANDATE_EXISTS."""
    customer_views.customer(session, mandate.customer_id)
    stored = session.execute(
        upsert(MandateRow)
        .values(
            tenant_id=tenant_of(session),
            id=mandate.mandate_id,
            customer_id=mandate.customer_id,
            reference=mandate.reference,
            holder=mandate.holder,
            iban=mandate.iban,
            bic=mandate.bic,
            scheme=mandate.scheme.value,
            is_recurrent=mandate.is_recurrent,
            signed_on=mandate.signed_on,
            notice_days=mandate.notice_days,
            created_by=actor_of(session).user_id,
            created_at=datetime.now(UTC),
        )
        .on_conflict_do_nothing(constraint="uq_mandate_reference")
        .returning(col(MandateRow.id))
    )
    if stored.first() is None:
        existing = session.exec(
            select(MandateRow.id).where(
                MandateRow.tenant_id == tenant_of(session),
                MandateRow.reference == mandate.reference,
            )
        ).one()
        raise MandateExists(existing)
    facts: dict[str, object] = {"reference": mandate.reference, "iban": mandate.iban}
    audit.record(session, "mandate.added", "mandate", mandate.mandate_id, after=facts)
    return mandate.mandate_id


def revoke_mandate(session: Session, mandate_id: UUID) -> None:
    """Note that the customer took the mandate back. Raises MANDATE_NOT_FOUND."""
    known = views.mandate(session, mandate_id)
    if known.mandate.is_revoked:
        raise MandateNotUsable(mandate_id, "revoked")
    session.execute(
        update(MandateRow)
        .where(col(MandateRow.tenant_id) == tenant_of(session), col(MandateRow.id) == mandate_id)
        .values(revoked_by=actor_of(session).user_id, revoked_at=datetime.now(UTC))
    )
    audit.record(session, "mandate.revoked", "mandate", mandate_id)


def collect(session: Session, new: NewCollection, today: date, at: datetime) -> UUID:
    """Write, validate and store a file of direct debits.

    Raises CREDITOR_ID_MISSING, BANK_ACCOUNT_NOT_FOUND, NOT_A_BUSINESS_DAY, INVALID_INPUT,
    INVOICE_NOT_FOUND, NOT_COLLECTABLE, MANDATE_NOT_USABLE, NOTICE_TOO_SHORT or
    INVOICE_BEING_COLLECTED.
    """
    if not 0 < len(new.told_on) <= MOST_DEBITS:
        raise InvalidInput("/invoices", f"needs 1 to {MOST_DEBITS} invoices")
    check_day(new.collection_date, today)
    creditor, creditor_id = _creditor(session, new.bank_account_id)
    debits = _debits(session, new, today)
    account = session.get_one(BankAccountRow, (tenant_of(session), new.bank_account_id))
    is_legacy = account.payment_version == Version.V03
    version = DebitVersion.V02 if is_legacy else DebitVersion.V08
    order = Collection(
        message_id=message_id(new.collection_id),
        created_at=at,
        collection_date=new.collection_date,
        creditor=creditor,
        creditor_id=creditor_id,
        scheme=new.scheme,
        debits=tuple(debit for _, debit in debits),
    )
    _store(session, new, order, version, [known for known, _ in debits])
    return new.collection_id


def withdraw(session: Session, collection_id: UUID, reason: str) -> None:
    """Note that the bank does not carry a file out; its invoices can be collected again."""
    if not 0 < len(reason.strip()) <= REASON_LENGTH:
        raise InvalidInput("/reason", f"needs 1 to {REASON_LENGTH} characters")
    mine = (
        col(CollectionRow.tenant_id) == tenant_of(session),
        col(CollectionRow.id) == collection_id,
    )
    row = session.exec(select(CollectionRow).where(*mine).with_for_update()).first()
    if row is None:
        raise NotFound("There is no such collection.")
    if row.withdrawn_at is not None:
        raise CollectionWithdrawn
    session.execute(
        update(CollectionRow)
        .where(*mine)
        .values(
            withdrawn_by=actor_of(session).user_id,
            withdrawn_at=datetime.now(UTC),
            withdrawal_reason=reason.strip(),
        )
    )
    facts: dict[str, object] = {"reason": reason.strip()}
    audit.record(session, "collection.withdrawn", "collection", collection_id, after=facts)


def _creditor(session: Session, bank_account_id: UUID) -> tuple[Party, str]:
    owner = session.get_one(TenantRow, tenant_of(session))
    if owner.creditor_id is None or not is_creditor_id(owner.creditor_id):
        raise CreditorIdMissing
    account = session.get(BankAccountRow, (tenant_of(session), bank_account_id))
    if account is None:
        raise BankAccountNotFound(bank_account_id)
    if not is_iban(account.iban or "") or account.currency != BASE_CURRENCY:
        raise InvalidInput("/bank_account_id", "needs a valid IBAN and the currency EUR")
    return Party(owner.company_name, account.iban or "", account.bic), owner.creditor_id


def _debits(session: Session, new: NewCollection, today: date) -> list[tuple[Collectable, Debit]]:
    """What is collected of each invoice; the invoices are held until the file is stored."""
    session.execute(
        select(OutgoingInvoiceRow.id)
        .where(
            OutgoingInvoiceRow.tenant_id == tenant_of(session),
            among(col(OutgoingInvoiceRow.id), new.told_on),
        )
        .order_by(col(OutgoingInvoiceRow.id))
        .with_for_update(key_share=True)
    )
    # A mandate for one collection is used once, whatever invoice it is of.
    session.execute(
        select(MandateRow.id)
        .where(
            MandateRow.tenant_id == tenant_of(session),
            col(MandateRow.customer_id).in_(
                select(OutgoingInvoiceRow.customer_id).where(
                    OutgoingInvoiceRow.tenant_id == tenant_of(session),
                    among(col(OutgoingInvoiceRow.id), new.told_on),
                )
            ),
        )
        .order_by(col(MandateRow.id))
        .with_for_update(key_share=True)
    )
    if taken := views.being_collected(session, new.told_on, today):
        raise InvoiceBeingCollected(taken)
    known = views.collectables(session, new.told_on, new.scheme)
    found, once = [], set()
    for number, (invoice_id, told_on) in enumerate(new.told_on.items(), 1):
        if invoice_id not in known:
            raise InvoiceNotFound(invoice_id)
        each = known[invoice_id]
        mandate = each.mandate_for(new.scheme, new.collection_date)
        check_notice(invoice_id, mandate, told_on, new.collection_date)
        if not mandate.is_recurrent and mandate.mandate_id in once:
            raise NotCollectable(invoice_id, "used_up")
        once.add(mandate.mandate_id)
        id_ = end_to_end_id(new.collection_id, number)
        found.append((each, Debit(id_, each.remaining_amount, mandate, each.invoice_number)))
    return found


def _store(
    session: Session,
    new: NewCollection,
    order: Collection,
    version: DebitVersion,
    known: list[Collectable],
) -> None:
    content = write(order, version)
    total: Decimal = order.control_sum
    session.add(
        CollectionRow(
            tenant_id=tenant_of(session),
            id=new.collection_id,
            bank_account_id=new.bank_account_id,
            scheme=new.scheme.value,
            collection_date=new.collection_date,
            total_amount=total,
            debit_count=len(order.debits),
            message_id=order.message_id,
            version=version.value,
            content=content,
            sha256=sha256_hex(content),
            created_by=actor_of(session).user_id,
            created_at=order.created_at,
        )
    )
    session.flush()
    rows = [
        {
            "tenant_id": tenant_of(session),
            "collection_id": new.collection_id,
            "position": position,
            "invoice_id": each.invoice_id,
            "mandate_id": debit.mandate.mandate_id,
            "amount": debit.amount,
            "sequence": debit.mandate.sequence.value,
            "told_on": new.told_on[each.invoice_id],
            "end_to_end_id": debit.end_to_end_id,
        }
        for position, (each, debit) in enumerate(zip(known, order.debits, strict=True), 1)
    ]
    session.execute(insert(CollectionItemRow), rows)
    after: dict[str, object] = {"total_amount": total, "debits": len(rows)}
    audit.record(session, "collection.exported", "collection", new.collection_id, after=after)
