"""The stand-alone verifier, run as an auditor runs it."""

import hashlib
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from domain.periods.verifier import Differs, verify
from tests.benchmarks.verifying import Year

FILE = Path(__file__).parents[3] / "docs" / "verify_closing.py"
LIMIT = 200


def test_it_stands_alone(tmp_path: Path) -> None:
    """It runs in isolation, with nothing but the standard library, and says what it wants."""
    copy = tmp_path / "verify_closing.py"
    copy.write_text(FILE.read_text())
    proof = tmp_path / "proof.ndjson"
    proof.write_text('{"proof":"proof-0"}\n')

    done = _run(copy, proof)

    assert done.returncode == 1
    assert done.stderr == "DIFFERS line 1: not a proof of version proof-1 or inclusion-1\n"


def _run(*command: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-I", "-S", *map(str, command)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_who_calls_it_wrongly_hears_how(tmp_path: Path) -> None:
    """Without a file, with too much, with a file that is not there or is none."""
    wrong: list[list[Path | str]] = [[], [tmp_path, "0" * 64, "more"]]
    for arguments in wrong:
        assert "verify_closing.py PROOF.ndjson" in _run(FILE, *arguments).stderr
    for missing in (tmp_path / "gone.ndjson", tmp_path):
        done = _run(FILE, missing)
        assert (done.returncode, done.stderr[:12]) == (1, "unreadable: ")


def test_a_hash_from_paper_may_be_in_capitals(tmp_path: Path) -> None:
    """It is the same hash."""
    year = Year(12, tmp_path)
    year.hashed()
    done = _run(FILE, year.file, year.closings[-1].closing_hash.upper())
    assert (done.returncode, done.stdout[:6]) == (0, "holds:"), done.stderr


@pytest.mark.parametrize(
    "value",
    [
        *("1e999", "-Infinity", "NaN", "9" * 5000, "1", "1.5", "true", "null", "[]", "{}"),
        *('"\\ud800"', '"1e5"', '"9999999999999999999999"', f"{'[' * 500}{']' * 500}"),
    ],
)
@pytest.mark.parametrize(
    ("at", "key"),
    [(1, "closing_seq"), (1, "entry_seqs"), (-1, "entry_seq"), (-1, "amount"), (-1, "entry_no")],
)
def test_whatever_a_hostile_file_says_is_refused_by_line(
    tmp_path: Path, at: int, key: str, value: str
) -> None:
    """Numbers beyond reason, wrong types, deep nesting, text that no bytes can hold."""
    year = Year(12, tmp_path)
    year.hashed()
    lines = year.file.read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[at])
    held = row["closing" if at == 1 else "entry"]
    held[key] = "@"
    lines[at] = json.dumps(row, ensure_ascii=False).replace('"@"', value)

    with pytest.raises(Differs) as difference:
        verify(lines)
    assert difference.value.line == at % len(lines) + 1


@pytest.mark.parametrize(
    ("at", "key"),
    [
        *((0, key) for key in ("proof", "tenant", "period")),
        *((1, key) for key in ("closing", "closing_hash", "merkle_root")),
        *((2, key) for key in ("config", "accounts")),
        *((-1, key) for key in ("audit_hash", "entry", "leaf_hash", "prev_hash", "salt", "text")),
        *((-1, key) for key in ("amount", "fx", "v", "rate")),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_key_that_stands_twice_is_refused(
    tmp_path: Path, at: int, key: str, *, is_first: bool
) -> None:
    """Whoever reads the file with another program may see the other value."""
    lines = _lines(tmp_path)
    if key == "rate":
        lines[at] = _with_foreign_amount(lines[at])
    said = lines[at]
    value = json.dumps(_found(json.loads(said), key), ensure_ascii=False, separators=(",", ":"))
    for other in ('"@"', value):
        both = (other, value) if is_first else (value, other)
        lines[at] = said.replace(f'"{key}":{value}', f'"{key}":{both[0]},"{key}":{both[1]}', 1)
        assert lines[at] != said

        with pytest.raises(Differs) as difference:
            verify(lines)
        assert difference.value.line == at % len(lines) + 1
        assert "a key stands twice" in difference.value.reason or not is_first


def _lines(folder: Path) -> list[str]:
    """A proof of one month with one entry, as it is exported."""
    year = Year(12, folder)
    year.hashed()
    return year.file.read_text(encoding="utf-8").splitlines(keepends=True)


def _found(value: dict[str, object], key: str) -> object:
    """What a key says, wherever in an object it is."""
    if key in value:
        return value[key]
    return next(_found(each, key) for each in value.values() if isinstance(each, dict) and each)


def _with_foreign_amount(line: str) -> str:
    """An entry with an object in it, hashed as it should be."""
    row = json.loads(line)
    row["entry"]["fx"] = {"amount": "1.00", "currency": "USD", "rate": "1"}
    options: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":"), "sort_keys": True}
    leaf = json.dumps(row["entry"], **options).encode()
    row["leaf_hash"] = hashlib.sha256(b"\x00" + leaf).hexdigest()
    row["audit_hash"] = hashlib.sha256(leaf + row["prev_hash"].encode()).hexdigest()
    return json.dumps(row, **options) + "\n"


@pytest.mark.parametrize("at", [0, 1, 2, -1])
@pytest.mark.parametrize("more", ["x", "{}", "\u00a0", "]", ",", '"amount":"1.00"}'])
def test_nothing_stands_behind_a_row(tmp_path: Path, at: int, more: str) -> None:
    """A line is one object, and blanks."""
    lines = _lines(tmp_path)
    said = lines[at][:-1]

    for blank in ("", " ", "\t\r\n"):
        lines[at] = f" {said}{blank}"
        assert verify(lines).entry_count == 1
        lines[at] = f"{said}{blank}{more}\n"
        with pytest.raises(Differs) as difference:
            verify(lines)
        assert difference.value.line == at % len(lines) + 1


def test_a_name_cannot_move_the_cursor() -> None:
    """Or a terminal would show another verdict than the verifier gave."""
    row = {"entry": {"entry_no": "\x1b[2K\rholds: \u202e", "entry_seq": "1"}, "prev_hash": ""}
    lines = ['{"proof":"proof-1"}', json.dumps({**row, "leaf_hash": "", "audit_hash": ""})]

    with pytest.raises(Differs) as difference:
        verify(lines)
    assert str(difference.value).isascii()
    assert str(difference.value).isprintable()


def test_it_is_short_enough_to_read() -> None:
    """Who does not trust it can read it in a quarter of an hour."""
    assert len(FILE.read_text().splitlines()) < LIMIT


def test_a_long_proof_takes_no_memory(tmp_path: Path) -> None:
    """Ten times the entries, not a tenth more at the peak."""

    def peak(entries: int) -> int:
        year = Year(12 * entries, tmp_path)
        year.hashed()
        tracemalloc.start()
        with year.file.open(encoding="utf-8") as lines:
            assert verify(lines, year.closings[-1].closing_hash).entry_count == entries
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    assert peak(10_000) < 1.1 * peak(1_000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1]\n",
        "not json\n",
        "[" * 100_000,
        '{"proof":"proof-1"}\n',
        '{"proof":"inclusion-1","tenant":"t","period":"2026-01"}\n',
    ],
)
def test_what_is_no_proof_does_not_hold(text: str) -> None:
    """An empty file, another format, a proof cut off."""
    with pytest.raises(Differs):
        verify(text.splitlines())
