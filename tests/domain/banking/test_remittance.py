"""What the words of a movement say."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.banking.bank_transaction import BankTransaction
from domain.banking.remittance import (
    Meaning,
    Said,
    core_of,
    grams,
    groups_of,
    number_of,
    said_by,
)

DAY = date(2026, 11, 27)


def said(text: str, *, payer: str | None = None, end_to_end: str | None = None) -> Said:
    """What a text says."""
    return said_by(
        BankTransaction(
            DAY, Decimal(1), counterparty_name=payer, reference=text, end_to_end_id=end_to_end
        )
    )


def test_a_number_is_one_however_it_is_written() -> None:
    """Signs, blanks, zeros and letters that look like digits."""
    number = number_of("AR-2026-0411")
    assert (number.prefix, number.digits, number.tail) == ("AR", "20260411", "411")
    for written in ("AR 2026 0411", "ar/2026/0411", "AR20260411"):
        assert number_of(written).squashed == number.squashed
    assert number_of("AR-2O26-O4I1").look == number.look
    assert groups_of(("AR2026", "411")) == "|".join(number.groups)


def test_fields_of_the_bank_are_told_from_the_text() -> None:
    """An end-to-end id is no text; mandates and creditors are nothing."""
    found = said("EREF+AR-2026-0411 MREF+M-4410 SVWZ+AR-2026-0434", end_to_end="E-7")
    assert found.words == ("AR", "2026", "0434")
    assert found.ids == ("AR", "2026", "0411", "E", "7")


def test_days_amounts_percentages_and_other_numbers_are_no_numbers() -> None:
    """What is left stands where a number may stand."""
    text = "KD.10001 RG.0411 BETR.1.200,00 VOM 30.10.26 2% Skonto Kto 10044 RATE 12/26 23,80"
    found = said(text)
    assert [token.text for token in found.tokens if token.text.isdigit()] == ["0411"]
    assert found.percents == (Decimal(2),)
    assert found.months == {12}
    assert Meaning.DISCOUNT in found.found


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("Bergmann Bau Ges.m.b.H.", {"BERGMANN", "BAU"}),
        ("Papier Union Handels GmbH", {"PAPIER", "UNION"}),
        ("Bäckerei Müßig & Söhne OG", {"BAECKEREI", "MUESSIG", "SOEHNE"}),
        ("GmbH", set()),
        ("Service GmbH", {"SERVICE"}),
    ],
)
def test_a_name_without_its_form(name: str, core: set[str]) -> None:
    """Legal forms and words that all have tell nobody from another."""
    assert core_of(name) == core


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_can_be_read(text: str, number: str) -> None:
    """No sign breaks it, and no stretch is longer than a number."""
    found = said(text, payer=number)
    assert all(len(each) <= 40 for each, _ in grams(found.words, 8))
    assert number_of(number).digits in number_of(number).squashed
