"""`qiaomen import people` and `qiaomen password`: who may sign in, and by what."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
from flask import Flask

from app.commands.importing import (
    how_read,
    nothing_loaded,
    template_option,
    write_template,
)
from app.commands.suspending import known
from app.services import importing, passwords

HEADER = ("组织单元", "姓名", "用户名", "初始密码")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--passwords",
    "passwords_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the passwords of new accounts (CSV), to be handed to each.",
)
@template_option
@click.pass_obj
def people(
    app: Flask, file: Path | None, passwords_file: Path | None, template: Path | None
) -> None:
    """Give people accounts and posts (人员名单) from an Excel workbook (.xlsx) or a CSV file.

    Columns: 组织单元, 姓名, 用户名, 岗位; and 部门 for 报到人员. Everything is loaded, or nothing if a row is
    refused (exit code 1). Nobody loses a post by it; loading the same file again changes nothing.
    """
    if template and not file:
        write_template(importing.PEOPLE, template)
    elif file and passwords_file and not template:
        click.echo(_load(app, file, passwords_file))
    else:
        raise click.UsageError(
            "Give the FILE of a list with --passwords and where to write those of new accounts,"
            " or --template and where to write an empty list."
        )


def _load(app: Flask, file: Path, passwords_file: Path) -> str:
    try:
        with app.app_context(), nothing_loaded(), _new(passwords_file) as out:
            report = importing.import_people(file, lambda newcomers: _hand_out(newcomers, out))
    except FileExistsError as error:
        words = f"{passwords_file} 已经有了：换个文件名，免得盖掉还没发的密码。"
        raise click.ClickException(words) from error
    except OSError as error:
        words = f"什么都没有导入。{passwords_file} 写不了：{error.strerror}"
        raise click.ClickException(words) from error
    if not report.added:
        passwords_file.unlink()
    return _loaded(report, passwords_file)


@contextmanager
def _new(path: Path) -> Iterator[TextIO]:
    """A file that stays only if all goes well, with the mark by which Excel knows UTF-8. Raises OSError."""
    with path.open("x", encoding="utf-8-sig", newline="") as out:
        try:
            yield out
        except BaseException:
            path.unlink()
            raise


def _hand_out(newcomers: Sequence[importing.Newcomer], out: TextIO) -> None:
    """On the disk before there are such accounts."""
    csv.writer(out).writerows([HEADER, *newcomers])
    out.flush()


def _loaded(report: importing.PeopleReport, passwords_file: Path) -> str:
    kept = report.people - report.added - report.changed
    lines = [
        f"{report.rows} 行，{report.people} 人：新开账号 {report.added}，"
        f"加了岗位或改了部门 {report.changed}，不变 {kept}。"
    ]
    if report.added:
        lines.append(f"初始密码写到了 {passwords_file}：分别发给本人，发完删掉这个文件。")
    return "\n".join([*lines, *how_read(report, f"第一个人是{report.first_name}")])


@click.command()
@click.argument("username")
@click.pass_obj
def password(app: Flask, username: str) -> None:
    """Give somebody a new password, and print it. Phones that are signed in stay so."""
    with known(app, "account"):
        renewed = passwords.renew(username)
    click.echo(f"The new password of {username}: {renewed}")
