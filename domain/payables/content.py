"""Mandatory content of an incoming invoice: § 11 UStG (AT), § 14 UStG (DE), EN 16931.

Sources: facts on the law, section 5; letters of § 11 Abs. 1 Z 3 as commonly cited.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from domain.formats.e_invoice_rules import Validation
from domain.money import BASE_CURRENCY, CENT, ZERO
from domain.payables.normalized import NormalizedInvoice
from domain.reading.document_type import DocumentType
from domain.tax.rates import SMALL

_RECIPIENT_VAT_ID_ABOVE = Decimal("10000.00")
_NO_EN16931 = "ebInterface"


class CheckStatus(StrEnum):
    """Outcome of one check; a warning is what a person should look for on the page."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    WARNING = "warning"
    NOT_APPLICABLE = "not_applicable"
    NOT_RUN = "not_run"


_WITHOUT_RESULT = (CheckStatus.NOT_APPLICABLE, CheckStatus.NOT_RUN)


@dataclass(frozen=True, slots=True)
class Check:
    """One rule; the label names the paragraph or the rule of the standard."""

    rule: str
    label: str
    status: CheckStatus


@dataclass(frozen=True, slots=True)
class ComplianceCheck:
    """All checks of one document."""

    document_type: DocumentType
    checks: tuple[Check, ...]

    @property
    def compliant(self) -> bool:
        """Whether it is an invoice and no rule failed; warnings do not count."""
        failed = any(check.status is CheckStatus.FAIL for check in self.checks)
        return self.document_type.is_invoice and not failed

    def to_json(self) -> dict[str, Any]:
        """`compliance_check` as the contract shows it."""
        applied = [each for each in self.checks if each.status not in _WITHOUT_RESULT]
        return {
            "document_type": self.document_type.value,
            "is_invoice": self.document_type.is_invoice,
            "compliant": self.compliant,
            "passed": sum(check.status is CheckStatus.PASS for check in applied),
            "total": len(applied),
            "checks": [
                {"rule": check.rule, "label": check.label, "status": check.status.value}
                for check in self.checks
            ],
        }


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the normalised invoice does not hold: the law that applies, the recipient, notes.

    `country` is the tenant's. `notes` hold the wording of an exemption. `syntax` names the
    structured invoice, None when only a page was read; `validation` is what the official rules
    say of it.
    """

    country: str
    recipient_name: str | None = None
    recipient_address: str | None = None
    recipient_vat_id: str | None = None
    representative_vat_id: str | None = None
    notes: str = ""
    syntax: str | None = None
    validation: Validation | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule, the paragraph in each country, and what it asks of an invoice."""

    name: str
    label: str
    basis: dict[str, str]
    status: Callable[[NormalizedInvoice, Circumstances], CheckStatus]
    in_small: bool = False


def check(invoice: NormalizedInvoice, circumstances: Circumstances) -> ComplianceCheck:
    """Hold an invoice against the law of the tenant's country, and an e-invoice against EN 16931.

    Up to 250 EUR (§ 33 UStDV) or 400 EUR (§ 11 Abs. 6 UStG) gross the short list applies.
    """
    kind = _kind(invoice, circumstances.country)
    if not kind.is_invoice:
        return ComplianceCheck(kind, ())
    is_small = kind is DocumentType.SMALL_AMOUNT_INVOICE
    law = tuple(_by_law(invoice, circumstances, is_small=is_small))
    official = tuple(_by_official_rules(circumstances.validation))
    broken = {found.rule for found in official}
    standard = (one for one in _by_standard(invoice, circumstances) if one.rule not in broken)
    return ComplianceCheck(kind, (*law, *standard, *official))


def _kind(invoice: NormalizedInvoice, country: str) -> DocumentType:
    """A small invoice is one by its sum; a receipt is judged like any other invoice."""
    kind = invoice.document_type
    if kind not in (DocumentType.INVOICE, DocumentType.RECEIPT, DocumentType.SMALL_AMOUNT_INVOICE):
        return kind
    gross = invoice.total_gross
    if gross is None or invoice.currency != BASE_CURRENCY or _is_untaxed(invoice):
        return DocumentType.INVOICE
    return DocumentType.SMALL_AMOUNT_INVOICE if gross <= SMALL[country] else DocumentType.INVOICE


