"""`qiaomen import`: bring in what other systems hold."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask

from app.errors import MESSAGES, Refused
from app.services import importing, rescuing
from sync.errors import SyncError

SHOWN = 50
"""So many refused lines are listed; somebody who mends those runs the command again anyway."""


@click.group("import")
def import_group() -> None:
    """Bring in what other systems hold, from files."""


@import_group.command("units")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def units(app: Flask, file: Path) -> None:
    """Load the units of the ladder from a CSV file: code,name,level,parent_code.

    Everything is loaded, or nothing if a row is refused (exit code 1). Units are known by their code:
    loading the same file again changes nothing.
    """
    try:
        with app.app_context():
            report = importing.import_units(file)
    except importing.Unreadable as error:
        raise click.ClickException(f"Nothing was loaded. {error}") from error
    except importing.RowsRefused as error:
        raise click.ClickException(_refused(error.refusals, error.rows)) from error
    click.echo(_loaded(report))


@import_group.command("outbox")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.pass_obj
def outbox(app: Flask, file: Path | None) -> None:
    """Take in an outbox that a phone exported as a file; without FILE, try those again that still wait.

    The same file twice, or the same records from the phone as well, changes nothing. What comes after
    missing records is kept until those have arrived.
    """
    keys, shelf = app.extensions["qiaomen"].keys, app.extensions["photo_shelf"]
    now = datetime.now(UTC)
    try:
        with app.app_context():
            if file:
                reports = [rescuing.take(file.read_bytes(), keys, shelf, now)]
            else:
                reports = rescuing.take_waiting(keys, shelf, now)
    except (Refused, SyncError) as error:
        words = MESSAGES[error.code]["en"]
        raise click.ClickException(f"Nothing was taken. {words}") from error
    click.echo("\n".join(map(_rescued, reports)) or "No file waits.")


def _rescued(report: rescuing.Report) -> str:
    lines = [
        f"{report.taken} taken, {report.already} already there, {report.quarantined} quarantined,"
        f" {report.rejected} rejected; {report.photos} photos kept, {report.photos_refused} refused."
    ]
    if report.waiting:
        lines.append(
            f"{report.waiting} wait: this phone's records after number {report.received_through} are"
            " missing. The file is kept; when they have arrived, run `qiaomen import outbox`."
        )
    return "\n".join(lines)


def _refused(refusals: Sequence[importing.Refusal], rows: int) -> str:
    head = f"Nothing was loaded: {len(refusals)} of {rows} rows are refused."
    listed = [f"  line {refusal.line}: {refusal.reason}" for refusal in refusals[:SHOWN]]
    rest = len(refusals) - SHOWN
    more = [f"  … and {rest} more."] if rest > 0 else []
    return "\n".join([head, *listed, *more, "Correct these lines and run the command again."])


def _loaded(report: importing.Report) -> str:
    unchanged = report.rows - report.added - report.changed
    lines = [
        f"{report.rows} rows: {report.added} added, {report.changed} changed,"
        f" {unchanged} unchanged, 0 refused."
    ]
    if report.followed:
        lines.append(f"{report.followed} units below changed ones moved with them.")
    if report.encoding != "UTF-8":
        lines.append(
            f"The file was read as {report.encoding}. Its first name is {report.first_name}:"
            " if that is not what it says, save it as “CSV UTF-8” and import it again."
        )
    if report.ignored:
        lines.append(f"Columns that were not used: {', '.join(report.ignored)}.")
    return "\n".join(lines)
