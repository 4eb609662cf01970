"""Account numbers as the adviser has them: of the ledger, and of partners behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.formats.datev_extf import ACCOUNT_LENGTHS, DatevRefused, account_number

_PARTNERS = range(10_000, 100_000)


@dataclass(frozen=True, slots=True)
class Partner:
    """A customer or vendor: its account, the collective account it stands behind, its VAT id."""

    number: int
    collective: str
    vat_id: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Account numbers as the adviser has them: ledger accounts, and those of partners.

    `collective` names, for each account that partners stand behind, the partner account of
    entries that name no partner; without one they stay on the collective account. `ledger`
    holds all other accounts as they are written.
    """

    length: int
    ledger: Mapping[str, str]
    collective: Mapping[str, int | None]
    partners: Mapping[UUID, Partner]

    @classmethod
    def of(
        cls,
        accounts: Iterable[str],
        collective: Mapping[str, int | None],
        partners: Mapping[UUID, Partner],
    ) -> "Numbers":
        """Numbers of a chart, as long as its longest; refuses what the format cannot tell apart."""
        listed = list(accounts)
        length = max(ACCOUNT_LENGTHS[0], *(len(number) for number in listed))
        written = {number: account_number(number, length) for number in listed}
        if len(set(written.values())) < len(written):
            raise DatevRefused("Two accounts have the same number when written with equal length.")
        if any(partner.number not in _PARTNERS for partner in partners.values()):
            raise DatevRefused("A partner's account number has more digits than DATEV knows.")
        ledger = {number: to for number, to in written.items() if number not in collective}
        return cls(length, ledger, collective, partners)

    def partner(self, number: int) -> str:
        """A partner's account: always one digit longer than those of the ledger."""
        return str(number).ljust(self.length + 1, "0")

    def of_collective(self, account: str, partner_id: UUID | None = None) -> str:
        """What stands for a collective account: the partner, or whoever stands for no partner.

        A vendor among the claims is none of their partners: its account counts with the debts.
        """
        partner = self.partner_on(account, partner_id)
        number = partner.number if partner else self.collective[account]
        return self.partner(number) if number is not None else self.written(account)

    def partner_on(self, account: str, partner_id: UUID | None) -> Partner | None:
        """The partner, if it stands behind this collective account."""
        partner = self.partners.get(partner_id) if partner_id else None
        return partner if partner and partner.collective == account else None

    def written(self, account: str) -> str:
        """A ledger account as the format has it."""
        return account_number(account, self.length)
