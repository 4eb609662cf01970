"""pain.008: direct debits, written and held against the schema; one block for each sequence type.

The same values always give the same bytes (EPC130-08, EPC131-08: customer-to-bank guidelines).
"""

import re
from collections.abc import Sequence as Many
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from lxml import etree

from domain.formats import sepa, xml
from domain.formats.xml_text import XmlText
from domain.money import ZERO
from domain.payments.mandate import Mandate, Scheme, Sequence
from domain.payments.pain001 import InvalidPaymentFile, Party

_UNNAMED = "NOTPROVIDED"


class DebitVersion(StrEnum):
    """Versions of the message that can be written."""

    V02 = "pain.008.001.02"
    V08 = "pain.008.001.08"


_BICS = {
    DebitVersion.V02: re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?"),
    DebitVersion.V08: re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?"),
}


@dataclass(frozen=True, slots=True)
class Debit:
    """One amount to be collected by a mandate."""

    end_to_end_id: str
    amount: Decimal
    mandate: Mandate
    remittance_information: str


@dataclass(frozen=True, slots=True)
class Collection:
    """What one file collects: all of one scheme, to one account, on one day."""

    message_id: str
    created_at: datetime
    collection_date: date
    creditor: Party
    creditor_id: str
    scheme: Scheme
    debits: tuple[Debit, ...]

    @property
    def control_sum(self) -> Decimal:
        """Sum of all that is collected."""
        return _sum(self.debits)


def write(collection: Collection, version: DebitVersion = DebitVersion.V08) -> bytes:
    """Write the file and hold it against its schema. Raises InvalidPaymentFile."""
    data = _Writer(version).document(collection)
    check(data, version)
    return data


def check(data: bytes, version: DebitVersion) -> None:
    """Refuse bytes that do not hold against the schema of `version`."""
    try:
        _schema(version).assertValid(etree.fromstring(data, xml.safe_parser()))
    except (etree.DocumentInvalid, etree.XMLSyntaxError) as error:
        raise InvalidPaymentFile(f"{version}: {error}") from error


@cache
def _schema(version: DebitVersion) -> etree.XMLSchema:
    source = files("domain.payments").joinpath("xsd", f"{version}.xsd")
    return etree.XMLSchema(etree.fromstring(source.read_bytes()))


def _sum(debits: Many[Debit]) -> Decimal:
    return sum((debit.amount for debit in debits), ZERO)


class _Writer:
    """Writes the elements of one version."""

    def __init__(self, version: DebitVersion) -> None:
        self._version = version
        self._text = XmlText()

    def document(self, collection: Collection) -> bytes:
        namespace = f'xmlns="urn:iso:std:iso:20022:tech:xsd:{self._version}"'
        with self._text.inside("Document", namespace), self._text.inside("CstmrDrctDbtInitn"):
            with self._text.inside("GrpHdr"):
                self._header(collection)
            for sequence in Sequence:
                debits = [d for d in collection.debits if d.mandate.sequence is sequence]
                if debits:
                    with self._text.inside("PmtInf"):
                        self._block(collection, sequence, debits)
        return self._text.data()

    def _header(self, collection: Collection) -> None:
        self._add("MsgId", sepa.identifier(collection.message_id))
        self._add("CreDtTm", collection.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        self._totals(collection.debits)
        self._add("InitgPty/Nm", sepa.name(collection.creditor.name) or _UNNAMED)

    def _totals(self, debits: Many[Debit]) -> None:
        self._add("NbOfTxs", str(len(debits)))
        self._add("CtrlSum", f"{_sum(debits):.2f}")

    def _block(self, collection: Collection, sequence: Sequence, debits: Many[Debit]) -> None:
        # The message id has 32 signs: room for one that names the block.
        self._add("PmtInfId", f"{sepa.identifier(collection.message_id)[:33]}-{sequence[0]}")
        self._add("PmtMtd", "DD")
        self._add("BtchBookg", "true")
        self._totals(debits)
        with self._text.inside("PmtTpInf"):
            self._add("SvcLvl/Cd", "SEPA")
            self._add("LclInstrm/Cd", collection.scheme)
            self._add("SeqTp", sequence)
        self._add("ReqdColltnDt", collection.collection_date.isoformat())
        self._add("Cdtr/Nm", sepa.name(collection.creditor.name) or _UNNAMED)
        self._add("CdtrAcct/Id/IBAN", collection.creditor.iban)
        self._agent("CdtrAgt", collection.creditor.bic)
        self._add("ChrgBr", "SLEV")
        inside = self._text.inside
        with inside("CdtrSchmeId"), inside("Id"), inside("PrvtId"), inside("Othr"):
            self._add("Id", collection.creditor_id)
            self._add("SchmeNm/Prtry", "SEPA")
        for debit in debits:
            self._text.open("DrctDbtTxInf")
            self._debit(debit)
            self._text.close("DrctDbtTxInf")

    def _debit(self, debit: Debit) -> None:
        self._add("PmtId/EndToEndId", sepa.identifier(debit.end_to_end_id) or _UNNAMED)
        self._add("InstdAmt", f"{debit.amount:.2f}", 'Ccy="EUR"')
        with self._text.inside("DrctDbtTx"), self._text.inside("MndtRltdInf"):
            self._add("MndtId", debit.mandate.reference)
            self._add("DtOfSgntr", debit.mandate.signed_on.isoformat())
        self._agent("DbtrAgt", debit.mandate.bic)
        self._add("Dbtr/Nm", sepa.name(debit.mandate.holder) or _UNNAMED)
        self._add("DbtrAcct/Id/IBAN", debit.mandate.iban)
        if words := sepa.text(debit.remittance_information):
            self._add("RmtInf/Ustrd", words)

    def _agent(self, role: str, bic: str | None) -> None:
        name = "BICFI" if self._version is DebitVersion.V08 else "BIC"
        if bic is not None and _BICS[self._version].fullmatch(bic):
            self._add(f"{role}/FinInstnId/{name}", bic)
        else:
            self._add(f"{role}/FinInstnId/Othr/Id", _UNNAMED)

    def _add(self, path: str, words: str, attribute: str = "") -> None:
        self._text.leaf(path, words, attribute)
