"""The words of letters. Each kind has a file: the subject, an empty line, the body."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from domain.letters import german
from domain.letters.letter import LetterKind

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body."""

    subject: str
    body: str


def text_of(kind: LetterKind, facts: Mapping[str, str], words: str = "") -> Text:
    """The text of a letter with its facts put in.

    Facts may come from a stranger's document: each is one line of bounded length. `words` are what
    a person wrote to be read as a whole; they stand in the body only.

    >>> text_of(LetterKind.RESET, {"name": "A", "company": "B", "link": "C"}).subject
    'Neues Kennwort setzen'
    """
    subject, _, body = _template(kind).partition("\n\n")
    told = {name: " ".join(value.split())[:_LONGEST] for name, value in facts.items()}
    told |= german.worded(told)
    return Text(subject.strip().format_map(told), body.format_map({**told, "words": words}))


@lru_cache
def _template(kind: LetterKind) -> str:
    return files("domain.letters").joinpath(f"texts/{kind}.txt").read_text(encoding="utf-8")
