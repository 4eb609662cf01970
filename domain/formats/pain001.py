"""pain.001: a customer credit transfer initiation, written and held against its schema.

One payment block, batch booking, SLEV, service level SEPA, no creditor address inside the EEA.
The same values always give the same bytes.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import cast

from lxml import etree

from domain.errors import Failed
from domain.formats import sepa, xml
from domain.money import ZERO

SMALLEST = Decimal("0.01")
LARGEST = Decimal("999999999.99")


class InvalidPaymentFile(Failed):
    """The file that was written does not hold against its own schema; nothing may be stored."""

    code = "INTERNAL_ERROR"


class Version(StrEnum):
    """Versions of the message that can be written."""

    V03 = "pain.001.001.03"
    V09 = "pain.001.001.09"


_BICS = {
    Version.V03: re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?"),
    Version.V09: re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?"),
}


@dataclass(frozen=True, slots=True)
class Party:
    """Who pays or is paid: the account holder's name, an IBAN in its stored form, a BIC."""

    name: str
    iban: str
    bic: str | None = None


@dataclass(frozen=True, slots=True)
class CreditTransfer:
    """One transfer; with a creditor reference the remittance text is not written."""

    end_to_end_id: str
    amount: Decimal
    creditor: Party
    remittance_information: str
    creditor_reference: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no SEPA transfer can carry."""
        if not SMALLEST <= self.amount <= LARGEST:
            raise InvalidPaymentFile(f"{self.amount} EUR cannot be transferred.")


@dataclass(frozen=True, slots=True)
class Initiation:
    """What one file orders: all transfers from one account on one day."""

    message_id: str
    created_at: datetime
    execution_date: date
    debtor: Party
    transfers: tuple[CreditTransfer, ...]

    @property
    def control_sum(self) -> Decimal:
        """Sum of all transfers."""
        return sum((transfer.amount for transfer in self.transfers), ZERO)


def write(initiation: Initiation, version: Version = Version.V09) -> bytes:
    """Write the file and hold it against its schema. Raises InvalidPaymentFile."""
    writer = _Writer(version)
    data = writer.document(initiation)
    check(data, version)
    return data


def check(data: bytes, version: Version) -> None:
    """Refuse bytes that do not hold against the schema of `version`."""
    try:
        _schema(version).assertValid(xml.parse(data))
    except etree.DocumentInvalid as error:
        raise InvalidPaymentFile(f"{version}: {error}") from error


@cache
def _schema(version: Version) -> etree.XMLSchema:
    source = files("domain.formats").joinpath("xsd", f"{version}.xsd")
    return etree.XMLSchema(etree.fromstring(source.read_bytes()))


class _Writer:
    """Builds the elements of one version."""

    def __init__(self, version: Version) -> None:
        self._version = version
        self._namespace = f"urn:iso:std:iso:20022:tech:xsd:{version}"

    def document(self, initiation: Initiation) -> bytes:
        root = etree.Element(
            self._tag("Document"), nsmap=cast(dict[str, str], {None: self._namespace})
        )
        message = self._add(root, "CstmrCdtTrfInitn")
        self._header(message, initiation)
        self._payment(message, initiation)
        etree.indent(root)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"

    def _header(self, message: etree._Element, initiation: Initiation) -> None:
        header = self._add(message, "GrpHdr")
        self._add(header, "MsgId", sepa.identifier(initiation.message_id))
        created = initiation.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._add(header, "CreDtTm", created)
        self._totals(header, initiation)
        self._add(header, "InitgPty/Nm", sepa.name(initiation.debtor.name))

    def _totals(self, parent: etree._Element, initiation: Initiation) -> None:
        self._add(parent, "NbOfTxs", str(len(initiation.transfers)))
        self._add(parent, "CtrlSum", f"{initiation.control_sum:.2f}")

    def _payment(self, message: etree._Element, initiation: Initiation) -> None:
        payment = self._add(message, "PmtInf")
        self._add(payment, "PmtInfId", sepa.identifier(initiation.message_id))
        self._add(payment, "PmtMtd", "TRF")
        self._add(payment, "BtchBookg", "true")
        self._totals(payment, initiation)
        self._add(payment, "PmtTpInf/SvcLvl/Cd", "SEPA")
        day = "ReqdExctnDt/Dt" if self._version is Version.V09 else "ReqdExctnDt"
        self._add(payment, day, initiation.execution_date.isoformat())
        self._debtor(payment, initiation.debtor)
        self._add(payment, "ChrgBr", "SLEV")
        for transfer in initiation.transfers:
            self._transfer(payment, transfer)

    def _debtor(self, payment: etree._Element, debtor: Party) -> None:
        self._add(payment, "Dbtr/Nm", sepa.name(debtor.name))
        self._add(payment, "DbtrAcct/Id/IBAN", debtor.iban)
        agent = self._add(payment, "DbtrAgt/FinInstnId")
        if self._knows(debtor.bic):
            self._add(agent, self._bic, debtor.bic)
        else:
            self._add(agent, "Othr/Id", "NOTPROVIDED")

    def _transfer(self, payment: etree._Element, transfer: CreditTransfer) -> None:
        element = self._add(payment, "CdtTrfTxInf")
        reference = sepa.identifier(transfer.end_to_end_id) or "NOTPROVIDED"
        self._add(element, "PmtId/EndToEndId", reference)
        self._add(element, "Amt/InstdAmt", f"{transfer.amount:.2f}").set("Ccy", "EUR")
        if self._knows(transfer.creditor.bic):
            self._add(element, f"CdtrAgt/FinInstnId/{self._bic}", transfer.creditor.bic)
        self._add(element, "Cdtr/Nm", sepa.name(transfer.creditor.name) or "NOTPROVIDED")
        self._add(element, "CdtrAcct/Id/IBAN", transfer.creditor.iban)
        self._remittance(element, transfer)

    def _remittance(self, element: etree._Element, transfer: CreditTransfer) -> None:
        if transfer.creditor_reference is None:
            words = sepa.text(transfer.remittance_information)
            if words:
                self._add(element, "RmtInf/Ustrd", words)
            return
        structured = self._add(element, "RmtInf/Strd/CdtrRefInf")
        kind = self._add(structured, "Tp")
        self._add(kind, "CdOrPrtry/Cd", "SCOR")
        if transfer.creditor_reference.startswith("RF"):
            self._add(kind, "Issr", "ISO")
        self._add(structured, "Ref", sepa.identifier(transfer.creditor_reference))

    def _knows(self, bic: str | None) -> bool:
        """Whether a BIC may be written; inside SEPA the IBAN is enough."""
        return bic is not None and _BICS[self._version].fullmatch(bic) is not None

    @property
    def _bic(self) -> str:
        return "BICFI" if self._version is Version.V09 else "BIC"

    def _tag(self, name: str) -> str:
        return f"{{{self._namespace}}}{name}"

    def _add(self, parent: etree._Element, path: str, words: str | None = None) -> etree._Element:
        """Append a chain of elements, `a/b/c`, and return the last."""
        element = parent
        for name in path.split("/"):
            element = etree.SubElement(element, self._tag(name))
        element.text = words
        return element
