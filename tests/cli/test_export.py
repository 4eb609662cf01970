"""`belegfluss export` on a real database, read again by Beancount and hledger."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from deploy.cli.main import app
from domain.database.session import read_session, write_session
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Exchange, Settling, Side
from domain.posting import store as journal
from tests.builders import Tenant, another_tenant
from tests.domain.formats.books import NASTY
from tests.plain_text import (
    HLEDGER,
    NO_HLEDGER,
    beancount,
    hledger,
    hledger_balances,
    number_of,
)
from tests.servers import Database

installed = pytest.mark.skipif(HLEDGER is None, reason=NO_HLEDGER)
_SUMS = text(
    "SELECT period, account, opening_debit + debit, opening_credit + credit FROM account_balance"
)
DOLLARS = Exchange("USD", Decimal("110.00"), Decimal("1.1"), date(2026, 3, 1), "ECB")


@pytest.fixture(autouse=True)
def _environment(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BELEGFLUSS_HOME", str(tmp_path))
    monkeypatch.setenv("BELEGFLUSS_DATABASE_URL", database.url)


def export(tenant: UUID, form: str, *options: object) -> Result:
    """Run the command."""
    arguments = ["export", str(tenant), "--format", form, *(str(each) for each in options)]
    return CliRunner().invoke(app, arguments)


def exported(tenant: UUID, form: str, folder: Path, *options: object) -> Path:
    """File that the command wrote."""
    path = folder / f"journal.{form}"
    result = export(tenant, form, "--output", path, *options)
    assert result.exit_code == 0, result.output
    return path


def booking(debit: str, credit: str, amount: str = "100.00", **more: Any) -> Booking:
    """Some amount from one account to another; `debit` may name a tax code after a space."""
    sides = ((debit, Side.DEBIT), (credit, Side.CREDIT))
    lines = (
        Line(number, side, Decimal(amount), code or None)
        for each, side in sides
        for number, _, code in [each.partition(" ")]
    )
    told = {"booking_date": date(2026, 3, 2), "description": "Paper", "source": "booking"}
    return Booking(**{"intent_id": uuid4(), "lines": tuple(lines), **told, **more})


def book(database: Database, tenant: Tenant, bookings: Iterable[Booking]) -> None:
    """Post in one transaction."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        journal.book_all(session, list(bookings))


