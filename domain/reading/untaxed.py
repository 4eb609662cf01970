"""Words by which a seller shows no tax: small, taxed on a margin, exempt, owed by the customer."""

import re

_OWES_NONE = (
    r"kleinunternehmer|\u00a7\s*6\s*abs\.?\s*1\s*z\.?\s*27|\u00a7\s*19\s*(?:abs|ustg)|reverse\s+charge"
    r"|\u00a7\s*13\s*b\b|\bart(?:\.|ikel)?\s*(?:44|196)\b|\u00fcbergang\s+der\s+steuerschuld"
    r"|steuerschuldnerschaft|steuerschuld\w*\b[^.]{0,40}leistungsempf|leistungsempf\w*\s+schuldet|schuldet\s+der\s+leistungsempf"
    r"|differenzbesteuer|margenbesteuer|gegenst\u00e4nde\s{0,3}/\s{0,3}sonderregelung|margin\s+scheme"
    r"|sonderregelung\s+f\u00fcr\s+reiseb\u00fcros|reiseleistungen\s{0,3}/\s{0,3}sonderregelung"
    r"|autoliquidation|inversione\s+contabile|tva\s+non\s+applicable|regime\s+forfettario"
)
_SELLER = re.compile(_OWES_NONE, re.IGNORECASE)
_ANY = re.compile(
    rf"{_OWES_NONE}|steuerfrei|steuerbefreit|\b(?:ust|mwst)\.?[\s-]?(?:frei|befreit)\b|nullsteuersatz"
    r"|\u00a7\s?4\s?(?:nr|nummer|ziff(?:er)?)\.?\s?\d{1,2}[^\u00a7\n]{0,40}?ustg"
    r"|\u00a7\s?6,?\s?(?:abs\.?\s?1|\(1\))\s?z(?:iff(?:er)?)?\.?\s?\d{1,2}[^\u00a7\n]{0,40}?ustg"
    r"|\u00a7\s?12\s?(?:abs\.?\s?3|\(3\))[^\u00a7\n]{0,20}?ustg|\u00a7\s?28\s?(?:abs\.?\s?|\()62\b"
    r"|\u00a7\s?19\s?(?:abs\.?\s?|\()1\s?[a-e]\b"
    r"|tax\s+exempt|innergemeinschaftlich|intra-?\s?community\s+suppl"
    r"|livraison\s+intracommunautaire|cessione\s+intracomunitaria|vat[- ]exempt"
    r"|exon\u00e9r\u00e9e?\s+de\s+tva",
    re.IGNORECASE,
)


def says_untaxed(text: str) -> bool:
    """Whether words say that something bears no tax, or who owes it.

    >>> says_untaxed("steuerfrei"), says_untaxed("Zahlbar in 14 Tagen")
    (True, False)
    """
    return _ANY.search(text) is not None


def owes_no_tax(text: str) -> bool:
    """Whether words say that the seller owes none of the tax: what looks like one is another share.

    >>> owes_no_tax("Kleinunternehmer"), owes_no_tax("Trinkgeld steuerfrei")
    (True, False)
    """
    return _SELLER.search(text) is not None
