"""Which tax code the law wants, from what is known of a supply. The rules are vat_treatment.csv.

Rows are read in their order for one group of the tax breakdown (category and rate). A row
matches when each of its cells does; what is not known matches only a cell that takes anything,
and makes every condition false. Rows that do not stop leave a note; the first that stops
decides. The last row of each country asks, so that nothing nobody thought of gets a code.
"""

import csv
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from importlib.resources import files
from operator import ge, gt, le, lt

from domain.tax.code import system_codes

ASK = "ask"
"""A person must say it: no code, and a finding that blocks."""
NONE = "none"
"""Neither a code nor an expense: it goes to a clearing account."""
UNKNOWN = "unknown"
FOREIGN = "foreign"
"""Rate of a tax that another country levies, whatever its number."""

_CHARTS = {"AT": "at_ekr", "DE": "de_skr04"}
_CLAUSE = re.compile(r"(\w+)(>=|<=|!=|=|>|<)(.+)")
_COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {">=": ge, "<=": le, ">": gt, "<": lt}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxFacts:
    """What is known of one group of a tax breakdown.

    `direction` is `in` or `out`, `category` that of EN 16931 or `-`, `rate` a number in percent,
    `foreign` or `unknown`; `more` holds the facts that conditions name. What is missing is not
    known, which is another thing than `no`.
    """

    country: str
    direction: str
    day: date
    region: str = UNKNOWN
    category: str = "-"
    rate: str = UNKNOWN
    kind: str = UNKNOWN
    status: str = UNKNOWN
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding of a row: `severity` is blocking, warning or hint."""

    rule: str
    finding: str
    severity: str
    reason: str
    reason_de: str
    basis: str


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a row decided: a code, NONE or ASK, why, and what was noted on the way.

    `boxes` of the VAT return are told as kind and number; `remark.finding` is empty where there
    is nothing to say beside the reason.
    """

    proposal: str
    remark: Remark
    boxes: tuple[str, ...]
    notes: tuple[Remark, ...] = ()

    @property
    def code(self) -> str | None:
        """Tax code; None where a person is asked or there is none."""
        return None if self.proposal in (ASK, NONE) else self.proposal

    @property
    def is_asked(self) -> bool:
        """Whether a person must say it."""
        return self.proposal == ASK


@dataclass(frozen=True, slots=True)
class _Clause:
    """One condition of a row."""

    name: str
    sign: str
    wanted: str

    def holds(self, more: Mapping[str, str]) -> bool:
        """Whether it is known to hold."""
        known = more.get(self.name, UNKNOWN)
        if known == UNKNOWN:
            return False
        if self.sign in ("=", "!="):
            return (known in self.wanted.split("|")) == (self.sign == "=")
        return _is_number(known) and _COMPARE[self.sign](Decimal(known), Decimal(self.wanted))


@dataclass(frozen=True, slots=True)
class _Rule:
    """One row."""

    country: str
    direction: str
    stops: bool
    regions: frozenset[str]
    categories: frozenset[str]
    rates: frozenset[str]
    kinds: frozenset[str]
    statuses: frozenset[str]
    clauses: tuple[_Clause, ...]
    first: date
    last: date
    proposal: str
    remark: Remark
    boxes: tuple[str, ...]

    def takes(self, facts: TaxFacts) -> bool:
        """Whether a candidate is meant for these facts."""
        return (
            self.first <= facts.day <= self.last
            and self._takes_rate(facts.rate)
            and _in(facts.kind, self.kinds)
            and _in(facts.status, self.statuses)
            and all(clause.holds(facts.more) for clause in self.clauses)
        )

    def _takes_rate(self, rate: str) -> bool:
        """`domestic` stands for any rate above nothing that the own country levies."""
        is_levied = _is_number(rate) and Decimal(rate) > 0
        return _in(rate, self.rates) or ("domestic" in self.rates and is_levied)


def treatment_of(facts: TaxFacts) -> Treatment:
    """Tax code that the law wants for these facts.

    >>> cloud = TaxFacts(country="AT", direction="in", day=date(2026, 11, 29), region="eu",
    ...                  category="AE", rate="0", kind="service", status="full")
    >>> found = treatment_of(cloud)
    >>> found.code, found.boxes
    ('VST-RC20', ('tax:057', 'input:066'))
    >>> treatment_of(replace(cloud, kind=UNKNOWN)).proposal
    'ask'
    """
    notes: list[Remark] = []
    for rule in _candidates(facts.country, facts.direction, facts.region, facts.category):
        if not rule.takes(facts):
            continue
        if rule.stops:
            return _decided(rule, facts.day, tuple(notes))
        notes.append(rule.remark)
    raise ValueError(f"No rules for {facts.country}.")


