"""What a camt transaction says beside who and how much: codes, fees, rates, reasons."""

from collections.abc import Iterator
from decimal import Decimal

from domain.formats.camt_amounts import amount_in, charges_of
from domain.formats.statement import Unreadable
from domain.formats.xml_stream import Node, text
from domain.money import written

_ISSUERS = {"DK", "ZKA", None}
_CODE_LENGTH = 3
REFERENCES = (
    ("uetr", "UETR"),
    ("mandate_id", "MndtId"),
    ("instruction_id", "InstrId"),
    ("message_id", "MsgId"),
    ("transaction_id", "TxId"),
)
# The same for what stands deeper.
FACTS = (
    ("creditor_id", ("RltdPties", "Cdtr", "Id", "PrvtId", "Othr", "Id")),
    ("purpose_code", ("Purp", "Cd")),
    ("return_reason", ("RtrInf", "Rsn", "Cd")),
    ("return_text", ("RtrInf", "AddtlInf")),
    ("ultimate_debtor", ("RltdPties", "UltmtDbtr", "Nm")),
    ("ultimate_creditor", ("RltdPties", "UltmtCdtr", "Nm")),
)

PRICED = frozenset({"Chrgs", "AmtDtls"})
"""Where fees and foreign amounts stand."""


def business_code_of(code: str, issuer: str | None) -> str | None:
    """The German and Austrian business transaction code (GVC) of a proprietary code, 3 digits.

    `NTRF+166+9200+992` has it second; three parts begin with it; Austria drops leading zeros.

    >>> business_code_of("NTRF+166+9200+992", "DK"), business_code_of("51", None)
    ('166', '051')
    >>> business_code_of("00200", "ING") is None
    True
    """
    if not code or issuer not in _ISSUERS:
        return None
    split = code.split("+")
    found = split[0] if len(split) in {1, _CODE_LENGTH} else split[1]
    fits = found.isdecimal() and len(found) <= _CODE_LENGTH
    return found.zfill(_CODE_LENGTH) if fits else None


def money_of(source: Node, entry: Node) -> Iterator[tuple[str, str | None]]:
    """Fees, and the foreign amount with its rate."""
    try:
        charges = charges_of(source) or charges_of(entry)
        foreign = _foreign(source, _currency(entry))
    except Unreadable:
        return
    if charges:
        yield "charges", written(charges)
    if foreign:
        yield "original_amount", str(foreign[0])
        yield "original_currency", foreign[1]
        yield "exchange_rate", _rate(source)


def _currency(entry: Node) -> str | None:
    amount = entry.find("Amt")
    return None if amount is None else amount.get("Ccy")


def _foreign(source: Node, currency: str | None) -> tuple[Decimal, str] | None:
    found = source.find("AmtDtls")
    if found is None:
        return None
    for name in ("InstdAmt", "TxAmt", "CntrValAmt"):
        held = found.find(name)
        value = None if held is None else amount_in(held.find("Amt"))
        if value and value[1] != currency:
            return value
    return None


def _rate(source: Node) -> str | None:
    for name in ("TxAmt", "InstdAmt", "CntrValAmt"):
        rate = text(source, "AmtDtls", name, "CcyXchg", "XchgRate")
        if rate:
            return rate
    return None
