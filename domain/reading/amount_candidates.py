"""Amounts on the pages, each with what stands around it and what it adds up to."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from domain.reading.candidate import Candidate, counted
from domain.reading.surroundings import Spot, Surroundings
from domain.reading.tax_words import (
    has_tax_word,
    is_bare,
    is_with_tax,
    speaks_of_vat,
    states_tax,
)
from domain.reading.values import PERCENT, amount_of, percent_of

MOST = 400
_MOST_VALUES = 140
# Rates of VAT in Europe and of insurance tax, in tenths of a percent.
_RATES = (
    10, 21, 25, 26, 30, 37, 38, 40, 49, 50, 55, 60, 70, 77, 80, 81, 85, 90, 95, 100, 110, 120, 130,
    135, 140, 150, 160, 170, 180, 190, 200, 210, 220, 222, 230, 240, 250, 255, 270,
)  # fmt: skip
_THOUSAND = 1000
_SHARE = re.compile(
    r"\b(?:brutto|gross|lordo|ttc)[\s.:]{0,3}(?:EUR|\u20ac)?\s{0,3}$", re.IGNORECASE
)
NO_TAX = "no_tax"
"""Feature of an amount that is no tax: what stands around it names none, or something else."""


def amount_candidates(around: Surroundings) -> tuple[Candidate[Decimal], ...]:
    """Every amount with its features, in reading order; of too many, the last ones."""
    found = list(counted(_found(around, deque(_places(around), maxlen=MOST))))
    if not found:
        return ()
    sums = _sums(abs(each.value) for each in found)
    ranks = sorted({abs(each.value) for each in found}, reverse=True)
    last = found[-1].value
    return tuple(
        Candidate(
            each.value,
            each.passage,
            (
                *each.features,
                *sums.get(abs(each.value), ("sum:none",)),
                *_rank(each.value, ranks, last),
            ),
        )
        for each in found
    )


def _rank(value: Decimal, ranks: Sequence[Decimal], last: Decimal) -> Iterator[str]:
    yield f"rank{min(ranks.index(abs(value)), 4)}"
    if value == 0:
        yield "zero"
    if value < 0:
        yield "negative"
    if value == last:
        yield "last"


def _may_be_tax(labels: Iterable[str], text: str, *, speaks: bool) -> bool:
    """Whether labels call an amount a tax, or nothing stands on its line and pages speak of one."""
    kinds = {part for label in labels for part in label.split(":")[1:2]}
    if PERCENT.search(text) and not states_tax(text):
        return False
    return bool(kinds & {"tax", "rate"}) or has_tax_word(text) or (speaks and is_bare(text))


def _places(around: Surroundings) -> Iterator[tuple[int, int, int]]:
    """Page, line and which of the amounts of the line, for every amount."""
    for page, sheet in enumerate(around.sheets):
        for index, matches in enumerate(sheet.amounts):
            yield from ((page, index, place) for place in range(len(matches)))


def _found(
    around: Surroundings, places: Iterable[tuple[int, int, int]]
) -> Iterator[Candidate[Decimal]]:
    speaks = speaks_of_vat(around.layout)
    for (page, index), on_line in groupby(places, key=itemgetter(0, 1)):
        sheet = around.sheets[page]
        line, matches = sheet.lines[index], sheet.amounts[index]
        percents = bool(PERCENT.search(line.text))
        whole = _is_row_sum([amount_of(match) for match in matches])
        for _, _, place in on_line:
            match = matches[place]
            start = match.start("sign") if match["sign"] else match.start("whole")
            passage = line.passage(start, match.end())
            spot = Spot(page, index, start, match.end(), passage)
            features = [
                *around.features(spot),
                *_among(len(matches), place, whole=whole),
                *(("percent",) if percents else ()),
                *(() if (match["cents"] or "").isdigit() else ("whole",)),
            ]
            before = line.text[matches[place - 1].end() if place else 0 : start]
            is_share = _SHARE.search(before) is not None or is_with_tax(before)
            if is_share or not _may_be_tax(features, line.text, speaks=speaks):
                features.append(NO_TAX)
            yield Candidate(amount_of(match), passage, tuple(features))


def _among(amounts: int, place: int, *, whole: bool) -> Iterator[str]:
    """Where an amount stands among those of its line; `whole`: the last is the sum of the rest."""
    yield f"beside{min(amounts, 4)}"
    yield f"from_right{min(amounts - 1 - place, 3)}"
    yield f"from_left{min(place, 3)}"
    if whole:
        yield (
            "row_sum:last" if place == amounts - 1 else "row_sum:part" if place else "row_sum:first"
        )


def _is_row_sum(values: Sequence[Decimal]) -> bool:
    """Whether the last amount of a line is the sum of the others, as net, taxes and gross are."""
    return len(values) > 2 and bool(values[-1]) and sum(values[:-1]) == values[-1]  # noqa: PLR2004


def rates_on(around: Surroundings) -> frozenset[Decimal]:
    """The percentages that stand on the pages."""
    return frozenset(
        percent_of(match).normalize()
        for line in around.layout.lines
        for match in PERCENT.finditer(line.text)
    )


def is_rate(net: Decimal, tax: Decimal) -> bool:
    """Whether a tax is what a known rate makes of a net amount, within two cents."""
    return _fits(int(net * 100), int(tax * 100))


def _sums(values: Iterable[Decimal]) -> dict[Decimal, tuple[str, ...]]:
    """For each amount, as what it takes part in a sum of two others."""
    distinct = sorted({int(value * 100) for value in values if value})[-_MOST_VALUES:]
    known = set(distinct)
    found: dict[int, set[str]] = {}
    for whole in distinct:
        for part in distinct:
            rest = whole - part
            if 2 * part < whole or rest <= 0:
                continue
            if rest in known and rest * 10 <= part * 3:
                form = "rate" if _fits(part, rest) else "sum"
                for value, role in ((whole, "gross"), (part, "net"), (rest, "tax")):
                    found.setdefault(value, set()).add(f"{form}:{role}")
    return {Decimal(value) / 100: tuple(sorted(told)) for value, told in found.items()}


def _fits(net: int, tax: int) -> bool:
    return any(abs(net * rate - tax * _THOUSAND) <= 2 * _THOUSAND for rate in _RATES)
