"""What a document and the master data say to the rules of VAT; what they do not say is unknown."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from domain.intake import vehicles
from domain.intake.advance_words import asks_in_advance, is_title
from domain.intake.consumed_there import (
    HOTEL,
    OF_A_BILL,
    RESTAURANT,
    is_hotel_bill,
    is_meal,
    on_the_road,
)
from domain.intake.extraction import Extraction
from domain.intake.seller_region import DOMESTIC, region_of, seat_of
from domain.intake.taken_off import speaks_of_one
from domain.intake.tax_ground import Ground, ground_of, names_ground
from domain.money import CENT, ZERO, cents
from domain.payables.normalized import (
    NormalizedInvoice,
    NormalizedLine,
    NormalizedTax,
    NormalizedVendor,
)
from domain.payables.prepayment import Prepayment
from domain.payables.vat_treatment import NOTHING, VatTreatment
from domain.reading.customs import speaks_of_tax_account, words_of_tax_account
from domain.reading.denial import is_denied, is_doubtful
from domain.reading.document_type import DocumentType
from domain.reading.whole_words import whole_kind
from domain.tax.rates import LEVIED
from domain.tax.treatment import FOREIGN, UNKNOWN, TaxFacts, era_of

_HUNDRED = Decimal(100)
_ABROAD = frozenset({"eu", "third", "special_xi", "special_nonvat"})
NO_CATEGORY = "-"
MIXED = "mixed"
# What is consumed where it is supplied: tax of another country says that it was there.
_ON_THE_SPOT = frozenset(
    {
        "hotel",
        "restaurant",
        "fuel",
        "toll",
        "property_rent",
        "passenger_transport",
        "event_admission",
        "short_vehicle_hire",
    }
)
# Kinds whose lines the law treats apart from others of their rate.
_APART = frozenset(
    {
        "car_passenger",
        "car_electric",
        vehicles.UNCLEAR,
        "entertainment_private",
        "gift",
        "customs_document",
        "customs_duty",
        "customs_duty_on_account",
        "import_vat_recharged",
        "tip",
    }
)
# What serves a passenger car may be of these kinds, and is then treated as the car itself.
_GENERAL = frozenset(
    {
        None,
        "goods",
        "service",
        "property_service",
        "fuel",
        "toll",
        "short_vehicle_hire",
        "restaurant",
    }
)
# What the reason of an exemption says more precisely than the lines do.
_CROSSES = frozenset({"K", "AE"})  # the categories that tell goods from services
_REASONED = frozenset({"second_hand_margin", "travel_margin", "waste", "construction", "tip"})
_BY_NOTE = ("AE", "K", "G")
_MARGIN = frozenset({"second_hand_margin", "travel_margin"})
_VEHICLES = frozenset({vehicles.PASSENGER, vehicles.ELECTRIC, vehicles.UNCLEAR})
# A seller whose VAT id is of the tenant's country and whose address is not.
_REGISTERED = "special_reg"
# Charts of the country that takes input tax by the vehicle.
_ASKING_OF_CARS = frozenset({"at_ekr"})
# What only domestic parties charge in reverse, from a threshold on.
# Services by their general place, that of the customer (§ 3a Abs. 6 UStG AT, § 3a Abs. 2 UStG DE).
_SERVICES = frozenset({"service", "digital", "telecom", "ebook", "goods_transport"})
_DEVICES = frozenset({"mobile_phones_chips", "consoles_tablets", "consoles_tablets_laptops"})
_BY_PARAGRAPH = ("mobile_phones_chips", "metals")
_CARRIAGE = "goods_transport"
# What is for a device, or done to it, and is none where it is the head of what is named.
_ACCESSORY = (
    r"(?:\w*(?:tasche|rucksack|h(?:ü|ue)lle|folie|ständer|halter|dock|ladeger|ladekabel|netzteil|akku"
    r"|adapter|kabel|stift|tastatur|maus|schutz|zubeh|wagen|schrank|miete|leasing|reparatur|wartung"
    r"|versicher|garantie|schulung|einrichtung|entsorgung|vertrag|tarif|software|lizenz)\w*"
    r"|(?:schreib|beistell)?tisch(?:e|es)?|case|cover|sleeve|support|service|app|repair|rental|bag"
    r"|stand|charger)s?"
)
_MODEL = r"(?: (?:\d{1,4}|pro|max|air|mini|plus|ultra))*"
_BEHIND_DEVICE = re.compile(rf"{_MODEL}[ -]{_ACCESSORY}\b")
_BEFORE_DEVICE = re.compile(
    rf"\b{_ACCESSORY}(?:\b[^,;:]{{0,40}}\b(?:für|for|zu|zum|zur|von|of)\b[^,;:]{{0,20}})?[ -]$"
)
_NO_HEAD = re.compile(
    r"\W*(?:(?:\d[\d.,]*[a-z]{0,3}|x|h|std\.?|stk\.?|stunden?|tage?|stück|pauschale?|annual|yearly"
    r"|monthly|quarterly|technical|external|professional|jährlich\w*|monatlich\w*|technisch\w*"
    r"|extern\w*|laufend\w*) +)*"
)
# Makers and programs, behind which a service is named: `SAP Schulung`, `Microsoft 365 Support`.
_MADE_BY = re.compile(
    r"(?:(?:sap(?: s/4hana)?|s/4hana|microsoft|oracle|adobe|datev|bmd|rzl|autodesk|autocad|aws"
    r"|azure|google|vmware|cisco|salesforce|atlassian|jira|confluence|linux|red hat|ibm|dell|hpe?"
    r"|siemens|bosch|office|m365|teams|exchange|sharepoint|dynamics|navision|excel|power ?bi"
    r"|windows|sql|crm|erp|edv)"
    r"(?:[ -]?(?:365|\d{1,4}))?[ -]+){1,3}"
)
_FIRST_WORD = re.compile(r"[^\s,;]+")
_TAX_ACCOUNT, _PAID = "import_tax_account", "import_paid"
_PAPER = re.compile(r"altpapier|altkarton|papierabf")
_LESS = re.compile(r"\b(?:abz(?:\u00fc|ue)gl|abzgl|minus|less)", re.IGNORECASE)
_SETTLED = re.compile(r"\b(?:bereits|bezahlt|geleistet|gezahlt|verrechnet|erhalten)", re.IGNORECASE)
_BILLS = {
    "326": "prepayment",
    "386": "prepayment",
    "875": "prepayment",
    "876": "final",
    "877": "final",
    "389": "self_billed",
    # The same of ebInterface (DocumentType).
    "InvoiceForAdvancePayment": "prepayment",
    "FinalSettlement": "final",
    "SelfBilling": "self_billed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTenant:
    """What VAT has to know of the tenant: master data. None where nobody has said it.

    `deduction` is full, partial or none.
    """

    country: str
    deduction: str = "full"
    is_small_business: bool | None = None
    flags: Mapping[str, bool | None] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """How far input tax is deducted; a small business deducts none."""
        return "none" if self.is_small_business else self.deduction


@dataclass(frozen=True, slots=True)
class TaxVendor:
    """What is known of the vendor beside the document: its seat, and how it is usually treated.

    `is_decided` where a person has said so, rather than documents that were booked before.
    `account` is where it is usually booked, `prepayments` all that is left of what it had before.
    """

    country: str | None = None
    usual: VatTreatment = NOTHING
    is_decided: bool = False
    account: str | None = None
    prepayments: tuple[Prepayment, ...] = ()

    @property
    def alone(self) -> "TaxVendor":
        """The same without what is usual: for what a document says by itself."""
        return replace(self, usual=NOTHING)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands on the document outside the fields of the invoice.

    `delivered_to` is the country to which goods went, `representative_vat_id` that of who
    represents the seller before the tax office, where the document says it.
    """

    notes: str = ""
    recipient_vat_id: str | None = None
    type_code: str | None = None
    delivered_to: str | None = None
    representative_vat_id: str | None = None


