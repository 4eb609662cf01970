"""Whether a text denies what it names: `keine Gutschrift`, `nicht auf dem Abgabenkonto`."""

import re

_NOT = (
    r"nicht|nein|kein\w{0,2}|ohne|statt|anstelle|anstatt|weder|nie(?:mals)?|not|no|non|without|instead"
    r"|never|nessun\w?|senza|pas|sans|aucune?"
)
_BETWEEN = (
    r"um|eine?[rsm]?|als|im|der|die|das|des|dem|den|fall|form|art|per|mittels|unter|zum|zur|von"
    r"|the|a|under|by|of|via|\u00e8|un[ae]?|d|de|della?|di|en|par|est|e"
)
_BEFORE = re.compile(
    rf"(?<!\w)(?:{_NOT})(?:[\s\u2019'\"\u201e]{{1,3}}(?:{_BETWEEN})(?!\w)){{0,4}}"
    r"[\s\u2019'\"\u201e]{0,3}$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"[^\w\n.;]{0,3}(?:nein|entf\u00e4llt|ausgeschlossen|unzul\u00e4ssig"
    r"|(?:(?:wird|wurde|ist|is|are|was)\s{1,3})?(?:nicht|not)\s{1,3}(?:an(?:ge)?w[ae]nd|vereinbart|zul\u00e4ssig"
    r"|gew|m\u00f6glich|us|appli|agreed|allowed|possible))",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    rf"(?<!\w)(?:{_NOT}|kann|k\u00f6nnen|k\u00f6nnte|falls|sofern|wenn|soweit"
    r"|(?:auf|\u00fcber) antrag|antrag auf|noch|may|can|if|unless)(?!\w)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?<!\babs)(?<!\bart)(?<!\bgem)(?<!\bnr)(?<!\blit)(?<!\blt)(?<!\bz)(?<!\d)[.;!?](?=\s)"
    r"|\b(?:sondern|but|sino|bens\u00ec)\b",
    re.IGNORECASE,
)
_REACH = 80


def is_denied(text: str, start: int) -> bool:
    """Whether what begins there is denied right before it: other words between are denied instead.

    >>> is_denied("keine Gutschrift", 6), is_denied("ohne USt, Reverse Charge", 10)
    (True, False)
    """
    return _BEFORE.search(text[max(0, start - _REACH) : start]) is not None


def is_refused(text: str, end: int) -> bool:
    """Whether what ends there is said not to be done.

    >>> is_refused("Gutschriftverfahren: nein", 19), is_refused("§ 19 UStG nicht erhoben", 9)
    (True, False)
    """
    return _BEHIND.match(text, end) is not None


def is_doubtful(text: str, start: int, end: int) -> bool:
    """Whether anything in its sentence denies it, or makes a condition of it.

    For what must be said plainly: where it is not, it is unknown.

    >>> is_doubtful("Sie wird nicht am Abgabenkonto verbucht.", 15, 39)
    True
    >>> is_doubtful("nicht bar, sondern am Abgabenkonto", 19, 34)
    False
    """
    before = _ENDS.split(text[max(0, start - _REACH) : start])[-1]
    after = _ENDS.split(text[end : end + _REACH])[0]
    return any(_DOUBT.search(part) for part in (before, text[start:end], after))
