"""Reports over HTTP: figures worked out by hand, in both countries."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from domain.database.session import write_session
from domain.dates import local_day, month_of
from domain.ledger.booking import Booking, Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Side
from domain.posting.store import book
from domain.reports.monthly import last_months
from tests.api.callers import Caller, booking, caller, with_scopes
from tests.builders import Tenant, another_tenant
from tests.servers import Database

PATH = "/v1/reports"
YEAR = {"startDate": "2026-01-01", "endDate": "2026-12-31"}
Rows = list[dict[str, Any]]


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant: Tenant) -> Caller:
    """Let the admin call."""
    return caller(http, tenant)


def move(office: Caller, day: str, debit: str, credit: str, amount: Any, **changes: Any) -> str:
    """Book an amount; `6815 VST20` names an account and a tax code."""
    (paid, bought), (from_, sold) = ((*each.split(), None)[:2] for each in (debit, credit))
    lines = [
        {"account_number": paid, "debit": amount, "credit": 0, "tax_code": bought},
        {"account_number": from_, "debit": 0, "credit": amount, "tax_code": sold},
    ]
    answer = office.post("/v1/bookings", booking(booking_date=day, lines=lines, **changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["intent_id"])


def opened(office: Caller, day: str, *rows: tuple[str, Any, Any]) -> None:
    """Book opening balances: account, debit, credit."""
    balances = [
        {"account_number": n, "account_name": "", "debit": d, "credit": c} for n, d, c in rows
    ]
    answer = office.post(
        "/v1/bookings/opening-balances", {"booking_date": day, "balances": balances}
    )
    assert answer.status_code == 200, answer.text


def reverse(office: Caller, intent_id: str) -> None:
    """Reverse an intent where it was booked."""
    told = {"intent_id": intent_id, "posting_mode": "original_period"}
    assert office.post("/v1/journal/reverse", told).status_code in {200, 201}


def rows(office: Caller, **query: Any) -> Rows:
    """A report."""
    answer = office.get(PATH, **query)
    assert answer.status_code == 200, answer.text
    found: Rows = answer.json()
    return found


def short(found: Rows, *fields: str) -> dict[str, tuple[Any, ...]]:
    """Some figures of each row by number or name."""
    return {row["number"] or row["name"]: tuple(row[each] for each in fields) for row in found}


def layout(office: Caller, **query: Any) -> dict[str, Any]:
    """A layout."""
    answer = office.get(f"{PATH}/layout", **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def amounts(found: dict[str, Any], field: str = "amount") -> dict[str, Any]:
    """The lines that are not nothing, by code."""
    return {line["code"]: line[field] for line in found["lines"] if line[field]}


@dataclass(frozen=True, slots=True)
class Story:
    """One small year, told on the accounts of a chart; net 100 spent, net 500 earned."""

    chart: Chart
    bank: str
    receivables: str
    input_vat: str
    output_vat: str
    software: str
    capital: str
    office: str
    sales: str
    depreciation: str
    interest: str
    rate: int

    @property
    def tax(self) -> tuple[int, int]:
        """Tax paid and tax owed."""
        return self.rate, 5 * self.rate

    def happen(self, office: Caller) -> None:
        """Open, buy, sell, get paid, earn interest, and write off in the adjustment period."""
        paid, owed = self.tax
        opened(
            office,
            "2026-01-01",
            (self.bank, 10000, 0),
            (self.software, 5000, 0),
            (self.capital, 0, 15000),
        )
        bought, sold = f"{self.office} VST{self.rate}", f"{self.sales} UST{self.rate}"
        move(office, "2026-01-15", bought, self.bank, 100 + paid)
        move(office, "2026-02-10", self.receivables, sold, 500 + owed)
        move(office, "2026-03-20", self.bank, self.receivables, 500 + owed)
        move(office, "2026-03-31", self.bank, self.interest, "7.00")
        move(office, "2026-12-31", self.depreciation, self.software, 1000, adjustment_period=13)


STORIES = [
    Story(Chart.AT_EKR, "2800", "2000", "2500", "3500", "0100", "9000", "6815", "4000", "7000",
          "8100", 20),
    Story(Chart.DE_SKR04, "1800", "1200", "1406", "3806", "0135", "2900", "6815", "4400", "6200",
          "7100", 19),
    Story(Chart.DE_SKR03, "1200", "1400", "1576", "1776", "0027", "0800", "4930", "8400", "4822",
          "2650", 19),
]  # fmt: skip


@pytest.fixture(scope="module", params=STORIES, ids=lambda story: story.chart.value)
def told(
    request: pytest.FixtureRequest, http: TestClient, database: Database
) -> tuple[Story, Caller]:
    """Let the year happen in a company of its own."""
    story: Story = request.param
    office = caller(http, another_tenant(database, story.chart))
    story.happen(office)
    return story, office


def test_the_trial_balance_of_a_year(told: tuple[Story, Caller]) -> None:
    """Opening entries are no movement; closing is opening and movement; all make zero."""
    story, office = told
    paid, owed = story.tax
    found = rows(office, type="susa", **YEAR)

    figures = ("debit_total", "credit_total", "opening_balance", "closing_balance")
    assert short(found, *figures) == {
        story.bank: (507.0 + owed, 100.0 + paid, 10000.0, 10407.0 + owed - paid),
        story.receivables: (500.0 + owed, 500.0 + owed, 0.0, 0.0),
        story.input_vat: (float(paid), 0.0, 0.0, float(paid)),
        story.output_vat: (0.0, float(owed), 0.0, float(-owed)),
        story.software: (0.0, 1000.0, 5000.0, 4000.0),
        story.capital: (0.0, 0.0, -15000.0, -15000.0),
        story.office: (100.0, 0.0, 0.0, 100.0),
        story.sales: (0.0, 500.0, 0.0, -500.0),
        story.depreciation: (1000.0, 0.0, 0.0, 1000.0),
        story.interest: (0.0, 7.0, 0.0, -7.0),
    }
    assert [row["number"] for row in found] == sorted(row["number"] for row in found)
    assert rows(office, type="trial_balance", **YEAR) == found


def test_part_of_a_month_is_reported_to_the_day(told: tuple[Story, Caller]) -> None:
    """What lies before the range in its fiscal year stands in the opening."""
    story, office = told
    paid, owed = story.tax
    found = rows(office, type="susa", startDate="2026-01-16", endDate="2026-03-20")

    bank = 9900.0 - paid
    assert short(found, "opening_balance", "debit_total", "closing_balance") == {
        story.bank: (bank, 500.0 + owed, bank + 500.0 + owed),
        story.receivables: (0.0, 500.0 + owed, 0.0),
        story.input_vat: (paid, 0.0, paid),
        story.output_vat: (0.0, 0.0, -owed),
        story.software: (5000.0, 0.0, 5000.0),
        story.capital: (-15000.0, 0.0, -15000.0),
        story.office: (100.0, 0.0, 100.0),
        story.sales: (0.0, 0.0, -500.0),
    }


def test_profit_and_loss_has_the_movements_of_the_range(told: tuple[Story, Caller]) -> None:
    """Accounts of the result alone; an adjustment belongs to the day it bears."""
    story, office = told

    assert short(rows(office, type="guv", **YEAR), "balance") == {
        story.office: (100.0,),
        story.sales: (-500.0,),
        story.depreciation: (1000.0,),
        story.interest: (-7.0,),
    }
    first_days = {"startDate": "2026-12-01", "endDate": "2026-12-30"}
    assert rows(office, type="guv", **first_days) == []
    spring = {"startDate": "2026-03-01", "endDate": "2026-05-31"}
    assert short(rows(office, type="guv", **spring), "credit_total") == {story.interest: (7.0,)}


def test_the_balance_sheet_carries_the_result(told: tuple[Story, Caller]) -> None:
    """Cumulative, whatever the start; the result of the range in a row without a number."""
    story, office = told
    paid, owed = story.tax
    contra = "9800" if story.chart is Chart.AT_EKR else "9000"
    found = rows(office, type="bilanz", **YEAR)

    assert short(found, "balance") == {
        story.bank: (10407.0 + owed - paid,),
        story.receivables: (0.0,),
        story.input_vat: (paid,),
        story.output_vat: (-owed,),
        story.software: (4000.0,),
        story.capital: (-15000.0,),
        contra: (0.0,),
        "Periodenergebnis": (593.0,),
    }
    assert found[-1]["number"] is None
    assert found[-1]["type"] == "equity"
    march = rows(office, type="bilanz", startDate="2026-03-01", endDate="2026-03-31")
    assert short(march[-2:], "balance") == {
        "Ergebnisvortrag": (-400.0,),
        "Periodenergebnis": (-7.0,),
    }


def test_the_law_lays_the_balance_sheet_out(told: tuple[Story, Caller]) -> None:
    """VAT as one block, the result in equity, both sides alike, and nothing a year before."""
    story, office = told
    paid, owed = story.tax
    found = layout(office, type="bilanz", **YEAR)
    at = story.chart is Chart.AT_EKR
    bank, debt = 10407.0 + owed - paid, float(owed - paid)
    land = "AT" if at else "DE"
    software = "A.I.1" if at else "A.I.2"
    result = "A.IV" if at else "A.V"

    assert amounts(found) == {
        f"{land}.BA": 4000.0 + bank,
        f"{land}.BA.A": 4000.0,
        f"{land}.BA.A.I": 4000.0,
        f"{land}.BA.{software}": 4000.0,
        f"{land}.BA.B": bank,
        f"{land}.BA.B.IV": bank,
        f"{land}.BP": 14407.0 + debt,
        f"{land}.BP.A": 14407.0,
        f"{land}.BP.A.I": 15000.0,
        f"{land}.BP.{result}": -593.0,
        f"{land}.BP.C": debt,
        f"{land}.BP.C.8": debt,
        f"{land}.BP.C.8.a": debt,
    }
    tax = next(line for line in found["lines"] if line["code"] == f"{land}.BP.C.8.a")
    assert [(a["number"], a["amount"], a["switched"]) for a in tax["accounts"]] == [
        (story.input_vat, -paid, True),
        (story.output_vat, owed, False),
    ]
    assert (tax["number"], tax["level"]) == ("C.8.a", 3)
    assert found["checks"] == {
        "assets": 14407.0 + debt,
        "equity_and_liabilities": 14407.0 + debt,
        "difference": 0.0,
        "result": -593.0,
        "result_difference": 0.0,
        "statistical": 0.0,
        "unassigned": 0.0,
        "unassigned_accounts": [],
        "opened_twice": [],
        "is_clean": True,
    }
    assert amounts(found, "prior_year_amount") == {}


def test_the_law_lays_profit_and_loss_out(told: tuple[Story, Caller]) -> None:
    """Total-cost format: costs positive by item, negative in totals."""
    story, office = told
    found = amounts(layout(office, type="guv", **YEAR))

    if story.chart is Chart.AT_EKR:
        assert found == {
            "AT.PL.01": 500.0,
            "AT.PL.07": -1000.0,
            "AT.PL.07a": 1000.0,
            "AT.PL.08": -100.0,
            "AT.PL.08b": 100.0,
            "AT.PL.09": -600.0,
            "AT.PL.12": 7.0,
            "AT.PL.16": 7.0,
            "AT.PL.17": -593.0,
            "AT.PL.19": -593.0,
            "AT.PL.21": -593.0,
            "AT.PL.26": -593.0,
        }
    else:
        assert found == {
            "DE.PL.01": 500.0,
            "DE.PL.07": -1000.0,
            "DE.PL.07a": 1000.0,
            "DE.PL.08": 100.0,
            "DE.PL.11": 7.0,
            "DE.PL.15": -593.0,
            "DE.PL.17": -593.0,
        }


def test_the_year_before_stands_beside_the_year(told: tuple[Story, Caller]) -> None:
    """The same days a year before; what it earned is carried into the year after."""
    story, office = told
    land = story.chart.country
    carried, result = ("A.IV.1", "PL.21") if land == "AT" else ("A.IV", "PL.17")
    days = {"startDate": "2027-01-01", "endDate": "2027-12-31"}
    lines = {line["code"]: line for line in layout(office, type="bilanz", **days)["lines"]}
    after = lines[f"{land}.BP.{carried}"]

    assert (after["amount"], after["prior_year_amount"]) == (-593.0, 0.0)
    assert after["accounts"][0]["name"] == "Ergebnisvortrag"
    assert lines[f"{land}.BA"]["amount"] == lines[f"{land}.BA"]["prior_year_amount"]
    guv = {line["code"]: line for line in layout(office, type="guv", **days)["lines"]}
    assert guv[f"{land}.{result}"]["amount"] == 0.0
    assert guv[f"{land}.{result}"]["prior_year_amount"] == -593.0


def test_management_sees_month_and_year(told: tuple[Story, Caller]) -> None:
    """BWA: the month in which the range ends, and the fiscal year up to it."""
    _, office = told
    found = layout(office, type="bwa", endDate="2026-03-31")["management_lines"]

    assert {line["key"]: (line["amount"], line["year_to_date"]) for line in found} == {
        "revenue": (0.0, 500.0),
        "material_expense": (0.0, 0.0),
        "gross_profit": (0.0, 500.0),
        "other_income": (0.0, 0.0),
        "personnel_expense": (0.0, 0.0),
        "depreciation": (0.0, 0.0),
        "other_opex": (0.0, 100.0),
        "operating_result": (0.0, 400.0),
        "interest_income": (7.0, 7.0),
        "interest_expense": (0.0, 0.0),
        "financial_result": (7.0, 7.0),
        "taxes": (0.0, 0.0),
        "result": (7.0, 407.0),
    }
    assert short(rows(office, type="bwa", **YEAR), "report_group", "balance") == {
        "Umsatzerlöse": ("revenue", -500.0),
        "Abschreibungen": ("depreciation", 1000.0),
        "Sonstige betriebliche Aufwendungen": ("other_opex", 100.0),
        "Zinserträge und ähnliche Erträge": ("interest_income", -7.0),
    }


def test_a_fiscal_year_may_begin_in_july(http: TestClient, database: Database) -> None:
    """The result begins anew in July; what June left stands in a row of its own."""
    office = caller(http, another_tenant(database, fiscal_year_start=7))
    move(office, "2026-06-30", "6815", "2800", 40)
    move(office, "2026-06-30", "7000", "0100", 60, adjustment_period=13)
    move(office, "2026-07-01", "6815", "2800", 5)

    found = rows(office, type="susa", startDate="2026-08-01", endDate="2026-08-31")
    assert short(found, "opening_balance", "closing_balance") == {
        "0100": (-60.0, -60.0),
        "2800": (-45.0, -45.0),
        "6815": (5.0, 5.0),
        "Ergebnisvortrag": (100.0, 100.0),
    }
    june = {"startDate": "2026-06-01", "endDate": "2026-06-30"}
    assert short(rows(office, type="guv", **june), "balance") == {"6815": (40.0,), "7000": (60.0,)}
    by_default = office.get(PATH, type="guv", endDate="2026-07-01")
    assert by_default.headers["X-Report-Range"] == "2026-07-01/2026-07-01"
    assert short(by_default.json(), "balance") == {"6815": (5.0,)}


def test_as_of_gives_what_the_books_knew(office: Caller) -> None:
    """What is posted or reversed later, even on days before, is not seen."""
    march = {"startDate": "2026-03-01", "endDate": "2026-03-31"}
    first = move(office, "2026-03-02", "6815", "2800", 100)
    then = datetime.now(UTC).isoformat()
    move(office, "2026-03-03", "6815", "2800", 20)
    reverse(office, first)

    now = short(rows(office, type="guv", **march), "debit_total", "credit_total")
    assert now == {"6815": (120.0, 100.0)}
    answer = office.get(PATH, type="guv", as_of=then, **march)
    assert short(answer.json(), "debit_total", "credit_total") == {"6815": (100.0, 0.0)}
    assert answer.headers["X-Report-Last-Entry"] == "1"
    assert layout(office, type="guv", as_of=then, **march)["made_of"]["last_entry"] == 1
    assert rows(office, type="guv", as_of="2025-12-31", **march) == []
    month = datetime.now(UTC).strftime("%Y-%m")
    assert {row["month"] for row in months(office, as_of=then)} >= {month}


def test_the_reversal_of_an_opening_is_no_movement(office: Caller) -> None:
    """It takes the opening back: nothing was paid or earned."""
    opened(office, "2026-01-01", ("2800", 50, 0), ("9000", 0, 50))
    entry = office.get("/v1/journal").json()["entries"][0]
    then = datetime.now(UTC).isoformat()
    reverse(office, entry["intent_id"])

    first_days = {"startDate": "2026-01-01", "endDate": "2026-01-05"}
    for days in (YEAR, first_days):
        assert rows(office, type="susa", **days) == []
        known = rows(office, type="susa", as_of=then, **days)
        assert short(known, "opening_balance", "debit_total", "credit_total") == {
            "2800": (50.0, 0.0, 0.0),
            "9000": (-50.0, 0.0, 0.0),
        }


def test_customers_change_sides_one_by_one(
    office: Caller, database: Database, tenant: Tenant
) -> None:
    """One owes 300, another is owed 50: both sides show it. An overdraft is a loan."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        for debit, credit, amount, partner in (
            ("2000", "4000", "300", UUID(int=1)),
            ("2800", "2000", "50", UUID(int=2)),
            ("6815", "2800", "80", None),
        ):
            book(
                session,
                Booking(
                    intent_id=uuid4(),
                    booking_date=date(2026, 5, 4),
                    description="",
                    lines=(
                        Line(debit, Side.DEBIT, Decimal(amount), partner_id=partner),
                        Line(credit, Side.CREDIT, Decimal(amount), partner_id=partner),
                    ),
                    source="booking",
                ),
            )
    found = layout(office, type="bilanz", **YEAR)

    assert amounts(found)["AT.BA.B.II.1"] == 300.0
    assert amounts(found)["AT.BP.C.3"] == 50.0
    assert amounts(found)["AT.BP.C.2"] == 30.0
    assert found["checks"]["is_clean"]


