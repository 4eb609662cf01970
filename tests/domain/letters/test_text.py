"""The words of letters: every kind has some, and a stranger's text stays in its place."""

import pytest

from domain.letters.letter import LetterKind
from domain.letters.text import text_of

TOLD = {
    name: f"<{name}>"
    for name in (
        *("name", "company", "link", "document", "days", "amount", "state"),
        *("day", "count", "period", "until", "sender", "email"),
        *("author", "by", "when"),
    )
}


@pytest.mark.parametrize("kind", [each for each in LetterKind if each is not LetterKind.DUNNING])
def test_every_kind_has_words(kind: LetterKind) -> None:
    """A subject of one line, the reader's name, and where to go."""
    text = text_of(kind, TOLD)

    assert "\n" not in text.subject
    assert text.subject
    assert "Guten Tag <name>," in text.body
    assert "<link>" in text.body
    assert "{" not in text.subject + text.body


def test_a_reminder_is_in_the_words_of_the_policy() -> None:
    """Nothing is added to them, and nothing in them is put in."""
    text = text_of(
        LetterKind.DUNNING, {**TOLD, "title": "Mahnung {company}"}, "Bitte {link}\n\nEnde"
    )

    assert text.subject == "Mahnung {company}"
    assert text.body == "Bitte {link}\n\nEnde\n"


def test_a_stranger_cannot_write_the_letter() -> None:
    """What a document says stays one line, cannot add a header and fills no field."""
    facts = {"name": "Eva", "company": "A", "days": "3", "amount": "1", "state": "x", "link": "y"}
    evil = "Rechnung\r\nBcc: all@example.org {company}" + "x" * 999

    text = text_of(LetterKind.CASE_REMINDER, {**facts, "document": evil})

    assert "\n" not in text.subject
    assert "{company}" in text.subject
    assert len(text.subject) < 300
