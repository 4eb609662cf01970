"""CSV exports: the corpus, signs and fees, running balances, layouts that a person maps."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from domain.formats import bank_csv
from domain.formats.bank_csv import UnknownLayout
from domain.formats.bank_csv_profile import Profile, profile_of, profiles
from domain.formats.statement import (
    Entry,
    LeftOut,
    Statement,
    StatementEnd,
    UnsupportedFormat,
    collected,
)
from tests.corpus import CORPUS

FOLDER = CORPUS / "bank" / "csv"
ROWS = {
    "at_easybank-giro.csv": 10,
    "at_oberbank.csv": 5,
    "at_raiffeisen.csv": 7,
    "at_raiffeisen_b2y.csv": 73,
    "de_commerzbank.csv": 7,
    "de_commerzbank_b2y.csv": 1,
    "de_dkb.csv": 8,
    "de_ing-mit-saldo.csv": 20,
    "de_sparkasse-lzo-camt-v8.csv": 7,
    "de_sparkasse_freiburg_1.csv": 1,
    "de_targobank-duesseldorf.csv": 11,
    "de_vr-teilhaberbank.csv": 5,
}
REVOLUT = (
    "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"
    "CARD_PAYMENT,Current,2026-01-02 09:00:00,2026-01-03 10:00:00,Cafe,"
    "-10.00,0.50,EUR,COMPLETED,89.50\n"
    "TOPUP,Current,2026-01-04 09:00:00,2026-01-04 10:00:00,Top up,20.00,0.00,EUR,COMPLETED,109.50\n"
    "CARD_PAYMENT,Current,2026-01-05 09:00:00,,Hotel,-99.00,0.00,EUR,PENDING,\n"
)


def read(data: bytes | str, *own: Profile) -> list[Statement]:
    """All statements of a file."""
    raw = data.encode() if isinstance(data, str) else data
    return list(collected(bank_csv.parts(BytesIO(raw), own)))


def test_the_corpus_is_there() -> None:
    """Say it loudly when the files to read are missing."""
    if not FOLDER.exists():
        pytest.skip(f"no corpus at {FOLDER}")


@pytest.mark.parametrize("name", sorted(ROWS) if FOLDER.exists() else [])
def test_files_of_the_corpus_are_read(name: str) -> None:
    """Every booked row; the one without an amount is told."""
    found = read((FOLDER / name).read_bytes())
    assert sum(len(each.lines) for each in found) == ROWS[name]
    errors = [error.code for each in found for error in each.errors]
    assert errors == (["UNREADABLE_ROW"] if name == "at_raiffeisen_b2y.csv" else [])


def test_a_running_balance_gives_opening_and_closing() -> None:
    """In whichever order the rows stand; a fee beside the amount is a row of its own."""
    head, *rows = REVOLUT.splitlines()
    for ordered in (rows, rows[::-1]):
        (found,) = read("\n".join([head, *ordered]))
        assert (found.opening, found.closing) == (Decimal("100.00"), Decimal("109.50"))
        assert found.adds_up
        assert sorted(line.amount for line in found.lines) == [
            Decimal("-10.00"),
            Decimal("-0.50"),
            Decimal("20.00"),
        ]


def left(data: str, *own: Profile) -> list[LeftOut]:
    """What is told of rows that are not taken."""
    found = bank_csv.parts(BytesIO(data.encode()), own)
    return [each for each in found if isinstance(each, LeftOut)]


def test_rows_that_nobody_calls_booked_are_counted_and_told() -> None:
    """By a layout of the bank, and by one of a person; a sum with an unknown part is unknown."""
    assert left(REVOLUT) == [LeftOut("", 1, Decimal("-99.00"), "EUR", ("PENDING",))]
    columns = {"booking_date": "Tag", "purpose": "Text", "amount": "Wert", "status": "Art"}
    own = profile_of(
        {"id": "own", "bank": "own", "decimal": ",", "dates": ["%d.%m.%Y"], "booked": ["G"]}
        | {"header": ["Tag", "Text", "Wert", "Art"], "columns": columns}
    )
    rows = "Tag;Text;Wert;Art\n05.11.2026;eins;10,00;G\n05.11.2026;zwei;-999,00;X\n"
    assert left(rows, own) == [LeftOut("", 1, Decimal("-999.00"), "EUR", ("X",))]
    more = rows + "05.11.2026;drei;?;Y\n05.11.2026;vier;1,00;X\n"
    assert left(more, own) == [LeftOut("", 3, None, "EUR", ("X", "Y"))]


def test_amounts_of_one_file_go_to_the_accounts_that_it_names() -> None:
    """An export of all accounts is divided."""
    head = (
        "IBAN Auftragskonto;Buchungstag;Valutadatum;Name Zahlungsbeteiligter;"
        "IBAN Zahlungsbeteiligter;Buchungstext;Verwendungszweck;Betrag;Waehrung;Saldo nach Buchung"
    )
    row = "{};02.01.2026;02.01.2026;A;;Gutschrift;RE 1;{};EUR;"
    accounts = ["DE89370400440532013000", "DE12500105170648489890"]
    found = read("\n".join([head, *(row.format(each, "1.000,50-") for each in accounts * 2)]))
    assert [(each.iban, len(each.lines)) for each in found] == [(each, 2) for each in accounts]
    assert {line.amount for each in found for line in each.lines} == {Decimal("-1000.50")}


UNKNOWN = (
    "Tag;Wer;Wofür;Soll;Haben\n05.01.2026;Muster;Miete;800,00;\n06.01.2026;Kunde;RE 7;;1.200,00\n"
)
MAPPED: dict[str, Any] = {
    "id": "Hausbank",
    "bank": "Hausbank",
    "decimal": ",",
    "dates": ["%d.%m.%Y"],
    "header": ["Tag", "Wer", "Wofür", "Soll", "Haben"],
    "columns": {
        "booking_date": "Tag",
        "counterparty": "Wer",
        "purpose": "Wofür",
        "debit": "Soll",
        "credit": "Haben",
    },
}


def test_an_unknown_layout_is_mapped_once() -> None:
    """The refusal names the columns; mapped, it is a layout like any other."""
    with pytest.raises(UnknownLayout) as refused:
        read(UNKNOWN)
    assert refused.value.context["columns"] == ["Tag", "Wer", "Wofür", "Soll", "Haben"]

    (found,) = read(UNKNOWN.encode("cp1252"), profile_of(MAPPED))

    assert [line.amount for line in found.lines] == [Decimal("-800.00"), Decimal("1200.00")]
    assert [line.counterparty_name for line in found.lines] == ["Muster", "Kunde"]


@pytest.mark.parametrize(
    ("rows", "amounts"),
    [
        (["800,00;", ";1.200,00"], ["-800.00", "1200.00"]),
        (["800,00;", ";-55,00", "-20,00;"], ["-800.00", "-55.00", "20.00"]),
        (["800,00;0,00", "0,00;1.200,00"], ["-800.00", "1200.00"]),
        (["-800,00;", ";1.200,00", "20,00-;"], ["-800.00", "1200.00", "-20.00"]),
        (["-20,00;", ";-55,00"], ["20.00", "-55.00"]),
    ],
)
def test_a_sign_in_a_debit_or_credit_cancels(rows: list[str], amounts: list[str]) -> None:
    """Unless every debit has one: that bank divides signed amounts by their sign."""
    (found,) = read(two_sides(*rows), profile_of(MAPPED))
    assert not found.errors
    assert [str(line.amount) for line in found.lines] == amounts


def two_sides(*rows: str) -> str:
    """A file of the mapped layout with these debits and credits."""
    lines = [f"0{day}.01.2026;Wer;Was;{row}" for day, row in enumerate(rows, 1)]
    return "\n".join([UNKNOWN.splitlines()[0], *lines])


@pytest.mark.parametrize("row", ["800,00;55,00", "-800,00;55,00", "800,00;-800,00"])
def test_a_row_with_debit_and_credit_is_told(row: str) -> None:
    """None of the two is lost in silence."""
    (found,) = read(two_sides("1,00;", row), profile_of(MAPPED))
    assert [(each.code, each.row) for each in found.errors] == [("UNREADABLE_ROW", 2)]
    assert [str(line.amount) for line in found.lines] == ["-1.00"]


def test_two_amounts_of_a_row_that_differ_are_told() -> None:
    """A layout kept long ago may name an amount beside the two sides."""
    columns = MAPPED["columns"] | {"amount": "Wofür"}
    file = two_sides("5,00;").replace("Was", "{}")
    for amount, errors in (("-5,00", 0), ("", 0), ("5,00", 1)):
        (found,) = read(file.format(amount), profile_of(MAPPED | {"columns": columns}))
        assert len(found.errors) == errors
        assert [str(line.amount) for line in found.lines] == ["-5.00"][errors:]


ING = (
    "Buchung;Wertstellungsdatum;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Saldo;Währung;"
    "Betrag;Währung\n05.01.2026;05.01.2026;A;Lastschrift;x;1.000,00;EUR;-1.234,56;EUR\n"
)


def test_a_layout_never_replaces_a_built_in_one() -> None:
    """However many names it has, and whenever it was kept."""
    names = [name for name in ING.splitlines()[0].split(";") if name != "Buchungstext"]
    columns = {"booking_date": "Buchung", "debit": "Betrag"}
    own = profile_of(MAPPED | {"header": names, "columns": columns, "decimal": "."})
    (found,) = read(ING, own)
    assert (found.id, str(found.lines[0].amount)) == ("csv/ing_de", "-1234.56")


@pytest.mark.parametrize(("balance", "notes"), [("95,00", 0), ("", 1), ("?", 1)])
def test_a_balance_that_is_missing_is_told(balance: str, notes: int) -> None:
    """Where other rows have one; then nothing is compared."""
    columns = MAPPED["columns"] | {"balance": "Wofür"}
    file = two_sides("5,00;", "5,00;").replace("Was", "100,00", 1).replace("Was", balance)
    own = profile_of(MAPPED | {"columns": columns})
    end = list(bank_csv.parts(BytesIO(file.encode()), [own]))[-1]
    assert isinstance(end, StatementEnd)
    assert (len(end.notes), end.closing is None) == (notes, notes > 0)


def test_a_file_that_a_spreadsheet_has_shortened_is_refused() -> None:
    """Half an account number would be another account."""
    head = "Booking Date,Value Date,Partner Name,Partner Iban,Type,Payment Reference,Amount (EUR)"
    with pytest.raises(UnsupportedFormat):
        read(f"{head}\n2026-01-02,2026-01-02,A,1.23E+15,x,y,1.00\n")


def test_every_layout_says_where_day_and_amount_are() -> None:
    """A layout is data: each has what a row needs, and is known by names or by shape."""
    for profile in profiles():
        assert {"booking_date", "amount"} <= set(profile.columns), profile.id
        assert bool(profile.header) != bool(profile.shape), profile.id


PAYPAL = (
    "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Balance\n"
    "01/02/2026,10:00:00,CET,Kundin,Payment,Completed,EUR,100.00,-3.20,96.80,1A,196.80\n"
    "01/03/2026,10:00:00,CET,,Withdrawal,Completed,EUR,-150.00,0.00,-150.00,2A,46.80\n"
)
STRIPE = (
    "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,"
    "reporting_category,source_id,description,automatic_payout_id\n"
    "txn_1,2026-10-01 09:12:00,2026-10-03 00:00:00,eur,45.91,0.94,44.97,charge,ch_1,RE 1,po_1\n"
    "txn_2,2026-10-02 08:00:00,2026-10-02 08:00:00,eur,-5.00,0.00,-5.00,refund,re_1,RE 1,po_1\n"
)
STRIPE_PAYOUTS = (
    "payout_id,effective_at_utc,currency,balance_transaction_id,gross,fee,net,reporting_category\n"
    "po_1,2026-10-05 00:00:00,eur,txn_3,-39.97,0.00,-39.97,payout\n"
)
STRIPE_HISTORY = (
    "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description,Transfer\n"
    "txn_1,charge,ch_1,45.91,0.94,44.97,eur,2026-10-01 09:12,2026-10-03 00:00,RE 1,po_1\n"
    "txn_2,refund,re_1,-5.00,0.00,-5.00,eur,2026-10-02 08:00,2026-10-02 08:00,RE 1,po_1\n"
    "txn_3,payout,po_1,-39.97,0.00,-39.97,eur,2026-10-05 00:00,2026-10-05 00:00,PAYOUT,\n"
)
SUMUP = (
    "E-Mail,Datum,Transaktions-ID,Zahlungsart,Status,Kartentyp,Zahlungsmethode,Beschreibung,"
    "Betrag inkl. MwSt.,Netto,Steuerbetrag,Trinkgeldbetrag,Gebühr,Auszahlung,Auszahlungsdatum,"
    "Auszahlungs-ID,Referenz\n"
    "a@b.at,2025-01-31 19:56:55,TA,Umsatz,Erfolgreich,MASTERCARD,POS,Saft,"
    "11.5,11.21,0.29,0.0,0.29,11.21,,,\n"
    ",2025-01-31 19:57:11,TA,Auszahlung,Gezahlt,,,,11.5,,,,0.29,11.21,2025-02-03,952982,\n"
    "a@b.at,2025-01-31 18:45:43,TB,Umsatz,Erfolgreich,,CASH,Snack,2.5,2.44,0.06,0.0,0.0,2.5,,,\n"
    "a@b.at,2025-01-31 18:37:09,TC,Umsatz,Storniert,VISA,POS,Tee,9.0,8.77,0.23,0.0,0.23,8.77,,,\n"
)


@pytest.mark.parametrize(
    ("report", "account", "lines"),
    [
        (PAYPAL, "PAYPAL/EUR", ["100.00", "-3.20", "-150.00"]),
        (STRIPE, "STRIPE/EUR", ["45.91", "-0.94", "-5.00"]),
        (STRIPE_PAYOUTS, "STRIPE/EUR", ["-39.97"]),
        (STRIPE_HISTORY, "STRIPE/EUR", ["45.91", "-0.94", "-5.00", "-39.97"]),
        (SUMUP, "", ["11.50", "-0.29", "-11.21"]),
    ],
)
def test_reports_of_payment_providers_are_statements(
    report: str, account: str, lines: list[str]
) -> None:
    """Gross and fee are lines of one movement; what is paid out goes off; cash is not there."""
    (found,) = read(report)
    assert not found.errors
    assert found.iban == account
    assert [str(line.amount) for line in found.lines] == lines
    fees = [line for line in found.lines if line.kind == "fee"]
    assert len(fees) == len([each for each in lines if each in {"-3.20", "-0.94", "-0.29"}])


PAYPAL_INVOICE = (
    "Date,Time,Name,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Invoice Number\n"
    "01/02/2026,10:00:00,Kundin,Payment,Completed,EUR,119.00,-3.32,115.68,1A,AR-77001\n"
)
PAYPAL_SUBJECT = (
    "Datum,Uhrzeit,Name,Typ,Status,Währung,Brutto,Entgelt,Netto,Transaktionscode,"
    "Rechnungsnummer,Betreff\n"
    '02.01.2026,10:00:00,Kundin,Zahlung,Abgeschlossen,EUR,"119,00","-3,32","115,68",1A,'
    "AR-77001,Rechnung AR-77001\n"
)


@pytest.mark.parametrize(
    ("report", "words"),
    [(PAYPAL_INVOICE, "Payment AR-77001"), (PAYPAL_SUBJECT, "Rechnung AR-77001")],
)
def test_the_invoice_of_a_column_stands_in_the_text(report: str, words: str) -> None:
    """It is what ties the payment to its invoice; once, where the text has it already."""
    ((gross, fee),) = [each.lines for each in read(report)]
    assert gross.remittance_information == words
    assert (gross.amount, fee.amount) == (Decimal("119.00"), Decimal("-3.32"))


def test_a_provider_keeps_what_it_has_not_paid_out() -> None:
    """Movements, fees and payouts of an account come to its balance."""
    (paypal,) = read(PAYPAL)
    assert (paypal.opening, paypal.closing) == (Decimal("100.00"), Decimal("46.80"))
    assert paypal.adds_up
    for whole in ((STRIPE_HISTORY,), (STRIPE, STRIPE_PAYOUTS), (SUMUP,)):
        lines = [line for report in whole for each in read(report) for line in each.lines]
        assert sum(line.amount for line in lines) == 0


def test_a_movement_and_its_payout_have_references_of_their_own() -> None:
    """Two rows with one number are two movements; one in two reports of Stripe is one."""

    def references(report: str) -> list[object]:
        return [
            each.references for each in bank_csv.parts(BytesIO(report.encode()))
            if isinstance(each, Entry)
        ]  # fmt: skip

    assert len(set(references(SUMUP))) == len(references(SUMUP)) == 2
    assert references(STRIPE) + references(STRIPE_PAYOUTS) == references(STRIPE_HISTORY)


@pytest.mark.parametrize(
    ("report", "was", "would_be"),
    [
        (PAYPAL, "-3.20,96.80", "-3.20,96.90"),
        (STRIPE, "0.94,44.97", "0.49,44.97"),
        (SUMUP, "Umsatz,Erfolgreich,MASTERCARD", "Rückerstattung,Erfolgreich,MASTERCARD"),
    ],
)
def test_a_row_that_is_not_understood_is_told(report: str, was: str, would_be: str) -> None:
    """Gross and fee that do not make the net amount, and kinds whose sign nobody knows."""
    (found,) = read(report.replace(was, would_be))
    assert [each.code for each in found.errors] == ["UNREADABLE_ROW"]
    assert len(found.lines) == len(read(report)[0].lines) - 2


@pytest.mark.parametrize(
    ("decimal", "words", "amount"),
    [
        (",", "1.234,56", "1234.56"),
        (",", "-13,98", "-13.98"),
        (",", "1 234,5", "1234.50"),
        (",", "55,00-", "-55.00"),
        (",", ",50 EUR", "0.50"),
        (",", "12345", "12345.00"),
        (".", "1,234.56", "1234.56"),
        (".", "1'234.50", "1234.50"),
        (".", "+.50", "0.50"),
        *((",", words, None) for words in ("12.34", "-13.98", "1.00.0", "1,234.56", "123.45")),
        *((".", words, None) for words in ("123,45", "12,34,567", "1.234,56", "-1.2-")),
    ],
)
def test_marks_of_an_amount_divide_groups_of_three(
    decimal: str, words: str, amount: str | None
) -> None:
    """Written otherwise it is no amount: a mark that is dropped would make it a hundred times."""
    columns = {"booking_date": "Tag", "counterparty": "Wer", "amount": "Betrag"}
    header = {"header": ["Tag", "Wer", "Betrag"], "columns": columns}
    own = profile_of(MAPPED | header | {"decimal": decimal})
    (found,) = read(f"Tag;Wer;Betrag\n02.01.2026;Muster;{words}\n", own)
    if amount is None:
        assert [each.code for each in found.errors] == ["INVALID_AMOUNT"]
    else:
        assert [each.amount for each in found.lines] == [Decimal(amount)]