def around_of(read: Extraction) -> Around:
    """What a reading has beside the invoice that it proposes."""
    return Around(
        read.notes,
        read.recipient.vat_id,
        read.type_code,
        read.delivery_country,
        read.representative_vat_id,
    )


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """Lines of one category and rate; `tax` is the breakdown's group, if there is one.

    Where other lines are stated with them, `basis` and `amount` are those of the lines: the reason
    of the breakdown holds for each of them, its sums do not. `day` is that of their supply, by
    which rates hold.
    """

    category: str | None
    rate: Decimal | None
    positions: tuple[int, ...]
    lines: tuple[NormalizedLine, ...]
    basis: Decimal
    amount: Decimal
    tax: NormalizedTax | None = None
    day: date = date.max

    @property
    def difference(self) -> str:
        """How the stated tax lies to base and rate: none, rounding or beyond_rounding."""
        if self.rate is None:
            return UNKNOWN
        gap = abs(cents(self.basis * self.rate) - self.amount)
        if not gap:
            return "none"
        return "rounding" if gap <= CENT * max(1, len(self.lines)) else "beyond_rounding"


def groups_of(invoice: NormalizedInvoice, country: str | None = None) -> list[TaxGroup]:
    """Lines of an invoice by category and rate, with the breakdown that states them.

    Lines of a kind that the law treats apart are a group of their own, whose sums nothing states;
    so are those supplied before and after a change of the rates or rules of a country, if given.
    """
    found: dict[tuple[str | None, Decimal, str | None, int], list[int]] = {}
    for position, line in enumerate(invoice.line_items):
        category = line.category or _only_category(invoice, line.tax_rate)
        apart = line.supply_kind if line.supply_kind in _APART else None
        day, rate = day_of(line, invoice), line.tax_rate.normalize()
        era = era_of(country, rate * _HUNDRED, day) if country else 0
        found.setdefault((category, rate, apart, era), []).append(position)
    rates = Counter(key[:2] for key in found)
    return [
        _group(invoice, key[:2], positions, is_whole=rates[key[:2]] == 1)
        for key, positions in found.items()
    ]


