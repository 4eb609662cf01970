"""pain.002: what a bank says of a payment file, read from every version in use.

Read by local names, as camt is: versions differ little, and Austria has a namespace of its own.
A status may stand at the file, at its block and at each transfer; a lower one wins (ISO 20022).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from domain.formats import xml
from domain.formats.statement import UnsupportedFormat

_NAMESPACE = re.compile(
    r"urn:iso:std:iso:20022:tech:xsd:pain\.002\.\d{3}\.\d\d"
    r"|ISO:pain\.002\.\d{3}\.\d\d:APC:STUZZA:payments:\d\d\d"
)
_BODY = b"CstmrPmtStsRpt"
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class ToldStatus:
    """One status with its reason; without `end_to_end_id` it is of all that have none of their own.

    `depth` says how near to the transfer it was said: 0 of the file, 1 of a block, 2 of a transfer.
    """

    status: str
    depth: int
    end_to_end_id: str | None = None
    reason: str | None = None
    reason_text: str | None = None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What one message says of one payment file, which `original_message_id` names."""

    message_id: str
    created_at: datetime
    original_message_id: str
    told: tuple[ToldStatus, ...]


def looks_like_status_report(head: bytes) -> bool:
    """Say whether the first bytes of a file are worth reading as one.

    >>> looks_like_status_report(b"<Document><CstmrPmtStsRpt>"), looks_like_status_report(b":20:X")
    (True, False)
    """
    return _BODY in head[:_HEAD]


def read(data: bytes) -> StatusReport:
    """Read a message. Raises UnsupportedFormat for what is none, or names no file or status."""
    root = xml.parse(data)
    body = next(iter(root), None)
    name = xml.namespace(root)
    if body is None or xml.local_name(body) != _BODY.decode():
        raise UnsupportedFormat("The file is no status report.")
    if name and not _NAMESPACE.fullmatch(name):
        raise UnsupportedFormat("The file is no known status report.", namespace=name)
    original = _text(body, "OrgnlGrpInfAndSts/OrgnlMsgId")
    told = tuple(_told(body))
    if original is None or not told:
        raise UnsupportedFormat("The status report names no payment file, or says nothing of it.")
    return StatusReport(
        message_id=_text(body, "GrpHdr/MsgId") or "",
        created_at=_instant(_text(body, "GrpHdr/CreDtTm")),
        original_message_id=original,
        told=told,
    )


def _told(body: etree._Element) -> Iterator[ToldStatus]:
    """Statuses from the file down to its transfers."""
    for group in body.iterfind("{*}OrgnlGrpInfAndSts"):
        yield from _status(group, "GrpSts", 0)
    for block in body.iterfind("{*}OrgnlPmtInfAndSts"):
        yield from _status(block, "PmtInfSts", 1)
    for transfer in body.iterfind(".//{*}TxInfAndSts"):
        yield from _status(transfer, "TxSts", 2, _text(transfer, "OrgnlEndToEndId"))


def _status(
    holder: etree._Element, name: str, depth: int, end_to_end_id: str | None = None
) -> Iterator[ToldStatus]:
    status = _text(holder, name)
    if status is None or (depth == 2 and end_to_end_id is None):  # noqa: PLR2004 (a transfer)
        return
    reasons = holder.findall("{*}StsRsnInf")
    codes = (_text(each, "Rsn/Cd") or _text(each, "Rsn/Prtry") for each in reasons)
    words = [each.text or "" for reason in reasons for each in reason.iterfind("{*}AddtlInf")]
    yield ToldStatus(
        status=status,
        depth=depth,
        end_to_end_id=end_to_end_id,
        reason=next((code for code in codes if code), None),
        reason_text=" ".join(words).strip() or None,
    )


def _text(node: etree._Element, path: str) -> str | None:
    found = node.findtext("/".join(f"{{*}}{name}" for name in path.split("/")))
    return (found or "").strip() or None


def _instant(value: str | None) -> datetime:
    """When a message was made; banks leave the zone out. Raises UnsupportedFormat."""
    try:
        found = datetime.fromisoformat(value or "")
    except ValueError as error:
        raise UnsupportedFormat("The status report does not say when it was made.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
