"""What a bank checks of a payment file; written from the rulebook, knowing nothing of the writer.

EPC132-08 (customer-to-bank guidelines SCT), EPC217-08 (characters), ISO 13616, ISO 11649.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

NON_EEA = {"AD", "AL", "CH", "GB", "GI", "MC", "MD", "ME", "MK", "RS", "SM", "VA"}
EEA = {
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
}
_SET = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]+")
_ID = re.compile(r"(?!/)(?!.*//)[A-Za-z0-9/\-?:().,'+ ]{1,35}(?<!/)")


def complaints(data: bytes) -> list[str]:
    """Everything that a bank would complain of."""
    root = ET.fromstring(data)  # noqa: S314 (our own file)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return [
        *_totals(root),
        *_manner(root),
        *_ids(root),
        *_days(root),
        *_transfers(root),
        *_texts(root),
    ]


def _totals(root: ET.Element) -> Iterator[str]:
    amounts = [Decimal(each.text or "0") for each in root.iter("InstdAmt")]
    for level in (root.find(".//GrpHdr"), *root.iter("PmtInf")):
        if level is None or level.findtext("NbOfTxs") != str(len(amounts)):
            yield "number of transfers"
        elif Decimal(level.findtext("CtrlSum") or "0") != sum(amounts):
            yield "control sum"
    if any(not Decimal("0.01") <= amount <= Decimal("999999999.99") for amount in amounts):
        yield "amount"
    if {each.get("Ccy") for each in root.iter("InstdAmt")} != {"EUR"}:
        yield "currency"


def _manner(root: ET.Element) -> Iterator[str]:
    for block in root.iter("PmtInf"):
        kind = (block.findtext("PmtMtd"), block.findtext("PmtTpInf/SvcLvl/Cd"))
        if kind != ("TRF", "SEPA") or block.findtext("ChrgBr") != "SLEV":
            yield "kind of payment"
        if block.findtext("BtchBookg") not in {"true", "false"}:
            yield "batch booking"
        if block.findtext("PmtTpInf/LclInstrm/Cd") not in {None, "INST"}:
            yield "local instrument"


def _ids(root: ET.Element) -> Iterator[str]:
    ids = [each.text or "" for each in root.iter("EndToEndId")]
    if len(set(ids)) < len(ids):
        yield "EndToEndId twice"
    named = [*ids, *(e.text or "" for tag in ("MsgId", "PmtInfId") for e in root.iter(tag))]
    if any(not _ID.fullmatch(each) for each in named):
        yield "form of an id"


def _days(root: ET.Element) -> Iterator[str]:
    if root.findtext(".//PmtTpInf/LclInstrm/Cd") == "INST":
        return
    day = root.findtext(".//ReqdExctnDt/Dt") or root.findtext(".//ReqdExctnDt") or ""
    if date.fromisoformat(day.strip()).weekday() > 4:
        yield "execution on a weekend"


def _transfers(root: ET.Element) -> Iterator[str]:
    debtor_has_address = root.find(".//Dbtr/PstlAdr/TwnNm") is not None
    for transfer in root.iter("CdtTrfTxInf"):
        yield from _account(transfer, is_known=debtor_has_address)
        if len(transfer.findall("RmtInf/*")) > 1:
            yield "remittance twice"
        reference = transfer.findtext(".//CdtrRefInf/Ref")
        if reference and not _is_reference(reference, transfer.findtext(".//CdtrRefInf/Tp/Issr")):
            yield "creditor reference"


def _is_reference(reference: str, issuer: str | None) -> bool:
    """Check digits by the issuer: ISO 11649, or the Belgian rest by 97."""
    if issuer == "BBA":
        return len(reference) == 12 and int(reference[:10]) % 97 == int(reference[10:]) % 97
    return _modulus(reference) == 1


def _account(transfer: ET.Element, *, is_known: bool) -> Iterator[str]:
    """Account, bank and address of who is paid; whether the debtor's address is known."""
    iban = transfer.findtext("CdtrAcct/Id/IBAN") or ""
    address = transfer.find("Cdtr/PstlAdr")
    if _modulus(iban) != 1 or iban[:2] not in EEA | NON_EEA:
        yield f"{iban} cannot be paid"
    if iban[:2] in NON_EEA:
        bic = transfer.findtext(".//CdtrAgt//BICFI") or transfer.findtext(".//CdtrAgt//BIC")
        if not bic or address is None or not is_known:
            yield f"{iban} needs BIC and addresses"
    if address is not None and None in {address.find("TwnNm"), address.find("Ctry")}:
        yield "unstructured address"


def _modulus(value: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in value[4:] + value[:4])) % 97


def _texts(root: ET.Element) -> Iterator[str]:
    for tag, most in (("Nm", 70), ("Ustrd", 140), ("TwnNm", 35), ("StrtNm", 70)):
        for element in root.iter(tag):
            words = element.text or ""
            if not _SET.fullmatch(words) or len(words) > most or words != words.strip():
                yield f"{tag}: {words!r}"
    if any(not (each.text or "").strip() and not len(each) for each in root.iter()):
        yield "empty element"
