"""What a session is bound to: one tenant, and who acts in it."""

from uuid import UUID

from sqlmodel import Session

from domain.access.actor import Actor


def tenant_of(session: Session) -> UUID:
    """The tenant that the session is bound to."""
    tenant_id: UUID = session.info["tenant_id"]
    return tenant_id


def actor_of(session: Session) -> Actor:
    """Who acts in the session."""
    actor: Actor = session.info["actor"]
    return actor
