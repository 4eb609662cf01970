"""Every page speaks German and English, and no code is without words."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from api.pages import texts
from api.pages.language import Language
from domain.errors import DomainError, refusals
from domain.formats import mail, mail_text
from domain.intake import statement_item_store
from domain.payables.terms import PaymentMethod
from domain.reading.document_type import DocumentType
from domain.tax.treatment import german_reasons

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "api" / "pages"
GERMAN, ENGLISH = Language("de", "AT"), Language("en", "AT")
# Kinds of refusals, and what is only ever told as the code of another.
_KINDS = {"INVALID", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "STALE", "UNPROCESSABLE",
          "THROTTLED", "TOO_LARGE", "FAILED", "UNAVAILABLE"}  # fmt: skip
_CODE = re.compile(r"[A-Z][A-Z0-9_]{3,}")


def every_refusal() -> set[str]:
    """Codes of all that our packages may refuse."""
    for package in ("domain", "workflows", "api"):
        for found in walk_packages([str(ROOT / package)], f"{package}."):
            if not found.name.endswith("__main__"):
                import_module(found.name)
    ours = ("api.", "domain.", "workflows.")
    return {each.code for each in refusals(DomainError) if each.__module__.startswith(ours)}


def finding_codes() -> Iterator[str]:
    """First argument of every finding that is written down, and the codes of the VAT rules."""
    for folder in ("domain/intake", "domain/payables", "activities"):
        for path in sorted((ROOT / folder).glob("*.py")):
            tree = ast.parse(path.read_text())
            named: dict[str, object] = {
                target.id: node.value.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                    yield from codes_in(node.args[0], named)


def codes_in(node: ast.expr, named: dict[str, object]) -> Iterator[str]:
    """Codes that an expression may be."""
    for part in ast.walk(node):
        value: object = part.value if isinstance(part, ast.Constant) else None
        if isinstance(part, ast.Name):
            value = named.get(part.id)
        if isinstance(value, str) and _CODE.fullmatch(value):
            yield value


def rules_of_vat() -> set[str]:
    """Codes of findings in the table of VAT."""
    table = (ROOT / "domain" / "tax" / "vat_treatment.csv").read_text()
    return set(re.findall(r"\bVAT_[A-Z_]+\b", table))


def test_every_refusal_has_a_sentence_in_both_languages() -> None:
    """A page never shows the English words of the API."""
    known = texts.table("refusals")
    assert sorted(every_refusal() - known.keys() - _KINDS) == []
    assert all(row[name].strip() for row in known.values() for name in texts.LANGUAGES)


def test_every_finding_has_a_title_in_both_languages() -> None:
    """By its code; the rules of e-invoices share one."""
    known = texts.table("findings")
    found = set(finding_codes())
    assert len(found) > 25
    assert sorted((found | rules_of_vat()) - known.keys()) == []
    assert all(row[name].strip() for row in known.values() for name in texts.LANGUAGES)


def test_words_stand_in_both_languages() -> None:
    """States, ways and reasons."""
    assert all(row[n].strip() for row in texts.table("words").values() for n in texts.LANGUAGES)


def test_what_a_finding_says_is_said_in_german_with_its_values() -> None:
    """Amounts and days in the form of the language; words of others stay as they are."""
    said = GERMAN.more(
        "AMOUNT_DUE_DIFFERS",
        "The invoice comes to 11900.00; 2900.00 is due. 9000.00 was paid before. Settle it"
        " against a prepayment, or say why.",
    )
    assert "11.900,00" in said
    assert "9.000,00" in said
    assert "paid" not in said
    due = GERMAN.more(
        "DUE_DATE_DIFFERS", "The invoice is due on 2026-12-26, its words say 2026-12-01."
    )
    assert due == "Fällig am 26.12.2026, die Zahlungsbedingung sagt 01.12.2026."


def test_a_finding_names_months_in_words_and_leaves_numbers_alone() -> None:
    """What looks like a month is one only where a finding tells of months."""
    later = (
        "Booked on 2026-11-28, input tax is deducted in 2026-11; the invoice came in on 2026-12-01:"
        " it belongs to 2026-12. A booking date of 2026-12-01 states it there."
    )
    assert "November 2026" in GERMAN.more("INPUT_TAX_LATER", later)
    assert "December 2026" in ENGLISH.more("INPUT_TAX_LATER", later)
    numbers = "The e-invoice says 2026-03, the case says 2026-02."
    assert "2026-03" in GERMAN.more("DIFFERS_FROM_E_INVOICE", numbers)


def test_a_finding_names_kinds_and_ways_to_pay_in_words() -> None:
    """Codes of the API stand on no page; a name of a stranger that looks like one stays."""
    code, said = "DIFFERS_FROM_E_INVOICE", "The e-invoice says {}, the case says {}."
    for kind in (*DocumentType, *PaymentMethod):
        told = said.format(kind.value, "nothing")
        german, english = GERMAN.more(code, told), ENGLISH.more(code, told)
        assert german == f"Die E-Rechnung sagt {GERMAN.word(kind.value)}, der Fall nichts."
        assert english == said.format(ENGLISH.word(kind.value), "nothing")
        assert "_" not in german + english
    amounts = said.format("1188.81", "-11.00")
    assert GERMAN.more(code, amounts).startswith("Die E-Rechnung sagt 1.188,81, der Fall \u2212")
    assert ENGLISH.more(code, amounts).startswith("The e-invoice says 1,188.81, the case says")
    unclear = "The invoice does not say clearly how it is paid: Karte; its words: direct_debit."
    assert GERMAN.more("PAYMENT_METHOD_UNCLEAR", unclear).endswith(
        "nach ihren Worten: Lastschrift."
    )
    payee = "invoice invoices, transfer is to be paid."
    assert GERMAN.more("PAYEE_DIFFERS", payee).startswith("invoice stellt")


def test_a_percent_sign_of_a_stranger_stays_one() -> None:
    """What a document says is never taken for a pattern."""
    assert "100 %(a)s" in GERMAN.more(
        "OTHER_RECIPIENT", "The invoice is made out to 100 %(a)s GmbH."
    )
    assert ENGLISH.more("OTHER_RECIPIENT", "Made out to 5 % off.") == "Made out to 5 % off."


def test_what_has_no_german_sentence_is_told_by_its_code_alone() -> None:
    """Silence rather than a foreign language."""
    assert GERMAN.more("E_INVOICE_FORMAT", "The XML breaks its schema in 3 places.") == ""
    assert GERMAN.finding("E_INVOICE_FORMAT") == "Das XML entspricht seinem Schema nicht."


@pytest.mark.parametrize("english", list(german_reasons()))
def test_reasons_of_vat_are_told_in_german(english: str) -> None:
    """The table of the law says them itself."""
    assert GERMAN.more("VAT_UNDECIDED", english)


def test_every_sentence_of_the_pages_is_translated() -> None:
    """German is what templates are written in; English is complete and says nothing else."""
    path = PAGES / "locale" / "en" / "LC_MESSAGES" / "pages.po"
    with path.open("rb") as file:
        listed = [each for each in read_po(file) if each.id]
    translated = {_first(each.id) for each in listed if _first(each.string)}
    options = {"templates/**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true"}}
    found = extract_from_dir(PAGES, [("templates/**.html", "jinja2")], options)
    used = {_first(each[2]) for each in found}
    of_menu = set(re.findall(r'Place\("\w", "[^"]+", "([^"]+)"', (PAGES / "shell.py").read_text()))
    assert sorted((used | of_menu) - translated) == []
    assert sorted(translated - used - of_menu) == []


def _first(words: Any) -> str:
    """A sentence, or the first of its forms; nothing where one form is missing."""
    forms = [words] if isinstance(words, str) else list(words or ())
    return str(forms[0]) if forms and all(forms) else ""


@given(st.decimals(-(10**16), 10**16, places=None, allow_nan=False, allow_infinity=False))
def test_amounts_are_written_as_babel_writes_them(amount: Decimal) -> None:
    """Groups, two to four places, rounded to the even one; only the minus is a true one."""
    for language, locale in ((GERMAN, "de_DE"), (ENGLISH, "en_GB")):
        written = format_decimal(abs(amount), "#,##0.00##", locale=locale)
        assert language.money(amount) == ("\u2212" if amount < 0 else "") + written


@pytest.mark.parametrize(
    ("text", "german", "english"),
    [
        ("1005.5", "1.005,50", "1,005.50"),
        ("-0.5", "\u22120,50", "\u22120.50"),
        ("0", "0,00", "0.00"),
    ],
)
def test_amounts_have_the_form_of_the_language(text: str, german: str, english: str) -> None:
    """Two places and a true minus; what is unknown is a question mark, never naught."""
    assert GERMAN.money(Decimal(text)) == german
    assert ENGLISH.money(Decimal(text)) == english
    assert GERMAN.money(None) == "?"


def said_by(node: ast.expr) -> str | None:
    """A text with figures where values stand in it; None for what is no text."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "7"
                       for each in node.values)  # fmt: skip
    return str(node.value) if isinstance(node, ast.Constant) and node.value else None


