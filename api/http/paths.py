"""What a path takes, seen over all routes: the framework looks at the first that fits."""

from collections.abc import Iterator

from fastapi import Request
from starlette.routing import Match, Route


def allowed_methods(request: Request) -> list[str]:
    """Methods of the path, sorted; only those of its fixed form, if it has one."""
    routes = list(_routes(request))
    fixed = [route for route in routes if not route.param_convertors]
    return sorted({method for route in fixed or routes for method in route.methods or ()})


def is_fixed(request: Request) -> bool:
    """Whether the path is one with a name of its own, which was taken for an id of another."""
    chosen = request.scope.get("route")
    is_open = isinstance(chosen, Route) and bool(chosen.param_convertors)
    return is_open and any(not route.param_convertors for route in _routes(request))


def _routes(request: Request) -> Iterator[Route]:
    for route in request.app.state.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            yield route
