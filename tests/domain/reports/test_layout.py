"""Layouts of the law: every account in its place, on the side that its balance asks for."""

from decimal import Decimal

import pytest

from domain.ledger.chart import Chart, accounts
from domain.ledger.side_switching import switch_of
from domain.reports.account_rows import Balance
from domain.reports.layout import BALANCE_SHEET, Part, Partners, checks, lines, parts
from domain.reports.positions import factor_of, leaves, positions, values

SKR04 = {each.number: each for each in accounts(Chart.DE_SKR04)}


def moved(number: str, net: str) -> Balance:
    """An account of SKR04 that moved by a net in the range."""
    found = SKR04[number]
    debit, credit = max(Decimal(net), Decimal()), max(-Decimal(net), Decimal())
    return Balance(
        number, found.name, found.type, found.category, found.report_group,
        found.statement_group, debit=debit, credit=credit,
    )  # fmt: skip


def leaf_nets(balances: list[Balance], partners: Partners | None = None) -> dict[str, Decimal]:
    """Net of each leaf."""
    nets: dict[str, Decimal] = {}
    for part in parts(balances, partners or {}, Chart.DE_SKR04):
        nets[part.leaf or ""] = nets.get(part.leaf or "", Decimal()) + part.net
    return nets


def test_an_overdraft_is_a_loan() -> None:
    """Each bank account by itself: they are not netted with each other."""
    found = leaf_nets([moved("1800", "-30"), moved("1810", "50")])

    assert found == {"DE.BP.C.2": Decimal(-30), "DE.BA.B.IV": Decimal(50)}


@pytest.mark.parametrize(
    ("paid", "owed", "leaf"), [("19", "-95", "DE.BP.C.8.a"), ("95", "-19", "DE.BA.B.II.4")]
)
def test_vat_is_one_block(paid: str, owed: str, leaf: str) -> None:
    """A debt or a claim as a whole, never both; what is not due yet stays a debt."""
    found = leaf_nets([moved("1406", paid), moved("3806", owed), moved("3816", "-7")])
    not_due = Decimal(-7)

    assert found[leaf] == Decimal(paid) + Decimal(owed) + (not_due if leaf == "DE.BP.C.8.a" else 0)
    assert sum(found.values()) == Decimal(paid) + Decimal(owed) + not_due


def test_receivables_switch_by_partner() -> None:
    """300 owed by one, 50 owed to another, 20 that name nobody."""
    partners = {"1200": {"a": Decimal(300), "b": Decimal(-50)}}
    found = leaf_nets([moved("1200", "270")], partners)

    assert found == {"DE.BA.B.II.1": Decimal(320), "DE.BP.C.3": Decimal(-50)}


@pytest.mark.parametrize(
    ("whole", "leaves"),
    [
        ("-100", {"DE.BP.C.4": Decimal(-100)}),
        ("-20", {"DE.BP.C.4": Decimal(-60), "DE.BA.B.II.4": Decimal(40)}),
    ],
)
def test_what_names_no_partner_is_netted_by_itself(whole: str, leaves: dict[str, Decimal]) -> None:
    """Of what is owed 60 name one; the rest is owed as well, or was paid without a name."""
    found = leaf_nets([moved("3300", whole)], {"3300": {"a": Decimal(-60)}})

    assert found == leaves


def test_an_account_without_a_place_is_named() -> None:
    """It is in no line, and nothing is clean."""
    lost = Balance("1999", "Lost", "asset", None, None, None, debit=Decimal(5))
    elsewhere = Balance("1998", "Else", "asset", None, None, "AT.BA.C", credit=Decimal(5))
    found = parts([lost, elsewhere], {}, Chart.DE_SKR04)
    held = checks(found, [lost, elsewhere], "DE")

    assert held.unassigned_accounts == ("1999", "1998")
    assert held.unassigned == held.difference == 0
    assert not held.is_clean


def test_a_balanced_year_is_clean() -> None:
    """Assets are equity and liabilities; the result is that of the accounts."""
    balances = [moved("1800", "60"), moved("2900", "-50"), moved("4400", "-40"),
                moved("6815", "30")]  # fmt: skip
    found = parts(balances, {}, Chart.DE_SKR04)
    held = checks(found, balances, "DE")
    shown = {line.code: line for line in lines(found, [], "DE", BALANCE_SHEET)}

    assert held.assets == held.equity_and_liabilities == 60
    assert held.result == 10
    assert held.is_clean
    assert shown["DE.BP.A.V"].amount == 10
    assert [each.number for each in shown["DE.BA.B.IV"].accounts] == ["1800"]
    assert all(line.prior_year_amount == 0 for line in shown.values())


