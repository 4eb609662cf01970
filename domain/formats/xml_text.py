"""XML written as text, element by element: the same bytes as of a tree that is indented."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from xml.sax.saxutils import escape

_STEP = "  "


class XmlText:
    """Collects lines; `leaf` writes an element with words inside of others, `a/b/c`.

    >>> written = XmlText()
    >>> with written.inside("A"):
    ...     written.leaf("B/C", "1 & 2")
    >>> print(written.data().decode(), end="")
    <?xml version='1.0' encoding='UTF-8'?>
    <A>
      <B>
        <C>1 &amp; 2</C>
      </B>
    </A>
    """

    def __init__(self) -> None:
        self._lines = ["<?xml version='1.0' encoding='UTF-8'?>"]
        self._depth = 0

    @contextmanager
    def inside(self, name: str, attribute: str = "") -> Iterator[None]:
        """Open an element, and close it after what is written meanwhile."""
        self.open(name, attribute)
        yield
        self.close(name)

    def open(self, name: str, attribute: str = "") -> None:
        """Open an element; what is written then stands inside, until it is closed."""
        opened = f"{name} {attribute}" if attribute else name
        self._lines.append(f"{_STEP * self._depth}<{opened}>")
        self._depth += 1

    def close(self, name: str) -> None:
        """Close the element that was opened last."""
        self._depth -= 1
        self._lines.append(f"{_STEP * self._depth}</{name}>")

    def leaf(self, path: str, words: str, attribute: str = "") -> None:
        """Write an element with words; `attribute` is written as it stands."""
        before, after = _frame(path, self._depth, attribute)
        if "&" in words or "<" in words or ">" in words:
            words = escape(words)
        self._lines.append(f"{before}{words}{after}")

    def data(self) -> bytes:
        """All that was written, as UTF-8."""
        return ("\n".join(self._lines) + "\n").encode()


@lru_cache(maxsize=1024)
def _frame(path: str, depth: int, attribute: str) -> tuple[str, str]:
    """What stands before and after the words of a leaf."""
    *around, name = path.split("/")
    before = [f"{_STEP * (depth + at)}<{outer}>" for at, outer in enumerate(around)]
    after = [f"{_STEP * (depth + at)}</{outer}>" for at, outer in enumerate(around)]
    opened = f"{name} {attribute}" if attribute else name
    before.append(f"{_STEP * (depth + len(around))}<{opened}>")
    return "\n".join(before), "\n".join([f"</{name}>", *reversed(after)])
