"""Messages that Outlook saved: what hangs on them comes out, and nothing else happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.formats import mail, outlook_message
from domain.formats.mail import Outcome
from domain.formats.outlook_message import MessageUnreadable
from tests.domain.formats.compound import compound, message

PDF = b"%PDF-1.7\n%%EOF"


def test_files_and_those_of_attached_messages_come_out() -> None:
    """Each with its long name, and the sender of the message that it hangs on."""
    inner = message(("innen.pdf", PDF + b"2"), sender="Chef@Firma.example")
    data = compound(message(("Rechnung März.pdf", PDF), ("Weitergeleitet", inner)))

    found = list(outlook_message.files(data))

    assert [(file.name, file.sender) for file in found] == [
        ("Rechnung März.pdf", "re@lieferant.example"),
        ("innen.pdf", "chef@firma.example"),
    ]
    assert found[0].content.startswith(PDF)


def test_messages_nested_too_deep_are_told() -> None:
    """The innermost stays closed, with a reason."""
    made = message(("r.pdf", PDF))
    for _ in range(outlook_message.DEPTH + 1):
        made = message(("noch eine", made))

    (file,) = outlook_message.files(compound(made))

    assert file.fault == "a message nested too deep"


def test_a_file_of_an_office_program_is_no_message() -> None:
    """Old Word files have the same shape: they are not opened, and a person sees that."""
    data = compound({"WordDocument": b"x", "1Table": b"y"})

    with pytest.raises(MessageUnreadable):
        list(outlook_message.files(data))
    (item,) = mail.read_file("Rechnung.doc", data).attachments
    assert (item.outcome, item.is_shown) == (Outcome.UNSUPPORTED_TYPE, True)


@given(st.binary(max_size=3000), st.integers(0, 3000))
def test_damaged_messages_leave_a_row(noise: bytes, at: int) -> None:
    """Whatever is in the bytes: something of it has a row."""
    data = compound(message(("r.pdf", PDF)))
    assert mail.read_file("Rechnung.msg", data[: 8 + at] + noise).attachments
