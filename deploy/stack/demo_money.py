"""The second half of the demo: money that comes and goes in ways that are not plain.

A discount is taken, a credit note is netted, the bank refuses one transfer, and a customer pays two
invoices at once; a statement in MT940 says so, and what is sure is matched by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from deploy.stack.caller import Caller, StepFailed
from domain.payments.business_day import next_business_day

_TAX = Decimal("1.19")
_DISCOUNT_DAYS = 14
_STATUS_REPORT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr>'
    "<MsgId>DEMO-{run}</MsgId><CreDtTm>{now}</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>"
    "{message}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>"
    "<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message}</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>"
    "{transfer}</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>"
    "</TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
)


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of the statement: what moved, what the bank calls it, and what stands with it."""

    amount: Decimal
    text: str
    name: str
    iban: str
    end_to_end_id: str = ""


@dataclass(frozen=True, slots=True)
class Purchases:
    """What the second run is made of, by what becomes of each invoice."""

    discounted: dict[str, Any]
    netted: dict[str, Any]
    credit_note: dict[str, Any]
    refused: dict[str, Any]

    @property
    def ids(self) -> list[str]:
        """Invoices that are asked for; the credit note is found by itself."""
        return [each["id"] for each in (self.discounted, self.netted, self.refused)]


def buy(clerk: Caller, day: date) -> Purchases:
    """Book four papers of three suppliers."""
    stamp = f"{day:%y%m%d}"
    stationer = _supplier(clerk, "Papierhaus Lindner", "DE02120300000000202051")
    printer = _supplier(clerk, "Druckerei Weber", "DE02500105170137075030")
    mover = _supplier(clerk, "Spedition Kranz", "DE02100100100006820101")
    term = {
        "kind": "discount",
        "percent": 2,
        "due_date": (next_business_day(day) + timedelta(_DISCOUNT_DAYS)).isoformat(),
    }
    return Purchases(
        discounted=_bought(clerk, stationer, f"PL-{stamp}", "1190.00", day, [term]),
        netted=_bought(clerk, printer, f"DW-{stamp}", "595.00", day),
        credit_note=_bought(clerk, printer, f"DW-G{stamp}", "-119.00", day),
        refused=_bought(clerk, mover, f"SK-{stamp}", "238.00", day),
    )


def status_report(run: Mapping[str, Any], exported: Mapping[str, Any], invoice_id: str) -> bytes:
    """What the bank says of the run: one transfer cannot be carried out, the account is closed."""
    transfer = next(x["end_to_end_id"] for x in run["items"] if x["invoice_id"] == invoice_id)
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return _STATUS_REPORT.format(
        run=run["id"], now=now, message=escape(exported["message_id"]), transfer=transfer
    ).encode()