def with_kinds(invoice: NormalizedInvoice, vendor: TaxVendor, chart: str) -> NormalizedInvoice:
    """The invoice with the kinds that words or the account of a line say more precisely.

    A passenger car by its name or else by the account of its costs, representation and
    construction by their accounts: an account, most of all the vendor's usual one, only answers
    what the words leave open. In Austria a vehicle that neither tells is `vehicle`, which is
    asked. What a person has said of a line, or decided for the vendor, goes before.
    """
    if vendor.is_decided and vendor.usual.supply_kind:
        return invoice
    lines = (
        line if line.supply_kind else replace(line, supply_kind=_precise(line, vendor, chart))
        for line in invoice.line_items
    )
    return replace(invoice, line_items=tuple(lines))


def _precise(line: NormalizedLine, vendor: TaxVendor, chart: str) -> str | None:
    said = kind_of(line.description)
    if said in _APART:
        return said
    if said not in _GENERAL:
        return None
    named = vehicles.vehicle_of(line.description)
    if named in (vehicles.PASSENGER, vehicles.ELECTRIC):
        return named
    account = line.account_number or vendor.account
    if (chart, account) in _account_kinds():
        return _account_kinds()[chart, account]
    return named if chart in _ASKING_OF_CARS else None


def facts_of(
    group: TaxGroup,
    invoice: NormalizedInvoice,
    tenant: TaxTenant,
    vendor: TaxVendor,
    around: Around,
) -> TaxFacts:
    """What is known of one group.

    `direction` is always `in`: these are documents that others wrote.
    """
    seller = _seller(invoice, vendor)
    home = region_of(seller, tenant.country)
    region = _represented(home, group, tenant, around)
    rate = _rate(group.rate, region)
    said = _said(group, invoice, around)
    # Of a seller that shows a tax number alone, the region is what is known of its country.
    seat = tenant.country if region == DOMESTIC else seat_of(seller)
    notes = set(_notes(said, seat))
    is_owed_by_us = _is_all_taxed(invoice) and _says_customer_owes(said, seat)
    usual = vendor.usual
    ground = _ground_for(group, invoice, tenant, vendor, around)
    category = _category(group, rate, notes, ground)
    named = _said_kind(group, category, rate, region, notes)
    named = _consumed_there(named, group, invoice, seller) if rate == FOREIGN else named
    kind = named or _usual_kind(vendor, category) or UNKNOWN
    kind = MIXED if kind in _SERVICES and _is_partly_service(group, category) else kind
    kind = _of_margin(kind, said, rate) if _is_of_one_kind(invoice) else kind
    kind = _of_waste(kind, notes if rate == "0" else set(), group, tenant.country)
    kind = _of_ground(kind, ground)
    kind = _of_device(kind, notes if rate == "0" else set(), region, tenant.country)
    if "insurance" in notes and rate != "0":
        kind = "insurance"  # whose rate it is nobody knows: both taxes have 19 %
    is_small = "small_business" in notes or usual.is_small_on(group.day)
    more = {
        **_tenant_facts(tenant),
        **_document_facts(group, invoice, around, notes),
        **_supply_facts(kind, region, rate, category),
        "small_business_note": _answer(is_small),
        **({} if _is_levied(group.rate, tenant.country) else {"oss_note": "no"}),
        "triangular_note": _answer("triangular" in notes),
        "reverse_charge_note": _answer(is_owed_by_us),
        "import_vat_payment": _import_paid(notes),
        "ground": _basis_of(ground, category, kind),
        "delivered": _delivered(around.delivered_to, tenant.country),
        **_registered(region, home, category, seller, tenant.country),
        "supply_rate": UNKNOWN if usual.supply_rate is None else plain(usual.supply_rate),
    }
    return TaxFacts(
        country=tenant.country,
        direction="in",
        day=group.day,
        region=region,
        category=category,
        rate=rate,
        kind=kind,
        status=tenant.status,
        more=more,
    )


