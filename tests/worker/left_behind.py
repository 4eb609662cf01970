"""What the database holds as open, each as it is when Temporal's store is lost."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlmodel import Session

from domain.actor import Actor
from domain.banking import import_store
from domain.banking.import_store import FileOrder
from domain.database.blobs import Blobs
from domain.database.session import write_session
from domain.documents import store as documents
from domain.documents.store import Reading
from domain.formats.mail import Attachment, Mail, MailKind
from domain.intake import arrival_store, ingestion_store, review_store
from domain.intake.arrival import Arrival, Channel
from domain.letters import store as letters
from domain.letters.letter import AGAIN, LetterKind, Note
from domain.payments import store as payments
from domain.payments.business_day import next_business_day
from domain.payments.store import NewRun
from domain.periods import lock_store
from domain.periods.period import PeriodName
from tests.benchmarks.statements import a_statement
from tests.builders import Tenant
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, an_invoice
from tests.receivables import a_customer, a_posted_outgoing_invoice, an_outgoing_invoice
from tests.servers import Database

AT = datetime.now(UTC)


def filed(session: Session, content: bytes) -> tuple[UUID, UUID]:
    """A document that came with a mail: its item of the inbox, and itself."""
    mail = Mail(
        sender="office@example.org",
        subject="Rechnung",
        message_id=None,
        kind=MailKind.ORDINARY,
        recipients=(),
        attachments=(Attachment("r.pdf", "application/pdf", content),),
    )
    receipt = ingestion_store.Receipt(
        sha256=uuid4().hex * 2, size_bytes=9, received_at=AT, delivery=str(uuid4())
    )
    (found,) = ingestion_store.file_mail(session, mail, receipt).waiting
    return found


def waiting_case(database: Database, tenant: Tenant) -> UUID:
    """A document that was read and waits for a person; nothing of it is known to Temporal."""
    with write_session(database.engine, tenant.id, Actor.system("mail")) as session:
        inbox_id, document_id = filed(session, f"%PDF {uuid4()}".encode())
        documents.keep_reading(session, document_id, "first", Reading(failure="OCR_FAILED"), AT)
        review_store.check(session, inbox_id, AT)
    return inbox_id


def draft_run(database: Database, tenant: Tenant) -> UUID:
    """A payment run that waits for a second person."""
    run_id = uuid4()
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        account = a_bank_account(session)
        invoice = a_posted_invoice(session, an_invoice(a_vendor(session)))
        day = next_business_day((AT + timedelta(days=30)).date())
        payments.create(session, NewRun(run_id, account, day, (invoice,)), AT)
    return run_id


def pending_lock(database: Database, tenant: Tenant) -> str:
    """A request to lock a month."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        lock_store.request_lock(session, PeriodName("2025-01"), uuid4(), AT)
    return "2025-01"


def pending_letter(database: Database, tenant: Tenant) -> UUID:
    """An invitation that was handed to a process."""
    reader = tenant.people["bookkeeper"].user_id
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        note = Note(LetterKind.INVITATION, "user", reader)
        (letter_id,) = letters.write(session, note, [reader], AT, AT)
        letters.hand_over(session, letter_id, AT + AGAIN)
    return letter_id


def overdue_debtor(database: Database, tenant: Tenant) -> UUID:
    """A customer who is late, but not late enough for a letter."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        customer_id = a_customer(session)
        due = (AT - timedelta(days=3)).date()
        a_posted_outgoing_invoice(session, an_outgoing_invoice(customer_id, due=due))
    return customer_id


def unread_document(database: Database, tenant: Tenant, blobs: Blobs) -> UUID:
    """A document that was filed; its reader had not begun."""
    content = b"neither PDF nor XML " + uuid4().bytes
    blobs.put(tenant.id, content)
    with write_session(database.engine, tenant.id, Actor.system("mail")) as session:
        return filed(session, content)[0]


def unsplit_mail(database: Database, tenant: Tenant, blobs: Blobs) -> str:
    """A mail that was acknowledged."""
    raw = f"From: re@lieferant.example\r\n\r\n{uuid4()}\r\n".encode()
    sha256 = blobs.put(tenant.id, raw)
    arrival = Arrival(
        sha256=sha256, size_bytes=len(raw), channel=Channel.MAIL, received_at=datetime.now(UTC)
    )
    with write_session(database.engine, tenant.id, Actor.system("mail")) as session:
        arrival_store.keep(session, arrival)
    return sha256


def announced_import(database: Database, tenant: Tenant, blobs: Blobs) -> UUID:
    """A statement file that was accepted; nobody has begun with it."""
    batch_id, sha256 = uuid4(), blobs.put(tenant.id, a_statement(3))
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        import_store.announce(session, FileOrder(batch_id, sha256, None))
    return batch_id
