"""SMTP and LMTP: what the mailroom answers on the wire.

Built on aiosmtpd, which calls the `handle_…` methods. Logs hold ids and sizes, never addresses.
"""

import re
from asyncio import BaseTransport, CancelledError
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import TypeAlias
from uuid import UUID

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from prometheus_client import Counter as Metric

from api.mailroom.delivery import NotNow, Postbox
from api.mailroom.message import Hold, LineTooLong, NotTaken, Space, TooMuch, message_of
from domain.access.origin import network_of
from domain.formats.mail import Outcome
from domain.logs import way_of

MESSAGE_BYTES = 25 * 1024 * 1024
HELD_BYTES = 320 * 1024 * 1024
"""Of all messages that are under way, a fifth of it for one network; it needs twice the memory."""
RECIPIENTS = 50
# Far beyond the 998 of the standard: many programs write HTML in one line.
LINE_BYTES = 1024 * 1024
IDLE_SECONDS = 120.0
# From DATA to our answer: 25 MB over a slow line, and the store behind it.
DATA_SECONDS = 600.0
# So often in one connection; whoever has more to send comes again.
COMMANDS = {"MAIL": 100, "DATA": 100, "RSET": 100, "RCPT": 1000, "*": 20}
UNKNOWN_NOTED = 5

ACCEPTED = "250 2.0.0 OK: stored"
LATER = "451 4.3.0 Not now; try again later"
UNKNOWN = "550 5.1.1 No such inbox here"
TOO_MANY = "452 4.5.3 Too many recipients"
BUSY = b"421 4.3.2 Too many connections; try again later\r\n"

# A line that begins with a dot after a bare LF, and one that begins with two.
_DOT = re.compile(rb"((?<!\r)\n)\.")
_STUFFED = re.compile(rb"(?<!\r)\n\.\.")

log = structlog.get_logger("mailroom")
messages = Metric("belegfluss_mailroom_messages", "Messages by what became of them", ["outcome"])
for _outcome in ("accepted", "deferred", "too_large", "unknown_recipient"):
    messages.labels(_outcome)  # served as 0: what is counted for the first time is seen


