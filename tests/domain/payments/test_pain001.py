"""pain.001: bytes, schema, characters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from domain.payments.pain001 import (
    CreditTransfer,
    Initiation,
    InvalidPaymentFile,
    Party,
    Version,
    check,
    write,
)

PAPER = Party("Papier Müller & Söhne GmbH", "DE89370400440532013000", "COBADEFFXXX")
CLOUD = Party("Cloud Beispiel Ltd", "IE29AIBK93115212345678")
INITIATION = Initiation(
    message_id="20261121-5F3A/1",
    created_at=datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC),
    execution_date=date(2026, 11, 24),
    debtor=Party("Muster Handel GmbH", "AT611904300234573201", "BKAUATWW"),
    transfers=(
        CreditTransfer("RE-2026-0815", Decimal("357.00"), PAPER, "Rechnung RE-2026-0815"),
        CreditTransfer("INV-5531", Decimal("500.00"), CLOUD, "", "RF18539007547034"),
    ),
)


@pytest.mark.parametrize("version", list(Version))
def test_the_file_is_the_golden_one(version: Version, golden: Callable[[str, bytes], None]) -> None:
    """What leaves the house is compared byte for byte."""
    golden(f"{version}.xml", write(INITIATION, version))


@given(
    name=st.text(min_size=1, max_size=100).filter(str.strip),
    words=st.text(max_size=300),
    number=st.text(min_size=1, max_size=100),
    amounts=st.lists(
        st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2), min_size=1, max_size=4
    ),
)
def test_whatever_the_names_the_file_is_valid_and_sums_up(
    name: str, words: str, number: str, amounts: list[Decimal]
) -> None:
    """Any text becomes a valid file; the control sum is the sum of its parts."""
    transfers = tuple(
        CreditTransfer(number, amount, replace(PAPER, name=name), words) for amount in amounts
    )
    initiation = replace(INITIATION, transfers=transfers)

    for version in Version:
        tree = etree.fromstring(write(initiation, version))
        sums = {Decimal(found.text or "") for found in tree.iterfind(".//{*}CtrlSum")}
        assert sums == {sum(amounts)}


def test_bytes_that_break_the_schema_are_refused() -> None:
    """A file without a group header never leaves the house."""
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{Version.V09}"
    with pytest.raises(InvalidPaymentFile):
        check(f'<Document xmlns="{namespace}"/>'.encode(), Version.V09)


def test_a_wrong_iban_form_is_refused_by_the_schema() -> None:
    """The writer validates what it wrote."""
    with pytest.raises(InvalidPaymentFile):
        write(replace(INITIATION, debtor=Party("Muster", "not an iban")))


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "1000000000.00"])
def test_an_amount_that_no_transfer_carries_is_refused(amount: str) -> None:
    """SEPA carries 0.01 to 999999999.99."""
    with pytest.raises(InvalidPaymentFile):
        CreditTransfer("x", Decimal(amount), PAPER, "")


@pytest.mark.parametrize("bic", ["ABC", "", "12345678901", "bkauatww", "12ABDEFF"])
def test_a_bic_that_the_schema_would_refuse_is_left_out(bic: str) -> None:
    """IBAN only; a master-data slip never stops a file."""
    transfer = replace(INITIATION.transfers[0], creditor=replace(PAPER, bic=bic))
    initiation = replace(
        INITIATION, debtor=replace(INITIATION.debtor, bic=bic), transfers=(transfer,)
    )
    for version in Version:
        check(write(initiation, version), version)
