"""A person of the stack, calling its API."""

import time
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

import httpx

_PATIENCE = 90
_PAUSE = 0.5
_T = TypeVar("_T")


class StepFailed(Exception):
    """A step of the demo did not hold."""


class Caller:
    """One principal of stack.json; a problem document raises.

    A process that is away for a moment is asked again: reading changes nothing, and every
    command carries a key, under which its first answer is found.
    """

    def __init__(self, api_url: str, principal: dict[str, Any]) -> None:
        self.name: str = principal["name"]
        self._http = httpx.Client(
            base_url=api_url,
            headers={"Authorization": f"Bearer {principal['api_key']}"},
            timeout=60,
        )

    def get(self, path: str, **query: str) -> Any:
        """Read JSON."""
        return _raise_for_status(self._send("GET", path, params=query)).json()

    def get_bytes(self, path: str, **query: str) -> bytes:
        """Read a file."""
        return _raise_for_status(self._send("GET", path, params=query)).content

    def post(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> Any:
        """Call a command; the same key finds the first answer."""
        headers = {"Idempotency-Key": key or str(uuid4())}
        return _raise_for_status(self._send("POST", path, json=body, headers=headers)).json()

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        """Change something; the whole change is in the body, so twice is once."""
        return _raise_for_status(self._send("PATCH", path, json=body)).json()

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """Replace something; the body names the version that was looked at."""
        return _raise_for_status(self._send("PUT", path, json=body)).json()

    def upload(self, path: str, name: str, content: bytes) -> Any:
        """Send a file."""
        headers = {"Idempotency-Key": str(uuid4())}
        sent = self._send("POST", path, files={"file": (name, content)}, headers=headers)
        return _raise_for_status(sent).json()

    def refusal(self, path: str) -> tuple[int, str]:
        """Call a command that must be refused, and tell status and code."""
        response = self._send("POST", path, headers={"Idempotency-Key": str(uuid4())})
        if response.is_success:
            raise StepFailed(f"{path} was accepted and should have been refused.")
        return response.status_code, response.json()["code"]

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                response = self._http.request(method, path, **options)
            except httpx.TransportError as error:
                if time.monotonic() > end:
                    raise StepFailed(f"{method} {path}: {error}") from error
            else:
                if not _is_passing(response) or time.monotonic() > end:
                    return response
            time.sleep(_PAUSE)


def wait_for(what: str, look: Callable[[], _T | None], seconds: float = 300) -> _T:
    """Look again and again until there is something to see."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        time.sleep(0.25)
    raise StepFailed(f"{what}: nothing after {seconds:.0f} seconds.")


def _is_passing(response: httpx.Response) -> bool:
    """Whether asking again is what the answer asks for."""
    if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        return True
    is_conflict = response.status_code == httpx.codes.CONFLICT
    return is_conflict and response.json().get("code") == "IDEMPOTENCY_KEY_IN_USE"


def _raise_for_status(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    request = response.request
    raise StepFailed(f"{request.method} {request.url.path}: {response.status_code} {response.text}")
