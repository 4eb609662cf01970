"""Any sequence of bookings, reversals, openings, locks and transactions leaves sound books."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from domain.ledger.chart import Chart
from tests.properties.company import Company
from tests.properties.machine import LedgerMachine
from tests.servers import Database

COMPANIES = [
    Company(Chart.AT_EKR),
    Company(Chart.DE_SKR04),
    Company(Chart.DE_SKR03, fiscal_year_start=7),
]
ANYTHING = settings(
    max_examples=12,
    stateful_step_count=40,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("company", COMPANIES, ids=lambda each: str(each.chart))
def test_whatever_happens_the_books_are_sound(database: Database, company: Company) -> None:
    """Sums, roll-ups, open items, numbers, chain and seals; and the books are the model's."""
    machine = type("Machine", (LedgerMachine,), {"database": database, "company": company})

    run_state_machine_as_test(machine, settings=ANYTHING)
