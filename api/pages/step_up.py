"""Who sits here shows once more who they are, where something is let go that stays gone."""

from dataclasses import dataclass

from sqlmodel import Session
from starlette.datastructures import FormData

from api.http import passkeys, second_factors
from api.http.passkeys import Answer
from api.http.second_factors import Proof
from api.pages.visit import Visit
from domain.access import passkey_views, second_factor_views


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody may show who they are: by a code, else by the password, or by a passkey."""

    by_code: bool
    by_passkey: bool


def step_up(visit: Visit, form: FormData) -> None:
    """Ask whether who sits here is still who signed in: by a passkey, a code, or the password.

    Raises InvalidCredentials, SecondFactorNeeded, WrongCode, PasskeyRefused, RateLimited and
    NoSealKey.
    """
    caller = visit.caller
    if credential := str(form.get("credential", "")):
        answer = Answer(credential, asked_of(visit), use_of(visit, form))
        passkeys.shown(visit.engine, visit.party, answer, caller.user_id)
        return
    password, code = (str(form.get(name, "")) for name in ("password", "code"))
    proof = Proof(password[:128], code[: second_factors.LONGEST], use_of(visit, form))
    second_factors.confirm_again(
        visit.engine, visit.seal, caller.tenant_id, caller.actor, proof, caller.token_hash
    )


def ways(visit: Visit) -> Ways:
    """How the person before a page may show who they are."""
    return visit.read(_ways, visit)


def asked_of(visit: Visit) -> str:
    """The login to which questions for a passkey are put."""
    return f"login {visit.caller.token_hash}"


def use_of(visit: Visit, form: FormData) -> str:
    """The same form to the same address is the same use of a code, or of an answer."""
    return f"{visit.request.url.path} {visit.caller.token_hash} {form.get('key') or ''}"


def _ways(session: Session, visit: Visit) -> Ways:
    own = visit.caller.user_id
    return Ways(
        second_factor_views.counting(session, own) is not None,
        visit.party.is_possible and bool(passkey_views.held(session, own)),
    )