def _by_law(
    invoice: NormalizedInvoice, circumstances: Circumstances, *, is_small: bool
) -> Iterator[Check]:
    for rule in _RULES:
        basis = rule.basis[circumstances.country]
        if is_small and rule.in_small:
            basis = {"AT": "§ 11 Abs. 6 UStG", "DE": "§ 33 UStDV"}[circumstances.country]
        applies = rule.in_small or not is_small
        status = rule.status(invoice, circumstances) if applies else CheckStatus.NOT_APPLICABLE
        yield Check(rule.name, f"{rule.label} ({basis})", status)


def _by_standard(invoice: NormalizedInvoice, circumstances: Circumstances) -> Iterator[Check]:
    """The rules of EN 16931 that this record can answer."""
    if circumstances.syntax is None or circumstances.syntax == _NO_EN16931:
        return
    answers = {
        ("BR-02", "Invoice number"): invoice.invoice_number,
        ("BR-03", "Issue date"): invoice.invoice_date,
        ("BR-05", "Currency"): invoice.currency or None,
        ("BR-06", "Seller's name"): invoice.vendor.name,
        ("BR-07", "Buyer's name"): circumstances.recipient_name,
        ("BR-16", "At least one line"): invoice.line_items or None,
    }
    for (rule, label), value in answers.items():
        yield Check(rule, f"{label} (EN 16931 {rule})", _needed(value))
    yield Check("BR-CO-15", "Net and tax make gross (EN 16931 BR-CO-15)", _sums(invoice))


def _by_official_rules(validation: Validation | None) -> Iterator[Check]:
    """Whether schema and Schematron were passed, and each broken rule by its id."""
    if validation is None:
        return
    name = f"Official rules: {validation.rule_set or 'none'}"
    if validation.not_run is not None:
        yield Check("official_rules", f"{name}: {validation.not_run}", CheckStatus.NOT_RUN)
    else:
        passed = CheckStatus.PASS if validation.is_valid else CheckStatus.FAIL
        yield Check("official_rules", name, passed)
    for rule in validation.broken:
        status = CheckStatus.FAIL if rule.is_fatal else CheckStatus.WARNING
        place = f" ({rule.location})" if rule.location else ""
        yield Check(rule.id, f"{rule.text}{place}", status)


def _needed(value: object) -> CheckStatus:
    return CheckStatus.FAIL if value in (None, "") else CheckStatus.PASS


def _visible(value: object, circumstances: Circumstances) -> CheckStatus:
    """Missing in an XML is missing; on a page it may only not have been found."""
    if value not in (None, ""):
        return CheckStatus.PASS
    return CheckStatus.WARNING if circumstances.syntax is None else CheckStatus.FAIL


def _sums(invoice: NormalizedInvoice) -> CheckStatus:
    net, tax, gross = invoice.total_net, invoice.total_tax, invoice.total_gross
    if net is None or tax is None or gross is None:
        return CheckStatus.FAIL
    return CheckStatus.PASS if abs(net + tax - gross) <= CENT else CheckStatus.FAIL


def _is_untaxed(invoice: NormalizedInvoice) -> bool:
    return invoice.total_tax == ZERO


def _described(invoice: NormalizedInvoice, circumstances: Circumstances) -> CheckStatus:
    lines = invoice.line_items
    if not lines:
        return _visible(None, circumstances)
    return _needed(all(line.description.strip() and line.quantity for line in lines) or None)


def _delivered(invoice: NormalizedInvoice, circumstances: Circumstances) -> CheckStatus:
    """The month suffices, it may be stated in words, and for each line apart."""
    lines = invoice.line_items
    is_stated = invoice.delivery_date is not None or (
        bool(lines) and all(line.supply_date is not None for line in lines)
    )
    return CheckStatus.PASS if is_stated else CheckStatus.WARNING


def _taxed(invoice: NormalizedInvoice, circumstances: Circumstances) -> CheckStatus:
    """Rate and tax, or the reason why there is none."""
    if invoice.total_tax is None:
        return CheckStatus.FAIL
    if _is_untaxed(invoice):
        return _needed(circumstances.notes.strip())
    return _needed(any(line.tax_rate > 0 for line in invoice.line_items) or None)


def _recipient_vat_id(invoice: NormalizedInvoice, circumstances: Circumstances) -> CheckStatus:
    """Needed in Austria above 10,000 EUR gross, and everywhere when the recipient owes the tax."""
    gross = invoice.total_gross or ZERO
    large = circumstances.country == "AT" and gross > _RECIPIENT_VAT_ID_ABOVE
    if not large and not _shifts_tax(circumstances):
        return CheckStatus.NOT_APPLICABLE
    return _visible(circumstances.recipient_vat_id, circumstances)


