"""Names of companies: their legal forms, and when two names are the same."""

import re
from unicodedata import combining, normalize

from rapidfuzz import fuzz

FORM = re.compile(
    r"(?<![^\W_])(?:(?:(?:G\.|Ges\.?)\s?)?m\.?\s?b\.?\s?H\.?|(?:g?GmbH|GesmbH)(?:\s*&\s*Co\.?\s*(?:KG(?:aA)?|OHG))?"
    r"|mit beschr\u00e4nkter Haftung|Aktiengesellschaft|Kommanditgesellschaft"
    r"|AG(?:\s*&\s*Co\.?\s*KG(?:aA)?)?|KGaA|KG|OHG|oHG|OG|GbR|GesbR|GesnbR|e\.\s?U\.?|e\.\s?K(?:fm|fr)?\.?"
    r"|UG(?:\s*\(haftungsbeschr\u00e4nkt\))?|SE|eG(?:en)?(?:mbH)?|a\.\s?G\.|e\.\s?V\.|VVaG|PartG(?:\s?mbB)?|Sarl"
    r"|Ltd\.?|Limited|LLC|LLP|Inc\.?|PLC|plc|Corp\.?|DAC|B\.?\s?V\.?|N\.\s?V\.|NV|VOF|V\.O\.F\.|BVBA|S\.?R\.?L\.?|SRLS"
    r"|S\.\s?A\.(?:\s?S\.)?|SA|SAS(?:U)?|SARL|S\.A\.R\.L\.|EURL|SNC|SCOP|S\.?n\.?c\.?|S\.?a\.?s\.?|S\.?p\.?A\.?|S\.?r\.?l\.?(?:s\.?)?"
    r"|S\.?\s?L\.?(?:\s?U\.?)?|S\.\s?Coop\.?|[Ss]p\.?\s?z\s?o\.?\s?o\.?|[Ss]p\.\s?[kj]\.|S\.K\.A\.|s\.?\s?r\.?\s?o\.?|a\.\s?s\.|v\.\s?o\.\s?s\.|spol\.\s?s\s?r\.\s?o\."
    r"|Kft\.?|Zrt\.?|Nyrt\.?|Bt\.?|Kkt\.?|d\.\s?o\.\s?o\.?|d\.\s?d\.|s\.\s?p\.|k\.\s?d\."
    r"|Oy|AB|ApS|A/S|AS|Stiftung|Verein|Genossenschaft)(?![^\W_])"
)
_SAME, _LIKE, _MISREAD, _BADLY_MISREAD = 90, 75, 85, 70
_BRIEF = 5
_JOINING = frozenset({"und", "and", "co", "the", "die", "der"})
_SPELT = str.maketrans({"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00df": "ss"})
_LONG = {
    "mitbeschr\u00e4nkterhaftung": "gmbh",
    "aktiengesellschaft": "ag",
    "kommanditgesellschaft": "kg",
}
# What a house is run as, beside its name.
_RUN_AS = frozenset(
    {"betriebs", "betrieb", "betreiber", "verwaltungs", "gastro", "gastronomie", "hotel", "gasthof"}
    | {"gasthaus", "pension", "restaurant", "wirtshaus", "landhotel", "cafe", "zum", "zur", "am"}
    | {"firma", "fa", "familie"}
)
_COMPANY = re.compile(r"ges(?:ellschaft|ellsch)?$")

# What stands where a payee is named, and names an account, a place or the vendor itself.
_NOBODY = re.compile(
    r"(?:iban|bic|swift|bankverbindung|bankkonto|bankdaten|bank\s?details|kontonummer|konto-?nr|kto|blz"
    r"|account\s(?:no|number)|siehe|see|wie\soben|as\sabove|same)\b.*"
    r"|(?:(?:die|den|der|the|our|unsere?[mnr]?)\s)?(?:kass[ae]n?|\w{0,20}kass[ae]|kassier\w*|schalter|rezeption|empfang"
    r"|fahrer\w*|zusteller\w*|boten?|buchhaltung|verwaltung|konto|bank|account|verk\u00e4ufer\w*|auftragnehmer\w*"
    r"|rechnungs(?:aus)?steller\w*|lieferant\w*|vermieter\w*|\w{0,20}automat\w*|cash\s?desk|cashier|till|reception|driver"
    r"|seller|supplier|vendor|us|uns|sie|n\s?a)(?:\s(?:nr\s|no\s)?\d[\d ]{0,20})?",
    re.IGNORECASE,
)


def is_nobody(name: str) -> bool:
    """Whether words that stand for a name are none: an account, a cash desk, a role.

    >>> is_nobody("IBAN AT61 1904"), is_nobody("Kassa 3"), is_nobody("Kassa 3 Factoring GmbH")
    (True, True, False)
    """
    return _NOBODY.fullmatch(" ".join(re.sub(r"[\W_]+", " ", name).split())) is not None


def is_only_form(name: str) -> bool:
    """Whether a name is nothing but legal forms, and so none.

    >>> is_only_form("Inc."), is_only_form("Co., Ltd"), is_only_form("Muster, Inc.")
    (True, True, False)
    """
    if not FORM.search(name):
        return False
    left = re.sub(r"[\W_]+", " ", FORM.sub(" ", name)).lower().split()
    return all(word in _JOINING for word in left)


def is_same_name(one: str, other: str | None) -> bool:
    """Whether two names differ by no more than spelling.

    >>> is_same_name("Kunden AG Mitte", "KUNDEN AG, Mitte")
    True
    """
    return other is not None and fuzz.token_sort_ratio(bare_of(one), bare_of(other)) >= _SAME


