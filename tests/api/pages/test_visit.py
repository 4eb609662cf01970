"""What a form becomes on its way to a process, and what a page is made to say."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData

from api.http.auth import Caller
from api.pages.language import Language
from api.pages.visit import Visit
from domain.actor import Actor

ME = UUID(int=7)


def _visit(csrf: str = "a" * 64) -> Visit:
    actor = Actor(ME, "person", "pages", None, "request")
    caller = Caller(ME, ME, frozenset({"*"}), actor, "AT", "hash")
    request = Request({"type": "http", "method": "POST", "headers": []})
    return Visit(request, caller, Language("de", "AT"), csrf, datetime.now(UTC))


def test_no_password_reaches_what_is_stored_of_an_order() -> None:
    """A hash of a short form with the password in it would let anyone try passwords on it."""
    one, other = (
        FormData([("csrf", csrf), ("key", "k"), ("do", "approve"), ("password", password)])
        for csrf, password in (("x", "correct horse"), ("y", "battery staple"))
    )
    assert _visit().command("pay", one) == _visit().command("pay", other)


def test_another_order_with_the_same_key_is_told_apart() -> None:
    """What is not secret counts."""
    one, other = (FormData([("key", "k"), ("do", do)]) for do in ("approve", "reject"))
    first, second = _visit().command("pay", one), _visit().command("pay", other)
    assert first.key == second.key
    assert first.request_hash != second.request_hash


def test_a_page_says_only_what_its_own_login_was_told() -> None:
    """An address that a stranger made says nothing."""
    visit = _visit()
    told = visit.sealed("approved:Müller & Söhne 4.711")
    assert visit.unsealed(told) == "approved:Müller & Söhne 4.711"
    assert _visit(csrf="b" * 64).unsealed(told) == ""
    for crafted in ("approved:pay 9,000 to me", "", ".", ".x", told + "0", "é.x", told[1:]):
        assert visit.unsealed(crafted) == ""
