"""Who shows a code: at a login, and before what cannot be taken back."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session

from api.http import logins
from api.http.seal import NoSealKey, Seal
from domain.access import second_factor_store, second_factor_views, throttle_store, totp
from domain.access import views as access
from domain.access.origin import Origin
from domain.access.second_factor import NoSecondFactor, SecondFactor, SecondFactorNeeded, WrongCode
from domain.access.token import hash_of
from domain.access.views import Login
from domain.actor import Actor
from domain.database.session import read_session, write_session

LONGEST = 40
_STEP_LIFE = timedelta(minutes=5)
_PURPOSE = "login"


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody shows to prove who they are; `use` names the form that carries it."""

    password: str
    code: str
    use: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A secret that waits for its first code, for whoever sets it up."""

    factor_id: UUID
    address: str
    words: str


def is_on(engine: Engine, tenant_id: UUID, user_id: UUID) -> bool:
    """Whether a person is asked for a code."""
    with read_session(engine, tenant_id) as session:
        return second_factor_views.counting(session, user_id) is not None


def check_login(engine: Engine, seal: Seal, known: Login, account: str, proof: Proof) -> None:
    """Ask who showed the right password for a code as well, if they have a second factor.

    Wrong codes are counted for the account, wherever they come from: whoever gets here has its
    password. Raises SecondFactorNeeded, WrongCode, RateLimited and NoSealKey.
    """
    factor = _counting(engine, known.tenant_id, known.user_id)
    if factor is None:
        return
    if not proof.code.strip():
        raise SecondFactorNeeded
    actor = Actor(known.user_id, "person", "api")
    place = Origin(f"code {known.user_id}")
    _check(engine, seal, (known.tenant_id, actor), factor, _Attempt(account, place, proof))


def confirm_again(
    engine: Engine, seal: Seal, tenant_id: UUID, actor: Actor, proof: Proof, login: str
) -> None:
    """Ask whether who acts is still who signed in: by a code, else by the password.

    The code is asked of who has a second factor; `login` is the hash by which attempts are counted.
    Raises InvalidCredentials, SecondFactorNeeded, WrongCode, RateLimited and NoSealKey.
    """
    with read_session(engine, tenant_id) as session:
        email = access.profile(session, _person(actor)).email
    # The login is the place: whoever tries elsewhere makes nobody wait here.
    place = Origin(f"login {login}")
    factor = _counting(engine, tenant_id, _person(actor))
    if factor is None:
        logins.authenticated(engine, email, proof.password, place)
    elif not proof.code.strip():
        raise SecondFactorNeeded
    else:
        _check(engine, seal, (tenant_id, actor), factor, _Attempt(email, place, proof))


def begin(session: Session, seal: Seal, user_id: UUID) -> Begun:
    """Make a secret, to be confirmed by its first code. Raises SecondFactorOn and NoSealKey."""
    secret = secrets.token_bytes(totp.SECRET_BYTES)
    sealed = seal.closed(secret, _of(user_id))
    factor_id = second_factor_store.begin(session, user_id, sealed)
    return _begun(session, user_id, factor_id, secret)


def waiting(session: Session, seal: Seal, user_id: UUID, factor_id: UUID) -> Begun:
    """The secret that waits, once more. Raises NoSecondFactor, SecondFactorOn and NoSealKey."""
    factor = _waiting(session, user_id, factor_id)
    return _begun(session, user_id, factor_id, _secret(seal, factor, user_id))


def confirmed(
    session: Session, seal: Seal, user_id: UUID, factor_id: UUID, code: str, login: str
) -> list[str]:
    """Let a second factor count whose first code is right; codes for its loss.

    Raises WrongCode, NoSecondFactor, SecondFactorOn and NoSealKey.
    """
    factor = _waiting(session, user_id, factor_id)
    typed = "".join(code.split())[:LONGEST]
    step = totp.matching_step(_secret(seal, factor, user_id), typed, datetime.now(UTC))
    if step is None:
        raise WrongCode
    return second_factor_store.confirm(session, user_id, factor_id, step, login)


def half(seal: Seal, known: Login, account: str, now: datetime) -> str:
    """What a card carries whose reader has shown the password, and not yet a code."""
    told = f"{int((now + _STEP_LIFE).timestamp())} {_mark(known)} {account}"
    return urlsafe_b64encode(seal.closed(told.encode(), _PURPOSE)).decode()


def half_way(engine: Engine, seal: Seal, shown: str, now: datetime) -> tuple[Login, str] | None:
    """Who showed the password, and under which address; None where that was too long ago.

    None as well where the password was changed since.
    """
    try:
        told = seal.opened(urlsafe_b64decode(shown[:2000]), _PURPOSE)
    except (Error, ValueError):
        return None
    if told is None:
        return None
    ends, mark, account = told.decode().split(" ", 2)
    known = access.login(engine, account)
    if known is None or _mark(known) != mark or now.timestamp() > int(ends):
        return None
    return known, account


@dataclass(frozen=True, slots=True)
class _Attempt:
    account: str
    place: Origin
    proof: Proof


def _check(
    engine: Engine, seal: Seal, who: tuple[UUID, Actor], factor: SecondFactor, attempt: _Attempt
) -> None:
    counted = throttle_store.begin(engine, attempt.account, attempt.place)
    tenant_id, actor = who
    secret = _secret(seal, factor, _person(actor))
    with write_session(engine, tenant_id, actor) as session:
        is_used = _used(session, secret, factor.id, attempt.proof)
    if not is_used:
        raise WrongCode
    throttle_store.succeeded(engine, counted)


def _used(session: Session, secret: bytes, factor_id: UUID, proof: Proof) -> bool:
    typed, use = "".join(proof.code.split())[:LONGEST], hash_of(proof.use)
    if totp.is_code(typed):
        step = totp.matching_step(secret, typed, datetime.now(UTC))
        return step is not None and second_factor_store.use_step(session, factor_id, step, use)
    return second_factor_store.use_recovery(session, factor_id, typed, use)


def _counting(engine: Engine, tenant_id: UUID, user_id: UUID) -> SecondFactor | None:
    with read_session(engine, tenant_id) as session:
        return second_factor_views.counting(session, user_id)


def _waiting(session: Session, user_id: UUID, factor_id: UUID) -> SecondFactor:
    factor = second_factor_views.held(session, user_id)
    if factor is None or factor.id != factor_id:
        raise NoSecondFactor
    factor.check_waiting(datetime.now(UTC))
    return factor


def _secret(seal: Seal, factor: SecondFactor, user_id: UUID) -> bytes:
    secret = seal.opened(factor.sealed, _of(user_id))
    if secret is None:
        raise NoSealKey
    return secret


def _begun(session: Session, user_id: UUID, factor_id: UUID, secret: bytes) -> Begun:
    email = access.profile(session, user_id).email
    return Begun(factor_id, totp.address(secret, email), totp.in_words(secret))


def _of(user_id: UUID) -> str:
    return f"second factor of {user_id}"


def _mark(known: Login) -> str:
    """Stands for a person and the password that they have: with another one, all begins anew."""
    return hash_of(f"{known.tenant_id} {known.user_id} {known.password_hash}")[:32]


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NoSecondFactor
    return actor.user_id
