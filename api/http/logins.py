"""Who logs in with mail address and password, and who sets a password with a letter."""

from uuid import UUID

from fastapi import Request
from sqlalchemy import Engine
from sqlmodel import Session

from api.http import passwords
from domain.access import store as credentials
from domain.access import throttle_store
from domain.access import views as access
from domain.access.origin import Origin, network_of
from domain.access.token import hash_of
from domain.access.views import Login
from domain.actor import Actor, Surface
from domain.database.session import write_session
from domain.errors import Invalid, Unauthorized


class InvalidCredentials(Unauthorized):
    """Unknown mail address or wrong password."""

    def __init__(self) -> None:
        super().__init__("Mail address or password is wrong.")


class InvalidToken(Invalid):
    """The token is unknown or used."""

    def __init__(self) -> None:
        super().__init__("The token is unknown or used.")


class TokenExpired(Invalid):
    """The token is too old."""

    def __init__(self) -> None:
        super().__init__("The token is too old; ask for a new one.")


def authenticated(engine: Engine, email: str, password: str, origin: Origin) -> Login:
    """The person of a mail address, if the password is theirs.

    Unknown address and wrong password get the same answer in the same time. Raises
    InvalidCredentials or RateLimited.
    """
    attempt = throttle_store.begin(engine, email, origin)
    known = access.login(engine, email)
    matching = passwords.matches(known.password_hash if known else None, password)
    if known is None or not matching:
        raise InvalidCredentials
    throttle_store.succeeded(engine, attempt)
    return known


def origin_of(request: Request, device: str = "") -> Origin:
    """Where a caller comes from; `device` is the token that it was given at an earlier login."""
    host = request.client.host if request.client else ""
    return Origin(network_of(host), hash_of(device) if device else None)


def device_of(session: Session, engine: Engine, user_id: UUID, email: str, shown: str) -> str:
    """Token of the device from which a person logged in: the one it has shown, else a new one."""
    if shown and access.is_known_device(engine, email, hash_of(shown)):
        return shown
    return credentials.know_device(session, user_id).secret


def set_password(
    engine: Engine, token: str, password: str, request_id: str, surface: Surface = "api"
) -> str:
    """Set the password with an invitation or a reset; the device is known from then on.

    The answer is its token. Raises InvalidToken or TokenExpired.
    """
    token_hash = hash_of(token)
    found = access.password_token(engine, token_hash)
    if found is None:
        raise InvalidToken
    if found.is_over:
        raise TokenExpired
    actor = Actor(found.user_id, "person", surface, request_id=request_id)
    password_hash = passwords.hashed(password)
    with write_session(engine, found.tenant_id, actor) as session:
        if not credentials.claim_password_token(session, token_hash):
            raise InvalidToken
        credentials.set_password(session, found.user_id, password_hash)
        return credentials.know_device(session, found.user_id).secret
