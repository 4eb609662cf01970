"""The SEPA character set."""

import re
import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from domain.formats import sepa


@given(st.text(max_size=300))
def test_only_signs_of_the_set_remain(value: str) -> None:
    """Whatever comes in, the basic set comes out, cut."""
    assert re.fullmatch(r"[a-zA-Z0-9/\-?:().,'+ ]{0,140}", sepa.text(value))
    assert len(sepa.name(value)) <= sepa.NAME_LENGTH


@given(st.text(alphabet="/aé_ 1", max_size=100))
def test_ids_have_no_double_slash_and_none_at_the_ends(value: str) -> None:
    """Banks refuse such ids."""
    made = sepa.identifier(value)
    assert "//" not in made
    assert not made.startswith("/")
    assert not made.endswith("/")
    assert len(made) <= sepa.ID_LENGTH


def test_umlauts_are_spelt_out() -> None:
    """As German-speaking banks do it, composed or not."""
    assert sepa.text("Grüße aus Österre\u0301ich") == "Gruesse aus Oesterreich"
    assert sepa.text("u\u0308ber") == "ueber"


def test_no_letter_is_a_dot() -> None:
    """Of any script: what has no Latin sound is left out, and the others are heard."""
    dotted = [
        sign
        for sign in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(sign).startswith("L") and "." in sepa.text(sign)
    ]
    assert dotted == []
    assert [sepa.text(each) for each in ("شارع العلم", "ዓለም", "שלום בעמ")] == [
        "shr' l'lm",
        "'alem",
        "slvm v'm",
    ]
