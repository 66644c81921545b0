"""`qiaomen import`: bring in what other systems hold."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask

from app.errors import MESSAGES, Refused
from app.services import importing, rescuing
from sync.errors import SyncError

SHOWN = 50
"""So many refused lines are listed; somebody who mends those runs the command again anyway."""


Report = (
    importing.ShiftReport | importing.ItemReport | importing.PeopleReport | importing.BuildingReport
)

template_option = click.option(
    "--template",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write an empty table (.xlsx) with an explanation to this file, and load nothing.",
)


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
            report = importing.import_units(file, datetime.now(UTC))
    except importing.Unreadable as error:
        raise click.ClickException(f"Nothing was loaded. {error}") from error
    except importing.RowsRefused as error:
        raise click.ClickException(_refused(error.refusals, error.rows)) from error
    click.echo(_loaded(report))


@import_group.command("shifts")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@template_option
@click.pass_obj
def shifts(app: Flask, file: Path | None, template: Path | None) -> None:
    """Load a roster (值班表) from an Excel workbook (.xlsx) or a CSV file.

    Columns: 组织单元, 姓名, 开始, 结束, and 日期, or 重复 with 起止日期; 类别 is 值班 or 延时服务.
    Everything is loaded, or nothing if a row is refused (exit code 1). For each unit in the file it replaces
    what was imported for the same days; loading the same file again changes nothing.
    """
    if (file is None) == (template is None):
        raise click.UsageError("Give the FILE of a roster, or --template and where to write one.")
    if template:
        write_template(importing.SHIFTS, template)
    if file:
        click.echo(_load_shifts(app, file))


def _load_shifts(app: Flask, file: Path) -> str:
    with app.app_context(), nothing_loaded():
        return _loaded_shifts(importing.import_shifts(file))


@contextmanager
def nothing_loaded() -> Iterator[None]:
    """Say of a file that was refused why nothing of it was loaded, and what to correct."""
    try:
        yield
    except importing.Unreadable as error:
        raise click.ClickException(f"什么都没有导入。{error}") from error
    except importing.RowsRefused as error:
        raise click.ClickException(_refused_lines(error.refusals, error.rows)) from error


def write_template(template: importing.Template, path: Path) -> None:
    """Write an empty table where there is no file yet."""
    if path.exists():
        raise click.ClickException(f"{path} 已经有了：换个文件名，免得盖掉填好的{template.title}。")
    try:
        importing.write_template(template, path)
    except OSError as error:
        raise click.ClickException(f"{path} 写不了：{error.strerror}") from error
    click.echo(f"{template.title}模板写到了 {path}，怎么填见第二张表。")


def _refused_lines(refusals: Sequence[importing.Refusal], rows: int) -> str:
    head = f"什么都没有导入：{rows} 行里有 {len({r.line for r in refusals})} 行不对。"
    listed = [f"  第 {refusal.line} 行：{refusal.reason}" for refusal in refusals[:SHOWN]]
    rest = len(refusals) - SHOWN
    more = [f"  ……还有 {rest} 处。"] if rest > 0 else []
    return "\n".join([head, *listed, *more, "改好这些行，再导入一次。"])


def _loaded_shifts(report: importing.ShiftReport) -> str:
    kept = report.shifts - report.added
    lines = [
        f"{report.rows} 行，{report.units} 个单位，共 {report.shifts} 个班："
        f"新增 {report.added}，不变 {kept}，撤掉原来导入的 {report.removed}。"
    ]
    return "\n".join([*lines, *how_read(report, f"第一个人是{report.first_name}")])


def how_read(report: Report, first: str) -> Iterator[str]:
    """What the reader should check: the encoding that was guessed, and what was left out."""
    if report.encoding == "GB18030":
        yield f"文件按 {report.encoding} 读的，{first}：不对就另存为“CSV UTF-8”再导入。"
    if report.ignored:
        yield f"没有用到的列：{'、'.join(report.ignored)}。"


@import_group.command("duty-items")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--unit", default="", help="Code or name of the city or district. Default: the only city."
)
@template_option
@click.pass_obj
def duty_items(app: Flask, file: Path | None, unit: str, template: Path | None) -> None:
    """Load the duty list (职责清单) of a city or district from an Excel workbook (.xlsx) or a CSV file.

    Columns: 编码, 大类, 事项, 牵头部门; and 协办部门, 办理时限, 紧急程度, 关键词. Everything is loaded, or
    nothing if a row is refused (exit code 1). What the file has no more is retired; loading the same file
    again changes nothing.
    """
    if (file is None) == (template is None):
        raise click.UsageError("Give the FILE of a list, or --template and where to write one.")
    if template:
        write_template(importing.DUTY_ITEMS, template)
    if file:
        click.echo(_load_duty_items(app, file, unit))


def _load_duty_items(app: Flask, file: Path, unit: str) -> str:
    with app.app_context(), nothing_loaded():
        return _loaded_items(importing.import_duty_items(file, unit, datetime.now(UTC)))


def _loaded_items(report: importing.ItemReport) -> str:
    kept = report.rows - report.added - report.changed
    line = (
        f"{report.unit_name}的职责清单：{report.classes} 类 {report.rows} 项，"
        f"新增 {report.added}，改动 {report.changed}，不变 {kept}，停用 {report.retired}。"
    )
    return "\n".join([line, *how_read(report, f"第一个事项是{report.first_item}")])


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
                lines = [_rescued(rescuing.take(file.read_bytes(), keys, shelf, now))]
            else:
                lines = [_rescued(report) for report in rescuing.take_waiting(keys, shelf, now)]
    except (Refused, SyncError) as error:
        words = MESSAGES[error.code]["en"]
        raise click.ClickException(f"Nothing was taken. {words}") from error
    click.echo("\n".join(lines) or "No file waits.")


def _rescued(report: rescuing.Report | Exception) -> str:
    if isinstance(report, Refused | SyncError):
        return f"Not taken. {MESSAGES[report.code]['en']}"
    if isinstance(report, Exception):
        return "Not taken: the server's own fault, of which its log says more. The file is kept."
    lines = [
        f"{report.taken} taken, {report.already} already there, {report.quarantined} quarantined,"
        f" {report.rejected} rejected; {report.photos} photos kept, {report.photos_refused} refused."
    ]
    if report.unreadable:
        lines.append(f"{report.unreadable} can't be read any more: noted as lost.")
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
