"""What codes mean, in German and in English: refusals, findings, states, reasons.

One row for each code in texts/*.csv; tests hold that none is missing in either language. What a
finding says beyond its code is a sentence with values: its German form stands in messages.csv,
beside the English one that the domain writes. Rules for e-invoices have their German sentences in
rules.csv, by their ids; elements of an XML have words in elements.csv.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from domain.tax.treatment import german_reasons

LANGUAGES = ("de", "en")
_PLACE = re.compile(r"\\\{([a-z])\\\}")
_RULE, _FORMAT = "E_INVOICE_RULE", "E_INVOICE_FORMAT"
_FIRST = ", first: "
_OF_CODES = {"DIFFERS_FROM_E_INVOICE": "ab", "ONLY_IN_XML": "a", "PAYMENT_METHOD_UNCLEAR": "b"}
"""Values of a finding's sentence that may be codes, by their letters."""
_OF_ELEMENTS = {"UNREADABLE_VALUE": "a", "CUT_TO_BOUND": "a", _RULE: "b"}
"""Values that may be names of elements."""
_OF_PARTS = {"VAT_AS_BEFORE": ", ", "VAT_TREATMENT_DIFFERS": "; "}
"""Findings whose value lists several things, and what stands between them."""
_NOTICE = "NOTICE"
_MORE = "Einzelheiten stehen im Eingangsprotokoll"
_REFUND = " Foreign VAT is cost here"
_REFUND_DE = (
    " Ausländische Umsatzsteuer ist hier Aufwand, nie Vorsteuer; wurde sie zu Recht verrechnet,"
    " lässt sie sich in jenem Land zurückholen."
)
_IN_BRACKETS = re.compile(r"\[([A-Za-z0-9-]{1,40})\][ -]{0,4}")
_BOOKED = re.compile(r" It was booked with (?P<code>[\w-]{1,50}) before\.")


def of_refusal(code: str, language: str) -> str:
    """Sentence for a refusal; one without a sentence of its own is told as a failure of ours."""
    known = table("refusals")
    return known.get(code, known["INTERNAL_ERROR"])[language]


def of_finding(code: str, language: str) -> str:
    """What is wrong, in a few words."""
    known = table("findings")
    return known.get(code, known["OFFICIAL_RULE"])[language]


def more_of_finding(code: str, message: str, language: str) -> tuple[str, Mapping[str, str]]:
    """What a finding says beyond its code: a sentence, and the values that stand in it.

    Empty where it says no more, or where nobody has put it into German yet: a German page shows
    no English words.
    """
    if code == _RULE:
        return _of_rule(message, language)
    sentences, values = _sentence(code, message)
    if sentences is not None:
        return sentences[language] if sentences["de"] else "", values
    return _plain(message if language == "en" else _german_reason(message)), {}


def quoted_of_finding(code: str, message: str, language: str) -> str:
    """Official words in English that no German sentence stands for; empty where one does."""
    if language == "en":
        return ""
    if code == _FORMAT:
        return message.partition(_FIRST)[2]
    _, words = _rule_of(message)
    return "" if code != _RULE or _of_rule(message, "de")[0] else words


def has_german(code: str, message: str) -> bool:
    """Whether a finding's sentence is told in German, or is known to say no more than its title."""
    told, _ = more_of_finding(code, message, "de")
    is_known = _sentence(code, message)[0] is not None
    return bool(told or is_known or quoted_of_finding(code, message, "de"))


def _of_rule(message: str, language: str) -> tuple[str, Mapping[str, str]]:
    """What a rule for e-invoices asks for; its own words are English."""
    rule, words = _rule_of(message)
    if language == "en":
        return _plain(words), {}
    if rule in _rules():
        return _plain(_rules()[rule]), {}
    sentences, values = _sentence(_RULE, message)
    return ("", {}) if sentences is None else (sentences[language], values)


def _rule_of(message: str) -> tuple[str, str]:
    """Id and words of a rule; profiles number those of the norm anew, and name them before."""
    rule, _, words = message.partition(": ")
    named = _IN_BRACKETS.match(words)
    return (named[1], words[named.end() :]) if named else (rule, words)


def _german_reason(message: str) -> str:
    """A reason of the table of VAT, with what may stand behind it; empty where it is none."""
    booked = _BOOKED.search(message)
    reason, has_refund, _ = _BOOKED.sub("", message).partition(_REFUND)
    german = german_reasons().get(reason)
    if not german:
        return ""
    before = f" Bisher wurde mit {booked['code']} gebucht." if booked else ""
    return german + before + (_REFUND_DE if has_refund else "")


