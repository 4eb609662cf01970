"""The text of a mail: told where it may be a bill, at little cost whatever it holds."""

import time
from email.message import EmailMessage

import pytest

from domain.formats.mail_text import CHARACTERS, IS_BILL, plain, why_seen


def of(text: str, subject: str | None = None) -> str | None:
    """What is said of a mail with this text."""
    made = EmailMessage()
    made.set_content(text, subtype="html")
    return why_seen(made, subject)


def test_word_and_amount_may_be_far_apart() -> None:
    """The subject says what it is, the text how much."""
    assert of("<p>Betrag</p><td>EUR&nbsp;49,00</td>", "Ihr Beleg") == IS_BILL
    assert of("<p>Betrag</p><td>EUR&nbsp;49,00</td>", "Gruss") is None


@pytest.mark.parametrize("piece", ["<", "<a ", "&", "<style>", "1.", "rechnung "])
def test_hostile_text_costs_little(piece: str) -> None:
    """Each pattern looks at a sign a bounded number of times."""
    start = time.process_time()

    of(piece * (CHARACTERS // len(piece) * 5))

    assert time.process_time() - start < 5
    assert plain("") == ""