def bare_of(name: str) -> str:
    """A name without signs, case and accents; umlauts as they are spelt without them.

    >>> bare_of("M\u00fcller & S\u00f6hne, Caf\u00e9")
    'mueller soehne cafe'
    """
    spelt = normalize("NFC", name).lower().translate(_SPELT)
    plain = "".join(each for each in normalize("NFKD", spelt) if not combining(each))
    return re.sub(r"[\W_]+", " ", plain).strip()


def is_like_name(one: str, other: str) -> bool:
    """Whether two names may mean the same: legal forms and additions differ often.

    >>> is_like_name("Kunden AG Mitte", "Kunden AG"), is_like_name("Kunden AG", "Testfirma")
    (True, False)
    """
    return fuzz.token_set_ratio(bare_of(one), bare_of(other)) >= _LIKE


def is_same_company(one: str, other: str) -> bool:
    """Whether two names may mean one company: additions and a missing legal form are spelling.

    Words that one has and the other does not may be an addition, on one side only; with a word
    of their own each they are two companies, whatever trade and legal form they share. So they
    are where both have a legal form, and not the same.

    >>> is_same_company("Muster Handels", "Muster Handels GmbH")
    True
    >>> is_same_company("Huber Handels GmbH", "Muster Handels GmbH")
    False
    """
    ours, theirs = _forms(one), _forms(other)
    if ours and theirs and ours != theirs:
        return False
    first, second = _words(one), _words(other)
    if fuzz.ratio("".join(sorted(first)), "".join(sorted(second))) >= _SAME:
        return True
    if fuzz.ratio("".join(first), "".join(second)) >= _SAME:
        return True
    short, long = sorted((first, second), key=len)
    return bool(short) and all(_has(long, word) for word in short)


def may_be_named(seen: str, own: str, *, is_misread: bool = False) -> bool:
    """Whether a company may be meant by a name that is spelt otherwise, shortened or outdated.

    Beside what is_same_company takes for spelling: another legal form (a former one), initials and
    words cut short. `is_misread` says that it was recognised from a picture, with signs mistaken.

    >>> may_be_named("Muster Hdl. KG", "Muster Handels GmbH")
    True
    >>> may_be_named("MHG", "Muster Handels GmbH")
    True
    >>> may_be_named("Bergblick Sport GmbH", "Muster Handels GmbH")
    False
    """
    if is_same_company(seen, own):
        return True
    one, two = _words(seen), _words(own)
    if is_same_company(" ".join(one), " ".join(two)):
        return True
    short, long = sorted((one, two), key=lambda words: len("".join(words)))
    if is_misread and fuzz.ratio("".join(one), "".join(two)) >= _BADLY_MISREAD:
        return True
    return _are_initials(short, long) or all(
        any(_is_short_for(part, word) for word in long) for part in short
    )


def is_another_company(seen: str, own: str, *, is_misread: bool = False) -> bool:
    """Whether a name is beyond doubt that of another company: a legal form, and a name not ours.

    A name without a legal form may be what ours is called at the door, or who runs it. One that
    shares ours but for what the house is run as, or a word of ours that has no form, is none.

    >>> is_another_company("Bergblick Sport GmbH", "Muster Handels GmbH")
    True
    >>> is_another_company("Hotel Post", "Post Betriebs GmbH")
    False
    """
    if may_be_named(seen, own, is_misread=is_misread) or not _forms(seen):
        return False
    one, two = _named(seen), _named(own)
    if one and two and is_same_company(" ".join(one), " ".join(two)):
        return False
    return bool(_forms(own)) or not any(_has(two, word) for word in one)


def _named(name: str) -> list[str]:
    return [word for word in _words(name) if word not in _RUN_AS]


def _are_initials(short: list[str], long: list[str]) -> bool:
    """Whether a name is one word of first letters, those of its legal form among them or not."""
    letters = "".join(short)
    is_brief = len(short) == 1 and 1 < len(letters) <= _BRIEF
    return is_brief and (
        letters.startswith("".join(word[0] for word in long))
        or _is_short_for(letters, "".join(long))
    )


def _is_short_for(part: str, word: str) -> bool:
    """Whether a word is another, misread or cut short: its first letter, and others in order."""
    if fuzz.ratio(part, word) >= _MISREAD:
        return True
    if len(part) > _BRIEF or part[:1] != word[:1]:
        return False
    rest = iter(word)
    return all(letter in rest for letter in part)


def _forms(name: str) -> frozenset[str]:
    """Legal forms in a name, however they are written; GmbH & Co KG has two."""
    found = (re.sub(r"[\W_]+", "", match[0]).lower() for match in FORM.finditer(name))
    return frozenset(part for form in found for part in _parts(form))


def _parts(form: str) -> list[str]:
    """A form as the law knows it.

    >>> _parts("gesmbh"), _parts("gmbhcokg"), _parts("sarl")
    (['gmbh'], ['gmbh', 'kg'], ['sarl'])
    """
    form = _LONG.get(form, form)
    body, _, behind = form.partition("co")
    if not behind or not body:
        body, behind = form, ""
    body = "gmbh" if body in {"gesmbh", "mbh", "gmbh", "ggmbh", "gesellschaftmbh"} else body
    body = body.removesuffix("haftungsbeschr\u00e4nkt") or body
    return [body, behind] if behind else [body]


def _words(name: str) -> list[str]:
    words = bare_of(FORM.sub(" ", name)).split() or bare_of(name).split()
    named = (_COMPANY.sub("", word) for word in words if word not in _JOINING)
    return [word for word in named if word] or words


def _has(words: list[str], sought: str) -> bool:
    return any(fuzz.ratio(word, sought) >= _MISREAD for word in words)
