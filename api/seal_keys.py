"""Keys with which secrets are sealed, as the environment tells them."""

from base64 import b64decode

_BYTES = 32


def keys_of(told: str) -> tuple[bytes, ...]:
    """Keys in base64 with commas between them. Raises ValueError, and never quotes one."""
    return tuple(_key(each) for each in told.split(",") if each.strip())


def _key(text: str) -> bytes:
    try:
        key = b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise ValueError(
            "BELEGFLUSS_SEAL_KEYS wants 32 bytes in base64 each: openssl rand -base64 32"
        )
    return key
