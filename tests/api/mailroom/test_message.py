"""What was sent is what is taken, whatever its lines, and takes no more room than is allowed."""

import asyncio
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.mailroom.message import LineTooLong, NotTaken, Space, TooMuch, message_of

MIB = 1024 * 1024


def on_the_wire(content: bytes) -> bytes:
    """As a sender writes it: dots at the beginning of a line are doubled, a dot alone ends it."""
    lines = content.split(b"\r\n")
    doubled = b"\r\n".join(b"." + each if each.startswith(b".") else each for each in lines)
    return doubled + (b"" if content.endswith(b"\r\n") or not content else b"\r\n") + b".\r\n"


async def taken(
    wire: bytes, *, most: int = MIB, line: int = MIB, space: Space | None = None
) -> bytes:
    """What is taken of these bytes; whatever stands behind them is left for the next command."""
    reader = asyncio.StreamReader(limit=line)
    reader.feed_data(wire + b"QUIT\r\n")
    try:
        with (space or Space(64 * MIB, 64 * MIB)).held("net") as hold:
            return await message_of(reader, most, hold)
    finally:
        assert await reader.readline() == b"QUIT\r\n"


@settings(max_examples=50)
@given(st.lists(st.binary(max_size=20).map(lambda each: each.replace(b"\r", b"")), max_size=12))
def test_what_was_sent_is_what_is_taken(lines: list[bytes]) -> None:
    """Dots at the beginning of lines, empty lines, and ends of lines that are none included."""
    content = b"".join(each + b"\r\n" for each in [*lines, b".", b"..", b"x\n.y"])

    assert asyncio.run(taken(on_the_wire(content))) == content


async def test_a_message_of_nothing_is_empty() -> None:
    """The dot comes at once."""
    assert await taken(b".\r\n") == b""


async def test_what_is_too_large_is_read_and_not_kept() -> None:
    """Who sends hears it when all of it is there; one that just fits is taken."""
    line = b"x" * 98 + b"\r\n"

    assert len(await taken(on_the_wire(line * 10), most=1000)) == 1000
    with pytest.raises(TooMuch):
        await taken(on_the_wire(line * 10 + b"y\r\n"), most=1000)


@pytest.mark.parametrize("length", [101, 150, 199, 200, 201, 1000])
async def test_a_line_without_end_is_read_and_not_kept(length: int) -> None:
    """Its parts are no lines: a dot in the middle of it ends nothing."""
    with pytest.raises(LineTooLong):
        await taken(b"a" * length + b"\r\n.\r\n", line=100)
    with pytest.raises(LineTooLong):
        await taken(b"a" * length + b".\r\nb\r\n.\r\n", line=100)


async def test_one_network_leaves_space_to_others() -> None:
    """What does not fit is to come again later, and what was held is free when it has ended."""
    space = Space(room=3 * MIB, of_each=2 * MIB)
    content = b"x" * 1000 + b"\r\n"

    def filled(network: str, pieces: int) -> bool:
        return all(space.take(network, MIB) for _ in range(pieces))

    assert filled("a", 2)
    assert not space.take("a", MIB)
    assert filled("b", 1)
    with pytest.raises(NotTaken) as refused:
        await taken(on_the_wire(content), space=space)
    assert refused.value.answer.startswith("451 ")

    roomy = Space(room=MIB, of_each=MIB)
    for _ in range(3):
        assert await taken(on_the_wire(content), space=roomy) == content
    assert not roomy.by_network


async def test_empty_lines_take_no_more_than_others() -> None:
    """A quarter of a megabyte of them was ten as an object for each."""
    reader, piece = asyncio.StreamReader(limit=MIB), b"\r\n" * 1024

    async def sending() -> None:
        for _ in range(128):
            reader.feed_data(piece)
            await asyncio.sleep(0)
        reader.feed_data(b".\r\n")

    tracemalloc.start()
    try:
        with Space(4 * MIB, 4 * MIB).held("net") as hold:
            content, _ = await asyncio.gather(message_of(reader, MIB, hold), sending())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(content) == MIB // 4
    assert peak < MIB
