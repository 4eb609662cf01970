"""Documents whose entries, boxes and export were worked out by hand, from the e-mail to DATEV.

The figures are those of `tests/data/vat_treatment_examples.json`; the code that is tried here has
no part in them. Payables stand on the one account of the chart, whoever is owed (the examples tell
suppliers abroad apart: 3301, 3302).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.actor import Actor
from domain.ledger import tenant_store
from domain.ledger.chart import Chart
from tests import datev_reader
from tests.api.invoice_cases import BUYERS, a_vendor, booked, cases_of, changed
from tests.api.test_review_cases import accepted, blocking
from tests.builders import another_tenant
from tests.domain.tax.test_treatment import EXAMPLES
from tests.e2e.front_door import FrontDoor
from tests.e_invoice_writer import EInvoice, Item, Party
from tests.servers import Database

WORKED: Mapping[str, dict[str, Any]] = {each["id"]: each for each in EXAMPLES}
CHARTS = {"AT": Chart.AT_EKR, "DE": Chart.DE_SKR04}
PAYABLES = {"3301": "3300", "3302": "3300"}


@dataclass(frozen=True, slots=True)
class Example:
    """A document of a worked example, and what a person does to it before they approve it."""

    id: str
    country: str
    vat_id: str | None
    items: tuple[Item, ...]
    is_small: bool = False
    reason: str | None = None
    type_code: str = "380"
    supply_kind: str | None = None
    treatment: Mapping[str, object] | None = None

    @property
    def worked(self) -> dict[str, Any]:
        """Figures by hand."""
        return WORKED[self.id]

    @property
    def buyer(self) -> Party:
        """Who receives it."""
        return BUYERS[self.id[:2]]

    @property
    def seller(self) -> Party:
        """Who sends it; each example has its own."""
        return Party(f"Lieferant {self.id} GmbH", self.country, self.vat_id)

    @property
    def account(self) -> str:
        """Account that the vendor's invoices go to."""
        numbers = (str(number) for number, _, _ in self.worked["entries"])
        return next(number for number in numbers if not number.startswith("33"))


def _s(rate: str, *parts: tuple[str, str]) -> tuple[Item, ...]:
    return tuple(Item(text, net, rate) for text, net in parts)


LINZ, MUNICH, DUBLIN = "ATU47110816", "DE812345673", "IE6388047V"
INCOMING = [
    Example("AT-1", "AT", LINZ, _s("20", ("Büromaterial", "1000.00"))),
    Example("AT-2", "AT", LINZ, (*_s("10", ("Nächtigung", "300.00")), Item("Minibar", "50.00"))),
    Example("AT-3", "IE", DUBLIN, (Item("Cloud hosting", "500.00", "0", "AE"),)),
    Example("AT-4", "DE", MUNICH, (Item("Handelsware", "2000.00", "0", "K"),)),
    Example(
        "AT-5",
        "AT",
        LINZ,
        (Item("Rohbau Baustelle Nord", "10000.00", "0", "AE"),),
    ),
    Example("AT-7", "DE", MUNICH, _s("7", ("Übernachtung Hamburg", "200.00"))),
    Example("AT-8", "AT", LINZ, _s("20", ("Superbenzin", "100.00")), supply_kind="car_passenger"),
    Example(
        "AT-9",
        "DE",
        None,
        (Item("Webdesign", "800.00", "0", "E"),),
        reason="Kleinunternehmer nach § 19 UStG",
    ),
    Example(
        "AT-10",
        "US",
        None,
        (Item("Software subscription", "100.00", "0", "O"),),
        is_small=True,
    ),
    Example("AT-11", "AT", LINZ, _s("20", ("Büromaterial", "100.00")), type_code="381"),
    Example("AT-12", "AT", LINZ, (Item("Smartphone, 10 Stück", "6000.00", "0", "AE"),)),
    Example("DE-1", "DE", MUNICH, _s("19", ("Büromaterial", "1000.00"))),
    Example(
        "DE-2",
        "DE",
        MUNICH,
        (
            *_s("7", ("Übernachtung", "200.00"), ("Übernachtung: Frühstück", "20.00")),
            Item("Frühstück: Kaffee", "10.00", "19"),
        ),
    ),
    Example("DE-3", "IE", DUBLIN, (Item("Cloud hosting", "500.00", "0", "AE"),)),
    Example("DE-4", "AT", LINZ, (Item("Handelsware", "2000.00", "0", "K"),)),
    Example(
        "DE-5",
        "DE",
        MUNICH,
        (Item("Rohbau Baustelle Nord", "10000.00", "0", "AE"),),
    ),
    Example("DE-7", "AT", LINZ, _s("10", ("Übernachtung Wien", "200.00"))),
    Example("DE-8", "US", None, (Item("Software subscription", "300.00", "0", "O"),)),
    Example(
        "DE-9",
        "IE",
        DUBLIN,
        (Item("Advertising", "100.00", "0", "AE"),),
        is_small=True,
    ),
    Example(
        "DE-10",
        "AT",
        LINZ,
        (Item("Handelsware", "4000.00", "0", "AE"),),
        reason="Innergemeinschaftliches Dreiecksgeschäft, Steuerschuldnerschaft des Empfängers",
        treatment={"supply_rate": 19},
    ),
    Example("DE-11", "DE", MUNICH, _s("19", ("Büromaterial", "100.00")), type_code="381"),
    Example("DE-12", "DE", MUNICH, (Item("Smartphone, 10 Stück", "6000.00", "0", "AE"),)),
]


