"""Balance sheet and profit and loss as the law lays them out, with what proves them whole."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.ledger.chart import Chart
from domain.ledger.side_switching import Switch, Together, switch_of
from domain.money import ZERO
from domain.reports.account_rows import CARRIED_RESULT, Balance
from domain.reports.positions import (
    ASSETS,
    CARRIED,
    LIABILITIES,
    PROFIT_LOSS,
    RESULT,
    Position,
    layout_of,
    level,
    positions,
    values,
)

BALANCE_SHEET = (ASSETS, LIABILITIES)
_UNUSUAL = {ASSETS: -1, LIABILITIES: 1}

Partners = Mapping[str, Mapping[str, Decimal]]
"""Net by account and partner, for accounts that change sides partner by partner."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one account, or one partner on it, brings to a leaf; no account: earlier results."""

    leaf: str | None
    account: str | None
    name: str
    net: Decimal
    partner: str | None = None
    by_partner: bool = False
    switched: bool = False


@dataclass(frozen=True, slots=True)
class LineAccount:
    """An account in a line; `switched` where its unusual balance brought it there."""

    number: str | None
    name: str
    amount: Decimal
    prior_year_amount: Decimal
    switched: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a layout, in this range and in the same days a year before."""

    code: str
    number: str | None
    label: str
    level: int
    is_total: bool
    amount: Decimal
    prior_year_amount: Decimal
    accounts: tuple[LineAccount, ...]


@dataclass(frozen=True, slots=True)
class Checks:
    """What must hold of a layout; it is clean only if all of it does, a year before as well.

    `opened_twice` are accounts with opening entries beside what earlier years left on them.
    """

    assets: Decimal
    equity_and_liabilities: Decimal
    difference: Decimal
    result: Decimal
    result_difference: Decimal
    statistical: Decimal
    unassigned: Decimal
    unassigned_accounts: tuple[str, ...]
    is_clean: bool
    opened_twice: tuple[str, ...] = ()


def parts(balances: Iterable[Balance], partners: Partners, chart: Chart) -> list[Part]:
    """Every account in its place; results of earlier years with the profit carried forward."""
    found: list[Part] = []
    vat: list[tuple[Part, Switch]] = []
    carried = ZERO
    for each in balances:
        statement = _statement(each, chart)
        if statement == PROFIT_LOSS or each.is_result:
            carried += each.total_debit - each.total_credit - each.moved
            found.append(_part(each, statement, each.moved))
            continue
        whole = _part(each, statement, each.total_debit - each.total_credit)
        switch = switch_of(chart, each.number, each.statement_group, each.report_group)
        if switch is None or statement not in BALANCE_SHEET:
            found.append(whole)
        elif switch.together is Together.VAT:
            vat.append((whole, switch))
        elif switch.together is Together.PARTNER:
            found += _of_partners(whole, switch, partners.get(each.number, {}), chart)
        else:
            found.append(_placed(whole, switch, whole.net, chart))
    block = sum((part.net for part, _ in vat), ZERO)
    found += [_placed(part, switch, block, chart) for part, switch in vat]
    found.append(Part(CARRIED[chart.country], None, CARRIED_RESULT, carried))
    return [part for part in found if part.net]


def lines(
    now: list[Part], year_before: list[Part], country: str, statements: tuple[str, ...]
) -> Iterator[Line]:
    """Every line of some statements, in the order of the law."""
    layouts = [layout_of(country, nets_of(found)) for found in (now, year_before)]
    amounts, prior = values(layouts[0], nets_of(now)), values(layouts[1], nets_of(year_before))
    brought, brought_before = _brought(now), _brought(year_before)
    layout = max(layouts, key=lambda name: len(positions(name)))
    for code, position in positions(layout).items():
        if position.statement in statements:
            yield Line(
                code=code,
                number=position.number,
                label=_label(position, amounts.get(code, ZERO)),
                level=level(layout, code),
                is_total=bool(position.terms),
                amount=amounts.get(code, ZERO),
                prior_year_amount=prior.get(code, ZERO),
                accounts=tuple(
                    _accounts(position.sign, brought.get(code, {}), brought_before.get(code, {}))
                ),
            )


def checks(now: list[Part], balances: Iterable[Balance], country: str) -> Checks:
    """Whether assets are equity and liabilities, and every account stands somewhere."""
    nets = nets_of(now)
    found = values(layout_of(country, nets), nets)
    assets, others = found[f"{country}.BA"], found[f"{country}.BP"]
    lost = [part for part in now if part.leaf is None]
    unassigned = sum((part.net for part in lost), ZERO)
    result = found[RESULT[country]]
    of_accounts = -sum((each.moved for each in balances if each.is_result), ZERO)
    statistical = found[f"{country}.STAT"]
    differences = (assets - others, result - of_accounts, statistical, unassigned)
    return Checks(
        assets=assets,
        equity_and_liabilities=others,
        difference=assets - others,
        result=result,
        result_difference=result - of_accounts,
        statistical=statistical,
        unassigned=unassigned,
        unassigned_accounts=tuple(part.account for part in lost if part.account),
        is_clean=not any(differences) and not lost,
    )


def _statement(balance: Balance, chart: Chart) -> str | None:
    known = positions(chart.country).get(balance.statement_group or "")
    return known.statement if known and not known.terms else None


def _part(balance: Balance, statement: str | None, net: Decimal) -> Part:
    leaf = balance.statement_group if statement else None
    return Part(leaf, balance.number, balance.name, net)


def _placed(part: Part, switch: Switch, decides: Decimal, chart: Chart) -> Part:
    """The part on the side that the net it belongs to asks for."""
    known = positions(chart.country)
    side = known[part.leaf or ""].statement
    if decides * _UNUSUAL[side] <= 0:
        return part
    return replace(part, leaf=switch.opposite, switched=True)


def _of_partners(
    whole: Part, switch: Switch, nets: Mapping[str, Decimal], chart: Chart
) -> Iterator[Part]:
    """One part for each partner; what names none is netted by itself."""
    unnamed = whole.net - sum(nets.values(), ZERO)
    for partner, net in ((None, unnamed), *nets.items()):
        part = Part(whole.leaf, whole.account, whole.name, net, partner, by_partner=True)
        yield _placed(part, switch, net, chart)


def _label(position: Position, amount: Decimal) -> str:
    """UGB § 225 (1) has another name for equity that losses used up."""
    is_lost = position.code == "AT.BP.A" and amount < 0
    return "Negatives Eigenkapital" if is_lost else position.label


def nets_of(found: Iterable[Part]) -> dict[str, Decimal]:
    """Debit minus credit of each leaf."""
    nets: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for part in found:
        if part.leaf is not None:
            nets[part.leaf] += part.net
    return nets


_Key = tuple[str | None, str, bool]


def _brought(found: Iterable[Part]) -> dict[str, dict[_Key, Decimal]]:
    """Net of each account in each leaf, those of its partners added up."""
    brought: dict[str, dict[_Key, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for part in found:
        if part.leaf is not None:
            brought[part.leaf][part.account, part.name, part.switched] += part.net
    return brought


def _accounts(
    sign: int, now: Mapping[_Key, Decimal], year_before: Mapping[_Key, Decimal]
) -> Iterator[LineAccount]:
    for key in sorted({*now, *year_before}, key=lambda key: (key[0] or "~", key[2])):
        number, name, switched = key
        amount, prior = now.get(key, ZERO), year_before.get(key, ZERO)
        yield LineAccount(number, name, sign * amount, sign * prior, switched)
