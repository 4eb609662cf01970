"""What may be said on a case, and whom it names."""

from uuid import UUID, uuid5

import pytest

from domain.access.person import Colleague, PersonShutOut
from domain.errors import InvalidInput
from domain.intake.comment import LONGEST, Comment, MentionAmbiguous, MentionUnknown, mentioned

SPACE = UUID(int=0)


def person(name: str, email: str, *, is_admitted: bool = True) -> Colleague:
    """One of the people."""
    return Colleague(uuid5(SPACE, email), name, email, is_admitted)


EVA = person("Eva Berger", "eva@example.at")
OTHER = person("Eva Lang", "lang@example.at")
KARL = person("Karl Groß", "karl@example.at")
GONE = person("Rosa Alt", "rosa@example.at", is_admitted=False)
PEOPLE = (EVA, OTHER, KARL, GONE)


@pytest.mark.parametrize(
    "text", ["", " \n ", "x" * (LONGEST + 1), "a\x00b", "a\x1bb", "fdp\u202eexe"]
)
def test_what_nobody_could_read_as_it_is_is_refused(text: str) -> None:
    """Nothing, without end, or with signs that are not seen."""
    with pytest.raises(InvalidInput) as refused:
        Comment(text)
    assert refused.value.fields[0].pointer == "/text"


def test_lines_end_alike_whatever_sent_them() -> None:
    """A browser sends two signs for the end of a line."""
    assert Comment(" a\r\nb\rc \n").text == "a\nb\nc"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Eva Berger, bitte", (EVA,)),
        ("bitte (@karl) und @KARL GROSS", (KARL,)),
        ("@eva@example.at: ja", (EVA,)),
        ("@Karl, @Eva Lang\n@Karl", (KARL, OTHER)),
        ("an rechnung@example.at und um 5 @ 3,00", ()),
        ("siehe https://example.at/@karl", ()),
    ],
)
def test_who_is_named(text: str, named: tuple[Colleague, ...]) -> None:
    """By the whole name, a first name that one has alone, or the mail address; each once."""
    found = mentioned(Comment(text.replace("GROSS", "Groß")), PEOPLE)
    assert found == tuple(each.id for each in named)


@pytest.mark.parametrize(
    ("text", "refusal", "mention"),
    [
        ("@Eva bitte", MentionAmbiguous, "@Eva"),
        ("frag @Karla", MentionUnknown, "@Karla"),
        ("@Karl-Heinz", MentionUnknown, "@Karl-Heinz"),
        ("@" + "x" * 80, MentionUnknown, "@" + "x" * 50),
    ],
)
def test_who_is_not_understood_is_told(text: str, refusal: type[Exception], mention: str) -> None:
    """Nobody is left without a letter in silence."""
    with pytest.raises(refusal) as refused:
        mentioned(Comment(text), PEOPLE)
    assert refused.value.context["mention"] == mention  # type: ignore[attr-defined]


def test_who_is_gone_is_told_unless_another_has_the_name() -> None:
    """A letter to somebody who cannot come in would lead nowhere."""
    with pytest.raises(PersonShutOut):
        mentioned(Comment("@Rosa?"), PEOPLE)
    new = person("Rosa Neu", "neu@example.at")
    assert mentioned(Comment("@Rosa?"), (*PEOPLE, new)) == (new.id,)