def _said_kind(
    group: TaxGroup, category: str, rate: str, region: str, notes: set[str]
) -> str | None:
    """The kind that words name; what goes from one to another of three is goods by law.

    A triangular transaction is one of supplies of goods (Art. 25 UStG AT, § 25b UStG DE).
    """
    kind = _kind(group, category, is_abroad=rate == FOREIGN)
    is_triangular = "triangular" in notes and region in _ABROAD
    return "goods" if is_triangular and kind in (None, MIXED) else kind


def _consumed_there(
    kind: str | None, group: TaxGroup, invoice: NormalizedInvoice, seller: NormalizedVendor
) -> str | None:
    """The kind of a group with another country's tax, where it was used up in that country."""
    kinds = [None if e.supply_kind in _APART else e.supply_kind for e in group.lines]
    found = [
        each or kind_of(line.description) for each, line in zip(kinds, group.lines, strict=True)
    ]
    named, name = frozenset(found), seller.name or ""
    said = [line.description for line in invoice.line_items]
    if kind in {*OF_A_BILL, MIXED} and named <= OF_A_BILL:
        if is_hotel_bill(name, said):
            return HOTEL
        if is_meal(name, said):
            return RESTAURANT
    if any(each.supply_kind and each.supply_kind not in _APART for each in group.lines):
        return kind
    lines = [(line.description, each) for line, each in zip(group.lines, found, strict=True)]
    return on_the_road(name, lines, named) or kind


def _represented(region: str, group: TaxGroup, tenant: TaxTenant, around: Around) -> str:
    """The region of a seller; one with a representative here is registered here by it.

    Where tax is shown it is that of this country (BG-11; § 27 Abs. 4 UStG AT).
    """
    given = seat_of(NormalizedVendor(vat_id=around.representative_vat_id))
    is_here = bool(group.rate) and region in _ABROAD and given == tenant.country
    return _REGISTERED if is_here else region


def _registered(
    region: str, home: str, category: str, seller: NormalizedVendor, country: str
) -> dict[str, str]:
    """Where a seller sits that is registered here alone, and that no establishment here supplied.

    Represented is who has neither a seat nor an establishment here. Who leaves the tax to the
    customer (AE) says that none of its establishments here had a part in it; who shows tax does not
    say it, for a number is no establishment (§ 19 Abs. 1 UStG AT, § 13b Abs. 7 UStG DE).
    """
    if region != home:
        return {"establishment": "no", "home_region": home}
    if region != _REGISTERED:
        return {}
    seat = region_of(replace(seller, vat_id=None, tax_id=None), country)
    return {"home_region": seat, **({"establishment": "no"} if category == "AE" else {})}


def _delivered(country: str | None, home: str) -> str:
    """Whether goods went to the tenant's country, by the code of the document."""
    if country is None:
        return UNKNOWN
    return "home" if country == home else "elsewhere"


def _basis_of(ground: Ground | None, category: str, kind: str) -> str:
    """The paragraph that stands for a group; what is not taxed is of one kind each."""
    if ground is None or ground.category != category:
        return UNKNOWN
    return UNKNOWN if category == "O" and ground.kind != kind else ground.name


def _is_of_one_kind(invoice: NormalizedInvoice) -> bool:
    """Whether words about the whole document are about each of its lines."""
    return len({line.tax_rate for line in invoice.line_items}) == 1


