"""XML as a stream: how deep it may be, wherever the depth lies and whatever its size."""

from io import BytesIO

import pytest

from domain.formats.xml import DEPTH, UnsafeXml
from domain.formats.xml_stream import XmlStream

SIZES = [0, 300_000]
"""Bytes in front: in the first piece that is read, and behind it."""


def nested(levels: int) -> str:
    """An element with so many levels, all closed again."""
    return "<x>" * levels + "</x>" * levels


def file(of_item: str = "", of_holder: str = "", of_body: str = "", of_root: str = "") -> bytes:
    """A file with something in each place."""
    return (f"<d><b><s>{of_holder}<e>{of_item}</e></s>{of_body}</b>{of_root}</d>").encode()


def read(data: bytes) -> int:
    """How much is found."""
    return len(list(XmlStream({"s"}, item="e").read(BytesIO(data))))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("place", "depth"), [("of_item", 4), ("of_holder", 3), ("of_body", 2), ("of_root", 1)]
)
def test_what_is_too_deep_is_refused_although_it_was_closed(
    place: str, depth: int, size: int
) -> None:
    """To the level: the deepest that is allowed is read, one more is not."""
    front = f"<!--{'z' * size}-->"
    assert read(file(**{place: front + nested(DEPTH - depth)})) == 2
    with pytest.raises(UnsafeXml, match="deeper"):
        read(file(**{place: front + nested(DEPTH - depth + 1)}))


def test_what_is_wide_is_not_deep() -> None:
    """A batch has thousands of parts."""
    assert read(file("<t><a>1</a></t>" * 5000)) == 2


def test_what_never_ends_is_refused_before_it_is_kept() -> None:
    """Depth upon depth, and no end in sight."""
    with pytest.raises(UnsafeXml, match="deeper"):
        read(b"<d><b><s><e>" + b"<x>" * 1_000_000)


PLAIN = "<e><a c='EUR'>1</a>\r\n<b/><t><a>x > y</a> <a> \u00e4 </a></t></e>"
ITEMS = {
    "plain": PLAIN * 3,
    "other texts": PLAIN + PLAIN.replace("1", "2") + PLAIN.replace("x", ""),
    "entity": PLAIN + "<e><a>&lt;&#228;</a></e>" + PLAIN,
    "comment": PLAIN + "<!-- <e><a>1</a></e> -->" + PLAIN,
    "comment inside": "<e><!-- </e> --><a>1</a></e>" + PLAIN,
    "section": PLAIN + "<x><![CDATA[<e><a>1</a></e>]]></x>" + PLAIN,
    "attribute": "<e><a c='1>2'>1</a></e>" + PLAIN + "<x y='>'/>" + PLAIN,
    "attributes of its own": PLAIN + "<e d='1'><a>3</a></e>" + PLAIN,
    "nested": "<e><e><a>1</a></e></e>" + PLAIN,
    "deeper": "<x><e><a>1</a></e></x>" + PLAIN,
    "between": "<n>1</n>" + PLAIN + "<n>2</n>" + PLAIN + "<n>3</n>",
    "long": "<e><a>" + "z" * 70_000 + "</a></e>" + PLAIN,
    "across pieces": "".join(PLAIN.replace("1", str(number)) for number in range(9000)),
}


def all_of(data: bytes) -> list[object]:
    """What is found, element by element."""
    return [
        (each.name, [(one.tag, one.attrib, (one.text or "").strip()) for one in each.node.iter()])
        for each in XmlStream({"s"}, item="e").read(BytesIO(data))
    ]


@pytest.mark.parametrize("items", ITEMS.values(), ids=ITEMS)
def test_what_is_cut_out_is_what_is_parsed(items: str) -> None:
    """A comment in front of all leaves everything to the parser."""
    whole = f"<d><b><s>{items}</s><s>{PLAIN}</s></b></d>"
    parsed = all_of(("<!-- -->" + whole).encode())
    assert all_of(whole.encode()) == parsed
    prefixed = whole.replace("</", "</p:").replace("<", "<p:").replace("<p:/p:", "</p:")
    if "!" not in items:
        assert all_of(prefixed.encode()) == parsed
    declared = '<?xml version="1.0" encoding="ISO-8859-1"?>' + whole
    assert all_of(declared.encode("latin-1")) == parsed


@pytest.mark.parametrize(
    "broken",
    [
        "<e><a>1</b></e>", "<e><a>]]></a></e>", "<e><a>\x01</a></e>", "<e><a>\uffff</a></e>",
        "<e><a c='1' c='2'/></e>", "<x y='><e><a>1</a></e>", "<x y=' > <e><a>1</a></e>'/>",
        "<e>&gone;</e>", "<e><a></e>",
    ],
)  # fmt: skip
def test_what_is_not_well_formed_is_refused_wherever_it_stands(broken: str) -> None:
    """Among items that are read by their shape as anywhere."""
    with pytest.raises(UnsafeXml):
        all_of(f"<d><b><s>{PLAIN}{broken}{PLAIN}</s></b></d>".encode())
    with pytest.raises(UnsafeXml):
        all_of(f"<d><b><s>{PLAIN}</s></b></d>".encode().replace("\u00e4".encode(), b"\xff"))


def test_blanks_before_the_declaration_mean_nothing() -> None:
    """Banks and what copies their files put lines or marks there."""
    data = b'\n \xef\xbb\xbf<?xml version="1.0"?><d><b><s><e><c>2</c></e></s></b></d>'
    stream = XmlStream({"s"}, item="e")

    assert [each.name for each in stream.read(BytesIO(data))] == ["e", "s"]
