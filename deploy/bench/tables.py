"""The figures of a report as tables for people."""

from collections.abc import Iterator

from rich.table import Table

from deploy.bench.score import Report, WayScore
from deploy.bench.truth import HEADER


def tables(report: Report) -> Iterator[Table]:
    """All but the misses."""
    yield _fields(report)
    yield _figures(report)
    yield _calibration(report)
    yield _tampering(report)


def _fields(report: Report) -> Table:
    """Correct, wrong, missing and invented of each field, by kind of source."""
    ways = list(report.read_ways())
    table = Table("correct / wrong / missing (invented)", *(way.value for way, _ in ways), box=None)
    for name in HEADER:
        cells = []
        for _, score in ways:
            each = score.fields[name]
            invented = f" ({each.invented})" if each.invented else ""
            cells.append(f"{each.correct} / {each.wrong} / {each.missing}{invented}")
        table.add_row(name, *cells)
    return table


def _figures(report: Report) -> Table:
    ways = list(report.read_ways())
    rows = [_row(score) for _, score in ways]
    table = Table("", *(way.value for way, _ in ways), box=None)
    for name in rows[0] if rows else ():
        table.add_row(name, *(row[name] for row in rows))
    return table


def _row(score: WayScore) -> dict[str, str]:
    found = score.to_json()
    lines, sure = found["lines"], found["sure"]
    return {
        "fields right": _percent(found["all_fields"]["share"]),
        "whole header right": f"{score.whole_headers} of {score.documents}",
        "wrong at >= 0.8": f"{sure['wrong']} of {sure['values']}",
        "line items F1": "-" if lines["f1"] is None else f"{lines['f1']:.3f}",
        "documents with all lines": f"{lines['whole']} of {lines['documents']}",
        "calibration error, points": _figure(found["calibration"]["error_points"]),
        "CPU seconds a page": _figure(found["cpu_seconds_a_page"]),
        "peak MiB": _figure(found["peak_mib"]),
    }


def _calibration(report: Report) -> Table:
    """Right of all values in each bin of confidence."""
    ways = [(way.value, score.calibration.to_json()["bins"]) for way, score in report.read_ways()]
    table = Table("confidence", *(name for name, _ in ways), box=None)
    for rows in zip(*(bins for _, bins in ways), strict=True):
        span = f"{rows[0]['from']:.1f} to {rows[0]['to']:.1f}"
        table.add_row(span, *(f"{row['right']} of {row['values']}" for row in rows))
    return table


def _tampering(report: Report) -> Table:
    """Changes of honest hybrids by field: told of tried."""
    found = report.to_json()["tampering"]
    table = Table("changed in a hybrid", "told", box=None)
    for name, counts in found["by_field"].items():
        table.add_row(name, f"{counts['told']} of {counts['changes']}")
    table.add_row("all", f"{found['told']} of {found['changes']}")
    table.add_row("false alarms", f"{len(found['false_alarms'])} of {found['hybrids']}")
    return table


def misses(report: Report) -> Iterator[str]:
    """Every value that is not right, and every document that was refused, a line each."""
    for miss in report.misses:
        found = "nothing" if miss.found is None else f"{miss.found} ({miss.confidence})"
        expected = "nothing" if miss.expected is None else miss.expected
        yield f"{miss.file}, {miss.way.value}, {miss.field}: {expected}; found: {found}"
    for truth, reason in report.refused:
        wanted = ", as it must be" if truth.is_unreadable else ""
        yield f"{truth.file} was refused{wanted}: {reason}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _figure(value: float | None) -> str:
    return "-" if value is None else str(value)
