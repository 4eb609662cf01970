"""Labels in ten languages."""

import csv
from importlib.resources import files

import pytest

from domain.reading.labels import labels_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Rechnungs-Nr.:", "invoice_number"),
        ("RechnungsNr", "invoice_number"),
        ("Invoice #", "invoice_number"),
        ("Facture n° :", "invoice_number"),
        ("N° de facture", "invoice_number"),
        ("Numero della fattura", "invoice_number"),
        ("Faktura VAT nr", "invoice_number"),
        ("Číslo faktury", "invoice_number"),
        ("Számla sorszáma", "invoice_number"),
        ("Št. računa", "invoice_number"),
        ("Fecha de emisión", "invoice_date"),
        ("Date d'échéance", "due_date"),
        ("Fizetési határidő", "due_date"),
        ("Datum der Lieferung", "delivery_date"),
        ("Kundennummer", "customer_number"),
        ("Bankszámlaszám", "register_number"),
        ("Te betalen", "gross"),
        ("Do zapłaty", "gross"),
        ("Celkem bez DPH", "net"),
        ("Gesamtnettobetrag", "net"),
        ("GP", "line_total"),
        ("E-Preis", "price"),
    ],
)
def test_what_a_label_means(text: str, kind: str) -> None:
    """Signs, articles, accents and humps do not matter; the longest phrase counts."""
    (label,) = labels_in(text)

    assert kind in label.kinds


def test_words_that_are_no_labels_have_none() -> None:
    """Whatever they begin with."""
    assert labels_in("Papier für Maria Summer") == ()


def test_every_kind_is_known_in_most_languages() -> None:
    """A language that misses a common label reads nothing of its documents."""
    rows = list(
        csv.DictReader(files("domain.reading").joinpath("labels.csv").read_text().splitlines())
    )
    languages = {row["language"] for row in rows}
    common = ("invoice_number", "invoice_date", "due_date", "net", "tax", "gross", "vendor")

    assert len(languages) == 10
    for kind in common:
        assert {row["language"] for row in rows if row["kind"] == kind} == languages, kind
