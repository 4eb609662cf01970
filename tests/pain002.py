"""Status reports as banks write them, for tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

MADE = datetime(2026, 3, 11, 8, 0, tzinfo=UTC)
V10 = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
V03 = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"


@dataclass(frozen=True)
class Told:
    """What a bank says of one transfer."""

    end_to_end_id: str
    status: str = "RJCT"
    reason: str | None = None
    words: str | None = None


def report(  # noqa: PLR0913 (what a message is made of)
    original: str,
    transfers: Sequence[Told] = (),
    *,
    group: str | None = None,
    reason: str | None = None,
    message_id: str = "BANK-1",
    made: datetime = MADE,
    namespace: str = V10,
) -> bytes:
    """A message about one payment file."""
    of_group = f"<GrpSts>{group}</GrpSts>{_reason(reason, None)}" if group else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{namespace}"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>{made:%Y-%m-%dT%H:%M:%S}Z</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{original}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{of_group}</OrgnlGrpInfAndSts>"
        f"{_block(original, transfers)}</CstmrPmtStsRpt></Document>"
    ).encode()


def _block(original: str, transfers: Sequence[Told]) -> str:
    if not transfers:
        return ""
    told = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{each.end_to_end_id}</OrgnlEndToEndId>"
        f"<TxSts>{each.status}</TxSts>{_reason(each.reason, each.words)}</TxInfAndSts>"
        for each in transfers
    )
    return f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{original}</OrgnlPmtInfId>{told}</OrgnlPmtInfAndSts>"


def _reason(code: str | None, words: str | None) -> str:
    if code is None:
        return ""
    text = f"<AddtlInf>{escape(words)}</AddtlInf>" if words else ""
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn>{text}</StsRsnInf>"
