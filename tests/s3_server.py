"""As much of S3 as our object store speaks: objects, lists in pages, uploads in parts, and faults.

It checks that requests are signed for the key that it expects, not the signature itself.
"""

import hashlib
import itertools
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET, KEY = "belege", "AKIATEST"
_PAGE = 2
"""Objects in one page of a list, so that every list has several."""


@dataclass
class Bucket:
    """What the server keeps, and how it misbehaves."""

    objects: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    is_away: bool = False
    silent: threading.Event = field(default_factory=threading.Event)
    calls: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""

    def _asked(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        query = {
            name: each[0] for name, each in parse_qs(parts.query, keep_blank_values=True).items()
        }
        return unquote(parts.path).removeprefix(f"/{BUCKET}").lstrip("/"), query

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", headers.pop("length", str(len(body))))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refused(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code></Error>".encode())

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.bucket.calls.append(self.command)
        if self.bucket.silent.is_set():
            while self.bucket.silent.is_set():
                threading.Event().wait(0.05)
            self.close_connection = True
        elif self.bucket.is_away:
            self._refused(503, "SlowDown")
        elif f"Credential={KEY}/" not in self.headers.get("Authorization", ""):
            self._refused(403, "AccessDenied")
        else:
            name, query = self._asked()
            getattr(self, f"_{self.command.lower()}")(name, query, body)

    do_GET = do_PUT = do_HEAD = do_POST = _handle  # noqa: N815 - names of the base

    def _put(self, name: str, query: dict[str, str], body: bytes) -> None:
        if "partNumber" in query:
            self.bucket.parts[query["uploadId"]][int(query["partNumber"])] = body
        else:
            self.bucket.objects[name] = body
        self._answer(200, ETag=f'"{hashlib.sha256(body).hexdigest()}"')

    def _post(self, name: str, query: dict[str, str], body: bytes) -> None:
        if "uploads" in query:
            upload = str(next(self.bucket.numbers))
            self.bucket.parts[upload] = {}
            self._told("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>")
        elif "delete" in query:
            names = re.findall(r"<Key>([^<]*)</Key>", body.decode())
            for each in names:
                self.bucket.objects.pop(each, None)
            told = "".join(f"<Deleted><Key>{each}</Key></Deleted>" for each in names)
            self._told("DeleteResult", told)
        else:
            parts = self.bucket.parts.pop(query["uploadId"])
            wanted = [int(each) for each in re.findall(rb"<PartNumber>(\d+)<", body)]
            self.bucket.objects[name] = b"".join(parts[each] for each in wanted)
            self._told("CompleteMultipartUploadResult", '<ETag>"whole"</ETag>')

    def _get(self, name: str, query: dict[str, str], body: bytes) -> None:
        if not name:
            self._list(query)
            return
        content = self.bucket.objects.get(name)
        if content is None:
            self._refused(404, "NoSuchKey")
            return
        self._answer(
            200, content, ETag='"x"', Last_Modified="Mon, 02 Mar 2026 08:00:00 GMT",
            length=str(len(content)),
        )  # fmt: skip

    _head = _get

    def _list(self, query: dict[str, str]) -> None:
        after = query.get("continuation-token", "")
        names = sorted(
            each
            for each in self.bucket.objects
            if each.startswith(query.get("prefix", "")) and each > after
        )
        page = names[:_PAGE]
        told = "".join(
            f"<Contents><Key>{escape(each)}</Key><Size>{len(self.bucket.objects[each])}</Size>"
            "<LastModified>2026-03-02T08:00:00.000Z</LastModified><ETag>x</ETag></Contents>"
            for each in page
        )
        if len(names) > len(page):
            told += f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>"
        self._told("ListBucketResult", told)

    def _told(self, kind: str, content: str) -> None:
        self._answer(200, f"<{kind}>{content}</{kind}>".encode(), Content_Type="application/xml")


@contextmanager
def serving() -> Iterator[Bucket]:
    """Serve a bucket, and let the environment name it as that of a production names its own."""
    bucket = Bucket()
    handler = type("Handler", (_Handler,), {"bucket": bucket})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    told = named(f"http://127.0.0.1:{server.server_port}")
    try:
        with mock.patch.dict(os.environ, told):
            yield bucket
    finally:
        bucket.silent.clear()
        server.shutdown()
        server.server_close()
        thread.join()


def named(endpoint: str) -> dict[str, str]:
    """The environment of a process whose bucket is at an address of this machine."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "eu-central-1",
    }