def _of_margin(kind: str, said: str, rate: str) -> str:
    """The margin scheme that words beside the lines name (§ 14a Abs. 6 UStG).

    Also of a vehicle, whichever it is: without tax there is nothing to deduct.
    """
    schemes = [each for each in said.splitlines() if kind_of(each) in _MARGIN]
    may_be = (UNKNOWN, *_GENERAL, *(_VEHICLES if rate == "0" else ()))
    if kind not in may_be or not schemes:
        return kind
    return kind_of(schemes[0]) or kind


def _usual_kind(vendor: TaxVendor, category: str) -> str | None:
    """What the vendor usually supplies; goods for K and services for AE are no habit of the other.

    What a person has decided holds for both.
    """
    usual = vendor.usual
    is_other = category in _CROSSES and usual.category not in (None, category)
    return usual.supply_kind if vendor.is_decided or not is_other else None


def day_of(line: NormalizedLine, invoice: NormalizedInvoice) -> date:
    """Day by which the rate of a line holds: of its own supply, else of the whole document."""
    return line.supply_date or supply_day(invoice)


def supply_day(invoice: NormalizedInvoice) -> date:
    """Day by which rates hold: of the supply, else of the document, else the last there is."""
    return invoice.delivery_date or invoice.invoice_date or date.max


def _group(
    invoice: NormalizedInvoice,
    key: tuple[str | None, Decimal],
    positions: Sequence[int],
    *,
    is_whole: bool,
) -> TaxGroup:
    category, rate = key
    lines = tuple(invoice.line_items[position] for position in positions)
    on = max(day_of(line, invoice) for line in lines)
    stated = [each for each in invoice.taxes if _is_of(each, category, rate)]
    tax = stated[0] if len(stated) == 1 else None
    if tax is not None and is_whole:
        rate_of = tax.rate if tax.rate is not None else rate
        return TaxGroup(category, rate_of, tuple(positions), lines, tax.basis, tax.amount, tax, on)
    amount = sum((line.tax_amount for line in lines), ZERO)
    basis = sum((line.line_total for line in lines), ZERO) - amount
    return TaxGroup(category, rate, tuple(positions), lines, basis, amount, tax, on)


def _only_category(invoice: NormalizedInvoice, rate: Decimal) -> str | None:
    """Category of the breakdown for a line that names none, where only one can be meant."""
    found = {each.category for each in invoice.taxes if (each.rate or ZERO) == rate}
    return found.pop() if len(found) == 1 else None


def _is_of(tax: NormalizedTax, category: str | None, rate: Decimal) -> bool:
    return tax.category == category and (tax.rate or ZERO) == rate


def _seller(invoice: NormalizedInvoice, vendor: TaxVendor) -> NormalizedVendor:
    """The seller as the document has it, with the country that its vendor is known to have."""
    named = invoice.vendor
    if vendor.country is not None and seat_of(named) is None:
        return replace(named, country=vendor.country)
    return named


def _rate(rate: Decimal | None, region: str) -> str:
    """Whose tax it is decides, not the number."""
    if rate is None:
        return UNKNOWN
    if not rate:
        return "0"
    return FOREIGN if region in _ABROAD else plain(rate * _HUNDRED)


def plain(percent: Decimal) -> str:
    """A rate in percent as the rules write it.

    >>> plain(Decimal("20.000"))
    '20'
    """
    return f"{percent.normalize():f}"


def _ground_for(
    group: TaxGroup,
    invoice: NormalizedInvoice,
    tenant: TaxTenant,
    vendor: TaxVendor,
    around: Around,
) -> Ground | None:
    """The paragraph by which a seller of the tenant's country shows no tax in a group."""
    seller = _seller(invoice, vendor)
    if group.rate or region_of(seller, tenant.country) != DOMESTIC:
        return None
    reason = group.tax.exemption_reason if group.tax else None
    own = ground_of(reason, tenant.country, is_reason=True) if reason else None
    return own or ground_of(_said(group, invoice, around), tenant.country)


def _category(group: TaxGroup, rate: str, notes: set[str], ground: Ground | None) -> str:
    """As stated, else by the words that the law asks for; a rate on paper is an ordinary one."""
    if group.category is not None:
        return group.category
    if rate not in ("0", UNKNOWN):
        return "S"
    said = [name for name in _BY_NOTE if name in notes]
    if not said and ground is not None:
        return ground.category
    return said[0] if len(said) == 1 else NO_CATEGORY


