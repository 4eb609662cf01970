"""Totals of a page whose rates each have totals of their own, as tills and hotels print them."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from domain.money import CENT
from domain.reading.candidate import Candidate
from domain.reading.candidates import Candidates
from domain.reading.choice import GROSS, NET, TAX
from domain.reading.layout import Layout
from domain.reading.origin import Reading, by_rule, from_page
from domain.reading.tax_groups import TaxGroup

_FAIR, _FAINT = Decimal("0.80"), Decimal("0.50")
_SEVERAL = 2


def all_rates(
    layout: Layout, candidates: Candidates, amounts: Mapping[str, Reading[Decimal]]
) -> dict[str, Reading[Decimal]]:
    """The totals of all rates, where those of a single one were chosen.

    Groups, each of its own rate, come to an amount that stands on the page, or to one less what
    is not taxed (a visitor's tax), where its rows come to it. Where they come to nothing that
    is stated, the total of one rate is not sure to be that of the invoice.
    """
    groups, gross = candidates.groups, amounts.get(GROSS)
    rates = {group.rate.normalize() for group in groups}
    wholes = [group.basis + group.amount for group in groups]
    if gross is None or len(groups) < _SEVERAL or len(rates) < len(groups) or min(wholes) <= 0:
        return dict(amounts)
    is_one = any(abs(each - gross.value) <= CENT for each in wholes)
    stated = _stated(candidates, sum(wholes, Decimal()))
    if stated is None or stated.passage is None:
        return _doubted(amounts) if is_one else dict(amounts)
    if not is_one and (gross.value != stated.value or _is_sum(amounts)):
        return dict(amounts)
    origin = from_page(layout, stated.passage, _FAIR)
    return _totals(groups, Reading(stated.value, origin if is_one else gross.origin))


def _totals(groups: tuple[TaxGroup, ...], gross: Reading[Decimal]) -> dict[str, Reading[Decimal]]:
    """What no group takes of the whole is net, too: nothing of it is tax."""
    tax = sum((group.amount for group in groups), Decimal())
    origin = by_rule(_FAIR, "sum of the tax groups")
    return {NET: Reading(gross.value - tax, origin), TAX: Reading(tax, origin), GROSS: gross}


def _stated(candidates: Candidates, whole: Decimal) -> Candidate[Decimal] | None:
    """The amount on the page that all groups come to, with or without rows that are not taxed."""
    amounts = [each for each in candidates.amounts if each.passage is not None]
    values = {each.value for each in amounts}
    net = sum((group.basis for group in candidates.groups), Decimal())
    # Rows with net prices come to the bases and what is not taxed, rows with gross ones to all.
    sums = {whole + each - net for each in candidates.sums.rows} | candidates.sums.rows
    beyond = [each for each in sums if each > whole and each - whole in values]
    wanted = [whole, *sorted(beyond)]
    return next((each for value in wanted for each in amounts if each.value == value), None)


def _is_sum(amounts: Mapping[str, Reading[Decimal]]) -> bool:
    net, tax, gross = (amounts.get(role) for role in (NET, TAX, GROSS))
    if net is None or tax is None or gross is None:
        return False
    return abs(net.value + tax.value - gross.value) <= CENT


def _doubted(amounts: Mapping[str, Reading[Decimal]]) -> dict[str, Reading[Decimal]]:
    return {
        role: replace(
            each,
            origin=replace(each.origin, confidence=min(each.origin.confidence, _FAINT)),
        )
        for role, each in amounts.items()
    }
