"""A folder on a foreign mail server (IMAP, RFC 3501), read without a trace.

Without a folder to move to it is opened read-only (EXAMINE), and bodies are always peeked at: no
message is marked as read. Moving is the one change, and only where the server can move without
expunging what others have marked (MOVE, RFC 6851, or UIDPLUS, RFC 4315).
"""

import os
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from imaplib import IMAP4
from pathlib import Path
from typing import Any

from imap_tools import (
    BaseMailBox,
    ImapToolsError,
    MailBox,
    MailBoxStartTls,
    MailBoxUnencrypted,
)
from imap_tools.utils import encode_folder

from domain.intake.mailbox import Mailbox, Place, Security

SECONDS = 60.0
MESSAGES = 20_000
"""So many of a folder are looked at, the newest; its problem says when there are more."""
_CHUNK = 500
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(.*)", re.IGNORECASE | re.DOTALL)
_LONGEST_ID = 500


class MailboxUnavailable(Exception):
    """The server does not answer, does not let us in, or cannot do what is asked."""


class Folder:
    """An open folder."""

    def __init__(self, box: BaseMailBox, folder: str, *, may_move: bool) -> None:
        self._box = box
        box.folder.set(folder, readonly=not may_move)
        self._abilities = {str(each).upper() for each in _words(box.client.capability())}
        self.uid_validity = int(box.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"])

    def places(self) -> tuple[list[Place], int]:
        """The newest messages, the oldest of them first, and how many there are in all."""
        uids = sorted(map(int, self._box.uids()))
        chosen = uids[-MESSAGES:]
        found: list[Place] = []
        for at in range(0, len(chosen), _CHUNK):
            found += self._places_of(chosen[at : at + _CHUNK])
        return found, len(uids)

    def message(self, uid: int) -> bytes | None:
        """Bytes of a message as they came; None when it is gone meanwhile."""
        for head, body in _pairs(self._fetch([uid], "(UID BODY.PEEK[])")):
            if b"BODY[" in head:
                return body
        return None

    def move(self, uid: int, folder: str) -> None:
        """Move a message. Raises MailboxUnavailable where that would touch others."""
        if "MOVE" in self._abilities:
            self._asked("MOVE", str(uid), _quoted(folder))
        elif "UIDPLUS" in self._abilities:
            self._asked("COPY", str(uid), _quoted(folder))
            self._asked("STORE", str(uid), "+FLAGS", r"(\Deleted)")
            self._asked("EXPUNGE", str(uid))
        else:
            raise MailboxUnavailable("the server cannot move a message by itself")

    def _places_of(self, uids: Sequence[int]) -> Iterator[Place]:
        asked = "(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        for head, body in _pairs(self._fetch(uids, asked)):
            uid, size = _UID.search(head), _SIZE.search(head)
            if uid and size:
                named = _MESSAGE_ID.match(body.strip())
                text = b" ".join(named[1].split()).decode("utf-8", "replace") if named else ""
                shown = "".join(each for each in text if each.isprintable())[:_LONGEST_ID]
                yield Place(self.uid_validity, int(uid[1]), shown, int(size[1]))

    def _fetch(self, uids: Sequence[int], what: str) -> list[Any]:
        return self._asked("FETCH", ",".join(map(str, uids)), what)

    def _asked(self, *words: str) -> list[Any]:
        status, data = self._box.client.uid(*words)
        if status != "OK":
            raise MailboxUnavailable(f"the server refused {words[0]}")
        return list(data)


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Folder]:
    """Open the folder of a mailbox. Raises MailboxUnavailable, without a word of the secret."""
    password = _password(mailbox.secret)
    try:
        with _connected(mailbox).login(mailbox.username, password, None) as box:
            yield Folder(box, mailbox.folder, may_move=mailbox.move_to is not None)
    except (ImapToolsError, IMAP4.error, OSError, EOFError) as error:
        kind = type(error).__name__
        raise MailboxUnavailable(f"the server could not be read ({kind})") from error


def _connected(mailbox: Mailbox) -> BaseMailBox:
    host, port = mailbox.host, mailbox.port
    if mailbox.security is Security.NONE:
        return MailBoxUnencrypted(host, port, timeout=SECONDS)
    context = ssl.create_default_context()
    kind = MailBox if mailbox.security is Security.TLS else MailBoxStartTls
    return kind(host, port, timeout=SECONDS, ssl_context=context)


def _password(secret: str) -> str:
    """Password from where its name points to. Raises MailboxUnavailable."""
    kind, _, name = secret.partition(":")
    try:
        found = os.environ[name] if kind == "env" else Path(name).read_text(encoding="utf-8")
    except (KeyError, OSError, UnicodeDecodeError) as error:
        raise MailboxUnavailable(f"there is no password at {secret}") from error
    return found.rstrip("\n")


def _pairs(data: Sequence[Any]) -> Iterator[tuple[bytes, bytes]]:
    """Head and literal of each answer; what follows a literal belongs to its head."""
    for each, after in zip(data, [*data[1:], b""], strict=False):
        if isinstance(each, tuple):
            rest = after if isinstance(after, bytes) else b""
            yield bytes(each[0]) + rest, bytes(each[1])


def _words(answer: tuple[str, list[Any]]) -> list[str]:
    text = b" ".join(bytes(line or b"") for line in answer[1])
    return text.decode("ascii", "replace").split()


def _quoted(folder: str) -> str:
    return encode_folder(folder).decode()