def own_kind(group: TaxGroup, category: str | None) -> str | None:
    """What is supplied as the lines say it, or the ground of their category; None of neither."""
    return _kind(group, category, is_abroad=False)


def _kind(group: TaxGroup, category: str | None, *, is_abroad: bool) -> str | None:
    """Tax of another country is that of what was consumed there, of a car or not."""
    said = (
        None if is_abroad and line.supply_kind in _APART else line.supply_kind
        for line in group.lines
    )
    known = zip(said, group.lines, strict=True)
    kinds_of_lines = {kind or _kind_in(line.description, category) for kind, line in known}
    found = _without_carriage(kinds_of_lines) - {None}
    reason = _reason(group)
    may_be = _GENERAL | _VEHICLES if reason in _MARGIN and not group.rate else _GENERAL
    if reason in _REASONED and found <= may_be:
        return reason
    if found == {"consoles_tablets", "consoles_tablets_laptops"}:
        return "consoles_tablets_laptops"
    if len(found) == 1:
        return found.pop()
    return MIXED if found else None


def _reason(group: TaxGroup) -> str | None:
    """The kind that the reason of an exemption names, else its code (VATEX)."""
    if group.tax is None:
        return None
    return kind_of(group.tax.exemption_reason or "") or kind_of(group.tax.exemption_code or "")


def _without_carriage(found: set[str | None]) -> set[str | None]:
    """Kinds of lines without the carriage of what other lines are: it is a part of their supply."""
    others = found - {_CARRIAGE}
    return others if others and others <= {None, "goods"} else found


def _is_partly_service(group: TaxGroup, category: str) -> bool:
    """Whether only some lines are services where the document says that all are goods (K)."""
    kinds_of_lines = {
        line.supply_kind or _kind_in(line.description, category) for line in group.lines
    }
    return category == "K" and None in kinds_of_lines and bool(kinds_of_lines & _SERVICES)


def kind_of(description: str) -> str | None:
    """Kind of supply that words name; None where they name none.

    >>> kind_of("Wartung Software November"), kind_of("Position 1")
    ('service', None)
    """
    return whole_kind(description) or next((kind for kind, _ in _named(description)), None)


def _kind_in(description: str, category: str | None) -> str | None:
    """Kind that words name; of what is called an acquisition, no service but as its first words.

    Carriage, coating or training behind goods is a part of them. Who made what is served, or a
    program, is no word of its own.
    """
    if category != "K":
        return kind_of(description)
    folded = description.casefold()
    skipped = _NO_HEAD.match(folded)
    begin = skipped.end() if skipped else 0
    made = _MADE_BY.match(folded, begin)
    first = _FIRST_WORD.match(folded, made.end() if made else begin)
    end = first.end() if first else 0
    named = (kind for kind, at in _named(description) if kind not in _SERVICES or at < end)
    return whole_kind(description) or next(named, None)


def _named(description: str) -> Iterator[tuple[str, int]]:
    """Kinds whose words stand in a description, and where the first of them does."""
    folded = description.casefold()
    for kind, words in _kinds():
        for found in words.finditer(folded):
            if kind not in _DEVICES or _is_device(folded, *found.span()):
                yield kind, found.start()
                break


def _is_device(folded: str, start: int, end: int) -> bool:
    """Whether the word for a device is not that of what something is for."""
    is_before = _BEFORE_DEVICE.search(folded[max(0, start - 120) : start])
    return not (is_before or _BEHIND_DEVICE.match(folded, end))


def _said(group: TaxGroup, invoice: NormalizedInvoice, around: Around) -> str:
    tax = group.tax
    reason = (tax.exemption_reason, tax.exemption_code) if tax else ()
    words = (line.description for line in group.lines)
    return "\n".join(filter(None, (*reason, around.notes, *words, invoice.payment_terms)))


def _notes(said: str, country: str | None) -> Iterator[str]:
    """What the words mean; a paragraph is read with the seller's country."""
    folded = " ".join(said.casefold().split())
    for row in _note_rows():
        if row["seller"] in ("", country) and _says(row, folded):
            yield row["note"]
    if words_of_tax_account(folded) is not None:
        yield _TAX_ACCOUNT
    for code, note in (("vatex-eu-ae", "AE"), ("vatex-eu-ic", "K"), ("vatex-eu-g", "G")):
        if re.search(rf"\b{code}\b", folded):
            yield note


