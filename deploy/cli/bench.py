"""`belegfluss bench`: how well the product does on documents whose content is known."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from deploy.bench.truth import NoTruth, single, truths
from deploy.cli.console import err, give_up
from domain.intake.two_readings import SecondEngine

app = typer.Typer(help="Measure the product on documents whose content is known.")


@app.callback()
def bench() -> None:
    """Measure the product on documents whose content is known."""


@app.command()
def reading(
    truth: Annotated[
        list[Path], typer.Option(exists=True, file_okay=False, help="Folder with a truth.json")
    ],
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Documents read at a time, else one for each core")
    ] = None,
    second_engine: Annotated[
        SecondEngine, typer.Option(help="When a second engine reads recognised pages")
    ] = SecondEngine.UNSURE,
) -> None:
    """Read every document of a folder and hold it against its truth.json.

    JSON on standard output, the same as tables on standard error. The form of truth.json and what
    each figure means stand in docs/guide/reading.md. Files that hold several documents are skipped,
    and named.
    """
    # What reads documents takes long to import; other commands need none of it.
    from deploy.bench.reading import samples  # noqa: PLC0415
    from deploy.bench.score import report_of  # noqa: PLC0415
    from deploy.bench.tables import misses, tables  # noqa: PLC0415

    try:
        known = [each for folder in truth for each in truths(folder)]
    except NoTruth as error:
        raise give_up(str(error)) from error
    report = report_of(samples(single(known), jobs or os.cpu_count() or 1, second_engine))
    skipped = [each.file for each in known if each.holds_several]
    found = {"folders": [str(folder) for folder in truth], "skipped": skipped, **report.to_json()}
    for table in tables(report):
        err.print(table)
    for miss in misses(report):
        err.print(miss, markup=False, highlight=False, soft_wrap=True)
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
