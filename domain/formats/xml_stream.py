"""XML from outside, read as a stream: what is asked for is built, handed out and let go.

Safe as domain/formats/xml.py is: no DTD, so no entities; no network; no surprise in depth. Expat
reads and the builder of the standard library makes elements; both are written in C, and no line
of Python runs for an element that nobody asks for. Items that are plain are cut out of the bytes
and read by their shape (domain/formats/xml_shapes.py); expat reads all that stands around them.
"""

import re
from collections.abc import Callable, Collection, Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError, ParserCreate

from domain.formats.xml import DEPTH, UnsafeXml, without_lead
from domain.formats.xml_shapes import LONGEST, Shapes

Node: TypeAlias = Element
"""An element by its local name."""

_CHUNK = 256 * 1024
_OF_HOLDER = 3
"""Depth of what lies in the body: the root is 1."""

_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)[\"']")
_PLAIN_ENCODINGS = {b"utf-8", b"us-ascii"}


@dataclass(frozen=True, slots=True)
class Found:
    """An element that was asked for, and the one around it so far.

    One that is `reused` is the same with other texts as soon as the next is asked for.
    """

    name: str
    node: Node
    parent: Node
    reused: bool = False


class XmlStream:
    """Yields the items of holders, and each holder at its end; items are not kept.

    Holders lie in the first element of the outermost one. `root` and `body` are the names of these
    two.

    >>> from io import BytesIO
    >>> stream = XmlStream({"s"}, item="e")
    >>> data = BytesIO(b"<d><b><s><n>1</n><e><c>2</c></e><e/></s></b></d>")
    >>> [(each.name, text(each.node, "n"), text(each.node, "c")) for each in stream.read(data)]
    [('e', None, '2'), ('e', None, None), ('s', '1', None)]
    """

    def __init__(self, holders: Collection[str], *, item: str) -> None:
        self.root = ""
        self.body = ""
        self.namespace: str | None = None
        self._holders = frozenset(holders)
        self._item = item
        self._builder = TreeBuilder()
        self._top: Node | None = None
        self._body: Node | None = None
        self._prefix = ""
        self._is_prefixed = False
        self._kept = 0
        self._depth = 0
        self._fed = 0
        self._shapes: Shapes | None = Shapes()
        self._opens, self._closes = b"", b""
        self._names = re.compile(rb"<((?:[\w.-]+:)?%b)>" % item.encode())
        self._parser = ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end_counted
        self._parser.CharacterDataHandler = self._builder.data
        self._parser.StartDoctypeDeclHandler = self._refuse_dtd

    def read(self, source: BinaryIO) -> Iterator[Found]:
        """Read to the end. Raises UnsafeXml."""
        rest = yield from self._cut(without_lead(source.read(_CHUNK)))
        while chunk := source.read(_CHUNK):
            rest = yield from self._cut(rest + chunk)
        self._parse(rest, final=False)
        self._parse(b"", final=True)
        for other in [each for each in self._top or () if each is not self._body]:
            _check_closed(other, _OF_HOLDER - 1)
        yield from self._ready(final=True)

    def _cut(self, data: bytes) -> Generator[Found, None, bytes]:
        """Cut plain items out and parse what stands around them; return what is not whole yet."""
        fed = seen = 0
        while self._shapes is not None and (start := self._opening(data, seen)) >= 0:
            end = data.find(self._closes, start, start + LONGEST) + len(self._closes)
            if end < start and len(data) - start < LONGEST:
                yield from self._feed(data[fed:start])
                return data[start:]
            item = None if end < start else self._shapes.element(data[start:end])
            seen = max(end, start + 1)
            if item is None:
                continue
            yield from self._feed(data[fed:start])
            fed, holder = start, self._open_holder()
            if holder is not None:
                yield from self._items(holder, has_ended=True)
                yield Found(self._item, item, holder, reused=True)
                fed = end
        end = len(data) if self._shapes is None else data.rfind(b">", fed) + 1
        if end <= fed and len(data) - fed < LONGEST:
            return data[fed:]
        end = max(end, fed) if end > fed else len(data)
        yield from self._feed(data[fed:end])
        return data[end:]

    def _opening(self, data: bytes, start: int) -> int:
        """Where the next item opens; the first one says with which prefix they do."""
        if not self._opens:
            found = self._names.search(data, start)
            if found is None:
                return -1
            self._opens, self._closes = found[0], b"</%b>" % found[1]
        return data.find(self._opens, start)

    def _open_holder(self) -> Node | None:
        """The holder in which an item would stand that begins here."""
        body = self._body
        if self._shapes is None or self._depth != _OF_HOLDER or body is None:
            return None
        return body[-1] if body[-1].tag in self._holders else None

    def _feed(self, piece: bytes) -> Iterator[Found]:
        """Parse what stands around plain items."""
        if not piece or piece.isspace():
            return
        if self._shapes is not None and not self._is_plain(piece):
            self._give_up()
        self._parse(piece, final=False)
        self._fed += len(piece)
        if self._parser.CurrentByteIndex != self._fed:
            self._give_up()  # a tag goes on here, and what looks like an item is part of it
        self._check_depth()
        yield from self._ready(final=False)

    def _is_plain(self, piece: bytes) -> bool:
        """Whether nothing in it may hide items: no comment, no section, no instruction."""
        declared = None if self._fed else _DECLARATION.match(piece)
        if declared:
            named = _ENCODING.search(declared[0])
            if named and named[1].lower() not in _PLAIN_ENCODINGS:
                return False
            piece = piece[declared.end() :]
        return b"<!" not in piece and b"<?" not in piece

    def _give_up(self) -> None:
        """Leave all that follows to expat and the builder."""
        self._shapes = None
        self._parser.EndElementHandler = self._builder.end
        if self._body is not None:
            self._parser.StartElementHandler = self._start_any()

    def _parse(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except (ExpatError, UnicodeError, ValueError) as error:
            if isinstance(error, UnsafeXml):
                raise
            raise UnsafeXml("The bytes are not well-formed XML.", reason=str(error)) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the outermost element and the first in it; all others are the builder's alone."""
        prefix, _, local = name.rpartition(":")
        builder = self._builder
        element = builder.start(local, attributes)
        if self._top is None:
            self._top, self.root = element, local
            self.namespace = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns")
            self._prefix = prefix
            self._depth = 1
            return
        self._body, self.body = element, local
        self._is_prefixed = bool(prefix or self._prefix)
        counts = self._shapes is not None
        self._depth += 1
        self._parser.StartElementHandler = self._start_counted if counts else self._start_any()

    def _start_any(self) -> Callable[[str, dict[str, str]], object]:
        return self._start_plainly if self._is_prefixed else self._builder.start

    def _start_plainly(self, name: str, attributes: dict[str, str]) -> None:
        self._builder.start(name.rpartition(":")[2], attributes)

    def _start_counted(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._start_plainly(name, attributes)

    def _end_counted(self, name: str) -> None:
        self._depth -= 1
        self._builder.end(name)

    def _ready(self, *, final: bool) -> Iterator[Found]:
        """What has ended: each but the last, which may go on."""
        body = self._body
        while body is not None and len(body):
            holder, has_ended = body[0], final or len(body) > 1
            if holder.tag in self._holders:
                yield from self._items(holder, has_ended=has_ended)
            if not has_ended:
                return
            _check_closed(holder, _OF_HOLDER)
            if holder.tag in self._holders:
                yield Found(holder.tag, holder, body)
            del body[0]
            self._kept = 0

    def _items(self, holder: Node, *, has_ended: bool) -> Iterator[Found]:
        end = len(holder) if has_ended else len(holder) - 1
        if end <= self._kept:
            return
        part = holder[self._kept : end]
        for each in part:
            if each.tag == self._item:
                _check_closed(each, _OF_HOLDER + 1)
                yield Found(self._item, each, holder)
        others = [each for each in part if each.tag != self._item]
        holder[self._kept : end] = others
        self._kept += len(others)

    def _check_depth(self) -> None:
        """Refuse what goes on deeper and deeper; what is closed is looked at when it is let go."""
        element, depth = self._top, 1
        while element is not None and len(element):
            element, depth = element[-1], depth + 1
            if depth > DEPTH:
                raise UnsafeXml(f"The XML is nested deeper than {DEPTH} elements.")

    def _refuse_dtd(self, *_: object) -> None:
        raise UnsafeXml("XML with a document type definition is not read.")


def _check_closed(node: Node, depth: int) -> None:
    """Refuse an element, itself at some depth, in which another lies too deep.

    What has few elements cannot be deep, and nearly all that is read has few.
    """
    if len(list(node.iter())) + depth <= DEPTH:
        return
    level = [node]
    while level:
        if depth > DEPTH:
            raise UnsafeXml(f"The XML is nested deeper than {DEPTH} elements.")
        level, depth = [each for element in level for each in element], depth + 1


def text(node: Node | None, *path: str) -> str | None:
    """Text at the end of a path, the first of several; None where there is none, or only blanks.

    >>> node = Element("x")
    >>> node.append(Element("a"))
    >>> node[0].text = " 1 "
    >>> text(node, "a"), text(node, "b", "c"), text(None)
    ('1', None, None)
    """
    for name in path:
        if node is None:
            return None
        node = node.find(name)
    return ((node.text or "").strip() or None) if node is not None else None


def texts(node: Node | None) -> dict[str, str]:
    """Texts right in an element by their names, the first of several; none that are blank."""
    found: dict[str, str] = {}
    for each in node if node is not None else ():
        words = (each.text or "").strip()
        if words:
            found.setdefault(each.tag, words)
    return found
