"""What a family of the varied split draws anew for every document: its look and its words."""

from dataclasses import replace
from random import Random

from tests.generated_documents.family import Family, Split, words_of

_EUROPEAN = ("1.234,56", "1.234,56", "1.234,56", "1234,56", "1 234,56")
_AMOUNTS = {
    "CH": ("1'234.56", "1'234.56", "1,234.56"), "GB": ("1,234.56",), "IE": ("1,234.56",),
    "US": ("1,234.56",), "HU": ("1 234",), "FR": ("1 234,56", "1 234,56", "1234,56", "1.234,56"),
    "PL": ("1 234,56", "1234,56"), "CZ": ("1 234,56", "1234,56"),
}  # fmt: skip
_SIGNS = {"CH": "CHF", "GB": "\u00a3", "US": "$", "PL": "z\u0142", "CZ": "K\u010d", "HU": "Ft"}
_CODES = {"CH": "CHF", "GB": "GBP", "US": "USD", "PL": "PLN", "CZ": "CZK", "HU": "HUF"}
_MONEY = ("{n}", "{n}", "{n} {s}", "{s} {n}", "{n} {c}", "{c} {n}", "{s}{n}")
_DAYS = {
    "de": ("dd.mm.yyyy", "dd.mm.yyyy", "dd.mm.yy", "d.m.yyyy", "d. MMMM yyyy", "dd. MMMM yyyy",
           "dd. MMM yyyy", "yyyy-mm-dd"),
    "en": ("dd/mm/yyyy", "d MMMM yyyy", "dd MMM yyyy", "dd-MMM-yyyy", "yyyy-mm-dd", "d MMM yy",
           "dd/mm/yy"),
    "fr": ("dd/mm/yyyy", "d MMMM yyyy", "dd/mm/yy", "dd.mm.yyyy"),
    "it": ("dd/mm/yyyy", "d MMMM yyyy", "dd-mm-yyyy", "dd/mm/yy"),
    "nl": ("dd-mm-yyyy", "d MMMM yyyy", "dd/mm/yyyy", "dd-mm-yy"),
    "es": ("dd/mm/yyyy", "dd-mm-yyyy", "d de MMMM de yyyy", "dd.mm.yyyy"),
    "pl": ("dd.mm.yyyy", "yyyy-mm-dd", "d MMMM yyyy", "dd-mm-yyyy"),
    "cs": ("d.m.yyyy", "dd.mm.yyyy", "d. MMMM yyyy"),
    "hu": ("yyyy.mm.dd.", "yyyy. MMMM d.", "yyyy-mm-dd"),
    "sl": ("d.m.yyyy", "dd.mm.yyyy", "d. MMMM yyyy"),
}  # fmt: skip
_AMERICAN = ("mm/dd/yyyy", "MMMM d, yyyy", "MMM d, yyyy", "mm/dd/yy")
_FONTS = (
    "Liberation Sans", "Carlito", "Liberation Serif", "Lato", "DejaVu Sans", "EB Garamond",
    "Open Sans", "DejaVu Sans Condensed", "Liberation Mono",
)  # fmt: skip
_MONO = ("DejaVu Sans Mono", "Liberation Mono", "DejaVu Sans Condensed", "Liberation Sans")
_NUMBERS = (
    "{y}-{n:04}", "{L}-{y}-{n:05}", "{n}/{y}", "{n:08}", "{L} {y}/{n:02}", "{n:06}", "{n:07}",
    "{n:010}", "{L}{yy}{n:05}", "{L}{n:06}", "{y}{n:05}", "{n:05}", "{L} {y} {n:04}",
    "{n:04}/{yy}", "{yy}-{m:02}-{n:03}", "{y}/{m:02}/{n:03}", "{L}-{n:05}", "{n:03}-{yy}",
    "{L}/{n}/{y}", "{y}.{n:04}", "{n:04}", "{n}", "{n:09}", "{L}.{n:04}", "{n:06}-{yy}",
    "{yy}/{n:04}", "{L} {n:06}", "{yy}{n:04}-{L}", "{y} / {n:04}", "#{n:05}", "{n:012}",
    "{L}{y}-{n:03}", "{n:05}/{m:02}",
)  # fmt: skip
_LETTERS = (
    "RE",
    "R",
    "INV",
    "F",
    "FA",
    "A",
    "RG",
    "AR",
    "SI",
    "K",
    "D",
    "GH",
    "B",
    "FV",
    "X",
    "TR",
)
_COLUMNS: tuple[str, ...] = (
    "pos description quantity unit price total", "description quantity price total",
    "description total", "article description quantity price total", "quantity description total",
    "pos article description quantity unit price rate total",
    "quantity unit description price total", "day description quantity price total",
    "description rate total", "pos description total", "description quantity price rate total",
    "article quantity description price total", "pos description quantity price reduction total",
    "day description total", "quantity article description unit price total",
)  # fmt: skip
_FEW_COLUMNS = ("description total", "pos description total", "day description total")
_GROSS_COLUMNS = (
    "day description gross_total", "day description quantity price gross_total",
    "description quantity price gross_total", "description gross_total",
    "day description rate gross_total",
)  # fmt: skip
_TILL_COLUMNS = (
    "description total", "quantity description total", "quantity description price total",
    "description quantity total", "description rate total",
)  # fmt: skip
_OPTIONS = {
    "customer": 0.55, "order": 0.4, "ordered": 0.2, "delivery": 0.4, "period": 0.15,
    "contract": 0.15, "contact": 0.3, "your_vat": 0.3, "due": 0.45, "terms_days": 0.35,
    "terms_date": 0.2, "skonto": 0.12, "intro": 0.35, "thanks": 0.35, "hours": 0.12,
    "footer": 0.5, "tax_id": 0.35, "two_accounts": 0.25, "discount": 0.08, "shipping": 0.12,
    "ship_to": 0.15, "two_rates": 0.25, "prepaid": 0.06, "reverse": 0.05, "no_vat_id": 0.07,
    "details": 0.3, "headless": 0.04, "inline": 0.06, "two_lines": 0.05, "sum_row": 0.12,
    "collected": 0.06, "old_balance": 0.04, "card": 0.04, "discount_lines": 0.05, "clock": 0.3,
}  # fmt: skip
_TILL_OPTIONS = {"card": 0.5, "hours": 0.3, "clock": 0.7, "tax_id": 0.4, "two_rates": 0.4,
                 "inline": 0.2, "thanks": 0.6, "no_vat_id": 0.1}  # fmt: skip
