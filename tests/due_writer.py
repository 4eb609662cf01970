"""Writes the same invoice in UBL, CII and ebInterface, for tests that read it back."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

ISSUED = date(2026, 11, 20)
IBAN = "AT353400000000012345"


@dataclass(frozen=True)
class Written:
    """What is to be written: sums, terms as (days, percent), and who is paid."""

    net: Decimal
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    due_days: int | None = 30
    discounts: tuple[tuple[int, Decimal], ...] = ()
    holder: str | None = None
    means: str = "58"

    @property
    def tax(self) -> Decimal:
        """20 % of net."""
        return (self.net / 5).quantize(Decimal("0.01"))

    @property
    def gross(self) -> Decimal:
        """Net and tax."""
        return self.net + self.tax

    @property
    def due(self) -> Decimal:
        """BR-CO-16."""
        return self.gross - (self.prepaid or 0) + (self.rounding or 0)

    @property
    def due_date(self) -> date | None:
        """The net date."""
        return day(self.due_days) if self.due_days is not None else None


def day(days: int) -> date:
    """So many days after the invoice."""
    return ISSUED + timedelta(days=days)


def _element(name: str, value: object) -> str:
    return "" if value is None else f"<{name}>{value}</{name}>"


def ubl(invoice: Written) -> bytes:
    """As UBL, with several PaymentTerms."""
    terms = "".join(
        f"<PaymentTerms><SettlementDiscountPercent>{percent}</SettlementDiscountPercent>"
        f"<SettlementPeriod><EndDate>{day(days)}</EndDate></SettlementPeriod></PaymentTerms>"
        for days, percent in invoice.discounts
    )
    account = _element("ID", IBAN) + _element("Name", invoice.holder)
    space = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    return (
        f'<Invoice xmlns="{space}"><ID>W-1</ID><IssueDate>{ISSUED}</IssueDate>'
        f"{_element('DueDate', invoice.due_date)}<DocumentCurrencyCode>EUR</DocumentCurrencyCode>"
        "<AccountingSupplierParty><Party><PartyLegalEntity><RegistrationName>Tischlerei GmbH"
        "</RegistrationName></PartyLegalEntity></Party></AccountingSupplierParty>"
        f"<PaymentMeans><PaymentMeansCode>{invoice.means}</PaymentMeansCode>"
        f"<PayeeFinancialAccount>{account}</PayeeFinancialAccount></PaymentMeans>{terms}"
        f"<TaxTotal><TaxAmount>{invoice.tax}</TaxAmount></TaxTotal><LegalMonetaryTotal>"
        f"<TaxExclusiveAmount>{invoice.net}</TaxExclusiveAmount>"
        f"<TaxInclusiveAmount>{invoice.gross}</TaxInclusiveAmount>"
        f"{_element('PrepaidAmount', invoice.prepaid)}"
        f"{_element('PayableRoundingAmount', invoice.rounding)}"
        f"<PayableAmount>{invoice.due}</PayableAmount></LegalMonetaryTotal></Invoice>"
    ).encode()


def cii(invoice: Written) -> bytes:
    """As CII, with several SpecifiedTradePaymentTerms, in no order."""
    blocks = [
        "<SpecifiedTradePaymentTerms><ApplicableTradePaymentDiscountTerms>"
        f'<BasisPeriodMeasure unitCode="DAY">{days}</BasisPeriodMeasure>'
        f"<CalculationPercent>{percent}</CalculationPercent>"
        "</ApplicableTradePaymentDiscountTerms></SpecifiedTradePaymentTerms>"
        for days, percent in reversed(invoice.discounts)
    ]
    if invoice.due_date is not None:
        blocks.append(
            "<SpecifiedTradePaymentTerms><DueDateDateTime>"
            f'<DateTimeString format="102">{invoice.due_date:%Y%m%d}</DateTimeString>'
            "</DueDateDateTime></SpecifiedTradePaymentTerms>"
        )
    return (
        "<CrossIndustryInvoice><ExchangedDocument><ID>W-1</ID><IssueDateTime>"
        f'<DateTimeString format="102">{ISSUED:%Y%m%d}</DateTimeString></IssueDateTime>'
        "</ExchangedDocument><SupplyChainTradeTransaction><ApplicableHeaderTradeAgreement>"
        "<SellerTradeParty><Name>Tischlerei GmbH</Name></SellerTradeParty>"
        "</ApplicableHeaderTradeAgreement><ApplicableHeaderTradeSettlement>"
        "<InvoiceCurrencyCode>EUR</InvoiceCurrencyCode><SpecifiedTradeSettlementPaymentMeans>"
        f"<TypeCode>{invoice.means}</TypeCode><PayeePartyCreditorFinancialAccount>"
        f"<IBANID>{IBAN}</IBANID>{_element('AccountName', invoice.holder)}"
        "</PayeePartyCreditorFinancialAccount></SpecifiedTradeSettlementPaymentMeans>"
        f"{''.join(blocks)}<SpecifiedTradeSettlementHeaderMonetarySummation>"
        f"<TaxBasisTotalAmount>{invoice.net}</TaxBasisTotalAmount>"
        f"<TaxTotalAmount>{invoice.tax}</TaxTotalAmount>"
        f"{_element('RoundingAmount', invoice.rounding)}"
        f"<GrandTotalAmount>{invoice.gross}</GrandTotalAmount>"
        f"{_element('TotalPrepaidAmount', invoice.prepaid)}"
        f"<DuePayableAmount>{invoice.due}</DuePayableAmount>"
        "</SpecifiedTradeSettlementHeaderMonetarySummation></ApplicableHeaderTradeSettlement>"
        "</SupplyChainTradeTransaction></CrossIndustryInvoice>"
    ).encode()


def ebinterface(invoice: Written) -> bytes:
    """As ebInterface 6.1; a discount has a day and a percentage."""
    discounts = "".join(
        f"<Discount><PaymentDate>{day(days)}</PaymentDate><Percentage>{percent}</Percentage></Discount>"
        for days, percent in invoice.discounts
    )
    account = _element("IBAN", IBAN) + _element("BankAccountOwner", invoice.holder)
    method = {
        "58": f"<UniversalBankTransaction><BeneficiaryAccount>{account}</BeneficiaryAccount>"
        "</UniversalBankTransaction>",
        "59": f"<SEPADirectDebit><IBAN>{IBAN}</IBAN></SEPADirectDebit>",
        "48": "<PaymentCard/>",
    }[invoice.means]
    return (
        '<Invoice xmlns="http://www.ebinterface.at/schema/6p1/" DocumentType="Invoice"'
        f' InvoiceCurrency="EUR"><InvoiceNumber>W-1</InvoiceNumber>'
        f"<InvoiceDate>{ISSUED}</InvoiceDate><Biller><Address><Name>Tischlerei GmbH</Name>"
        "</Address></Biller><Tax><TaxItem>"
        f"<TaxableAmount>{invoice.net}</TaxableAmount><TaxPercent>20</TaxPercent>"
        f"<TaxAmount>{invoice.tax}</TaxAmount></TaxItem></Tax>"
        f"<TotalGrossAmount>{invoice.gross}</TotalGrossAmount>"
        f"{_element('PrepaidAmount', invoice.prepaid)}"
        f"{_element('RoundingAmount', invoice.rounding)}"
        f"<PayableAmount>{invoice.due}</PayableAmount><PaymentMethod>{method}</PaymentMethod>"
        f"<PaymentConditions>{_element('DueDate', invoice.due_date)}{discounts}"
        "</PaymentConditions></Invoice>"
    ).encode()
