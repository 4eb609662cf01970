"""Files of direct debits, held against their schema and a checker of their own."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.payments.mandate import Mandate, Scheme
from domain.payments.pain001 import Party
from domain.payments.pain008 import Collection, Debit, DebitVersion, write
from tests.debit_checker import debit_complaints

MANDATE = Mandate(
    UUID(int=1), UUID(int=2), "M-1", "Kunde & Söhne KG", "DE89370400440532013000", date(2026, 1, 2)
)
COLLECTION = Collection(
    message_id="0" * 31 + "1",
    created_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    collection_date=date(2026, 3, 17),
    creditor=Party("Muster GmbH", "AT611904300234573201", "BKAUATWW"),
    creditor_id="DE98ZZZ09999999999",
    scheme=Scheme.CORE,
    debits=(Debit("E-1", Decimal(120), MANDATE, "RE-1"),),
)


@pytest.mark.parametrize("version", list(DebitVersion))
def test_each_sequence_is_a_block_of_its_own(version: DebitVersion) -> None:
    """First, recurrent and one-off are never mixed; each block has its sum."""
    used = replace(MANDATE, reference="M-2", last_used=date(2026, 2, 2))
    once = replace(MANDATE, reference="M-3", is_recurrent=False)
    debits = tuple(
        Debit(f"E-{at}", Decimal(at), mandate, f"RE-{at}")
        for at, mandate in enumerate((MANDATE, used, once, used), 1)
    )

    data = write(replace(COLLECTION, debits=debits), version)

    assert debit_complaints(data) == []
    assert [data.count(f"<SeqTp>{each}</SeqTp>".encode()) for each in ("FRST", "RCUR", "OOFF")] == [
        *(1, 1, 1)
    ]
    assert b"<CtrlSum>6.00</CtrlSum>" in data


@pytest.mark.parametrize("version", list(DebitVersion))
@pytest.mark.parametrize("scheme", list(Scheme))
def test_ten_thousand_debits_are_one_valid_file(version: DebitVersion, scheme: Scheme) -> None:
    """As many as a file may hold."""
    debits = tuple(
        Debit(f"E-{at}", Decimal(at) / 100, replace(MANDATE, reference=f"M-{at}"), f"RE-{at}")
        for at in range(1, 10_001 if version is DebitVersion.V08 else 101)
    )
    data = write(replace(COLLECTION, debits=debits, scheme=scheme), version)

    assert debit_complaints(data) == []
    assert f"<Cd>{scheme}</Cd>".encode() in data


@settings(deadline=None, max_examples=40)
@given(st.text(min_size=1, max_size=70).filter(str.strip), st.text(max_size=200))
def test_any_script_makes_a_file_that_banks_take(name: str, words: str) -> None:
    """Names of every letter that there is."""
    debit = Debit("E-1", Decimal("0.01"), replace(MANDATE, holder=name), words)

    assert debit_complaints(write(replace(COLLECTION, debits=(debit,)))) == []
