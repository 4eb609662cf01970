"""Splitting mail on a real database and a real folder: nothing lost, nothing twice."""

import json
import os
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from activities.mail import PostgresMail
from activities.stubs.mail import FiledMail, SplitMail
from domain.store.blobs import Blobs
from domain.store.transaction import reading
from tests.builders import Tenant, another_tenant
from tests.servers import Database

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
        with reading(self._engine, self.tenant.id) as session:
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
    """Every document of every mail of the corpus lies in the store and in the inbox once."""
    if not (CORPUS / "truth.json").exists():
        pytest.skip(f"NO CORPUS at {CORPUS}: set BELEGFLUSS_CORPUS")
    truth = json.loads((CORPUS / "truth.json").read_text())
    for name in truth:
        post.arrives((CORPUS / name).read_bytes(), name)

    wanted = {document["sha256"] for mail in truth.values() for document in mail["documents"]}
    stored = post.rows("SELECT d.sha256 FROM inbox_item i JOIN document d ON d.id = i.document_id")
    assert {row.sha256 for row in stored} == wanted
    assert len(stored) == len(wanted)
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
