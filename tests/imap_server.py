"""A mail server of somebody else (pymap) on loopback, and what a person does in it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from imap_tools import BaseMailBox, MailBoxUnencrypted

from deploy.stack.process import free_port, listens

USER, PASSWORD = "demouser", "demopass"


@dataclass(frozen=True, slots=True)
class ImapServer:
    """One server with one user."""

    port: int

    @contextmanager
    def person(self) -> Iterator[BaseMailBox]:
        """Log in as the person whose mail it is."""
        box = MailBoxUnencrypted("127.0.0.1", self.port, timeout=60)
        with box.login(USER, PASSWORD) as open_box:
            yield open_box

    def deliver(self, folder: str, *messages: bytes) -> None:
        """Put messages into a folder, which is made when it is missing."""
        with self.person() as box:
            if not box.folder.exists(folder):
                box.folder.create(folder)
            for message in messages:
                box.append(message, folder)

    def renumber(self, folder: str) -> None:
        """Make the folder anew with the same messages, as a server that was restored."""
        with self.person() as box:
            box.folder.set(folder, readonly=True)
            raws = [_raw(box, uid) for uid in box.uids()]
            box.folder.set("INBOX")
            box.folder.delete(folder)
        self.deliver(folder, *raws)

    def flags(self, folder: str) -> list[tuple[str, ...]]:
        """What is marked on each message, but that it is new to somebody."""
        with self.person() as box:
            box.folder.set(folder, readonly=True)
            found = box.fetch(mark_seen=False)
            return [tuple(flag for flag in each.flags if "Recent" not in flag) for each in found]

    def count(self, folder: str) -> int:
        """How many messages are in a folder."""
        with self.person() as box:
            return int(box.folder.status(folder, ["MESSAGES"])["MESSAGES"])


@contextmanager
def imap_server(folder: Path) -> Iterator[ImapServer]:
    """Run a server while the block runs."""
    port = free_port()
    program = Path(sys.executable).with_name("pymap")
    command = [str(program), "--no-tls", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "pymap.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  a package of ours, no shell
            [*command, "dict", "--demo-data"], stdout=log, stderr=log
        )
    try:
        _wait(port)
        yield ImapServer(port)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)


def _wait(port: int) -> None:
    for _ in range(900):
        if listens(port):
            return
        time.sleep(0.1)
    raise AssertionError("the mail server does not come up")


def _raw(box: BaseMailBox, uid: str) -> bytes:
    data = box.client.uid("FETCH", uid, "(BODY.PEEK[])")[1]
    return bytes(data[0][1])
