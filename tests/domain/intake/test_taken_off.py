"""Lines that take prepayments off: which they are, and what is proposed for them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.intake.taken_off import (
    findings,
    gives_back,
    open_lines,
    placed,
    problems,
    set_offs_for,
    taken_off,
)
from domain.payables.normalized import NormalizedInvoice, NormalizedLine
from domain.payables.prepayment import Prepayment, PrepaymentSetOff, Share
from domain.reading.document_type import DocumentType

DAY = date(2026, 3, 1)


def line(at: int, said: str, net: str) -> NormalizedLine:
    """One line at 20 %."""
    tax = Decimal(net) / 5
    price = Decimal(net)
    return NormalizedLine(at, said, Decimal(1), price, Decimal("0.2"), tax, price + tax)


def final(*lines: tuple[str, str], kind: DocumentType = DocumentType.INVOICE) -> NormalizedInvoice:
    """An invoice of 10,000.00 net and what it takes off."""
    items = tuple(line(at, *each) for at, each in enumerate(lines, 2))
    return NormalizedInvoice(document_type=kind, line_items=(line(1, "Anlage", "10000"), *items))


def known(at: int, number: str, gross: str, *, is_money: bool = False) -> Prepayment:
    """A prepayment: money, or an invoice at 20 %."""
    amount, key = Decimal(gross), UUID(int=at)
    if is_money:
        return Prepayment(amount, None, DAY, open_item_id=key, account="3300")
    share = Share("1800", "VST20", amount, amount / 6, amount, amount / 6)
    return Prepayment(amount, number, DAY, intent_id=key, shares=(share,))


@pytest.mark.parametrize(
    ("said", "is_taken"),
    [
        ("abzüglich Anzahlung vom 1. März", True),
        ("2. Abschlagszahlung", True),
        ("Akonto", True),
        ("bereits bezahlt", True),
        ("less down payment", True),
        ("abzügl. AR-1", True),
        ("abzügl. AR-12", False),
        ("abzgl. 1. Abschlag inkl. 19 % MwSt", True),
        ("Abschlag (USt 20 %)", True),
        ("Abschlagsrechnung Nr. 4 (30 %)", True),
        ("Monatsabschläge", True),
        ("30 % Anzahlung", True),
        ("Gutschrift geleisteter Abschlagszahlungen", True),
        ("Abschlag 5 % bei Selbstabholung", False),
        ("Abschlag von 2,5 %", False),
        ("Mengenabschlag", False),
        ("Preisabschlag wegen Mangel", False),
        ("Rabatt Vorauszahlung", False),
        ("Skonto bei Vorauszahlung 2 %", False),
        ("Rabatt", False),
        ("Rückgabe", False),
    ],
)
def test_a_line_is_known_by_its_words_or_the_number_that_it_names(
    said: str, *, is_taken: bool
) -> None:
    """Below zero alone says nothing."""
    found = taken_off(final((said, "-2000")), [known(1, "AR-1", "3000")])

    assert bool(found) is is_taken
    assert not taken_off(final((said, "2000")), [known(1, "AR-1", "3000")])
    assert not taken_off(final((said, "-2000"), kind=DocumentType.CREDIT_NOTE))


def test_a_line_is_known_by_the_amount_of_one_invoice() -> None:
    """Not by that of two, of money, or where the words speak of a discount."""
    one, money = known(1, "AR-1", "2400"), known(3, "", "2400", is_money=True)

    assert taken_off(final(("Rechnung vom März", "-2000")), [one])
    assert not taken_off(final(("Rechnung vom März", "-2000")), [one, known(2, "AR-2", "2400")])
    assert not taken_off(final(("Rechnung vom März", "-2000")), [money])
    assert not taken_off(final(("Treuebonus", "-2000")), [one])
    assert not taken_off(final(("Mengenabschlag", "-2000")), [one])
    assert taken_off(final(("Rechnung vom März (20 % USt)", "-2000")), [one])
    assert taken_off(final(("Abschlagszahlung nach Skonto", "-2000")), [one])
    assert not gives_back(line(2, "Rechnung vom März", "-2000"))


def proposals(invoice: NormalizedInvoice, *prepaid: Prepayment) -> list[tuple[int, int, int]]:
    """Line, prepayment and amount of what is proposed."""
    return [
        (each.position or 0, each.prepayment_id.int, int(each.amount))
        for each in set_offs_for(invoice, prepaid)
    ]


def test_what_is_proposed_for_lines() -> None:
    """The number goes before the tax, the tax before the amount; then the sum of the lines."""
    one, two = known(1, "AR-1", "2400"), known(2, "AR-2", "2400")
    money = known(3, "", "2400", is_money=True)
    less = ("abzüglich Anzahlung", "-2000")

    assert proposals(final(less), one) == [(2, 1, 2400)]
    assert proposals(final(("Anzahlung AR-2", "-2000")), one, two) == [(2, 2, 2400)]
    assert proposals(final(less), one, two) == []
    assert proposals(final(less), one, money) == [(2, 1, 2400)]
    assert proposals(final(less), money) == [(2, 3, 2400)]
    both = final(("Anzahlung 1", "-1500"), ("Anzahlung 2", "-2500"))
    assert proposals(both, one, two) == [(2, 1, 1800), (3, 1, 600), (3, 2, 2400)]
    assert proposals(final(less, less), one) == []


def test_a_part_of_a_prepayment_is_taken_by_its_number_alone() -> None:
    """Else it is asked: the line may mean another one, or none."""
    one, other = known(1, "AR-17", "5950"), known(2, "AR-18", "1200")
    part = ("abzüglich Anzahlung", "-1000")

    assert proposals(final(part), one) == []
    assert [each.code for each in findings(final(part), [one], {})] == ["PREPAYMENT_LINE"]
    assert proposals(final(("Mengenabschlag", "-50")), one) == []
    assert proposals(final(("abzüglich AR-17", "-1000")), one) == [(2, 1, 1200)]
    # What is named goes before what has the amount, and a rebate on it is no part of it.
    assert proposals(final(("abzüglich AR-17", "-1000")), one, other) == [(2, 1, 1200)]
    assert proposals(final(("abzüglich AR-18", "-2000")), other, known(3, "AR-19", "2400")) == []
    assert proposals(final(("Skonto auf AR-17", "-100")), one) == []
    assert proposals(final(part, ("Anzahlung 2", "-1500")), one) == []


def test_nothing_is_proposed_once_a_person_has_said_what_is_set_off() -> None:
    """It is asked as long as something of a line is open."""
    said = replace(final(("abzüglich Anzahlung", "-2000")), set_offs_said=True)

    assert proposals(said, known(1, "AR-1", "2400")) == []
    assert [each.code for each in findings(said, [known(1, "AR-1", "2400")], {})] == [
        "PREPAYMENT_LINE"
    ]


def test_nothing_is_proposed_for_what_somebody_booked_elsewhere() -> None:
    """It is asked instead; on an account of prepayments it is the same."""
    one = known(1, "AR-1", "2400")
    invoice = final(("abzüglich Anzahlung", "-2000"))
    for account, wanted in (("5010", []), ("1800", [(2, 1, 2400)])):
        first, less = invoice.line_items
        named = NormalizedLine(**{n: getattr(less, n) for n in NormalizedLine.__slots__})
        object.__setattr__(named, "account_number", account)
        there = NormalizedInvoice(document_type=DocumentType.INVOICE, line_items=(first, named))
        assert proposals(there, one) == wanted
    found = [each.code for each in findings(invoice, [one], {})]
    assert found == ["PREPAYMENT_LINE"]


def set_off(amount: str, position: int | None = None) -> PrepaymentSetOff:
    """An amount of one prepayment."""
    return PrepaymentSetOff(Decimal(amount), None, UUID(int=1), position)


def with_set_offs(invoice: NormalizedInvoice, *set_offs: PrepaymentSetOff) -> NormalizedInvoice:
    """The invoice set off."""
    return NormalizedInvoice(
        document_type=invoice.document_type, line_items=invoice.line_items, set_offs=set_offs
    )


def test_a_set_off_that_names_no_line_is_laid_upon_lines() -> None:
    """As much as they take off; what is more stays as it was said, and is refused elsewhere."""
    both = final(("Anzahlung 1", "-1500"), ("Anzahlung 2", "-2500"))

    laid = placed(with_set_offs(both, set_off("2400")))
    assert laid.set_offs == (set_off("1800", 2), set_off("600", 3))
    assert [each.line_total for each in open_lines(laid)] == [Decimal(12000), Decimal(-2400)]
    assert open_lines(laid)[1].tax_amount == Decimal("-400.00")
    over = with_set_offs(both, set_off("9999"))
    assert placed(over) == over


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (set_off("100", 1), "0/position"),
        (set_off("100", 9), "0/position"),
        (set_off("2401", 2), "0/amount"),
    ],
)
def test_a_line_bears_no_more_than_it_takes_off(found: PrepaymentSetOff, why: str) -> None:
    """Nor does one that takes nothing off, or that is not there."""
    invoice = with_set_offs(final(("Anzahlung", "-2000")), found)

    assert [at for at, _ in problems(invoice)] == [why]
    assert not list(problems(with_set_offs(invoice, set_off("2400", 2))))


def test_a_set_off_stays_with_its_line() -> None:
    """Once a line before it is gone."""
    invoice = with_set_offs(final(("Anzahlung", "-2000")), set_off("2400", 2))
    shorter = NormalizedInvoice(line_items=invoice.line_items[1:], set_offs=invoice.set_offs)

    assert shorter.renumbered().set_offs == (set_off("2400", 1),)
