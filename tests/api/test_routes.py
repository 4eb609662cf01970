"""What every route has in common."""

from collections.abc import Callable, Iterator
from inspect import iscoroutinefunction

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute

from api.http.auth import bearer, identify
from api.http.json_bodies import ExactRoute
from api.http.uploads import known_parts
from api.main import ROUTERS
from api.pages.routers import PAGES
from api.pages.visit import visiting
from tests.contract.test_contract import SERVED

PUBLIC = {
    "POST /v1/auth/login",
    "POST /v1/auth/forgot-password",
    "POST /v1/auth/setup-password",
}
SCOPELESS = {
    "POST /v1/auth/logout",
    "POST /v1/contact",
    "GET /v1/me",
    "GET /v1/me/second-factor",
    "GET /v1/sessions",
    "POST /v1/sessions/{session_id}/end",
}
CALLS = [call for call in SERVED if call.split()[1].startswith("/v1/")]


@pytest.mark.parametrize("area", ROUTERS, ids=lambda area: area.__name__)
def test_bodies_are_read_exactly(area: object) -> None:
    """No router reads a number as a float."""
    routes = area.router.routes  # type: ignore[attr-defined]
    reading = [route for route in routes if isinstance(route, APIRoute) and route.body_field]
    assert all(isinstance(route, ExactRoute) for route in reading)


@pytest.mark.parametrize("call", CALLS)
def test_every_operation_wants_a_scope(call: str) -> None:
    """Only the public ones take anybody."""
    schemes = [scopes for each in SERVED[call].get("security", []) for scopes in each.values()]
    assert bool(schemes) is (call not in PUBLIC)
    assert any(schemes) is (call not in PUBLIC | SCOPELESS)


@pytest.mark.parametrize("call", CALLS)
def test_every_post_takes_a_key(call: str) -> None:
    """ONCE holds for each of them; an answer with a token is never stored."""
    if call.startswith("POST") and call not in PUBLIC:
        names = {each["name"] for each in SERVED[call].get("parameters", [])}
        assert "Idempotency-Key" in names


@pytest.mark.parametrize("call", CALLS)
def test_every_operation_is_described(call: str) -> None:
    """In words, and with the schema of its answer."""
    assert SERVED[call]["description"]
    assert SERVED[call]["tags"]


@pytest.mark.parametrize("area", ROUTERS, ids=lambda area: area.__name__)
def test_a_form_holds_nothing_that_is_not_known(area: object) -> None:
    """As a JSON body does: every operation that takes a form looks at the names of its parts."""
    routes = area.router.routes  # type: ignore[attr-defined]
    forms = [
        each
        for each in routes
        if isinstance(each, APIRoute)
        and any(isinstance(part.field_info, Form) for part in each.dependant.body_params)
    ]
    assert [each.path for each in forms if known_parts not in set(_asked(each.dependant))] == []


def _asked(dependant: Dependant) -> Iterator[Callable[..., object] | None]:
    """What a handler depends on, and what that depends on."""
    for each in dependant.dependencies:
        yield each.call
        yield from _asked(each)


@pytest.mark.parametrize("area", [*ROUTERS, *PAGES], ids=lambda area: area.__name__)
def test_what_waits_for_nothing_takes_no_thread(area: object) -> None:
    """The framework gives one to each `def`: only who comes in is looked up there."""
    routes = area.router.routes  # type: ignore[attr-defined]
    asked = {
        call for each in routes if isinstance(each, APIRoute) for call in _asked(each.dependant)
    }
    assert {call for call in asked if not iscoroutinefunction(call)} <= {identify, visiting, bearer}
