"""Killed right before or right after any step, every process ends with the same books.

Several companies live through the same story at the same time, in one house. Each has some
steps in its plan at which the worker is killed; every death hits the other companies
wherever they happen to be.
"""

import os
from abc import ABCMeta
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from temporalio import activity

import workflows
from deploy.stack import demo, demo_documents
from deploy.stack.demo_documents import DemoFile
from domain.database.session import engine, read_session
from domain.dates import month_of
from domain.payments.business_day import next_business_day
from tests.e2e.conftest import House, started
from tests.e2e.test_demo import story_in, today
from tests.invariants import check_books

pytestmark = pytest.mark.timeout(900)

COMPANIES = 8
# Only time brings these about; the workflow tests have a server on which time is skipped.
TIMED = {"intake.give_up", "intake.remind", "payments.remind", "periods.expire"}
# No part of this story: processes that begin anew, other doors, a policy that posts alone. They
# have tests of their own; dunning and what the bank says: test_killed_while_answering.py.
ELSEWHERE = {
    *("intake.look", "intake.match", "intake.note_failure", "intake.post_by_policy"),
    *("payments.look", "periods.look", "resume.start_missing"),
    *("letters.renew", "letters.send", "mailbox.poll", "statements.import_file"),
    *("dunning.draw", "dunning.look", "dunning.release", "dunning.release_by_policy"),
    *("payments.answer", "payments.withdraw"),
}

_BOOKS = text(
    "SELECT e.debit_account, e.credit_account, e.amount, i.source"
    " FROM journal_entry e JOIN intent i USING (tenant_id, intent_id)"
    " WHERE e.tenant_id = :tenant ORDER BY 1, 2, 3, 4"
)


def steps() -> list[str]:
    """Name of every step of every process."""
    modules = [
        import_module(found.name)
        for found in walk_packages(workflows.__path__, "workflows.")
        if found.name.endswith(".steps")
    ]
    methods = [
        method
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, ABCMeta)
        for method in vars(kind).values()
        if callable(method)
    ]
    found = [activity._Definition.from_callable(each) for each in methods]  # noqa: SLF001
    return sorted({each.name for each in found if each and each.name} - TIMED - ELSEWHERE)


def test_every_boundary(tmp_path: Path) -> None:
    """Right before each step and right after it, and one company that is left alone."""
    os.environ["MORTAL_PLAN"] = str(tmp_path / "plan")
    deaths = [f"{moment} {step}" for step in steps() for moment in ("before", "after")]
    plans = [deaths[number::COMPANIES] for number in range(COMPANIES)]
    home = tmp_path / "house"
    home.mkdir()
    with started(home, "tests.e2e.mortal_services") as house:
        expected = live(house, tmp_path / "calm", [])
        folders = [tmp_path / f"company-{number}" for number in range(COMPANIES)]
        with ThreadPoolExecutor(COMPANIES) as pool:
            lived = list(pool.map(live, [house] * COMPANIES, folders, plans))

    for plan, books in zip(plans, lived, strict=True):
        assert books == expected, plan
    died = [path.name for path in (tmp_path / "plan").glob("*/*")]
    assert sorted(died) == sorted(f"{death} done" for death in deaths)


def live(house: House, folder: Path, deaths: list[str]) -> list[tuple[Any, ...]]:
    """Tell the whole story in a company of its own, and return what is in its books."""
    folder.mkdir()
    story = story_in(house, folder, invoices())
    plan = Path(os.environ["MORTAL_PLAN"]) / story.stack["tenant_id"]
    plan.mkdir(parents=True)
    for death in deaths:
        (plan / death).touch()
    tell(story)
    bind = engine(house.database_url, pool_size=1)
    try:
        return books_of(bind, UUID(story.stack["tenant_id"]))
    finally:
        bind.dispose()


def tell(story: demo.Story) -> None:
    """One invoice posted, one refused, one handled elsewhere; a run and a lock withdrawn."""
    demo.open_bank_account(story)
    demo.send_mails(story, story.documents)
    posted, refused, elsewhere = demo.read_cases(story, 3)
    story.bookkeeper.post(f"/v1/invoice-review-cases/{refused['id']}/reject", {"reason": "falsch"})
    story.bookkeeper.post(f"/v1/inbox/{elsewhere['inbox_id']}/confirm")
    invoice = demo.approve_case(story, posted)
    body = {
        "bank_account_id": story.bank_account_id,
        "execution_date": next_business_day(story.today).isoformat(),
        "invoice_ids": [invoice["id"]],
    }
    run = story.bookkeeper.post("/v1/payment-runs", body)
    story.bookkeeper.post(f"/v1/payment-runs/{run['id']}/cancel")
    demo.pay(story, [invoice])
    demo.reconcile(story)
    month = month_of(story.today)
    request = story.bookkeeper.post(f"/v1/periods/{month}/lock")
    story.bookkeeper.post(f"/v1/periods/{month}/lock/{request['request_id']}/cancel")
    demo.prove(story, month, demo.lock(story, month))


def invoices() -> tuple[DemoFile, ...]:
    """Three XRechnungen of one supplier."""
    return tuple(demo_documents.monthly(today(), number) for number in (1, 2, 3))


def books_of(bind: Engine, tenant_id: UUID) -> list[tuple[Any, ...]]:
    """What is in the books, without numbers and ids; all invariants hold."""
    check_books(bind, tenant_id)
    with read_session(bind, tenant_id) as session:
        return [tuple(row) for row in session.execute(_BOOKS, {"tenant": tenant_id})]
