"""Two small companies whose books hold what reports stumble over, every figure worked out by hand.

Their fiscal year begins in July; the one before ended with a loss, in its adjustment periods too.
"""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from domain.database.session import write_session
from domain.ledger.booking import Booking, Line
from domain.ledger.chart import Chart
from domain.ledger.intent import OpenItemTerms, Side
from domain.payables import vendor_store
from domain.payables.partner import Vendor
from domain.posting import store as journal
from tests import datev_reader
from tests.api.callers import Caller, booking, caller
from tests.builders import Tenant, another_tenant
from tests.servers import Database

PATH = "/v1/reports"
QUARTER = {"startDate": "2026-07-01", "endDate": "2026-09-30"}
EVER = {"startDate": "2025-07-01", "endDate": "2999-12-31"}
DOLLARS = {"currency": "USD", "rate": 1.1, "rate_date": "2026-09-11", "rate_source": "ECB"}


def month(number: int) -> dict[str, str]:
    """A month of 2026, as it is asked for."""
    days = {7: 31, 8: 31, 9: 30}
    return {"startDate": f"2026-{number:02d}-01", "endDate": f"2026-{number:02d}-{days[number]}"}


def post(office: Caller, day: str, *lines: str, **more: Any) -> str:
    """Book lines such as `6815 VST20 120.00`; what is below zero stands in credit."""
    answer = office.post(
        "/v1/bookings", booking(booking_date=day, lines=list(_lines(lines)), **more)
    )
    assert answer.status_code == 201, answer.text
    intent_id: str = answer.json()["intent_id"]
    return intent_id


