"""What stands around every page: who one is, where one can go, and how much waits there."""

from dataclasses import dataclass

from sqlmodel import Session

from api.http.dependencies import settings_of
from api.pages.visit import Visit
from domain.access import views as access
from domain.banking import bank_views
from domain.reports import desk_views
from domain.reports.desk_views import Counts


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the menu; `waiting` is None where nothing is counted."""

    key: str
    address: str
    german: str
    waiting: int | None = None


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page."""

    name: str
    email: str
    company: str
    places: tuple[Place, ...]
    is_operator: bool = False

    @property
    def initials(self) -> str:
        """First letters of the name."""
        words = self.name.replace("-", " ").split()
        return "".join(word[0] for word in (*words[:1], *words[1:][-1:])).upper()

    @classmethod
    def of(cls, visit: Visit) -> "Shell":
        """The frame for a person."""
        return visit.read(_read, visit)


def _read(session: Session, visit: Visit) -> Shell:
    profile = access.profile(session, visit.caller.user_id)
    counts = desk_views.counts(session)
    movements = bank_views.unreconciled_count(session) if visit.may("bank:read") else 0
    listed = _places(counts, movements)
    places = tuple(place for place in listed if visit.may(_SCOPES[place.key]))
    is_operator = profile.email.casefold() in settings_of(visit.request).operator_addresses
    if is_operator:
        places = (*places, Place("d", "/operations", "Betrieb"))
    return Shell(profile.name, profile.email, profile.company_name, places, is_operator)


_SCOPES = {
    "s": "kreditoren:read",
    "e": "kreditoren:read",
    "z": "kreditoren:read",
    "b": "bank:read",
    "l": "kreditoren:read",
    "j": "journal:read",
    "a": "auswertungen:read",
    "p": "perioden:read",
    "m": "config:read",
}


def _places(counts: Counts, movements: int) -> tuple[Place, ...]:
    return (
        Place("s", "/", "Start"),
        Place("e", "/inbox", "Eingang", counts.cases),
        Place("z", "/payments", "Zahlungen", counts.drafts),
        Place("b", "/bank", "Bank", movements),
        Place("l", "/vendors", "Partner"),
        Place("j", "/journal", "Journal"),
        Place("a", "/reports", "Auswertungen"),
        Place("p", "/periods", "Perioden", counts.locks),
        Place("m", "/audit", "Prüfpfad"),
    )
