"""Where a value came from."""

from decimal import Decimal

from domain.reading.layout import Box, Layout, Page, Passage, Source, Word
from domain.reading.origin import Reading, by_rule, from_page, surest


def test_an_origin_shows_the_page_as_it_is_stored() -> None:
    """A scan that lies on its side is shown lying on its side."""
    word = Word("x", Box(0, 0, 1000, 500), Decimal("0.8"))
    layout = Layout((Page(1, (word,), Source.OCR, turn=180),))
    origin = from_page(layout, Passage("x", 1, word.box, word.confidence), Decimal("0.9"))

    assert origin.box == tuple(map(Decimal, ("0.9000", "0.9500", "1.0000", "1.0000")))
    assert (origin.source, origin.confidence) == (Source.OCR, Decimal("0.72"))


def test_the_surest_reading_wins_and_doubt_lowers_it() -> None:
    """The first among equals."""
    one, two = (
        Reading(value, by_rule(Decimal(share))) for value, share in (("a", "0.5"), ("b", "0.9"))
    )

    assert surest([one, two]) == two
    assert surest([one, two.doubted(Decimal("0.5"))]) == one
    assert surest(()) is None
