"""What an opaque S/MIME message holds (CMS, RFC 5652, RFC 8551): unpacked, never trusted.

The content of a SignedData is taken out; whether the signature is right is not looked at.
"""

from asn1crypto import cms

TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
DEPTH = 3
UNCHECKED = "taken out of an S/MIME message; the signature was not checked"


class SealedMessage(ValueError):
    """The content cannot be taken out; the message says why."""


def content_of(data: bytes) -> bytes:
    """The MIME entity that was signed. Raises SealedMessage."""
    try:
        return _content(data)
    except SealedMessage:
        raise
    except Exception as error:  # the library raises whatever hostile bytes lead to
        raise SealedMessage("an S/MIME message that is damaged") from error


def _content(data: bytes) -> bytes:
    info = cms.ContentInfo.load(data)
    kind = info["content_type"].native
    if kind in {"enveloped_data", "authenticated_enveloped_data", "encrypted_data"}:
        raise SealedMessage("an encrypted S/MIME message")
    if kind != "signed_data":
        raise SealedMessage(f"an S/MIME message of a kind that is not opened ({str(kind)[:40]})")
    inner = info["content"]["encap_content_info"]["content"].native
    if not isinstance(inner, bytes):
        raise SealedMessage("an S/MIME signature without the message")
    return inner