def test_what_stands_nowhere_is_never_clean(office: Caller) -> None:
    """A balance left on a clearing account of the charts shows in the checks."""
    move(office, "2026-03-02", "9800", "2800", 10)
    found = layout(office, type="bilanz", **YEAR)["checks"]

    assert (found["statistical"], found["difference"]) == (10.0, -10.0)
    assert found["is_clean"] is False


def test_books_that_run_on_are_not_opened_anew(office: Caller) -> None:
    """What a year left and an opening repeats counts twice: the checks name the account."""
    move(office, "2025-06-02", "2800", "9000", 100)
    opened(office, "2026-01-01", ("2800", 100, 0), ("2700", 5, 0), ("9000", 0, 105))
    opening = office.get("/v1/journal").json()["entries"][0]["intent_id"]

    assert layout(office, type="bilanz", endDate="2025-12-31")["checks"]["is_clean"]
    for end in ("2026-02-28", "2027-02-28"):
        found = layout(office, type="bilanz", endDate=end)["checks"]
        assert (found["assets"], found["difference"]) == (205.0, 0.0)
        assert (found["opened_twice"], found["is_clean"]) == (["2800", "9000"], False)
    then = datetime.now(UTC).isoformat()
    reverse(office, opening)
    assert layout(office, type="bilanz", endDate="2026-02-28")["checks"]["is_clean"]
    known = layout(office, type="bilanz", endDate="2026-02-28", as_of=then)["checks"]
    assert known["opened_twice"] == ["2800", "9000"]


