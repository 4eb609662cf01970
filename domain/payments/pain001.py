"""pain.001: a customer credit transfer initiation, written and held against its schema.

One payment block, SLEV, service level SEPA, local instrument INST where transfers are instant,
addresses only where a payee is outside the EEA, and structured then: unstructured ones are refused
from 15 November 2026 on. The same values always give the same bytes. They are written as text,
which is many times faster than a tree, and held against the schema as a bank does.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from lxml import etree

from domain.errors import Failed
from domain.formats import sepa, xml
from domain.formats.xml_text import XmlText
from domain.money import ZERO
from domain.payments.creditor_reference import issuer_of

_UNNAMED = "NOTPROVIDED"
_STREET_LENGTH, _POSTCODE_LENGTH, _TOWN_LENGTH = 70, 16, 35
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
class PostalAddress:
    """A structured address; town and country are the least of it."""

    town: str
    country: str
    street: str | None = None
    postcode: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Who pays or is paid: the account holder's name, an IBAN in its stored form, a BIC."""

    name: str
    iban: str
    bic: str | None = None
    address: PostalAddress | None = None


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
    """What one file orders: all transfers from one account on one day.

    With `is_batch_booked` the bank shows them as one booking, else each by itself.
    """

    message_id: str
    created_at: datetime
    execution_date: date
    debtor: Party
    transfers: tuple[CreditTransfer, ...]
    is_instant: bool = False
    is_batch_booked: bool = True

    @property
    def control_sum(self) -> Decimal:
        """Sum of all transfers."""
        return sum((transfer.amount for transfer in self.transfers), ZERO)


def write(initiation: Initiation, version: Version = Version.V09) -> bytes:
    """Write the file and hold it against its schema. Raises InvalidPaymentFile."""
    data = _Writer(version).document(initiation)
    check(data, version)
    return data


def check(data: bytes, version: Version) -> None:
    """Refuse bytes that do not hold against the schema of `version`."""
    try:
        _schema(version).assertValid(etree.fromstring(data, xml.safe_parser()))
    except (etree.DocumentInvalid, etree.XMLSyntaxError) as error:
        raise InvalidPaymentFile(f"{version}: {error}") from error


@cache
def _schema(version: Version) -> etree.XMLSchema:
    source = files("domain.payments").joinpath("xsd", f"{version}.xsd")
    return etree.XMLSchema(etree.fromstring(source.read_bytes()))


class _Writer:
    """Writes the elements of one version."""

    def __init__(self, version: Version) -> None:
        self._version = version
        self._text = XmlText()

    def document(self, initiation: Initiation) -> bytes:
        namespace = f'xmlns="urn:iso:std:iso:20022:tech:xsd:{self._version}"'
        with self._text.inside("Document", namespace), self._text.inside("CstmrCdtTrfInitn"):
            with self._text.inside("GrpHdr"):
                self._header(initiation)
            with self._text.inside("PmtInf"):
                self._payment(initiation)
        return self._text.data()

    def _header(self, initiation: Initiation) -> None:
        self._add("MsgId", sepa.identifier(initiation.message_id))
        self._add("CreDtTm", initiation.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        self._totals(initiation)
        self._add("InitgPty/Nm", sepa.name(initiation.debtor.name) or _UNNAMED)

    def _totals(self, initiation: Initiation) -> None:
        self._add("NbOfTxs", str(len(initiation.transfers)))
        self._add("CtrlSum", f"{initiation.control_sum:.2f}")

    def _payment(self, initiation: Initiation) -> None:
        self._add("PmtInfId", sepa.identifier(initiation.message_id))
        self._add("PmtMtd", "TRF")
        self._add("BtchBookg", "true" if initiation.is_batch_booked else "false")
        self._totals(initiation)
        with self._text.inside("PmtTpInf"):
            self._add("SvcLvl/Cd", "SEPA")
            if initiation.is_instant:
                self._add("LclInstrm/Cd", "INST")
        day = "ReqdExctnDt/Dt" if self._version is Version.V09 else "ReqdExctnDt"
        self._add(day, initiation.execution_date.isoformat())
        self._debtor(initiation.debtor)
        self._add("ChrgBr", "SLEV")
        for transfer in initiation.transfers:
            self._text.open("CdtTrfTxInf")
            self._transfer(transfer)
            self._text.close("CdtTrfTxInf")

    def _debtor(self, debtor: Party) -> None:
        self._party("Dbtr", debtor)
        self._add("DbtrAcct/Id/IBAN", debtor.iban)
        if bic := self._known(debtor.bic):
            self._add(f"DbtrAgt/FinInstnId/{self._bic}", bic)
        else:
            self._add("DbtrAgt/FinInstnId/Othr/Id", _UNNAMED)

    def _transfer(self, transfer: CreditTransfer) -> None:
        self._add("PmtId/EndToEndId", sepa.identifier(transfer.end_to_end_id) or _UNNAMED)
        self._add("Amt/InstdAmt", f"{transfer.amount:.2f}", 'Ccy="EUR"')
        if bic := self._known(transfer.creditor.bic):
            self._add(f"CdtrAgt/FinInstnId/{self._bic}", bic)
        self._party("Cdtr", transfer.creditor)
        self._add("CdtrAcct/Id/IBAN", transfer.creditor.iban)
        self._remittance(transfer)

    def _party(self, role: str, party: Party) -> None:
        name = sepa.name(party.name) or _UNNAMED
        if party.address is None:
            self._add(f"{role}/Nm", name)
            return
        with self._text.inside(role):
            self._add("Nm", name)
            with self._text.inside("PstlAdr"):
                self._address(party.address)

    def _address(self, address: PostalAddress) -> None:
        for name, words, length in (
            ("StrtNm", address.street, _STREET_LENGTH),
            ("PstCd", address.postcode, _POSTCODE_LENGTH),
            ("TwnNm", address.town, _TOWN_LENGTH),
        ):
            if spelt := sepa.text(words or "", length):
                self._add(name, spelt)
        self._add("Ctry", address.country)

    def _remittance(self, transfer: CreditTransfer) -> None:
        if transfer.creditor_reference is None:
            if words := sepa.text(transfer.remittance_information):
                self._add("RmtInf/Ustrd", words)
            return
        reference = sepa.identifier(transfer.creditor_reference)
        inside = self._text.inside
        with inside("RmtInf"), inside("Strd"), inside("CdtrRefInf"):
            with inside("Tp"):
                self._add("CdOrPrtry/Cd", "SCOR")
                if issuer := issuer_of(reference):
                    self._add("Issr", issuer)
            self._add("Ref", reference)

    def _known(self, bic: str | None) -> str | None:
        """A BIC that may be written; inside SEPA the IBAN is enough."""
        return bic if bic is not None and _BICS[self._version].fullmatch(bic) else None

    @property
    def _bic(self) -> str:
        return "BICFI" if self._version is Version.V09 else "BIC"

    def _add(self, path: str, words: str, attribute: str = "") -> None:
        self._text.leaf(path, words, attribute)
