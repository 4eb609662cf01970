"""Two forms of one invoice in one mail have to say the same."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.intake.forms import Form, form_findings, other_forms
from domain.payables.normalized import NormalizedInvoice, NormalizedVendor
from domain.payables.terms import Payee
from domain.reading.finding import Severity
from domain.reading.shown import Shown

VENDOR = NormalizedVendor("Beilage GmbH", "ATU61359247", iban="AT382011100002000396")
DATA = Form(
    "RE-1.xml",
    NormalizedInvoice(
        vendor=VENDOR,
        invoice_number="M15-1",
        invoice_date=date(2026, 11, 10),
        total_net=Decimal(100),
        total_tax=Decimal(20),
        total_gross=Decimal(120),
        amount_due=Decimal(120),
    ),
    number_key="M151",
    is_data=True,
    case_id=UUID(int=1),
)
PAGE = replace(DATA, name="Beilage.pdf", is_data=False, case_id=UUID(int=2))
OTHER_VENDOR = NormalizedVendor("Andere AG", "ATU99999999")


def changed(form: Form, **values: Any) -> Form:
    """The same with other values."""
    return replace(form, invoice=replace(form.invoice, **values))


def test_equal_forms_say_nothing() -> None:
    """Whatever is spelt otherwise."""
    spelt = replace(VENDOR, name="BEILAGE", vat_id="ATU 6135 9247", iban="AT38 2011 1000 0200 0396")
    page = changed(PAGE, vendor=spelt, invoice_number="M15/1", total_net=Decimal("100.00"))

    assert list(form_findings(DATA, [page])) == []
    assert list(form_findings(page, [DATA])) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("total_gross", Decimal(1200)),
        ("total_tax", Decimal(200)),
        ("total_net", Decimal(1000)),
        ("amount_due", Decimal(60)),
        ("currency", "USD"),
        ("invoice_date", date(2026, 11, 11)),
        ("vendor_iban", replace(VENDOR, iban="AT532011100002191170")),
        ("vendor_vat_id", replace(VENDOR, vat_id="ATU13585627")),
    ],
)
def test_another_value_blocks_either_of_them(name: str, value: Any) -> None:
    """On whichever is opened, with the case of the other."""
    values = {"vendor": value} if name.startswith("vendor") else {name: value}
    page = replace(changed(PAGE, **values), vendor_id=UUID(int=9))
    data = replace(DATA, vendor_id=UUID(int=9))

    for own, other in ((data, page), (page, data)):
        (found,) = form_findings(own, [other])
        assert (found.code, found.severity) == ("FORMS_DIFFER", Severity.BLOCKING)
        assert found.fields == (name,)
        assert found.other_case_id == other.case_id


def test_what_a_page_is_not_sure_of_says_nothing() -> None:
    """It is told by itself; what a person has entered is sure."""
    page = changed(PAGE, total_gross=Decimal(1200))

    assert (
        list(form_findings(DATA, [replace(page, sureness={"total_gross": Decimal("0.6")})])) == []
    )
    assert len(list(form_findings(DATA, [page]))) == 1


def test_the_name_of_the_file_pairs_what_numbers_do_not() -> None:
    """Another number is a difference then, too."""
    page = replace(changed(PAGE, invoice_number="M15-2"), number_key="M152", name="re-1.PDF")
    (found,) = form_findings(DATA, [page])

    assert found.fields == ("invoice_number",)


def test_what_belongs_to_another_is_no_form_of_this_one() -> None:
    """Another vendor's number, two pages, and a page whose data is there under another name."""
    foreign = changed(PAGE, vendor=OTHER_VENDOR)
    twin = replace(DATA, name="x.xml", number_key="M152")
    taken = replace(PAGE, name="RE-1.pdf", number_key="M152")

    assert other_forms(DATA, [foreign]) == []
    assert other_forms(PAGE, [replace(PAGE, case_id=UUID(int=3))]) == []
    assert other_forms(DATA, [taken, twin]) == []


@pytest.mark.parametrize(
    ("vendor", "shown"),
    [
        (replace(VENDOR, iban="AT532011100002191170"), "AT38 2011 1000 0200 0396"),
        (replace(VENDOR, name="Zum Goldenen Hirsch"), "Inhaber: Beilage GmbH, Wien"),
        (replace(VENDOR, vat_id="ATU13585627"), "UID ATU 61359247"),
    ],
)
def test_what_the_page_shows_besides_is_no_difference(vendor: Any, shown: str) -> None:
    """A second account, a trade name: as in a hybrid, until a person has entered another."""
    sure = dict.fromkeys(("vendor_name", "vendor_vat_id", "vendor_iban"), Decimal("0.95"))
    page = changed(PAGE, vendor=vendor)
    seen = replace(page, shown=Shown.of_text(shown), sureness=sure)

    assert list(form_findings(DATA, [seen])) == list(form_findings(seen, [DATA])) == []
    assert len(list(form_findings(DATA, [replace(seen, shown=Shown.of_text("-"))]))) == 1
    assert len(list(form_findings(DATA, [replace(seen, sureness={})]))) == 1


def test_a_payee_that_only_the_data_names_blocks() -> None:
    """Name and account have to be on the page."""
    payee = Payee("Fremde Bank AG", "AT532011100002191170")
    data = changed(DATA, payee=payee, vendor=replace(VENDOR, iban=None))
    page = replace(PAGE, shown=Shown.of_text("Beilage GmbH IBAN AT38 2011 1000 0200 0396"))
    told = "Zahlbar an Fremde Bank AG, IBAN AT53 2011 1000 0219 1170"

    for own, other in ((data, page), (page, data)):
        (found,) = form_findings(own, [other])
        assert (found.code, found.fields) == ("FORMS_DIFFER", ("payee",))
        assert found.severity is Severity.BLOCKING
    assert list(form_findings(data, [replace(page, shown=Shown.of_text(told))])) == []
    assert list(form_findings(data, [changed(page, payee=payee)])) == []
