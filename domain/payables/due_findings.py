"""What of an invoice a person must answer before it is paid: sum due, payee, currency."""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from domain.iban import grouped, written
from domain.ledger.reference_rate import contradicts
from domain.money import BASE_CURRENCY, ZERO, currency_of
from domain.payables.normalized import NormalizedInvoice
from domain.payables.terms import ForeignRate, Payee, is_rounding
from domain.reading.finding import Finding, Severity

PAYEE_DIFFERS = "PAYEE_DIFFERS"
_BR_CO_16 = "EN 16931 BR-CO-16"


def due_findings(invoice: NormalizedInvoice, accepted: Collection[Payee] = ()) -> Iterator[Finding]:
    """All of them; `accepted` are payees that people have accepted for the vendor before."""
    yield from _day_findings(invoice)
    yield from _amount_findings(invoice)
    yield from _payee_findings(invoice, accepted)
    yield from _currency_findings(invoice)


def is_accepted(payee: Payee, accepted: Collection[Payee]) -> bool:
    """Whether name and account are those of a payee that was accepted before.

    >>> is_accepted(Payee("Bank AG", "AT61 1904"), [Payee("BANK AG", "AT611904")])
    True
    """
    return _key(payee) in map(_key, accepted)


def _key(payee: Payee) -> tuple[str, str]:
    return " ".join(payee.name.split()).casefold(), written(payee.iban or "")


def _day_findings(invoice: NormalizedInvoice) -> Iterator[Finding]:
    """A day due before the day of the document: one of them is misread, or payment is late."""
    issued, due = invoice.invoice_date, invoice.due_date
    if issued is not None and due is not None and due < issued:
        yield Finding(
            "DUE_BEFORE_INVOICE",
            f"It is due on {due}, before its own date, {issued}.",
            Severity.WARNING,
            ("due_date", "invoice_date"),
            "BGB § 286, ABGB § 904",
        )


def _amount_findings(invoice: NormalizedInvoice) -> Iterator[Finding]:
    """Gross and due differ: somebody has to say why, for that is what a run pays."""
    gross, due = invoice.total_gross, invoice.amount_due
    prepaid, rounding = invoice.prepaid_amount or ZERO, invoice.rounding_amount or ZERO
    if gross is not None and due is None and prepaid:
        due = invoice.owed_amount - prepaid  # as the invoice will say it
    if gross is None or due is None:
        return
    if due != gross and not invoice.is_set_off:
        yield Finding(
            "AMOUNT_DUE_DIFFERS",
            f"The invoice comes to {gross:.2f}; {due:.2f} is due."
            + (f" {prepaid:.2f} was paid before." if prepaid else "")
            + (f" {rounding:.2f} is rounding." if rounding else "")
            + " Settle it against a prepayment, or say why.",
            Severity.BLOCKING,
            ("amount_due", "total_gross", "prepaid_amount", "rounding_amount"),
            _BR_CO_16,
        )
    if not is_rounding(rounding, invoice.currency):
        yield Finding(
            "ROUNDING_TOO_LARGE",
            f"{rounding:.2f} is called rounding: it is neither posted nor owed.",
            Severity.BLOCKING,
            ("rounding_amount", "amount_due"),
            "EN 16931 BT-114",
        )
    if due != gross - prepaid + rounding:
        yield Finding(
            "AMOUNT_DUE_UNEXPLAINED",
            f"Gross less prepaid plus rounding is {gross - prepaid + rounding:.2f}, not {due:.2f}.",
            Severity.WARNING,
            ("amount_due",),
            _BR_CO_16,
        )


def rate_findings(fx: ForeignRate, known: Decimal, of: date) -> Iterator[Finding]:
    """What contradicts the reference rate of its day: every amount in EUR would be wrong by it."""
    if contradicts(fx.rate, fx.source, known):
        yield Finding(
            "FX_RATE_DIFFERS",
            f"The reference rate of {of} is {known.normalize():f},"
            f" not {fx.rate.normalize():f} ({fx.source}).",
            Severity.BLOCKING,
            ("fx", "currency"),
            "§ 20 Abs. 6 UStG (AT), § 16 Abs. 6 UStG (DE)",
        )


def _payee_findings(invoice: NormalizedInvoice, accepted: Collection[Payee]) -> Iterator[Finding]:
    payee = invoice.payee
    if payee is None or is_accepted(payee, accepted):
        return
    account = f" ({grouped(payee.iban)})" if payee.iban else ""
    yield Finding(
        PAYEE_DIFFERS,
        f"{invoice.vendor.name or 'The vendor'} invoices, {payee.name}{account} is to be paid.",
        Severity.BLOCKING,
        ("payee", "vendor_name"),
        "EN 16931 BG-10, BT-85",
    )


def _currency_findings(invoice: NormalizedInvoice) -> Iterator[Finding]:
    if currency_of(invoice.currency) is None:
        yield Finding(
            "CURRENCY_UNKNOWN",
            "The currency is not stated, or is none that is known.",
            Severity.BLOCKING,
            ("currency",),
            "EN 16931 BR-05",
        )
    elif invoice.currency != BASE_CURRENCY and invoice.fx is None:
        yield Finding(
            "CURRENCY_FOREIGN",
            f"The invoice is in {invoice.currency}: it needs an exchange rate (fx).",
            Severity.BLOCKING,
            ("currency", "fx"),
            "§ 20 Abs. 6 UStG (AT), § 16 Abs. 6 UStG (DE)",
        )
    elif invoice.currency != BASE_CURRENCY and invoice.fx is not None:
        fx = invoice.fx
        yield Finding(
            "FX_RATE",
            f"1 EUR is {fx.rate.normalize():f} {invoice.currency} of {fx.rate_date} ({fx.source}).",
            Severity.HINT,
            ("currency", "fx"),
        )
