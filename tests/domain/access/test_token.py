"""Tokens never show what they are."""

from domain.access.token import Token, hash_of


def test_a_token_hides_in_its_repr() -> None:
    """Neither in a log nor in a traceback."""
    assert "ll_abcdefgh" not in f"{Token('ll_abcdefgh')!r} {Token('ll_abcdefgh')}"


def test_hash_and_prefix_name_it() -> None:
    """The prefix is for people, the hash for the database."""
    token = Token("ll_" + "a" * 40)
    assert token.hash == hash_of(token.secret)
    assert len(token.hash) == 64
    assert token.display_prefix == "ll_aaaaa"
