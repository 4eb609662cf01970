"""Totals of a page whose rates each have totals of their own, as tills print them."""

from collections.abc import Mapping
from decimal import Decimal

from domain.money import CENT
from domain.reading.candidates import Candidates
from domain.reading.choice import GROSS, NET, TAX
from domain.reading.layout import Layout
from domain.reading.origin import Reading, by_rule, from_page

_FAIR = Decimal("0.80")


def all_rates(
    layout: Layout, candidates: Candidates, amounts: Mapping[str, Reading[Decimal]]
) -> dict[str, Reading[Decimal]]:
    """The totals of all rates, where those of a single one were chosen.

    Only if the groups, each of its own rate, come to an amount that stands on the page.
    """
    whole = _whole(candidates, amounts)
    stated = [each for each in candidates.amounts if each.value == whole and each.passage]
    if whole is None or not stated or stated[0].passage is None:
        return dict(amounts)
    tax = sum((group.amount for group in candidates.groups), Decimal())
    origin = by_rule(_FAIR, "sum of the tax groups")
    return {
        NET: Reading(whole - tax, origin),
        TAX: Reading(tax, origin),
        GROSS: Reading(whole, from_page(layout, stated[0].passage, _FAIR)),
    }


def _whole(candidates: Candidates, amounts: Mapping[str, Reading[Decimal]]) -> Decimal | None:
    """What all groups come to, if what was chosen is just one of them."""
    groups, gross = candidates.groups, amounts.get(GROSS)
    rates = {group.rate.normalize() for group in groups}
    if gross is None or len(groups) < 2 or len(rates) < len(groups):  # noqa: PLR2004
        return None
    wholes = [group.basis + group.amount for group in groups]
    is_one = any(abs(each - gross.value) <= CENT for each in wholes)
    return sum(wholes, Decimal()) if is_one and min(wholes) > 0 else None
