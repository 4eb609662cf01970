"""The chosen values of a document: the candidates compete, and what belongs together agrees."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Generic, TypeVar

from domain.money import CENT
from domain.reading.amount_candidates import is_rate
from domain.reading.candidate import Candidate
from domain.reading.model import NONE, Model, chances
from domain.reading.tax_groups import TaxGroup, fits

T = TypeVar("T")

NET, TAX, GROSS = "total_net", "total_tax", "total_gross"
ROLES = (NET, TAX, GROSS)
TOTALS = "totals"
_NEVER_MISSING = frozenset({"vendor_name"})
_OPTIONS = 8
_LEAST = -9.0  # logarithm of the smallest chance that is told from none


@dataclass(frozen=True, slots=True)
class Option(Generic[T]):
    """A value that competes, None for "not on the page": its best candidate, and its chance."""

    value: T | None
    candidate: Candidate[T] | None
    chance: float

    @property
    def weight(self) -> float:
        """The logarithm of the chance, not below a floor."""
        return max(math.log(self.chance), _LEAST) if self.chance > 0 else _LEAST


def options(field: str, candidates: Sequence[Candidate[T]], model: Model) -> list[Option[T]]:
    """The values of a field with their chances, the best first; one is "not on the page"."""
    scores = [model.score(field, candidate.features) for candidate in candidates]
    shares = chances([model.score(field, (NONE,)), *scores])
    whole: dict[T, float] = {}
    best: dict[T, tuple[float, Candidate[T]]] = {}
    for candidate, score, share in zip(candidates, scores, shares[1:], strict=True):
        whole[candidate.value] = whole.get(candidate.value, 0.0) + share
        if candidate.value not in best or score > best[candidate.value][0]:
            best[candidate.value] = (score, candidate)
    found = [Option(value, best[value][1], chance) for value, chance in whole.items()]
    none: Option[T] = Option(None, None, shares[0])
    return sorted([*found, none], key=lambda option: option.chance, reverse=True)


def best_of(field: str, found: Sequence[Option[T]]) -> Option[T]:
    """The best value of a field; what no invoice lacks is rather doubted than not found."""
    if field in _NEVER_MISSING and len(found) > 1:
        return next(option for option in found if option.value is not None)
    return found[0]


def chosen_dates(
    issued: Sequence[Option[date]], due: Sequence[Option[date]]
) -> tuple[Option[date], Option[date]]:
    """Day of issue and day due, chosen together: nothing is due before it is issued."""
    pairs = [
        (one, other)
        for one, other in product(_kept(issued), _kept(due))
        if one.value is None or other.value is None or one.value <= other.value
    ]
    first, second = _most_likely(pairs, [one.weight + other.weight for one, other in pairs])
    return first, second


@dataclass(frozen=True, slots=True)
class Sums:
    """What the chosen totals are held against: tax groups, sums of rows, rates on the page."""

    groups: tuple[TaxGroup, ...] = ()
    rows: frozenset[Decimal] = frozenset()
    rates: frozenset[Decimal] = frozenset()


Triple = tuple[Option[Decimal], Option[Decimal], Option[Decimal]]


def triples(
    by_role: Mapping[str, Sequence[Option[Decimal]]],
) -> list[Triple]:
    """Every set of net, tax and gross that is to be weighed, each of them possibly unstated."""
    kept = [_kept(by_role[role]) for role in ROLES]
    return [
        (net, tax, gross) for net, tax, gross in product(*kept) if _is_possible(net, tax, gross)
    ]


def _kept(found: Sequence[Option[T]]) -> list[Option[T]]:
    """The likeliest options, "not on the page" among them."""
    best = list(found[:_OPTIONS])
    return (
        best
        if any(each.value is None for each in best)
        else [
            *best,
            *(each for each in found[_OPTIONS:] if each.value is None),
        ]
    )


def _is_possible(net: Option[Decimal], tax: Option[Decimal], gross: Option[Decimal]) -> bool:
    """Tax has the sign of what is taxed, is never more than 30 % of it, and lies above net."""
    if not tax.value:
        return True
    if net.value is not None and net.value == gross.value:
        return False
    stated = [(each.value, share) for each, share in ((net, 30), (gross, 24)) if each.value]
    return all(
        (tax.value > 0) == (whole > 0) and abs(tax.value) * 100 <= abs(whole) * share
        for whole, share in stated
    )


def triple_features(triple: Triple, sums: Sums) -> Iterator[str]:
    """What speaks for three amounts together."""
    net, tax, gross = (each.value for each in triple)
    yield "has:" + "".join(
        sign for sign, value in zip("ntg", (net, tax, gross), strict=True) if value is not None
    )
    if net is not None and tax is not None and gross is not None:
        agrees = abs(net + tax - gross) <= CENT
        yield ("sum" if tax else "sum0") if agrees else "no_sum"
    if net is not None and tax:
        yield "rate" if is_rate(abs(net), abs(tax)) else "no_rate"
        yield "stated_rate" if any(fits(net, rate, tax) for rate in sums.rates) else "unstated_rate"
    elif gross is not None and tax:
        yield "rate_within" if is_rate(abs(gross - tax), abs(tax)) else "no_rate_within"
    if net is not None and net == gross:
        yield "untaxed" if not tax else "taxed_equal"
    yield from _against(net, tax, gross, sums)


def _against(
    net: Decimal | None, tax: Decimal | None, gross: Decimal | None, sums: Sums
) -> Iterator[str]:
    if sums.rows:
        if net in sums.rows:
            yield "rows_net"
        if gross in sums.rows:
            yield "rows_gross"
        if net not in sums.rows and gross not in sums.rows:
            yield "rows_none"
    if sums.groups:
        basis = sum((group.basis for group in sums.groups), Decimal())
        amount = sum((group.amount for group in sums.groups), Decimal())
        yield "groups_tax" if tax is not None and abs(amount - tax) <= CENT else "groups_no_tax"
        yield "groups_net" if net is not None and abs(basis - net) <= CENT else "groups_no_net"


def chosen_totals(
    by_role: Mapping[str, Sequence[Option[Decimal]]], sums: Sums, model: Model
) -> dict[str, Option[Decimal]]:
    """Net, tax and gross, chosen together."""
    found = triples(by_role)
    best = _most_likely(found, [triple_score(triple, sums, model) for triple in found])
    return dict(zip(ROLES, best, strict=True))


def triple_score(triple: Triple, sums: Sums, model: Model) -> float:
    """The weight of three amounts together: each of its own, and what they make of each other."""
    alone = sum(option.weight for option in triple)
    factor = model.weights[TOTALS].get("alone", 1.0)
    return factor * alone + model.score(TOTALS, triple_features(triple, sums))


def _most_likely(
    sets: Sequence[tuple[Option[T], ...]], scores: Sequence[float]
) -> tuple[Option[T], ...]:
    """The best of the sets; each value with its share of all sets that hold it."""
    shares = chances(scores)
    best = sets[max(range(len(sets)), key=scores.__getitem__)]
    return tuple(
        Option(
            option.value,
            option.candidate,
            sum(
                share
                for share, each in zip(shares, sets, strict=True)
                if each[place].value == option.value
            ),
        )
        for place, option in enumerate(best)
    )
