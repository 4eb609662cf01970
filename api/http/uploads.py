"""Bytes in, hash out: what may be uploaded, and the object store behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, NoReturn

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from api.http.at_once import at_once
from api.settings import Settings
from domain.database.blobs import Blobs, BlobsUnavailable
from domain.errors import FieldError, Invalid, InvalidInput
from domain.formats import media
from domain.formats.mail import clean_name

DOCUMENT_BYTES = 10 * 1024 * 1024
_TYPES = frozenset({media.PDF, media.JPEG, media.PNG})


class InvalidFileType(Invalid):
    """The type is none of PDF, JPEG, PNG."""

    def __init__(self) -> None:
        super().__init__("Only PDF, JPEG and PNG are taken.")


class EmptyFile(Invalid):
    """The file has no bytes."""

    def __init__(self) -> None:
        super().__init__("The file is empty.")


class FileTooLarge(Invalid):
    """The file is larger than 10 MB."""

    def __init__(self) -> None:
        super().__init__(f"The file is larger than {DOCUMENT_BYTES} bytes.")


class MimeMismatch(Invalid):
    """Magic bytes and declared type differ."""

    def __init__(self) -> None:
        super().__init__("The file is not what its declared type says.")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that passed the checks."""

    name: str
    mime_type: str
    content: bytes


def checked(file: UploadFile) -> Upload:
    """Read an uploaded document, or refuse it. Blocks: for `def` handlers and threads."""
    declared = (file.content_type or "").partition(";")[0].strip().lower()
    if declared not in _TYPES:
        raise InvalidFileType
    content = file.file.read(DOCUMENT_BYTES + 1)
    if not content:
        raise EmptyFile
    if len(content) > DOCUMENT_BYTES:
        raise FileTooLarge
    if media.sniff(content) != declared:
        raise MimeMismatch
    name = clean_name(file.filename or "") or f"document{media.EXTENSIONS[declared]}"
    return Upload(name, declared, content)


async def known_parts(request: Request) -> None:
    """Refuse a form with a part that the operation does not know: misspelt, it would be lost."""
    known = {each.alias for each in request.scope["route"].dependant.body_params}
    unknown = [name for name in dict.fromkeys(await request.form()) if name not in known]
    if unknown:
        raise_unknown(unknown)


def raise_unknown(names: Iterable[str]) -> NoReturn:
    """Refuse parts of a form by their names. Raises InvalidInput."""
    fields = tuple(FieldError(f"/{_escaped(name)}", "is not known") for name in names)
    detail = "; ".join(f"{each.pointer}: {each.detail}" for each in fields[:3])
    raise InvalidInput.restored(detail, fields, {})


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def blobs_of(request: Request) -> Blobs:
    """Object store of the application, opened at its first use."""
    state = request.app.state
    if not hasattr(state, "blobs"):
        settings: Settings = state.settings
        if not settings.blob_url:
            raise BlobsUnavailable
        state.blobs = Blobs(settings.blob_url)
    blobs: Blobs = state.blobs
    return blobs


FORM = Depends(known_parts)
BlobsDep = Annotated[Blobs, at_once(blobs_of)]
