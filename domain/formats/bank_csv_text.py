"""What banks put into the one text column of their CSV: names, accounts and references."""

import re

# Raiffeisen ELBA: `key: value` one after the other, the values with blanks and colons in them.
_ELBA = re.compile(
    r"(Auftraggeber|Empfänger|Zahlungsempfänger|Verwendungszweck|Zahlungsreferenz|Kundendaten"
    r"|Auftraggeberreferenz|IBAN Auftraggeber|BIC Auftraggeber|IBAN Empfänger|BIC Empfänger"
    r"|Mandat|Creditor-ID|Ultimate Debtor|Ultimate Creditor)\s*:\s*"
)
_ELBA_NAMES = {
    "Auftraggeber": "name",
    "Empfänger": "name",
    "Zahlungsempfänger": "name",
    "IBAN Auftraggeber": "iban",
    "IBAN Empfänger": "iban",
    "BIC Auftraggeber": "counterparty_bank",
    "BIC Empfänger": "counterparty_bank",
    "Mandat": "mandate_id",
    "Creditor-ID": "creditor_id",
    "Auftraggeberreferenz": "end_to_end_id",
}
_ELBA_TEXT = ("Verwendungszweck", "Zahlungsreferenz", "Kundendaten")
# VR banks and Commerzbank append their references to the purpose.
_TAGS = re.compile(
    r"\b(EREF|MREF|CRED|IBAN|BIC|SVWZ|KREF|ABWA|ABWE|End-to-End-Ref\.|Mandatsref|Gläubiger-ID)"
    r"[:+]\s*(?=\S)"
)
_TAG_NAMES = {
    "EREF": "end_to_end_id",
    "End-to-End-Ref.": "end_to_end_id",
    "MREF": "mandate_id",
    "Mandatsref": "mandate_id",
    "CRED": "creditor_id",
    "Gläubiger-ID": "creditor_id",
    "IBAN": "iban",
    "BIC": "counterparty_bank",
    "SVWZ": "text",
}
_NO_KEY = {"NOTPROVIDED", "NONREF", "NICHT ANGEGEBEN"}


def elba(words: str) -> dict[str, str]:
    """Parts of a Raiffeisen text.

    >>> elba("Gutschrift  Auftraggeber:  A person  Kundendaten:  RE 7")
    {'name': 'A person', 'text': 'Gutschrift RE 7'}
    """
    first, *rest = _ELBA.split(words)
    said = {key: " ".join(value.split()) for key, value in zip(rest[::2], rest[1::2], strict=True)}
    found = {_ELBA_NAMES[key]: value for key, value in said.items() if key in _ELBA_NAMES}
    text = [first.strip(), *(said.get(key, "") for key in _ELBA_TEXT)]
    return {name: value for name, value in found.items() if value} | {
        "text": " ".join(filter(None, text))
    }


def tagged(words: str) -> dict[str, str]:
    """Parts of a purpose that ends in marked references.

    >>> tagged("RE 7 EREF: 12 MREF: M-1")
    {'text': 'RE 7', 'end_to_end_id': '12', 'mandate_id': 'M-1'}
    """
    first, *rest = _TAGS.split(words)
    found = {"text": first.strip()} if first.strip() else {}
    for key, value in zip(rest[::2], rest[1::2], strict=True):
        name, plain = _TAG_NAMES.get(key), value.strip()
        if name and plain and plain.upper() not in _NO_KEY:
            found[name] = plain if name == "text" else plain.split()[0]
    return found
