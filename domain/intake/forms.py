"""Two forms of one invoice in one mail, data and page: they have to say the same.

As in a hybrid (decision 0042): whoever looks sees one of them, and what is booked and paid may be
the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from uuid import UUID

from domain.iban import grouped, written
from domain.intake.duplicates import Seen, may_be_one_vendor, seen_in
from domain.intake.vendor_match import bare_name
from domain.money import ZERO
from domain.payables.normalized import NormalizedInvoice
from domain.payables.terms import Payee
from domain.plain_text import looks
from domain.reading.finding import Finding, Severity
from domain.reading.names import is_like_name
from domain.reading.shown import Shown
from domain.reading.values import vat_id_written

_SURE = Decimal("0.90")
_BASIS = "GoBD Rz. 131"
_Value = str | date | Decimal


@dataclass(frozen=True, slots=True)
class Form:
    """A document of a mail as its case proposes it; `is_data` if it has a structured invoice.

    `sureness` is how sure the reading is of each value that it still proposes; what a person has
    entered is not in it. `shown` is what a page shows, where it was kept.
    """

    name: str
    invoice: NormalizedInvoice
    vendor_id: UUID | None = None
    number_key: str | None = None
    is_data: bool = False
    case_id: UUID | None = None
    sureness: Mapping[str, Decimal] = field(default_factory=dict)
    shown: Shown | None = None

    @property
    def seen(self) -> Seen:
        """What is compared of its vendor and number."""
        return seen_in(self.invoice, self.vendor_id, self.number_key)

    @property
    def stem(self) -> str:
        """The name of its file without its ending."""
        return stem_of(self.name)


def stem_of(name: str) -> str:
    """The name of a file without its ending, whatever its case.

    >>> stem_of("RE-1.XML")
    're-1'
    """
    return PurePosixPath(name).stem.casefold()


def other_forms(own: Form, others: Sequence[Form]) -> list[Form]:
    """Documents of the mail that are this invoice: its number and vendor, else its file's name.

    At least one of the two is data: pages alone are no two forms.
    """
    kin = [other for other in others if own.is_data or other.is_data]
    found = [other for other in kin if _is_one_number(own, other)]
    if found:
        return found
    alone = [other for other in kin if not any(_is_one_number(other, each) for each in others)]
    return [other for other in alone if own.stem == other.stem]


def form_findings(own: Form, others: Sequence[Form]) -> Iterator[Finding]:
    """Identity and money in which another form of the invoice says otherwise, each blocking.

    What a page is not sure of says nothing: that is told by itself. Of a vendor a page may name
    more than was read, a trade name or a second account: there it is enough that it shows what
    the data says, as in a hybrid. So is a payee that the data names.
    """
    for other in other_forms(own, others):
        theirs = _values(other)
        for name, value in _values(own).items():
            stated = theirs.get(name)
            if stated is None or _is_same(name, value, stated) or _is_shown(name, own, other):
                continue
            if _is_sure(own, name) and _is_sure(other, name):
                yield Finding(
                    "FORMS_DIFFER",
                    f"It says {_told(name, value)}; {other.name} of the same mail says"
                    f" {_told(name, stated)}.",
                    Severity.BLOCKING,
                    (name,),
                    _BASIS,
                    other.case_id,
                )
        yield from _payee_finding(own, other)


def _is_shown(name: str, own: Form, other: Form) -> bool:
    """Whether the page shows what the data says of the vendor; a person has the last word."""
    data, page = (own, other) if own.is_data else (other, own)
    value = _values(data).get(name)
    if page.is_data or page.shown is None or name not in page.sureness or value is None:
        return False
    match name:
        case "vendor_name":
            return page.shown.has_words(bare_name(str(value)))
        case "vendor_vat_id" | "vendor_iban":
            return page.shown.has_id(str(value))
        case _:
            return False


def _payee_finding(own: Form, other: Form) -> Iterator[Finding]:
    """A payee that only the data names: the money would go to whom the page does not show."""
    data, page = (own, other) if own.is_data else (other, own)
    payee = data.invoice.payee
    if payee is None or page.is_data or page.shown is None or _pays(page, payee):
        return
    yield Finding(
        "FORMS_DIFFER",
        f"It says {_payee_of(own)}; {other.name} of the same mail says {_payee_of(other)}.",
        Severity.BLOCKING,
        ("payee",),
        _BASIS,
        other.case_id,
    )


def _pays(page: Form, payee: Payee) -> bool:
    """Whether a page shows who is paid, and the account, or a person has entered it."""
    entered = page.invoice.payee
    if entered is not None and is_like_name(entered.name, payee.name):
        is_one = payee.iban is None or entered.iban == payee.iban
        if is_one:
            return True
    shown = page.shown
    is_named = shown is not None and shown.has_words(bare_name(payee.name))
    return is_named and (payee.iban is None or (shown is not None and shown.has_id(payee.iban)))


def _payee_of(form: Form) -> str:
    """Who is paid, and where: the payee, else the vendor."""
    payee, vendor = form.invoice.payee, form.invoice.vendor
    name, iban = (payee.name, payee.iban) if payee else (vendor.name, vendor.iban)
    return " ".join(filter(None, (name or "-", grouped(iban) if iban else None)))


def _is_one_number(own: Form, other: Form) -> bool:
    is_same = own.number_key is not None and own.number_key == other.number_key
    return other is not own and is_same and may_be_one_vendor(own.seen, other.seen)


def _values(form: Form) -> dict[str, _Value]:
    """What is compared, by field; without what is not known."""
    invoice, vendor = form.invoice, form.invoice.vendor
    found: dict[str, _Value | None] = {
        "invoice_number": invoice.invoice_number,
        "invoice_date": invoice.invoice_date,
        "vendor_name": vendor.name,
        "vendor_vat_id": vendor.vat_id,
        "vendor_iban": vendor.iban,
        "currency": invoice.currency,
        "total_net": invoice.total_net,
        "total_tax": invoice.total_tax,
        "total_gross": invoice.total_gross,
        "amount_due": invoice.amount_due,
    }
    return {name: value for name, value in found.items() if value is not None}


def _is_same(name: str, one: _Value, other: _Value) -> bool:
    """Whether two values differ in nothing but form."""
    if not isinstance(one, str) or not isinstance(other, str):
        return one == other
    match name:
        case "vendor_name":
            return is_like_name(one, other)
        case "vendor_vat_id":
            return vat_id_written(one) == vat_id_written(other)
        case "vendor_iban":
            return written(one) == written(other)
        case _:
            return _letters(one) == _letters(other)


def _letters(number: str) -> str:
    return "".join(sign for sign in looks(number) if sign.isalnum())


def _is_sure(form: Form, name: str) -> bool:
    return form.is_data or form.sureness.get(name, _SURE) >= _SURE


def _told(name: str, value: _Value) -> str:
    if isinstance(value, Decimal):
        return f"{value + ZERO:.2f}"
    return grouped(str(value)) if name == "vendor_iban" else str(value)
