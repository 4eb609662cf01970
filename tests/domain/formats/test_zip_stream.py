"""An archive that is sent while it is made."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.formats.zip_stream import Member, zipped

NOW = datetime(2026, 12, 1, tzinfo=UTC)
BLOCKS = st.lists(st.binary(max_size=300), max_size=4)


@given(st.lists(st.tuples(BLOCKS, st.booleans()), max_size=4))
def test_what_goes_in_comes_out(contents: list[tuple[list[bytes], bool]]) -> None:
    """Any number of members, packed or not, empty ones too."""
    members = [Member(f"{i}.csv", blocks, packed) for i, (blocks, packed) in enumerate(contents)]
    data = b"".join(zipped(members, NOW))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        found = [archive.read(name) for name in archive.namelist()]
    assert found == [b"".join(blocks) for blocks, _ in contents]


def test_a_block_is_sent_before_the_next_is_made() -> None:
    """Nothing waits for the end of a member."""
    made: list[int] = []

    def blocks() -> Iterator[bytes]:
        for number in range(3):
            made.append(number)
            yield bytes(1000)

    sent = zipped([Member("a.bin", blocks(), is_packed=True)], NOW)
    assert len(next(sent)) > 1000
    assert made == [0]
