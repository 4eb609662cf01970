"""Tax that does not follow from its rate: asked, and booked by the law once it is accepted."""

from decimal import Decimal

import pytest

from tests.api.invoice_cases import a_vendor, booked, case_of, changed
from tests.api.test_prepayments import PLANS, written
from tests.api.test_review_cases import accepted, blocking
from tests.api.test_vat_examples import CHARTS, DAY, boxes, exported, moved
from tests.builders import another_tenant
from tests.e2e.front_door import FrontDoor
from tests.servers import Database


@pytest.mark.parametrize(
    ("country", "tax", "deducted"),
    [
        ("AT", "250.00", "208.33"),  # of 1,250.00 at 20 %
        ("AT", "150.00", "150.00"),
        ("DE", "250.00", "199.58"),  # of 1,250.00 at 19 %
        ("DE", "150.00", "150.00"),
    ],
)
async def test_it_is_deducted_as_far_as_it_is_owed_and_shown(
    house: FrontDoor, database: Database, country: str, tax: str, deducted: str
) -> None:
    """The rest is cost; the return and the adviser have the same."""
    door = house.of(another_tenant(database, CHARTS[country]))
    plan, gross = PLANS[country], Decimal(1000) + Decimal(tax)
    await a_vendor(door, plan.seller, plan.cost)
    path, case = await case_of(door, written(country, "ST-1", "1000.00"))
    (line,) = case["normalized_invoice"]["line_items"]
    (group,) = case["normalized_invoice"]["taxes"]
    case = await changed(
        door,
        path,
        {
            "line_items": [line | {"tax_amount": float(tax), "line_total": float(gross)}],
            "taxes": [group | {"amount": float(tax)}],
            "total_tax": float(tax),
            "total_gross": float(gross),
            "amount_due": float(gross),
            "booking_date": str(DAY),
        },
    )
    assert "VAT_AMOUNT_WRONG" in blocking(case).values()
    await accepted(door, path, *blocking(case))

    done = await booked(door, path)

    cost = gross - Decimal(deducted)
    wanted = {plan.cost: cost, plan.tax: Decimal(deducted), "3300": -gross}
    assert await moved(door, str(done["intent_id"])) == wanted
    assert await boxes(door) == {plan.box: Decimal(deducted)}
    assert sum((await exported(door, CHARTS[country])).values()) == 0
