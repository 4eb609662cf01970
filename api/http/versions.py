"""Versions of what is shown: `ETag` tells one, `If-Match` says which one was seen (RFC 9110)."""

import re
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request, Response

from api.http.at_once import at_once
from domain.errors import InvalidInput

MERGE_PATCH = "application/merge-patch+json"
# A proxy that compresses makes a tag weak; ours counts versions, so it stays as good.
_TAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')
_ANY = "*"
_Answer = TypeVar("_Answer")


def is_merge_patch(request: Request) -> bool:
    """Whether the body is a part to be put into the whole (RFC 7396)."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == MERGE_PATCH


def etag(version: int) -> str:
    """Tag of a version.

    >>> etag(3)
    '"3"'
    """
    return f'"{version}"'


def tagged(answer: _Answer, response: Response) -> _Answer:
    """Name the version of what is answered; what was answered before, to a key, is a mapping."""
    told: Any = answer
    response.headers["ETag"] = etag(told["version"] if isinstance(told, dict) else told.version)
    return answer


async def version_seen(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            max_length=40,
            description="The `ETag` that the caller has seen: another version is refused (412).",
        ),
    ] = None,
) -> int | None:
    """Version that the caller has seen; None where they do not say."""
    if if_match is None or if_match.strip() == _ANY:
        return None
    tag = _TAG.fullmatch(if_match.strip())
    if tag is None:
        raise InvalidInput("header/If-Match", 'must be one ETag as it was given, like "3"')
    return int(tag[1])


MergePatchDep = Annotated[bool, at_once(is_merge_patch)]
SeenDep = Annotated[int | None, Depends(version_seen)]


def agreed(seen: int | None, version: int | None) -> int | None:
    """The one version that header and body name. Raises InvalidInput where they differ."""
    if seen is not None and version is not None and seen != version:
        raise InvalidInput("/version", "is not the version of If-Match")
    return version if seen is None else seen