def _shifts_tax(circumstances: Circumstances) -> bool:
    notes = circumstances.notes.lower()
    return any(
        words in notes for words in ("reverse charge", "steuerschuld", "innergemeinschaftlich")
    )


_RULES = (
    _Rule(
        "issuer_name",
        "Name of the supplier",
        {"AT": "§ 11 Abs. 1 Z 3 lit. a UStG", "DE": "§ 14 Abs. 4 Nr. 1 UStG"},
        lambda invoice, _: _needed(invoice.vendor.name),
        in_small=True,
    ),
    _Rule(
        "issuer_address",
        "Address of the supplier",
        {"AT": "§ 11 Abs. 1 Z 3 lit. a UStG", "DE": "§ 14 Abs. 4 Nr. 1 UStG"},
        lambda invoice, around: _visible(invoice.vendor.address, around),
        in_small=True,
    ),
    _Rule(
        "recipient_name",
        "Name of the recipient",
        {"AT": "§ 11 Abs. 1 Z 3 lit. b UStG", "DE": "§ 14 Abs. 4 Nr. 1 UStG"},
        lambda _, around: _visible(around.recipient_name, around),
    ),
    _Rule(
        "recipient_address",
        "Address of the recipient",
        {"AT": "§ 11 Abs. 1 Z 3 lit. b UStG", "DE": "§ 14 Abs. 4 Nr. 1 UStG"},
        lambda _, around: _visible(around.recipient_address, around),
    ),
    _Rule(
        "tax_number",
        "VAT id or tax number of the supplier",
        {"AT": "§ 11 Abs. 1 Z 3 lit. i UStG", "DE": "§ 14 Abs. 4 Nr. 2 UStG"},
        lambda invoice, around: _visible(
            invoice.vendor.vat_id or invoice.vendor.tax_id or around.representative_vat_id, around
        ),
    ),
    _Rule(
        "recipient_vat_id",
        "VAT id of the recipient",
        {"AT": "§ 11 Abs. 1 Z 3 lit. b, Abs. 1a UStG", "DE": "§ 14a UStG"},
        _recipient_vat_id,
    ),
    _Rule(
        "issue_date",
        "Date of issue",
        {"AT": "§ 11 Abs. 1 Z 3 lit. g UStG", "DE": "§ 14 Abs. 4 Nr. 3 UStG"},
        lambda invoice, _: _needed(invoice.invoice_date),
        in_small=True,
    ),
    _Rule(
        "invoice_number",
        "Sequential number",
        {"AT": "§ 11 Abs. 1 Z 3 lit. h UStG", "DE": "§ 14 Abs. 4 Nr. 4 UStG"},
        lambda invoice, _: _needed(invoice.invoice_number),
    ),
    _Rule(
        "quantity_and_description",
        "Quantity and usual description",
        {"AT": "§ 11 Abs. 1 Z 3 lit. c UStG", "DE": "§ 14 Abs. 4 Nr. 5 UStG"},
        _described,
        in_small=True,
    ),
    _Rule(
        "delivery_date",
        "Day or period of supply",
        {"AT": "§ 11 Abs. 1 Z 3 lit. d UStG", "DE": "§ 14 Abs. 4 Nr. 6 UStG"},
        _delivered,
    ),
    _Rule(
        "net_amount",
        "Net amount for each rate",
        {"AT": "§ 11 Abs. 1 Z 3 lit. e UStG", "DE": "§ 14 Abs. 4 Nr. 7 UStG"},
        lambda invoice, _: _needed(invoice.total_net),
    ),
    _Rule(
        "tax_rate_and_amount",
        "Rate and tax, or the reason for an exemption",
        {"AT": "§ 11 Abs. 1 Z 3 lit. e, f UStG", "DE": "§ 14 Abs. 4 Nr. 8 UStG"},
        _taxed,
        in_small=True,
    ),
    _Rule(
        "total_amount",
        "Total that is net and tax",
        {"AT": "§ 11 Abs. 1 Z 3 lit. e, f UStG", "DE": "§ 14 Abs. 4 Nr. 7, 8 UStG"},
        lambda invoice, _: _sums(invoice),
        in_small=True,
    ),
)
