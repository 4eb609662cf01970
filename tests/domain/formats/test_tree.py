"""Finding values in XML by local names."""

from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from domain.formats.tree import attribute, day_of, decimal_of, node, nodes, text, texts

TREE = etree.fromstring(
    b'<r xmlns:x="urn:x"><x:a x:k="v"><b> one\n two </b><b/></x:a><c><b>three</b></c></r>'
)


def test_a_path_finds_elements_of_any_namespace() -> None:
    """Only the local name counts; a bar separates two spellings of a step."""
    assert texts(TREE, "a|c/b") == ("one two", "three")
    assert len(list(nodes(TREE, "a/b"))) == 2
    assert text(TREE, "nothing", "c/b") == "three"


def test_nothing_is_found_in_nothing() -> None:
    """A missing group has missing members, not an error."""
    assert text(node(TREE, "missing"), "b") is None
    assert attribute(node(TREE, "a"), "k") == "v"
    assert attribute(None, "k") is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20160404", date(2016, 4, 4)),
        ("2016-04-04", date(2016, 4, 4)),
        ("20161399", None),
        ("", None),
    ],
)
def test_days_are_read_or_not(written: str, meant: date | None) -> None:
    """Both written forms; what is no day is None."""
    assert day_of(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"), [("1.50", Decimal("1.50")), ("NaN", None), ("1,50", None), (None, None)]
)
def test_numbers_are_read_or_not(written: str | None, meant: Decimal | None) -> None:
    """XML knows one decimal point and no infinity."""
    assert decimal_of(written) == meant
