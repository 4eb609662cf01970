"""The mailroom on real sockets, a real database and a real Temporal."""

import asyncio
import re
import smtplib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from temporalio.client import Client

from api.mailroom.delivery import Postbox
from api.mailroom.protocol import HELD_BYTES, MESSAGE_BYTES, Door, Handler, MailroomProtocol, smtp
from api.mailroom.server import Mailroom
from api.mailroom.settings import MailroomSettings
from deploy.stack.process import free_port
from domain.database.blobs import Blobs
from domain.database.session import read_session
from domain.ids import sha256_hex
from domain.intake import arrival_store
from domain.intake.ingestion_views import ingestion_log
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from workflows.mail_ingestion.client import Mails
from workflows.shared.connection import TemporalServer, connect
from workflows.shared.ids import mail_id

DOMAIN = "inbox.example"


@dataclass(frozen=True)
class House:
    """A mailroom and what stands behind it."""

    postbox: Postbox
    settings: MailroomSettings

    @asynccontextmanager
    async def opened(self, postbox: Postbox | None = None) -> AsyncIterator[int]:
        """Open the doors and tell the port."""
        async with Mailroom(postbox or self.postbox, self.settings) as room:
            yield room.ports[0]


@pytest.fixture
def house(database: Database, temporal: Client, tmp_path: Path) -> House:
    """Build a mailroom on the servers of the tests."""
    settings = MailroomSettings(
        database_url=SecretStr(database.url),
        blob_url=tmp_path.as_uri(),
        inbox_domain=DOMAIN,
        smtp_port=0,
    )
    postbox = Postbox(database.engine, Blobs(tmp_path.as_uri()), Mails(temporal), DOMAIN)
    return House(postbox, settings)


def address(tenant: Tenant) -> str:
    """Inbound address of a tenant."""
    return f"{tenant.inbox_address.partition('@')[0]}@{DOMAIN}"


def message(body: str = "Text") -> bytes:
    """Small mail."""
    made = EmailMessage()
    made["From"], made["Subject"] = "a@lieferant.example", "Rechnung"
    made.set_content(body)
    return made.as_bytes().replace(b"\n", b"\r\n")


async def in_thread(act: Callable[[], Any]) -> Any:
    """Let the blocking client run beside the server."""
    return await asyncio.to_thread(act)


def send(port: int, recipients: list[str], raw: bytes) -> tuple[int, bytes]:
    """Deliver a message command by command, and return the last answer."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo()
        client.mail("a@lieferant.example")
        taken = [client.rcpt(recipient) for recipient in recipients]
        if not any(code == 250 for code, _ in taken):
            return taken[-1]
        return client.data(raw)


def log_rows(database: Database, tenant: Tenant) -> list[tuple[str, str]]:
    """Outcomes in the ingestion log."""
    with read_session(database.engine, tenant.id) as session:
        rows = session.execute(text("SELECT outcome, detail FROM ingestion_log"))
        return [(row.outcome, row.detail) for row in rows]


async def started(temporal: Client, tenant: Tenant, raw: bytes) -> bool:
    """Whether the ingestion of a message was started."""
    process = mail_id(tenant.id, sha256_hex(raw))
    return (await temporal.get_workflow_handle(str(process)).describe()).id == str(process)


async def test_250_means_stored_and_started(house: House, tenant: Tenant, temporal: Client) -> None:
    """The raw message lies in the object store and its process exists before the answer."""
    raw = message()
    async with house.opened() as port:
        code, _ = await in_thread(lambda: send(port, [address(tenant).upper()], raw))

    assert code == 250
    assert house.postbox.blobs.get(tenant.id, sha256_hex(raw)) == raw
    assert await started(temporal, tenant, raw)


async def test_one_message_for_two_tenants(
    house: House, database: Database, tenant: Tenant, temporal: Client
) -> None:
    """Each gets a copy; a plus in the address is the tenant's own."""
    other, raw = another_tenant(database), message("für zwei")
    plus = address(other).replace("@", "+filiale@")
    async with house.opened() as port:
        code, _ = await in_thread(lambda: send(port, [address(tenant), plus], raw))

    assert code == 250
    assert await started(temporal, tenant, raw)
    assert await started(temporal, other, raw)


