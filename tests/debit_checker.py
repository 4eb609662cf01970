"""What a bank checks of a file of direct debits; written from the rulebooks, knowing no writer.

EPC130-08 and EPC131-08 (customer-to-bank guidelines SDD), EPC262-08 (creditor identifiers).
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

_SET = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]+")
_ID = re.compile(r"(?!/)(?!.*//)[A-Za-z0-9/\-?:().,'+ ]{1,35}(?<!/)")


def debit_complaints(data: bytes) -> list[str]:
    """Everything that a bank would complain of."""
    root = ET.fromstring(data)  # noqa: S314 (our own file)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return [*_totals(root), *_blocks(root), *_debits(root), *_texts(root)]


def _totals(root: ET.Element) -> Iterator[str]:
    for level in (root, *root.iter("PmtInf")):
        header = level.find(".//GrpHdr") if level is root else level
        amounts = [Decimal(each.text or "0") for each in level.iter("InstdAmt")]
        if header is None or header.findtext("NbOfTxs") != str(len(amounts)):
            yield "number of debits"
        elif Decimal(header.findtext("CtrlSum") or "0") != sum(amounts):
            yield "control sum"


def _blocks(root: ET.Element) -> Iterator[str]:
    blocks = list(root.iter("PmtInf"))
    if len({each.findtext("PmtInfId") for each in blocks}) < len(blocks):
        yield "PmtInfId twice"
    if len({each.findtext("PmtTpInf/LclInstrm/Cd") for each in blocks}) != 1:
        yield "schemes mixed"
    for block in blocks:
        kind = (block.findtext("PmtMtd"), block.findtext("PmtTpInf/SvcLvl/Cd"))
        if kind != ("DD", "SEPA") or block.findtext("ChrgBr") != "SLEV":
            yield "kind of payment"
        if block.findtext("PmtTpInf/SeqTp") not in {"FRST", "RCUR", "OOFF", "FNAL"}:
            yield "sequence"
        if date.fromisoformat(block.findtext("ReqdColltnDt") or "").weekday() > 4:
            yield "collection on a weekend"
        yield from _creditor(block)


def _creditor(block: ET.Element) -> Iterator[str]:
    scheme = block.find("CdtrSchmeId/Id/PrvtId/Othr")
    named = (scheme.findtext("Id") if scheme is not None else None) or ""
    if scheme is None or scheme.findtext("SchmeNm/Prtry") != "SEPA":
        yield "creditor scheme"
    elif _modulus(named[:4] + named[7:]) != 1:
        yield "creditor identifier"


def _debits(root: ET.Element) -> Iterator[str]:
    ids = [each.text or "" for each in root.iter("EndToEndId")]
    if len(set(ids)) < len(ids):
        yield "EndToEndId twice"
    for debit in root.iter("DrctDbtTxInf"):
        if _modulus(debit.findtext("DbtrAcct/Id/IBAN") or "") != 1:
            yield "IBAN of the debtor"
        mandate = debit.find("DrctDbtTx/MndtRltdInf")
        if mandate is None or not _ID.fullmatch(mandate.findtext("MndtId") or ""):
            yield "mandate"
        elif date.fromisoformat(mandate.findtext("DtOfSgntr") or "") > date(2100, 1, 1):
            yield "signature"
        amount = debit.find("InstdAmt")
        if amount is None or amount.get("Ccy") != "EUR" or Decimal(amount.text or "0") <= 0:
            yield "amount"


def _modulus(value: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in value[4:] + value[:4])) % 97


def _texts(root: ET.Element) -> Iterator[str]:
    for tag, most in (("Nm", 70), ("Ustrd", 140)):
        for element in root.iter(tag):
            words = element.text or ""
            if not _SET.fullmatch(words) or len(words) > most or words != words.strip():
                yield f"{tag}: {words!r}"
    if any(not (each.text or "").strip() and not len(each) for each in root.iter()):
        yield "empty element"