def months(office: Caller, **query: Any) -> Rows:
    """Revenue and expenses by month."""
    answer = office.get(f"{PATH}/monthly-revenue-expenses", **query)
    assert answer.status_code == 200, answer.text
    found: Rows = answer.json()
    return found


def test_twelve_months_up_to_the_current_one(office: Caller) -> None:
    """Oldest first, zeros included; sales and costs of this month count, opening does not."""
    today = local_day(datetime.now(UTC), "AT")
    move(office, today.isoformat(), "2800", "4000", 250)
    move(office, today.isoformat(), "6815", "2800", 100)
    found = months(office)

    assert [row["month"] for row in found] == last_months(today)
    assert found[-1] == {
        "month": month_of(today),
        "revenue": 250.0,
        "expenses": 100.0,
        "result": 150.0,
    }
    assert {(row["revenue"], row["expenses"], row["result"]) for row in found[:-1]} == {(0, 0, 0)}
    assert months(office, as_of="2025-01-31")[-1]["month"] == "2025-01"


def test_a_figure_leads_to_its_rows(office: Caller) -> None:
    """Newest first, page by page, each with what it brings to the figure."""
    for day in ("2026-03-02", "2026-03-03", "2026-04-01"):
        move(office, day, "6815", "2800", 10)
    march = {"startDate": "2026-03-01", "endDate": "2026-03-31"}
    asked = {"type": "guv", "line": "AT.PL.08", "limit": 1, **march}
    first = office.get(f"{PATH}/entries", **asked).json()
    second = office.get(f"{PATH}/entries", before=first["next_before"], **asked).json()

    assert (first["amount"], first["sign"]) == (-20.0, -1)
    found = [entry for page in (first, second) for entry in page["entries"]]
    assert [(each["journal_number"], each["debit"], each["credit"]) for each in found] == [
        (2, 10.0, 0.0),
        (1, 10.0, 0.0),
    ]
    assert found[0]["booking_date"] == "2026-03-03"
    last = office.get(f"{PATH}/entries", before=second["next_before"], **asked).json()
    assert (last["entries"], last["next_before"]) == ([], None)


