"""What a journal entry can be found by."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.journal_index.search_tokens import GRAM, grams, tokens_of


@given(st.text(max_size=30), st.integers(0, 29), st.integers(1, GRAM))
def test_every_short_piece_of_a_text_is_a_gram(text: str, at: int, length: int) -> None:
    """Wherever it stands."""
    piece = text[at : at + length]
    assert not piece or piece in grams(text)


def test_names_are_longer_than_any_gram() -> None:
    """A text cannot be mistaken for a day or an account."""
    named = tokens_of((), (), date(2026, 3, 1)) | {"account:1"}
    assert all(len(token) >= GRAM for token in named)
    assert named - {"any"} == {"account:1", "day:2026-03-01", "month:2026-03"}
