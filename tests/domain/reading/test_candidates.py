"""All candidates of a document."""

from datetime import date
from decimal import Decimal

import pytest

from domain.reading.candidates import Candidates, candidates_of
from domain.reading.choice import GROSS, NET, TAX, Sums
from domain.reading.origin import OwnParty
from tests.layouts import INVOICE, typed

NOBODY = OwnParty()
TWO_RATES = """
20 %   100,00   20,00
10 %    50,00    5,00
Rechnungsbetrag   175,00
"""


def found_in(text: str, own: OwnParty = NOBODY) -> Candidates:
    """The candidates of a page."""
    return candidates_of(typed(text), own)


def test_every_field_has_its_candidates() -> None:
    """What an invoice states is among them."""
    found = found_in(INVOICE)

    assert "Muster Handel GmbH" in {each.value for each in found.names}
    assert [each.value for each in found.vat_ids] == ["ATU13585627"]
    assert [each.value for each in found.ibans] == ["AT611904300234573201"]
    assert "2026-17" in {each.value for each in found.numbers}
    assert {each.value for each in found.dates} == {date(2026, 2, 3), date(2026, 2, 1)}
    assert Decimal("120.00") in {each.value for each in found.amounts}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Muster IT-\nService OHG\nGasse 1", "Muster IT-Service OHG"),
        ("Muster\nEngineering\nLLC\n121 Park Avenue", "Muster Engineering LLC"),
        ("Muster      Bauer AG\nHandel      Ring 5\nGmbH        4020 Linz", "Muster Handel GmbH"),
    ],
)
def test_a_name_may_go_on_in_the_lines_of_its_column(text: str, name: str) -> None:
    """Up to its legal form."""
    assert name in {each.value for each in found_in(text).names}


@pytest.mark.parametrize(
    "name",
    [
        "Stripe, Inc.",
        "OpenAI OpCo, LLC",
        "Shenzhen Hongtu Technology Co., Ltd.",
        "Alza.cz, a. s.",
        "Nov\u00e1k stavby, s.r.o.",
    ],
)
@pytest.mark.parametrize("rest", ["", ", 1 Main Street, Springfield"])
def test_the_comma_before_a_legal_form_is_in_the_name(name: str, rest: str) -> None:
    """And a legal form alone is no name: every company with it would be one vendor."""
    found = {each.value for each in found_in(f"{name}{rest}\nInvoice").names}

    assert name in found
    assert not any(name.endswith(f", {each}") for each in found)


def test_a_court_behind_a_comma_is_no_legal_form() -> None:
    """Nor is a form that has its name already."""
    found = {each.value for each in found_in("Muster GmbH, AG M\u00fcnchen HRB 12").names}

    assert "Muster GmbH" in found


@pytest.mark.parametrize("text", ["Muster\nTel. 4711\nGmbH", "Muster\n\n\n\nHandel GmbH"])
def test_other_words_and_gaps_end_a_name(text: str) -> None:
    """What stands there is something else."""
    assert not [each for each in found_in(text).names if each.value.startswith("Muster ")]


@pytest.mark.parametrize(
    "between",
    [
        "Hauptplatz 1, 5400 Hallein \u00b7 UID ATU13585627\n",
        "Hauptplatz 1\n5400 Hallein\n",
        "Hauptplatz 1\n",
        "UID ATU13585627\n",
        "",
    ],
)
def test_a_sender_without_a_legal_form_ends_before_its_address_and_the_recipient(
    between: str,
) -> None:
    """An office, an insurance, a club: neither a postcode nor our own name is of its name."""
    text = f"Stadtgemeinde Hallein\n{between}Kunden GmbH\nRing 5\n4020 Linz"
    names = {each.value for each in found_in(text, OwnParty("Kunden GmbH")).names}

    assert "Stadtgemeinde Hallein" in names
    assert not [each for each in names if "Kunden GmbH" in each]


def test_a_label_alone_is_no_part_of_the_name_below_it() -> None:
    """`Nummer` heads what stands there; before a legal form alone it may be a name all the same."""
    names = {each.value for each in found_in("Nummer\nMuster GmbH\nGasse 1").names}
    short = {each.value for each in found_in("Nummer\nGmbH\nGasse 1").names}

    assert "Muster GmbH" in names
    assert "Nummer Muster GmbH" not in names
    assert "Nummer GmbH" in short


def test_the_recipients_own_is_left_out() -> None:
    """Who receives an invoice is not its vendor."""
    own = OwnParty("Muster Handel GmbH", "ATU13585627", ("AT611904300234573201",))
    found = found_in(INVOICE, own)

    assert "Muster Handel GmbH" not in {each.value for each in found.names}
    assert list(found.vat_ids) == []
    assert list(found.ibans) == []


def test_totals_are_held_against_groups_rows_and_rates() -> None:
    """Each of them says by itself what the page comes to."""
    sums = found_in(INVOICE).sums

    assert sums.groups == ()
    assert sums.rows == {Decimal("100.00")}
    assert sums.rates == {Decimal(20)}
    assert [group.basis for group in found_in(TWO_RATES).sums.groups] == [
        Decimal("100.00"),
        Decimal("50.00"),
    ]


def test_groups_come_to_totals_that_stand_nowhere() -> None:
    """Net and tax are then candidates without a place; the gross amount must be stated."""
    found = found_in(TWO_RATES)
    net, tax = found.of_role(NET)[-1], found.of_role(TAX)[-1]

    assert (net.value, net.passage, net.features) == (Decimal("150.00"), None, ("summed",))
    assert (tax.value, tax.passage, tax.features) == (Decimal("25.00"), None, ("summed",))
    assert net.raw_text == "sum of the tax groups"
    assert found.of_role(GROSS) == found.amounts


def test_totals_that_are_stated_need_no_sum() -> None:
    """Where it stands is the better origin."""
    found = found_in(f"{TWO_RATES}Summe netto   150,00")

    assert found.of_role(NET) == found.amounts
    assert found.of_role(TAX)[-1].features == ("summed",)


def test_one_group_is_no_sum() -> None:
    """Its basis and its tax stand on the page."""
    found = found_in("20 %   100,00   20,00")

    assert len(found.groups) == 1
    assert found.of_role(NET) == found.amounts


def test_a_page_with_nothing_on_it_has_no_candidates() -> None:
    """And no sums to hold anything against."""
    found = found_in("x")

    assert [*found.ibans, *found.vat_ids, *found.numbers, *found.dates, *found.amounts] == []
    assert found.sums == Sums()
