"""What codes mean, in German and in English: refusals, findings, states, reasons.

One row for each code in texts/*.csv; tests hold that none is missing in either language. What a
finding says beyond its code is a sentence with values: its German form stands in messages.csv,
beside the English one that the domain writes.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from domain.tax.treatment import german_reasons

LANGUAGES = ("de", "en")
_PLACE = re.compile(r"\\\{([a-z])\\\}")
_OF_CODES = {"DIFFERS_FROM_E_INVOICE": "ab", "PAYMENT_METHOD_UNCLEAR": "b"}
"""Values of a finding's sentence that may be codes, by their letters."""
_NOTICE = "NOTICE"
_MORE = "Einzelheiten stehen im Eingangsprotokoll"
_REFUND = " Foreign VAT is cost here"
_REFUND_DE = (
    " Ausländische Umsatzsteuer ist hier Aufwand, nie Vorsteuer; wurde sie zu Recht verrechnet,"
    " lässt sie sich in jenem Land zurückholen."
)


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
    sentences, values = _sentence(code, message)
    if sentences is not None:
        return sentences[language] if sentences["de"] else "", values
    if language == "en":
        return _plain(message), {}
    reason, has_refund, _ = message.partition(_REFUND)
    german = german_reasons().get(reason)
    return (_plain(german + (_REFUND_DE if has_refund else "")) if german else ""), {}


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
    """Word for a value that is a code, where a finding names one: a kind, or a way to pay."""
    return of(value, language) if name in _OF_CODES.get(code, "") else value


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
