"""The benchmark of payment runs runs, in small."""

from tests.benchmarks import paying
from tests.servers import Database


def test_each_step_and_the_file_are_measured(database: Database) -> None:
    """Three steps of runs over five invoices, and a file of twenty transfers."""
    found = list(paying.benchmarks(database, invoices=5, transfers=20))

    assert [str(each["name"]).rpartition(" ")[2] for each in found] == [
        "create",
        "approve",
        "export",
        "validated",
    ]
    assert all(each["ratio"] for each in found)
