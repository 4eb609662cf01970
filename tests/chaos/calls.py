"""Calls that are asked again until they are answered, and what is remembered of each."""

import asyncio
import json
import smtplib
import time
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum
from typing import Any
from uuid import uuid4

from tests.e2e.keep_alive import Answer, Connection

PATIENCE = 300.0
_TRY = 20.0
_PAUSE = 0.2
_TOO_LARGE = 552


class Kind(StrEnum):
    """What a caller waits for."""

    READ = "reads"
    BOOKING = "bookings"
    ORDER = "orders"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Call:
    """One call by the clock of this process: when it was first asked, last asked, and answered."""

    kind: Kind
    asked: float
    last_asked: float
    answered: float


@dataclass(slots=True)
class Calls:
    """All calls of a run: those answered, the answers by kind, and what should not have been."""

    answered: list[Call] = field(default_factory=list)
    operations: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    unanswered: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """Answers of the kind 5xx that are not 503."""
        return sum(
            count
            for said, count in self.answers.items()
            if said.startswith("5") and not said.startswith("503")
        )


class Unanswered(Exception):
    """Nobody answered for five minutes."""


class Line(Connection):
    """A connection to the API that is made again, over which a call is given until it is answered.

    A command goes with the same key each time, so it happens once.
    """

    def __init__(self, port: int, token: str, calls: Calls) -> None:
        self._port = port
        self._token = token
        self._calls = calls
        self._open: Connection | None = None

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        key: str = "",
        content_type: str = "application/json",
    ) -> Answer:
        """Send until it is answered. Raises Unanswered."""
        kind = _kind(method, path)
        asked = time.monotonic()
        while True:
            last_asked = time.monotonic()
            answer = await self._tried(method, path, body, key, content_type)
            if answer is not None and not _is_passing(answer):
                self._calls.answered.append(Call(kind, asked, last_asked, time.monotonic()))
                return answer
            if time.monotonic() - asked > PATIENCE:
                self._calls.unanswered.append(f"{method} {path}")
                raise Unanswered(f"{method} {path}")
            await asyncio.sleep(_PAUSE)

    async def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            await self._open.close()
            self._open = None

    async def order(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """Carry out a command; what it answers. Raises AssertionError for a refusal."""
        key = str(uuid4()) if method == "POST" else ""
        answer = await self.send(method, path, body, key)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.body}"
        return answer.body

    async def get(self, path: str) -> Any:
        """Read. Raises AssertionError for a refusal."""
        answer = await self.send("GET", path)
        assert answer.status == 200, f"GET {path}: {answer.status} {answer.body}"
        return answer.body

    async def upload(self, path: str, name: str, content: bytes) -> Any:
        """Send a file. Raises AssertionError for a refusal."""
        edge = uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        answer = await self.send(
            "POST", path, body, str(uuid4()), f"multipart/form-data; boundary={edge}"
        )
        assert answer.status < 300, f"POST {path}: {answer.status} {answer.body}"
        return answer.body

    async def _tried(
        self, method: str, path: str, body: Any, key: str, content_type: str
    ) -> Answer | None:
        """The answer of one try; None where the connection broke or nothing came."""
        try:
            async with asyncio.timeout(_TRY):
                if self._open is None:
                    self._open = await Connection.to(self._port, self._token)
                answer = await self._open.send(method, path, body, key, content_type)
        except (OSError, EOFError, TimeoutError, json.JSONDecodeError) as error:
            self._calls.answers[type(error).__name__] += 1
            self._hang_up()
            return None
        self._calls.answers[f"{answer.status} {answer.code}".strip()] += 1
        if answer.headers.get("connection") == "close":
            self._hang_up()
        return answer

    def _hang_up(self) -> None:
        if self._open is not None:
            self._open.abort()
            self._open = None


class PostOffice:
    """Hands mails over SMTP until each is taken."""

    def __init__(self, port: int, calls: Calls) -> None:
        self._port = port
        self._calls = calls

    async def deliver(self, mail: EmailMessage) -> bool:
        """Whether the mail was taken; one that is too large is told so. Raises Unanswered."""
        asked = time.monotonic()
        while True:
            last_asked = time.monotonic()
            code = await asyncio.to_thread(self._tried, mail)
            self._calls.answers[f"SMTP {code}"] += 1
            if code in (250, _TOO_LARGE):
                self._calls.answered.append(Call(Kind.MAIL, asked, last_asked, time.monotonic()))
                return code == 250
            if time.monotonic() - asked > PATIENCE:
                self._calls.unanswered.append(f"mail {mail['Subject']}")
                raise Unanswered(mail["Subject"])
            await asyncio.sleep(_PAUSE)

    def _tried(self, mail: EmailMessage) -> int:
        try:
            with smtplib.SMTP("127.0.0.1", self._port, timeout=_TRY) as smtp:
                smtp.send_message(mail)
        except smtplib.SMTPDataError as error:
            return error.smtp_code
        except (OSError, smtplib.SMTPException):
            return 0
        return 250


def _kind(method: str, path: str) -> Kind:
    """What is asked for; an order is what a process carries out."""
    if method == "GET":
        return Kind.READ
    is_order = "/invoice-review-cases/" in path or "/payment-runs" in path or "/lock" in path
    return Kind.ORDER if is_order or path.startswith("/v1/inbox") else Kind.BOOKING


def _is_passing(answer: Answer) -> bool:
    """Whether asking again is what the answer asks for; a bug is asked again, too, and counted."""
    return answer.status in (429, *range(500, 600)) or answer.code == "IDEMPOTENCY_KEY_IN_USE"
