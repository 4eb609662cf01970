"""The evidence of entries that waits on disk."""

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from tempfile import TemporaryFile

import pytest

from domain.banking import spooled_evidence
from domain.banking.identity import Evidence, digest_of, with_proper_references
from domain.banking.spooled_evidence import AT_HAND, EvidenceFile, SpooledEvidence
from domain.formats.statement import ReferenceKind

SERVICER, SWIFT = ReferenceKind.SERVICER, ReferenceKind.SWIFT
DAY = date(2026, 3, 1)


def entry(number: int) -> Evidence:
    """The entry of a number."""
    said = (SERVICER, f"R{number}"), (SWIFT, f'ä"\x1f\n{number}')
    return Evidence(DAY + timedelta(number % 7), Decimal(number) / 100 - 3, said, f"{number:x}")


@pytest.mark.parametrize("room", [0, 600, AT_HAND])
@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1500])
def test_what_waits_is_what_was_taken(
    size: int, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In order, by its place, and beside the entries of others in the same file."""
    monkeypatch.setattr(spooled_evidence, "AT_HAND", room)
    wanted = [entry(number) for number in range(size)]
    with TemporaryFile() as open_file:
        file = EvidenceFile(open_file)
        found, beside = SpooledEvidence(file), SpooledEvidence(file)
        for each in wanted:
            found.append(each)
            beside.append(each._replace(text=""))
        found.end()
        other = found.others(each._replace(references=()) for each in found)

        assert [*found] == wanted
        assert len(found) == len(other) == size
        assert [found[at] for at in range(size)] == wanted
        assert found[:3] == wanted[:3]
        assert all(not each.references for each in other)
        assert digest_of(beside) == digest_of(wanted)
        assert found.may_share() is False
        assert found.others([*wanted, *wanted]).may_share() is bool(size)
        with pytest.raises(IndexError):
            found[size]


@pytest.mark.parametrize("step", [1, -1, 7])
def test_a_digest_knows_no_order(step: int) -> None:
    """Whether the days of a file rise or not."""
    entries = [entry(number * step % 100) for number in range(100)]
    lines = sorted(f"{each.day} {each.amount:.2f}" for each in entries)
    assert digest_of(entries) == sha256("\n".join(lines).encode()).hexdigest()
    assert digest_of(sorted(entries)) == digest_of(entries)


def test_what_many_share_is_no_reference_of_any() -> None:
    """However many references there are, those of one amount that are equal are found."""
    entries = [Evidence(DAY, Decimal(at % 3), ((SERVICER, f"R{at // 2}"),)) for at in range(900)]
    said = [(each.references, each.amount) for each in entries]
    kept = [each.references for each in with_proper_references(entries)]
    assert kept == [refs if said.count((refs, amount)) == 1 else () for refs, amount in said]