async def test_the_same_message_again_is_fine(house: House, tenant: Tenant) -> None:
    """A sender that missed the answer sends again, and hears 250 again."""
    raw = message("noch einmal")
    async with house.opened() as port:
        codes = [await in_thread(lambda: send(port, [address(tenant)], raw)) for _ in range(3)]

    assert [code for code, _ in codes] == [250, 250, 250]


@pytest.mark.parametrize("unknown", [f"niemand@{DOMAIN}", "wer@anderswo.example", "ohne-domain"])
async def test_unknown_recipients_are_refused(house: House, unknown: str) -> None:
    """550, and nobody's mail is relayed."""
    async with house.opened() as port:
        code, _ = await in_thread(lambda: send(port, [unknown], message()))

    assert code == 550


async def test_an_unknown_recipient_beside_a_known_one_is_logged(
    house: House, database: Database
) -> None:
    """Where a tenant can be known, its log says that someone mistyped."""
    tenant = another_tenant(database)
    async with house.opened() as port:
        code, _ = await in_thread(
            lambda: send(port, [address(tenant), f"niemand@{DOMAIN}"], message())
        )

    assert code == 250
    assert [outcome for outcome, _ in log_rows(database, tenant)] == ["unknown_recipient"]


async def test_the_size_is_announced_and_held(house: House, database: Database) -> None:
    """30 MB are refused at MAIL FROM when announced, after DATA when not, with a row."""
    tenant = another_tenant(database)
    raw = (b"x" * 998 + b"\r\n") * 30_000

    def announce(port: int) -> tuple[dict[str, str], int]:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            client.ehlo()
            return client.esmtp_features, client.mail("a@b.example", [f"SIZE={len(raw)}"])[0]

    async with house.opened() as port:
        features, announced = await in_thread(lambda: announce(port))
        sent, _ = await in_thread(lambda: send(port, [address(tenant)], raw))
        after, _ = await in_thread(lambda: send(port, [address(tenant)], message()))

    assert features["size"] == str(MESSAGE_BYTES)
    assert (announced, sent, after) == (552, 552, 250)
    ((outcome, detail),) = log_rows(database, tenant)
    assert outcome == "too_large"
    assert str(MESSAGE_BYTES) in detail


async def test_a_message_has_its_row_before_250(house: House, database: Database) -> None:
    """Were Temporal's store lost, the rows say what came and was not taken apart.

    No worker runs here: nothing is ever split. Sent again, a message is the same arrival.
    """
    tenant = another_tenant(database)
    raws = [message(f"verloren {number}") for number in range(4)]
    async with house.opened() as port:
        for raw in [*raws, raws[0]]:
            taken = await in_thread(partial(send, port, [address(tenant)], raw))
            assert taken[0] == 250

    with read_session(database.engine, tenant.id) as session:
        rows, total = ingestion_log(session, None, limit=50, offset=0)
        found = arrival_store.waiting(session)
    assert total == len(rows) == 4
    assert {row.outcome for row in rows} == {"received"}
    assert {row.sha256 for row in rows} == {sha256_hex(raw) for raw in raws}
    assert {each.sha256 for each in found} == {sha256_hex(raw) for raw in raws}
    assert {row.source_email for row in rows} == {"a@lieferant.example"}


@pytest.mark.parametrize("doubled", [True, False])
async def test_dots_after_a_bare_line_feed(
    house: House, tenant: Tenant, temporal: Client, *, doubled: bool
) -> None:
    """What a sender doubled is undone, after LF as after CRLF; what it did not double stays."""
    text = b"\r\n.eins\r\nzwei\n.drei\n..vier\n.\nEnde\r\n"
    raw = b"Subject: Punkte\r\n" + text
    sent = re.sub(rb"(?m)^\.", b"..", raw) if doubled else raw.replace(b"\r\n.", b"\r\n..")

    def talk(port: int) -> bytes:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            client.ehlo()
            client.mail("a@lieferant.example")
            client.rcpt(address(tenant))
            client.putcmd("DATA")
            client.getreply()
            client.send(sent + b".\r\n")
            return client.getreply()[1]

    async with house.opened() as port:
        await in_thread(lambda: talk(port))

    assert await started(temporal, tenant, raw)
    assert house.postbox.blobs.get(tenant.id, sha256_hex(raw)) == raw


