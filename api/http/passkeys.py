"""Passkeys (WebAuthn): what authenticators are asked, and whether their answers count."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from sqlalchemy import Engine
from webauthn.helpers import (
    options_to_json,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from domain.access import passkey_store, passkey_views
from domain.access.passkey import NewPasskey, Passkey, PasskeyRefused
from domain.access.passkey_views import Found
from domain.actor import Actor
from domain.database.session import write_session

NAME = "Belegfluss"
GATE = "gate"
"""To whom a question is put before anybody is known."""
LONGEST = 20_000
_CHALLENGE = 32


@dataclass(frozen=True, slots=True)
class Party:
    """For whom passkeys are made: the host at which people reach the pages."""

    id: str
    origin: str

    @property
    def is_possible(self) -> bool:
        """Whether browsers make passkeys for it: a name, over TLS or on this machine.

        >>> [Party.of(url).is_possible for url in ("https://a.example", "http://localhost:8000")]
        [True, True]
        >>> [Party.of(url).is_possible for url in ("http://a.example", "https://192.0.2.1", "")]
        [False, False, False]
        """
        try:
            ip_address(self.id)
        except ValueError:
            is_local = self.id == "localhost" or self.id.endswith(".localhost")
            return bool(self.id) and (self.origin.startswith("https://") or is_local)
        return False

    @classmethod
    def of(cls, public_url: str) -> "Party":
        """The party of the address that people know."""
        parts = urlsplit(public_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an authenticator said, to whom, and with which form."""

    credential: str
    asked_of: str
    form: str


def making(
    engine: Engine, party: Party, user_id: UUID, email: str, asked_of: str, held: Sequence[Passkey]
) -> str:
    """What an authenticator is asked that shall make a passkey, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=NAME,
        user_name=email,
        user_id=user_id.bytes,
        challenge=_asked(engine, asked_of),
        exclude_credentials=_listed(held),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json(options)


def made(engine: Engine, party: Party, answer: Answer) -> NewPasskey:
    """A passkey that was made as asked. Raises PasskeyRefused."""
    try:
        credential = parse_registration_credential_json(answer.credential[:LONGEST])
        challenge, _ = _challenge_in(engine, credential.response.client_data_json, answer)
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    return NewPasskey(verified.credential_id, verified.credential_public_key, verified.sign_count)


def asking(engine: Engine, party: Party, asked_of: str, held: Sequence[Passkey] = ()) -> str:
    """What an authenticator is asked that shall answer for a person, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=_asked(engine, asked_of),
        allow_credentials=_listed(held),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def shown(engine: Engine, party: Party, answer: Answer, owner: UUID | None = None) -> Found:
    """Who answered with a passkey of theirs; `owner` says who alone may.

    The question counts once and the counter only grows. Raises PasskeyRefused.
    """
    try:
        credential = parse_authentication_credential_json(answer.credential[:LONGEST])
        known = passkey_views.found(engine, credential.raw_id)
        if known is None or owner not in {None, known.user_id}:
            raise PasskeyRefused
        handle = credential.response.user_handle
        if handle is not None and handle != known.user_id.bytes:
            raise PasskeyRefused
        challenge, how = _challenge_in(engine, credential.response.client_data_json, answer)
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=known.public_key,
            # The same form sent twice carries the same count, and no other answer may.
            credential_current_sign_count=known.sign_count if how == "first" else 0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    if how == "first":
        _count(engine, known, verified.new_sign_count)
    return known


def _count(engine: Engine, known: Found, count: int) -> None:
    """Note the counter; where another answer came between, one of the two is a copy's."""
    actor = Actor(known.user_id, "person", "pages")
    with write_session(engine, known.tenant_id, actor) as session:
        if not passkey_store.used(session, known.id, known.sign_count, count):
            raise PasskeyRefused


def _asked(engine: Engine, asked_of: str) -> bytes:
    challenge = secrets.token_bytes(_CHALLENGE)
    passkey_store.ask(engine, challenge, asked_of)
    return challenge


def _challenge_in(engine: Engine, client_data: bytes, answer: Answer) -> tuple[bytes, str]:
    """The question that was answered, if it is ours and was put to whom answers, and how often."""
    challenge = parse_client_data_json(client_data).challenge
    how = passkey_store.answered(engine, challenge, answer.asked_of, answer.form)
    if how is None:
        raise PasskeyRefused
    return challenge, how


def _listed(held: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each.credential_id) for each in held]
