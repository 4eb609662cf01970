"""Backed up under load, destroyed, restored into a new home: what waited goes on to its end.

The backup holds nothing of Temporal's, so this is the loss of its store as well: a mail that was
not split, a document that was being read, a case, a run and a lock that wait go on by themselves.
"""

import asyncio
import os
import shutil
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.stack.caller import Caller, wait_for
from domain.actor import Actor
from domain.database.session import engine, write_session
from domain.payments import store as payments
from domain.payments.business_day import next_business_day
from tests.api.callers import booking
from tests.chaos.alive import open_processes, with_timers
from tests.e2e.conftest import House, started
from tests.e2e.front_door import demo, letter
from tests.invariants import check_books
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, an_invoice

pytestmark = pytest.mark.timeout(900)
LATER_CODES, REFUSED_CODES = 400, 500
IDLE_TRANSACTION_SECONDS = 60
BACK_SECONDS = 300
"""So soon after its start a house that lost Temporal's store has everything at work again."""


def people(house: House) -> dict[str, Caller]:
    """Callers by name."""
    url = house.stack["api_url"]
    return {each["name"]: Caller(url, each) for each in house.stack["principals"]}


def sent(house: House, *files: tuple[str, bytes]) -> None:
    """Mail an invoice to the house, again where it says later, as mail servers do.

    A worker that stands still may do so inside a transaction; its lock ends with the transaction.
    """
    mail = letter("Rechnung", *files)

    def taken() -> bool | None:
        with smtplib.SMTP(house.stack["smtp_host"], house.stack["smtp_port"], timeout=60) as door:
            try:
                door.send_message(mail, "re@lieferant.example", [house.stack["inbox_address"]])
            except smtplib.SMTPResponseException as refused:
                if not LATER_CODES <= refused.smtp_code < REFUSED_CODES:
                    raise
                return None
        return True

    wait_for("a mail that is taken", taken, IDLE_TRANSACTION_SECONDS + BACK_SECONDS)


def waiting_case(clerk: Caller) -> str:
    """Id of the case that waits for a person."""

    def look() -> str | None:
        for each in clerk.get("/v1/inbox", status="pending"):
            case_id = clerk.get(f"/v1/inbox/{each['id']}")["review_case_id"]
            return None if case_id is None else str(case_id)
        return None

    return wait_for("a case", look)


def made_ready(clerk: Caller, case_id: str) -> None:
    """Give a case what it lacks."""
    path = f"/v1/invoice-review-cases/{case_id}"
    invoice = clerk.get(path)["normalized_invoice"]
    vendor = {"name": invoice["vendor"]["name"], "iban": "DE89370400440532013000"}
    vendor_id = clerk.post("/v1/vendors", vendor)["id"]
    for line in invoice["line_items"]:
        line |= {"account_number": "5000", "tax_code": "VST20"}
    case = clerk.patch(path, {"vendor_id": vendor_id, "normalized_invoice": invoice})
    accepted = {
        finding["id"]: {"accept": True, "reason": "mit dem Papier verglichen"}
        for finding in case["findings"]
        if finding["severity"] == "blocking" and finding["answer"] is None
    }
    clerk.patch(path, {"finding_answers": accepted})


@contextmanager
def stopped(house: House, *names: str) -> Iterator[None]:
    """Let parts of a house stand still until the block ends."""
    pids = [house.pid(name) for name in names]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def a_run(house: House) -> UUID:
    """A payment run that waits for its approval."""
    tenant, actor = UUID(house.stack["tenant_id"]), Actor.system("cli")
    bind, run_id = engine(house.database_url, pool_size=1), uuid4()
    day = next_business_day(datetime.now(UTC).date() + timedelta(days=30))
    with write_session(bind, tenant, actor) as session:
        paid = a_posted_invoice(session, an_invoice(a_vendor(session)))
        run = payments.NewRun(run_id, a_bank_account(session), day, (paid,))
        payments.create(session, run, datetime.now(UTC))
    bind.dispose()
    return run_id


def being_read(clerk: Caller) -> bool | None:
    """Whether a document waits for its reader."""
    return bool(clerk.get("/v1/inbox", status="processing")) or None


