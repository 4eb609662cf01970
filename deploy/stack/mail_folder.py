"""A mail server that delivers into a folder, where the stack's own letters can be read.

Run as `python -m deploy.stack.mail_folder PORT FOLDER`.
"""

import asyncio
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Folder:
    """Writes each message to a file of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Store a message under the time of its arrival."""
        content = envelope.original_content or b""
        name = f"{time.time_ns()}.eml"
        unfinished = self._path / f".{name}"
        unfinished.write_bytes(content)
        unfinished.rename(self._path / name)
        return "250 OK"


async def serve(port: int, folder: Path) -> None:
    """Take mail on a loopback port until told to stop."""
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    handler = Folder(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost"), "127.0.0.1", port
    )
    async with server:
        await stopping.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