def invoice_of(example: Example) -> EInvoice:
    """The document of an example."""
    return EInvoice(
        number=f"R-{example.id}",
        seller=example.seller,
        buyer=example.buyer,
        items=example.items,
        day=DAY,
        type_code=example.type_code,
        reason=example.reason,
    )


DAY = date(2026, 11, 16)


async def moved(door: FrontDoor, *intent_ids: str) -> dict[str, Decimal]:
    """Debit less credit of each account."""
    found: dict[str, Decimal] = {}
    for intent_id in intent_ids:
        for entry in (await door.get(f"/v1/journal/{intent_id}"))["entries"]:
            amount = Decimal(str(entry["amount"]))
            debit, credit = entry["account_debit"], entry["account_credit"]
            assert debit != credit
            found[debit] = found.get(debit, Decimal()) + amount
            found[credit] = found.get(credit, Decimal()) - amount
    return {number: amount for number, amount in found.items() if amount}


async def boxes(door: FrontDoor, day: date = DAY) -> dict[str, Decimal]:
    """Boxes of the return of a month that are not empty, as they were booked."""
    month = {"startDate": f"{day:%Y-%m}-01", "endDate": f"{day:%Y-%m}-30"}
    found = await door.get("/v1/reports", type="vat_return", **month)
    assert found["reconciliation"]["is_reconciled"], found["reconciliation"]
    return {
        each["box"]: Decimal(str(each["booked"]))
        for each in found["boxes"]
        if each["booked"] and each["box"] != found["result_box"]
    }


async def exported(door: FrontDoor, chart: Chart, day: date = DAY) -> dict[str, Decimal]:
    """What each account moves by in the adviser's program, and no row is odd."""
    days = {"startDate": f"{day:%Y-%m}-01", "endDate": f"{day:%Y-%m}-30"}
    answer = await door.http.get("/v1/reports/datev-export", params=days, headers=door.headers())
    assert answer.status_code == 200, answer.text
    read = datev_reader.read(answer.content)
    for record in read.records:
        assert record["Konto"] != record["Gegenkonto (ohne BU-Schlüssel)"], record
    return {
        number: amount for number, amount in datev_reader.balances(read, chart).items() if amount
    }


def by_hand(worked: dict[str, Any]) -> dict[str, Decimal]:
    """Debit less credit of each account, as it was worked out."""
    found: dict[str, Decimal] = {}
    for number, debit, credit in worked["entries"]:
        account = PAYABLES.get(number, number)
        found[account] = found.get(account, Decimal()) + Decimal(debit) - Decimal(credit)
    return {number: amount for number, amount in found.items() if amount}


COMPANIES = {
    "AT": {"is_builder": True},
    "AT small": {"is_small_business": True},
    "DE": {"is_builder": True},
    "DE small": {"is_small_business": True},
}


def examples_of(name: str) -> list[Example]:
    """Those that a company receives."""
    is_small = name.endswith("small")
    return [each for each in INCOMING if each.id.startswith(name[:2]) and each.is_small == is_small]


@pytest.mark.parametrize("name", COMPANIES)
async def test_documents_are_booked_as_worked_out(
    house: FrontDoor, database: Database, name: str
) -> None:
    """Code, entries, boxes and export; nothing is asked that the example does not ask."""
    tenant = another_tenant(database, CHARTS[name[:2]])
    tenant_store.change(database.engine, tenant.id, dict(COMPANIES[name]), Actor.system("cli"))
    door, examples = house.of(tenant), examples_of(name)
    for example in examples:
        await introduced(door, example)
    paths = await cases_of(door, [invoice_of(each) for each in examples])

    for example, path in zip(examples, paths, strict=True):
        intent = await approved(door, path, example)
        assert await moved(door, intent) == by_hand(example.worked), example.id
    assert await boxes(door) == added(
        {box: Decimal(value) for box, value in each.worked["boxes"].items()} for each in examples
    )
    assert await exported(door, CHARTS[name[:2]]) == added(by_hand(e.worked) for e in examples)


