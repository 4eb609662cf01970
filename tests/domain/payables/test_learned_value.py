"""What can be learned of a vendor."""

from domain.payables.learned_value import SUBJECTS


def test_who_is_paid_is_never_learned() -> None:
    """No account and no VAT id: a forged invoice would teach them."""
    assert not [each for each in SUBJECTS if "iban" in each or "vat" in each or "payee" in each]
