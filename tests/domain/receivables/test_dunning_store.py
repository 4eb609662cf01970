"""Dunning on PostgreSQL: proposed once, released as it was drawn, stopped by money or a person."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session

from activities.dunning import PostgresDunning
from activities.letter import PostgresLetters
from activities.relay import Relay
from domain.banking import statement_store
from domain.banking.bank_transaction import BankTransaction
from domain.banking.file_ids import end_to_end_id
from domain.database.blobs import Blobs
from domain.database.session import read_session, write_session
from domain.errors import InvalidInput, NotFound
from domain.letters import views as letters
from domain.letters.letter import LetterState
from domain.payments import collection_store
from domain.payments.mandate import Mandate
from domain.payments.rows import CollectionItemRow, CollectionRow
from domain.receivables import customer_store
from domain.receivables import dunning_store as store
from domain.receivables import dunning_views as views
from domain.receivables.dunning import (
    DebtorState,
    Delivery,
    NoticeNotDrawn,
    NoticeNotProposed,
    NoticeOutdated,
    NoticeState,
    Stage,
)
from domain.receivables.dunning_policy import default_policy
from domain.receivables.outgoing_invoice import InvoiceType
from tests.builders import Tenant, another_tenant
from tests.domain.receivables.test_outgoing_invoice_store import pay
from tests.payables import VENDOR_IBAN, a_bank_account
from tests.receivables import a_customer, a_posted_outgoing_invoice, an_outgoing_invoice
from tests.servers import Database
from workflows.dunning.steps import NoticeStep
from workflows.letter.steps import LetterStep

DUE = date(2026, 3, 10)
START = datetime(2026, 3, 20, 9, tzinfo=UTC)


@dataclass
class Debtor:
    """A customer with one overdue invoice of 120.00."""

    database: Database
    tenant: Tenant
    customer_id: UUID
    invoice_id: UUID
    steps: PostgresDunning
    blobs: Blobs
    debit: tuple[UUID, str] = (UUID(int=0), "")

    def look(self, at: datetime = START) -> DebtorState:
        """A look at the debtor."""
        with write_session(self.database.engine, self.tenant.id, self.tenant.actor) as session:
            return store.look(session, self.customer_id, at)

    def draw(self, state: DebtorState, at: datetime = START) -> UUID:
        """Draw the letter that is proposed."""
        assert state.notice_id
        self.steps.draw(NoticeStep(tenant_id=self.tenant.id, notice_id=state.notice_id, at=at))
        return state.notice_id

    def release(self, notice_id: UUID, at: datetime = START) -> DebtorState:
        """Release a letter."""
        actor = self.tenant.people["bookkeeper"].actor
        with write_session(self.database.engine, self.tenant.id, actor) as session:
            return store.release(session, notice_id, at)

    def pay(self, amount: str) -> None:
        """Money comes."""
        with self.write() as session:
            pay(session, self.invoice_id, amount)

    def write(self) -> AbstractContextManager[Session]:
        """A transaction of the tenant."""
        return write_session(self.database.engine, self.tenant.id, self.tenant.actor)

    def notice(self, notice_id: UUID) -> views.NoticeView:
        """A letter as it stands."""
        with read_session(self.database.engine, self.tenant.id) as session:
            return views.notice(session, notice_id)


@pytest.fixture
def debtor(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Debtor:
    """Give each test a tenant of its own."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        customer_id = a_customer(session)
        invoice = an_outgoing_invoice(customer_id, number="AR-1", due=DUE)
        invoice_id = a_posted_outgoing_invoice(session, invoice)
    blobs = Blobs(tmp_path_factory.mktemp("blobs").as_uri())
    steps = PostgresDunning(database.engine, blobs)
    return Debtor(database, tenant, customer_id, invoice_id, steps, blobs)


def test_a_letter_is_proposed_once_drawn_and_released(debtor: Debtor) -> None:
    """Seven days after the due date; the next level two weeks after the release, with its fee."""
    early = debtor.look(datetime(2026, 3, 16, 9, tzinfo=UTC))
    assert (early.stage, early.look_at) == (Stage.WAITING, datetime(2026, 3, 17, 4, tzinfo=UTC))
    first = debtor.look()
    assert (first.stage, first.level, first.needs_release) == (Stage.PROPOSED, 1, True)
    assert debtor.look().notice_id == first.notice_id
    with pytest.raises(NoticeNotDrawn):
        debtor.release(first.notice_id or UUID(int=0))
    notice_id = debtor.draw(first)
    document = debtor.notice(notice_id).notice.document_id
    assert debtor.draw(first) == notice_id
    assert debtor.notice(notice_id).notice.document_id == document

    after = debtor.release(notice_id)

    row = debtor.notice(notice_id).notice
    assert (row.state, row.released_on, row.total) == ("released", START.date(), Decimal(120))
    assert row.decided_by == debtor.tenant.people["bookkeeper"].user_id
    assert after.stage is Stage.WAITING
    with pytest.raises(NoticeNotProposed):
        debtor.release(notice_id)
    assert debtor.look(START + timedelta(days=13)).stage is Stage.WAITING
    second = debtor.look(START + timedelta(days=14))
    assert (second.stage, second.level) == (Stage.PROPOSED, 2)
    assert debtor.notice(second.notice_id or UUID(int=0)).notice.total == Decimal(125)


