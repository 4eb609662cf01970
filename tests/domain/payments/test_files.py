"""Files of runs, held against a checker that knows nothing of the writer."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.banking.file_ids import end_to_end_id
from domain.payments.netting import grouped
from domain.payments.pain001 import Party, PostalAddress, Version, write
from domain.payments.run import Manner, RunItem
from domain.payments.transfer import initiation
from tests.pain_checker import complaints

RUN, DAY = UUID(int=2**127 + 5), datetime(2026, 3, 2, tzinfo=UTC)
DEBTOR = Party(
    "Muster GmbH",
    "AT611904300234573201",
    "BKAUATWW",
    PostalAddress("Wien", "AT", "Mariahilfer Straße 1", "1060"),
)
BERN = PostalAddress("Bern", "CH", "Bundesgasse 3", "3003")
ITEM = RunItem(
    item_id=UUID(int=1),
    invoice_id=UUID(int=2),
    vendor_id=UUID(int=3),
    vendor_name="Holzhandel Prantl GmbH",
    vendor_iban="AT231400000000333333",
    vendor_bic=None,
    invoice_number="HP-1",
    amount=Decimal(600),
    reference="HP-1",
)


def an_item(at: int, **facts: object) -> RunItem:
    """An item of a vendor of its own."""
    ids = {"item_id": UUID(int=at), "invoice_id": UUID(int=at), "vendor_id": UUID(int=at)}
    return replace(ITEM, **(ids | {"transfer": at} | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize("version", list(Version))
def test_ten_thousand_transfers_are_one_valid_file(version: Version) -> None:
    """Ids unique though all have the same number, and the sum is the sum of all."""
    items = [
        an_item(at, amount=Decimal(at) / 100, invoice_number="12345", reference="12345")
        for at in range(1, 10_001)
    ]
    order = initiation(RUN, DAY, date(2026, 3, 3), DEBTOR, items)

    assert complaints(write(order, version)) == []
    assert order.control_sum == Decimal("500050.00")
    assert len({each.end_to_end_id for each in order.transfers}) == len(items)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.text(min_size=1, max_size=90).filter(str.strip),
            st.text(min_size=1, max_size=100).filter(str.strip),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_script_makes_a_file_that_banks_take(texts: list[tuple[str, str]]) -> None:
    """Names and numbers of every letter and sign that there is."""
    items = [
        an_item(at, vendor_name=name, invoice_number=number, reference=number)
        for at, (name, number) in enumerate(texts, 1)
    ]
    for version in Version:
        order = initiation(RUN, DAY, date(2026, 3, 3), replace(DEBTOR, name=texts[0][0]), items)
        assert complaints(write(order, version)) == []


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("Ελληνική Βιομηχανία", "Elliniki Viomichania"),
        ("Пекарня Иванов ЕООД", "Pekarnya Ivanov EOOD"),
        ("株式会社東京", "ZhuShiHuiSheDongJing"),
        ("שלום", "slvm"),
        ("Łódź Sp. z o.o.", "Lodz Sp. z o.o."),
        ("Đặng Văn & Söhne", "Dang Van + Soehne"),
    ],
)
def test_names_are_spelt_and_never_dots(name: str, spelt: str) -> None:
    """The bank compares them with the holder of the account."""
    order = initiation(RUN, DAY, date(2026, 3, 3), DEBTOR, [an_item(1, vendor_name=name)])
    data = write(order).decode()
    assert complaints(data.encode()) == []
    assert f"<Nm>{spelt}</Nm>" in data


def test_a_credit_note_lowers_one_transfer_that_names_both() -> None:
    """600.00 less 120.00 is one transfer of 480.00; another vendor is paid beside it."""
    credit = replace(
        ITEM, item_id=UUID(int=4), vendor_iban="", amount=Decimal(-120), invoice_number="HP-GS-1"
    )
    other = an_item(9, invoice_number="X-1", reference="X-1")

    order = initiation(RUN, DAY, date(2026, 3, 3), DEBTOR, grouped([credit, ITEM, other]))

    assert [(each.amount, each.remittance_information) for each in order.transfers] == [
        (Decimal(480), "HP-1 HP-GS-1"),
        (Decimal(600), "X-1"),
    ]
    assert complaints(write(order)) == []


def test_more_numbers_than_fit_are_counted() -> None:
    """What is cut says so."""
    items = [replace(ITEM, item_id=UUID(int=at), invoice_number=f"RE-{at:012}") for at in range(20)]
    (transfer,) = initiation(RUN, DAY, date(2026, 3, 3), DEBTOR, items).transfers

    words = transfer.remittance_information
    assert len(words) <= 140
    assert words.startswith("RE-000000000000 RE-000000000001")
    assert words.endswith(" +12")


def test_outside_the_eea_both_addresses_are_written() -> None:
    """And inside it none; the file with both has that of the debtor."""
    swiss = an_item(2, vendor_iban="CH9300762011623852957", vendor_bic="POFICHBEXXX")
    addresses = {swiss.vendor_id: BERN, UUID(int=1): BERN}

    order = initiation(RUN, DAY, date(2026, 3, 3), DEBTOR, [an_item(1), swiss], addresses=addresses)

    data = write(order)
    assert complaints(data) == []
    assert data.count(b"<PstlAdr>") == 2
    assert [each.creditor.address for each in order.transfers] == [None, BERN]
    inside = initiation(RUN, DAY, date(2026, 3, 3), DEBTOR, [an_item(1)], addresses=addresses)
    assert b"<PstlAdr>" not in write(inside)


def test_ids_are_unique_for_ever() -> None:
    """Two runs never share one, and each has room for all of a run."""
    runs = [UUID(int=0), UUID(int=36**10), UUID(int=2**128 - 1)]
    made = {end_to_end_id(run, at) for run in runs for at in (1, 2, 99_999)}
    assert len(made) == 9
    assert max(map(len, made)) <= 35


@pytest.mark.parametrize("version", list(Version))
def test_instant_transfers_are_ordered_for_any_day(version: Version) -> None:
    """Local instrument INST, on a Sunday, each booked by itself."""
    sunday, manner = date(2026, 3, 1), Manner(is_instant=True, is_batch_booked=False)

    data = write(initiation(RUN, DAY, sunday, DEBTOR, [an_item(1)], manner=manner), version)

    assert complaints(data) == []
    assert b"<Cd>INST</Cd>" in data
    assert b"<BtchBookg>false</BtchBookg>" in data


@pytest.mark.parametrize(
    ("words", "reference", "issuer"),
    [
        ("RF18 5390 0754 7034", "RF18539007547034", "ISO"),
        ("+++010/8068/17183+++", "010806817183", "BBA"),
    ],
)
def test_structured_references_stand_alone(words: str, reference: str, issuer: str) -> None:
    """The payee knows the payment by them; no text is beside them."""
    data = write(initiation(RUN, DAY, date(2026, 3, 3), DEBTOR, [an_item(1, reference=words)]))

    assert complaints(data) == []
    assert f"<Ref>{reference}</Ref>".encode() in data
    assert f"<Issr>{issuer}</Issr>".encode() in data
    assert b"<Ustrd>" not in data
