"""What the official rules for e-invoices say of a document, as findings of its reading.

Told apart: the form (schema), the rules of business (Schematron), and, elsewhere, the content.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from domain.formats.e_invoice_rules import BrokenRule, Fault, Validation
from domain.intake.extraction import Extraction
from domain.reading.finding import Finding, Severity

_MISSING = "VALIDATOR_MISSING"
# Rules about sums (EN 16931-1, table of rules of the BR-CO group): what is paid hangs on them.
_SUMS = {
    "BR-CO-10": ("line_items", "total_net"),
    "BR-CO-11": ("total_net",),
    "BR-CO-12": ("total_net",),
    "BR-CO-13": ("total_net",),
    "BR-CO-14": ("total_tax",),
    "BR-CO-15": ("total_gross", "total_net", "total_tax"),
    "BR-CO-16": ("amount_due", "prepaid_amount", "rounding_amount"),
    "BR-CO-17": ("total_tax",),
}
_BY_CATEGORY = re.compile(r"BR-(?:S|Z|E|AE|IC|G|O|IG|IP|AF|AG|B)-0?(8|9)")
_FIELDS_BY_CATEGORY = {"8": ("total_net",), "9": ("total_tax",)}


def validated(extraction: Extraction, found: Validation) -> Extraction:
    """The extraction with what the validator says, and the findings that follow."""
    findings = (*extraction.findings, *findings_of(found))
    return replace(extraction, validation=found, findings=findings)


def findings_of(found: Validation) -> Iterator[Finding]:
    """A finding for each fatal rule, one for the form, one for all advice."""
    if found.not_run is not None:
        yield _not_run(found.not_run)
    form = [rule for rule in found.broken if rule.fault is Fault.FORMAT]
    if form:
        yield Finding(
            "E_INVOICE_FORMAT",
            f"The XML breaks its schema in {len(form)} places, first: {form[0].text}",
            Severity.WARNING,
            basis=found.rule_set,
        )
    rules = [rule for rule in found.broken if rule.fault is Fault.RULE]
    yield from (_fatal(rule) for rule in rules if rule.is_fatal)
    advice = [rule.id for rule in rules if not rule.is_fatal]
    if advice or found.unlisted:
        more = f" and {found.unlisted} more" if found.unlisted else ""
        yield Finding(
            "E_INVOICE_ADVICE",
            f"Not followed: {', '.join(advice)}{more}.",
            Severity.HINT,
            basis=found.rule_set,
        )


def _fatal(rule: BrokenRule) -> Finding:
    """A broken rule about sums blocks: what is booked and paid hangs on them."""
    fields = _fields(rule.id)
    severity = Severity.BLOCKING if fields else Severity.WARNING
    return Finding(
        "E_INVOICE_RULE", f"{rule.id}: {rule.text}", severity, fields, f"EN 16931 {rule.id}"
    )


def _fields(rule: str) -> tuple[str, ...]:
    by_category = _BY_CATEGORY.fullmatch(rule)
    if by_category is not None:
        return _FIELDS_BY_CATEGORY[by_category[1]]
    return _SUMS.get(rule, ())


def _not_run(reason: str) -> Finding:
    if reason == _MISSING:
        text = "The official rules for e-invoices are not installed; nothing was checked by them."
        return Finding(_MISSING, text, Severity.HINT)
    return Finding("NOT_VALIDATED", reason, Severity.HINT)