def test_lost_equity_closes_the_german_assets() -> None:
    """HGB § 268 (3): 100 in the bank, 150 borrowed; 20 were paid in, 70 are lost."""
    balances = [moved("1800", "100"), moved("3150", "-150"), moved("2900", "-20"),
                moved("6815", "70")]  # fmt: skip
    found = parts(balances, {}, Chart.DE_SKR04)
    held = checks(found, balances, "DE")
    shown = {line.code: line for line in lines(found, [], "DE", BALANCE_SHEET)}

    assert {code: shown[code].amount for code in (
        "DE.BA", "DE.BA.F", "DE.BP.A.I", "DE.BP.A.V", "DE.BP.A.F", "DE.BP.A", "DE.BP.C", "DE.BP",
    )} == {
        "DE.BA": 150, "DE.BA.F": 50, "DE.BP.A.I": 20, "DE.BP.A.V": -70, "DE.BP.A.F": 50,
        "DE.BP.A": 0, "DE.BP.C": 150, "DE.BP": 150,
    }  # fmt: skip
    assert shown["DE.BA.F"].label == "Nicht durch Eigenkapital gedeckter Fehlbetrag"
    assert (shown["DE.BA.F"].number, shown["DE.BA.F"].level) == (None, 1)
    order = list(shown)
    assert order.index("DE.BA.F") + 1 == order.index("DE.BP")
    assert order.index("DE.BP.A.F") + 1 == order.index("DE.BP.S")
    assert held.assets == held.equity_and_liabilities == 150
    assert held.is_clean


@pytest.mark.parametrize(("lost_now", "lost_before"), [(True, False), (False, True)])
def test_a_year_without_lost_equity_has_nothing_in_its_line(
    lost_now: bool,  # noqa: FBT001 - a case
    lost_before: bool,  # noqa: FBT001 - a case
) -> None:
    """The line stands for both years as soon as one has it."""
    now, before = [
        parts([moved("1800", "-10" if lost else "10"), moved("6815", "10" if lost else "-10")],
              {}, Chart.DE_SKR04)
        for lost in (lost_now, lost_before)
    ]  # fmt: skip
    shown = {line.code: line for line in lines(now, before, "DE", BALANCE_SHEET)}
    lost, equity = shown["DE.BA.F"], shown["DE.BP.A"]

    assert (lost.amount, lost.prior_year_amount) == (
        Decimal(10 * lost_now),
        Decimal(10 * lost_before),
    )
    assert (equity.amount, equity.prior_year_amount) == (
        Decimal(10 * lost_before),
        Decimal(10 * lost_now),
    )


@pytest.mark.parametrize(
    ("net", "label"), [("-5", "Eigenkapital"), ("5", "Negatives Eigenkapital")]
)
def test_austria_renames_lost_equity(net: str, label: str) -> None:
    """UGB § 225 (1): it stays where it is, below zero."""
    part = Part("AT.BP.A.I", "9000", "Stammkapital", Decimal(net))
    shown = {line.code: line for line in lines([part], [], "AT", BALANCE_SHEET)}

    assert (shown["AT.BP.A"].label, shown["AT.BP.A"].amount) == (label, -Decimal(net))
    assert "AT.BA.F" not in shown


@pytest.mark.parametrize("country", ["AT", "DE"])
def test_each_line_counts_its_accounts_one_way(country: str) -> None:
    """Whatever the formula, a line is all of its accounts' debit minus credit, times one sign.

    So every total leads to its rows as a leaf does.
    """
    known = positions(country)
    for code in known:
        signs = {known[leaf].sign * factor for leaf, factor in leaves(country, code).items()}
        assert signs == {factor_of(country, code)}, code


@pytest.mark.parametrize("country", ["AT", "DE"])
def test_both_sides_hold_every_leaf_once(country: str) -> None:
    """Assets less the other side is everything but statistical accounts."""
    known = positions(country)
    both = [*leaves(country, f"{country}.BA"), *leaves(country, f"{country}.BP")]
    every = [code for code, each in known.items() if not each.terms and code[3:] != "STAT"]

    assert sorted(both) == sorted(every)


def test_profit_and_loss_adds_up_as_the_law_says() -> None:
    """HGB § 275 (2) by hand: 100 sales, 30 material, 20 wages, 5 taxes on income, 1 other."""
    nets = {
        "DE.PL.01": Decimal(-100),
        "DE.PL.05a": Decimal(30),
        "DE.PL.06a": Decimal(20),
        "DE.PL.14": Decimal(5),
        "DE.PL.16": Decimal(1),
    }
    found = values("DE", nets)

    assert [found[f"DE.PL.{at}"] for at in ("01", "05", "06", "14", "15", "17")] == [
        100, -30, -20, 5, 45, 44,
    ]  # fmt: skip
    assert found["DE.BP.A.V"] == 44


@pytest.mark.parametrize("chart", list(Chart))
def test_every_account_of_a_chart_has_a_place(chart: Chart) -> None:
    """A leaf of its country's layouts, and a leaf of the other side where it may switch."""
    known = positions(chart.country)
    for each in accounts(chart):
        assert not known[each.statement_group or ""].terms, each.number
        switch = switch_of(chart, each.number, each.statement_group, each.report_group)
        if switch is not None:
            sides = {known[each.statement_group or ""].statement, known[switch.opposite].statement}
            assert sides == set(BALANCE_SHEET), each.number