@pytest.mark.parametrize("kind", ["susa", "guv", "bilanz", "bwa"])
def test_empty_books_report_nothing(office: Caller, kind: str) -> None:
    """Without a posting there is no row, and that is no error."""
    assert rows(office, type=kind, **YEAR) == []
    assert rows(office, type=kind) == []
    if kind != "susa":
        found = layout(office, type=kind, **YEAR)
        assert amounts(found) == {}
        assert found["checks"] is None or found["checks"]["is_clean"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({}, "query/type"),
        ({"type": "cashbook"}, "query/type"),
        ({"type": "susa", "startDate": "01.03.2026"}, "query/startDate"),
        ({"type": "susa", "startDate": "2026-02-02", "endDate": "2026-02-01"}, "query/endDate"),
        ({"type": "susa", "endDate": "0001-01-01"}, "query/endDate"),
        ({"type": "susa", "startDate": "0001-01-01"}, "query/startDate"),
        ({"type": "susa", "endDate": "9999-12-31"}, "query/endDate"),
        ({"type": "susa", "as_of": "yesterday"}, "query/as_of"),
        ({"type": "susa", "as_of": "2026-02-30"}, "query/as_of"),
        ({"type": "susa", "as_of": "2026-02-03T10:00:00"}, "query/as_of"),
        ({"type": "susa", "as_of": "0001-01-01"}, "query/as_of"),
        ({"type": "susa", "as_of": "9999-12-31"}, "query/as_of"),
    ],
)
def test_a_wrong_question_is_named(office: Caller, query: dict[str, str], pointer: str) -> None:
    """INVALID_INPUT at the parameter."""
    for path in ("", "/layout"):
        answer = office.get(PATH + path, **query)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (400, "INVALID_INPUT"), answer.text
        assert pointer in [each["pointer"] for each in problem["errors"]]
        query = {**query, "type": "guv"} if query.get("type") == "susa" else query


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"line": "6815"}, 400),
        ({"type": "susa"}, 400),
        ({"type": "susa", "line": "6815", "limit": 0}, 400),
        ({"type": "susa", "line": "6815", "limit": 1001}, 400),
        ({"type": "susa", "line": "6815", "before": 0}, 400),
        ({"type": "susa", "line": "99999"}, 404),
        ({"type": "guv", "line": "AT.PL.99"}, 404),
    ],
)
def test_a_line_that_is_not_there(office: Caller, query: dict[str, Any], status: int) -> None:
    """Limits are kept, unknown lines are not found."""
    answer = office.get(f"{PATH}/entries", **query)
    codes = {400: "INVALID_INPUT", 404: "NOT_FOUND"}
    assert (answer.status_code, answer.json()["code"]) == (status, codes[status]), answer.text


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("", {"type": "susa"}),
        ("/layout", {"type": "guv"}),
        ("/entries", {"type": "susa", "line": "2800"}),
        ("/monthly-revenue-expenses", {}),
    ],
)
def test_reports_need_their_scope(
    http: TestClient, database: Database, tenant: Tenant, path: str, query: dict[str, str]
) -> None:
    """`auswertungen:read`, and nothing else, opens them."""
    reader = with_scopes(http, database, tenant, "auswertungen:read")
    assert reader.get(PATH + path, **query).is_success
    refused = with_scopes(http, database, tenant, "journal:read").get(PATH + path, **query)
    assert (refused.status_code, refused.json()["code"]) == (403, "INSUFFICIENT_SCOPE")
    assert http.get(PATH + path, params=query).status_code == 401