def _says(row: Mapping[str, str], folded: str) -> bool:
    """Whether words say a note and do not deny it; what was paid has to be said plainly."""
    found = re.finditer(row["pattern"], folded)
    if row["note"] == _PAID:
        return any(not is_doubtful(folded, *each.span()) for each in found)
    return any(not is_denied(folded, each.start()) for each in found)


def _is_all_taxed(invoice: NormalizedInvoice) -> bool:
    """Whether no line is without tax, which words about no tax could mean."""
    return bool(invoice.line_items) and all(line.tax_rate for line in invoice.line_items)


def _says_customer_owes(said: str, country: str | None) -> bool:
    """Whether words say plainly that the customer owes the tax; a condition does not."""
    whole = " ".join(said.casefold().split())
    lines = (" ".join(line.casefold().split()) for line in said.splitlines())
    patterns = [
        row["pattern"]
        for row in _note_rows()
        if row["note"] == "AE" and row["seller"] in ("", country)
    ]
    return any(
        not is_doubtful(text, *found.span())
        for text in (whole, *lines)
        for pattern in patterns
        for found in re.finditer(pattern, text)
    )


def speaks_of_tax(line: str) -> bool:
    """Whether a line says something that the rules of VAT know, whoever the seller is."""
    folded = " ".join(line.casefold().split())
    is_note = any(re.search(row["pattern"], folded) for row in _note_rows())
    return is_note or speaks_of_tax_account(folded) or names_ground(line) or is_title(line)


def _tenant_facts(tenant: TaxTenant) -> dict[str, str]:
    return {f"tenant_{name}": _known(value) for name, value in tenant.flags.items()}


def _document_facts(
    group: TaxGroup, invoice: NormalizedInvoice, around: Around, notes: set[str]
) -> dict[str, str]:
    kind = _doc_type(invoice, around, notes)
    vat_id = invoice.vendor.vat_id or ""
    return {
        "doc_type": kind,
        "prepaid_tax_deducted": _deducted(invoice) if kind == "final" else UNKNOWN,
        "currency": invoice.currency or UNKNOWN,
        "net": str(abs(group.basis)),
        "gross": UNKNOWN if invoice.total_gross is None else str(invoice.total_gross),
        "groups": str(len(groups_of(invoice))),
        "tax_difference": group.difference,
        "uid_recipient": _answer(around.recipient_vat_id),
        "both_vat_ids": _answer(vat_id and around.recipient_vat_id),
        "ex_id": _answer(vat_id.upper().endswith("-EX")),
        "oss_note": _answer("oss" in notes or re.match(r"(EU\d{9}|IM\w{10})$", vat_id)),
    }


def _doc_type(invoice: NormalizedInvoice, around: Around, notes: set[str]) -> str:
    """What kind of bill it is: by its code (UNTDID 1001), else by its words."""
    if invoice.document_type is DocumentType.CREDIT_NOTE:
        return "credit_note"
    stated = _BILLS.get(around.type_code or "")
    if stated is not None:
        return stated
    if "final" in notes:
        return "final"
    if "prepayment" in notes and "prepayment" in _notes(_besides(invoice, around), None):
        return "prepayment"
    if "prepayment" in notes:
        return "final"
    return "prepayment" if asks_in_advance(invoice, around.notes) else "invoice"


def _besides(invoice: NormalizedInvoice, around: Around) -> str:
    """The words of a document without those of lines below zero that speak of one.

    And without what its notes say of what was prepaid of it; what it calls itself stays.
    """
    lines = [(line.description, speaks_of_one(line)) for line in invoice.line_items]
    taken = [" ".join(said.split()) for said, is_taken in lines if is_taken and said.strip()]
    notes = [each for each in around.notes.splitlines() if not _holds(each, taken)]
    if taken or invoice.prepaid_amount:
        notes = [_LESS.split(each, 1)[0] for each in notes if not _SETTLED.search(each)]
    kept = (said for said, is_taken in lines if not is_taken)
    return "\n".join(filter(None, (*notes, *kept, invoice.payment_terms)))


def _holds(note: str, taken: Iterable[str]) -> bool:
    return any(said in " ".join(note.split()) for said in taken)


