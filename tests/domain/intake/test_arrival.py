"""What arrived: its id is that of the message it becomes."""

from uuid import UUID

from domain.ids import derived_id, sha256_hex
from domain.intake.arrival import Channel, arrival_id


def test_the_id_is_that_of_the_message() -> None:
    """The same bytes of one tenant are one arrival; another tenant has its own."""
    sha256 = sha256_hex(b"mail")
    one, other = UUID(int=1), UUID(int=2)

    assert arrival_id(one, sha256) == derived_id("mail", one, sha256)
    assert arrival_id(one, sha256) != arrival_id(other, sha256)


def test_doors_know_whether_messages_come_through_them() -> None:
    """Mail and mailboxes bring messages, uploads and folders files."""
    assert {each for each in Channel if each.is_mail} == {Channel.MAIL, Channel.MAILBOX}
