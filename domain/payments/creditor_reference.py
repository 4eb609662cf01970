"""References by which a payee knows a payment by itself: they stand alone, and structured.

ISO 11649 (RF), and the Belgian one (OGM, issuer BBA). Check digits say whether a text is one; what
has none, such as an Austrian Zahlungsreferenz, is told apart by nobody and stays a text.
"""

import re

_CHECK_DIGITS = slice(2, 4)
_BELGIAN = re.compile(r"\+{3}(\d{3})/(\d{4})/(\d{5})\+{3}|\*{3}(\d{3})/(\d{4})/(\d{5})\*{3}")
_BELGIAN_MODULUS = 97
_BELGIAN_LENGTH = 12


def creditor_reference(value: str) -> str | None:
    """The reference that a text is, as it stands in a payment file; None where it is none.

    >>> creditor_reference("RF18 5390 0754 7034"), creditor_reference("+++010/8068/17183+++")
    ('RF18539007547034', '010806817183')
    >>> creditor_reference("RE-2026-1") is None
    True
    """
    if is_creditor_reference(value):
        return value.replace(" ", "")
    found = _BELGIAN.fullmatch(value.replace(" ", ""))
    if found is None:
        return None
    digits = "".join(part for part in found.groups() if part)
    return digits if _is_belgian(digits) else None


def is_creditor_reference(value: str) -> bool:
    """Say whether a text is a creditor reference with right check digits (ISO 11649).

    >>> is_creditor_reference("RF18539007547034"), is_creditor_reference("RF19539007547034")
    (True, False)
    """
    compact = value.replace(" ", "")
    if not compact.isascii() or not compact.isalnum() or not compact.startswith("RF"):
        return False
    if len(compact) not in range(5, 26) or not compact[_CHECK_DIGITS].isdigit():
        return False
    return int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97 == 1


def issuer_of(reference: str) -> str | None:
    """Who issues references of this kind, as the file names it.

    >>> issuer_of("RF18539007547034"), issuer_of("010806817183"), issuer_of("4711")
    ('ISO', 'BBA', None)
    """
    if reference.startswith("RF"):
        return "ISO"
    return "BBA" if len(reference) == _BELGIAN_LENGTH and _is_belgian(reference) else None


def _is_belgian(digits: str) -> bool:
    """Whether the last two digits are the rest of the others by 97, and 97 for none."""
    if not digits.isascii() or not digits.isdigit():
        return False
    rest = int(digits[:-2]) % _BELGIAN_MODULUS or _BELGIAN_MODULUS
    return int(digits[-2:]) == rest
