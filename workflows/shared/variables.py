"""What variables of the environment may say, and how one that says something else is told."""

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_settings import BaseSettings

PREFIX = "BELEGFLUSS_"
S = TypeVar("S", bound=BaseSettings)

_ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s/:@\[\]]+):([0-9]{1,5})")
_DOMAIN = re.compile(r"[^\s@]+")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+")
_PASTED = re.compile(r"-----|\s")
_LONGEST_PATH = 128  # the shortest key in base64 is longer
_LAST_PORT = 65535
_OUR_OWN = "Value error, "


def from_environment(kind: type[S]) -> S:
    """Read the settings; what is wrong ends the process, with a line for each variable.

    A value is never told: it may be a password, and the log that it goes to masks nothing yet.
    """
    try:
        return kind()
    except ValidationError as error:
        sys.stderr.write("".join(f"{line}\n" for line in told(error)))
        raise SystemExit(1) from None


@contextmanager
def opening(*names: str) -> Iterator[None]:
    """Tell what keeps a door from being opened by the variables that say where it is."""
    try:
        yield
    except OSError as error:
        variables = " and ".join(f"{PREFIX}{name}".upper() for name in names)
        sys.stderr.write(f"{variables}: {error.strerror or error}\n")
        raise SystemExit(1) from None


def told(error: ValidationError) -> list[str]:
    """Each refusal by the name of its variable, as whoever runs the service writes it."""
    lines = []
    for each in error.errors(include_url=False, include_input=False, include_context=False):
        variable = f"{PREFIX}{'_'.join(map(str, each['loc']))}".upper()
        said = each["msg"].removeprefix(_OUR_OWN)
        lines.append(said if said.startswith(PREFIX) else f"{variable}: {said}")
    return lines


def _readable(path: Path, info: ValidationInfo) -> Path:
    """Refuse a file that cannot be read, and name the variable that asks for it.

    A path is told, so that it is found; not so the key itself, where it stands in its place.
    """
    if not os.access(path, os.R_OK) or path.is_dir():
        variable, text = f"{PREFIX}{info.field_name}".upper(), str(path)
        named = "" if _PASTED.search(text) or len(text) > _LONGEST_PATH else f": {text}"
        raise ValueError(f"{variable} names no file that can be read{named}")
    return path


def _database(url: SecretStr) -> SecretStr:
    try:
        parts = urlsplit(url.get_secret_value())
        is_right = parts.scheme.partition("+")[0] in {"postgresql", "postgres"}
        _ = parts.port
    except ValueError:  # what a sign of the password has made of the port
        is_right = False
    if not is_right:
        raise ValueError(
            "must be postgresql://role:password@host/database; in a password @ is written %40,"
            " : %3A, / %2F and # %23"
        )
    return url


def _store(url: str) -> str:
    parts = urlsplit(url)
    is_folder = parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc
    if url and not is_folder and (parts.scheme in {"", "file"} or not parts.netloc):
        raise ValueError("must be file:///folder, with three slashes, or s3://bucket/prefix")
    return url


def _web(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        is_right = False
    if url and not is_right:
        raise ValueError("must be an address as https://host")
    return url


def _address(text: str) -> str:
    found = _ADDRESS.fullmatch(text)
    if found is None or not 0 < int(found[1]) <= _LAST_PORT:
        raise ValueError("must be host:port")
    return text


def _domain(text: str) -> str:
    if not _DOMAIN.fullmatch(text):
        raise ValueError("must be a domain as inbox.example.com")
    return text


def _mail(text: str) -> str:
    if text and not _MAIL.fullmatch(parseaddr(text)[1]):
        raise ValueError("must be a mail address")
    return text


def _mails(text: str) -> str:
    for each in filter(None, (part.strip() for part in text.split(","))):
        if not _MAIL.fullmatch(each):
            raise ValueError("must be mail addresses with commas between them")
    return text


def _level(text: str) -> str:
    if text not in logging.getLevelNamesMapping():
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return text


PemFile = Annotated[Path, AfterValidator(_readable)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
StoreUrl = Annotated[str, AfterValidator(_store)]
WebUrl = Annotated[str, AfterValidator(_web)]
Address = Annotated[str, AfterValidator(_address)]
Domain = Annotated[str, AfterValidator(_domain)]
MailAddress = Annotated[str, AfterValidator(_mail)]
MailAddresses = Annotated[str, AfterValidator(_mails)]
Level = Annotated[str, AfterValidator(_level)]
Port = Annotated[int, Field(ge=0, le=_LAST_PORT)]