def command(home: Path, *arguments: str) -> str:
    """Run `belegfluss` on a home."""
    done = subprocess.run(  # noqa: S603 - our own command line
        (sys.executable, "-m", "deploy.cli", *arguments),
        env={**os.environ, "BELEGFLUSS_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def booked_until(clerk: Caller, stop: Event) -> list[str]:
    """Book again and again; ids of what was acknowledged."""
    made: list[str] = []
    while not stop.is_set():
        body = booking(description=f"Papier {len(made)}")
        made.append(clerk.post("/v1/bookings", body)["intent_id"])
    return made


def test_what_was_destroyed_is_restored(tmp_path: Path) -> None:
    """Every booking that was acknowledged before, a case that waited, a lock that was asked for."""
    lost, home, folder = tmp_path / "lost", tmp_path / "new", tmp_path / "backup"
    lost.mkdir()
    with started(lost, "deploy.cli", "up") as house:
        tenant = UUID(house.stack["tenant_id"])
        clerk = people(house)["bookkeeper"]
        sent(house, demo("zugferd_musterbetrieb.pdf"))
        case_id = waiting_case(clerk)
        made_ready(clerk, case_id)
        before = [clerk.post("/v1/bookings", booking())["intent_id"]]
        request = clerk.post("/v1/periods/2026-02/lock")
        a_run(house)
        back_up_half_way(house, clerk, folder)
    shutil.rmtree(lost)

    assert "Restored and checked" in command(home, "restore", str(folder))
    with started(home, "deploy.cli", "up") as house:
        assert UUID(house.stack["tenant_id"]) == tenant
        _is_back(house)
        _goes_on(house, case_id, request, before)
        bind = engine(house.database_url, pool_size=1)
        assert check_books(bind, tenant) > 0
        bind.dispose()


def back_up_half_way(house: House, clerk: Caller, folder: Path) -> None:
    """Back up while a document is read and a mail waits to be split."""
    with stopped(house, "worker-documents"):
        sent(house, demo("text_lieferant.pdf"))
        wait_for("a document that is read", lambda: being_read(clerk))
        with stopped(house, "worker-ledger", "worker-ledger-2"):
            sent(house, demo("xrechnung_meier.xml"))
            back_up(clerk, house.home, folder)


def back_up(clerk: Caller, home: Path, folder: Path) -> None:
    """Back up while somebody books."""
    stop = Event()
    with ThreadPoolExecutor(1) as pool:
        load = pool.submit(booked_until, clerk, stop)
        assert "2 companies" in command(home, "backup", str(folder))
        stop.set()
        assert load.result()


def _is_back(house: House) -> None:
    """Without a person: all documents wait for one, and what has a day has its timer."""
    begun, tenant = time.monotonic(), UUID(house.stack["tenant_id"])
    clerk = people(house)["bookkeeper"]

    def read() -> bool | None:
        return len(clerk.get("/v1/inbox", status="pending")) == 3 or None

    wait_for("three cases", read, BACK_SECONDS)
    bind = engine(house.database_url, pool_size=1)
    waiting = open_processes(bind, tenant)
    bind.dispose()
    assert sorted(each.partition("/")[0] for each in waiting) == [
        *["intake"] * 3,
        "payment-run",
        "period-lock",
    ]

    dated = {each for each in waiting if not each.startswith("intake")}  # the schedule reminds

    def timed() -> bool | None:
        found = asyncio.run(with_timers(house.stack["temporal_address"], dated))
        return found == dated or None

    wait_for("every timer", timed, BACK_SECONDS - (time.monotonic() - begun))


def _goes_on(house: House, case_id: str, request: dict[str, Any], before: list[str]) -> None:
    """What waited is decided by who may, and what was booked is there."""
    clerk, approver = (people(house)[name] for name in ("bookkeeper", "approver"))
    for intent_id in before:
        assert clerk.get(f"/v1/journal/{intent_id}")["intent_id"] == intent_id
    approved = clerk.post(f"/v1/invoice-review-cases/{case_id}/approve")
    assert clerk.get(f"/v1/invoices/{approved['invoiceId']}")["intent_id"] == approved["intentId"]
    for item in clerk.get("/v1/inbox", status="pending"):
        clerk.post(f"/v1/inbox/{item['id']}/reject", {"reason": "Ende"})
    assert clerk.get("/v1/inbox", status="open") == []
    path = f"/v1/periods/2026-02/lock/{request['request_id']}/approve"
    assert approver.post(path)["status"] == "locked"
