"""The whole corpus mailed at once while workers die, and while Temporal's store is lost as well.

Each attachment ends in one visible state: a document that waits for a person, or a row that says
what became of it. Nothing is left in the middle, nothing is there twice.
"""

import itertools
import math
import smtplib
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from deploy.stack.caller import Caller, wait_for
from deploy.stack.services import answers
from tests.e2e.conftest import House

WORKERS = ("worker-ledger", "worker-documents", "worker-ledger-2", "worker-documents")
EVERY_SECONDS = 10
_TOO_LARGE = 552
_TOLD_SECONDS = 30


@dataclass(slots=True)
class Mailed:
    """What became of mails: seconds until all were taken and until each had its end, by outcome."""

    mails: int
    kills: int = 0
    seconds_to_taken: float = 0.0
    seconds_to_quiet: float = 0.0
    outcomes: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0
    differences: list[str] = field(default_factory=list)


class Corpus:
    """Documents on their way into a house, to its first company or to one that is given."""

    def __init__(
        self, house: House, sent: list[Path], company: dict[str, Any] | None = None
    ) -> None:
        self._company = company or house.stack
        people = {each["name"]: each for each in self._company["principals"]}
        self._bookkeeper = Caller(house.stack["api_url"], people["bookkeeper"])
        self._house = house
        self._sent = sent
        self._told_at = time.monotonic()
        self._killed: list[str] = []
        self.found = Mailed(len(sent))

    def mailed(self, patience: float, *, loses_store: bool) -> Mailed:
        """Mail all of it while workers die, and wait until nothing is under way.

        Every worker dies once when all is taken, for a fast machine is done before the first turn
        of the clock.

        Raises StepFailed where something still is after `patience` seconds.
        """
        begun = time.monotonic()
        with self._deaths():
            for number, path in enumerate(self._sent):
                wait_for(path.name, partial(self._taken, path, number))
            self.found.seconds_to_taken = round(time.monotonic() - begun, 1)
            for name in sorted(set(WORKERS)):
                self._kill(name)
            if loses_store:
                half = len(self._sent) // 2
                wait_for("half of it", lambda: len(self._items()) >= half or None, patience)
                lose_store(self._house)
            wait_for("the last document", lambda: self._is_quiet() or None, patience)
        self.found.seconds_to_quiet = round(time.monotonic() - begun, 1)
        self.found.kills = len(self._killed)
        self._compare()
        return self.found

    @contextmanager
    def _deaths(self) -> Iterator[None]:
        """Kill one worker after the other until the block ends."""
        over = threading.Event()
        reaper = threading.Thread(target=self._reap, args=(over,))
        reaper.start()
        try:
            yield
        finally:
            over.set()
            reaper.join()

    def _reap(self, over: threading.Event) -> None:
        """Every ten seconds one that has worked for as long: a slow machine gets on, too."""
        since: dict[int, float] = {}
        for name in itertools.cycle(WORKERS):
            for _ in range(EVERY_SECONDS):
                if over.wait(1):
                    return
                for each in set(WORKERS):
                    if answers(self._house.stack["metrics"][each]):
                        since.setdefault(self._house.pid(each), time.monotonic())
            begun = since.get(self._house.pid(name), math.inf)
            if time.monotonic() - begun >= EVERY_SECONDS:
                self._kill(name)

    def _kill(self, name: str) -> None:
        """Kill one, unless it is dead already."""
        with suppress(psutil.NoSuchProcess):
            self._house.kill(name)
            self._killed.append(name)

    def _compare(self) -> None:
        """Every mail has its row; what was taken waits, read or unreadable, for a person."""
        log = self._all("/v1/payables/ingestion-log")
        items = self._items()
        cases = {case["inbox_id"] for case in self._all("/v1/invoice-review-cases")}
        accepted = [row["inbox_id"] for row in log if row["outcome"] == "accepted"]
        ids = {item["id"] for item in items}
        named = {path.name for path in self._sent} - {row["original_name"] for row in log}
        twice = [each for each, count in Counter(accepted).items() if count > 1]
        self.found.outcomes = dict(Counter(row["outcome"] for row in log))
        self.found.unreadable = sum(item["unreadable_reason"] is not None for item in items)
        self.found.differences = [
            *(f"lost: {name}" for name in sorted(named)),
            *(f"double: inbox item {each}" for each in twice),
            *(f"no case: inbox item {each}" for each in sorted(ids - cases)),
            *(f"no row: inbox item {each}" for each in sorted(ids ^ set(accepted))),
        ]

    def _is_quiet(self) -> bool:
        """Whether every mail was split and nothing is being read."""
        log = self._all("/v1/payables/ingestion-log")
        unsplit = {path.name for path in self._sent} - {row["original_name"] for row in log}
        reading = self._all("/v1/inbox", status="processing")
        if time.monotonic() - self._told_at > _TOLD_SECONDS:
            self._told_at = time.monotonic()
            sys.stderr.write(f"{len(unsplit)} mails to split, {len(reading)} documents to read\n")
        time.sleep(1)
        return not unsplit and not reading

    def _items(self) -> list[dict[str, Any]]:
        return self._all("/v1/inbox")

    def _all(self, path: str, **query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = self._bookkeeper.get(path, limit="200", offset=str(len(found)), **query)
            found += page
            if len(page) < 200:
                return found

    def _taken(self, path: Path, number: int) -> bool | None:
        """Whether the mailroom took the mail, or told that it is too large; None: again."""
        stack = self._house.stack
        mail = EmailMessage()
        mail["From"], mail["To"] = "office@example.org", self._company["inbox_address"]
        mail["Subject"], mail["Message-ID"] = path.name, f"<{number}@example.org>"
        mail.set_content("Anbei.")
        mail.add_attachment(path.read_bytes(), "application", "octet-stream", filename=path.name)
        try:
            with smtplib.SMTP(stack["smtp_host"], stack["smtp_port"], timeout=60) as smtp:
                smtp.send_message(mail)
        except smtplib.SMTPDataError as error:
            return True if error.smtp_code == _TOO_LARGE else None
        except (OSError, smtplib.SMTPException):
            return None
        return True


def lose_store(house: House) -> None:
    """Take Temporal's database away; the server that is started again begins with nothing."""
    for path in house.home.glob("temporal.db*"):
        path.unlink()
    house.kill("temporal")