async def introduced(door: FrontDoor, example: Example) -> None:
    """The vendor of an example, with what a person has said of its VAT."""
    vendor_id = await a_vendor(door, example.seller, example.account)
    if example.treatment:
        path = f"/v1/vendors/{vendor_id}/vat-treatment"
        said = await door.order("PUT", path, dict(example.treatment))
        assert said.status_code == 200, said.text


async def approved(door: FrontDoor, path: str, example: Example) -> str:
    """Intent of a case; its proposals are those of the example, and nothing blocks."""
    part: dict[str, Any] = {"booking_date": str(DAY)}
    if example.supply_kind:
        lines = (await door.get(path))["normalized_invoice"]["line_items"]
        part["line_items"] = [line | {"supply_kind": example.supply_kind} for line in lines]
    case = await changed(door, path, part)
    wanted = [line[0] for line in example.worked["lines"]]
    assert [each["code"] for each in case["tax_proposals"]] == wanted, example.id
    assert blocking(case) == {}, example.id
    return str((await booked(door, path))["intent_id"])


def added(parts: Iterable[dict[str, Decimal]]) -> dict[str, Decimal]:
    """Sums by name, without those that are nothing."""
    found: dict[str, Decimal] = {}
    for name, value in (item for part in parts for item in part.items()):
        found[name] = found.get(name, Decimal()) + value
    return {name: value for name, value in found.items() if value}


def _line(account: str, debit: str = "0", credit: str = "0", code: str | None = None) -> Any:
    return {"account_number": account, "debit": debit, "credit": credit, "tax_code": code}


BOOKED: Mapping[str, list[list[Any]]] = {
    "AT-6": [
        [_line("5070", "3000.00", code="VST0"), _line("3300", credit="3000.00")],
        [_line("5650", "90.00"), _line("3530", credit="90.00")],
        [
            _line("2515", "618.00", code="VST-EUST-ACC"),
            _line("3515", credit="618.00", code="VST-EUST-ACC"),
        ],
    ],
    "AT-13": [[_line("2001", "5000.00"), _line("4100", credit="5000.00", code="UST0-IGL")]],
    "AT-14": [[_line("2000", "4000.00"), _line("4080", credit="4000.00", code="UST0-RC")]],
    "AT-15": [
        [
            _line("3200", "4800.00", code="UST20"),
            _line("2000", "7200.00"),
            _line("4000", credit="12000.00", code="UST20"),
        ]
    ],
    "DE-6": [
        [_line("5551", "3000.00", code="VST0"), _line("3300", credit="3000.00")],
        [
            _line("5840", "90.00"),
            _line("1433", "587.10", code="VST-EUST"),
            _line("3300", credit="677.10"),
        ],
    ],
    "DE-13": [[_line("1200", "5000.00"), _line("4125", credit="5000.00", code="UST0-IGL")]],
    "DE-14": [[_line("1200", "4000.00"), _line("4337", credit="4000.00", code="UST0-13B")]],
    "DE-15": [
        [
            _line("3272", "4760.00", code="UST19"),
            _line("1200", "7140.00"),
            _line("4400", credit="11900.00", code="UST19"),
        ]
    ],
}
"""What is no invoice of others: customs papers, and what the company sells."""