_WORDED = ("collected", "hours", "skonto", "ship_to", "old_balance", "card", "thanks", "intro")
_TABLES = ("ruled", "lines", "zebra", "head", "dotted", "plain")
_TOTALS = ("right", "right", "full", "boxed", "taxtable", "across", "spoken", "leading")
_FOREIGN = {"en", "de"}
_BILINGUAL = 0.12
_OTHER_WORD = 0.5
ROLL = "varied_roll"


def varied(family: Family, chance: Random) -> Family:
    """The family as one of its documents has it."""
    is_roll = family.layout == ROLL
    is_gross = is_roll or family.genre == "hotel"
    columns = _TILL_COLUMNS if is_roll else _GROSS_COLUMNS if is_gross else _COLUMNS
    columns = _FEW_COLUMNS if family.genre in ("insurance", "telephone") else columns
    chances = _TILL_OPTIONS if is_roll else _OPTIONS
    options = {name for name, share in chances.items() if chance.random() < share}
    options |= {"gross_prices"} if is_gross else set()
    options -= {"two_rates"} if family.genre == "insurance" else set()
    labels = _labels(family, chance)
    options -= {name for name in _WORDED if name not in labels}
    return replace(
        family,
        draw=f"/{chance.randrange(10**9)}",
        columns=tuple(chance.choice(columns).split()),
        table=chance.choice(("plain",) if is_roll else _TABLES),
        totals=chance.choice(("full", "taxtable", "right") if is_roll else _TOTALS),
        amounts=chance.choice(_AMOUNTS.get(family.country, _EUROPEAN)),
        money=_money(family.country, chance),
        dates=chance.choice(_AMERICAN if family.country == "US" else _DAYS[family.language]),
        font=chance.choice(_MONO if is_roll else _FONTS),
        size=chance.choice((7, 8, 8) if is_roll else (8, 9, 9, 10, 10, 11)),
        numbers=chance.choice(_NUMBERS).replace("{L}", chance.choice(_LETTERS)),
        options=frozenset(options | family.options),
        labels=labels,
    )


def _money(country: str, chance: Random) -> str:
    form = chance.choice(_MONEY)
    sign, code = _SIGNS.get(country, "\u20ac"), _CODES.get(country, "EUR")
    return form.replace("{s}", sign).replace("{c}", code)


def _labels(family: Family, chance: Random) -> dict[str, str]:
    """One of the words for each thing, the further ones of this split as often as the others."""
    common, own = words_of(Split.TRAIN, family.language), words_of(Split.VARIED, family.language)
    other = words_of(Split.TRAIN, "en" if family.language == "de" else "de")
    is_bilingual = chance.random() < _BILINGUAL and family.language in _FOREIGN
    found = {}
    for name in sorted({*common, *own}):
        words = own.get(name) if chance.random() < _OTHER_WORD else common.get(name)
        word = chance.choice(words or own.get(name) or common[name])
        if is_bilingual and name in _TWICE:
            word = f"{word} / {chance.choice(other[name])}"
        found[name] = word
    return {**found, "decoy_words": "|".join(own["decoys"])}


_TWICE = (
    "number",
    "date",
    "due",
    "customer",
    "order",
    "delivery",
    "contact",
    "description",
    "total",
)
