"""Splitting mail on a real database and a real folder: nothing lost, nothing twice."""

import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from activities.mail_ingestion import PostgresMail
from activities.statement_import import PostgresStatements
from domain.actor import Actor
from domain.banking import statement_store
from domain.banking.account import BankAccount
from domain.database.blobs import Blobs
from domain.database.session import read_session, write_session
from domain.formats import mail
from domain.formats.mail import Mail
from domain.ids import sha256_hex
from domain.intake import inbox_views, statement_item_store
from domain.intake.inbox import AlreadyProcessed, InboxStatus
from domain.intake.open_views import open_items
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from workflows.mail_ingestion.steps import FiledMail, SplitMail
from workflows.statement_import.steps import StatementFile

CORPUS = Path(os.environ.get("BELEGFLUSS_CORPUS", "../shared/corpus")) / "mail"
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n%%EOF"


class Post:
    """A tenant, its object store, and the step under test."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.tenant: Tenant = another_tenant(database)
        self.blobs = Blobs(folder.as_uri())
        self._engine = database.engine
        self._steps = PostgresMail(database.engine, self.blobs)

    def arrives(self, raw: bytes, delivery: str = "first") -> FiledMail:
        """Let the mailroom store a message, and split it."""
        sha256 = self.blobs.put(self.tenant.id, raw)
        step = SplitMail(tenant_id=self.tenant.id, sha256=sha256, received_at=AT, delivery=delivery)
        return self._steps.split(step)

    def rows(self, query: str) -> list[Any]:
        """Rows of the tenant."""
        with read_session(self._engine, self.tenant.id) as session:
            return list(session.execute(text(query)))

    def outcomes(self) -> list[str]:
        """Outcomes in the ingestion log, in order."""
        found = self.rows("SELECT outcome FROM ingestion_log ORDER BY position, outcome")
        return [row.outcome for row in found]


@pytest.fixture
def post(database: Database, tmp_path: Path) -> Post:
    """Give each test a tenant of its own."""
    return Post(database, tmp_path)


def message(subject: str, *contents: bytes) -> bytes:
    """Mail with documents."""
    made = EmailMessage()
    made["From"], made["Subject"] = "re@lieferant.example", subject
    made.set_content("Anbei")
    for number, content in enumerate(contents):
        made.add_attachment(
            content, maintype="application", subtype="pdf", filename=f"{number}.pdf"
        )
    return made.as_bytes()


def test_the_corpus_is_filed(post: Post) -> None:
    """Every document of every mail of the corpus lies in the store and in the inbox once.

    Two mails without one wait as they came: a link to an invoice, and an invoice that is a text.
    """
    if not (CORPUS / "truth.json").exists():
        pytest.skip(f"NO CORPUS at {CORPUS}: set BELEGFLUSS_CORPUS")
    truth = json.loads((CORPUS / "truth.json").read_text())
    for name in truth:
        post.arrives((CORPUS / name).read_bytes(), name)

    wanted = {document["sha256"] for mail in truth.values() for document in mail["documents"]}
    stored = post.rows("SELECT d.sha256 FROM inbox_item i JOIN document d ON d.id = i.document_id")
    seen = {sha256_hex((CORPUS / name).read_bytes()) for name in truth if name[:2] in {"13", "14"}}
    assert {row.sha256 for row in stored} == wanted | seen
    assert len(stored) == len(wanted) + len(seen)
    assert all(post.blobs.get(post.tenant.id, sha256) is not None for sha256 in wanted)
    silent = post.rows(
        "SELECT m.id FROM mail_message m WHERE NOT EXISTS (SELECT 1 FROM ingestion_log l"
        " WHERE l.message_id IS NOT DISTINCT FROM m.message_id)"
    )
    assert silent == []


def test_repeated_it_changes_nothing(post: Post) -> None:
    """A retried step finds what it did and returns it again."""
    raw = message("Rechnung", PDF, PDF + b"2")

    assert post.arrives(raw) == post.arrives(raw)
    assert post.outcomes() == ["accepted", "accepted"]
    assert len(post.rows("SELECT number FROM audit_event WHERE action = 'document.stored'")) == 2


def test_another_delivery_of_the_same_mail_is_logged_as_duplicate(post: Post) -> None:
    """Nothing is filed twice; the log says that it came again."""
    raw = message("Rechnung", PDF)
    first, again = post.arrives(raw), post.arrives(raw, "second")

    assert first.documents == again.documents  # still unread: its intake is started again
    assert post.outcomes() == ["accepted", "duplicate"]
    assert len(post.rows("SELECT id FROM inbox_item")) == 1


def test_the_same_document_in_another_mail_is_a_duplicate(post: Post) -> None:
    """Equal bytes wait once, whoever sends them."""
    post.arrives(message("Rechnung", PDF))
    again = post.arrives(message("Mahnung", PDF, PDF + b"neu"))

    assert len(again.documents) == 1
    assert post.outcomes() == ["accepted", "duplicate", "accepted"]


def test_what_is_beyond_the_bound_waits_and_is_not_read(post: Post) -> None:
    """Twenty documents are read; each of the others has an item that says why it was not."""
    raw = message("Rechnungen", *(PDF + bytes([number]) for number in range(23)))
    filed = post.arrives(raw)

    assert [each.is_unopened for each in filed.documents].count(True) == 3
    assert post.arrives(raw) == filed
    notices = [row.notice for row in post.rows("SELECT notice FROM inbox_item")]
    assert notices.count("beyond 20 documents in one mail") == 3
    assert notices.count(None) == 20


def test_a_mail_without_documents_leaves_a_row(post: Post) -> None:
    """Silence is not an outcome."""
    filed = post.arrives(message("Hallo"))

    assert filed == FiledMail(documents=(), logged=1)
    assert post.outcomes() == ["no_attachment"]


def test_control_characters_in_headers_stop_nothing(post: Post) -> None:
    """A NUL in an address or a subject is no reason to lose an invoice."""
    raw = message("Rechnung", PDF)
    raw = raw.replace(b"re@lieferant", b"r\x00e@lie\x7fferant").replace(
        b"Rechnung", b"Rech\x00nung"
    )

    post.arrives(raw)

    ((email, subject),) = post.rows("SELECT source_email, source_subject FROM inbox_item")
    assert "\x00" not in f"{email}{subject}"
    assert subject == "Rechnung"


STATEMENTS = Path(__file__).parents[1] / "data" / "statements"


def with_statement(content: bytes, name: str = "auszug.xml") -> bytes:
    """A mail of the bank."""
    made = EmailMessage()
    made["From"], made["Subject"] = "auszug@bank.example", "Ihr Kontoauszug"
    made.set_content("Anbei")
    made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def test_a_statement_is_imported_and_no_document(post: Post, database: Database) -> None:
    """It waits in the inbox as a statement; a person lets it in, and it is confirmed by that."""
    content = (STATEMENTS / "same-1.xml").read_bytes()
    an_account_for(content, post, database)
    raw = with_statement(content)
    filed = post.arrives(raw)
    assert (filed.documents, filed.statements) == ((), ())
    (item,) = post.rows("SELECT status, notice FROM inbox_item")
    assert tuple(item) == ("pending", statement_item_store.WAITS)
    assert open_items_of(post, database) == []
    imports = PostgresStatements(database.engine, post.blobs)
    (row,) = post.rows("SELECT id, sha256 FROM bank_import")
    actor = Actor.system("mail")
    file = StatementFile(tenant_id=post.tenant.id, batch_id=row.id, sha256=row.sha256, actor=actor)
    assert imports.import_file(file).state == "held", "whoever starts it, nothing is read"
    assert post.rows("SELECT id FROM bank_transaction") == []
    assert let_in(post, database) == [(row.id, row.sha256)]
    assert post.arrives(raw).statements != ()
    assert imports.import_file(file).state == "done"
    assert imports.import_file(file).state == "done"
    (item,) = post.rows("SELECT status FROM inbox_item")
    assert item.status == "confirmed"
    assert post.rows("SELECT count(*) AS n FROM bank_transaction")[0].n > 0
    assert post.arrives(raw, "again").statements == ()


@pytest.mark.parametrize(
    "content",
    [(STATEMENTS / "same-1.xml").read_bytes(), (STATEMENTS / "same-1.xml").read_bytes()[:900]],
    ids=["unknown account", "cut"],
)
def test_what_people_have_to_look_at_waits_or_says_why(
    post: Post, database: Database, content: bytes
) -> None:
    """An account that nobody has, and a file that cannot be read: people see why, and decide."""
    post.arrives(with_statement(content))
    ((batch_id, sha256),) = let_in(post, database)
    PostgresStatements(database.engine, post.blobs).import_file(
        StatementFile(
            tenant_id=post.tenant.id,
            batch_id=batch_id,
            sha256=sha256,
            actor=Actor.system("mail"),
        )
    )
    (item,) = post.rows("SELECT id, status, notice FROM inbox_item")
    assert item.status == "pending"
    assert item.notice
    for status in (InboxStatus.REJECTED, InboxStatus.CONFIRMED):
        with (
            suppress(AlreadyProcessed),
            write_session(database.engine, post.tenant.id, post.tenant.actor) as session,
        ):
            statement_item_store.decide(session, item.id, status, "Konto der Tochter")
    (item,) = post.rows("SELECT status, rejection_reason FROM inbox_item")
    assert tuple(item) == ("rejected", "Konto der Tochter")


def test_what_a_person_rejects_is_never_imported(post: Post, database: Database) -> None:
    """Not by the mail that comes again; a person of the company who brings it lets it in."""
    content = (STATEMENTS / "same-1.xml").read_bytes()
    post.arrives(with_statement(content))
    (item,) = post.rows("SELECT id FROM inbox_item")
    with write_session(database.engine, post.tenant.id, post.tenant.actor) as session:
        assert (
            statement_item_store.decide(session, item.id, InboxStatus.REJECTED, "gefälscht") is None
        )
    assert post.arrives(with_statement(content), "again").statements == ()
    (row,) = post.rows("SELECT state, problem FROM bank_import")
    assert (row.state, row.problem["message"]) == ("refused", "gefälscht")


def an_account_for(content: bytes, post: Post, database: Database) -> None:
    """The bank account that a statement is of."""
    iban = re.search(rb"<IBAN>([A-Z0-9]+)</IBAN>", content)
    assert iban is not None
    with write_session(database.engine, post.tenant.id, post.tenant.actor) as session:
        account = BankAccount("Giro", iban.group(1).decode(), "2800")
        statement_store.open_account(session, uuid4(), account)


def let_in(post: Post, database: Database) -> list[tuple[UUID, str]]:
    """A person confirms that what waits is the bank's."""
    with write_session(database.engine, post.tenant.id, post.tenant.actor) as session:
        found = [
            statement_item_store.decide(session, each.id, InboxStatus.CONFIRMED, None)
            for each in inbox_views.statements_waiting(session, limit=9)
        ]
    return [each for each in found if each is not None]


def test_a_table_of_something_is_no_statement(post: Post) -> None:
    """Only layouts of banks count; a list of screws is a file that was not opened."""
    post.arrives(with_statement(b"Name;Menge\nSchrauben;7\n", "liste.csv"))
    assert post.outcomes() == ["unsupported_type", "no_attachment"] or post.outcomes() == [
        "no_attachment",
        "unsupported_type",
    ]


def open_items_of(post: Post, database: Database) -> list[Any]:
    """Documents that an intake would be started for."""
    with read_session(database.engine, post.tenant.id) as session:
        return list(open_items(session))


def test_mails_of_unknown_size_are_taken_apart_one_at_a_time(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each may need all the memory that there is for them; both are filed in the end."""
    read, at_work, most = mail.read, 0, 0

    def watched(raw: bytes) -> Mail:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        time.sleep(0.05)
        at_work -= 1
        return read(raw)

    monkeypatch.setattr(mail, "read", watched)
    with ThreadPoolExecutor(4) as threads:
        filed = list(threads.map(post.arrives, (b"Subject: %d\r\n\r\nx" % n for n in range(4))))

    assert (most, len(filed)) == (1, 4)
