"""The machine can fail: whatever is broken in the database, it finds a history that shows it."""

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text

from deploy.stack.postgres import Postgres
from domain.ledger.chart import Chart
from domain.periods.verifier import Differs
from tests.properties.company import Company
from tests.properties.machine import LedgerMachine
from tests.servers import cloned

# What goes wrong when a row of a table is written.
SABOTAGE = {
    "a roll-up adds a cent": ("account_balance", "NEW.debit := NEW.debit + 0.01"),
    "a roll-up has the wrong side": (
        "account_balance",
        "SELECT NEW.credit, NEW.debit INTO NEW.debit, NEW.credit",
    ),
    "opening balances become movements": (
        "account_balance",
        "NEW.debit := NEW.debit + NEW.opening_debit; NEW.opening_debit := 0",
    ),
    "rows are booked the wrong way round": (
        "journal_entry",
        "SELECT NEW.credit_account, NEW.debit_account INTO NEW.debit_account, NEW.credit_account",
    ),
    "a text is not what was committed to": ("intent", "NEW.text_commitment := repeat('0', 64)"),
    "numbers have gaps": ("tenant_head", "NEW.last_number := NEW.last_number + 1"),
    "years are not counted": ("tenant_head", "NEW.by_year := '{}'"),
    "a lock does not hold": ("period", "NEW.status := 'open'"),
    "a seal is another": ("closing", "NEW.closing_hash := repeat('0', 64)"),
    "open items open with more": ("open_item", "NEW.amount := NEW.amount + 0.01"),
    "settlements settle half": ("settlement", "NEW.amount := round(NEW.amount / 2, 2)"),
}
UNTIL_FOUND = settings(
    max_examples=200,
    stateful_step_count=50,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    verbosity=Verbosity.quiet,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("what", SABOTAGE)
def test_sabotage_is_found(cluster: Postgres, what: str) -> None:
    """In a database in which one thing is broken."""
    table, change = SABOTAGE[what]
    with cloned(cluster) as database:
        with database.owner_engine.begin() as connection:
            connection.execute(
                text(
                    "CREATE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql"
                    f" AS $$ BEGIN {change}; RETURN NEW; END $$"
                )
            )
            connection.execute(
                text(
                    f"CREATE TRIGGER sabotage BEFORE INSERT OR UPDATE ON {table}"
                    " FOR EACH ROW EXECUTE FUNCTION sabotage()"
                )
            )
        company = Company(Chart.AT_EKR)
        machine = type("Machine", (LedgerMachine,), {"database": database, "company": company})

        with pytest.raises((AssertionError, Differs)):
            run_state_machine_as_test(machine, settings=UNTIL_FOUND)
