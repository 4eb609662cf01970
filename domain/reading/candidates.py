"""All candidates for the fields of a document, found once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.reading import (
    amount_candidates,
    date_candidates,
    id_candidates,
    name_candidates,
    number_candidates,
)
from domain.reading.amount_candidates import NO_TAX, rates_on
from domain.reading.candidate import Candidate
from domain.reading.choice import NET, TAX, Sums
from domain.reading.layout import Layout
from domain.reading.origin import OwnParty
from domain.reading.surroundings import Surroundings
from domain.reading.table import Table, tables_in
from domain.reading.tax_groups import TaxGroup, groups_in


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates by field; amounts compete for each total."""

    around: Surroundings
    names: Sequence[Candidate[str]]
    vat_ids: Sequence[Candidate[str]]
    ibans: Sequence[Candidate[str]]
    numbers: Sequence[Candidate[str]]
    dates: Sequence[Candidate[date]]
    amounts: Sequence[Candidate[Decimal]]
    groups: tuple[TaxGroup, ...]
    tables: tuple[Table, ...]

    def of_role(self, role: str) -> Sequence[Candidate[Decimal]]:
        """The amounts that may be a total; tax groups may come to one that is nowhere stated."""
        amounts = self.amounts
        if role == TAX:
            amounts = tuple(each for each in amounts if NO_TAX not in each.features)
        if len(self.groups) < 2 or role not in (NET, TAX):  # noqa: PLR2004
            return amounts
        values = (group.basis if role == NET else group.amount for group in self.groups)
        value = sum(values, Decimal())
        if any(candidate.value == value for candidate in amounts):
            return amounts
        summed = Candidate(value, None, ("summed",), "sum of the tax groups")
        return (*amounts, summed)

    @property
    def cut(self) -> tuple[str, ...]:
        """The fields of which no more candidates are weighed: pages may hold others."""
        bounds = (
            (self.names, name_candidates.MOST, ("vendor_name",)),
            (self.vat_ids, id_candidates.MOST, ("vendor_vat_id",)),
            (self.ibans, id_candidates.MOST, ("vendor_iban",)),
            (self.numbers, number_candidates.MOST, ("invoice_number",)),
            (self.dates, date_candidates.MOST, ("invoice_date", "due_date")),
            (self.amounts, amount_candidates.MOST, ("total_net", "total_tax", "total_gross")),
        )
        return tuple(name for found, most, names in bounds if len(found) >= most for name in names)

    @property
    def sums(self) -> Sums:
        """What the totals are held against."""
        rows = frozenset(total for table in self.tables for total in table.sums)
        return Sums(self.groups, rows, rates_on(self.around))


def candidates_of(layout: Layout, own: OwnParty) -> Candidates:
    """Everything on the pages that may be the value of a field; the recipient's own is left out."""
    around = Surroundings(layout)
    return Candidates(
        around=around,
        names=name_candidates.name_candidates(around, own),
        vat_ids=id_candidates.vat_id_candidates(around, own),
        ibans=id_candidates.iban_candidates(around, own),
        numbers=number_candidates.number_candidates(around),
        dates=date_candidates.date_candidates(around),
        amounts=amount_candidates.amount_candidates(around),
        groups=groups_in(layout),
        tables=tables_in(layout),
    )