def values_in(code: str, message: str) -> Mapping[str, str]:
    """Values that a finding's sentence names, by the letters of messages.csv."""
    return _sentence(code, message)[1]


def of_notice(text: str, language: str) -> str:
    """Why something waits in the inbox: `CODE: words`, or sentences with a semicolon between them.

    A German page tells of what nobody has put into German that there is more to see.
    """
    code, _, words = text.partition(": ")
    if words and code.isascii() and code.isupper():
        return of_refusal(code, language)
    told = []
    whole, held = _sentence(_NOTICE, text)
    is_one = whole is not None and not any("; " in value for value in held.values())
    for each in [text] if is_one else text.split("; "):
        sentences, values = _sentence(_NOTICE, each)
        if sentences is not None:
            told.append(sentences[language] % values)
        elif language == "en":
            told.append(each)
        elif _MORE not in told:
            told.append(_MORE)
    return "; ".join(told)


def word_in(code: str, name: str, value: str, language: str) -> str:
    """Word for a value that a finding names by a code: a kind, a way to pay, an element."""
    if name in _OF_CODES.get(code, ""):
        return of(value, language)
    if name in _OF_ELEMENTS.get(code, ""):
        return of_element(value, language)
    between = _OF_PARTS.get(code)
    return value if between is None else _parts(code, value.split(between), between, language)


def of_element(name: str, language: str) -> str:
    """Word for an element of an XML, with or without its prefix; what has none stays as it is."""
    known = table("elements").get(name.rpartition(":")[2])
    return known[language] if known else name


def of_place(path: str, language: str) -> str:
    """Where something stands in an XML, in words; steps that have none are left out."""
    known = [step for step in path.split("/") if step in table("elements")]
    words = [of_element(step, language) for step in known[1:] or known]
    return ", ".join(dict.fromkeys(words))


def _parts(code: str, told: list[str], between: str, language: str) -> str:
    """A list of things, each in words: what is usual for a vendor in VAT."""
    words = []
    for each in told:
        sentences, values = _sentence(f"{code}_PART", each)
        if sentences is None:
            word = of(f"supply_{each}", language)
            words.append(each if word.startswith("supply_") else word)
        else:
            named = {name: _treated(value, language) for name, value in values.items()}
            words.append(sentences[language] % named)
    return between.join(words)


def _treated(value: str, language: str) -> str:
    """A tax category in words; a rate in the form of the language; else as it is."""
    word = of(f"vat_{value}", language)
    if not word.startswith("vat_"):
        return word
    is_rate = value.replace(".", "", 1).isdecimal()
    return value.replace(".", ",") if is_rate and language == "de" else value


def _sentence(code: str, message: str) -> tuple[Mapping[str, str] | None, Mapping[str, str]]:
    """A sentence in both languages and its values; None where nobody has written it down yet.

    An empty German form stands for a sentence that says no more than the title.
    """
    for pattern, sentences in _sentences().get(code, ()):
        found = pattern.fullmatch(message)
        if found is not None:
            return sentences, found.groupdict()
    return None, {}


def _plain(text: str) -> str:
    """A text without values to be put in."""
    return text.replace("%", "%%")


def of(code: str, language: str) -> str:
    """Word for a state, a way or a reason; what has none is shown as it is."""
    known = table("words").get(code)
    return known[language] if known else code


@cache
def table(kind: str) -> Mapping[str, Mapping[str, str]]:
    """Texts of one kind by code and language."""
    return {row["code"]: {name: row[name] for name in LANGUAGES} for row in _rows(kind)}


def _rows(kind: str) -> Iterator[dict[str, str]]:
    text = files("api.pages").joinpath(f"texts/{kind}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


@cache
def _rules() -> Mapping[str, str]:
    """German sentences of official rules by their ids."""
    return {row["code"]: row["de"] for row in _rows("rules")}


@cache
def _sentences() -> Mapping[str, list[tuple[re.Pattern[str], Mapping[str, str]]]]:
    found: dict[str, list[tuple[re.Pattern[str], Mapping[str, str]]]] = {}
    for row in _rows("messages"):
        pattern = _PLACE.sub(r"(?P<\1>.+?)", re.escape(row["en"]))
        sentences = {name: _with_places(row[name]) for name in LANGUAGES}
        found.setdefault(row["code"], []).append((re.compile(pattern, re.DOTALL), sentences))
    return found


def _with_places(text: str) -> str:
    """A sentence of the table as one that takes its values by name."""
    return re.sub(r"\{([a-z])\}", r"%(\1)s", _plain(text))
