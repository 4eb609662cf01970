"""Mailboxes on a foreign server: fetched once, whatever the server does to its numbers."""

import imaplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from activities.imap import Folder
from activities.mailbox_poll import ImapMailboxes
from deploy.stack.process import free_port
from domain.actor import Actor
from domain.database.blobs import Blobs
from domain.database.session import read_session, write_session
from domain.ids import sha256_hex
from domain.intake import arrival_store, mailbox_store
from domain.intake.mailbox import DuplicateMailbox, Mailbox, Security
from tests.activities.test_mail_ingestion import AT, PDF, message
from tests.builders import Tenant, another_tenant
from tests.certificates import certified
from tests.imap_server import PASSWORD, USER, ImapServer, imap_server
from tests.servers import Database
from workflows.mailbox_poll.steps import KeptMessage, Polled, PollStep


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    """Run one server for this file."""
    with imap_server(tmp_path_factory.mktemp("imap")) as running:
        yield running


class Poller:
    """A tenant that polls a folder of its own on the server."""

    def __init__(self, database: Database, server: ImapServer, folder: Path) -> None:
        self.tenant: Tenant = another_tenant(database)
        self.server = server
        self.engine = database.engine
        self.blobs = Blobs(folder.as_uri())
        self.folder = f"F{uuid4().hex[:8]}"
        self.steps = ImapMailboxes(self.engine, self.blobs)
        self.mailbox = Mailbox(
            host="127.0.0.1",
            port=server.port,
            username=USER,
            secret="env:TEST_IMAP_PASSWORD",  # noqa: S106 - its name
            security=Security.NONE,
            folder=self.folder,
        )

    def add(self, **changes: Any) -> UUID:
        """Have a folder polled."""
        with write_session(self.engine, self.tenant.id, Actor.system("cli")) as session:
            return mailbox_store.add(session, replace(self.mailbox, **changes), AT)

    def poll(self, mailbox_id: UUID) -> Polled:
        """Poll once."""
        step = PollStep(tenant_id=self.tenant.id, mailbox_id=mailbox_id, at=AT)
        return self.steps.poll(step)

    def problem(self, mailbox_id: UUID) -> str | None:
        """What the last poll could not do."""
        with read_session(self.engine, self.tenant.id) as session:
            return mailbox_store.one(session, mailbox_id).problem

    def arrivals(self) -> set[str]:
        """Hashes of all that was kept."""
        with read_session(self.engine, self.tenant.id) as session:
            return {row.sha256 for row in session.execute(text("SELECT sha256 FROM arrival"))}


