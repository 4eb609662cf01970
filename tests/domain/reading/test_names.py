"""Names of companies."""

import pytest

from domain.reading.names import (
    FORM,
    is_another_company,
    is_like_name,
    is_same_company,
    is_same_name,
)


@pytest.mark.parametrize(
    "name",
    ["Muster GmbH", "Muster Ges.m.b.H.", "Muster S.p.A.", "Muster Sp. z o.o.", "Muster s.r.o.",
     "Muster Kft.", "Muster d.o.o.", "Muster B.V.", "Muster SARL", "Muster S.L.U."],
)  # fmt: skip
def test_legal_forms_of_ten_countries_are_known(name: str) -> None:
    """At the end of the name."""
    form = FORM.search(name)

    assert form is not None
    assert form.end() == len(name)


def test_names_are_compared_without_signs() -> None:
    """Order and punctuation do not matter."""
    assert is_same_name("Mitte, Kunden AG", "Kunden AG Mitte")
    assert not is_same_name("Kunden AG", "Lieferant GmbH")
    assert not is_same_name("Kunden AG", None)
    assert is_like_name("Kunden AG Mitte", "Kunden AG")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Muster Handels", "Muster Handels GmbH"),
        ("MUSTER HANDELS", "Muster Handels Ges.m.b.H."),
        ("Muster Handels Gesellschaft", "Muster Handels GmbH"),
        ("Handels Muster GmbH", "Muster Handels GmbH"),
        ("Muster Handels GmbH, Filiale Wels", "Muster Handels GmbH"),
        ("Muster", "Muster Handels GmbH"),
        ("Bundesrechenzentrum (BRZ) GmbH", "BRZ GmbH"),
        ("Test-Firma KG", "Testfirma KG"),
        ("Mustcr Handels GmbH", "Muster Handels GmbH"),  # misread
        ("Bauer & S\u00f6hne GmbH & Co KG", "Bauer und S\u00f6hne GmbH & Co. KG"),
        ("Muster Handelsgesellschaft m.b.H.", "Muster Handels GmbH"),
        ("Muster Handelsges.m.b.H.", "Muster Handels GmbH"),
        ("Muster Handels G.m.b.H.", "Muster Handelsgesellschaft mbH"),
        ("Muster Handelsgesellschaft mit beschr\u00e4nkter Haftung", "Muster Handels GmbH"),
        ("Bauer Aktiengesellschaft", "Bauer AG"),
        ("M\u00fcller & S\u00f6hne GmbH", "Mueller und Soehne GmbH"),
        ("J\u00c4GER GRO\u00dfHANDEL KG", "Jaeger Grosshandel KG"),
        ("Soci\u00e9t\u00e9 G\u00e9n\u00e9rale SA", "Societe Generale S.A."),
    ],
)
def test_one_company_however_it_is_written(one: str, other: str) -> None:
    """Without its legal form, with an addition, or as it was read."""
    assert is_same_company(one, other)
    assert is_same_company(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Huber Handels GmbH", "Muster Handels GmbH"),  # trade and form are no name
        ("Huber Handels", "Muster Handels GmbH"),
        ("Muster Bau GmbH", "Muster Handels GmbH"),
        ("Muster Handels KG", "Muster Handels GmbH"),  # a sister
        ("Muster Handels GmbH & Co KG", "Muster Handels GmbH"),
        ("Testfirma KG", "BRZ GmbH"),
        ("Muster Handelsgesellschaft mbH", "Muster Baugesellschaft mbH"),
        ("Muster Handelsgesellschaft m.b.H.", "Huber Handels GmbH"),
        ("Bauer Kommanditgesellschaft", "Bauer GmbH"),
    ],
)
def test_two_companies(one: str, other: str) -> None:
    """A name of its own each, or another legal form."""
    assert not is_same_company(one, other)
    assert not is_same_company(other, one)


@pytest.mark.parametrize(
    ("seen", "own", "is_other"),
    [
        ("Hotel Post", "Post Betriebs GmbH", False),
        ("Post Betriebs GmbH", "Hotel Post", False),
        ("Hotel Post GmbH", "Post Betriebs GmbH", False),
        ("Max Huber", "Huber Installationen GmbH", False),
        ("Huber Installationen GmbH", "Max Huber", False),
        ("Gasthaus zur Linde", "Muster Gastro GmbH", False),
        ("Muster Gastro GmbH", "Gasthaus zur Linde", True),  # its address may say otherwise
        ("Bergblick Sport GmbH", "Max Huber", True),
        ("Huber Handels GmbH", "Muster Handels GmbH", True),
        ("Muster Bau GmbH", "Muster Handels GmbH", True),  # a sister
    ],
)
def test_another_company_has_a_form_and_no_name_of_ours(
    seen: str, own: str, *, is_other: bool
) -> None:
    """A shared name is no other company, unless both are companies in trades of their own."""
    assert is_another_company(seen, own) is is_other