@pytest.mark.parametrize("country", CHARTS)
async def test_what_is_booked_by_hand_is_as_worked_out(
    house: FrontDoor, database: Database, country: str
) -> None:
    """Imports, supplies abroad, construction, a final invoice with what was prepaid."""
    door = house.of(another_tenant(database, CHARTS[country]))
    examples = [name for name in BOOKED if name.startswith(country)]
    for name in examples:
        intents = []
        for lines in BOOKED[name]:
            body = {"booking_date": str(DAY), "description": name, "lines": lines}
            answer = await door.order("POST", "/v1/bookings", body)
            assert answer.status_code == 201, (name, answer.text)
            intents.append(answer.json()["intent_id"])
        assert await moved(door, *intents) == by_hand(WORKED[name]), name

    assert await boxes(door) == added(
        {box: Decimal(value) for box, value in WORKED[name]["boxes"].items()} for name in examples
    )
    assert await exported(door, CHARTS[country]) == added(by_hand(WORKED[n]) for n in examples)


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase, what it is booked to by hand, and the boxes that come of it."""

    country: str
    invoice: EInvoice
    account: str
    entries: Mapping[str, str]
    boxes: Mapping[str, str]
    part: Mapping[str, Any] = field(default_factory=dict)
    accepts: tuple[str, ...] = ()


def _bought(country: str, number: str, seller: Party, *items: Item, **more: Any) -> EInvoice:
    return EInvoice(
        number=number, seller=seller, buyer=BUYERS[country], items=items, day=DAY, **more
    )


BOSTON, LYON = Party("Soft Inc", "US"), Party("Livres SARL", "FR", "FR40303265045")
VIENNA = Party("Tischlerei Ahornweg GmbH", "AT", LINZ, "Linz", "4020")
KOELN = Party("Holzbau Rhein GmbH", "DE", MUNICH, "Köln", "50667")
USD = {"fx": {"rate": "1.25", "rate_date": "2026-11-16", "source": "manual"}}
SCREWS = [Item(f"Schraube {number}", "0.33") for number in range(12)]
WORKED_BY_HAND = {
    # 500.00 USD at 1.25 are 400.00 EUR; 20 % of it is owed and deducted: 80.00.
    "AT-USD": Bought(
        "AT",
        _bought("AT", "US-1", BOSTON, Item("Cloud hosting", "500.00", "0", "O"), currency="USD"),
        "6841",
        {"6841": "400.00", "2510": "80.00", "3510": "-80.00", "3300": "-400.00"},
        {"057": "80.00", "066": "80.00"},
        USD,
    ),
    # The same in Germany: 19 % of 400.00 is 76.00.
    "DE-USD": Bought(
        "DE",
        _bought("DE", "US-1", BOSTON, Item("Cloud hosting", "500.00", "0", "O"), currency="USD"),
        "6837",
        {"6837": "400.00", "1407": "76.00", "3837": "-76.00", "3300": "-400.00"},
        {"84": "400.00", "85": "76.00", "67": "76.00"},
        USD,
    ),
    # French 5.5 % on books is no input tax: 105.50 of cost, said by a person.
    "AT-FR": Bought(
        "AT",
        _bought("AT", "FR-1", LYON, Item("Livres", "100.00", "5.5")),
        "6841",
        {"6841": "105.50", "3300": "-105.50"},
        {},
        accepts=("VAT_FOREIGN_CHARGED",),
    ),
    # Twelve lines of 0.33, each with 0.07 of tax: 0.84, where 20 % of 3.96 is 0.79.
    "AT-LINES": Bought(
        "AT",
        _bought("AT", "RU-1", VIENNA, *SCREWS, tax="0.84"),
        "5010",
        {"5010": "3.96", "2500": "0.84", "3300": "-4.80"},
        {"060": "0.84"},
    ),
    # 83.31 and 16.66 are 99.97; 0.03 of rounding is owed as well, and no base of tax.
    "AT-ROUND": Bought(
        "AT",
        _bought("AT", "VZ-1", VIENNA, Item("Kleinteile", "83.31"), rounding="0.03"),
        "5010",
        {"5010": "83.31", "2500": "16.66", "6858": "0.03", "3300": "-100.00"},
        {"060": "16.66"},
        accepts=("AMOUNT_DUE_DIFFERS",),
    ),
    # The other way round in Germany: 84.05 and 15.97 are 100.02, and 0.02 less is owed.
    "DE-ROUND": Bought(
        "DE",
        _bought("DE", "VZ-1", KOELN, Item("Kleinteile", "84.05", "19"), rounding="-0.02"),
        "6850",
        {"6850": "84.05", "1406": "15.97", "4839": "-0.02", "3300": "-100.00"},
        {"66": "15.97"},
        accepts=("AMOUNT_DUE_DIFFERS",),
    ),
}


@pytest.mark.parametrize("country", CHARTS)
async def test_purchases_are_booked_as_worked_out(
    house: FrontDoor, database: Database, country: str
) -> None:
    """Foreign currency, foreign tax, stated tax and rounding: entries, boxes, export."""
    door = house.of(another_tenant(database, CHARTS[country]))
    found = {name: each for name, each in WORKED_BY_HAND.items() if each.country == country}
    for account, seller in {each.invoice.seller: each.account for each in found.values()}.items():
        await a_vendor(door, account, seller)
    paths = await cases_of(door, [each.invoice for each in found.values()])
    for (name, each), path in zip(found.items(), paths, strict=True):
        case = await changed(door, path, {"booking_date": str(DAY), **each.part})
        assert tuple(blocking(case).values()) == each.accepts, name
        if each.accepts:
            await accepted(door, path, *blocking(case))
        intent = (await booked(door, path))["intent_id"]
        assert await moved(door, intent) == _amounts(each.entries), name

    assert await boxes(door) == added(_amounts(each.boxes) for each in found.values())
    assert await exported(door, CHARTS[country]) == added(
        _amounts(each.entries) for each in found.values()
    )


def _amounts(written: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(amount) for name, amount in written.items()}


@dataclass(frozen=True, slots=True)
class Advanced:
    """Prepayments, their final invoice, and a discount on what is left (facts of payments)."""

    seller: Party
    rate: str
    code: str
    advances: str
    cost: str
    tax: str
    discount: str
    box: str


ADVANCES = {
    # A1 5,000.00 and A2 2,500.00 net; the whole 10,000.00; 2 % of the 3,000.00 left is 60.00.
    "AT": Advanced(VIENNA, "20", "VST20", "1800", "5010", "2500", "5800", "060"),
    # The same at 19 %: 2,975.00 is left, 2 % of it is 59.50 = 50.00 + 9.50.
    "DE": Advanced(KOELN, "19", "VST19", "1186", "5400", "1406", "5736", "66"),
}


@pytest.mark.parametrize("country", CHARTS)
async def test_a_final_invoice_deducts_what_was_prepaid(
    house: FrontDoor, database: Database, country: str
) -> None:
    """Only the difference is owed and deducted; a discount lowers the tax by its rate."""
    door, plan = house.of(another_tenant(database, CHARTS[country])), ADVANCES[country]
    await a_vendor(door, plan.seller, plan.cost)
    share = 1 + Decimal(plan.rate) / 100
    before, left = 7500 * share, 2500 * share
    invoice = await _final_after_advances(door, country, before)
    item = {"open_item_id": invoice["open_item_id"], "amount": f"{before:.2f}"}
    credit = _line(plan.advances, credit=f"{before:.2f}", code=plan.code)
    await _cleared(door, items=[item], adjustments=[credit])

    shown = await door.get(f"/v1/invoices/{invoice['id']}")
    assert Decimal(str(shown["remaining_amount"])) == left
    assert await _payable(door, invoice["id"]) == left
    assert await boxes(door) == {plan.box: 10000 * (share - 1)}

    item = {"open_item_id": invoice["open_item_id"], "amount": f"{left * 2 / 100:.2f}"}
    await _cleared(door, items=[item], discounts=[item])

    tax = 9950 * (share - 1)
    wanted = {plan.cost: Decimal(10000), plan.tax: tax, plan.discount: Decimal(-50)}
    assert await exported(door, CHARTS[country]) == wanted | {"3300": -before - left * 98 / 100}
    assert await boxes(door) == {plan.box: tax}


async def _final_after_advances(door: FrontDoor, country: str, before: Decimal) -> dict[str, Any]:
    """A final invoice of 10,000.00 net after two prepayments, whole as its XML has it."""
    plan = ADVANCES[country]
    for number, net in (("AR-1", "5000.00"), ("AR-2", "2500.00")):
        item = Item("Anzahlung Maschine", net, plan.rate)
        advance = _bought(country, number, plan.seller, item, type_code="386")
        await _approved_on(door, advance, plan.advances)
    item = Item("Maschine", "10000.00", plan.rate)
    final = _bought(country, "SR-1", plan.seller, item, prepaid=f"{before:.2f}")
    return await _approved_on(door, final, plan.cost)


async def _payable(door: FrontDoor, invoice_id: str) -> Decimal:
    """What a run would pay of an invoice."""
    found = await door.get("/v1/payment-runs/eligible-invoices")
    return next(Decimal(e["payable_amount"]) for e in found if invoice_id in e.values())


async def _approved_on(door: FrontDoor, written: EInvoice, account: str) -> dict[str, Any]:
    """The invoice of a document whose lines go to an account; what blocks it is accepted."""
    (path,) = await cases_of(door, [written])
    lines = (await door.get(path))["normalized_invoice"]["line_items"]
    part = {"line_items": [line | {"account_number": account} for line in lines]}
    case = await changed(door, path, part | {"booking_date": str(DAY)})
    if blocking(case):
        await accepted(door, path, *blocking(case))
    invoice_id = (await booked(door, path))["invoice_id"]
    found: dict[str, Any] = await door.get(f"/v1/invoices/{invoice_id}")
    return found


async def _cleared(door: FrontDoor, **body: Any) -> None:
    answer = await door.order("POST", "/v1/open-items/clear", {"booking_date": str(DAY), **body})
    assert answer.status_code == 201, answer.text
