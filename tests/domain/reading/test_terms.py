"""Terms of payment in words: the examples, and what must never be read into them.

The examples (`tests/data/payment_terms_examples.json`) are words of real invoices and of the usual
forms, with the reading that people agree on.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.reading.payment_words import due_in, method_in, prepaid_in
from domain.reading.term_times import Days
from domain.reading.terms import Basis, Terms, terms_in
from tests.corpus import DOCUMENTS

_FILE = json.loads((DOCUMENTS.parent / "payment_terms_examples.json").read_bytes())
_CONTEXT = _FILE["context"]
BASIS = Basis(
    Days(
        date.fromisoformat(_CONTEXT["invoice_date"]),
        date.fromisoformat(_CONTEXT["received"]),
        date.fromisoformat(_CONTEXT["delivery"]),
    ),
    Decimal(_CONTEXT["net"]),
    Decimal(_CONTEXT["gross"]),
)


@pytest.mark.parametrize("example", _FILE["examples"], ids=lambda each: f"{each['n']}")
def test_every_example_is_read_as_people_read_it(example: dict[str, Any]) -> None:
    """Day, basis, days, discounts, instalments, penalty."""
    found = terms_in(example["text"], BASIS)

    assert str(found.due_date or None) == str(example["due_date"])
    assert (found.due_basis, found.due_days) == (example["due_basis"], example["due_days"])
    assert sorted(_discounts(found), key=str) == sorted(example["discounts"], key=str)
    assert _instalments(found) == [
        (each["date"], each["amount"]) for each in example.get("instalments", [])
    ]
    assert _penalty(found) == example.get("penalty", {}).get("percent")


@pytest.mark.parametrize(
    "example",
    [each for each in _FILE["examples"] if {"payment_method", "amount_due"} & set(each)],
    ids=lambda each: f"{each['n']}",
)
def test_method_and_rest_of_the_examples(example: dict[str, Any]) -> None:
    """How it is paid, what was paid before, what is left."""
    text = example["text"]

    assert method_in(text) == example.get("payment_method", "transfer")
    assert str(due_in(text)) == str(example.get("amount_due"))
    assert str(prepaid_in(text)) == str(example.get("prepaid"))


def _discounts(found: Terms) -> list[dict[str, Any]]:
    return [
        {
            "days": each.days,
            "date": str(each.day),
            "percent": str(each.percent),
            "amount": str(each.amount) if each.amount is not None else None,
            "base": each.base,
        }
        for each in found.discounts
    ]


def _instalments(found: Terms) -> list[tuple[str | None, str]]:
    return [(str(each.day) if each.day else None, str(each.amount)) for each in found.instalments]


def _penalty(found: Terms) -> str | None:
    return str(found.penalty.percent) if found.penalty else None


@pytest.mark.parametrize(
    ("text", "due", "discounts"),
    [
        ("8 Tage 3 % Skonto, 30 Tage netto", "2026-12-20", [("2026-11-28", "3.00")]),
        ("30 Tage netto, 8 Tage 3 % Skonto", "2026-12-20", [("2026-11-28", "3.00")]),
        (
            ("Zahlbar innerhalb von 14 Tagen abzüglich 2 % Skonto oder innerhalb von 30 Tagen"
            " ohne Abzug."),
            "2026-12-20",
            [("2026-12-04", "2.00")],
        ),
        ("10 Tage 2% Skonto / 30 Tage netto", "2026-12-20", [("2026-11-30", "2.00")]),
        ("2% bis 30.11.2026 - netto bis 20.12.2026", "2026-12-20", [("2026-11-30", "2.00")]),
        ("bei Zahlung innerhalb 10 Tagen 2% Skonto 30 Tage netto", "2026-12-20",
         [("2026-11-30", "2.00")]),
        ("Bei Zahlung binnen 14 Tagen, 3 % Skonto", None, [("2026-12-04", "3.00")]),
        ("Zahlbar binnen zwei Wochen", "2026-12-04", []),
        ("zahlbar innert 30 Tagen", "2026-12-20", []),
        ("zahlbar bis 15. Dezember 2026", "2026-12-15", []),
        ("Zahlungsziel 14 Tage. Gewährleistung 24 Monate.", "2026-12-04", []),
        ("Zahlung nach Vereinbarung", None, []),
        ("Warenwert EUR 1.000 netto", None, []),
        ("zahlbar in 10 Werktagen", None, []),
        ("1/10 n/30", "2026-12-20", [("2026-11-30", "1.00")]),
        ("Zahlbar in 14 Tagen; bei Verzug 5 % Zinsen", "2026-12-04", []),
        ("14 Tage 2 %, 30 Tage netto o. A.", "2026-12-20", [("2026-12-04", "2.00")]),
        ("#SKONTO#TAGE=14#PROZENT=3.00# 14 Tage 3 % Skonto, 30 Tage netto", "2026-12-20",
         [("2026-12-04", "3.00")]),
        (
            "#SKONTO#TAGE=7#PROZENT=2.00# #SKONTO#TAGE=14#PROZENT=1.00#",
            None,
            [("2026-11-27", "2.00"), ("2026-12-04", "1.00")],
        ),
    ],
)  # fmt: skip
def test_siblings_of_the_examples(
    text: str, due: str | None, discounts: list[tuple[str, str]]
) -> None:
    """What is not stated stays unknown, and of several terms the last is the day it is due."""
    found = terms_in(text, BASIS)

    assert found.due_date == (date.fromisoformat(due) if due else None)
    assert [(str(each.day), str(each.percent)) for each in found.discounts] == discounts


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("Der Rechnungsbetrag wird von Ihrem Konto abgebucht", "direct_debit"),
        ("Zahlungsart: SEPA-Lastschrift", "direct_debit"),
        ("bezahlt am 19.11.2026", "paid"),
        ("Bereits per PayPal bezahlt", "paid"),
        ("Zahlung mit Bankomatkarte", "card"),
        ("Kreditkarte **** 1234", "card"),
        ("VISA **** 1234", "card"),
        ("Betrag bar erhalten", "cash"),
        ("Barzahlung 12,00", "cash"),
        ("Zahlungsart: PayPal", "other"),
        ("Bitte überweisen Sie auf unser Konto", "transfer"),
        ("Wir danken für Ihren Auftrag", None),
        ("Anzahlung dankend erhalten, Restbetrag 300,00 zahlbar bis 10.12.2026", "transfer"),
    ],
)
def test_words_say_how_it_is_paid(text: str, method: str | None) -> None:
    """A deposit that was received does not pay the rest."""
    assert method_in(text) == method


@pytest.mark.parametrize(
    ("text", "due", "prepaid"),
    [
        ("abzüglich Anzahlung vom 01.10.2026 -9.000,00\nNoch zu zahlen 3.000,00",
         "3000.00", "9000.00"),
        ("Bereits bezahlt 500,00\nRestbetrag 700,00", "700.00", "500.00"),
        ("1. Abschlagszahlung 500,00\n2. Abschlagszahlung 250,00\nRestforderung 450,00",
         "450.00", "750.00"),
        ("Zu zahlen 1.200,00", "1200.00", None),
        ("Amount paid 20.00\nBalance due 100.00", "100.00", "20.00"),
        ("Anzahlung 30 % bei Auftrag", None, None),
    ],
)  # fmt: skip
def test_words_say_what_is_left(text: str, due: str | None, prepaid: str | None) -> None:
    """Deposits and part payments add up; a percentage is no sum."""
    assert str(due_in(text)) == str(due)
    assert str(prepaid_in(text)) == str(prepaid)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("14 Tage -50 % Skonto, 30 Tage netto", "-50.00"),
        ("Zahlbar innerhalb 14 Tagen mit \u221250 % Skonto, 30 Tage netto", "-50.00"),
        ("#SKONTO#TAGE=14#PROZENT=-50.00#", "-50.00"),
        ("14 Tage - 2 % Skonto, 30 Tage netto", "2.00"),
        ("14 Tage (2 %), 30 Tage netto", "2.00"),
    ],
)
def test_a_percentage_below_zero_is_handed_on_as_it_is(text: str, percent: str) -> None:
    """A discount that costs something is none; `bounds.cuts` says so. A dash is no minus."""
    assert [str(each.percent) for each in terms_in(text, BASIS).discounts] == [percent]


@pytest.mark.parametrize(
    ("text", "prepaid"),
    [
        ("abz\u00fcglich Anzahlung AR-1 (netto 4.000,00, USt 760,00) -4.760,00", "4760.00"),
        ("Anzahlung 4.000,00 + 19 % USt 760,00 = 4.760,00", "4760.00"),
        ("Anzahlung 4.000,00 vom 10.09.2026, USt 760,00", "4000.00"),
        ("Anzahlung 900,00 erhalten, Rest 300,00, zusammen 1.200,00", "900.00"),
    ],
)
def test_a_prepayment_that_is_split_is_its_gross(text: str, prepaid: str) -> None:
    """Net, tax and their sum in one line: the sum was paid."""
    assert str(prepaid_in(text)) == prepaid


@pytest.mark.parametrize(
    ("words", "percent"),
    [
        ("Bei Zahlung binnen acht Tagen gew\u00e4hren wir 3 v.H. Nachlass, sonst 30 Tage netto", 3),
        ("8 Tage 3 vH Skonto, 30 Tage netto", 3),
        ("8 Tage zwei Prozent Skonto, 30 Tage netto", 2),
        ("8 Tage 2 Prozent Skonto, 30 Tage netto", 2),
    ],
)
def test_percent_is_written_in_words(words: str, percent: int) -> None:
    """A discount that is not read is lost."""
    (found,) = terms_in(words, Basis(Days(date(2026, 11, 20)), gross=Decimal(1200))).discounts

    assert (found.percent, found.day) == (Decimal(percent), date(2026, 11, 28))


def test_a_discount_that_is_named_again_has_no_later_day() -> None:
    """Its money is told besides; nobody may take it until the last day."""
    words = "3 % Skonto in 7 Tagen, 30 Tage netto. Skontobetrag 3 %: EUR 36,00"
    (found,) = terms_in(words, Basis(Days(date(2026, 11, 20)), gross=Decimal(1200))).discounts

    assert (found.day, found.amount) == (date(2026, 11, 27), Decimal("36.00"))


def test_a_discount_is_a_part_of_the_whole() -> None:
    """An amount beyond it is another one."""
    words = "2 % Skonto bis 30.11.2026 auf EUR Gesamt = 4.000,00"
    (found,) = terms_in(words, Basis(Days(date(2026, 11, 20)), gross=Decimal(1200))).discounts

    assert found.amount is None