def _deducted(invoice: NormalizedInvoice) -> str:
    """Whether a final invoice takes off prepayments with their tax: lines do, BT-113 does not.

    What a person sets off against prepayments gives back the tax that was deducted of them.
    """
    if invoice.is_set_off:
        return "yes"
    if any(line.line_total < ZERO for line in invoice.line_items):
        return "yes"
    return "no" if invoice.prepaid_amount else UNKNOWN


def _is_levied(rate: Decimal | None, country: str) -> bool:
    """Whether a country levies a rate: through OSS its own tax is charged, else a foreign one."""
    return rate is None or rate * _HUNDRED in LEVIED[country]


def _of_ground(kind: str, ground: Ground | None) -> str:
    """The kind that a paragraph stands for; a margin scheme is one of vehicles, too."""
    if ground is None or ground.kind is None:
        return kind
    may_be = {*_GENERAL, UNKNOWN, MIXED, *(_VEHICLES if ground.kind in _MARGIN else ())}
    return ground.kind if kind in may_be else kind


def _of_waste(kind: str, notes: set[str], group: TaxGroup, country: str) -> str:
    """Waste by the paragraph of its reverse charge, which goes before words as general as these.

    In Austria paper is on the list (Schrott-UStV), in Germany it is not (Anlage 3 UStG).
    """
    if "waste" in notes and kind in {*_GENERAL, UNKNOWN, MIXED, "metals"}:
        return "waste"
    lines = [line.description.casefold() for line in group.lines]
    is_paper = bool(lines) and all(_PAPER.search(line) for line in lines)
    return "goods" if kind == "waste" and country == "DE" and is_paper else kind


def _of_device(kind: str, notes: set[str], region: str, country: str) -> str:
    """Devices as the tenant's country knows them, or by the paragraph of their reverse charge.

    Laptops are among them in Austria (UStBBKV, BGBl. II 369/2013, § 2), not in Germany (§ 13b
    Abs. 2 Nr. 10 UStG). From another country they are goods.
    """
    if region in _ABROAD:
        return "goods" if kind in _DEVICES else kind
    said = [each for each in _BY_PARAGRAPH if each in notes]
    if len(said) == 1 and kind in ("goods", UNKNOWN):
        return said[0]
    if country == "AT" and kind == "consoles_tablets":
        return "consoles_tablets_laptops"
    return "goods" if country == "DE" and kind == "consoles_tablets_laptops" else kind


def _import_paid(notes: set[str]) -> str:
    """How import VAT is paid, where the paper says one thing (AT: boxes 061 and 083)."""
    said = notes & {_TAX_ACCOUNT, _PAID}
    return said.pop().removeprefix("import_") if len(said) == 1 else UNKNOWN


def account_of_kind(kind: str | None, chart: str) -> str | None:
    """Account of a chart that takes a kind of cost whoever sends the paper; None where any may."""
    return _kind_accounts().get((chart, kind))


def _supply_facts(kind: str, region: str, rate: str, category: str) -> dict[str, str]:
    """Place and nature of a supply; a car bears AE where it is hired or repaired, K where sold."""
    is_there = kind in _ON_THE_SPOT and region in _ABROAD and rate == FOREIGN
    is_service = kind in _SERVICES or (kind == vehicles.PASSENGER and category == "AE")
    return {
        "place": "abroad" if is_there else UNKNOWN,
        "supply": "service" if is_service else "goods" if kind == "goods" else UNKNOWN,
        # The invoice of an import is none: the tax comes with that of customs.
        "customs_document": "no",
    }


def _answer(said: object) -> str:
    """A document either says it or not."""
    return "yes" if said else "no"


def _known(value: bool | None) -> str:  # noqa: FBT001 - one of three
    return UNKNOWN if value is None else _answer(value)


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = csv.DictReader(_lines("supply_words.csv"))
    return tuple((row["kind"], re.compile(rf"\b(?:{row['words']})")) for row in rows)


@cache
def _account_kinds() -> dict[tuple[str, str | None], str | None]:
    rows = csv.DictReader(_lines("account_kinds.csv"))
    return {(row["chart"], row["account"]): row["kind"] or None for row in rows}


@cache
def _kind_accounts() -> dict[tuple[str, str | None], str]:
    rows = csv.DictReader(_lines("kind_accounts.csv"))
    return {(row["chart"], row["kind"]): row["account"] for row in rows}


@cache
def _note_rows() -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(_lines("tax_notes.csv")))


def _lines(name: str) -> list[str]:
    return files("domain.intake").joinpath(name).read_text(encoding="utf-8").splitlines()
