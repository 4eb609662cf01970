"""Which rules, and what a report says."""

import pytest
from lxml import etree

from domain.formats.e_invoice_rules import BrokenRule, Fault, Validation, broken_in, rules_for

CII = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
REPORT = b"""<s:schematron-output xmlns:s="http://purl.oclc.org/dsdl/svrl">
<s:failed-assert id="BR-CO-16" flag="fatal"
    location="/*:Invoice[namespace-uri()='urn:a/b'][1]/*:Total[1]">
  <s:text>[BR-CO-16]-Amount due shall be
    right.</s:text></s:failed-assert>
<s:failed-assert id="BR-CO-16" flag="fatal" location="/*:Invoice[1]"><s:text>x</s:text>
</s:failed-assert>
<s:failed-assert id="UBL-CR-1" flag="warning"><s:text>Advice.</s:text></s:failed-assert>
<s:failed-assert id="FX-SCH-A-1"><s:text>Own rule.</s:text></s:failed-assert>
<s:failed-assert id="PEPPOL-1" flag="fatal"><s:text>Not ours.</s:text></s:failed-assert>
<s:failed-assert><s:text>Nameless.</s:text></s:failed-assert>
</s:schematron-output>"""


@pytest.mark.parametrize(
    ("name", "space", "profile", "expected"),
    [
        ("Invoice", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", None, "UBL"),
        ("CreditNote", "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2", None, "UBL"),
        ("CrossIndustryInvoice", CII, "urn:cen.eu:en16931:2017", "CII"),
        ("CrossIndustryInvoice", CII, "urn:factur-x.eu:1p0:minimum", "minimum"),
        ("CrossIndustryInvoice", CII, "x#conformant#urn:factur-x.eu:1p0:extended", "extended"),
        ("CrossIndustryInvoice", CII, "urn:zugferd.de:2p0:basic-wl", "basicwl"),
        ("CrossIndustryDocument", "urn:ferd:CrossIndustryDocument:invoice:1p0", None, "ZUGFeRD"),
        ("Invoice", "http://www.ebinterface.at/schema/6p1/", None, "ebInterface 6.1"),
    ],
)  # fmt: skip
def test_each_syntax_has_its_rules(
    name: str, space: str, profile: str | None, expected: str
) -> None:
    """Those of the profile, where it has some of its own."""
    rules = rules_for(etree.Element(f"{{{space}}}{name}"), profile)

    assert expected in rules.name
    assert rules.schema is not None


def test_a_report_names_each_rule_once() -> None:
    """With its first place, a text without its id, and advice as such."""
    root = etree.Element("{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice")
    found = broken_in(REPORT, rules_for(root, None))

    assert [rule.id for rule in found] == ["BR-CO-16", "UBL-CR-1"]
    assert found[0] == BrokenRule(
        Fault.RULE,
        "BR-CO-16",
        "Amount due shall be right.",
        is_fatal=True,
        location="Invoice/Total",
    )
    assert not found[1].is_fatal


def test_rules_of_a_profile_count_for_it() -> None:
    """And for no other."""
    root = etree.Element(f"{{{CII}}}CrossIndustryInvoice")
    own = broken_in(REPORT, rules_for(root, "urn:factur-x.eu:1p0:basic"))
    other = broken_in(REPORT, rules_for(root, "urn:cen.eu:en16931:2017"))

    assert "FX-SCH-A-1" in {rule.id for rule in own}
    assert "FX-SCH-A-1" not in {rule.id for rule in other}


def test_what_was_not_run_is_not_valid() -> None:
    """Nothing is called right that nobody checked."""
    advice = BrokenRule(Fault.RULE, "UBL-CR-1", "Advice.", is_fatal=False)

    assert Validation("x", (advice,)).is_valid
    assert not Validation("x", not_run="too large").is_valid