def _lines(lines: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for line in lines:
        number, *code, amount = line.split()
        value = float(amount)
        sides = {"debit": max(value, 0), "credit": max(-value, 0)}
        yield {"account_number": number, "tax_code": code[0] if code else None, **sides}


def opened(office: Caller, *lines: str) -> None:
    """Book opening balances as the books begin."""
    balances = [{**line, "account_name": ""} for line in _lines(lines)]
    for each in balances:
        del each["tax_code"]
    answer = office.post(
        "/v1/bookings/opening-balances", {"booking_date": "2025-07-01", "balances": balances}
    )
    assert answer.status_code == 200, answer.text


def reverse(office: Caller, intent_id: str, mode: str) -> None:
    """Take an intent back, where it was booked or today."""
    told = {"intent_id": intent_id, "posting_mode": mode}
    assert office.post("/v1/journal/reverse", told).status_code in {200, 201}


def report(office: Caller, kind: str, path: str = "", **query: Any) -> Any:
    """A report."""
    answer = office.get(PATH + path, type=kind, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def balances(found: list[dict[str, Any]], field: str = "balance") -> dict[str, Any]:
    """A figure of each row by number or name, without those that are nothing."""
    return {row["number"] or row["name"]: row[field] for row in found if row[field]}


def lines(office: Caller, kind: str, field: str = "amount", **query: Any) -> dict[str, Any]:
    """Lines of a layout that are not nothing, by code; the layout is clean."""
    found = report(office, kind, "/layout", **query)
    assert found["checks"]["is_clean"], found["checks"]
    return {line["code"]: line[field] for line in found["lines"] if line[field]}


def boxes(office: Caller, number: int) -> dict[str, Any]:
    """Boxes of a month that are not nothing."""
    found = report(office, "vat_return", **month(number))
    assert found["reconciliation"]["is_reconciled"], found["reconciliation"]
    return {box["box"]: box["amount"] for box in found["boxes"] if box["amount"]}


@pytest.fixture(scope="module")
def alpine(http: TestClient, database: Database) -> Caller:
    """Open an Austrian company and let everything happen to it."""
    office = caller(http, another_tenant(database, Chart.AT_EKR, fiscal_year_start=7))
    opened(
        office,
        *("0400 12000", "2800 5000", "2000 600", "3300 -1200", "9000 -20000", "9880 3600"),
    )
    post(office, "2025-08-10", "2000 2399.99", "4000 UST20 -2399.99", external_reference="AR 1")
    post(office, "2025-09-05", "5000 VST20 1199.99", "3300 -1199.99")
    post(office, "2026-01-15", "6210 3000", "2800 -3000")
    post(office, "2026-06-30", "7010 2000", "0400 -2000", adjustment_period=13)
    post(office, "2026-06-30", "8410 500", "3560 -500", adjustment_period=14)
    _july(office)
    post(office, "2026-08-02", "4000 UST20 240", "2000 -240")
    post(office, "2026-08-03", "6815 VST20 60", "2800 -60")
    owed = ("3500 2081.40", "3511 300.01", "3510 160.01")
    post(
        office,
        "2026-08-15",
        *(*owed, "2500 -100", "2511 -300.01", "2510 -160.01", "3520 -1981.40"),
    )
    post(office, "2026-09-03", "2800 1200", "4000 UST20 -1200")
    post(office, "2026-09-10", "4400 UST20 24", "2000 -24")
    post(office, "2026-09-11", "6840 VST20 120", "3300 -120", fx={**DOLLARS, "amount": 132})
    post(office, "2026-09-15", "3520 1981.40", "2800 -1981.40")
    post(office, "2026-09-20", "3300 120", "2800 -115", "4860 -5")
    return office


def _july(office: Caller) -> None:
    """Sell at every rate and to everyone, buy from everywhere, and take one purchase back."""
    for day, bought, sold in (
        ("03", "2000 12000", "4000 UST20 -12000"),
        ("05", "2800 110.05", "4010 UST10 -110.05"),
        ("06", "2800 56.49", "4020 UST13 -56.49"),
        ("07", "2800 104.90", "4030 UST4-9 -104.90"),
        ("08", "2001 5000", "4100 UST0-IGL -5000"),
        ("09", "2000 4000", "4080 UST0-RC -4000"),
        ("10", "2001 2500", "4110 UST0-EUSVC -2500"),
        ("11", "2800 3000", "4200 UST0-EXPORT -3000"),
        ("12", "5050 VST-IGE20 1500.03", "3300 -1500.03"),
        ("13", "6841 VST-RC20 800.07", "3300 -800.07"),
        ("14", "6815 VST20 600", "2800 -600"),
        ("15", "9650 120", "4870 EV20 -120"),
        ("20", "2000 240", "4000 UST20 -240"),
    ):
        post(office, f"2026-07-{day}", bought, sold)
    wrong = post(office, "2026-07-21", "6815 VST20 1200", "2800 -1200")
    reverse(office, wrong, "original_period")


def test_the_austrian_return_of_a_month_of_everything(alpine: Caller) -> None:
    """000 + 001 - 021 - 011 - 017 = 022 + 124 + 029 + 006; 10.005 is rounded up by the form."""
    assert boxes(alpine, 7) == {
        "000": 22450.04,  # 10,200 + 100.05 + 49.99 + 100 + 5,000 + 4,000 + 3,000
        "001": 100.0,
        "021": 4000.0,
        "011": 3000.0,
        "017": 5000.0,
        "022": 10300.0,
        "124": 100.0,
        "029": 100.05,
        "006": 49.99,
        "057": 160.01,
        "070": 1500.03,
        "072": 1500.03,
        "060": 100.0,
        "065": 300.01,
        "066": 160.01,
        "095": 1981.41,  # 2,060 + 4.90 + 10.01 + 6.50 - 100
    }
    found = report(alpine, "vat_return", **month(7))
    agreed = found["reconciliation"]
    assert (agreed["ledger"], agreed["rounding"]) == (1981.4, -0.01)
    assert [(each["kind"], each["base"]) for each in found["zm"]] == [
        ("goods", 5000.0),
        ("services", 2500.0),
    ]


def test_a_month_of_credit_notes_is_corrected_in_090(alpine: Caller) -> None:
    """Nothing below zero but the correction and the result; the settlement is no tax."""
    assert boxes(alpine, 8) == {"060": 10.0, "090": -40.0, "095": -50.0}
    agreed = report(alpine, "vat_return", **month(8))["reconciliation"]
    assert (agreed["transfers"], agreed["rounding"]) == (-1981.4, 0.0)


def test_a_discount_lowers_the_supplies_of_its_month(alpine: Caller) -> None:
    """1,000.00 less 20.00."""
    assert boxes(alpine, 9) == {"000": 980.0, "022": 980.0, "060": 20.0, "095": 176.0}


SUSA = {  # opening, debit, credit, closing
    "0400": (10000.0, 0.0, 0.0, 10000.0),
    "2000": (2999.99, 16240.0, 264.0, 18975.99),
    "2001": (0.0, 7500.0, 0.0, 7500.0),
    "2500": (200.0, 330.0, 300.0, 230.0),
    "2510": (0.0, 160.01, 160.01, 0.0),
    "2511": (0.0, 300.01, 300.01, 0.0),
    "2800": (2000.0, 5671.44, 3956.4, 3715.04),
    "3300": (-2399.99, 120.0, 2420.1, -4700.09),
    "3500": (-400.0, 2125.4, 2281.4, -556.0),
    "3510": (0.0, 160.01, 160.01, 0.0),
    "3511": (0.0, 300.01, 300.01, 0.0),
    "3520": (0.0, 1981.4, 1981.4, 0.0),
    "3560": (-500.0, 0.0, 0.0, -500.0),
    "4000": (0.0, 200.0, 11200.0, -11000.0),
    "4010": (0.0, 0.0, 100.05, -100.05),
    "4020": (0.0, 0.0, 49.99, -49.99),
    "4030": (0.0, 0.0, 100.0, -100.0),
    "4080": (0.0, 0.0, 4000.0, -4000.0),
    "4100": (0.0, 0.0, 5000.0, -5000.0),
    "4110": (0.0, 0.0, 2500.0, -2500.0),
    "4200": (0.0, 0.0, 3000.0, -3000.0),
    "4400": (0.0, 20.0, 0.0, 20.0),
    "4860": (0.0, 0.0, 5.0, -5.0),
    "4870": (0.0, 0.0, 100.0, -100.0),
    "5050": (0.0, 1500.03, 0.0, 1500.03),
    "6815": (0.0, 1550.0, 1000.0, 550.0),
    "6840": (0.0, 100.0, 0.0, 100.0),
    "6841": (0.0, 800.07, 0.0, 800.07),
    "9000": (-20000.0, 0.0, 0.0, -20000.0),
    "9650": (0.0, 120.0, 0.0, 120.0),
    "9880": (3600.0, 0.0, 0.0, 3600.0),
    "Ergebnisvortrag": (4500.0, 0.0, 0.0, 4500.0),  # 1,000.00 earned, 5,500.00 spent
}


def test_the_austrian_trial_balance(alpine: Caller) -> None:
    """The loss of the year before stands by itself, beside the loss that was opened."""
    fields = ("opening_balance", "debit_total", "credit_total", "closing_balance")
    found = report(alpine, "susa", **QUARTER)

    assert {
        row["number"] or row["name"]: tuple(row[each] for each in fields) for row in found
    } == SUSA
    assert balances(report(alpine, "guv", **QUARTER)) == {
        number: closing for number, (*_, closing) in SUSA.items() if "4000" <= number < "9000"
    }


def test_the_austrian_balance_sheet(alpine: Caller) -> None:
    """VAT is one debt, customers one claim, and both losses stand before the profit."""
    assert lines(alpine, "bilanz", **QUARTER) == {
        "AT.BA": 40191.03,
        "AT.BA.A": 10000.0,
        "AT.BA.A.II": 10000.0,
        "AT.BA.A.II.2": 10000.0,
        "AT.BA.B": 30191.03,
        "AT.BA.B.II": 26475.99,
        "AT.BA.B.II.1": 26475.99,
        "AT.BA.B.IV": 3715.04,
        "AT.BP": 40191.03,
        "AT.BP.A": 34664.94,
        "AT.BP.A.I": 20000.0,
        "AT.BP.A.IV": 14784.94,  # 22,884.94 - 8,100.00
        "AT.BP.A.IV.1": -8100.0,
        "AT.BP.A.P": -120.0,
        "AT.BP.C": 5526.09,
        "AT.BP.C.4": 4700.09,
        "AT.BP.C.8": 826.0,
        "AT.BP.C.8.a": 826.0,  # 556.00 - 230.00 + 500.00
    }
    before = lines(alpine, "bilanz", "prior_year_amount", **QUARTER)
    assert before["AT.BA"] == before["AT.BP"] == 19999.99
    assert (before["AT.BP.A.IV"], before["AT.BP.C.8.a"]) == (-2600.0, 200.0)


def test_the_austrian_profit_and_loss(alpine: Caller) -> None:
    """Own use is turnover, discounts lower it, a gain of exchange is other income."""
    assert lines(alpine, "guv", **QUARTER) == {
        "AT.PL.01": 25830.04,
        "AT.PL.04": 5.0,
        "AT.PL.04c": 5.0,
        "AT.PL.05": -1500.03,
        "AT.PL.05a": 1500.03,
        "AT.PL.08": -1450.07,
        "AT.PL.08b": 1450.07,
        "AT.PL.09": 22884.94,
        "AT.PL.17": 22884.94,
        "AT.PL.19": 22884.94,
        "AT.PL.21": 22884.94,
        "AT.PL.25": -8100.0,
        "AT.PL.26": 14784.94,
    }


def test_the_austrian_year_of_losses(alpine: Caller) -> None:
    """P13 and P14 belong to June; what the range leaves out is carried."""
    year = {"startDate": "2025-07-01", "endDate": "2026-06-30"}
    found = lines(alpine, "guv", **year)
    assert (found["AT.PL.07"], found["AT.PL.18"], found["AT.PL.21"]) == (-2000.0, 500.0, -4500.0)
    june = balances(report(alpine, "bilanz", startDate="2026-06-01", endDate="2026-06-30"))
    assert (june["Periodenergebnis"], june["Ergebnisvortrag"]) == (2500.0, 2000.0)


def test_the_austrian_management_report(alpine: Caller) -> None:
    """September, and the year so far."""
    found = report(alpine, "bwa", "/layout", endDate="2026-09-30")["management_lines"]
    shown = {each["key"]: (each["amount"], each["year_to_date"]) for each in found}
    assert {key: each for key, each in shown.items() if any(each)} == {
        "revenue": (980.0, 25730.04),
        "material_expense": (0.0, 1500.03),
        "gross_profit": (980.0, 24230.01),
        "other_income": (5.0, 105.0),
        "other_opex": (100.0, 1450.07),
        "operating_result": (885.0, 22884.94),
        "result": (885.0, 22884.94),
    }


def test_austrian_claims_and_debts_by_age(alpine: Caller) -> None:
    """Each day as it was then: 61 days from 12 July, 60 from 13 July."""
    claims = report(alpine, "open_items_receivable", **QUARTER)
    assert {key: value for key, value in claims["ageing"].items() if value} == {
        "total": 26475.99,
        "overdue_over_180": 2999.99,
        "overdue_61_90": 23740.0,
        "overdue_31_60": -240.0,
        "overdue_1_30": -24.0,
    }
    debts = report(alpine, "open_items_payable", startDate="2026-07-01", endDate="2026-09-11")
    assert {key: value for key, value in debts["ageing"].items() if value} == {
        "total": 4820.09,
        "overdue_over_180": 2399.99,
        "overdue_61_90": 1500.03,
        "overdue_31_60": 800.07,
        "not_due": 120.0,
        "due_in_7": 120.0,
    }
    assert claims["is_reconciled"]
    assert debts["is_reconciled"]


def test_the_austrian_cash_flow(alpine: Caller) -> None:
    """What was taken back never flowed."""
    found = report(alpine, "cash_flow", **QUARTER)
    assert {
        line["line"]: (line["inflow"], line["outflow"])
        for line in found["lines"]
        if line["inflow"] or line["outflow"]
    } == {"customers": (4471.44, 0.0), "suppliers": (0.0, 775.0), "taxes": (0.0, 1981.4)}
    assert (found["opening"], found["change"], found["closing"]) == (2000.0, 1715.04, 3715.04)
    assert found["difference"] == 0.0


def test_the_books_as_they_were_when_the_first_year_was_done(alpine: Caller) -> None:
    """By number, by the instant of its posting and by day: later entries were not known yet."""
    newest = alpine.get("/v1/journal", endDate="2026-06-30", limit=1).json()["entries"][0]
    number = str(newest["journal_number"])
    then = alpine.get(PATH, type="bilanz", **QUARTER, as_of=number)
    instant = then.headers["X-Report-As-Of"]

    assert then.headers["X-Report-Last-Entry"] == number
    assert balances(then.json()) == {
        "0400": 10000.0,
        "2000": 2999.99,
        "2500": 200.0,
        "2800": 2000.0,
        "3300": -2399.99,
        "3500": -400.0,
        "3560": -500.0,
        "9000": -20000.0,
        "9880": 3600.0,
        "Ergebnisvortrag": 4500.0,
    }
    assert report(alpine, "bilanz", **QUARTER, as_of=instant) == then.json()
    assert report(alpine, "guv", **QUARTER, as_of=number) == []
    assert report(alpine, "vat_return", **QUARTER, as_of=number)["result"] == 0
    claims = report(alpine, "open_items_receivable", **QUARTER, as_of=number)
    assert (claims["ageing"]["total"], claims["is_reconciled"]) == (2999.99, True)
    assert report(alpine, "susa", **QUARTER, as_of="2020-01-01") == []
    now = report(alpine, "susa", **QUARTER)
    assert report(alpine, "susa", **QUARTER, as_of="2999-12-31") == now


def test_months_lead_to_their_rows(alpine: Caller) -> None:
    """What the monthly figures are of, whenever they are asked for."""
    for name, revenue, expenses in (
        ("2026-06", 0.0, 2500.0),
        ("2026-07", 25050.04, 2800.1),
        ("2026-08", -200.0, 50.0),
        ("2026-09", 985.0, 100.0),
    ):
        for figure, amount in (("revenue", revenue), ("expenses", expenses)):
            assert drilled(alpine, "monthly", name, figure=figure) == amount


def drilled(office: Caller, kind: str, line: str, **query: Any) -> float:
    """A figure, once the rows that it leads to have been added up page by page."""
    asked = {"type": kind, "line": line, "limit": 3, **query}
    found = office.get(f"{PATH}/entries", **asked).json()
    page, rows = found, found["entries"]
    while page["next_before"]:
        page = office.get(f"{PATH}/entries", before=page["next_before"], **asked).json()
        rows += page["entries"]
    cents = sum(round(100 * row["debit"]) - round(100 * row["credit"]) for row in rows)
    assert found["sign"] * cents == round(100 * found["amount"]), (kind, line, query)
    amount: float = found["amount"]
    return amount


def figures(office: Caller) -> Iterator[tuple[str, str, dict[str, Any], float]]:
    """Report, line, figure and amount of everything that a quarter has to say."""
    for row in report(office, "susa", **QUARTER):
        line = row["number"] or row["name"]
        yield "susa", line, {"figure": "movement"}, row["balance"]
        yield "susa", line, {"figure": "opening"}, row["opening_balance"]
        yield "susa", line, {"figure": "closing"}, row["closing_balance"]
    for kind in ("guv", "bilanz"):
        for row in report(office, kind, **QUARTER):
            yield kind, row["number"] or row["name"], {}, row["balance"]
        for line in report(office, kind, "/layout", **QUARTER)["lines"]:
            yield kind, line["code"], {}, line["amount"]
    for line in report(office, "bwa", "/layout", **QUARTER)["management_lines"]:
        yield "bwa", line["key"], {}, line["amount"]
    for line in report(office, "cash_flow", **QUARTER)["lines"]:
        yield "cash_flow", line["line"], {}, line["net"]
    for box in report(office, "vat_return", **QUARTER)["boxes"]:
        yield "vat_return", box["box"], {}, box["booked"]


SKR03 = {
    "1800": "1200", "1200": "1400", "3300": "1600", "0440": "0210", "2900": "0800",
    "4400": "8400", "4300": "8300", "4200": "8200", "4125": "8125", "4336": "8336",
    "4337": "8337", "4736": "8736", "6815": "4930", "5200": "3200", "5425": "3425",
    "5923": "3123", "6220": "4830", "6020": "4120", "4840": "2660",
}  # fmt: skip
"""Accounts of SKR04 in SKR03."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Whoever keeps the books of a German company, told in SKR04 whatever its chart is."""

    office: Caller
    chart: Chart
    database: Database
    tenant: Tenant

    def number(self, account: str) -> str:
        """The account in the chart of the company."""
        return account if self.chart is Chart.DE_SKR04 else SKR03[account]

    def lines(self, *lines: str) -> list[str]:
        """Lines in the chart of the company."""
        return [" ".join((self.number(line.split()[0]), *line.split()[1:])) for line in lines]

    def post(self, day: str, *lines: str, **more: Any) -> str:
        """Book lines."""
        return post(self.office, day, *self.lines(*lines), **more)

    def owe(self, day: str, partner: UUID, *lines: str, **more: Any) -> UUID:
        """Book the invoice of a vendor."""
        bought = [
            Line(account, Side.DEBIT, Decimal(amount), code)
            for account, code, amount in (line.split() for line in self.lines(*lines))
        ]
        total = sum((line.amount for line in bought), Decimal())
        owed = Line(self.number("3300"), Side.CREDIT, total, partner_id=partner)
        told = {"description": "Rechnung „Übermaß“; 5 €", "source": "invoice", **more}
        day_of = date.fromisoformat(day)
        wanted = Booking(intent_id=uuid4(), booking_date=day_of, lines=(*bought, owed), **told)
        with write_session(self.database.engine, self.tenant.id, self.tenant.actor) as session:
            return journal.book(session, wanted).intent_id

    def vendor(self, name: str, vat_id: str) -> UUID:
        """Get to know a vendor."""
        with write_session(self.database.engine, self.tenant.id, self.tenant.actor) as session:
            return vendor_store.create(session, uuid4(), Vendor(name, vat_id=vat_id))


@pytest.fixture(scope="module", params=(Chart.DE_SKR03, Chart.DE_SKR04))
def german(request: pytest.FixtureRequest, http: TestClient, database: Database) -> Desk:
    """Open a German company and let everything happen to it."""
    tenant = another_tenant(database, request.param, fiscal_year_start=7)
    desk = Desk(caller(http, tenant), request.param, database, tenant)
    opening = desk.lines("0440 12000", "1800 5000", "1200 600", "3300 -1200", "2900 -16400")
    opened(desk.office, *opening)
    desk.post("2026-05-05", "1200 119.01", "4400 UST19 -119.01")
    desk.post("2026-06-30", "6220 2000", "0440 -2000", adjustment_period=13)
    desk.post("2026-06-30", "6020 500", "1800 -500", adjustment_period=14)
    desk.post("2026-07-03", "1200 12000.01", "4400 UST19 -12000.01", external_reference="AR 1")
    desk.post("2026-07-04", "1200 107.05", "4300 UST7 -107.05")
    desk.post("2026-07-05", "1200 200", "4200 UST19 -200")
    desk.post("2026-07-06", "1200 5000.55", "4125 UST0-IGL -5000.55")
    desk.post("2026-07-07", "1200 1500.99", "4336 UST0-EUSVC -1500.99")
    desk.post("2026-07-08", "1200 700.70", "4337 UST0-13B -700.70")
    _purchases(desk)
    wrong = desk.post("2026-07-13", "6815 VST19 119", "1800 -119")
    reverse(desk.office, wrong, "original_period")
    desk.post("2026-08-02", "4400 UST19 240.40", "1200 -240.40")
    desk.post("2026-08-10", "4736 UST19 23.80", "1200 -23.80")
    dollars = {**DOLLARS, "amount": 130.9}
    desk.post("2026-08-11", "6815 VST19 119", "1800 -119", fx=dollars)
    desk.post("2026-08-12", "3300 119", "1800 -115", "4840 -4", fx=dollars)
    return desk


def _purchases(desk: Desk) -> None:
    """Buy from each side of the border; the last invoice is taken back on the day it is."""
    vienna = desk.vendor("Wiener Papier GmbH", "ATU13585627")
    zurich = desk.vendor("Zürcher Papier AG", "CHE123456788")
    berlin = desk.vendor("Berliner Papier GmbH", "DE136695976")
    desk.owe("2026-07-09", vienna, "5425 VST-IGE19 1000.03", external_reference="ER 1/ä.ö")
    desk.owe("2026-07-10", vienna, "5923 VST-13B-EU19 500.07", external_reference="x" * 40)
    desk.owe("2026-07-11", zurich, "6815 VST-13B19 200.09", external_reference="ER 3")
    twice = desk.owe(
        "2026-07-12",
        berlin,
        *("6815 VST19 238.00", "5200 VST7 107.03"),
        external_reference="ER 4",
        terms=OpenItemTerms("ER 4", date(2026, 8, 11)),
    )
    reverse(desk.office, str(twice), "current_period")


def test_the_german_return_cuts_off_cents_and_keeps_them(german: Desk) -> None:
    """Bases in full euros, tax from them; 1,909.90 was booked."""
    assert boxes(german.office, 7) == {
        "81": 10252.0,  # 10,084.04 + 168.07
        "86": 100.0,
        "41": 5000.0,
        "21": 1500.0,
        "60": 700.0,
        "89": 1000.0,
        "46": 500.0,
        "47": 95.01,
        "84": 200.0,
        "85": 38.02,
        "66": 45.0,
        "61": 190.01,
        "67": 133.03,
        "83": 1909.87,  # 1,947.88 + 7.00 + 190.00 - 45.00 - 190.01
    }
    found = report(german.office, "vat_return", **month(7))
    assert (found["reconciliation"]["ledger"], found["reconciliation"]["rounding"]) == (
        1909.9,
        0.03,
    )
    assert {box["box"]: box["booked"] for box in found["boxes"]}["83"] == 1909.9


def test_german_credit_notes_stay_below_zero(german: Desk) -> None:
    """202.02 and a discount of 20.00 were given back; cents are cut off towards nothing."""
    assert boxes(german.office, 8) == {"81": -222.0, "66": 19.0, "83": -61.18}


def test_the_german_balance_sheet(german: Desk) -> None:
    """The loss that was never carried forward stands there, the result beside it."""
    assert lines(german.office, "bilanz", **QUARTER) == {
        "DE.BA": 34230.11,
        "DE.BA.A": 10000.0,
        "DE.BA.A.II": 10000.0,
        "DE.BA.A.II.2": 10000.0,
        "DE.BA.B": 24230.11,
        "DE.BA.B.II": 19964.11,
        "DE.BA.B.II.1": 19964.11,
        "DE.BA.B.IV": 4266.0,
        "DE.BP": 34230.11,
        "DE.BP.A": 29236.17,
        "DE.BP.A.I": 16400.0,
        "DE.BP.A.IV": -2399.99,
        "DE.BP.A.V": 15236.16,
        "DE.BP.C": 4993.94,
        "DE.BP.C.4": 3126.22,
        "DE.BP.C.8": 1867.72,
        "DE.BP.C.8.a": 1867.72,
    }
    assert lines(german.office, "guv", **QUARTER) == {
        "DE.PL.01": 17332.38,
        "DE.PL.04": 4.0,
        "DE.PL.05": -1600.13,
        "DE.PL.05a": 1100.06,
        "DE.PL.05b": 500.07,
        "DE.PL.08": 500.09,
        "DE.PL.15": 15236.16,
        "DE.PL.17": 15236.16,
    }


def test_every_figure_leads_to_its_rows(alpine: Caller, german: Desk) -> None:
    """Both companies, all reports, line by line."""
    for office in (alpine, german.office):
        for kind, line, figure, amount in figures(office):
            assert drilled(office, kind, line, **figure, **QUARTER) == amount, (kind, line)


def adviser(office: Caller, chart: Chart) -> tuple[dict[str, Decimal], list[dict[str, str]]]:
    """What the books of the adviser say after all batches, and the records of all."""
    answer = office.get(f"{PATH}/datev-export", **EVER)
    assert answer.status_code == 200, answer.text
    posted: defaultdict[str, Decimal] = defaultdict(Decimal)
    records: list[dict[str, str]] = []
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        for name in archive.namelist():
            batch = datev_reader.read(archive.read(name))
            records += batch.records
            for account, amount in datev_reader.balances(batch, chart).items():
                posted[account] += amount
    return {account: amount for account, amount in posted.items() if amount}, records


def ledger(office: Caller) -> dict[str, Decimal]:
    """Balance of every account since ever."""
    found = [row for kind in ("bilanz", "guv") for row in report(office, kind, **EVER)]
    return {
        row["number"]: Decimal(str(row["balance"]))
        for row in found
        if row["number"] and row["balance"]
    }


def test_the_adviser_ends_with_our_trial_balance(alpine: Caller, german: Desk) -> None:
    """Three fiscal years, two adjustment periods, reversals of both kinds."""
    assert adviser(alpine, Chart.AT_EKR)[0] == ledger(alpine)
    assert adviser(german.office, german.chart)[0] == ledger(german.office)


def test_the_adviser_finds_documents_partners_and_currencies(german: Desk) -> None:
    """One document number for an invoice and what takes it back; no VAT id of a stranger."""
    _, records = adviser(german.office, german.chart)
    shown = [
        (
            row["Belegfeld 1"],
            row["BU-Schlüssel"],
            row["EU-Land u. UStID (Bestimmung)"],
            row["Belegfeld 2"],
            row["Generalumkehr (GU)"],
        )
        for row in records
        if row["Gegenkonto (ohne BU-Schlüssel)"].startswith("700")
    ]
    assert shown == [
        ("ER-1/ae-oe", "", "ATU13585627", "", ""),
        ("x" * 27 + "-bd913ff6", "", "ATU13585627", "", ""),
        ("ER-3", "94", "", "", ""),
        ("ER-4", "9", "", "110826", ""),
        ("ER-4", "8", "", "110826", ""),
        ("ER-4", "9", "", "", "1"),
        ("ER-4", "8", "", "", "1"),
    ]
    foreign = [row for row in records if row["WKZ Umsatz"]]
    assert [(r["Umsatz (ohne Soll/Haben-Kz)"], r["Basis-Umsatz"], r["Kurs"]) for r in foreign] == [
        ("130,90", "119,00", "1,100000"),
        ("126,50", "115,00", "1,100000"),
        ("4,40", "4,00", "1,100000"),
    ]
