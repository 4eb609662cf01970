"""What people say to each other on a case: bounded, readable as it looks, never changed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.access.person import Colleague, PersonShutOut
from domain.errors import FieldError, Invalid, InvalidInput
from domain.plain_text import unseen_in

LONGEST = 2000
MOST_MENTIONS = 20
_TEXT = "/text"
_WORD = 50
# An address or a path holds an @ as well: a mention begins a word.
_MENTION = re.compile(r"(?:(?<=^)|(?<=[\s(\[{\"'„“«»,;:]))@(?=\w)", re.MULTILINE)
# What follows a handle and makes another word of it: `@Eva-Maria`, `@eva.berger`, `@Evas`.
_GOES_ON = re.compile(r"\w|[-.@](?=\w)")


class MentionUnknown(Invalid):
    """Nobody of the company has this name; a blank after the sign makes it no mention."""

    def __init__(self, word: str) -> None:
        told = f"{word} is nobody here; write the whole name, or a blank after the @"
        super().__init__(told, fields=(FieldError(_TEXT, told),), mention=word)


class MentionAmbiguous(Invalid):
    """Several people of the company have this name; a mail address tells them apart."""

    def __init__(self, word: str, count: int) -> None:
        told = f"{word} may be {count} people; write the whole name or the mail address"
        super().__init__(told, fields=(FieldError(_TEXT, told),), mention=word)


@dataclass(frozen=True, slots=True)
class Comment:
    """What one person says; lines end with a line feed, whatever sent them.

    Raises InvalidInput for an empty or too long text, and for signs that are not seen.
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse what nobody could read as it is."""
        text = self.text.replace("\r\n", "\n").replace("\r", "\n").strip()
        object.__setattr__(self, "text", text)
        if not 0 < len(text) <= LONGEST:
            raise InvalidInput(_TEXT, f"needs 1 to {LONGEST} characters")
        unseen = unseen_in(text)
        if unseen is not None:
            raise InvalidInput(_TEXT, f"holds {unseen}, which cannot be seen")


def mentioned(comment: Comment, people: Sequence[Colleague]) -> tuple[UUID, ...]:
    """Whom a comment names by `@`, each once: by name, first name or mail address.

    The longest name that fits counts. Raises MentionUnknown, MentionAmbiguous, PersonShutOut, and
    InvalidInput for more people than get letters at once.
    """
    handles = sorted(_handles(people), key=lambda each: len(each[0]), reverse=True)
    text = comment.text
    found = dict.fromkeys(_named(text[at.end() :], handles) for at in _MENTION.finditer(text))
    if len(found) > MOST_MENTIONS:
        raise InvalidInput(_TEXT, f"names more than {MOST_MENTIONS} people")
    return tuple(found)


def _handles(people: Iterable[Colleague]) -> list[tuple[str, Colleague]]:
    return [
        (handle.casefold(), each)
        for each in people
        for handle in {each.name, each.name.partition(" ")[0], each.email}
        if handle
    ]


def _named(text: str, handles: Sequence[tuple[str, Colleague]]) -> UUID:
    """The person whose handle a text begins with."""
    fitting = [each for each in handles if _begins(text, each[0])]
    longest = {each.id: each for handle, each in fitting if len(handle) == len(fitting[0][0])}
    # Who is gone is meant only where nobody who is there has the name.
    admitted = [each for each in longest.values() if each.is_admitted]
    if len(admitted) == 1:
        return admitted[0].id
    if not longest:
        raise MentionUnknown("@" + text.split(maxsplit=1)[0][:_WORD].rstrip(",;:.!?)"))
    if admitted:
        raise MentionAmbiguous("@" + text[: len(fitting[0][0])], len(admitted))
    raise PersonShutOut(next(iter(longest.values())).name)


def _begins(text: str, handle: str) -> bool:
    is_it = text[: len(handle)].casefold() == handle
    return is_it and not _GOES_ON.match(text, len(handle))
