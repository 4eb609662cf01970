"""The bytes of one message as they come over the wire, and the memory that all of them may take.

aiosmtpd keeps a message as one object for each line: 25 MB of empty lines are a gigabyte. Here it
is one piece, and messages that are under way together have a limit, in all and of each network.
"""

from asyncio import LimitOverrunError, StreamReader
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_PIECE = 1024 * 1024
_END = b".\r\n"


class NotTaken(Exception):
    """The message was read to its end and is not kept; `answer` is what the sender hears."""

    answer = "451 4.3.1 Too much at once; try again later"


class TooMuch(NotTaken):
    """It is larger than a message may be."""

    answer = "552 5.3.4 Error: Too much mail data"


class LineTooLong(NotTaken):
    """A line is longer than a line may be."""

    answer = "500 5.6.0 Line too long (see RFC5321 4.5.3.1.6)"


@dataclass(slots=True)
class Space:
    """Bytes of messages that are held at once, in all and from each network."""

    room: int
    of_each: int
    by_network: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def held(self, network: str) -> Iterator["Hold"]:
        """What one message takes, until the block ends."""
        hold = Hold(self, network)
        try:
            yield hold
        finally:
            self._give(network, hold.size)

    def take(self, network: str, size: int) -> bool:
        """Take so many bytes if there are, in all and for this network."""
        if self.by_network.total() + size > self.room:
            return False
        if self.by_network[network] + size > self.of_each:
            return False
        self.by_network[network] += size
        return True

    def _give(self, network: str, size: int) -> None:
        self.by_network[network] -= size
        if not self.by_network[network]:
            del self.by_network[network]


@dataclass(slots=True)
class Hold:
    """What one message takes of the space for all, piece by piece."""

    space: Space
    network: str
    size: int = 0

    def reaches(self, size: int) -> bool:
        """Whether there is room for so many bytes."""
        while self.size < size:
            if not self.space.take(self.network, _PIECE):
                return False
            self.size += _PIECE
        return True


async def message_of(reader: StreamReader, most: int, hold: Hold) -> bytes:
    """Read up to the line that is a dot alone; dots doubled for the wire are single again.

    Raises NotTaken when all of it is read: who sends does not listen before.
    """
    body, refusal, is_begun = bytearray(), None, False
    while True:
        line, is_ended = await _piece(reader)
        if line == _END and not is_begun:
            break
        if refusal is None:
            body += line[1:] if line.startswith(b".") and not is_begun else line
            refusal = _refusal(body, most, hold, is_whole=is_ended and not is_begun)
            if refusal is not None:
                body.clear()
        is_begun = not is_ended
    if refusal is not None:
        raise refusal
    return bytes(body)


def _refusal(body: bytearray, most: int, hold: Hold, *, is_whole: bool) -> NotTaken | None:
    """Why the message is not kept as far as it has come, if it is not."""
    if not is_whole:
        return LineTooLong()
    if len(body) > most:
        return TooMuch()
    return None if hold.reaches(len(body)) else NotTaken()


async def _piece(reader: StreamReader) -> tuple[bytes, bool]:
    """The next line, or as much of one that is too long; and whether it ends there."""
    try:
        return await reader.readuntil(b"\r\n"), True
    except LimitOverrunError as error:
        return await reader.read(error.consumed), False