def sell(clerk: Caller, day: date) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Book two invoices to one customer."""
    stamp = f"{day:%y%m%d}"
    body = {"name": "Werft am Kanal GmbH", "address": {"country": "DE"}}
    customer = clerk.post("/v1/customers", body)
    sold = [
        _sold(clerk, customer["id"], f"AR-{stamp}-{number}", gross, day)
        for number, gross in ((1, "357.00"), (2, "238.00"))
    ]
    return customer, sold


def mt940(iban: str, opening: Decimal, day: date, lines: list[Moved]) -> bytes:
    """A statement as banks have sent it for forty years, with structured details."""
    closing = sum((each.amount for each in lines), opening)
    rows = [f":20:DEMO{day:%y%m%d}", f":25:{iban}", ":28C:2/1", f":60F:{_balance(opening, day)}"]
    for number, each in enumerate(lines, 1):
        mark = "C" if each.amount > 0 else "D"
        code, word = ("166", "GUTSCHRIFT") if each.amount > 0 else ("116", "UEBERWEISUNG")
        rows += [
            f":61:{day:%y%m%d%m%d}{mark}{_figures(each.amount)}NTRFNONREF//DEMOM{number:04d}",
            f":86:{code}?00{word}{_purpose(each)}?31{each.iban}?32{each.name[:27]}",
        ]
    rows += [f":62F:{_balance(closing, day)}", "-", ""]
    return "\r\n".join(rows).encode("ascii")


def _purpose(line: Moved) -> str:
    """The fields ?20 to ?29 with 27 signs each."""
    words = (f"EREF+{line.end_to_end_id} " if line.end_to_end_id else "") + f"SVWZ+{line.text}"
    pieces = [words[at : at + 27] for at in range(0, len(words), 27)]
    if len(pieces) > 10:  # noqa: PLR2004 (the fields that there are)
        raise StepFailed(f"The text is too long for a statement: {words}")
    return "".join(f"?{20 + number}{piece}" for number, piece in enumerate(pieces))


def _balance(amount: Decimal, day: date) -> str:
    return f"{'D' if amount < 0 else 'C'}{day:%y%m%d}EUR{_figures(amount)}"


def _figures(amount: Decimal) -> str:
    return f"{abs(amount):.2f}".replace(".", ",")


def _supplier(clerk: Caller, name: str, iban: str) -> str:
    return str(clerk.post("/v1/vendors", {"name": name, "iban": iban})["id"])


def _bought(
    clerk: Caller,
    vendor_id: str,
    number: str,
    gross: str,
    day: date,
    terms: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Book an invoice, or a credit note below zero, and give it its record."""
    intent_id = _booked(clerk, number, day, ("6815", gross, "VST19"), ("3300", gross, vendor_id))
    body = _paper(number, gross, day, "6815") | {
        "vendor_id": vendor_id,
        "intent_id": intent_id,
        "payment_terms": terms or [],
    }
    return {**clerk.post("/v1/invoices", body), "number": number}


def _sold(clerk: Caller, customer_id: str, number: str, gross: str, day: date) -> dict[str, Any]:
    turned = f"-{gross}"
    revenue, owed = ("4400", turned, "UST19"), ("1200", turned, customer_id)
    intent_id = _booked(clerk, number, day, revenue, owed)
    body = _paper(number, gross, day, "4400") | {
        "customer_id": customer_id,
        "type": "invoice",
        "intent_id": intent_id,
    }
    return {**clerk.post("/v1/outgoing-invoices", body), "number": number, "gross": gross}


def _booked(
    clerk: Caller, number: str, day: date, own: tuple[str, str, str], owed: tuple[str, str, str]
) -> str:
    """Book gross on an account with its tax code, against what a partner is owed."""
    account, gross, code = own
    control, _, partner_id = owed
    lines = [
        {**_line(account, Decimal(gross)), "tax_code": code},
        {**_line(control, -Decimal(gross)), "partner_id": partner_id},
    ]
    body = {
        "booking_date": day.isoformat(),
        "description": number,
        "external_reference": number,
        "lines": lines,
    }
    return str(clerk.post("/v1/bookings", body)["intent_id"])


def _line(account: str, amount: Decimal) -> dict[str, Any]:
    debit, credit = (amount, 0) if amount > 0 else (0, -amount)
    return {"account_number": account, "debit": str(debit), "credit": str(credit)}


def _paper(number: str, gross: str, day: date, account: str) -> dict[str, Any]:
    """Head and the one line of an invoice at 19 %."""
    total = Decimal(gross)
    net = round(total / _TAX, 2)
    line = {
        "position": 1,
        "description": "Leistung",
        "quantity": 1,
        "unit_price": str(net),
        "tax_rate": 0.19,
        "tax_amount": str(total - net),
        "line_total": str(total),
        "account_number": account,
    }
    return {
        "invoice_number": number,
        "invoice_date": day.isoformat(),
        "total_net": str(net),
        "total_tax": str(total - net),
        "total_gross": str(total),
        "lines": [line],
    }