async def test_without_temporal_the_sender_is_asked_to_try_again(
    house: House, tenant: Tenant
) -> None:
    """451, never 250; the message may lie in the store, which costs nothing."""
    nowhere = await connect(TemporalServer(f"127.0.0.1:{free_port()}"), lazy=True)
    async with house.opened(replace(house.postbox, mails=Mails(nowhere))) as port:
        code, _ = await in_thread(lambda: send(port, [address(tenant)], message("451")))

    assert code == 451


async def test_without_a_store_the_sender_is_asked_to_try_again(
    house: House, tenant: Tenant, tmp_path: Path
) -> None:
    """451 when the bytes cannot be kept."""
    folder = tmp_path / "store"
    blobs = Blobs(folder.as_uri())
    folder.rmdir()
    folder.write_text("a file where the folder should be")
    async with house.opened(replace(house.postbox, blobs=blobs)) as port:
        code, _ = await in_thread(lambda: send(port, [address(tenant)], message("452")))

    assert code == 451


class Surprised(Mails):
    """A sender that breaks down in a way nobody foresaw."""

    async def ingest(self, tenant_id: UUID, sha256: str, received_at: datetime) -> None:
        """Tell what must not be told."""
        raise RuntimeError("eva@example.at")


async def test_a_bug_never_turns_mail_away(
    house: House, tenant: Tenant, temporal: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """A 5xx would make the sender give up: 451 for each recipient, and no word of the error."""
    settings = house.settings.model_copy(update={"lmtp_port": 0})
    postbox = replace(house.postbox, mails=Surprised(temporal))

    def deliver(port: int) -> list[tuple[int, bytes]]:
        with smtplib.LMTP("127.0.0.1", port, timeout=60) as client:
            client.ehlo()
            client.mail("a@b.example")
            client.rcpt(address(tenant))
            client.rcpt(address(tenant).replace("@", "+zwei@"))
            return [client.data(message("bug")), client.getreply()]

    async with Mailroom(postbox, settings) as room:
        by_smtp = await in_thread(lambda: send(room.ports[0], [address(tenant)], message("bug")))
        by_lmtp = await in_thread(lambda: deliver(room.ports[1]))

    assert [code for code, _ in (by_smtp, *by_lmtp)] == [451, 451, 451]
    told = b"".join(text for _, text in (by_smtp, *by_lmtp)).decode() + caplog.text
    assert "eva" not in told
    assert "RuntimeError" not in by_smtp[1].decode()


async def test_addresses_that_no_text_can_hold(
    house: House, database: Database, tenant: Tenant
) -> None:
    """An odd recipient is unknown, an odd sender is noted as far as it can be written down."""

    def talk(port: int) -> list[int]:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            client.ehlo()
            client.send(b"MAIL FROM:<\xff\xfe@b.example>\r\n")
            codes = [client.getreply()[0]]
            for odd in (b"\xff", b"a\x00b"):
                client.send(b"RCPT TO:<" + odd + b"@" + DOMAIN.encode() + b">\r\n")
                codes.append(client.getreply()[0])
            codes.append(client.rcpt(address(tenant))[0])
            codes.append(client.data(b"x" * (MESSAGE_BYTES + 1) + b"\r\n")[0])
            return [*codes, client.noop()[0]]

    async with house.opened() as port:
        codes = await in_thread(lambda: talk(port))

    assert codes[1:3] == [550, 550]
    assert (codes[0], codes[3], codes[-1]) == (250, 250, 250)
    assert [outcome for outcome, _ in log_rows(database, tenant)] == ["too_large"]


async def test_nobody_asks_without_end(house: House) -> None:
    """Guessing addresses ends with 421."""

    def guess(port: int) -> int:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            return next(code for code, _ in iter(client.noop, None) if code != 250)

    async with house.opened() as port:
        assert await in_thread(lambda: guess(port)) == 421


async def test_lmtp_refuses_for_each_recipient(
    house: House, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that is too large, or for which there is no room now; then the talk goes on."""
    monkeypatch.setattr("api.mailroom.protocol.MESSAGE_BYTES", 10_000)
    settings = house.settings.model_copy(update={"lmtp_port": 0})
    line = b"x" * 98 + b"\r\n"

    def deliver(port: int) -> list[int]:
        with smtplib.LMTP("127.0.0.1", port, timeout=60) as client:
            client.ehlo()
            client.mail("a@lieferant.example")
            for _ in range(2):
                client.rcpt(address(tenant))
            return [client.data(line * 101)[0], client.getreply()[0], client.noop()[0]]

    async with Mailroom(house.postbox, settings) as room:
        large = await in_thread(lambda: deliver(room.ports[1]))
        room._door.space.by_network["10.0.0.0"] = HELD_BYTES  # noqa: SLF001 - as if they came in
        many = await in_thread(lambda: deliver(room.ports[1]))

    assert (large, many) == ([552, 552, 250], [451, 451, 250])


async def test_lmtp_answers_for_each_recipient(house: House, tenant: Tenant) -> None:
    """RFC 2033: LHLO, and as many answers as recipients."""
    settings = house.settings.model_copy(update={"lmtp_port": 0})

    def deliver(port: int) -> list[int]:
        with smtplib.LMTP("127.0.0.1", port, timeout=60) as client:
            client.ehlo()
            client.mail("a@b.example")
            client.rcpt(address(tenant))
            client.rcpt(address(tenant).replace("@", "+zwei@"))
            return [client.data(message("lmtp"))[0], client.getreply()[0]]

    async with Mailroom(house.postbox, settings) as room:
        assert await in_thread(lambda: deliver(room.ports[1])) == [250, 250]


async def test_one_network_does_not_close_the_door(house: House) -> None:
    """Who holds all of its own places is told 421; another network comes in."""
    settings = house.settings.model_copy(update={"smtp_connections_of_each": 2})

    def tried(port: int, source: str) -> smtplib.SMTP | int:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=60, source_address=(source, 0))
        except smtplib.SMTPConnectError as refused:
            return refused.smtp_code

    async with Mailroom(house.postbox, settings) as room:
        port = room.ports[0]
        idle = [await in_thread(lambda: tried(port, "127.0.0.1")) for _ in range(4)]
        other = await in_thread(lambda: tried(port, "127.0.0.2"))
        for each in (*idle[:2], other):
            assert isinstance(each, smtplib.SMTP)
            await in_thread(each.close)
        assert idle[2:] == [421, 421]


def test_the_handler_can_be_listed_by_every_python_311() -> None:
    """3.11.2 fails at the members of a dataclass with slots, and closes each connection unheard."""
    assert "__slots__" not in vars(Handler)


async def test_a_mailroom_that_cannot_speak_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends with the reason instead of closing each connection."""

    def fails(*_: object) -> None:
        raise TypeError("no connection can be made")

    monkeypatch.setattr(MailroomProtocol, "__init__", fails)

    with pytest.raises(TypeError, match="no connection can be made"):
        smtp(cast("Postbox", None), Door(1, 1), lambda: None)


def test_places_are_counted_by_network() -> None:
    """Given back they are free again, and nothing is kept of who has left."""
    door = Door(room=3, of_each=2)
    assert [door.enter("a"), door.enter("a"), door.enter("a")] == [True, True, False]
    assert [door.enter("b"), door.enter("c")] == [True, False]
    door.leave("a")
    assert [door.inside, door.enter("c"), door.inside] == [2, True, 3]
    for network in ("a", "b", "c"):
        door.leave(network)
    assert (door.inside, dict(door.by_network)) == (0, {})


async def test_beyond_the_room_there_is_421(house: House) -> None:
    """A crowd is told to come again, and the place is free after it has left."""
    settings = house.settings.model_copy(update={"smtp_connections": 1})

    def crowd(port: int) -> int:
        with smtplib.SMTP("127.0.0.1", port, timeout=60):
            try:
                smtplib.SMTP("127.0.0.1", port, timeout=60)
            except smtplib.SMTPConnectError as refused:
                return refused.smtp_code
        return 0

    def later(port: int) -> int:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=60) as late:
                return late.noop()[0]
        except smtplib.SMTPConnectError as refused:
            return refused.smtp_code

    async with Mailroom(house.postbox, settings) as room:
        assert await in_thread(lambda: crowd(room.ports[0])) == 421
        async with asyncio.timeout(60):
            while (code := await in_thread(lambda: later(room.ports[0]))) != 250:
                assert code == 421
                await asyncio.sleep(0.1)
