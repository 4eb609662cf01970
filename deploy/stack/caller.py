"""A person of the stack, calling its API."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

_T = TypeVar("_T")


class StepFailed(Exception):
    """A step of the demo did not hold."""


class Caller:
    """One principal of stack.json with an open connection; a problem document raises."""

    def __init__(self, api_url: str, principal: dict[str, Any]) -> None:
        self.name: str = principal["name"]
        self._http = httpx.Client(
            base_url=api_url,
            headers={"Authorization": f"Bearer {principal['api_key']}"},
            timeout=60,
        )

    def get(self, path: str, **query: str) -> Any:
        """Read JSON."""
        return _json(self._http.get(path, params=query))

    def get_bytes(self, path: str, **query: str) -> bytes:
        """Read a file."""
        response = self._http.get(path, params=query)
        _check(response)
        return response.content

    def post(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> Any:
        """Call a command, with an Idempotency-Key if one is given."""
        headers = {"Idempotency-Key": key} if key else {}
        return _json(self._http.post(path, json=body, headers=headers))

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        """Change something."""
        return _json(self._http.patch(path, json=body))

    def upload(self, path: str, name: str, content: bytes, **form: str) -> Any:
        """Send a file."""
        return _json(self._http.post(path, files={"file": (name, content)}, data=form))

    def refusal(self, path: str) -> tuple[int, str]:
        """Call a command that must be refused, and tell status and code."""
        response = self._http.post(path)
        if response.is_success:
            raise StepFailed(f"{path} was accepted and should have been refused.")
        return response.status_code, response.json()["code"]


def wait_for(what: str, look: Callable[[], _T | None], seconds: float = 120) -> _T:
    """Look again and again until there is something to see."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        time.sleep(0.25)
    raise StepFailed(f"{what}: nothing after {seconds:.0f} seconds.")


def _json(response: httpx.Response) -> Any:
    _check(response)
    return response.json()


def _check(response: httpx.Response) -> None:
    if response.is_success:
        return
    request = response.request
    raise StepFailed(f"{request.method} {request.url.path}: {response.status_code} {response.text}")
