"""The listening sockets, and how they close: no new guests, then a little patience."""

import asyncio
from socket import socket
from types import TracebackType
from typing import Self

import structlog

from api.mailroom import protocol
from api.mailroom.certificate import Certificate
from api.mailroom.delivery import Postbox
from api.mailroom.message import Space
from api.mailroom.settings import MailroomSettings
from workflows.shared.variables import opening

_POLL_SECONDS = 0.05
log = structlog.get_logger("mailroom")


class Mailroom:
    """SMTP, and LMTP where it is asked for; open inside the `async with` block."""

    def __init__(
        self, postbox: Postbox, settings: MailroomSettings, listening: socket | None = None
    ) -> None:
        """`listening` takes SMTP instead of a port of its own."""
        self._postbox = postbox
        self._listening = listening
        self._settings = settings
        self.certificate = Certificate(settings)
        self._door = protocol.Door(settings.smtp_connections, settings.smtp_connections_of_each)
        # A mail server of yours brings everybody's mail, from one place.
        connections, space = settings.smtp_connections, self._door.space
        whole = Space(space.room, space.room, space.by_network)
        self._relay = protocol.Door(connections, connections, whole)
        self._servers: list[asyncio.Server] = []

    async def __aenter__(self) -> Self:
        """Open the doors."""
        settings = self._settings
        smtp = protocol.smtp(self._postbox, self._door, lambda: self.certificate.context)
        if self._listening is None:
            with opening("smtp_host", "smtp_port"):
                await self._listen(smtp, settings.smtp_port)
        else:
            server = await asyncio.get_running_loop().create_server(smtp, sock=self._listening)
            self._servers.append(server)
        if settings.lmtp_port is not None:
            with opening("smtp_host", "lmtp_port"):
                await self._listen(protocol.lmtp(self._postbox, self._relay), settings.lmtp_port)
        log.info("mailroom open", ports=self.ports)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the doors and wait for deliveries that are under way."""
        for server in self._servers:
            server.close()
        patience = self._settings.smtp_grace.total_seconds()
        while self._inside and patience > 0:
            await asyncio.sleep(_POLL_SECONDS)
            patience -= _POLL_SECONDS
        log.info("mailroom closed", cut_off=self._inside)

    @property
    def _inside(self) -> int:
        return self._door.inside + self._relay.inside

    @property
    def ports(self) -> list[int]:
        """Where the doors are: SMTP first."""
        return [server.sockets[0].getsockname()[1] for server in self._servers]

    async def _listen(self, factory: protocol.Factory, port: int) -> None:
        loop = asyncio.get_running_loop()
        self._servers.append(await loop.create_server(factory, self._settings.smtp_host, port))
