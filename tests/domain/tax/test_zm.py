"""The recapitulative statement by VAT id, kind and period."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.dates import DateRange
from domain.tax.zm import Buyer, Kind, Lack, Supply, counts_on, zm

MARCH = DateRange(date(2026, 3, 1), date(2026, 3, 31))
ROME = Buyer(UUID(int=1), "Roma S.p.A.", "IT00743110157")
BONN = Buyer(UUID(int=2), "Bonn GmbH", "DE136695976")
NOBODY = Buyer(None, None, None, Lack.NO_CUSTOMER)


def a_supply(
    base: str, counts: date, *, booked: date | None = None, buyer: Buyer = ROME, kind: str = "goods"
) -> Supply:
    """A supply that counts on a day, and was booked on it unless told otherwise."""
    return Supply(buyer, Kind(kind), Decimal(base), booked or counts, counts)


def test_lines_are_of_a_vat_id_and_a_kind_in_whole_euros() -> None:
    """Two customers of one VAT id are one line; a credit note of the month lowers it."""
    day = date(2026, 3, 5)
    same = Buyer(UUID(int=3), "Roma, Filiale", ROME.vat_id)
    found = zm(
        MARCH,
        [
            a_supply("100.30", day),
            a_supply("200.20", day, buyer=same),
            a_supply("-50.00", day),
            a_supply("10.49", day, kind="services"),
            a_supply("70.00", day, buyer=BONN, kind="triangular"),
            a_supply("5.00", day, buyer=BONN),
            a_supply("-5.00", day, buyer=BONN),
        ],
    )

    told = [(x.vat_id, x.kind.letter, x.base, x.booked) for x in found.lines]
    assert told == [
        ("DE136695976", "D", Decimal(70), Decimal("70.00")),
        ("IT00743110157", "L", Decimal(251), Decimal("250.50")),
        ("IT00743110157", "S", Decimal(10), Decimal("10.49")),
    ]
    assert found.is_complete


def test_what_counts_in_another_period_is_no_line_of_this_one() -> None:
    """Earlier ones are corrected by month, later ones are told, what was stated before is not."""
    february, january = date(2026, 2, 27), date(2026, 1, 9)
    found = zm(
        MARCH,
        [
            a_supply("900.00", february),
            a_supply("-40.00", february, booked=date(2026, 3, 3)),
            a_supply("-60.00", january, booked=date(2026, 3, 4)),
            a_supply("30.00", date(2026, 4, 1), booked=date(2026, 3, 30)),
            a_supply("20.00", date(2026, 3, 2), booked=february),
        ],
    )

    assert [(each.period, each.base) for each in found.lines] == [(None, Decimal(20))]
    assert [(each.period, each.base) for each in found.corrections] == [
        ("2026-01", Decimal(-60)),
        ("2026-02", Decimal(-40)),
    ]
    assert found.later == Decimal("30.00")


def test_a_quarter_takes_its_months_together() -> None:
    """What is booked in March of January is of the same statement."""
    quarter = DateRange(date(2026, 1, 1), date(2026, 3, 31))
    taken_back = a_supply("-40.00", date(2026, 1, 9), booked=date(2026, 3, 4))
    found = zm(quarter, [a_supply("100.00", date(2026, 1, 9)), taken_back])

    assert [each.base for each in found.lines] == [Decimal(60)]
    assert not found.corrections


def test_what_has_no_vat_id_is_told_and_makes_the_statement_incomplete() -> None:
    """Until it is taken back, or the VAT id is known."""
    day = date(2026, 3, 5)
    found = zm(MARCH, [a_supply("100.00", day, buyer=NOBODY), a_supply("1.00", day)])

    assert [(each.buyer, each.base) for each in found.unstated] == [(NOBODY, Decimal("100.00"))]
    assert (found.is_complete, len(found.lines)) == (False, 1)
    back = [a_supply(base, day, buyer=NOBODY) for base in ("100.00", "-100.00")]
    assert zm(MARCH, back).is_complete


@pytest.mark.parametrize(
    ("kind", "document", "supply", "day"),
    [
        ("services", "2026-03-09", "2026-02-27", "2026-02-27"),
        ("services", "2026-03-09", None, "2026-03-09"),
        ("services", None, None, "2026-03-12"),
        ("goods", "2026-03-09", "2026-02-27", "2026-03-09"),
        ("goods", "2026-02-20", "2026-03-05", "2026-03-05"),
        ("goods", "2026-05-02", "2026-02-27", "2026-03-31"),
        ("triangular", "2027-02-02", "2026-12-31", "2027-01-31"),
        ("goods", None, "2026-02-27", "2026-03-12"),
    ],
)
def test_a_supply_counts_when_the_law_says(
    kind: str, document: str | None, supply: str | None, day: str
) -> None:
    """Services when supplied; goods when invoiced, at the latest at the end of the next month."""
    days = [date.fromisoformat(each) if each else None for each in (document, supply)]
    assert counts_on(Kind(kind), date(2026, 3, 12), *days) == date.fromisoformat(day)
