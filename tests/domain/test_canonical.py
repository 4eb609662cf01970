"""The canonical form agrees with the published vectors."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.canonical import NotCanonical, canonical

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "closing_hash_vectors.json").read_text("utf-8")
)


@pytest.mark.parametrize("vector", VECTORS["canonical"])
def test_bytes_are_those_of_the_vectors(vector: dict[str, Any]) -> None:
    """Every published value has exactly the published bytes."""
    assert canonical(vector["value"]).hex() == vector["utf8_hex"]


def test_strings_become_nfc() -> None:
    """A decomposed letter and a composed one are the same text."""
    assert canonical("A\u0308") == canonical("\u00c4")


@pytest.mark.parametrize("value", [1, 1.5, b"x", {"Key": "x"}, {1: "x"}, object(), [0]])
def test_what_is_outside_the_model_is_refused(value: object) -> None:
    """Numbers, other types and odd keys never reach a hash."""
    with pytest.raises(NotCanonical):
        canonical(value)