def test_another_company_sees_nothing_of_it(
    http: TestClient, database: Database, office: Caller
) -> None:
    """Neither rows nor lines nor entries."""
    move(office, "2026-03-02", "6815", "2800", 100)
    other = caller(http, another_tenant(database))

    assert rows(other, type="susa", **YEAR) == []
    assert amounts(layout(other, type="guv", **YEAR)) == {}
    found = other.get(f"{PATH}/entries", type="susa", line="6815", **YEAR).json()
    assert (found["amount"], found["entries"]) == (0.0, [])
    assert {row["expenses"] for row in months(other)} == {0.0}


def test_the_recapitulative_statement_is_by_vat_id(office: Caller) -> None:
    """With the letter of the kind; who has no VAT id is told, and an earlier month corrected."""
    known = {"name": "Roma S.p.A.", "vat_id": "IT00743110157"}
    rome, nobody = (
        office.post("/v1/customers", body).json()["id"] for body in (known, {"name": "Ohne UID"})
    )
    for whose, day, amount in ((rome, "2026-03-02", "100.40"), (nobody, "2026-03-03", "9.00")):
        lines = [
            {"account_number": "2000", "debit": amount, "credit": 0, "partner_id": whose},
            {"account_number": "4000", "debit": 0, "credit": amount, "tax_code": "UST0-IGL"},
        ]
        made = office.post("/v1/bookings", booking(booking_date=day, lines=lines))
        assert made.status_code == 201, made.text

    asked = {"type": "zm", "startDate": "2026-03-01", "endDate": "2026-03-31"}
    found = office.get(PATH, **asked).json()

    assert (found["first_day"], found["is_complete"], found["later"]) == ("2026-03-01", False, 0)
    assert found["lines"] == [
        {
            "country": "IT", "vat_id": "IT00743110157", "kind": "goods", "letter": "L",
            "base": 100, "booked": 100.4, "line": "IT00743110157.L",
        }
    ]  # fmt: skip
    assert found["corrections"] == []
    (lacking,) = found["unstated"]
    assert (lacking["customer_id"], lacking["reason"]) == (nobody, "no_vat_id")
    office.post("/v1/journal/reverse", {"intent_id": made.json()["intent_id"]})
    whole = asked | {"endDate": f"{datetime.now(UTC).date():%Y}-12-31"}
    assert office.get(PATH, **whole).json()["is_complete"]