def collected(debtor: Debtor, day: date) -> None:
    """Collect the invoice of the debtor by a file of direct debits of a day."""
    tenant_id, file_id, mandate_id = debtor.tenant.id, uuid4(), uuid4()
    with debtor.write() as session:
        account_id = a_bank_account(session)
        mandate = Mandate(
            mandate_id, debtor.customer_id, "M-1", "Kunde KG", VENDOR_IBAN, date(2026, 1, 2)
        )
        collection_store.add_mandate(session, mandate)
        session.add(
            CollectionRow(
                tenant_id=tenant_id, id=file_id, bank_account_id=account_id, scheme="CORE",
                collection_date=day, total_amount=Decimal(120), debit_count=1,
                message_id=file_id.hex, version="pain.008.001.08", content=b"x", sha256="0" * 64,
                created_at=START,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            CollectionItemRow(
                tenant_id=tenant_id, collection_id=file_id, position=1,
                invoice_id=debtor.invoice_id, mandate_id=mandate_id, amount=Decimal(120),
                sequence="RCUR", told_on=DUE, end_to_end_id=end_to_end_id(file_id, 1),
            )
        )  # fmt: skip
        session.flush()
    debtor.debit = (account_id, end_to_end_id(file_id, 1))


def test_what_is_being_collected_is_not_asked_for(debtor: Debtor) -> None:
    """Until some days after the day of the debit, or until the bank sends it back."""
    assert debtor.look().stage is Stage.PROPOSED
    collected(debtor, START.date() + timedelta(days=3))
    assert debtor.look().stage is Stage.OVER
    with read_session(debtor.database.engine, debtor.tenant.id) as session:
        assert views.overdue_debtors(session, START) == []
    assert debtor.look(START + timedelta(days=13)).stage is Stage.OVER
    later = START + timedelta(days=14)
    assert debtor.look(later).stage is Stage.PROPOSED
    with read_session(debtor.database.engine, debtor.tenant.id) as session:
        assert views.overdue_debtors(session, later) == [debtor.customer_id]


def test_what_came_back_is_asked_for_at_once(debtor: Debtor) -> None:
    """The bank had no cover: the customer owes it again."""
    collected(debtor, START.date() + timedelta(days=3))
    assert debtor.look().stage is Stage.OVER
    account_id, id_ = debtor.debit
    back = BankTransaction(START.date(), Decimal("-123.00"), end_to_end_id=id_)
    with debtor.write() as session:
        brought = statement_store.Delivery(uuid4(), account_id, [back])
        statement_store.import_rows(session, brought)
    assert debtor.look().stage is Stage.PROPOSED


def test_a_letter_is_mailed_once_where_there_is_an_address(
    debtor: Debtor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its PDF, to the address of the release; the next one, without an address, on paper."""
    sent: list[EmailMessage] = []
    monkeypatch.setattr(Relay, "send", lambda _, letter: sent.append(letter))
    with debtor.write() as session:
        customer_store.change(session, debtor.customer_id, {"email": " Buch@Muster.at "})
    notice_id = debtor.draw(debtor.look())
    debtor.release(notice_id)
    with debtor.write() as session:
        customer_store.change(session, debtor.customer_id, {"email": None})

    post = PostgresLetters(debtor.database.engine, Relay("relay"), debtor.blobs)
    with read_session(debtor.database.engine, debtor.tenant.id) as session:
        (waiting,), _ = letters.letters(session, limit=9, offset=0)
        document = views.drawn_letter(session, notice_id)
    assert debtor.notice(notice_id).mail_state == "pending"
    step = LetterStep(tenant_id=debtor.tenant.id, letter_id=waiting.id, at=START)
    assert [post.send(step).state for _ in range(2)] == [LetterState.SENT] * 2

    (mail,) = sent
    assert (mail["To"], mail["Reply-To"]) == ("buch@muster.at", None)
    assert "Zahlungserinnerung" in mail["Subject"]
    text, pdf = mail.iter_parts()
    assert "120,00 EUR" in text.get_content()
    assert pdf.get_content_type() == "application/pdf"
    assert pdf.get_content() == debtor.blobs.get(debtor.tenant.id, document.sha256)
    view = debtor.notice(notice_id)
    assert (view.notice.mailed_to, view.delivery, view.mail_state) == (
        "buch@muster.at",
        Delivery.MAIL,
        "sent",
    )


def test_a_letter_without_an_address_is_printed(debtor: Debtor) -> None:
    """No mail is written; an address that comes later is for the next one."""
    notice_id = debtor.draw(debtor.look())
    debtor.release(notice_id)
    with debtor.write() as session:
        customer_store.change(session, debtor.customer_id, {"email": "buch@muster.at"})
    view = debtor.notice(notice_id)
    assert (view.delivery, view.notice.mailed_to, view.mail_state) == (Delivery.PRINT, None, None)
    later = START + timedelta(days=14)
    assert debtor.notice(debtor.draw(debtor.look(later), later)).delivery is Delivery.MAIL


def test_money_stops_it(debtor: Debtor) -> None:
    """Paid in part, the letter is outdated and made anew; paid in full, it is over."""
    first = debtor.draw(debtor.look())
    debtor.pay("50.00")
    with pytest.raises(NoticeOutdated):
        debtor.release(first)
    again = debtor.look()
    assert again.notice_id != first
    assert debtor.notice(first).notice.state == NoticeState.WITHDRAWN.value
    second = debtor.draw(again)
    assert debtor.notice(second).notice.total == Decimal(70)
    debtor.pay("70.00")
    assert debtor.look().stage is Stage.OVER
    assert debtor.notice(second).notice.reason == "outdated"
    with read_session(debtor.database.engine, debtor.tenant.id) as session:
        assert views.overdue_debtors(session, START) == []


def test_credits_are_deducted_and_old_letters_made_anew(debtor: Debtor) -> None:
    """120.00 less a credit note of 30.00; after four days another day to pay until."""
    with debtor.write() as session:
        credit = an_outgoing_invoice(debtor.customer_id, "30.00", type_=InvoiceType.CREDIT_NOTE)
        a_posted_outgoing_invoice(session, credit)
    first = debtor.draw(debtor.look())
    assert debtor.notice(first).notice.total == Decimal(90)
    fresh = debtor.look(START + timedelta(days=3))
    assert fresh.notice_id == first
    anew = debtor.look(START + timedelta(days=4))
    assert anew.notice_id != first
    row = debtor.notice(anew.notice_id or UUID(int=0)).notice
    assert (row.day, row.pay_until) == (date(2026, 3, 24), date(2026, 4, 3))


def test_a_person_stops_and_resumes(debtor: Debtor) -> None:
    """What was proposed is withdrawn; until a day, or for good."""
    first = debtor.draw(debtor.look())
    with debtor.write() as session:
        store.stop(session, debtor.customer_id, "Raten", date(2026, 4, 1), START)
    assert debtor.notice(first).notice.reason == "stopped"
    stopped = debtor.look()
    assert (stopped.stage, stopped.look_at) == (
        Stage.STOPPED,
        datetime(2026, 4, 1, 4, tzinfo=UTC),
    )
    with read_session(debtor.database.engine, debtor.tenant.id) as session:
        assert views.overdue_debtors(session, START) == []
        later = datetime(2026, 4, 1, 9, tzinfo=UTC)
        assert views.overdue_debtors(session, later) == [debtor.customer_id]
    assert debtor.look(later).stage is Stage.PROPOSED
    with debtor.write() as session:
        store.stop(session, debtor.customer_id, "Streit", None, later)
    assert debtor.look(later) == DebtorState(Stage.STOPPED)
    with debtor.write() as session:
        store.resume(session, debtor.customer_id)
        store.resume(session, debtor.customer_id)
    assert debtor.look(later).stage is Stage.PROPOSED


def test_what_cannot_be_stopped_is_refused(debtor: Debtor) -> None:
    """Nobody, without a reason, until yesterday."""

    def stop(session: Session, customer: UUID, reason: str, until: date | None) -> None:
        store.stop(session, customer, reason, until, START)

    for customer, reason, until, refusal in (
        (UUID(int=9), "x", None, NotFound),
        (debtor.customer_id, " ", None, InvalidInput),
        (debtor.customer_id, "x", START.date(), InvalidInput),
    ):
        with pytest.raises(refusal), debtor.write() as session:
            stop(session, customer, reason, until)
    with pytest.raises(NotFound), debtor.write() as session:
        store.resume(session, UUID(int=9))


def test_looks_and_releases_at_once_make_one_letter(debtor: Debtor) -> None:
    """Six looks propose one letter, four releases release it once."""
    with ThreadPoolExecutor(6) as pool:
        seen = {state.notice_id for state in pool.map(lambda _: debtor.look(), range(6))}
    assert len(seen) == 1
    notice_id = debtor.draw(debtor.look())

    def attempt(_: int) -> str:
        try:
            debtor.release(notice_id)
        except NoticeNotProposed:
            return "refused"
        return "released"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == ["refused"] * 3 + ["released"]


def test_a_policy_has_versions(debtor: Debtor) -> None:
    """Switched off, nothing is dunned; who looked at an older version decides again."""
    first = debtor.draw(debtor.look())
    off = replace(default_policy(), is_on=False)
    with debtor.write() as session:
        assert store.change_policy(session, off, 0, START).version == 1
        with pytest.raises(store.DunningPolicyChanged):
            store.change_policy(session, off, 0, START)
    with pytest.raises(NoticeOutdated):
        debtor.release(first)
    assert debtor.look().stage is Stage.OVER
    with read_session(debtor.database.engine, debtor.tenant.id) as session:
        assert views.overdue_debtors(session, START) == []