def era_of(country: str, rate: Decimal, day: date) -> int:
    """Between which changes of the law on a rate a day lies; `rate` in percent, on what is bought.

    Days of one era are treated alike.

    >>> era_of("DE", Decimal(19), date(2020, 12, 31)) == era_of("DE", Decimal(19), date(2021, 1, 1))
    False
    """
    return bisect_right(_turns(country, rate.normalize()), day)


@lru_cache(maxsize=256)
def _turns(country: str, rate: Decimal) -> tuple[date, ...]:
    """Days on which something about a rate begins to hold, or holds no more."""
    named = {f"{rate:f}", "any", *(("domestic",) if rate else ())}
    spans: list[tuple[date | None, date | None]] = [
        (rule.first, rule.last)
        for rule in _rules()
        if rule.country == country and rule.direction != "out" and rule.rates & named
    ]
    for code in system_codes(_CHARTS[country]):
        if code.direction == "input" and code.rate == rate:
            spans += [(code.valid_from, code.valid_to), (code.suspended_from, code.suspended_to)]
    first = {first for first, _ in spans if first}
    behind = {last + timedelta(days=1) for _, last in spans if last and last < date.max}
    return tuple(sorted(first | behind))


def kinds() -> frozenset[str]:
    """Kinds of supply that some row tells apart, beside `unknown`."""
    return frozenset().union(*(rule.kinds for rule in _rules())) - {"any"} | {UNKNOWN}


@cache
def german_reasons() -> Mapping[str, str]:
    """Each reason in German, by its English wording."""
    return {rule.remark.reason: rule.remark.reason_de for rule in _rules()}


def boxes_of(country: str, code: str) -> tuple[str, ...]:
    """Boxes of the VAT return that a code fills, as rules tell them; none where no rule has it."""
    rules = (rule for rule in _rules() if (rule.country, rule.proposal) == (country, code))
    return next((rule.boxes for rule in rules), ())


def _decided(rule: _Rule, day: date, notes: tuple[Remark, ...]) -> Treatment:
    """What a rule says, unless its code does not hold on that day (16 % in 2020)."""
    if rule.proposal in _valid_codes(rule.country, day):
        return Treatment(rule.proposal, rule.remark, rule.boxes, notes)
    remark = replace(rule.remark, finding="VAT_RATE_NOT_VALID_ON_DATE", severity="blocking")
    return Treatment(ASK, remark, (), notes)


@lru_cache(maxsize=1024)
def _valid_codes(country: str, day: date) -> frozenset[str]:
    """What may be proposed on a day; codes hold on the same days in each chart of a country."""
    valid = (code.code for code in system_codes(_CHARTS[country]) if code.is_valid_on(day))
    return frozenset((ASK, NONE, *valid))


@cache
def _candidates(country: str, direction: str, region: str, category: str) -> tuple[_Rule, ...]:
    """Rules that can match at all, in their order."""
    return tuple(
        rule
        for rule in _rules()
        if rule.country == country
        and rule.direction in (direction, "any")
        and _in(region, rule.regions)
        and _in(category, rule.categories)
    )


@cache
def _rules() -> tuple[_Rule, ...]:
    text = files("domain.tax").joinpath("vat_treatment.csv").read_text(encoding="utf-8")
    rows = sorted(csv.DictReader(text.splitlines()), key=lambda row: int(row["order"]))
    return tuple(map(_rule, rows))


def _rule(row: dict[str, str]) -> _Rule:
    remark = Remark(
        row["id"],
        row["finding"],
        row["severity"],
        row["reason_en"],
        row["reason_de"],
        row["paragraph"],
    )
    return _Rule(
        country=row["tenant_country"],
        direction=row["direction"],
        stops=row["stop"] == "yes",
        regions=_cell(row["seller_region"]),
        categories=_cell(row["category"]),
        rates=_cell(row["rate_on_document"]),
        kinds=_cell(row["kind"]),
        statuses=_cell(row["customer_status"]),
        clauses=tuple(_clauses(row["when"])),
        first=date.fromisoformat(row["valid_from"] or str(date.min)),
        last=date.fromisoformat(row["valid_to"] or str(date.max)),
        proposal=row["proposal"],
        remark=remark,
        boxes=tuple(box for box in row["boxes"].split() if box != "none"),
    )


def _cell(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


def _clauses(text: str) -> Iterator[_Clause]:
    for part in filter(None, text.split("&")):
        found = _CLAUSE.fullmatch(part.strip())
        if found is None:
            raise ValueError(f"No condition: {part}")
        yield _Clause(*found.groups())


def _in(known: str, wanted: frozenset[str]) -> bool:
    return "any" in wanted or known in wanted


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
