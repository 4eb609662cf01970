"""Four eyes: whoever approves is another person than whoever asked."""

from uuid import UUID

from domain.actor import Actor
from domain.errors import SelfApprovalDenied


def check_second_person(first: UUID | None, second: Actor, *, alone: bool) -> None:
    """Refuse the approval of one's own request (FOUR_EYES).

    A service approves nothing; the only person of a tenant may approve alone.
    """
    if second.kind != "person" or (second.user_id == first and not alone):
        raise SelfApprovalDenied("Someone else must approve this.")