def reverse(database: Database, tenant: Tenant, intent_id: UUID, **how: Any) -> UUID:
    """Reverse, and return the reversal."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return journal.reverse_intent(session, intent_id, today=date(2026, 5, 4), **how).intent_id


@pytest.fixture(scope="module")
def full(database: Database) -> Tenant:
    """Keep books that hold one of everything."""
    tenant = another_tenant(database)
    payable = booking("6815 VST20", "3300", "240.00", external_reference="ER-1")
    december = date(2026, 12, 31)
    wrong = booking("7310", "2700", "0.01")
    gone = booking("7320", "2700", "0.02")
    book(
        database,
        tenant,
        [
            payable,
            wrong,
            gone,
            booking("2800", "4000 UST20", "1000.01"),
            booking("2800", "4010 UST10", "0.10"),
            booking("6840 VST-RC20", "3300", "33.33"),
            booking("5010 VST-IGE20", "3300", "77.77"),
            booking("6840", "2800", exchange=DOLLARS),
            booking("7310", "0400", "5.00", booking_date=december, adjustment_period=13),
            booking("7310", "0400", "6.00", booking_date=december, adjustment_period=14),
            booking("2800", "9000", "123456789.12", custom_metadata={"b": 1.5, "a": 'x"\n'}),
            *(booking("7300", "2700", "7.00", description=each) for each in NASTY if each),
        ],
    )
    with read_session(database.engine, tenant.id) as session:
        item = session.execute(
            text("SELECT open_item_id FROM open_item WHERE intent_id = :id"),
            {"id": payable.intent_id},
        ).scalar_one()
    settled = (Settling(item, Decimal("100.00")),)
    book(database, tenant, [booking("3300", "2800", settles=settled)])
    again = reverse(database, tenant, wrong.intent_id, reason='typed; "wrong"')
    reverse(database, tenant, again, in_original_period=True)
    reverse(database, tenant, gone.intent_id)
    return tenant


def sums(database: Database, tenant: Tenant) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """Debit and credit by period and account, as the ledger keeps them."""
    with read_session(database.engine, tenant.id) as session:
        return {(row[0], row[1]): (row[2], row[3]) for row in session.execute(_SUMS)}


def balances(database: Database, tenant: Tenant) -> dict[str, Decimal]:
    """Balance of every account that has one, as the ledger keeps it."""
    found: dict[str, Decimal] = {}
    for (_, account), (debit, credit) in sums(database, tenant).items():
        found[account] = found.get(account, Decimal()) + debit - credit
    return {account: balance for account, balance in found.items() if balance}


def test_beancount_finds_every_balance(database: Database, full: Tenant, tmp_path: Path) -> None:
    """By account, and by account and period; its own checks find nothing."""
    found = beancount(exported(full.id, "beancount", tmp_path))

    assert found["errors"] == []
    assert found["asserted"] == len(found["opened"])
    read = {number_of(path): Decimal(amount) for path, amount in found["balances"].items()}
    assert read == balances(database, full)
    by_period = {
        (period, number_of(path)): (Decimal(sides["debit"]), Decimal(sides["credit"]))
        for period, moved in found["periods"].items()
        for path, sides in moved.items()
    }
    assert by_period == sums(database, full)


@installed
def test_hledger_finds_every_balance(database: Database, full: Tenant, tmp_path: Path) -> None:
    """Everything is declared; one period is tried through its tag."""
    file = exported(full.id, "hledger", tmp_path)

    hledger(file, "check", "--strict")

    read = {number_of(path): amount for path, amount in hledger_balances(file).items()}
    assert read == balances(database, full)
    adjusted = hledger_balances(file, "tag:^period$=^2026-P13$")
    assert {number_of(p): a for p, a in adjusted.items()} == {
        "7310": Decimal("5.00"),
        "0400": Decimal("-5.00"),
    }


def test_nothing_that_was_said_is_lost(full: Tenant, tmp_path: Path) -> None:
    """Texts, numbers, tax codes, foreign amounts, references and what reverses what."""
    found = beancount(exported(full.id, "beancount", tmp_path))["transactions"]
    by_number = {int(p["facts"]["journal"]): (t, p) for t in found for p in t["postings"]}

    assert sorted(by_number) == list(range(1, len(by_number) + 1))
    assert {t["text"] for t in found} >= {each for each in NASTY if each}
    moved = [p["facts"] for t in found for p in t["postings"]]
    foreign = [facts["fx-amount"] for facts in moved if "fx-amount" in facts]
    assert foreign == [["110.00", "USD"]] * 2
    (coded,) = (t for t in found if t["facts"].get("reference") == "ER-1")
    assert [p["facts"].get("tax-code") for p in coded["postings"]] == ["VST20", None] * 2
    assert [p["facts"].get("tax-part") for p in coded["postings"]] == ["base", None, "tax", None]
    reversals = [t for t in found if t["facts"]["kind"] == "reversal"]
    assert reversals[1]["facts"]["reverses"] == reversals[0]["facts"]["intent"]
    assert reversals[0]["postings"][0]["facts"]["reverses-entry"].startswith("2026-")
    (said,) = (
        {t["facts"]["custom-metadata"] for t in found} - {None}
        if False
        else {t["facts"]["custom-metadata"] for t in found if "custom-metadata" in t["facts"]}
    )
    assert said == '{"a": "x\\"\\n", "b": 1.5}'


def test_an_account_that_came_to_nothing_is_asserted_at_zero(full: Tenant) -> None:
    """Its rows are there, its balance is none."""
    told = export(full.id, "beancount").stdout.splitlines()

    assert [line.split()[-4:] for line in told if "balance Expenses:Vehicle:7320" in line] == [
        ["0.00", "~", "0.00", "EUR"]
    ]


def test_days_limit_what_is_written(full: Tenant, tmp_path: Path) -> None:
    """Both days belong to it; part of a journal asserts no balance."""
    options = ("--from", "2026-03-03", "--to", "2026-12-31")

    found = beancount(exported(full.id, "beancount", tmp_path, *options))

    assert found["errors"] == []
    assert found["asserted"] == 0
    assert {t["date"] for t in found["transactions"]} == {"2026-05-04", "2026-12-31"}


def test_an_empty_journal_is_valid(database: Database, tmp_path: Path) -> None:
    """Nothing was ever booked."""
    empty = another_tenant(database)

    found = beancount(exported(empty.id, "beancount", tmp_path))

    assert (found["errors"], found["balances"]) == ([], {})
    if HLEDGER:
        hledger(exported(empty.id, "hledger", tmp_path), "check", "--strict")


def test_both_ways_out_write_the_same(full: Tenant, tmp_path: Path) -> None:
    """Standard output and a file, of which nothing is left but the file."""
    for form in ("beancount", "hledger"):
        path = exported(full.id, form, tmp_path)
        assert export(full.id, form).stdout_bytes == path.read_bytes()
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".beancount", ".hledger"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--from", "2026-02-01", "--to", "2026-01-01"), "INVALID_INPUT"),
        (("--from", "yesterday"), "does not match"),
    ],
)
def test_what_does_not_fit_is_told(full: Tenant, options: tuple[str, ...], reason: str) -> None:
    """In words."""
    result = export(full.id, "beancount", *options)

    assert result.exit_code != 0
    assert reason in result.stderr


def test_an_unknown_company_leaves_no_file(tmp_path: Path) -> None:
    """Neither whole nor in part."""
    result = export(uuid4(), "beancount", "--output", tmp_path / "x.beancount")

    assert result.exit_code == 1
    assert "There is no tenant" in result.stderr
    assert list(tmp_path.iterdir()) == []
