"""Elements that look alike, read by their shape: their tags are parsed once, their texts each time.

The entries of a statement are thousands of times the same tags around other words. Where nothing
but tags and plain text stands in one, its tags prove that it is well-formed as soon as one of the
same tags was parsed; only its texts are to be looked at. Whatever is not as plain is None here,
and is left to the parser.
"""

import re
from typing import TypeAlias
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError, ParserCreate

LONGEST = 64 * 1024
"""Bytes of an element that is read by its shape."""

_MOST = 256
"""Shapes that are kept of one file; what is of yet another one is left to the parser."""

_BETWEEN_TAGS = re.compile(r">([^<]*)<")
# What XML forbids in a text, and what stands for something else.
_NO_TEXT = bytes(each for each in range(32) if each not in b"\t\n")
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


_Shape: TypeAlias = tuple[Element, list[tuple[Element, int]]]
"""An element, and all in it with the place of their texts among the parts of its words."""


class Shapes:
    """The shapes of one file.

    >>> shapes = Shapes()
    >>> first = shapes.element(b"<e><a x='1'>one</a><b/></e>")
    >>> again = shapes.element(b"<e><a x='1'>two</a><b/></e>")
    >>> again is first, again.findtext("a"), shapes.element(b"<e>&amp;</e>")
    (True, 'two', None)
    """

    def __init__(self) -> None:
        self._known: dict[str, _Shape] = {}

    def element(self, piece: bytes) -> Element | None:
        """The element that these bytes are, until the next call; None where they are not plain.

        Names are without their prefixes. Texts behind an element are left out.
        """
        if b"&" in piece or b"<!" in piece or b"<?" in piece or b"]]>" in piece:
            return None
        if b"\r" in piece:  # XML knows one kind of line end
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if len(piece.translate(None, _NO_TEXT)) != len(piece):
            return None
        if b"\xef\xbf" in piece and any(each in piece for each in _NO_CHARACTERS):
            return None
        try:
            words = piece.decode()
        except UnicodeDecodeError:
            return None
        parts = _BETWEEN_TAGS.split(words)
        shape = "><".join(parts[::2])
        known = self._known.get(shape) or self._learned(shape)
        if known is None:
            return None
        for holder, at in known[1]:
            holder.text = parts[at]
        return known[0]

    def _learned(self, shape: str) -> _Shape | None:
        """Parse the tags alone: a `>` in an attribute tears them, and then they do not parse."""
        if len(self._known) >= _MOST:
            return None
        builder = TreeBuilder()
        parser = ParserCreate()
        parser.StartElementHandler = lambda name, said: builder.start(name.rpartition(":")[2], said)
        parser.EndElementHandler = builder.end
        try:
            parser.Parse(shape, True)  # noqa: FBT003 (named by expat)
        except ExpatError:
            return None
        top: Element = builder.close()
        self._known[shape] = top, _holders(top, shape[1:-1].split("><"))
        return self._known[shape]


def _holders(top: Element, tags: list[str]) -> list[tuple[Element, int]]:
    """Whose text follows which tag; what follows an end, or an empty element, is nobody's."""
    starts = [at for at, tag in enumerate(tags) if not tag.startswith("/")]
    found = zip(top.iter(), starts, strict=True)
    return [(element, 2 * at + 1) for element, at in found if not tags[at].endswith("/")]
