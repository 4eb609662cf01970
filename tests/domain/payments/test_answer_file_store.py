"""Status reports in files of statements: in an archive, by mail, with what cannot be taken."""

import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from activities.mail_ingestion import PostgresMail
from activities.statement_import import PostgresStatements
from domain.actor import Actor
from domain.banking.file_ids import message_id
from domain.database.blobs import Blobs
from domain.database.session import read_session, write_session
from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement
from domain.ids import sha256_hex
from domain.intake import inbox_views, statement_item_store
from domain.intake.inbox import InboxStatus
from domain.payments.answer_views import runs_with_news
from domain.payments.bank_answer import Standing
from domain.payments.run import RunStatus
from tests.domain.payments.test_answer_store import IBAN, NOW, Office, a_line, office
from tests.pain002 import Told, report
from workflows.mail_ingestion.steps import SplitMail
from workflows.statement_import.steps import StatementFile

__all__ = ["office"]


def archive(**files: bytes) -> bytes:
    """A ZIP as banks send it."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(f"{name}.xml", content)
    return packed.getvalue()


def a_statement(*amounts: tuple[str, str]) -> bytes:
    """A statement with movements of transfers."""
    lines = tuple(a_line(amount, id_) for amount, id_ in amounts)
    closing = sum((line.amount for line in lines), lines[0].amount * 0)
    return write_statement(
        Statement("S1", IBAN, "EUR", 0 * closing, closing, lines), f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    )


class Inbox:
    """What comes by mail to the office, worked off as the workers do."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.blobs = Blobs(folder.as_uri())

    def gets(self, content: bytes, name: str) -> list[dict[str, Any]]:
        """Get a mail with a file; what became of each import."""
        mail = EmailMessage()
        mail["From"], mail["Subject"] = "auszug@bank.example", "Ihre Nachricht"
        mail.set_content("Anbei")
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        raw, bind, tenant = mail.as_bytes(), self.office.database.engine, self.office.tenant.id
        sha256 = self.blobs.put(tenant, raw)
        step = SplitMail(tenant_id=tenant, sha256=sha256, received_at=NOW, delivery=sha256)
        PostgresMail(bind, self.blobs).split(step)
        with write_session(bind, tenant, self.office.tenant.actor) as session:
            held = [
                statement_item_store.decide(session, each.id, InboxStatus.CONFIRMED, None)
                for each in inbox_views.statements_waiting(session, limit=9)
                if each.notice == statement_item_store.WAITS
            ]
        for batch_id, sha256 in filter(None, held):
            file = StatementFile(
                tenant_id=tenant,
                batch_id=batch_id,
                sha256=sha256,
                actor=Actor.system("mail"),
            )
            for _ in range(2):  # a worker that died is followed by another
                PostgresStatements(bind, self.blobs).import_file(file)
        return self.rows(
            "SELECT state, total_rows, imported, skipped_duplicates, problem, findings,"
            " (SELECT status FROM inbox_item i WHERE i.statement_batch_id = b.id) AS inbox"
            " FROM bank_import b ORDER BY created_at"
        )

    def rows(self, question: str) -> list[dict[str, Any]]:
        """Rows of the office."""
        with read_session(self.office.database.engine, self.office.tenant.id) as session:
            return [dict(row) for row in session.execute(text(question)).mappings()]


@pytest.fixture
def inbox(office: Office, tmp_path: Path) -> Inbox:
    """Give the office an inbox."""
    return Inbox(office, tmp_path)


def codes(done: dict[str, Any]) -> list[str]:
    """What an import has told."""
    return [each["code"] for each in done["findings"]]


def accepted(office: Office) -> bytes:
    """The bank has carried all of it out."""
    return report(message_id(office.run_id), group="ACSC")


def refusing(office: Office) -> bytes:
    """The bank refuses one transfer."""
    told = [Told(office.id_of(1), "RJCT", "AC04", "ACCOUNT CLOSED")]
    return report(message_id(office.run_id), told, message_id="BANK-2")


def test_a_report_by_mail_moves_the_run(office: Office, inbox: Inbox) -> None:
    """It is confirmed by itself, twice the same, and the run is told by the resumption."""
    (done,) = inbox.gets(accepted(office), "pain002.xml")
    assert (done["state"], done["inbox"], codes(done)) == ("done", "confirmed", ["STATUS_REPORT"])
    assert (done["total_rows"], done["imported"]) == (1, 1)
    assert len(inbox.gets(accepted(office), "pain002.xml")) == 1
    with read_session(office.database.engine, office.tenant.id) as session:
        assert runs_with_news(session) == [office.run_id]
    assert office.answer().status is RunStatus.COMPLETED


def test_a_refusal_by_mail_waits_for_a_person(office: Office, inbox: Inbox) -> None:
    """The item of the inbox says it, and the invoice is free once the run has heard."""
    (done,) = inbox.gets(archive(a=refusing(office)), "bank.zip")
    assert (done["inbox"], codes(done)) == ("pending", ["STATUS_REPORT", "PAYMENTS_REFUSED"])
    office.answer()
    assert office.standings()[0] == (Standing.REFUSED, True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (report("0" * 32, group="RJCT"), "NOT_FOUND"),
        (b"<Document><CstmrPmtStsRpt></CstmrPmtStsRpt></Document>", "UNSUPPORTED_FORMAT"),
    ],
    ids=["of nobody here", "says nothing"],
)
def test_a_report_that_cannot_be_taken_is_refused_with_its_reason(
    inbox: Inbox, content: bytes, code: str
) -> None:
    """It leaves nothing, and waits in the inbox."""
    (done,) = inbox.gets(content, "pain002.xml")
    assert (done["state"], done["problem"]["code"], done["inbox"]) == ("refused", code, "pending")
    assert inbox.rows("SELECT id FROM payment_answer") == []


def test_reports_and_statements_of_one_archive_are_all_taken(office: Office, inbox: Inbox) -> None:
    """What is about another company's file is named, and the rest is taken, once."""
    packed = archive(
        a=a_statement(("-120.00", office.id_of(2))),
        b=refusing(office),
        c=report("0" * 32, group="RJCT"),
    )
    sha256 = inbox.blobs.put(office.tenant.id, packed)
    assert sha256 == sha256_hex(packed)
    done = [imported(office, inbox, sha256) for _ in range(2)]

    assert (done[0]["imported"], done[0]["skipped_duplicates"]) == (2, 0)
    assert sorted(codes(done[0])) == ["FILE_SKIPPED", "PAYMENTS_REFUSED", "STATUS_REPORT"]
    assert (done[1]["imported"], done[1]["skipped_duplicates"]) == (0, 2)
    assert len(inbox.rows("SELECT id FROM payment_answer")) == 1
    office.answer()
    assert [standing for standing, _ in office.standings()] == [
        Standing.REFUSED,
        Standing.EXECUTED,
        Standing.SENT,
    ]


def imported(office: Office, inbox: Inbox, sha256: str) -> dict[str, Any]:
    """Import stored bytes by a worker; what became of it."""
    file = StatementFile(
        tenant_id=office.tenant.id,
        batch_id=uuid4(),
        sha256=sha256,
        actor=office.tenant.actor,
    )
    PostgresStatements(office.database.engine, inbox.blobs).import_file(file)
    rows: Sequence[dict[str, Any]] = inbox.rows(
        f"SELECT * FROM bank_import WHERE id = '{file.batch_id}'"  # noqa: S608 (our own id)
    )
    return rows[0]
