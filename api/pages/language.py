"""German and English: words, amounts and dates in the form of the language."""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from api.pages import texts
from domain.iban import grouped

GERMAN, ENGLISH = "de", "en"
NAMES: Mapping[str, str] = {GERMAN: "Deutsch", ENGLISH: "English"}
UNKNOWN = "?"
_GERMAN_MARKS = str.maketrans(",.", ".,")
_MINUS = "\u2212"
_ZONE = ZoneInfo("Europe/Vienna")  # the same hours as Berlin
_HOUR, _DAY = 3600, 86400
_MILLION = Decimal(1_000_000)
_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")
_DAY_OF = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH_OF = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_OF_MONTHS = frozenset({"INPUT_TAX_LATER"})
_FIGURE = re.compile(r"-?[0-9]{1,20}\.[0-9]{1,20}")
_OF_FIGURES = frozenset({"FX_RATE", "FX_RATE_DIFFERS", "FX_TAX_DIFFERS", "UNREADABLE_VALUE"})


class Word(str):
    """The code of a word in a table of values: it is told in the language of who asks."""

    __slots__ = ()


class Period(str):
    """The name of a period in a table of values."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Language:
    """One language in one country: AT and DE call some things by other names."""

    name: str
    country: str

    @property
    def locale(self) -> Locale:
        """Where names of months and days come from."""
        return _locale(f"de_{self.country}" if self.name == GERMAN else "en_GB")

    @property
    def words(self) -> NullTranslations:
        """The translations; German is what the pages are written in."""
        return _catalogue(self.name)

    def say(self, german: str, **facts: object) -> str:
        """A sentence of ours, with facts put in."""
        return self.words.gettext(german) % facts if facts else self.words.gettext(german)

    def money(self, amount: Decimal | None, *, signed: bool = False) -> str:
        """An amount with two places and a true minus; unknown is a question mark.

        >>> Language("de", "AT").money(Decimal("-1005.5"))
        '\u22121.005,50'
        """
        if amount is None:
            return UNKNOWN
        # Austria groups amounts with points as Germany does; Babel would put blanks.
        text = _grouped(abs(amount))
        if self.name == GERMAN:
            text = text.translate(_GERMAN_MARKS)
        sign = _MINUS if amount < 0 else "+" if signed and amount > 0 else ""
        return sign + text

    def rate(self, fraction: Decimal | None) -> str:
        """A rate as percent, without what is naught.

        >>> Language("de", "DE").rate(Decimal("0.190"))
        '19'
        """
        if fraction is None:
            return UNKNOWN
        text = f"{(fraction * 100).normalize():f}"
        return text.replace(".", ",") if self.name == GERMAN else text

    def stored_money(self, text: object) -> str:
        """An amount that is kept as text."""
        return self.money(None if text is None else Decimal(str(text)))

    def stored_rate(self, text: object) -> str:
        """A rate that is kept as text."""
        return self.rate(None if text is None else Decimal(str(text)))

    def stored_day(self, text: object) -> str:
        """A day that is kept as text."""
        return self.day(None if text is None else date.fromisoformat(str(text)))

    def stored_number(self, text: object) -> str:
        """A quantity that is kept as text."""
        return self.number(Decimal(str(text)))

    def stored_short(self, text: object, today: date) -> str:
        """A day that is kept as text, as in a table."""
        return self.short(None if text is None else date.fromisoformat(str(text)), today)

    def score(self, text: object) -> str:
        """How sure something is, with two places."""
        return self.money(Decimal(str(text)))

    def meter(self, text: object, width: int) -> str:
        """How far a meter of a width reaches."""
        return f"{Decimal(str(text)) * width:.1f}"

    def number(self, value: Decimal | None) -> str:
        """A quantity, a score: as many places as it has.

        >>> Language("de", "DE").number(Decimal("0.840")), Language("en", "DE").number(Decimal(2))
        ('0,84', '2')
        """
        if value is None:
            return UNKNOWN
        text = f"{value.normalize():f}"
        return text.replace(".", ",") if self.name == GERMAN else text

    def day(self, day: date | None) -> str:
        """A day with its year; unknown is a question mark.

        >>> Language("de", "DE").day(date(2026, 8, 10)), Language("en", "DE").day(date(2026, 8, 1))
        ('10.08.2026', '1 Aug 2026')
        """
        if day is None:
            return UNKNOWN
        return format_date(day, "dd.MM.yyyy" if self.name == GERMAN else "d MMM y", self.locale)

    def short(self, day: date | None, today: date) -> str:
        """A day in a table: its year only where it is another one."""
        if day is None:
            return UNKNOWN
        if day.year != today.year:
            return self.day(day)
        return format_date(day, "dd.MM." if self.name == GERMAN else "d MMM", self.locale)

    def month(self, day: date) -> str:
        """Month and year of a day."""
        return format_date(day, "MMMM y", self.locale)

    def period(self, name: str) -> str:
        """A period by its name: a month in words, or an adjustment at the end of a year.

        >>> Language("de", "AT").period("2026-11"), Language("de", "AT").period("2026-P13")
        ('November 2026', 'Anpassung 13/2026')
        """
        if _MONTH_OF.fullmatch(name):
            return self.month(date.fromisoformat(f"{name}-01"))
        year, _, number = name.partition("-P")
        return self.say("Anpassung %(number)s/%(year)s", number=number, year=year)

    def month_name(self, day: date) -> str:
        """Short name of a month."""
        return format_date(day, "LLL", self.locale).rstrip(".")

    def month_called(self, number: int) -> str:
        """Name of a month, from 1."""
        return format_date(date(2000, number, 1), "LLLL", self.locale)

    def whole(self, amount: Decimal) -> str:
        """An amount beside an axis, without cents that are naught; what is long in millions.

        >>> Language("de", "AT").whole(Decimal(-20500000)), Language("en", "AT").whole(Decimal(500))
        ('\u221220,5 Mio.', '500')
        """
        if abs(amount) >= _MILLION:
            millions = self.number(abs(amount) / _MILLION)
            unit = "Mio." if self.name == GERMAN else "m"
            return f"{_MINUS if amount < 0 else ''}{millions} {unit}"
        return self.money(amount).removesuffix(",00").removesuffix(".00")

    def long(self, day: date) -> str:
        """A day as one would say it."""
        return format_date(
            day, "EEEE, d. MMMM" if self.name == GERMAN else "EEEE d MMMM", self.locale
        )

    def moment(self, at: datetime | None) -> str:
        """Day and time where the people are."""
        if at is None:
            return UNKNOWN
        local = at.astimezone(_ZONE)
        return f"{self.day(local.date())} {local:%H:%M}"

    def date_of(self, at: datetime) -> date:
        """The day that it was where the people are."""
        return at.astimezone(_ZONE).date()

    def recent(self, at: datetime, today: date) -> str:
        """Day and time in a list: the year only where it is another one."""
        local = at.astimezone(_ZONE)
        return f"{self.short(local.date(), today)} {local:%H:%M}"

    def age(self, since: datetime, now: datetime) -> str:
        """How long ago: minutes, hours, days.

        >>> at = datetime.fromisoformat
        >>> Language("de", "DE").age(at("2026-07-14T06:00Z"), at("2026-07-14T09:10Z"))
        '3 h'
        """
        seconds = max(0, int((now - since).total_seconds()))
        if seconds < _HOUR:
            return f"{seconds // 60} min"
        if seconds < _DAY:
            return f"{seconds // _HOUR} h"
        return f"{seconds // _DAY} {'T' if self.name == GERMAN else 'd'}"

    def iban(self, iban: str | None) -> str:
        """An IBAN in groups of four; nothing where there is none."""
        return grouped(iban) if iban else ""

    def refusal(self, code: str) -> str:
        """What a refusal means."""
        return texts.of_refusal(code, self.name)

    def pointer(self, pointer: str) -> str:
        """Word for the field that a refusal points at, with its row; empty where none is known.

        >>> Language("de", "AT").pointer("/lines/2/amount"), Language("de", "AT").pointer("/x")
        ('Zeile 3: Betrag', '')
        """
        steps = pointer.split("/")
        names = [each for each in steps if each and not each.isdecimal()]
        word = next(filter(None, map(self._field, reversed(names))), "")
        row = next((int(each) + 1 for each in reversed(steps) if each.isdecimal()), None)
        if row is None or not word:
            return word
        kind = "level" if "levels" in names else "position"
        where = f"{self.word(f'field_{kind}')} {row}"
        return where if steps[-1].isdecimal() else f"{where}: {word}"

    def _field(self, name: str) -> str:
        found = self.word(f"field_{name}")
        return "" if found.startswith("field_") else found

    def finding(self, code: str) -> str:
        """What is wrong, by the code of a finding."""
        return texts.of_finding(code, self.name)

    def more(self, code: str, message: str) -> str:
        """What a finding says beyond its code, its amounts and days in the form of the language."""
        sentence, values = texts.more_of_finding(code, message, self.name)
        worded = {
            name: texts.word_in(code, name, value, self.name) for name, value in values.items()
        }
        return sentence % {name: self._formed(code, value) for name, value in worded.items()}

    def quoted(self, code: str, message: str) -> str:
        """Official words of a finding that are told as they are, in English."""
        return texts.quoted_of_finding(code, message, self.name)

    def place(self, path: str | None) -> str:
        """Where something stands in an XML, in words; empty where there are none."""
        return texts.of_place(path, self.name) if path else ""

    def notice(self, text: str) -> str:
        """Why something waits in the inbox."""
        return texts.of_notice(text, self.name)

    def word(self, code: str) -> str:
        """Word for a state, a way or a reason."""
        return texts.of(code, self.name)

    def words_of(self, codes: Iterable[str], before: str = "") -> list[tuple[str, str]]:
        """Codes with their words, for a choice."""
        return [(code, self.word(before + code)) for code in codes]

    def _formed(self, code: str, value: str) -> str:
        """A value of a sentence: an amount or a day as the language writes it, else as it is.

        Elsewhere than in findings that tell of months, `2026-03` may be the number of an invoice,
        and elsewhere than in those that tell of rates, `1.0823` may be.
        """
        if _AMOUNT.fullmatch(value):
            return self.money(Decimal(value))
        if _DAY_OF.fullmatch(value):
            return self.day(date.fromisoformat(value))
        if code in _OF_MONTHS and _MONTH_OF.fullmatch(value):
            return self.month(date.fromisoformat(f"{value}-01"))
        if code in _OF_FIGURES and _FIGURE.fullmatch(value):
            return self.number(Decimal(value))
        return value


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def _grouped(amount: Decimal) -> str:
    """An amount with two to four places, as Babel's "#,##0.00##" writes it, in a tenth of its time.

    >>> _grouped(Decimal("1005.5")), _grouped(Decimal("0.12345"))
    ('1,005.50', '0.1234')
    """
    text = f"{amount:,.4f}"
    return text[:-2] if text.endswith("00") else text.removesuffix("0")


def wanted(chosen: str | None, accepted: str) -> str:
    """The language that was chosen, else the first of ours that the browser asks for.

    >>> wanted(None, "en-GB,en;q=0.9,de;q=0.8"), wanted("de", "en"), wanted(None, "fr")
    ('en', 'de', 'de')
    """
    if chosen in NAMES:
        return str(chosen)
    for each in accepted.lower().split(","):
        name = each.strip()[:2]
        if name in NAMES:
            return name
    return GERMAN


@cache
def _catalogue(name: str) -> NullTranslations:
    """Translations of a language, read from the text file that people edit."""
    if name == GERMAN:
        return NullTranslations()
    path = files("api.pages").joinpath(f"locale/{name}/LC_MESSAGES/pages.po")
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=name))
    compiled.seek(0)
    return Translations(compiled)
