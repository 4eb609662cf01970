"""The proven form of an entry: every field counts, and the numbers fit in afterwards."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from domain.canonical import canonical
from domain.ledger.chain import GENESIS, Leaf, audit_hash, text_commitment

LEAF = Leaf(
    tenant=UUID(int=1),
    entry_seq=7,
    entry_no="2026-000007",
    fiscal_year=2026,
    period="2026-01",
    posting_date=date(2026, 1, 8),
    document_date=date(2026, 1, 7),
    posted_at=datetime(2026, 1, 8, 10, tzinfo=UTC),
    kind="regular",
    reverses="2026-000001",
    document_no="ER-1",
    document_sha256="ab" * 32,
    text_commitment="cd" * 32,
    created_by="u-1",
    approved_by="u-2",
    intent_id=UUID(int=2),
    debit_account="6815",
    credit_account="2800",
    amount=Decimal("208.33"),
    debit_tax_code="VST20",
    debit_tax_part="base",
    credit_tax_code="UST20",
    credit_tax_part="tax",
    debit_partner="v-1",
    credit_partner="c-1",
    fx_currency="USD",
    fx_amount=Decimal("250.00"),
    fx_rate=Decimal("1.2"),
    supply_date=date(2026, 1, 5),
)


def other(value: object) -> object:
    """Something else of the same type."""
    match value:
        case str():
            return value + "x"
        case int():
            return value + 1
        case Decimal():
            return value + Decimal("0.01")
        case datetime() | date():
            return value + timedelta(days=1)
        case UUID():
            return UUID(int=value.int + 1)
    raise TypeError(type(value))


@pytest.mark.parametrize("name", Leaf._fields)
def test_every_field_changes_the_hash(name: str) -> None:
    """Nothing with accounting meaning is outside the hash."""
    changed = LEAF._replace(**{name: other(getattr(LEAF, name))})  # type: ignore[arg-type]

    assert audit_hash(changed.bytes, GENESIS) != audit_hash(LEAF.bytes, GENESIS)


def test_what_has_no_date_of_supply_keeps_its_hash() -> None:
    """The form of the first version: neither the field nor another version."""
    plain = LEAF._replace(supply_date=None)

    assert "supply_date" not in plain.value
    assert (plain.value["v"], LEAF.value["v"]) == ("journal-entry-1", "journal-entry-2")
    assert LEAF.value["supply_date"] == "2026-01-05"
    assert list(LEAF.value) == sorted(LEAF.value)


def test_the_text_around_the_numbers_completes_to_the_leaf() -> None:
    """The server adds the numbers and nothing else."""
    head, tail = LEAF._replace(entry_seq=None, entry_no=None).around_number

    whole = head + '"entry_no":"2026-000007","entry_seq":"7"' + tail
    assert whole.encode() == LEAF.bytes


def test_a_reference_cannot_imitate_the_numbers() -> None:
    """Quotes inside a field are escaped, so the place of the numbers is certain."""
    sly = LEAF._replace(document_no='"entry_no":"1","fiscal_year":"x"')
    head, tail = sly._replace(entry_seq=None, entry_no=None).around_number

    assert (head + '"entry_no":"2026-000007","entry_seq":"7"' + tail).encode() == sly.bytes


def test_trailing_zeros_of_a_rate_do_not_matter() -> None:
    """The database pads 1.2 to 1.2000000000; the hash must not notice."""
    padded = LEAF._replace(fx_rate=Decimal("1.2000000000"), fx_amount=Decimal("250.000"))

    assert padded.bytes == LEAF.bytes


def test_text_is_committed_in_one_normal_form() -> None:
    """Umlauts written in two ways are one text."""
    salt = "00" * 16

    assert text_commitment(salt, "Bu\u0308ro") == text_commitment(salt, "B\u00fcro")


@pytest.mark.parametrize("reference", ["ER-1", "B\u00fcro", "Bu\u0308ro", '\n\u0301"\\\x01', None])
def test_the_quick_form_is_the_canonical_form(reference: str | None) -> None:
    """Whatever stands in a text, the bytes are those of the rule."""
    leaf = LEAF._replace(document_no=reference)

    assert leaf.bytes == canonical(leaf.value)
    assert list(leaf.value) == sorted(leaf.value)
