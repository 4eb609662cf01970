"""What the service says of itself, made once for all tests that read it."""

from typing import Any

from api.main import create_app
from api.settings import Settings

_TOLD = {"database_url": "postgresql://nobody@127.0.0.1:1/x"}
DOCUMENT: dict[str, Any] = create_app(Settings.model_validate(_TOLD)).openapi()
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
"""By method and path."""
