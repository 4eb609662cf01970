"""The parts of a page that every layout puts together: meta data, parties, table, sums, terms.

Values whose truth is kept are wrapped in links (`mark`): the printed PDF tells where each came out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from random import Random

from domain.iban import grouped
from domain.money import ZERO
from tests.generated_documents import wording
from tests.generated_documents.content import Content, Item, Party, truth_value
from tests.generated_documents.family import Family

MARK = "https://truth.invalid/"
_ROWS_A_PAGE = 18
_NOTED = 0.6
_CUSTOMERS_IBAN = "AT57 3225 0000 0000 8004"
_CELLS_RIGHT = {
    "quantity", "price", "reduction", "rate", "tax_amount", "total", "gross_total", "gross_amount",
}  # fmt: skip
_HEADINGS = {"gross_total": "total", "gross_amount": "gross", "day": "date"}
_SUMS = ("", "\u03a3", "=", "\u00b7 \u00b7 \u00b7")  # a sum below the lines, by no word
_FACTORS = ("{quantity} x {price}", "{quantity} {unit} \u00e0 {price}", "{quantity} \u00d7 {price}")
Pair = tuple[str, str]


def mark(name: str, value: object, text: str) -> str:
    """Text that states a value of the truth."""
    return f'<a href="{MARK}{name}?{escape(truth_value(value))}">{escape(text)}</a>'


def div(style: str, *parts: str) -> str:
    """A block of a class."""
    return f'<div class="{style}">{"".join(parts)}</div>'


def lines(*texts: str) -> str:
    """Lines below each other, without the empty ones."""
    return "<br>".join(text for text in texts if text)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document of a family, in words and figures of its look."""

    family: Family
    content: Content
    chance: Random

    def label(self, name: str, **values: object) -> str:
        """The family's word for a thing."""
        return escape(self.family.labels[name].format(**values))

    def has(self, option: str) -> bool:
        """Whether this document has what the family may have."""
        return option in self.content.has

    def day(self, value: date) -> str:
        """A day in the family's form."""
        return escape(wording.day(value, self.family))

    def money(self, value: Decimal) -> str:
        """An amount of the sums; credit notes of some families have a minus."""
        return escape(wording.money(self._signed(value), self.family))

    def amount(self, value: Decimal) -> str:
        """An amount without currency."""
        return escape(wording.amount(self._signed(value), self.family))

    def sum_of(self, name: str, value: Decimal) -> str:
        """A sum that the truth knows; the gross total names the currency."""
        text = wording.money(self._signed(value), self.family)
        if name == "total_gross" and self.family.money == "{n}":
            form = self.family.look("sum_of").choice(("{c} {n}", "{n} {c}", "{n}"))
            text = form.format(c=self.content.currency, n=text)
        return mark(name, abs(value), text)

    @property
    def names_currency(self) -> bool:
        """Whether the page says which currency it is in."""
        form = self.family.look("sum_of").choice(("{c} {n}", "{n} {c}", "{n}"))
        return self.family.money != "{n}" or "{c}" in form

    def _signed(self, value: Decimal) -> Decimal:
        is_minus = self.content.kind == "credit_note" and self.family.look("signed").random() < 0.5
        return -value if is_minus else value

    # Parties

    def vendor_name(self) -> str:
        """The vendor, marked."""
        return mark("vendor_name", self.content.vendor.name, self.content.vendor.name)

    def sender(self) -> str:
        """The vendor in one small line, as it stands in the window of an envelope."""
        vendor = self.content.vendor
        parts = (vendor.name, vendor.street, f"{vendor.postcode} {vendor.town}")
        return escape(self.family.look("sender").choice((", ", " · ", " - ", " | ")).join(parts))

    def address(self, party: Party, *, name: str | None = None) -> str:
        """Name, street and town below each other."""
        is_abroad = party.country != self.family.country
        return lines(
            name if name is not None else escape(party.name),
            escape(party.street),
            escape(f"{party.postcode} {party.town}"),
            escape(party.country) if is_abroad else "",
        )

    def contacts(self) -> tuple[Pair, ...]:
        """How the vendor is reached: none of these is a number of the invoice."""
        vendor = self.content.vendor
        return (
            (self.label("phone"), escape(vendor.phone)),
            ("E-Mail", escape(vendor.mail)),
            ("Web", escape(vendor.web)),
        )

    def identity(self) -> Iterator[Pair]:
        """VAT id, tax number and register of the vendor."""
        vendor = self.content.vendor
        if vendor.vat_id is not None and not self.has("no_vat_id"):
            value = self._spaced(vendor.vat_id)
            yield self.label("vat_id"), mark("vendor_vat_id", vendor.vat_id, value)
        if self.has("tax_id"):
            yield self.label("tax_id"), escape(vendor.tax_id)
        if self.has("footer"):
            yield "", self.label("register", n=vendor.register)

    def _spaced(self, vat_id: str) -> str:
        """Some write the country apart, some groups of three."""
        form = self.family.look("spaced").random()
        if form < 0.7:
            return vat_id
        body = vat_id[2:]
        groups = " ".join(body[at : at + 3] for at in range(0, len(body), 3))
        return f"{vat_id[:2]} {body}" if form < 0.85 else f"{vat_id[:2]} {groups}"

    def accounts(self) -> Sequence[Sequence[Pair]]:
        """Bank, IBAN and BIC; the first account is the one that the truth names."""
        found = self.content.vendor.accounts
        if self.family.genre == "receipt" or not found or {"card", "collected"} & self.content.has:
            return ()
        shown = found if self.has("two_accounts") else found[:1]
        is_grouped = self.family.look("accounts").random() < 0.75
        return [
            (
                (self.label("bank"), escape(bank)),
                (
                    self.label("iban"),
                    mark(
                        "vendor_iban" if at == 0 else "other_iban",
                        iban,
                        grouped(iban) if is_grouped else iban,
                    ),
                ),
                (self.label("bic"), escape(bic)),
            )
            for at, (bank, iban, bic) in enumerate(shown)
        ]

    # Meta data

    def title(self) -> str:
        """What the document calls itself."""
        return self.label(self.content.kind)

    def number(self) -> str:
        """The number, marked."""
        return mark("invoice_number", self.content.number, self.content.number)

    def issued(self) -> str:
        """The day of issue, marked."""
        return mark(
            "invoice_date", self.content.issued, wording.day(self.content.issued, self.family)
        )

    def meta(self, *, with_number: bool = True) -> Sequence[Pair]:
        """Labels and values, in the family's order; most of them are traps."""
        found = {"date": (self.label("date"), self.issued()), **self._traps()}
        if with_number:
            found["number"] = (self.label("number"), self.number())
        if self.has("due"):
            due = self.content.due
            value = mark("due_date", due, wording.day(due, self.family))
            found["due"] = (self.label("due"), value)
        order = ["number", "date", "due", *_META_OPTIONS]
        self.family.look("meta").shuffle(order)
        return [found[name] for name in order if name in found]

    def _traps(self) -> dict[str, Pair]:
        content = self.content
        values = {
            **{name: escape(value) for name, value in content.references.items()},
            "ordered": self.day(content.ordered),
            "delivery": self.day(content.supplied),
            "period": f"{self.day(content.ordered)} - {self.day(content.supplied)}",
            "your_vat_id": escape(content.buyer.vat_id or ""),
        }
        shown = [name for name in _META_OPTIONS if self.has(_OPTION.get(name, name))]
        return {name: (self.label(name), values[name]) for name in shown}

    def pairs(self, pairs: Sequence[Pair], style: str = "pairs") -> str:
        """Labels and values as a table of two columns."""
        colon = self.family.look("pairs").choice(("", ":", ":", " :"))
        rows = "".join(
            f"<tr><td class=l>{label}{colon if label else ''}</td><td class=v>{value}</td></tr>"
            for label, value in pairs
        )
        return f'<table class="{style}">{rows}</table>'

    def run(self, pairs: Sequence[Pair], between: str = " ") -> str:
        """Labels and values one after the other in a line."""
        colon = self.family.look("run").choice((":", ":", ""))
        return between.join(f"{label}{colon} {value}" if label else value for label, value in pairs)

    def columns(self, pairs: Sequence[Pair], style: str = "columns") -> str:
        """Labels in one row and the values below them."""
        heads = "".join(f"<th>{label}</th>" for label, _ in pairs)
        cells = "".join(f"<td>{value}</td>" for _, value in pairs)
        return f'<table class="{style}"><tr>{heads}</tr><tr>{cells}</tr></table>'

    # The table

    def table(self) -> str:
        """All lines; long ones are broken into pages with what is carried over."""
        items = self.content.items
        size = _ROWS_A_PAGE if self.has("carry") else len(items)
        parts = [items[at : at + size] for at in range(0, len(items), size)]
        return "".join(self._part(parts, at) for at in range(len(parts)))

    def _part(self, parts: Sequence[Sequence[Item]], at: int) -> str:
        start = sum(len(part) for part in parts[:at])
        before = sum((item.total for part in parts[:at] for item in part), ZERO)
        after = before + sum((item.total for item in parts[at]), ZERO)
        rows = [self._carried(before)] if at else []
        rows += [self._row(item, start + place) for place, item in enumerate(parts[at])]
        if at + 1 < len(parts):
            rows.append(self._carried(after))
        elif "sum_row" in self.family.options:
            rows.append(self._carried(after, self.family.look("sum_row").choice(_SUMS)))
        breaks = " broken" if at else ""
        return (
            f'<table class="items {self.family.table}{breaks}">{self._head()}'
            f"<tbody>{''.join(rows)}</tbody></table>"
        )

    def _head(self) -> str:
        if "headless" in self.family.options:
            return ""
        cells = "".join(self._cell("th", name, self._heading(name)) for name in self._shown())
        return f"<thead><tr>{cells}</tr></thead>"

    def _shown(self) -> tuple[str, ...]:
        hidden = {"description"} if "two_lines" in self.family.options else set()
        hidden |= {"quantity", "price"} if "inline" in self.family.options else set()
        return tuple(name for name in self.family.columns if name not in hidden)

    def _heading(self, name: str) -> str:
        return self.label(_HEADINGS.get(name, name))

    def _carried(self, value: Decimal, name: str | None = None) -> str:
        span = len(self._shown()) - 1
        label = self.label("carry") if name is None else name
        return (
            f'<tr class=carry><td colspan="{span}">{label}</td>'
            f"<td class=r>{self.amount(value)}</td></tr>"
        )

    def _row(self, item: Item, at: int) -> str:
        cells = "".join(
            self._cell("td", name, self._value(name, item, at)) for name in self._shown()
        )
        if "two_lines" in self.family.options:
            text = self._value("description", item, at)
            return f'<tr><td colspan="{len(self._shown())}">{text}</td></tr><tr>{cells}</tr>'
        return f"<tr>{cells}</tr>"

    def _factors(self, item: Item, at: int) -> str:
        """Quantity and price below the description, as tills and some letters have them."""
        form = self.family.look("inline").choice(_FACTORS)
        quantity, price = self._value("quantity", item, at), self._value("price", item, at)
        return f"<br>{form.format(quantity=quantity, price=price, unit=escape(item.unit))}"

    def _cell(self, tag: str, name: str, text: str) -> str:
        style = " class=r" if name in _CELLS_RIGHT else f" class={name}"
        return f"<{tag}{style}>{text}</{tag}>"

    def _value(self, name: str, item: Item, at: int) -> str:
        plain = {
            "pos": str(at + 1),
            "article": escape(item.article),
            "unit": escape(item.unit),
            "day": self.day(item.day),
        }
        if name in plain:
            return plain[name]
        if name == "description":
            return self._description(item, at)
        return self._figure(name, item, at)

    def _description(self, item: Item, at: int) -> str:
        text = mark(f"line/{at}/description", item.description, item.description)
        if "inline" in self.family.options and "quantity" in self.family.columns:
            return text + self._factors(item, at)
        if not item.detail:
            return text
        if self.has("details"):
            return f"{text}<div class=detail>{escape(item.detail)}</div>"
        return (
            f"{text}, {escape(item.detail)}"
            if self.family.look("description").random() < 0.5
            else text
        )

    def _figure(self, name: str, item: Item, at: int) -> str:
        family = self.family
        sign = family.look("figure").choice((" %", "%", ""))
        if name == "quantity":
            return mark(
                f"line/{at}/quantity", item.quantity, wording.quantity(item.quantity, family)
            )
        if name == "price":
            return mark(f"line/{at}/unit_price", item.price, wording.price(item.price, family))
        if name in ("total", "gross_total"):
            return mark(f"line/{at}/total", item.total, self._line_total(item))
        others = {
            "rate": f"{wording.percent(item.rate, family)}{sign}",
            "reduction": f"{wording.percent(item.reduction, family)} %" if item.reduction else "",
            "tax_amount": wording.amount(item.tax, family),
            "gross_amount": wording.amount(item.total + item.tax, family),
        }
        return escape(others[name])

    def _line_total(self, item: Item) -> str:
        is_plain = self.family.look("line_total").random() < 0.6
        value = self._signed(item.total)
        return (wording.amount if is_plain else wording.money)(value, self.family)

    # Sums

    def sums(self) -> Sequence[Pair]:
        """From the sum of the lines to what is to be paid, as the totals of this family name it."""
        content = self.content
        rows: list[Pair] = []
        if content.discount or content.shipping:
            rows.append((self.label("subtotal"), self.money(content.goods)))
        if content.discount:
            percent = wording.percent(content.discount, self.family)
            rows.append((self.label("discount", percent=percent), self.money(-content.reduced)))
        if content.shipping:
            rows.append((self.label("shipping"), self.money(content.shipping)))
        if "gross_prices" not in content.has:
            rows.append((self.label("net"), self.sum_of("total_net", content.net)))
        rows += self.tax_rows()
        rows.append((self.label("gross"), self.sum_of("total_gross", content.gross)))
        return [*rows, *self.paid_rows()]

    def tax_rows(self) -> Sequence[Pair]:
        """One row for each rate; a single one states the whole tax."""
        content = self.content
        if {"reverse", "untaxed"} & content.has and self.family.look("tax_rows").random() < 0.5:
            return []
        is_single = len(content.groups) == 1
        return [
            (
                self.label("tax", rate=wording.percent(group.rate, self.family)),
                self.sum_of("total_tax", group.tax) if is_single else self.money(group.tax),
            )
            for group in content.groups
        ]

    def paid_rows(self) -> Sequence[Pair]:
        """What was paid before, and what is left."""
        content = self.content
        if not content.prepaid:
            return []
        before = self.label("prepaid", date=wording.day(content.ordered, self.family))
        return [
            (before, self.money(-content.prepaid)),
            (self.label("payable"), self.money(content.gross - content.prepaid)),
        ]

    def tax_table(self) -> str:
        """Basis and tax of each rate, and their sums."""
        content = self.content
        heads = (
            self.label("rate"),
            self.label("basis"),
            self.label("tax_amount"),
            self.label("gross"),
        )
        rows = [
            (
                f"{escape(wording.percent(group.rate, self.family))} %",
                self.amount(group.basis),
                self.amount(group.tax),
                self.amount(group.basis + group.tax),
            )
            for group in content.groups
        ]
        if len(content.groups) > 1 or self.family.look("tax_table").random() < 0.5:
            rows.append(
                (
                    self.family.look("tax_table").choice(("", "Σ", self.label("total"))),
                    mark(
                        "total_net",
                        content.net,
                        wording.amount(self._signed(content.net), self.family),
                    ),
                    mark(
                        "total_tax",
                        content.tax,
                        wording.amount(self._signed(content.tax), self.family),
                    ),
                    self.amount(content.gross),
                )
            )
        head = "".join(f"<th class=r>{each}</th>" for each in heads)
        body = "".join(
            f"<tr>{''.join(f'<td class=r>{cell}</td>' for cell in row)}</tr>" for row in rows
        )
        return f"<table class=taxes><tr>{head}</tr>{body}</table>"

    # Words below

    def terms(self) -> str:
        """When and how to pay, and why no tax is shown."""
        content = self.content
        date_ = mark("due_date", content.due, wording.day(content.due, self.family))
        found = [
            self.label("terms_days", days=content.days) if self.has("terms_days") else "",
            self._with(date_, "terms_date") if self.has("terms_date") else "",
            self.label("skonto", percent=3, days=7) if self.has("skonto") else "",
            self.label("reverse") if self.has("reverse") else "",
            self.label("card") if self.has("card") else "",
            self.label("collected", iban=_CUSTOMERS_IBAN) if self.has("collected") else "",
            self.label("old_balance") + " " + self.money(Decimal("12.50"))
            if self.has("old_balance")
            else "",
            self.label("hours") if self.has("hours") else "",
            self.label("thanks") if self.has("thanks") else "",
            f"<small>{self.label('notes')}</small>" if self.has_notes else "",
        ]
        return "".join(f"<p>{each}</p>" for each in found if each)

    @property
    def has_notes(self) -> bool:
        """Whether conditions are printed, with amounts and days that mean nothing."""
        return self.family.look("notes").random() < _NOTED

    def _with(self, date_: str, name: str) -> str:
        before, _, after = self.family.labels[name].partition("{date}")
        return f"{escape(before)}{date_}{escape(after)}"

    def sentence(self) -> str:
        """Number and day in one sentence."""
        form = escape(self.family.labels["sentence"])
        return form.replace("{number}", self.number()).replace("{date}", self.issued())

    def place_and_day(self) -> str:
        """Town and day of issue as letters have them."""
        form = escape(self.family.labels["place_date"])
        return form.replace("{city}", escape(self.content.vendor.town)).replace(
            "{date}", self.issued()
        )


_META_OPTIONS = (
    "customer", "order", "ordered", "delivery", "period", "contract", "contact", "your_vat_id",
)  # fmt: skip
_OPTION = {"your_vat_id": "your_vat"}
