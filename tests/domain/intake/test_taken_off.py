"""Lines that take prepayments off: which they are, and what is proposed for them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
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
        ("Stromabschläge 01-10", True),
        ("1. Abschlag 30 %", True),
        ("zweiter Abschlag 30 %", True),
        ("Abschlag 20 %", True),  # its rate of tax
        ("Abschlag 3 %", False),
        ("Sicherheits-Abschlag", False),
        ("à conto", True),
        ("A-conto Zahlung", True),
        ("Akontozahlung", True),
        ("1. Teilrechnung", True),
        ("bereits verrechnete Leistungen", True),
        ("bereits in Rechnung gestellt", True),
        ("Vorschuss", True),
        ("acompte versé", True),
        ("Down-payment 30 %", True),
        ("less deposit", True),
        ("deposit refund", False),
        ("Frühbucherbonus für Vorauszahlung", False),
        ("Discount for advance payment", False),
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


def test_a_line_on_the_account_of_a_prepayment_is_asked() -> None:
    """Else it would come off there, and the prepayment be left for the next invoice."""
    invoice, one = final(("Gutschein", "-100")), known(1, "AR-1", "2400")
    there = replace(invoice.line_items[1], account_number="1800")
    invoice = replace(invoice, line_items=(invoice.line_items[0], there))

    assert [each.code for each in findings(invoice, [one], {})] == ["PREPAYMENT_LINE"]
    assert set_offs_for(invoice, [one]) == ()
    assert not taken_off(invoice)


def proposals(invoice: NormalizedInvoice, *prepaid: Prepayment) -> list[tuple[int, int, int]]:
    """Line, prepayment and amount of what is proposed."""
    return [
        (each.position or 0, each.prepayment_id.int, int(each.amount))
        for each in set_offs_for(invoice, prepaid)
    ]


@pytest.mark.parametrize(
    "said",
    [
        "Rabatt Vorauszahlung",
        "Skonto bei Vorauszahlung 2 %",
        "Skonto auf AR-1",
        "Abschlag 3 %",
        "Mengenabschlag",
        "Rechnung vom März",  # by its amount alone
        "Rückgabe Palette",
        "Anzahlungsrechnung AR-9",  # another one
        "Anzahlung RE2026-17",
        "Anzahlung 4711081",
    ],
)
def test_nothing_is_proposed_for_a_line_that_is_not_clear(said: str) -> None:
    """Though it has just the amount of a prepayment: a rebate, another invoice, or anything."""
    one = known(1, "AR-1", "2400")

    assert proposals(final((said, "-2000")), one) == []
    assert proposals(final(("Anzahlung", "-2000")), one) == [(2, 1, 2400)]


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


def test_a_set_off_is_laid_upon_the_line_that_names_it() -> None:
    """Or that has its amount, wherever it stands; a line is known by its number alone, too."""
    one, two = known(1, "AR-1", "2400"), known(2, "AR-2", "2400")
    lines = final(("laut AR-2", "-2000"), ("laut AR-1", "-2000"))
    named = with_set_offs(lines, set_off("2400"))
    exact = with_set_offs(final(("Anzahlung", "-500"), ("Anzahlung", "-2000")), set_off("2400"))

    assert placed(named) == named
    assert placed(named, [one, two]).set_offs == (set_off("2400", 3),)
    assert placed(exact, [one]).set_offs == (set_off("2400", 3),)
    within = replace(named, set_offs=(set_off("2400", 3), set_off("2400")))
    assert placed(within, [one, two]).set_offs == (set_off("2400", 3), set_off("2400", 2))


def whole(**more: Any) -> NormalizedInvoice:
    """An invoice of 9,600.00 in all, of which 2,400.00 is set off beside its lines."""
    invoice = replace(final(("Gutschein", "-2000")), total_gross=Decimal(9600), **more)
    return replace(invoice, set_offs=more.get("set_offs", (set_off("2400"),)))


@pytest.mark.parametrize(
    ("invoice", "is_refused"),
    [
        (whole(amount_due=Decimal(9600)), True),
        (whole(amount_due=None), True),
        (whole(amount_due=Decimal(7200)), False),
        (whole(amount_due=Decimal(9600), prepaid_amount=Decimal(2400)), False),
        (whole(amount_due=Decimal(9600), set_offs=(set_off("2400", 2),)), False),
        (whole(currency="USD", set_offs=(set_off("2400", 2),)), True),
        (whole(document_type=DocumentType.CREDIT_NOTE), True),
        (replace(whole(), total_gross=Decimal(2000)), True),
    ],
)
def test_no_more_is_set_off_than_was_prepaid(
    invoice: NormalizedInvoice, *, is_refused: bool
) -> None:
    """What all is due of was prepaid in its lines alone; nothing in other money."""
    assert [at for at, _ in problems(invoice)] == [""] * is_refused


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
    # Without its line it is in none, and not in the next one.
    other = final(("Anzahlung", "-2000"), ("Anzahlung 2", "-2000"))
    without = replace(other, line_items=other.line_items[::2], set_offs=(set_off("2400", 2),))
    assert [each.position for each in without.renumbered().set_offs] == [0]


def below(*lines: tuple[str, str], said: tuple[PrepaymentSetOff, ...] = ()) -> NormalizedInvoice:
    """A credit note with these lines, as those of a final invoice below zero are turned."""
    items = tuple(line(at, *each) for at, each in enumerate(lines, 1))
    kind = DocumentType.CREDIT_NOTE
    return NormalizedInvoice(document_type=kind, line_items=items, set_offs=said)


@pytest.mark.parametrize(
    ("invoice", "found"),
    [
        (below(("Anlage", "-1000"), ("abzüglich Anzahlung", "2000")), [2]),
        (below(("Anlage", "-1000"), ("laut AR-1", "2000")), [2]),
        (below(("Anlage", "-1000"), ("Rückgabe", "1500")), []),
        (below(("Gutschrift zu AR-1", "2000")), [1]),
        (below(("Gutschrift", "500")), []),
    ],
)
def test_a_final_invoice_below_zero_takes_prepayments_off(
    invoice: NormalizedInvoice, found: list[int]
) -> None:
    """Nothing is proposed: a person is asked."""
    one = known(1, "AR-1", "2400")

    assert [each.position for each in taken_off(invoice, [one])] == found
    assert set_offs_for(invoice, [one]) == ()
    asked = [each.code for each in findings(invoice, [one], {})]
    assert asked == ["PREPAYMENT_LINE"] * len(found)


def test_a_credit_note_of_what_was_paid_takes_off_what_is_known() -> None:
    """Its words alone say nothing: it may give back what was paid for goods."""
    credit = below(("Gutschrift bereits bezahlte Ware", "2000"))

    assert not taken_off(credit)
    assert taken_off(credit, [known(1, "AR-1", "2400")])


def test_a_person_sets_off_a_final_invoice_below_zero() -> None:
    """The rest of its lines is as open as it is of any other."""
    lines = ("Anlage", "-1000"), ("abzüglich Anzahlung", "2000")
    invoice = below(*lines, said=(set_off("1200", 2),))

    assert not list(problems(invoice))
    assert [each.line_total for each in open_lines(invoice)] == [Decimal(-1200), Decimal(1200)]
    assert [at for at, _ in problems(below(*lines, said=(set_off("1200", 1),)))] == ["0/position"]