@dataclass(slots=True)
class Door:
    """How many are inside, and from where: no network takes the places of all others.

    Nor the space for what they bring.
    """

    room: int
    of_each: int
    space: Space = field(default_factory=lambda: Space(HELD_BYTES, HELD_BYTES // 5))
    by_network: Counter[str] = field(default_factory=Counter)

    @property
    def inside(self) -> int:
        """How many there are."""
        return self.by_network.total()

    def enter(self, network: str) -> bool:
        """Take a place if there is one, in all and for this network."""
        if self.inside >= self.room or self.by_network[network] >= self.of_each:
            return False
        self.by_network[network] += 1
        return True

    def leave(self, network: str) -> None:
        """Give the place back."""
        self.by_network[network] -= 1
        if not self.by_network[network]:
            del self.by_network[network]


class Addressed(Envelope):
    """An envelope that knows the tenants behind its recipients."""

    def __init__(self) -> None:
        super().__init__()
        self.owners: list[UUID] = []
        self.unknown: list[str] = []

    @property
    def tenants(self) -> list[UUID]:
        """Each tenant once."""
        return list(dict.fromkeys(self.owners))


@dataclass
class Handler:
    """Decides about recipients and messages.

    No slots: aiosmtpd lists its members, and the first releases of Python 3.11 (3.11.2 is
    Debian 12's) fail at that over a dataclass that has them.
    """

    postbox: Postbox
    per_recipient: bool = field(default=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name and signature
        self,
        server: SMTP,
        session: Session,
        envelope: Addressed,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Take a recipient whose inbox exists."""
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return TOO_MANY
        try:
            owner = await self.postbox.owner_of(address)
        except NotNow:
            return LATER
        if owner is None:
            envelope.unknown.append(address)
            messages.labels("unknown_recipient").inc()
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        envelope.owners.append(owner)
        return "250 2.1.5 OK"

    async def keep(self, envelope: Addressed, content: bytes) -> str:
        """Answer 250 only when the message is kept for every tenant it is for."""
        raw = without_stuffing(content)
        try:
            await self.postbox.keep(envelope.tenants, raw, envelope.mail_from or None)
        except NotNow:
            messages.labels("deferred").inc()
            return self._for_each(envelope, LATER)
        except Exception as error:  # noqa: BLE001 - never a 5xx: the sender would give up
            messages.labels("deferred").inc()
            return self._for_each(envelope, await self.handle_exception(error))
        messages.labels("accepted").inc()
        log.info("message accepted", bytes=len(raw), tenants=len(envelope.tenants))
        for _ in envelope.unknown[:UNKNOWN_NOTED]:
            await self._note(envelope, Outcome.UNKNOWN_RECIPIENT, "a further recipient is unknown")
        return self._for_each(envelope, ACCEPTED)

    async def handle_exception(self, error: Exception) -> str:
        """Answer what nobody foresaw: the sender tries again, and reads nothing of it."""
        log.error("unexpected error", kind=type(error).__name__, way=way_of(error))
        return LATER

    async def refuse(self, envelope: Addressed, refusal: NotTaken) -> str:
        """Answer for a message that was read and not kept; one that is too large is noted."""
        if isinstance(refusal, TooMuch | LineTooLong):
            messages.labels("too_large").inc()
            log.info("message too large", tenants=len(envelope.tenants))
            detail = f"refused: larger than {MESSAGE_BYTES} bytes, or a line beyond {LINE_BYTES}"
            await self._note(envelope, Outcome.TOO_LARGE, detail)
        else:
            messages.labels("deferred").inc()
            log.warning("message deferred", code="TOO_MUCH_AT_ONCE")
        return self._for_each(envelope, refusal.answer)

    async def _note(self, envelope: Addressed, outcome: Outcome, detail: str) -> None:
        await self.postbox.note(envelope.tenants, outcome, detail, envelope.mail_from or None)

    def _for_each(self, envelope: Addressed, answer: str) -> str:
        """LMTP wants an answer for each recipient, SMTP one."""
        return "\r\n".join([answer] * len(envelope.rcpt_tos)) if self.per_recipient else answer


class MailroomProtocol(SMTP):
    """One connection."""

    line_length_limit = LINE_BYTES

    def __init__(self, handler: Handler, door: Door, tls: SSLContext | None) -> None:
        super().__init__(
            handler,
            data_size_limit=MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            ident="Belegfluss",
            tls_context=tls,
            timeout=IDLE_SECONDS,
            command_call_limit=COMMANDS,
        )
        self._mailroom = handler
        self._door = door
        self._network: str | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Let nobody in beyond the room there is."""
        if self._network is None:
            peer = transport.get_extra_info("peername")
            network = network_of(str(peer[0])) if peer else ""
            if not self._door.enter(network):
                transport.write(BUSY)  # type: ignore[attr-defined]
                transport.close()
                return
            self._network = network
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Give the place back."""
        if self._network is not None:
            self._door.leave(self._network)
            self._network = None
            super().connection_lost(error)

    def _create_envelope(self) -> Addressed:
        return Addressed()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take the message, in the space that there is for all that are under way."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        envelope = self.envelope
        if not isinstance(envelope, Addressed) or not envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
        elif arg:
            await self.push("501 5.5.4 Syntax: DATA")
        else:
            self._reset_timeout(DATA_SECONDS)
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            with self._door.space.held(self._network or "") as hold:
                answer = await self._take(envelope, hold)
            self.envelope = self._create_envelope()
            await self.push(answer)

    async def _take(self, envelope: Addressed, hold: Hold) -> str:
        try:
            content = await message_of(self._reader, MESSAGE_BYTES, hold)
        except CancelledError:  # the sender is gone
            self._writer.close()
            raise
        except NotTaken as refusal:
            return await self._mailroom.refuse(envelope, refusal)
        return await self._mailroom.keep(envelope, content)


class MailroomLmtp(MailroomProtocol):
    """LMTP (RFC 2033): LHLO, and an answer for each recipient."""

    show_smtp_greeting = False

    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Greet."""
        await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Refuse: not a command of LMTP."""
        await self.push("500 5.5.1 LMTP wants LHLO")

    async def smtp_EHLO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Refuse: not a command of LMTP."""
        await self.push("500 5.5.1 LMTP wants LHLO")


def without_stuffing(content: bytes) -> bytes:
    r"""Undo doubled dots after a bare LF (RFC 5321, 4.5.2).

    aiosmtpd has undone those after CRLF. A sender that ends its lines with LF alone doubles its
    dots as well, or leaves them: only where every such line begins with two were they doubled.

    >>> without_stuffing(b"a\n..b\r\n.c\r\n"), without_stuffing(b"a\n.b\n..c\r\n")
    (b'a\n.b\r\n.c\r\n', b'a\n.b\n..c\r\n')
    """
    dotted = len(_DOT.findall(content))
    return _DOT.sub(rb"\1", content) if dotted == len(_STUFFED.findall(content)) else content


Factory: TypeAlias = Callable[[], MailroomProtocol]


def smtp(postbox: Postbox, door: Door, tls: Callable[[], SSLContext | None]) -> Factory:
    """Make one connection after the other speak SMTP; each is offered what `tls` says then."""
    handler = Handler(postbox)
    return _tried(lambda: MailroomProtocol(handler, door, tls()))


def lmtp(postbox: Postbox, door: Door) -> Factory:
    """Make one connection after the other speak LMTP."""
    handler = Handler(postbox, per_recipient=True)
    return _tried(lambda: MailroomLmtp(handler, door, None))


def _tried(factory: Factory) -> Factory:
    """The factory, which can make a connection: asyncio closes one that fails without a word."""
    factory()
    return factory
