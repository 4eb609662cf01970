"""Any sequence of bookings, reversals, openings, locks and transactions leaves sound books.

Each run draws other sequences; a failure prints what reproduces it. BELEGFLUSS_EXAMPLES=1000 is
for whoever has an evening.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
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
    max_examples=int(os.environ.get("BELEGFLUSS_EXAMPLES", "8")),
    stateful_step_count=50,
    deadline=None,
    print_blob=True,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("company", COMPANIES, ids=lambda each: str(each.chart))
def test_whatever_happens_the_books_are_sound(database: Database, company: Company) -> None:
    """Sums, roll-ups, open items, numbers, chain and seals; and the books are the model's."""
    machine = type("Machine", (LedgerMachine,), {"database": database, "company": company})

    run_state_machine_as_test(machine, settings=ANYTHING)