def faults() -> Iterator[str]:
    """Why a mail, or a file of one, waits for somebody to look at it."""
    for name in ("mail", "mail_parts", "archive", "tnef", "outlook_message", "smime"):
        tree = ast.parse((ROOT / "domain" / "formats" / f"{name}.py").read_text())
        for node in ast.walk(tree):
            found: list[ast.expr] = []
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"fault", "told"}:
                found = [node.value]
            elif isinstance(node, ast.Call):
                is_error = ast.unparse(node.func) in _UNOPENED
                is_whole = ast.unparse(node.func) == "_unreadable"
                found = node.args[:1] if is_error else node.args[1:2] if is_whole else []
                found += [each.value for each in node.keywords if each.arg == "fault"]
            yield from (text for each in found if (text := said_by(each)))


def of_imports() -> Iterator[str]:
    """Why a statement that came by mail waits in the inbox."""
    tree = ast.parse(Path(statement_item_store.__file__).read_text())
    for node in ast.walk(tree):
        found: list[ast.expr] = []
        if isinstance(node, ast.Yield) and node.value is not None:
            found = [node.value]
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            found = [value for key, value in pairs if key and ast.unparse(key) == "'message'"]
        parts = (part for each in found for part in ast.walk(each) if isinstance(part, ast.expr))
        texts_ = {said for part in parts if (said := said_by(part))}
        # Names of facts and parts of a sentence are no sentence.
        yield from (each for each in texts_ if " " in each.strip() and each == each.strip())


