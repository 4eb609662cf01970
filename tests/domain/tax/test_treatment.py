"""The rules of VAT as a table: cases made by hand, and what must never happen."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.chart import Chart
from domain.tax.code import TaxCode, system_codes
from domain.tax.treatment import ASK, FOREIGN, UNKNOWN, TaxFacts, _rules, kinds, treatment_of
from domain.tax.vat_form import places_of

DATA = Path(__file__).parents[2] / "data"
CASES: list[dict[str, Any]] = json.loads((DATA / "vat_treatment_cases.json").read_text())
EXAMPLES: list[dict[str, Any]] = json.loads((DATA / "vat_treatment_examples.json").read_text())
CHARTS = {"AT": Chart.AT_EKR, "DE": Chart.DE_SKR04}
CODES = {c: {code.code: code for code in system_codes(chart)} for c, chart in CHARTS.items()}
CATEGORIES = ["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B", "-"]
RATES = ["0", "4.9", "7", "7.8", "19", "20", "foreign", "unknown"]
REGIONS = [
    "domestic",
    "eu",
    "third",
    "special_xi",
    "special_reg",
    "special_pe",
    "special_nonvat",
    "special_19",
    "special_helgoland",
    "unknown",
]
DAYS = [date(2020, 3, 1), date(2020, 9, 1), date(2024, 6, 1), date(2026, 6, 30), date(2026, 11, 29)]
_PLAIN = ("tenant_country", "direction", "seller_region", "category", "rate", "kind", "status")
# What bears a code whoever the seller is: there is no supply, or it is not the seller's.
_WHOEVER = {
    "customs_document",
    "per_diem",
    "disbursement",
    "penalty_damages",
    "interest_dunning",
    "subsidy",
}


def facts_of(stored: dict[str, Any]) -> TaxFacts:
    """Facts of a case."""
    return TaxFacts(
        country=stored["tenant_country"],
        direction=stored["direction"],
        day=date.fromisoformat(stored.get("date", "2026-11-29")),
        region=stored.get("seller_region", UNKNOWN),
        category=stored.get("category", "-"),
        rate=stored.get("rate", UNKNOWN),
        kind=stored.get("kind", UNKNOWN),
        status=stored.get("status", UNKNOWN),
        more={k: str(v) for k, v in stored.items() if k not in (*_PLAIN, "date")},
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_case_made_by_hand(case: dict[str, Any]) -> None:
    """376 of them, with the code and what is said beside it."""
    found = treatment_of(facts_of(case["facts"]))

    assert found.proposal == case["proposal"]
    if "finding" in case:
        assert found.remark.finding == case["finding"]
    assert set(case.get("notes", ())) <= {note.finding for note in found.notes}


@pytest.mark.parametrize("example", EXAMPLES, ids=[each["id"] for each in EXAMPLES])
def test_a_worked_example_gets_its_code(example: dict[str, Any]) -> None:
    """Thirty of them; the entries and boxes are tried where there are books."""
    assert treatment_of(facts_of(example["facts"])).proposal == example["proposal"]


@pytest.mark.parametrize("country", CHARTS)
def test_rules_propose_codes_that_exist(country: str) -> None:
    """Of their country and direction, with the boxes that they name."""
    for rule in _rules():
        if rule.country != country or not rule.stops or rule.proposal in (ASK, "none"):
            continue
        code = CODES[country][rule.proposal]
        assert {"in": "input", "out": "output"}[rule.direction] == code.direction
        places = places_of(code, CHARTS[country]) or ()
        assert {box.partition(":")[2] for box in rule.boxes} == {place.box for place in places}


@pytest.mark.parametrize("country", CHARTS)
def test_the_last_rule_asks(country: str) -> None:
    """What nobody thought of gets no code, and asking always blocks."""
    rules = [rule for rule in _rules() if rule.country == country]

    assert rules[-1].proposal == ASK
    assert rules[-1].remark.finding == "VAT_UNDECIDED"
    assert all(rule.remark.severity == "blocking" for rule in rules if rule.proposal == ASK)


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("country", CHARTS)
def test_nothing_is_deducted_that_must_not_be(country: str, day: date) -> None:
    """No deduction of foreign tax, of an unknown seller, of who may not deduct."""
    some = ("goods", "service", UNKNOWN, "construction", "food_basic", "insurance", "pv")
    for facts in _combinations(country, day, kinds() if day == DAYS[-1] else some):
        found = treatment_of(facts)
        if found.code is not None:
            _check(facts, CODES[country][found.code])


def _combinations(country: str, day: date, some: Any) -> Iterator[TaxFacts]:
    statuses = ("full", "none", "partial", UNKNOWN)
    for region, category, rate, kind in product(REGIONS, CATEGORIES, RATES, sorted(some)):
        facts = TaxFacts(
            country=country,
            direction="in",
            day=day,
            region=region,
            category=category,
            rate=rate,
            kind=kind,
        )
        # Every combination of the others with one status each: the sum covers all of them.
        at = hash((region, category, rate, kind)) % len(statuses)
        yield replace(facts, status=statuses[at])
        yield replace(facts, status="full")


def _check(facts: TaxFacts, code: TaxCode) -> None:
    taxed = code.kind == "domestic" and bool(code.rate)
    code.check_valid_on(facts.day)
    assert facts.region != UNKNOWN or facts.kind in _WHOEVER, facts
    if taxed and facts.kind != "per_diem":
        assert facts.rate not in (FOREIGN, UNKNOWN, "0"), facts
        assert facts.region not in ("eu", "third", "special_xi", "special_nonvat"), facts
        assert code.rate == Decimal(facts.rate), facts
    if facts.status != "full":
        assert not code.deductible or code.rate is None, facts


@given(
    region=st.sampled_from(["eu", "third", "special_xi", "special_nonvat"]),
    category=st.sampled_from(CATEGORIES),
    kind=st.text(max_size=12) | st.sampled_from(sorted(kinds())),
    country=st.sampled_from(["AT", "DE"]),
    more=st.dictionaries(
        st.sampled_from(["small_business_note", "ex_id", "place", "supply", "oss_note"]),
        st.sampled_from(["yes", "no", "home", "abroad", "service", UNKNOWN]),
    ),
)
def test_foreign_tax_is_never_domestic_input_tax(
    region: str, category: str, kind: str, country: str, more: dict[str, str]
) -> None:
    """Whatever else is known: 19 % of a German seller is not Jungholz."""
    facts = TaxFacts(
        country=country,
        direction="in",
        day=date(2026, 11, 29),
        region=region,
        category=category,
        rate=FOREIGN,
        kind=kind,
        status="full",
        more=more,
    )

    found = treatment_of(facts)

    assert found.code is None or CODES[country][found.code].kind != "domestic"


def test_what_is_not_known_makes_a_condition_false() -> None:
    """A builder or not: nobody said so, and `no` is another answer."""
    facts = TaxFacts(
        country="AT",
        direction="in",
        day=date(2026, 11, 29),
        region="domestic",
        category="AE",
        rate="0",
        kind="construction",
        status="full",
    )

    assert treatment_of(facts).proposal == ASK
    assert treatment_of(replace(facts, more={"tenant_builder": "no"})).proposal == ASK
    assert treatment_of(replace(facts, more={"tenant_builder": "yes"})).code == "VST-RC20-BAU"
    assert treatment_of(replace(facts, more={"tenant_builder": UNKNOWN})).proposal == ASK


@pytest.mark.parametrize("kind", ["tip", "customs_duty"])
@pytest.mark.parametrize("category", ["AE", "K", "G", "S", "Z", "L"])
@pytest.mark.parametrize("region", ["domestic", "eu", "third"])
@pytest.mark.parametrize("country", CHARTS)
def test_a_word_takes_no_reverse_charge_away(
    country: str, region: str, category: str, kind: str
) -> None:
    """What a document says of its tax goes before what a line may be: nothing vanishes."""
    facts = TaxFacts(
        country=country,
        direction="in",
        day=date(2026, 11, 29),
        region=region,
        category=category,
        rate="0",
        kind=kind,
        status="full",
    )

    assert treatment_of(facts).proposal != "none"
    assert treatment_of(replace(facts, category="-")).proposal == "none"


def test_rates_of_the_past_have_codes() -> None:
    """A late invoice of 2020 still finds the code of its day of supply."""
    facts = TaxFacts(
        country="DE",
        direction="in",
        day=date(2020, 8, 1),
        region="domestic",
        category="S",
        rate="16",
        kind="goods",
        status="full",
    )

    assert treatment_of(facts).code == "VST16"
    assert treatment_of(replace(facts, rate="19")).proposal == ASK
    assert treatment_of(replace(facts, rate="19", day=date(2020, 6, 30))).code == "VST19"


def test_there_are_no_rules_for_other_countries() -> None:
    """A tenant is in Austria or in Germany."""
    with pytest.raises(ValueError, match="No rules for FR"):
        treatment_of(TaxFacts(country="FR", direction="in", day=date(2026, 1, 1)))