@pytest.fixture
def poller(
    database: Database, server: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Poller:
    """Give each test a tenant and a folder of its own."""
    monkeypatch.setenv("TEST_IMAP_PASSWORD", PASSWORD)
    return Poller(database, server, tmp_path)


def letters(count: int) -> list[bytes]:
    """Different messages as a server stores them."""
    return [
        message(f"Rechnung {number}", PDF + bytes([number])).replace(b"\n", b"\r\n")
        for number in range(count)
    ]


def test_each_message_is_fetched_once_and_nothing_is_changed(poller: Poller) -> None:
    """The bytes lie in the store, the rows wait; on the server nothing is even marked as read."""
    raws = letters(3)
    poller.server.deliver(poller.folder, *raws)
    before = poller.server.flags(poller.folder)
    mailbox = poller.add()

    first, again = poller.poll(mailbox), poller.poll(mailbox)

    hashes = {sha256_hex(raw) for raw in raws}
    assert {each.sha256 for each in first.messages} == poller.arrivals() == hashes
    assert again.messages == ()
    assert poller.problem(mailbox) is None
    assert poller.server.flags(poller.folder) == before
    assert poller.blobs.get(poller.tenant.id, sha256_hex(raws[0])) == raws[0]


def test_new_numbers_bring_nothing_twice(poller: Poller) -> None:
    """A changed UIDVALIDITY makes every UID mean something else; the bytes decide."""
    *old, new = letters(3)
    poller.server.deliver(poller.folder, *old)
    mailbox = poller.add()
    poller.poll(mailbox)
    poller.server.renumber(poller.folder)
    poller.server.deliver(poller.folder, new)

    after = poller.poll(mailbox)

    assert [each.sha256 for each in after.messages] == [sha256_hex(new)]
    assert len(poller.arrivals()) == 3


def test_one_message_id_on_two_messages_is_two(poller: Poller) -> None:
    """Some programs use a Message-ID again; the hash tells the messages apart."""
    same = [b"Message-ID: <1@x.example>\r\n" + raw for raw in letters(2)]
    poller.server.deliver(poller.folder, *same)

    assert len(poller.poll(poller.add()).messages) == 2


def test_what_was_taken_is_moved_when_asked(poller: Poller) -> None:
    """What is kept leaves the folder; the next poll finds nothing."""
    poller.server.deliver(poller.folder, *letters(2))
    done = f"{poller.folder}Erledigt"
    poller.server.deliver(done)
    mailbox = poller.add(move_to=done)

    polled = poller.poll(mailbox)

    assert len(polled.messages) == 2
    assert poller.problem(mailbox) is None
    assert (poller.server.count(poller.folder), poller.server.count(done)) == (0, 2)
    assert poller.poll(mailbox).messages == ()


def test_a_server_that_cannot_move_is_told(poller: Poller, monkeypatch: pytest.MonkeyPatch) -> None:
    """To copy and expunge would remove what others have marked: the messages are kept and stay."""
    monkeypatch.setattr("activities.imap._words", lambda _: ["IMAP4REV1"])
    poller.server.deliver(poller.folder, *letters(2))
    mailbox = poller.add(move_to="INBOX")

    assert len(poller.poll(mailbox).messages) == 2
    assert poller.problem(mailbox) == "the server cannot move a message by itself"
    assert poller.server.count(poller.folder) == 2


def test_many_messages_come_in_rounds(poller: Poller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step is bounded, and says that there is more."""
    monkeypatch.setattr("activities.mailbox_poll.BATCH", 2)
    poller.server.deliver(poller.folder, *letters(3))
    mailbox = poller.add()

    first, second = poller.poll(mailbox), poller.poll(mailbox)

    assert (len(first.messages), first.more) == (2, True)
    assert (len(second.messages), second.more) == (1, False)


@pytest.mark.parametrize(
    ("end", "told"),
    [(ConnectionResetError, 1), (imaplib.IMAP4.abort, 1), (SystemExit, 0)],  # the last: a kill
)
def test_a_poll_that_ends_in_the_middle_loses_nothing(
    poller: Poller, monkeypatch: pytest.MonkeyPatch, end: type[BaseException], told: int
) -> None:
    """What was kept is taken apart, by the poll that heard of it or else by the resumption."""
    raws = letters(3)
    poller.server.deliver(poller.folder, *raws)
    mailbox, fetched, fetch = poller.add(), list[int](), Folder.message

    def ends(self: Folder, uid: int) -> bytes | None:
        fetched.append(uid)
        if len(fetched) == 2:
            raise end
        return fetch(self, uid)

    monkeypatch.setattr(Folder, "message", ends)
    heard: list[KeptMessage] = []
    with suppress(SystemExit):
        heard += poller.poll(mailbox).messages
        assert poller.problem(mailbox) == f"the server could not be read ({end.__name__})"
    assert (len(heard), len(poller.arrivals())) == (told, 1)
    again = poller.poll(mailbox)

    assert poller.problem(mailbox) is None
    assert len(again.messages) == 2
    hashes = {sha256_hex(raw) for raw in raws}
    with read_session(poller.engine, poller.tenant.id) as session:
        assert {each.sha256 for each in arrival_store.waiting(session)} == hashes


def test_a_message_beyond_the_limit_is_logged_once(
    poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not fetched, and the log says so."""
    monkeypatch.setattr("activities.mailbox_poll.MESSAGE_BYTES", 100)
    poller.server.deliver(poller.folder, *letters(1))
    mailbox = poller.add()

    assert poller.poll(mailbox).messages == poller.poll(mailbox).messages == ()
    with read_session(poller.engine, poller.tenant.id) as session:
        rows = session.execute(text("SELECT outcome FROM ingestion_log")).scalars().all()
    assert rows == ["too_large"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (lambda: {"port": free_port()}, "the server could not be read"),
        (lambda: {"folder": "Gibt es nicht"}, "the server could not be read"),
        (lambda: {"secret": "env:NOT_SET"}, "there is no password at env:NOT_SET"),
        (lambda: {"secret": "file:/nirgends"}, "there is no password at file:/nirgends"),
    ],
)
def test_what_does_not_work_is_noted(
    poller: Poller, changes: Callable[[], dict[str, Any]], told: str
) -> None:
    """The mailbox says what is wrong, never the password; the next poll tries again."""
    mailbox = poller.add(**changes())

    assert poller.poll(mailbox) == Polled()
    problem = poller.problem(mailbox) or ""
    assert problem.startswith(told)
    assert PASSWORD not in problem


def test_a_mailbox_is_added_once_and_polled_until_it_is_removed(poller: Poller) -> None:
    """The second of two is refused; one that is gone is not asked."""
    poller.server.deliver(poller.folder, *letters(1))
    mailbox = poller.add()
    with pytest.raises(DuplicateMailbox):
        poller.add()

    with write_session(poller.engine, poller.tenant.id, Actor.system("cli")) as session:
        mailbox_store.remove(session, mailbox)

    assert poller.poll(mailbox) == Polled()
    assert poller.add() != mailbox


def test_a_certificate_that_has_ended_is_told(
    poller: Poller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No password is sent, and nothing fetched."""
    context, trusted = certified(tmp_path, days=-1)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with socket.create_server(("127.0.0.1", 0)) as door:
        mailbox = poller.add(security=Security.TLS, port=door.getsockname()[1])
        heard = threading.Thread(target=_greeted, args=(door, context))
        heard.start()
        polled = poller.poll(mailbox)
        heard.join(30)

    assert polled == Polled()
    assert poller.problem(mailbox) == "the server could not be read (SSLCertVerificationError)"


def _greeted(door: socket.socket, context: ssl.SSLContext) -> None:
    """Offer a certificate to one who calls; one who does not trust it hangs up."""
    caller, _ = door.accept()
    with caller, suppress(OSError), context.wrap_socket(caller, server_side=True) as wrapped:
        wrapped.sendall(b"* OK\r\n")
