"""What a run found: as JSON, and as a table for people."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.chaos.acknowledged import Difference, Trouble

_SHOWN = 50


@dataclass(slots=True)
class Report:
    """Figures of one run, and every difference by name.

    `seconds_to_quiet` is from the end of the load until no machine had anything to do;
    `processes_back` is what was open when Temporal's store was lost, and how long until all of it
    ran again. Both are None where that did not come about.
    """

    seed: str
    minutes: float
    calls: int = 0
    operations: dict[str, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    server_errors: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    recovery: list[dict[str, Any]] = field(default_factory=list)
    seconds_to_quiet: float | None = None
    processes_back: dict[str, Any] | None = None
    acknowledged: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether the books are what was acknowledged, and nothing is stuck."""
        return not self.differences and not self.server_errors

    def as_json(self) -> dict[str, Any]:
        """Everything, with the number of differences of each kind."""
        counts = Counter(each.trouble for each in self.differences)
        figures = asdict(self) | {str(trouble): counts[trouble] for trouble in Trouble}
        return figures | {"holds": self.holds, "differences": [str(e) for e in self.differences]}

    def show(self, console: Console) -> None:
        """Print it for people."""
        console.print(f"seed {self.seed}, {self.minutes} minutes", highlight=False)
        _show_counts(console, f"{self.calls} calls answered; operations", self.operations)
        _show_counts(console, "faults", self.faults)
        _show_counts(console, "acknowledged", self.acknowledged)
        self._show_recovery(console)
        for each in self.missed:
            console.print(f"not done: {each}", highlight=False)
        console.print(f"processes back after the loss of Temporal's store: {self.processes_back}")
        console.print(f"seconds until it was quiet: {self.seconds_to_quiet}")
        counts = Counter(each.trouble for each in self.differences)
        told = ", ".join(f"{trouble} {counts[trouble]}" for trouble in Trouble)
        console.print(f"{told}, 5xx other than 503: {self.server_errors}", highlight=False)
        for difference in self.differences[:_SHOWN]:
            console.print(f"  {difference}", highlight=False, markup=False)
        left = len(self.differences) - _SHOWN
        if left > 0:
            console.print(f"  and {left} more, in the JSON")
        console.print("holds" if self.holds else "DOES NOT HOLD")

    def _show_recovery(self, console: Console) -> None:
        table = Table(title="seconds from a kill to the answer; kills that no other fault followed")
        columns = ("part", "calls", "kills", "alone", "first_p50", "first_p95")
        for name in (*columns, "longest_p50", "longest_p95"):
            table.add_column(name.replace("_", " "))
        for each in self.recovery:
            cells = (each.get(name, "") for name in (*columns, "longest_p50", "longest_p95"))
            table.add_row(*(str(cell) for cell in cells))
        console.print(table)


def _show_counts(console: Console, title: str, counts: dict[str, int]) -> None:
    told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    console.print(f"{title}: {told}", highlight=False, soft_wrap=True)