def test_what_a_statement_said_when_it_was_sent_is_kept(office: Caller) -> None:
    """With what its lines are made of; what was booked since is told as changed."""
    rome = office.post("/v1/customers", {"name": "Roma", "vat_id": "IT00743110157"}).json()["id"]

    def supply(amount: str) -> str:
        lines = [
            {"account_number": "2000", "debit": amount, "credit": 0, "partner_id": rome},
            {"account_number": "4000", "debit": 0, "credit": amount, "tax_code": "UST0-IGL"},
        ]
        made = office.post("/v1/bookings", booking(booking_date="2026-03-02", lines=lines))
        assert made.status_code == 201, made.text
        return str(made.json()["intent_id"])

    first = supply("100.40")
    march = {"first_day": "2026-03-01", "last_day": "2026-03-31"}
    days = {"startDate": "2026-03-01", "endDate": "2026-03-31"}
    door = f"{PATH}/zm/sent"
    assert office.get(f"{door}/last", **days).status_code == 404

    sent = office.post(door, march)

    assert sent.status_code == 201, sent.text
    line = {"vat_id": "IT00743110157", "kind": "goods", "period": None, "base": 100}
    assert sent.json()["lines"] == [line]
    assert office.get(door).json() == [sent.json()]
    assert office.get(f"{door}/last", **days).json()["changed"] == []
    second = supply("50.00")
    told = office.get(f"{door}/last", **days).json()
    assert told["changed"] == [{**line, "now": 150}]
    behind = office.get(f"{PATH}/zm/supplies", line="IT00743110157.L", **days).json()
    assert {(each["intent_id"], each["base"]) for each in behind} == {(first, 100.4), (second, 50)}
    for none in ("IT00743110157.S", "x"):
        assert office.get(f"{PATH}/zm/supplies", line=none, **days).status_code == 404
    for wrong in (
        {"last_day": "2026-03-30"},
        {"last_day": "2026-04-30"},
        {"last_day": "2999-12-31"},
    ):
        assert office.post(door, march | wrong).status_code == 400
    assert (
        office.post(door, {"first_day": "2026-01-01", "last_day": "2026-03-31"}).status_code == 201
    )
