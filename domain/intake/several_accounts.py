"""Several accounts on one invoice: which of them is read, and which others it names.

Many vendors list the accounts of several banks; a run pays to one of them all the same.
"""

import re
from collections.abc import Iterable, Iterator

from domain.formats.invoice_record import InvoiceRecord
from domain.iban import grouped, is_iban, written
from domain.intake.vendor_match import KnownVendor, bare_name
from domain.payables.normalized import NormalizedVendor
from domain.reading.finding import Finding, Severity

CODE = "SEVERAL_ACCOUNTS"
# Of two accounts, an old and a new one, only one can be right.
_REPLACED = re.compile(
    r"(?:neue[sn]?|ge\u00e4nderte[sn]?|alte[sn]?|new|old|changed)\s+(?:bank(?:verbindung|konto|daten)|konto(?:nummer|verbindung)?"
    r"|iban|bank\s+(?:account|details)|account)\b"
    r"|bank(?:verbindung|konto|daten)\b[^.!\n]{0,40}\bge\u00e4ndert"
    r"|bank\s+(?:account|details)\b[^.!\n]{0,40}\bchanged",
    re.IGNORECASE,
)


def findings_of(
    taken: str | None, named: Iterable[str], *, is_doubtful: bool = False
) -> Iterator[Finding]:
    """The account that is read (`taken`) and the others; doubtful ones wait for a person.

    They are doubtful where somebody else than the vendor holds one, or one replaces another.
    """
    others = [iban for iban in dict.fromkeys(map(written, named)) if iban != written(taken or "")]
    if taken is None or not others:
        return
    why = "; they are of several holders, or one replaces another" if is_doubtful else ""
    yield Finding(
        CODE,
        f"The account {grouped(written(taken))} is read;"
        f" the invoice also names {', '.join(map(grouped, others))}{why}.",
        Severity.BLOCKING if is_doubtful else Severity.WARNING,
        ("vendor_iban",),
    )


def of_record(record: InvoiceRecord, taken: str | None) -> Iterator[Finding]:
    """Accounts of a structured invoice (BT-84); one without a holder (BT-85) is the seller's."""
    means = [each for each in record.payment.means if each.iban and is_iban(written(each.iban))]
    holders = {bare_name(each.holder or record.seller.name or "") for each in means}
    yield from findings_of(
        taken, (written(each.iban or "") for each in means), is_doubtful=len(holders) > 1
    )


def replaces_another(text: str) -> bool:
    """Whether words tell of an old and a new account.

    >>> replaces_another("Unsere Bankverbindung hat sich ge\u00e4ndert!"), replaces_another("IBAN")
    (True, False)
    """
    return _REPLACED.search(text) is not None


def unsettled(
    found: Iterable[Finding], seen: NormalizedVendor, vendor: KnownVendor | None
) -> Iterator[Finding]:
    """All findings but those of accounts beside the one that is known of the vendor."""
    iban = written(seen.iban or "")
    is_known = vendor is not None and iban in map(written, vendor.ibans)
    for finding in found:
        if not (is_known and finding.code == CODE and finding.severity is Severity.WARNING):
            yield finding
