"""The text of a mail itself, and whether somebody must see it although no file came with it.

Some bills are the mail: a ticket, a subscription, a link to the portal that has the PDF. Whether a
text is one is not decided here; where it may be, the mail waits in the inbox as a whole.
"""

import html
import re
from collections.abc import Iterator
from email.message import Message
from itertools import islice

PARTS = 50
CHARACTERS = 100_000
IS_PGP = "an encrypted PGP message"
IS_CODED = "a file in its text, as uuencode writes it, which is not opened"
IS_PART = "a piece of a mail that was sent in several, or one whose content is elsewhere"
IS_BILL = "no file came with the mail, but its text may be an invoice or say where one is"

_TAG = re.compile(r"<[^<>]{0,2000}>")
_BILL = re.compile(
    r"rechnung|invoice|\bfactur|\bfattur|\bfaktur|sz\u00e1mla|\bra\u010dun\b|honorarnote|quittung|\bbeleg"
    r"|\breceipt|gutschrift|credit\s?note|mahnung|zahlungserinnerung|vorschreibung|\bbill\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:EUR|CHF|USD|GBP|[\u20ac$\u00a3])\s?\d|\d[.,]\d{2}\s?(?:EUR|CHF|USD|GBP|[\u20ac$\u00a3])",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://", re.IGNORECASE)
_PGP = "-----BEGIN PGP MESSAGE-----"
_CODED = re.compile(r"^begin [0-7]{3,4} \S[^\r\n]{0,200}\r?\n[ -`]{1,61}\r?$", re.MULTILINE)
_PARTS_OF_MAILS = frozenset({"message/partial", "message/external-body"})  # RFC 2046, 5.2


def why_seen(message: Message, subject: str | None) -> str | None:
    """Why somebody must see a mail that brought no file; None where its text asks for nothing."""
    texts = list(_texts(message))
    if any(_PGP in text for text in texts):
        return IS_PGP
    if any(_CODED.search(text) for text in texts):
        return IS_CODED
    if any(each.get_content_type() in _PARTS_OF_MAILS for each in islice(message.walk(), PARTS)):
        return IS_PART
    raw = "\n".join(texts)[:CHARACTERS]
    text = f"{subject or ''}\n{plain(raw)}"
    has_more = _AMOUNT.search(text) or _LINK.search(raw)
    return IS_BILL if has_more and _BILL.search(text) else None


def plain(text: str) -> str:
    """The words of HTML, without its marks.

    >>> plain("<p>Rechnung&nbsp;7: <b>49,00 EUR</b>").split()
    ['Rechnung', '7:', '49,00', 'EUR']
    """
    return html.unescape(_TAG.sub(" ", text))


def _texts(message: Message) -> Iterator[str]:
    """The texts that are the mail itself, those of mails that it forwards included."""
    for part in islice(message.walk(), PARTS):
        if part.get_content_maintype() == "text" and part.get_filename() is None:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield content[: 4 * CHARACTERS].decode("utf-8", "replace")
