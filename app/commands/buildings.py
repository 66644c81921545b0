"""`qiaomen import buildings`: what workers knock at."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask

from app.commands.importing import (
    how_read,
    nothing_loaded,
    template_option,
    write_template,
)
from app.services import importing


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@template_option
@click.pass_obj
def buildings(app: Flask, file: Path | None, template: Path | None) -> None:
    """Add buildings (楼栋表) to grids from an Excel workbook (.xlsx) or a CSV file.

    Columns: 网格, 楼栋, 单元数, 楼层数. Everything is loaded, or nothing if a row is refused (exit code 1).
    No building goes by it; loading the same file again changes nothing. Dwellings are added from phones.
    """
    if (file is None) == (template is None):
        raise click.UsageError("Give the FILE of a list, or --template and where to write one.")
    if template:
        write_template(importing.BUILDINGS, template)
    if file:
        with app.app_context(), nothing_loaded():
            report = importing.import_buildings(file, datetime.now(UTC))
        click.echo(_loaded(report))


def _loaded(report: importing.BuildingReport) -> str:
    kept = report.rows - report.added - report.changed
    line = f"{report.rows} 栋楼：新增 {report.added}，改动 {report.changed}，不变 {kept}。"
    return "\n".join([line, *how_read(report, f"第一栋是{report.first_name}")])
