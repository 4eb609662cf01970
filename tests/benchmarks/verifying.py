"""The stand-alone verifier on a year of entries, against hashing the bytes of its proofs.

Twelve rounds, one for each month: its proof is written, hashed and verified in processes of
their own, and removed. Time is that of the processor, since others use the machine, too; it
grows with the number of entries, memory does not.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from uuid import UUID

from domain.ledger.chain import GENESIS, Leaf, audit_hash, text_commitment
from domain.periods.closing import Closing, ClosingHead, Tally, close, leaf_hash
from tests.benchmarks.measure import PEAK_KIB, compare

SIZES = (100_000, 1_000_000)
_MONTHS = 12
_DOCS = Path(__file__).parents[2] / "docs"
_CONFIG = {"v": "config-1", "accounts": [], "tax_codes": []}
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_SALT, _TEXT = "5a" * 16, "Büromaterial, Rechnung 4711"
_COMMITMENT = text_commitment(_SALT, _TEXT)
_ACCOUNTS = [f"{number}" for number in range(5000, 5200)]
_SAY = "print(time.process_time() - begin, peak_kib())"
_VERIFY = f"""{PEAK_KIB}
import sys, time
sys.path.insert(0, {str(_DOCS)!r})
import verify_closing
begin = time.process_time()
with open(sys.argv[1], encoding="utf-8") as lines:
    found = verify_closing.verify(lines, sys.argv[2])
{_SAY}
"""
_HASH = f"""{PEAK_KIB}
import hashlib, sys, time
begin = time.process_time()
with open(sys.argv[1], "rb") as file:
    hashlib.file_digest(file, "sha256")
{_SAY}
"""


def benchmarks() -> Iterator[dict[str, object]]:
    """A year of a hundred thousand entries, one of a million, and how the two compare."""
    with tempfile.TemporaryDirectory() as folder:
        years = [Year(size, Path(folder)) for size in SIZES]
        for year in years:
            yield compare(
                f"verifying, {year.entries:,} entries",
                "hashlib over the same bytes, once",
                year.verified,
                year.hashed,
                rounds=_MONTHS,
            ) | {"peak_mib": round(max(year.peaks), 1)}
    small, large = years
    yield {
        "name": f"verifying, {large.entries:,} entries against {small.entries:,}",
        "time_for_each": round(median(small.rates) / median(large.rates), 3),
        "peak_memory": round(max(large.peaks) / max(small.peaks), 3),
    }


@dataclass
class Year:
    """Proofs of the months of a year, one file at a time; rates are entries a second."""

    entries: int
    folder: Path
    month: int = 0
    number: int = 0
    last_hash: str = GENESIS
    closings: list[Closing] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    def hashed(self) -> float:
        """Write the proof of the next month, and hash its bytes."""
        self._write()
        seconds, _ = _run(_HASH, str(self.file))
        return self._size / seconds

    def verified(self) -> float:
        """Verify the proof that was written last, and remove it."""
        seconds, peak = _run(_VERIFY, str(self.file), self.closings[-1].closing_hash)
        self.file.unlink()
        self.rates.append(self._size / seconds)
        self.peaks.append(peak / 1024)
        return self.rates[-1]

    @property
    def _size(self) -> int:
        return self.entries // _MONTHS

    @property
    def file(self) -> Path:
        """Where the proof that was written last is."""
        return self.folder / f"{self.entries}.ndjson"

    def _write(self) -> None:
        """Entries come behind the closing over them, so they are written twice over."""
        self.month += 1
        period, tally = f"2026-{self.month:02d}", Tally()
        entries = self.file.with_suffix(".entries")
        with entries.open("w", encoding="utf-8") as rows:
            rows.writelines(self._rows(period, tally))
        self.closings.append(close(self._head(period), tally))
        with (
            self.file.open("w", encoding="utf-8") as proof,
            entries.open(encoding="utf-8") as rows,
        ):
            proof.write(_line(proof="proof-1", tenant=str(UUID(int=1)), period=period))
            for each in self.closings:
                proof.write(_line(closing=each.body, closing_hash=each.closing_hash))
            proof.write(_line(config=_CONFIG))
            proof.writelines(rows)
        entries.unlink()

    def _rows(self, period: str, tally: Tally) -> Iterator[str]:
        for _ in range(self._size):
            self.number += 1
            leaf = _leaf(self.number, period)
            canonical, before = leaf.bytes, self.last_hash
            self.last_hash = audit_hash(canonical, before)
            tally.add(leaf, canonical)
            yield (
                f'{{"audit_hash":"{self.last_hash}","entry":{canonical.decode()},'
                f'"leaf_hash":"{leaf_hash(canonical).hex()}","prev_hash":"{before}",'
                f'"salt":"{_SALT}","text":"{_TEXT}"}}\n'
            )

    def _head(self, period: str) -> ClosingHead:
        return ClosingHead(
            tenant_id=UUID(int=1),
            closing_seq=self.month,
            fiscal_year=2026,
            period=period,
            locked_at=_AT,
            locked_by=UUID(int=2),
            config_sha256=hashlib.sha256(_line(**_CONFIG)[:-1].encode()).hexdigest(),
            previous_closing_hash=self.closings[-1].closing_hash if self.closings else GENESIS,
        )


def _leaf(number: int, period: str) -> Leaf:
    return Leaf(
        tenant=UUID(int=1),
        entry_seq=number,
        entry_no=f"2026-{number:06d}",
        fiscal_year=2026,
        period=period,
        posting_date=date(2026, int(period[5:]), 1 + number % 28),
        document_date=date(2026, 1, 1),
        posted_at=_AT + timedelta(milliseconds=number),
        kind="regular",
        reverses=None,
        document_no=f"ER-{number}",
        document_sha256=None,
        text_commitment=_COMMITMENT,
        created_by=str(UUID(int=3)),
        approved_by=None,
        intent_id=UUID(int=number),
        debit_account=_ACCOUNTS[number % len(_ACCOUNTS)],
        credit_account="2800",
        amount=Decimal(1 + number % 100_000).scaleb(-2),
        debit_tax_code="VST20",
        debit_tax_part="base",
        credit_tax_code=None,
        credit_tax_part=None,
        debit_partner=None,
        credit_partner=None,
        fx_currency=None,
        fx_amount=None,
        fx_rate=None,
    )


def _line(**value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def _run(program: str, *arguments: str) -> tuple[float, float]:
    """Run a program on its own; seconds it says it took, and its peak memory in KiB."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-I", "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)
