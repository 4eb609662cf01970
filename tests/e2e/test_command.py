"""`belegfluss` against a real house: what is imported is there, what is proven is verified."""

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from deploy.stack import demo
from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement, StatementLine
from tests.e2e.conftest import House
from tests.e2e.test_demo import story_in, today

pytestmark = pytest.mark.timeout(300)


def belegfluss(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would."""
    command = (sys.executable, "-m", "deploy.cli", *arguments)
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603


def test_documents_and_statements_are_imported_once(house: House, tmp_path: Path) -> None:
    """A folder of documents and a statement; a second run adds nothing."""
    story = story_in(house, tmp_path, ())
    demo.open_bank_account(story)
    (folder := tmp_path / "in").mkdir()
    for file in demo.documents(today()):
        if file.name.endswith(".pdf"):
            (folder / file.name).write_bytes(file.content)
    iban = story.bookkeeper.get("/v1/bank-accounts")[0]["iban"]
    line = StatementLine(
        date(2026, 11, 2), Decimal("-12.50"), "EUR", remittance_information="Porto"
    )
    statement = Statement("S-1", iban, "EUR", Decimal(100), Decimal("87.50"), (line,))
    (written := tmp_path / "camt.xml").write_bytes(
        write_statement(statement, "2026-11-02T12:00:00Z")
    )
    key = next(p["api_key"] for p in story.stack["principals"] if p["name"] == "bookkeeper")
    where = ("--url", story.stack["api_url"], "--key", key)

    runs = [
        belegfluss("import", what, str(path), *where)
        for _ in range(2)
        for what, path in (("documents", folder), ("statements", written))
    ]

    assert [run.returncode for run in runs] == [0] * 4, [run.stderr for run in runs]
    assert story.bookkeeper.get("/v1/bank-transactions")["total"] == 1
    assert key not in "".join(run.stdout + run.stderr for run in runs)


def test_a_proof_is_verified_from_its_file(house: House, tmp_path: Path) -> None:
    """Exit code 0 for the export as it is, 1 and the line for one that was touched."""
    story = story_in(house, tmp_path, ())
    lines = [
        {"account_number": "6815", "debit": 10, "credit": 0},
        {"account_number": "1800", "debit": 0, "credit": 10},
    ]
    body = {"booking_date": "2026-03-02", "description": "Porto", "lines": lines}
    story.bookkeeper.post("/v1/bookings", body)
    closing_hash = demo.lock(story, "2026-03")
    proof = story.bookkeeper.get_bytes("/v1/periods/2026-03/proof").decode()
    (sound := tmp_path / "proof.ndjson").write_text(proof)
    (forged := tmp_path / "forged.ndjson").write_text(proof.replace('"10.00"', '"10.01"', 1))

    good = belegfluss("verify", str(sound), closing_hash)
    bad = belegfluss("verify", str(forged), closing_hash)

    assert good.returncode == 0, good.stderr
    assert closing_hash in good.stdout
    assert bad.returncode == 1
    assert "line" in bad.stderr
    assert json.loads(proof.splitlines()[0])["proof"] == "proof-1"