def of_texts() -> dict[str, str]:
    """Why a mail waits for what its text is, by the name of the reason."""
    return {name: said for name, said in vars(mail_text).items() if name.startswith("IS_")}


_UNOPENED = {"ArchiveUnreadable", "WrapperUnreadable", "MessageUnreadable", "SealedMessage"}


def test_why_something_waits_is_told_in_german() -> None:
    """By its code, or sentence by sentence; what has no German form leads to the log."""
    imports, of_text = {*of_imports(), statement_item_store.WAITS}, of_texts()
    known = {*faults(), mail.NONE_OF_THEM, *of_text.values(), *imports}
    assert len(known) > 20
    assert {"IS_PGP", "IS_CODED", "IS_PART", "IS_BILL"} <= of_text.keys()
    assert len(imports) == 5, imports
    assert [each for each in known if GERMAN.notice(each) == texts.of_notice("?", "de")] == []
    assert all(ENGLISH.notice(each) == each for each in known)
    two = GERMAN.notice("3 rows could not be read; Something new.; 2 rows wait for an answer")
    assert two == ("3 Zeilen ließen sich nicht lesen; Einzelheiten stehen im Eingangsprotokoll;"
                   " 2 Zeilen warten auf eine Antwort")  # fmt: skip
    assert GERMAN.notice("OCR_FAILED: no words") == GERMAN.refusal("OCR_FAILED")
